import { useLanguage, useWords } from '@tienve/ui'
import { addDays, capital, weekdayOf } from './words.ts'

const WORDS = {
  earlier: { vi: 'Ngày trước', en: 'The day before' },
  later: { vi: 'Ngày sau', en: 'The day after' },
  choose: { vi: 'Chọn ngày', en: 'Choose a day' },
}

/** Goes from day to day, within those that are hers: from the first on which she sold to the last that there is. */
export function DayPicker({
  day,
  first,
  last,
  onDay,
}: {
  day: string
  first: string
  last: string
  onDay: (day: string) => void
}) {
  const w = useWords(WORDS)
  const language = useLanguage()
  return (
    <div className="day-picker">
      <button
        type="button"
        aria-label={w.earlier}
        disabled={day <= first}
        onClick={() => onDay(addDays(day, -1))}
      >
        ‹
      </button>
      <label>
        <span>{capital(weekdayOf(day, language))}</span>
        <input
          type="date"
          aria-label={w.choose}
          value={day}
          min={first}
          max={last}
          required
          onChange={({ target }) => {
            if (target.value >= first && target.value <= last) onDay(target.value)
          }}
        />
      </label>
      <button
        type="button"
        aria-label={w.later}
        disabled={day >= last}
        onClick={() => onDay(addDays(day, 1))}
      >
        ›
      </button>
    </div>
  )
}
