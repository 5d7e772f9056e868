import type { ReportId } from '@tienve/contracts'
import { createDb } from '@tienve/db'
import type { TestDatabase } from '@tienve/db/testing'
import { boardAccounts } from '@tienve/ledger'
import { getReport } from '../../services/payment/src/summaries/service.ts'

/** Sums in whole đồng by what they are. */
export type Sums = Record<string, bigint>

/** A look at what the demo left, by statements of its own that share nothing with the service's. As the superuser. */
export type Books = {
  /** One row of whole numbers. */
  one(statement: string, values?: readonly unknown[]): Promise<Sums>
  /** Ids with a whole number each. */
  each(statement: string, values?: readonly unknown[]): Promise<Map<string, bigint>>
  /** What of an account is more on one side, by its id. */
  balances(): Promise<Map<string, bigint>>
  /** The total of a report's columns of money, as a screen is shown them. */
  report(id: ReportId, table: string, query: Record<string, string>): Promise<Sums>
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
    report: async (id, table, asked) => {
      const { tables } = await getReport({ db: api, now: () => now }, head, id, asked)
      const found = tables.find((one) => one.id === table)
      if (found?.total == null) throw new Error(`no total of ${table} in the report ${id}`)
      const { columns, total } = found
      return Object.fromEntries(
        columns.flatMap(({ id: name, kind }, at) =>
          kind === 'money' ? [[name, BigInt(Number(total.cells[at]))] as const] : [],
        ),
      )
    },
    close: async () => {
      await Promise.all([admin.pool.end(), api.pool.end()])
    },
  }
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
