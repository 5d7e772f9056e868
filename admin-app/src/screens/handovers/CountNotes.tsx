import { DENOMINATIONS, type CashCount } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { fill, useWords } from '@tienve/ui'
import { withNotes } from './counts.ts'

const WORDS = {
  less: { vi: 'Bớt một tờ {note}', en: 'One {note} less' },
  more: { vi: 'Thêm một tờ {note}', en: 'One {note} more' },
}

/** Notes counted one kind after the other: by a thumb, or typed. */
export function CountNotes({
  counts,
  onChange,
}: {
  counts: CashCount
  onChange: (counts: CashCount) => void
}) {
  const w = useWords(WORDS)
  return (
    <ol className="denominations">
      {DENOMINATIONS.map((denomination) => {
        const note = formatNumber(denomination)
        const count = counts[String(denomination)] ?? 0
        const set = (next: number) => onChange(withNotes(counts, denomination, next))
        return (
          <li key={denomination}>
            <label htmlFor={`note-${denomination}`}>{note}</label>
            <button
              type="button"
              aria-label={fill(w.less, { note })}
              disabled={count === 0}
              onClick={() => set(count - 1)}
            >
              −
            </button>
            <input
              id={`note-${denomination}`}
              type="number"
              inputMode="numeric"
              min={0}
              placeholder="0"
              value={count === 0 ? '' : count}
              onFocus={(event) => event.target.select()}
              onChange={(event) => set(event.target.valueAsNumber)}
            />
            <button type="button" aria-label={fill(w.more, { note })} onClick={() => set(count + 1)}>
              +
            </button>
          </li>
        )
      })}
    </ol>
  )
}
