import { useMutation } from '@tanstack/react-query'
import { Card, ErrorPanel, useWords } from '@tienve/ui'
import { useState } from 'react'
import { canBeWoken, wake, wokenFor, type About } from '../../push.ts'
import './push.css'

const WORDS = {
  title: { vi: 'Báo lên màn hình', en: 'On the screen' },
  what: {
    vi: 'Máy báo lên màn hình dù chưa mở app. Ai cầm máy cũng đọc được số tiền.',
    en: 'The phone shows it even when the app is closed. Whoever holds it can read the sums.',
  },
  notices: { vi: 'Báo tin từ Ban, không báo ban đêm', en: 'What the board says, not at night' },
  arrivals: { vi: 'Báo tiền về cả khi đóng app', en: 'Money that comes while the app is closed' },
  restsAtNight: { vi: 'Ban đêm không báo tiền, sáng báo một lần', en: 'Not at night: once in the morning' },
  refused: {
    vi: 'Máy đang chặn báo. Mở cài đặt của trình duyệt để cho phép.',
    en: 'The browser blocks it: allow it in its settings.',
  },
}
const CHOICES = ['notices', 'arrivals', 'restsAtNight'] as const

/** Lets the phone be woken, once it is said what that means, each thing by its own choice. Nothing where it cannot be. */
export function PushCard({ pushKey }: { pushKey: string | null }) {
  const w = useWords(WORDS)
  const [about, setAbout] = useState(wokenFor)
  const [isRefused, setRefused] = useState(false)
  const change = useMutation({
    mutationFn: ({ key, next }: { key: string; next: About }) => wake(key, next),
    onSuccess: (isDone) => {
      setRefused(!isDone)
      setAbout(wokenFor())
    },
  })
  if (pushKey === null || !canBeWoken()) return null
  return (
    <Card title={w.title}>
      <p>{w.what}</p>
      {isRefused ? <p className="late">{w.refused}</p> : null}
      {change.isError ? <ErrorPanel error={change.error} /> : null}
      {CHOICES.filter((one) => one !== 'restsAtNight' || about.arrivals).map((one) => (
        <label key={one} className="push-choice">
          <input
            type="checkbox"
            checked={about[one]}
            disabled={change.isPending}
            onChange={(event) =>
              change.mutate({ key: pushKey, next: { ...about, [one]: event.target.checked } })
            }
          />
          {w[one]}
        </label>
      ))}
    </Card>
  )
}
