import { writeEnrolmentCode, type NewEnrolment } from '@tienve/contracts'
import { Button, fill, QrCode, useWords } from '@tienve/ui'
import { useEffect, useState } from 'react'

const WORDS = {
  title: { vi: 'Đưa người phụ quét', en: 'Let your helper scan this' },
  how: { vi: 'Người phụ mở máy ảnh, quét mã này.', en: 'Your helper opens the camera and scans this code.' },
  left: { vi: 'Còn {left}', en: '{left} left' },
  over: { vi: 'Mã đã hết giờ.', en: 'This code has run out.' },
  again: { vi: 'Làm mã mới', en: 'A new code' },
  back: { vi: 'Xong', en: 'Done' },
}

/** The code that lets one helper in, as large as the phone is wide, and how long it still holds. */
export function Invitation({
  invitation,
  onAgain,
  onBack,
}: {
  invitation: NewEnrolment
  onAgain: () => void
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const seconds = useSecondsUntil(invitation.expiresAt)
  return (
    <section className="code-screen">
      <h1>{w.title}</h1>
      {seconds === 0 ? (
        <>
          <p className="request-status expired">{w.over}</p>
          <Button onClick={onAgain}>{w.again}</Button>
        </>
      ) : (
        <>
          <QrCode payload={invitation.link} demo={false} label={w.how} />
          <p>{w.how}</p>
          <p className="tv-code" data-testid="invitation">
            {writeEnrolmentCode(invitation.code)}
          </p>
          <p className="request-status" role="timer">
            {fill(w.left, { left: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` })}
          </p>
        </>
      )}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function useSecondsUntil(moment: string): number {
  const until = Date.parse(moment)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.ceil((until - now) / 1_000))
}
