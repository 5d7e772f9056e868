import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Banner, Button, LanguageSwitch, ME, useWords } from '@tienve/ui'
import { api } from '../api.ts'
import { changeSession } from '../session.ts'
import { TotpSetUp } from './account/TotpSetUp.tsx'

const WORDS = {
  title: { vi: 'Bật mã xác thực', en: 'Set up the second step' },
  why: {
    vi: 'Sổ sách của chợ cần hai bước khi đăng nhập. Làm một lần này rồi mới vào được các mục khác.',
    en: 'The books of the market need two steps at log-in. Do this once, and everything else opens.',
  },
  leave: { vi: 'Đăng xuất', en: 'Log out' },
}

/** What somebody sees who has yet to set up the second step, and nothing else. */
export function MustSetUp() {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const leave = useMutation({
    mutationFn: () => api.delete('/v1/sessions/current'),
    onSuccess: () => changeSession(queries, null),
  })
  return (
    <main className="tv-login">
      <div className="row">
        <h1>{w.title}</h1>
        <LanguageSwitch />
      </div>
      <Banner kind="info">{w.why}</Banner>
      <TotpSetUp onDone={() => void queries.invalidateQueries({ queryKey: ME })} />
      <Button kind="quiet" className="no-print" onClick={() => leave.mutate()}>
        {w.leave}
      </Button>
    </main>
  )
}
