import type { CloseDay, DayCheck } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Button, fill, fullDateOf, useWords } from '@tienve/ui'
import { useEffect, useRef, type ReactNode } from 'react'

const WORDS = {
  title: { vi: 'Chốt ngày {day}?', en: 'Close {day}?' },
  days: { vi: 'Chốt cả {days}.', en: 'It closes {days} too.' },
  forever: {
    vi: 'Chốt rồi không mở lại được: bút toán đến sau sẽ ghi vào ngày kế tiếp.',
    en: 'It cannot be opened again: what comes later is posted to the next day.',
  },
  clean: {
    vi: 'Không có tiền treo, không chênh lệch, không tài khoản nào im.',
    en: 'Nothing is in suspense, nothing differs and every account is heard.',
  },
  left: { vi: 'Lúc chốt còn: {left}.', en: 'Left open at the closing: {left}.' },
  suspense: { vi: '{count} khoản treo ({sum})', en: '{count} in suspense ({sum})' },
  difference: { vi: 'chênh lệch {sum}', en: 'a difference of {sum}' },
  deaf: { vi: '{count} tài khoản im', en: 'quiet accounts: {count}' },
  kept: {
    vi: 'Các số này và tên người chốt được ghi vào sổ và niêm phong.',
    en: 'These figures and who closed the day are written down and sealed.',
  },
  yes: { vi: 'Chốt ngày', en: 'Close it' },
  no: { vi: 'Để sau', en: 'Not now' },
}

/** A market that was long left open has many days to close at once: then the first and the last say enough. */
const MOST_DAYS_BY_NAME = 7
export function daysOf(days: readonly string[]): string {
  const [first, last] = [days[0], days.at(-1)]
  return days.length > MOST_DAYS_BY_NAME && first !== undefined && last !== undefined
    ? `${fullDateOf(first)} – ${fullDateOf(last)} (${days.length})`
    : days.map(fullDateOf).join(', ')
}

/** What is left open at a closing, each in the words given for it; nothing for a clean day. */
export function leftOf(
  { suspenseCount, suspenseVnd, differenceVnd, deafCount }: CloseDay['seen'],
  words: Record<'suspense' | 'difference' | 'deaf', string>,
): string[] {
  return [
    suspenseCount === 0
      ? null
      : fill(words.suspense, { count: formatNumber(suspenseCount), sum: formatVnd(suspenseVnd) }),
    differenceVnd === 0 ? null : fill(words.difference, { sum: formatVnd(differenceVnd) }),
    deafCount === 0 ? null : fill(words.deaf, { count: formatNumber(deafCount) }),
  ].filter((one) => one !== null)
}

/** Says in words what is about to be done for good, and asks once more. */
export function Confirm({
  check,
  seen,
  isClosing,
  error,
  onYes,
  onNo,
}: {
  check: DayCheck
  seen: CloseDay['seen']
  isClosing: boolean
  error: ReactNode
  onYes: () => void
  onNo: () => void
}) {
  const w = useWords(WORDS)
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
    // Not the first button, as the browser has it: Enter pressed twice must not close a day.
    title.current?.focus()
  }, [])
  const left = leftOf(seen, w)
  return (
    <dialog ref={dialog} className="confirm" aria-labelledby="confirm-title" onClose={onNo}>
      <h2 id="confirm-title" ref={title} tabIndex={-1}>
        {fill(w.title, { day: fullDateOf(check.day) })}
      </h2>
      {check.openDays.length === 0 ? null : <p>{fill(w.days, { days: daysOf(check.openDays) })}</p>}
      <p>{left.length === 0 ? w.clean : fill(w.left, { left: left.join(', ') })}</p>
      <p>{w.kept}</p>
      <p>
        <b>{w.forever}</b>
      </p>
      {error}
      <div className="filters">
        <Button disabled={isClosing} onClick={onYes}>
          {w.yes}
        </Button>
        <Button kind="quiet" disabled={isClosing} onClick={onNo}>
          {w.no}
        </Button>
      </div>
    </dialog>
  )
}
