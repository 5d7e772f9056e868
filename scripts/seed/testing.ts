import { SERVICE_WORDS, SERVICES, type Report, type ReportCell, type ReportId } from '@tienve/contracts'
import { createDb, inMarket } from '@tienve/db'
import type { TestDatabase } from '@tienve/db/testing'
import { boardAccounts } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { readOne } from '../../services/payment/src/columns.ts'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import { getReport } from '../../services/payment/src/summaries/service.ts'

/** Sums in whole đồng by what they are. */
export type Sums = Record<string, bigint>

/** A row of a report by its columns; of words, the Vietnamese ones. */
export type Cells = Record<string, string | number | null>
export type Shown = { rows: Cells[]; total: Cells | null; money: string[] }

/** A look at what the demo left, by statements of its own that share nothing with the service's. As the superuser. */
export type Books = {
  /** One row of whole numbers. */
  one(statement: string, values?: readonly unknown[]): Promise<Sums>
  /** Ids with a whole number each. */
  each(statement: string, values?: readonly unknown[]): Promise<Map<string, bigint>>
  /** What of an account is more on one side, by its id. */
  balances(): Promise<Map<string, bigint>>
  /** Rows of whole numbers by their id. */
  rows(statement: string, values?: readonly unknown[]): Promise<Map<string, Sums>>
  /** The total of a report's columns of money, as a screen is shown them. */
  report(id: ReportId, table: string, query: Record<string, string>): Promise<Sums>
  /** The tables of a report by their id, as a screen is shown them. */
  tables(id: ReportId, query: Record<string, string>): Promise<Map<string, Shown>>
  close(): Promise<void>
}

export async function openBooks(database: TestDatabase, marketId: string, now: Date): Promise<Books> {
  const admin = createDb(database.adminUrl, { max: 1 })
  const api = createDb(database.apiUrl, { max: 1 })
  const query = async (statement: string, values: readonly unknown[] = []) =>
    (await admin.pool.query<Record<string, string | bigint | null>>(statement, [marketId, ...values])).rows
  const [user] = await query(`select id from app_user where market_id = $1 and role = 'head'`)
  const head = { marketId, userId: String(user?.['id']), role: 'head' as const, stallId: null }
  const each = async (statement: string, values?: readonly unknown[]): Promise<Map<string, bigint>> =>
    new Map((await query(statement, values)).map(({ id, vnd }) => [String(id), BigInt(vnd ?? 0n)]))
  const tables: Books['tables'] = async (id, asked) => {
    const report = await getReport({ db: api, now: () => now }, head, id, asked)
    return new Map(report.tables.map((table) => [table.id, shownOf(table)]))
  }
  return {
    one: async (statement, values) => {
      const [row = {}] = await query(statement, values)
      return Object.fromEntries(Object.entries(row).map(([name, vnd]) => [name, BigInt(vnd ?? 0n)]))
    },
    each,
    balances: () =>
      each(`
        select id, sum(vnd)::bigint as vnd from (
          select debit_account as id, amount_vnd as vnd from ledger_transfer where market_id = $1
          union all select credit_account, -amount_vnd from ledger_transfer where market_id = $1
        ) legs group by id`),
    rows: async (statement, values) =>
      new Map(
        (await query(statement, values)).map(({ id, ...row }) => [
          String(id),
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, BigInt(value ?? 0n)])),
        ]),
      ),
    report: async (id, table, asked) => {
      const shown = (await tables(id, asked)).get(table)
      if (shown?.total == null) throw new Error(`no total of ${table} in the report ${id}`)
      return moneyOf(shown, shown.total)
    },
    tables,
    close: async () => {
      await Promise.all([admin.pool.end(), api.pool.end()])
    },
  }
}

function shownOf({ columns, rows, total }: Report['tables'][number]): Shown {
  const named = ({ cells }: { cells: readonly ReportCell[] }): Cells =>
    Object.fromEntries(
      columns.map(({ id }, at) => {
        const cell = cells[at] ?? null
        return [id, typeof cell === 'object' && cell !== null ? cell.vi : cell]
      }),
    )
  return {
    rows: rows.map(named),
    total: total === null ? null : named(total),
    money: columns.flatMap(({ id, kind }) => (kind === 'money' ? [id] : [])),
  }
}

