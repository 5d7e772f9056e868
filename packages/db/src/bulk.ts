import { getTableColumns } from 'drizzle-orm'
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import pg from 'pg'
import type { Tx } from './db.ts'

/** An insert of certain columns of a table: its text and the keys of a row, in the order of its parameters. */
type Insert = { text: string; keys: string[] }

const inserts = new WeakMap<PgTable, Map<string, Insert>>()

/**
 * Inserts many rows in one statement. Each column travels as one array, so the text of the statement stays the same
 * however many rows there are, and 500 rows cost little more than one. Every row must have the keys of the first.
 * It is sent at once, so that inserts asked for one after the other are done in that order, whenever they are waited for.
 */
export async function insertMany<T extends PgTable>(
  tx: Tx,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const { text, keys } = insertOf(table, Object.keys(first))
  const values = keys.map((key) => rows.map((row: Record<string, unknown>) => row[key] ?? null))
  await tx.$client.query({ text }, values)
}

/**
 * The insert of these keys into a table, written once. Nobody reads what is returned: without it, Citus would send the rows
 * on by COPY, which row-level security forbids.
 */
function insertOf(table: PgTable, given: readonly string[]): Insert {
  const known = inserts.get(table) ?? new Map<string, Insert>()
  inserts.set(table, known)
  const name = given.join()
  const found = known.get(name)
  if (found !== undefined) return found
  const used = Object.entries(getTableColumns(table)).filter(([key]) => given.includes(key))
  const names = used.map(([, column]) => pg.escapeIdentifier(column.name))
  const arrays = used.map(([, column], at) => `$${at + 1}::${column.getSQLType()}[]`)
  const insert = {
    text: `insert into ${pg.escapeIdentifier(getTableConfig(table).name)} (${names.join(', ')}) select * from unnest(${arrays.join(', ')}) returning 1`,
    keys: used.map(([key]) => key),
  }
  known.set(name, insert)
  return insert
}
