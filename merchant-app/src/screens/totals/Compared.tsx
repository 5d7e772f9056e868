import type { DayComparison } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { fill, useLanguage, useWords } from '@tienve/ui'
import { capital, weekdayOf } from './words.ts'

const WORDS = {
  until: { vi: 'Đến {hour} giờ, ', en: 'Until {hour} o’clock, ' },
  more: { vi: 'nhiều hơn {other} {sum}.', en: '{sum} more than {other}.' },
  less: { vi: 'ít hơn {other} {sum}.', en: '{sum} less than {other}.' },
  same: { vi: 'bằng {other}.', en: 'the same as {other}.' },
  closed: { vi: '{other} không bán.', en: 'nothing was sold {other}.' },
  yesterday: { vi: 'hôm qua', en: 'yesterday' },
  before: { vi: 'hôm trước', en: 'the day before' },
  week: { vi: '{weekday} tuần trước', en: '{weekday} a week before' },
}

/** The day beside the one before and the same weekday, in words and in no colour: less is no fault. */
export function Compared({ of }: { of: DayComparison }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const until = of.untilHour === null ? '' : fill(w.until, { hour: of.untilHour })
  const beside = [
    { other: of.untilHour === null ? w.before : w.yesterday, earlier: of.dayBefore },
    { other: fill(w.week, { weekday: weekdayOf(of.day, language) }), earlier: of.weekBefore },
  ]
  const sentences = beside.flatMap(({ other, earlier }) => {
    if (earlier === null) return []
    if (!earlier.sold) return [capital(fill(w.closed, { other }))]
    const more = of.amountVnd - earlier.amountVnd
    // Before the first sale of either there is nothing to set side by side.
    if (more === 0 && of.amountVnd === 0) return []
    const sum = formatVnd(BigInt(Math.abs(more)))
    const words = more === 0 ? w.same : more > 0 ? w.more : w.less
    return [capital(`${until}${fill(words, { other, sum })}`)]
  })
  return sentences.length === 0 ? null : (
    <ul className="compared" data-testid="compared">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}