/** The columns of money of a row. */
export function moneyOf({ money }: Shown, row: Cells): Sums {
  return Object.fromEntries(money.map((name) => [name, BigInt(row[name] ?? 0)]))
}

/** Some columns of a row as whole numbers, by names of one's own. */
export function numbersOf(row: Cells, names: Record<string, string>): Sums {
  return Object.fromEntries(Object.entries(names).map(([name, column]) => [name, BigInt(row[column] ?? 0)]))
}

/** What the board's own accounts hold, by what they are for. */
export function sidesOf(balances: ReadonlyMap<string, bigint>): Sums {
  const of = (id: string): bigint => balances.get(id) ?? 0n
  const all = (start: string): bigint =>
    [...balances].filter(([id]) => id.startsWith(start)).reduce((sum, [, vnd]) => sum + vnd, 0n)
  return {
    owed: all(boardAccounts.receivable('')),
    ahead: -of(boardAccounts.advance),
    bank: of(boardAccounts.bank),
    safe: of(boardAccounts.cash),
    carried: all(boardAccounts.collected('')),
    unplaced: -of(boardAccounts.suspense),
  }
}

/** Sales by market and day. */
export type Counts = Record<string, number>

/** What is in the database; a transfer that a shopper made twice is one sale. */
export async function countSales({ adminUrl }: TestDatabase): Promise<Counts> {
  const db = createDb(adminUrl, { max: 1 })
  const pages = await Promise.all(
    MARKETS.map(async ({ id, name }) => {
      const { rows } = await inMarket(db, id, (tx) =>
        tx.execute<{ day: string; count: number }>(sql`
          select day::text, count(*)::integer as count from (
            select day from payment where market_id = ${id} and purpose = 'sale' and verdict <> 'repeated'
            union all select day from cash_sale where market_id = ${id}) s
          group by day`),
      )
      return rows.map(({ day, count }) => [`${name}: ${day}`, count] as const)
    }),
  )
  await db.pool.end()
  return Object.fromEntries(pages.flat())
}

export function requireShown(tables: ReadonlyMap<string, Shown>, id: string): Shown {
  const found = tables.get(id)
  if (found === undefined) throw new Error(`no table ${id}`)
  return found
}

/** Rows of a table by what stands in some of their columns, with others of them as numbers by names of one's own. */
export function byColumn(
  { rows }: Shown,
  keys: readonly string[],
  names: Record<string, string>,
): Map<string, Sums> {
  return new Map(rows.map((row) => [keys.map((key) => row[key]).join(' '), numbersOf(row, names)]))
}

/** Sums by zone and service with the service as it is written for people. */
export function worded(sums: ReadonlyMap<string, Sums>): Map<string, Sums> {
  return new Map(
    [...sums].map(([id, of]) => {
      const at = id.lastIndexOf(' ')
      return [`${id.slice(0, at)} ${SERVICE_WORDS[readOne(SERVICES, id.slice(at + 1))].vi}`, of]
    }),
  )
}

/** The counts of what the ward needs to know, in their order. */
export function countsOf(ward: ReadonlyMap<string, Shown>): bigint[] {
  return requireShown(ward, 'facts').rows.map(({ count }) => BigInt(count ?? -1))
}

/** `1.234,5 kWh` as 123450. */
export function hundredthsOf(used: string | number | null | undefined): bigint {
  const text = String(used).split(' ')[0] ?? ''
  return BigInt(Math.round(Number(text.replaceAll('.', '').replace(',', '.')) * 100))
}

/** Runs something while a table cannot be found, as after a migration that went wrong. */
export async function hideTable(
  { adminUrl }: TestDatabase,
  table: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const { pool } = createDb(adminUrl, { max: 1 })
  await pool.query(`alter table ${table} rename to hidden`)
  try {
    await work()
  } finally {
    await pool.query(`alter table hidden rename to ${table}`)
    await pool.end()
  }
}
