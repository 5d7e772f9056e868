import { useMutation } from '@tanstack/react-query'
import { Button, Card, ErrorPanel, useWords } from '@tienve/ui'
import { useState } from 'react'
import { canBeWoken, isWoken, letSleep, wake } from '../../push.ts'

const WORDS = {
  title: { vi: 'Báo lên màn hình', en: 'On the screen' },
  what: {
    vi: 'Có tin từ Ban, máy báo lên màn hình dù chưa mở app. Không báo ban đêm. Ai cầm máy cũng đọc được số tiền.',
    en: 'The phone shows what the board says even when the app is closed, but not at night. Whoever holds it can read the sums.',
  },
  allow: { vi: 'Cho máy báo', en: 'Allow' },
  on: { vi: 'Máy này đang nhận báo.', en: 'This phone is told.' },
  stop: { vi: 'Thôi báo', en: 'Stop' },
  refused: {
    vi: 'Máy đang chặn báo. Mở cài đặt của trình duyệt để cho phép.',
    en: 'The browser blocks it: allow it in its settings.',
  },
}

/** Lets the phone be woken, once it is said what that means. Nothing where it cannot be. */
export function PushCard({ pushKey }: { pushKey: string | null }) {
  const w = useWords(WORDS)
  const [isOn, setOn] = useState(isWoken)
  const [isRefused, setRefused] = useState(false)
  const change = useMutation({
    mutationFn: async (key: string) => {
      if (isOn) await letSleep()
      return isOn ? false : wake(key)
    },
    onSuccess: (next) => {
      setRefused(!isOn && !next)
      setOn(next)
    },
  })
  if (pushKey === null || !canBeWoken()) return null
  return (
    <Card title={w.title}>
      <p>{isOn ? w.on : w.what}</p>
      {isRefused ? <p className="late">{w.refused}</p> : null}
      {change.isError ? <ErrorPanel error={change.error} /> : null}
      <Button kind="quiet" disabled={change.isPending} onClick={() => change.mutate(pushKey)}>
        {isOn ? w.stop : w.allow}
      </Button>
    </Card>
  )
}
