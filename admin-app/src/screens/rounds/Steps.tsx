import { useWords, type Words } from '@tienve/ui'
import { STEPS, type Step } from './round.ts'

const WORDS: Words<Step> = {
  readings: { vi: 'Đọc chỉ số', en: 'Readings' },
  preview: { vi: 'Xem trước', en: 'Preview' },
  propose: { vi: 'Đề xuất', en: 'Propose' },
  approve: { vi: 'Duyệt, phát hành', en: 'Approve, issue' },
  collect: { vi: 'Thu', en: 'Collect' },
  close: { vi: 'Đóng kỳ', en: 'Close' },
}

/** Where a month stands: what is done, what is next. `now` is null when all of it is done. */
export function Steps({ now }: { now: Step | null }) {
  const w = useWords(WORDS)
  const at = now === null ? STEPS.length : STEPS.indexOf(now)
  return (
    <ol className="steps">
      {STEPS.map((step, one) => (
        <li
          key={step}
          className={one < at ? 'done' : undefined}
          aria-current={one === at ? 'step' : undefined}
        >
          <span aria-hidden="true">{one < at ? '✓' : one + 1}</span> {w[step]}
        </li>
      ))}
    </ol>
  )
}
