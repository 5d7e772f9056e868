import { readVietnamTime } from '@tienve/bank-feeds'
import { AppError } from '@tienve/contracts'
import { writeStatement, type StatementBank, type StatementToWrite } from '@tienve/statements'
import { findBank } from '@tienve/vietqr'
import { findAccount } from './accounts.ts'
import { openingVndOf, signedVnd, type Entry } from './book.ts'
import { namesAccount } from './connections.ts'
import { deliverFile, type Connection, type Delivery } from './delivery.ts'
import type { Bank } from './transfers.ts'

export const STATEMENT_FORMATS = ['csv', 'xlsx', 'mt940', 'camt053'] as const
export type StatementFormat = (typeof STATEMENT_FORMATS)[number]

export const STATEMENT_BANKS = [
  'vietcombank',
  'mb',
  'techcombank',
  'vietinbank',
  'bidv',
  'agribank',
] as const satisfies readonly StatementBank[]

const FILES: Readonly<Record<StatementFormat, { type: string; extension: string }>> = {
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv' },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', extension: 'xlsx' },
  mt940: { type: 'text/plain; charset=utf-8', extension: 'sta' },
  camt053: { type: 'application/xml; charset=utf-8', extension: 'xml' },
}

const DAY_MS = 86_400_000

export type StatementOrder = {
  bin: string
  account: string
  /** `YYYY-MM-DD`. */
  day: string
  format: StatementFormat
  /** Whose columns a table has; the account's own bank unless said, where its are known. */
  bank?: StatementBank | undefined
}

/**
 * The statement of an account and day as its bank would give it out, with everything that moved, told or not. Errors:
 * `not_found`, `request_invalid`.
 */
export async function makeStatement(
  { accounts, book }: Bank,
  { bin, account, day, format, bank }: StatementOrder,
): Promise<{ file: Buffer; type: string; name: string }> {
  if (findAccount(accounts, bin, account) === undefined)
    throw new AppError('not_found', 'This bank does not know the account', { fields: { account: 'unknown' } })
  const starts = readVietnamTime(day)?.occurredAt.getTime()
  if (starts === undefined)
    throw new AppError('request_invalid', undefined, { fields: { day: 'no day of the calendar' } })
  const entries = book
    .list(bin, account)
    .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || a.id - b.id)
  const before = entries.filter(({ occurredAt }) => occurredAt.getTime() < starts)
  const within = entries.filter(
    ({ occurredAt }) => occurredAt.getTime() >= starts && occurredAt.getTime() < starts + DAY_MS,
  )
  const openingVnd = before.reduce((sum, entry) => sum + signedVnd(entry), openingVndOf(account))
  const rows = toRows(within, openingVnd)
  const closingVnd = rows.at(-1)?.balanceVnd ?? openingVnd
  const file = await writeStatement(
    { accountNumber: account, fromDay: day, toDay: day, openingVnd, closingVnd, rows },
    { bank: bank ?? bankOf(bin), format },
  )
  const { type, extension } = FILES[format]
  return { file, type, name: `${account}-${day}.${extension}` }
}

/**
 * Delivers the statement of an account and day to the service, by the connection that may. Errors: `request_invalid` where none
 * may, and those of `makeStatement`.
 */
export async function deliverStatement(
  bank: Bank,
  order: StatementOrder,
): Promise<{ deliveries: Delivery[]; isTaken: boolean }> {
  const statement = await makeStatement(bank, order)
  const connection = delivererOf(bank, order)
  if (connection === undefined)
    throw new AppError('request_invalid', 'No connection delivers statements of the account', {
      fields: { deliver: 'no connection' },
    })
  const deliveries = await deliverFile(bank, connection, order, statement)
  return { deliveries, isTaken: deliveries.at(-1)?.status === 200 }
}

/** The connection by which an account's statements may be delivered: one that speaks our own contract. */
export function delivererOf(
  { connections }: Bank,
  { bin, account }: Pick<StatementOrder, 'bin' | 'account'>,
): Connection | undefined {
  return connections.list().find((one) => one.provider === 'standard' && namesAccount(one, bin, account))
}

function bankOf(bin: string): StatementBank {
  const name = findBank(bin)?.shortName.toLowerCase() ?? ''
  return STATEMENT_BANKS.find((bank) => name.startsWith(bank)) ?? 'vietcombank'
}

function toRows(entries: readonly Entry[], openingVnd: bigint): StatementToWrite['rows'] {
  let balanceVnd = openingVnd
  return entries.map((entry) => {
    balanceVnd += signedVnd(entry)
    return {
      direction: entry.direction,
      amountVnd: entry.amountVnd,
      occurredAt: entry.occurredAt,
      precision: 'second',
      reference: entry.reference,
      content: entry.content,
      balanceVnd,
      reversal: entry.reversesId !== null,
    }
  })
}
