import { useMutation, useQuery } from '@tanstack/react-query'
import type { DemoLogins, LogIn, Me } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, Field, LanguageSwitch, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { forgetPerson, readPerson } from '../session.ts'

const WORDS = {
  title: { vi: 'Tiền Về', en: 'Tiền Về' },
  lead: { vi: 'Nghe tiền về sạp của mình.', en: 'Hear the money arrive at your stall.' },
  phone: { vi: 'Số điện thoại', en: 'Phone number' },
  pin: { vi: 'Mã PIN', en: 'PIN' },
  enter: { vi: 'Vào sạp', en: 'Log in' },
  first: { vi: 'Lần đầu vào trên máy này?', en: 'The first time on this phone?' },
  slip: { vi: 'Tôi có mã trên phiếu', en: 'I have a code on a slip' },
  noSlip: {
    vi: 'Chưa có phiếu, hoặc mất máy: nhờ Ban quản lý chợ in mã.',
    en: 'No slip yet, or a lost phone: ask the board to print a code.',
  },
  byPhone: { vi: 'Máy này đã vào rồi', en: 'I have been here before' },
  other: { vi: 'Không phải tôi', en: 'That is not me' },
  demo: { vi: 'Dữ liệu mẫu – bấm một lần để vào thử', en: 'Sample data – one tap to try' },
}

/**
 * A phone that somebody has logged in on asks them for their PIN alone. One that nobody has asks for the code on the board's slip
 * first: outside a demo nothing else opens it.
 */
export function LogInScreen({ onDone, onEnrol }: { onDone: (me: Me) => void; onEnrol: () => void }) {
  const w = useWords(WORDS)
  const [person, setPerson] = useState(readPerson)
  const [isTyping, setTyping] = useState(false)
  const demo = useQuery({ queryKey: ['demo-logins'], queryFn: () => api.get<DemoLogins>('/v1/demo-logins') })
  const enter = useMutation({
    mutationFn: (body: LogIn) => api.post<Me>('/v1/sessions', body),
    onSuccess: onDone,
  })
  const logins = (demo.data?.logins ?? []).filter(({ app }) => app === 'merchant')
  const isKnown = person !== null
  return (
    <main className="tv-login">
      <div className="row">
        <h1>{w.title}</h1>
        <LanguageSwitch />
      </div>
      <p>{person?.name ?? w.lead}</p>
      {isKnown || isTyping || logins.length > 0 ? (
        <SecretForm
          login={person?.login ?? null}
          error={enter.error}
          isBusy={enter.isPending}
          onEnter={enter.mutate}
        />
      ) : null}
      {isKnown ? (
        <Button
          kind="quiet"
          onClick={() => {
            forgetPerson()
            enter.reset()
            setPerson(null)
          }}
        >
          {w.other}
        </Button>
      ) : (
        <section className="stack">
          <h2>{w.first}</h2>
          <Button kind={logins.length > 0 ? 'quiet' : 'main'} onClick={onEnrol}>
            {w.slip}
          </Button>
          <p className="hint">{w.noSlip}</p>
          {isTyping || logins.length > 0 || demo.isPending ? null : (
            <Button kind="quiet" onClick={() => setTyping(true)}>
              {w.byPhone}
            </Button>
          )}
        </section>
      )}
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
    </main>
  )
}

/** A PIN, and whose it is where that is not known. */
function SecretForm(props: {
  login: string | null
  error: Error | null
  isBusy: boolean
  onEnter: (body: LogIn) => void
}) {
  const w = useWords(WORDS)
  const [login, setLogin] = useState('')
  const [secret, setSecret] = useState('')
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        props.onEnter({ login: props.login ?? login, secret })
      }}
    >
      {props.login === null ? (
        <Field
          id="login"
          label={w.phone}
          inputMode="tel"
          autoComplete="username"
          required
          value={login}
          onChange={(event) => setLogin(event.target.value)}
        />
      ) : null}
      <Field
        id="secret"
        label={w.pin}
        type="password"
        inputMode="numeric"
        autoComplete="current-password"
        required
        value={secret}
        onChange={(event) => setSecret(event.target.value)}
      />
      {props.error === null ? null : <ErrorPanel error={props.error} />}
      <Button type="submit" disabled={props.isBusy}>
        {w.enter}
      </Button>
    </form>
  )
}
