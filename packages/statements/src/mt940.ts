import { checkBalances } from './balances.ts'
import { oneLine } from './cells.ts'
import { readVietnamTime } from '@tienve/bank-feeds'
import { periodOf } from './period.ts'
import { StatementError, type Statement, type StatementRow } from './statement.ts'

/** One field of a message: `:61:` and what follows until the next field. */
type Field = { readonly tag: string; readonly line: number; readonly lines: readonly string[] }
type Balance = { readonly amountVnd: bigint; readonly day: string; readonly line: number }

/** A line of `:86:` is at most 65 characters (SWIFT, field 86: `6*65x`), so one that long may end within a word. */
const FULL_LINE = 65

const BALANCE = /^([CD])(\d{6})([A-Z]{3})(\d[\d,]*)$/
const MOVEMENT = /^(\d{6})(\d{4})?(RC|RD|C|D)([A-Z])?(\d[\d,]*)([NFS][A-Z0-9]{3})(.*)$/

/**
 * Reads MT940: one message, or the messages of one account that follow each other. `RC` takes back money in and is a row
 * out, `RD` the other way round. No library: those on npm compute in floating point and name no line.
 */
export function readMt940(text: string): Omit<Statement, 'format' | 'profile'> {
  const messages = splitMessages(fieldsOf(text))
  if (messages.length === 0) throw new StatementError('format_unknown')
  const accounts = new Map(
    messages
      .map((fields) => [getField(fields, '25'), fields] as const)
      .map(([field]) => [field.lines[0]?.trim() ?? '', field]),
  )
  const second = [...accounts.values()][1]
  if (second !== undefined) throw new StatementError('several_accounts', second.line, ':25:')
  const rows: StatementRow[] = []
  let opening: Balance | null = null
  let closing: Balance | null = null
  for (const fields of messages) {
    const from = readBalance(getField(fields, '60F', '60M'))
    const to = readBalance(getField(fields, '62F', '62M'))
    if (closing !== null && closing.amountVnd !== from.amountVnd) {
      const mismatch = { expectedVnd: closing.amountVnd, foundVnd: from.amountVnd }
      throw new StatementError('balances_mismatch', from.line, ':60:', { mismatch })
    }
    const own = readRows(fields)
    checkBalances(
      own,
      { openingVnd: from.amountVnd, closingVnd: to.amountVnd },
      { line: to.line, field: ':62:' },
    )
    for (const row of own) rows.push(row)
    opening ??= from
    closing = to
  }
  const [account = ''] = accounts.keys()
  return {
    accountNumber: /\d{6,19}/.exec(account)?.[0] ?? (account || null),
    ...periodOf(opening?.day ?? null, closing?.day ?? null, rows),
    openingVnd: opening?.amountVnd ?? null,
    closingVnd: closing?.amountVnd ?? null,
    checked: 'balances',
    rows,
  }
}

function fieldsOf(text: string): Field[] {
  const fields: { tag: string; line: number; lines: string[] }[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const match = /^(?:\{.*\{4:)?:(\d{2}[A-Z]?|NS):(.*)$/.exec(line)
    if (match !== null) fields.push({ tag: match[1] ?? '', line: index + 1, lines: [match[2] ?? ''] })
    else if (line.startsWith('{') || line.startsWith('-}') || line === '-')
      fields.push({ tag: '', line: index + 1, lines: [] })
    else fields.at(-1)?.lines.push(line)
  }
  return fields
}

function splitMessages(fields: readonly Field[]): Field[][] {
  const messages: Field[][] = []
  for (const field of fields) {
    if (field.tag === '20') messages.push([])
    messages.at(-1)?.push(field)
  }
  return messages
}

function getField(fields: readonly Field[], ...tags: readonly string[]): Field {
  const field = fields.find(({ tag }) => tags.includes(tag))
  if (field !== undefined) return field
  throw new StatementError('file_unreadable', fields[0]?.line ?? null, `:${tags[0]}:`)
}

function readRows(fields: readonly Field[]): StatementRow[] {
  return fields.flatMap((field, at) => {
    if (field.tag !== '61') return []
    const next = fields[at + 1]
    return [readRow(field, next?.tag === '86' ? next : null)]
  })
}

function readRow({ line, lines: [text = '', ...supplement] }: Field, details: Field | null): StatementRow {
  const match = MOVEMENT.exec(text.trim())
  if (match === null) throw new StatementError('row_unreadable', line, ':61:')
  const [, valueDay = '', bookedDay, mark = '', , amount = '', , references = ''] = match
  const [own = '', bank = ''] = references.split('//')
  const amountVnd = readAmount(amount, line, ':61:')
  if (amountVnd === 0n) throw new StatementError('amount_missing', line, ':61:')
  return {
    line,
    direction: mark === 'C' || mark === 'RD' ? 'in' : 'out',
    amountVnd,
    occurredAt: bookedAt(valueDay, bookedDay, line),
    precision: 'day',
    reference: oneLine(bank) || (own.trim() === 'NONREF' ? null : oneLine(own) || null),
    content: oneLine(details === null ? supplement.join(' ') : joinLines(details.lines)),
    balanceVnd: null,
    reversal: mark.startsWith('R'),
  }
}

/** The booking day has no year: it is the value day's, or the next to it where the two stand on both sides of a new year. */
function bookedAt(valueDay: string, bookedDay: string | undefined, line: number): Date {
  const value = dayOf(valueDay, line, ':61:')
  if (bookedDay === undefined) return value.at
  const monthsApart = Number(bookedDay.slice(0, 2)) - Number(valueDay.slice(2, 4))
  const year = Number(value.day.slice(0, 4)) + (monthsApart > 6 ? -1 : monthsApart < -6 ? 1 : 0)
  return dayOf(`${String(year).slice(2)}${bookedDay}`, line, ':61:').at
}

function readBalance({ tag, line, lines }: Field): Balance {
  const match = BALANCE.exec(lines[0]?.trim() ?? '')
  if (match === null) throw new StatementError('row_unreadable', line, `:${tag}:`)
  const [, mark, day = '', currency, amount = ''] = match
  if (currency !== 'VND') throw new StatementError('currency_unsupported', line, `:${tag}:`)
  const amountVnd = readAmount(amount, line, `:${tag}:`)
  return { amountVnd: mark === 'D' ? -amountVnd : amountVnd, day: dayOf(day, line, `:${tag}:`).day, line }
}

/** Đồng have no decimals and the comma is there all the same: `150000,`. */
function readAmount(text: string, line: number, field: string): bigint {
  const match = /^(\d{1,15}),?(\d{0,2})$/.exec(text)
  if (match === null) throw new StatementError('amount_unreadable', line, field)
  if (/[1-9]/.test(match[2] ?? '')) throw new StatementError('amount_fractional', line, field)
  return BigInt(match[1] ?? '')
}

function dayOf(text: string, line: number, field: string): { at: Date; day: string } {
  const day = `20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4, 6)}`
  const time = readVietnamTime(day)
  if (time === null) throw new StatementError('date_unreadable', line, field)
  return { at: time.occurredAt, day }
}

function joinLines(lines: readonly string[]): string {
  return lines.reduce((text, line, at) => {
    const isWithinWord = (lines[at - 1]?.length ?? 0) >= FULL_LINE
    return at === 0 || isWithinWord ? text + line : `${text} ${line}`
  }, '')
}
