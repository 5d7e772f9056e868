import { useMutation, useQuery } from '@tanstack/react-query'
import type { DemoLogins, LogIn, Me } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, Field, fill, LanguageSwitch, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { useLeftBehind } from '../walk/phone.ts'

const WORDS = {
  title: { vi: 'Tiền Về', en: 'Tiền Về' },
  lead: { vi: 'Ban quản lý chợ', en: 'The market board' },
  login: { vi: 'Tên đăng nhập', en: 'Login' },
  secret: { vi: 'Mật khẩu', en: 'Password' },
  enter: { vi: 'Đăng nhập', en: 'Log in' },
  leftBehind: {
    vi: 'Máy còn giữ {count} khoản chưa gửi của {name}. Đăng nhập lại để gửi tiếp.',
    en: 'This phone keeps {count} of {name} that are not sent. Log in again and it goes on.',
  },
  demo: { vi: 'Dữ liệu mẫu – bấm một lần để vào thử', en: 'Sample data – one tap to try' },
}

export function LogInScreen({ onDone }: { onDone: (me: Me) => void }) {
  const w = useWords(WORDS)
  const [login, setLogin] = useState('')
  const [secret, setSecret] = useState('')
  const demo = useQuery({ queryKey: ['demo-logins'], queryFn: () => api.get<DemoLogins>('/v1/demo-logins') })
  const enter = useMutation({
    mutationFn: (body: LogIn) => api.post<Me>('/v1/sessions', body),
    onSuccess: onDone,
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
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          enter.mutate({ login, secret })
        }}
      >
        <Field
          id="login"
          label={w.login}
          autoComplete="username"
          required
          value={login}
          onChange={(event) => setLogin(event.target.value)}
        />
        <Field
          id="secret"
          label={w.secret}
          type="password"
          autoComplete="current-password"
          required
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
        />
        {enter.isError ? <ErrorPanel error={enter.error} /> : null}
        <Button type="submit" disabled={enter.isPending}>
          {w.enter}
        </Button>
      </form>
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
