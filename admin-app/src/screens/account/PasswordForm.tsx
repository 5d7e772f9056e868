import { useMutation } from '@tanstack/react-query'
import type { ChangePassword } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, Field, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { isTwice, NewPassword, type Twice } from './NewPassword.tsx'

const WORDS = {
  secret: { vi: 'Mật khẩu đang dùng', en: 'Present password' },
  change: { vi: 'Đổi mật khẩu', en: 'Change it' },
  done: {
    vi: 'Đã đổi. Các máy khác phải đăng nhập lại.',
    en: 'Done. Every other device has to log in again.',
  },
}

const EMPTY: Twice = { password: '', again: '' }

export function PasswordForm({ login }: { login: string }) {
  const w = useWords(WORDS)
  const [secret, setSecret] = useState('')
  const [twice, setTwice] = useState(EMPTY)
  const change = useMutation({
    mutationFn: () =>
      api.put('/v1/me/password', { secret, password: twice.password } satisfies ChangePassword),
    onSuccess: () => {
      setSecret('')
      setTwice(EMPTY)
    },
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      {/* A browser that keeps passwords asks whose this is. */}
      <input type="hidden" autoComplete="username" value={login} readOnly />
      <Field
        id="present-password"
        label={w.secret}
        type="password"
        autoComplete="current-password"
        required
        value={secret}
        onChange={(event) => setSecret(event.target.value)}
      />
      <NewPassword value={twice} onChange={setTwice} />
      {change.isError ? <ErrorPanel error={change.error} /> : null}
      {change.isSuccess ? <Banner kind="good">{w.done}</Banner> : null}
      <Button type="submit" disabled={change.isPending || !isTwice(twice)}>
        {w.change}
      </Button>
    </form>
  )
}
