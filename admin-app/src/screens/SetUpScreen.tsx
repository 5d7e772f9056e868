import { useMutation } from '@tanstack/react-query'
import { ApiError, type Me, type SetUp } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, Field, LanguageSwitch, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { goTo, useRoute } from '../route.ts'
import { isTwice, NewPassword } from './account/NewPassword.tsx'

const WORDS = {
  title: { vi: 'Chọn mật khẩu của bạn', en: 'Choose your password' },
  lead: {
    vi: 'Mã cài đặt trên giấy chỉ dùng một lần, trong 3 ngày.',
    en: 'The set-up code on the paper works once, within three days.',
  },
  login: { vi: 'Tên đăng nhập', en: 'Login' },
  code: { vi: 'Mã cài đặt', en: 'Set-up code' },
  go: { vi: 'Lưu và vào', en: 'Save and go in' },
  saved: {
    vi: 'Đã lưu mật khẩu. Đăng nhập bằng mật khẩu mới và mã trên app xác thực.',
    en: 'The password is saved. Log in with it and the code of your app.',
  },
  toLogIn: { vi: 'Đến trang đăng nhập', en: 'To the log-in' },
}

/** Where the printed set-up code leads: a person chooses a password and is logged in. */
export function SetUpScreen({ onDone }: { onDone: (me: Me) => void }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const [login, setLogin] = useState(query.get('login') ?? '')
  const [code, setCode] = useState(query.get('code') ?? '')
  const [twice, setTwice] = useState({ password: '', again: '' })
  const send = useMutation({
    mutationFn: () => api.post<Me>('/v1/set-up', { login, code, password: twice.password } satisfies SetUp),
    onSuccess: (me) => {
      goTo('')
      onDone(me)
    },
  })
  const needsCode = send.error instanceof ApiError && send.error.problem.code === 'totp_required'
  return (
    <main className="tv-login">
      <div className="row">
        <h1>{w.title}</h1>
        <LanguageSwitch />
      </div>
      {needsCode ? (
        <>
          <Banner kind="good">{w.saved}</Banner>
          <Button onClick={() => goTo('')}>{w.toLogIn}</Button>
        </>
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            send.mutate()
          }}
        >
          <p>{w.lead}</p>
          <Field
            id="set-up-login"
            label={w.login}
            autoComplete="username"
            autoCapitalize="none"
            required
            value={login}
            onChange={(event) => setLogin(event.target.value)}
          />
          <Field
            id="set-up-code"
            label={w.code}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          <NewPassword value={twice} onChange={setTwice} />
          {send.isError ? <ErrorPanel error={send.error} /> : null}
          <Button type="submit" disabled={send.isPending || !isTwice(twice)}>
            {w.go}
          </Button>
        </form>
      )}
    </main>
  )
}
