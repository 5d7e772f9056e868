import { useMutation, useQueryClient } from '@tanstack/react-query'
import { PERMISSION_WORDS, ROLE_WORDS, type Me, type RecoveryCodes, type RenewCodes } from '@tienve/contracts'
import {
  Button,
  Card,
  ErrorPanel,
  Field,
  fill,
  fullDateOf,
  Mark,
  ME,
  useLanguage,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { CodeField } from '../CodeField.tsx'
import { Codes } from './Codes.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { TotpSetUp } from './TotpSetUp.tsx'

const WORDS = {
  title: { vi: 'Tài khoản của tôi', en: 'My account' },
  login: { vi: 'Tên đăng nhập: {login}', en: 'Login: {login}' },
  role: { vi: 'Vai trò: {role}', en: 'Role: {role}' },
  delegated: { vi: 'Được ủy quyền đến {day}: {what}', en: 'Handed on until {day}: {what}' },
  by: { vi: 'Do {who} ủy quyền', en: 'By {who}' },
  second: { vi: 'Mã xác thực khi đăng nhập', en: 'Second step of the log-in' },
  on: { vi: 'Đang bật', en: 'On' },
  off: { vi: 'Chưa bật', en: 'Off' },
  why: {
    vi: 'Biết mật khẩu thôi chưa vào được: mỗi lần đăng nhập còn cần mã trên điện thoại của bạn.',
    en: 'A password alone does not get in: each log-in also needs the code on your phone.',
  },
  setUp: { vi: 'Cài mã xác thực', en: 'Set it up' },
  newCodes: { vi: 'Tạo mã dự phòng mới', en: 'New recovery codes' },
  oldEnd: { vi: 'Mã dự phòng cũ sẽ hết dùng được.', en: 'The old ones will end.' },
  lost: {
    vi: 'Mất điện thoại? Nhờ trưởng ban hoặc quản trị gỡ mã xác thực cho bạn.',
    en: 'Lost your phone? Ask the head or the administrator to take the second step off.',
  },
  secret: { vi: 'Mật khẩu đang dùng', en: 'Present password' },
  password: { vi: 'Đổi mật khẩu', en: 'Change the password' },
}

/** One's own log-in: what is handed on to one, the second step, the password. */
export function AccountScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  return (
    <div className="stack narrow">
      <h1>{w.title}</h1>
      <Card title={me.user.name}>
        <p>{fill(w.login, { login: me.user.login })}</p>
        <p>{fill(w.role, { role: ROLE_WORDS[me.user.role][language] })}</p>
        {me.delegated.map(({ permission, until, by }) => (
          <p key={permission}>
            <Mark kind="good">
              {fill(w.delegated, { day: fullDateOf(until), what: PERMISSION_WORDS[permission][language] })}
            </Mark>
            <small className="tv-quiet">{fill(w.by, { who: by })}</small>
          </p>
        ))}
      </Card>
      <SecondStep me={me} />
      <Card title={w.password}>
        <PasswordForm login={me.user.login} />
      </Card>
    </div>
  )
}

function SecondStep({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [isSettingUp, setSettingUp] = useState(false)
  return (
    <Card title={w.second}>
      <p>{w.why}</p>
      <Mark kind={me.totp.on ? 'good' : 'warn'}>{me.totp.on ? w.on : w.off}</Mark>
      {isSettingUp ? (
        <TotpSetUp
          onDone={() => {
            setSettingUp(false)
            void queries.invalidateQueries({ queryKey: ME })
          }}
        />
      ) : null}
      {me.totp.on && !isSettingUp ? (
        <>
          <NewCodes />
          <p className="tv-quiet">{w.lost}</p>
        </>
      ) : null}
      {me.totp.on || isSettingUp ? null : <Button onClick={() => setSettingUp(true)}>{w.setUp}</Button>}
    </Card>
  )
}

function NewCodes() {
  const w = useWords(WORDS)
  const [isOpen, setOpen] = useState(false)
  const [body, setBody] = useState<RenewCodes>({ secret: '', code: '' })
  const renew = useMutation({
    mutationFn: () => api.post<RecoveryCodes>('/v1/me/recovery-codes', body),
  })
  const close = () => {
    setOpen(false)
    setBody({ secret: '', code: '' })
    renew.reset()
  }
  if (renew.isSuccess) return <Codes codes={renew.data.codes} onDone={close} />
  if (!isOpen)
    return (
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {w.newCodes}
      </Button>
    )
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        renew.mutate()
      }}
    >
      <p className="tv-quiet">{w.oldEnd}</p>
      <Field
        id="renew-secret"
        label={w.secret}
        type="password"
        autoComplete="current-password"
        required
        value={body.secret}
        onChange={(event) => setBody({ ...body, secret: event.target.value })}
      />
      <CodeField id="renew-code" value={body.code} onChange={(code) => setBody({ ...body, code })} />
      {renew.isError ? <ErrorPanel error={renew.error} /> : null}
      <Button type="submit" disabled={renew.isPending}>
        {w.newCodes}
      </Button>
    </form>
  )
}
