import { vietnamDay } from './cells.ts'
import type { StatementToWrite } from './write.ts'

const DAY_MS = 86_400_000
const LINE = 65

/** A statement as one MT940 message, its opening dated by the evening before. Days alone: the format has no times. */
export function writeMt940({
  accountNumber,
  fromDay,
  toDay,
  openingVnd,
  closingVnd,
  rows,
}: StatementToWrite): string {
  const eveningBefore = new Date(new Date(`${fromDay}T00:00:00Z`).getTime() - DAY_MS)
    .toISOString()
    .slice(0, 10)
  return [
    '{1:F01BANKVNVXAXXX0000000000}{2:I940CLIENTXXXXXN}{4:',
    `:20:STMT${shortDay(toDay)}`,
    `:25:${accountNumber}`,
    ':28C:00001/001',
    `:60F:${balance(eveningBefore, openingVnd)}`,
    ...rows.flatMap((row) => {
      const goesIn = row.direction === 'in'
      const mark = row.reversal ? (goesIn ? 'RD' : 'RC') : goesIn ? 'C' : 'D'
      const day = shortDay(vietnamDay(row.occurredAt))
      const reference = row.reference === null ? '' : `//${row.reference}`
      const movement = `:61:${day}${day.slice(2)}${mark}${row.amountVnd},NTRFNONREF${reference}`
      return row.content === '' ? [movement] : [movement, ...wrap(`:86:${row.content}`)]
    }),
    `:62F:${balance(toDay, closingVnd)}`,
    '-}',
    '',
  ].join('\r\n')
}

function balance(day: string, amountVnd: bigint): string {
  return `${amountVnd < 0n ? 'D' : 'C'}${shortDay(day)}VND${amountVnd < 0n ? -amountVnd : amountVnd},`
}

/** `YYMMDD`. */
function shortDay(day: string): string {
  return day.slice(2).replaceAll('-', '')
}

/**
 * Cuts at blanks where it can. A line may not begin like a field or an end (SWIFT keeps `:` and `-` from there), which a
 * word longer than a line cannot promise: `RangeError`.
 */
function wrap(text: string): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > LINE) {
    const blank = rest.lastIndexOf(' ', LINE - 1)
    const at = blank > 0 ? blank : LINE
    if (/^[:{-]/.test(rest.slice(at))) throw new RangeError('a word is too long for MT940')
    lines.push(rest.slice(0, at))
    rest = rest.slice(at)
  }
  return [...lines, rest]
}
