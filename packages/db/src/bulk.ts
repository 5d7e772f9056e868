import { getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Tx } from './db.ts'

/**
 * Inserts many rows in one statement. Each column travels as one array, so the text of the statement stays the same
 * however many rows there are, and 500 rows cost little more than one. Every row must have the keys of the first.
 * It is sent at once, so that inserts asked for one after the other are done in that order, whenever they are waited for.
 * Nobody reads what is returned: without it, Citus would send the rows on by COPY, which row-level security forbids.
 */
export function insertMany<T extends PgTable>(
  tx: Tx,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<unknown> {
  const [first] = rows
  if (first === undefined) return Promise.resolve()
  const used = Object.entries(getTableColumns(table)).filter(([key]) => Object.hasOwn(first, key))
  const names = used.map(([, column]) => sql.identifier(column.name))
  const arrays = used.map(([key, column]) => {
    const values = rows.map((row: Record<string, unknown>) => row[key] ?? null)
    return sql`${sql.param(values)}::${sql.raw(column.getSQLType())}[]`
  })
  return tx
    .execute(
      sql`insert into ${table} (${sql.join(names, sql`, `)}) select * from unnest(${sql.join(arrays, sql`, `)}) returning 1`,
    )
    .execute()
}
