import { useMutation, useQuery } from '@tanstack/react-query'
import { ApiError, type DemoLogins, type LogIn, type Me } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, Field, fill, LanguageSwitch, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { useLeftBehind } from '../walk/phone.ts'
import { CodeField } from './CodeField.tsx'

const WORDS = {
  title: { vi: 'Tiền Về', en: 'Tiền Về' },
  lead: { vi: 'Ban quản lý chợ', en: 'The market board' },
  login: { vi: 'Tên đăng nhập', en: 'Login' },
  secret: { vi: 'Mật khẩu', en: 'Password' },
  enter: { vi: 'Đăng nhập', en: 'Log in' },
  second: { vi: 'Bước 2: mã xác thực của {login}', en: 'Step 2: the code of {login}' },
  noPhone: { vi: 'Không có điện thoại? Dùng mã dự phòng', en: 'No phone? Use a recovery code' },
  hasPhone: { vi: 'Dùng mã trên app', en: 'Use the code of the app' },
  back: { vi: 'Người khác', en: 'Somebody else' },
  setUp: { vi: 'Có mã cài đặt', en: 'I have a set-up code' },
  recoveryHint: {
    vi: 'Mỗi mã dự phòng chỉ dùng được một lần.',
    en: 'Each recovery code works once.',
  },
  leftBehind: {
    vi: 'Máy còn giữ {count} khoản chưa gửi của {name}. Đăng nhập lại để gửi tiếp.',
    en: 'This phone keeps {count} of {name} that are not sent. Log in again and it goes on.',
  },
  demo: { vi: 'Dữ liệu mẫu – bấm một lần để vào thử', en: 'Sample data – one tap to try' },
}

type Credentials = { login: string; secret: string }

export function LogInScreen({ onDone }: { onDone: (me: Me) => void }) {
  const w = useWords(WORDS)
  const [given, setGiven] = useState<Credentials>({ login: '', secret: '' })
  const [asksCode, setAsksCode] = useState(false)
  const demo = useQuery({ queryKey: ['demo-logins'], queryFn: () => api.get<DemoLogins>('/v1/demo-logins') })
  const enter = useMutation({
    mutationFn: (body: LogIn) => api.post<Me>('/v1/sessions', body),
    onSuccess: onDone,
    onError: (error, { login, secret }) => {
      if (!(error instanceof ApiError) || error.problem.code !== 'totp_required') return
      setGiven({ login, secret })
      setAsksCode(true)
    },
  })
  const left = useLeftBehind().data ?? null
  const logins = (demo.data?.logins ?? []).filter(({ app }) => app === 'admin')
  return (
    <main className="tv-login">
      <div className="row">
        <h1>{w.title}</h1>
        <LanguageSwitch />
      </div>
      <p>{w.lead}</p>
      {left === null ? null : <Banner kind="warn">{fill(w.leftBehind, left)}</Banner>}
      {asksCode ? (
        <SecondStep
          login={given.login}
          isPending={enter.isPending}
          // That the code is missing is what this form says by itself.
          error={enter.variables?.totp === undefined ? null : enter.error}
          onCode={(totp) => enter.mutate({ ...given, totp })}
          onBack={() => {
            setAsksCode(false)
            setGiven({ login: '', secret: '' })
            enter.reset()
          }}
        />
      ) : (
        <>
          <FirstStep
            given={given}
            isPending={enter.isPending}
            error={enter.error}
            onChange={setGiven}
            onEnter={() => enter.mutate(given)}
          />
          <a className="text-link" href="#/set-up">
            {w.setUp}
          </a>
          {logins.length === 0 ? null : (
            <section className="tv-one-tap">
              <Banner kind="info">{w.demo}</Banner>
              {logins.map((one) => (
                <Button
                  key={one.login}
                  kind="quiet"
                  onClick={() => enter.mutate({ login: one.login, secret: one.secret })}
                >
                  {one.label}
                  <small>{one.marketName}</small>
                </Button>
              ))}
            </section>
          )}
        </>
      )}
    </main>
  )
}

function FirstStep(props: {
  given: Credentials
  isPending: boolean
  error: Error | null
  onChange: (given: Credentials) => void
  onEnter: () => void
}) {
  const w = useWords(WORDS)
  const { given, onChange } = props
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        props.onEnter()
      }}
    >
      <Field
        id="login"
        label={w.login}
        autoComplete="username"
        required
        value={given.login}
        onChange={(event) => onChange({ ...given, login: event.target.value })}
      />
      <Field
        id="secret"
        label={w.secret}
        type="password"
        autoComplete="current-password"
        required
        value={given.secret}
        onChange={(event) => onChange({ ...given, secret: event.target.value })}
      />
      {props.error === null ? null : <ErrorPanel error={props.error} />}
      <Button type="submit" disabled={props.isPending}>
        {w.enter}
      </Button>
    </form>
  )
}

function SecondStep(props: {
  login: string
  isPending: boolean
  error: Error | null
  onCode: (code: string) => void
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const [code, setCode] = useState('')
  const [isRecovery, setRecovery] = useState(false)
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        props.onCode(code)
      }}
    >
      <h2>{fill(w.second, { login: props.login })}</h2>
      <CodeField id="totp" value={code} isRecovery={isRecovery} onChange={setCode} />
      {isRecovery ? <p className="tv-quiet">{w.recoveryHint}</p> : null}
      {props.error === null ? null : <ErrorPanel error={props.error} />}
      <Button type="submit" disabled={props.isPending}>
        {w.enter}
      </Button>
      <Button
        kind="quiet"
        onClick={() => {
          setRecovery(!isRecovery)
          setCode('')
        }}
      >
        {isRecovery ? w.hasPhone : w.noPhone}
      </Button>
      <Button kind="quiet" onClick={props.onBack}>
        {w.back}
      </Button>
    </form>
  )
}
