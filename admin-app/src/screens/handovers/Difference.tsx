import { formatVnd, spellVnd } from '@tienve/money'
import { fill, Mark, useWords } from '@tienve/ui'

const WORDS = {
  none: { vi: 'Đủ: chênh lệch 0 đồng', en: 'Exact: no difference' },
  missing: { vi: 'Thiếu {sum}', en: '{sum} is missing' },
  over: { vi: 'Thừa {sum}', en: '{sum} too much' },
}

/** What was counted less what was to be there, in figures and in words. */
export function Difference({ vnd }: { vnd: number }) {
  const w = useWords(WORDS)
  if (vnd === 0) {
    return (
      <p className="difference" data-testid="difference">
        <Mark kind="good">{w.none}</Mark>
      </p>
    )
  }
  const most = Math.abs(vnd)
  return (
    <p className="difference" data-testid="difference">
      <Mark kind={vnd < 0 ? 'bad' : 'warn'}>
        {fill(vnd < 0 ? w.missing : w.over, { sum: formatVnd(most) })} ({spellVnd(BigInt(most))})
      </Mark>
    </p>
  )
}
