import { PROVIDER_CHOICES } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, desc, eq, isNull, sql, type SQLWrapper } from 'drizzle-orm'
import { connection, connectionAccount, feedEvent, sighting } from '../feeds/tables.ts'
import { receivingAccount } from '../stalls/tables.ts'
import { STATEMENT } from './rules.ts'
import { statement } from './tables.ts'

export type AccountRow = Pick<typeof receivingAccount.$inferSelect, 'id' | 'stallId' | 'bin' | 'number'>

export async function findAccount(tx: Tx, marketId: string, id: string): Promise<AccountRow | undefined> {
  const { stallId, bin, number } = receivingAccount
  const [row] = await tx
    .select({ id: receivingAccount.id, stallId, bin, number })
    .from(receivingAccount)
    .where(and(eq(receivingAccount.marketId, marketId), eq(receivingAccount.id, id)))
  return row
}

/** The accounts of the register that a connection speaks for and that have this number, and how many it speaks for in all. */
export async function findNamed(
  tx: Tx,
  marketId: string,
  connectionId: string,
  number: string,
): Promise<{ accounts: AccountRow[]; count: number }> {
  const { stallId, bin } = receivingAccount
  const rows = await tx
    .select({ id: receivingAccount.id, stallId, bin, number: receivingAccount.number })
    .from(connectionAccount)
    .innerJoin(
      receivingAccount,
      and(
        eq(receivingAccount.marketId, connectionAccount.marketId),
        eq(receivingAccount.bin, connectionAccount.bin),
        eq(receivingAccount.number, connectionAccount.number),
      ),
    )
    .where(and(eq(connectionAccount.marketId, marketId), eq(connectionAccount.connectionId, connectionId)))
  return { accounts: rows.filter((row) => row.number === number), count: rows.length }
}

/** The feed that an account's statements are told through, when there is one. */
export async function findConnection(
  tx: Tx,
  marketId: string,
  { bin, number }: Pick<AccountRow, 'bin' | 'number'>,
): Promise<string | undefined> {
  const [row] = await tx
    .select({ id: connection.id })
    .from(connection)
    .innerJoin(
      connectionAccount,
      and(
        eq(connectionAccount.marketId, connection.marketId),
        eq(connectionAccount.connectionId, connection.id),
        eq(connectionAccount.bin, bin),
        eq(connectionAccount.number, number),
      ),
    )
    .where(
      and(
        eq(connection.marketId, marketId),
        eq(connection.provider, STATEMENT),
        isNull(connection.revokedAt),
      ),
    )
  return row?.id
}

export async function insertConnection(
  tx: Tx,
  feed: typeof connection.$inferInsert,
  account: typeof connectionAccount.$inferInsert,
): Promise<void> {
  await tx.insert(connection).values(feed)
  await tx.insert(connectionAccount).values(account)
  await tx.execute(sql`select directory_add_connections(${feed.marketId}, ${sql.param([feed.id])}::text[])`)
}

/** Keeps a statement unless the account has the very same file; answers the one that is there then. */
export async function insertStatement(
  tx: Tx,
  row: typeof statement.$inferInsert,
): Promise<{ id: string; connectionId: string }> {
  await tx.insert(statement).values(row).onConflictDoNothing()
  const { id, connectionId } = statement
  const [kept] = await tx
    .select({ id, connectionId })
    .from(statement)
    .where(
      and(
        eq(statement.marketId, row.marketId),
        eq(statement.accountId, row.accountId),
        eq(statement.fileHash, row.fileHash),
      ),
    )
  if (kept === undefined) throw new Error('a statement that was kept was not found')
  return kept
}

/** What the connection that delivered a statement is called, or its contract, of which there is one; null when a person brought it. */
export function delivererOf(marketId: SQLWrapper, importedBy: SQLWrapper) {
  return sql<
    string | null
  >`(select coalesce(nullif(d.name, ''), ${PROVIDER_CHOICES.standard.name}) from connection d
    where d.market_id = ${marketId} and d.id = ${importedBy})`
}

export type StatementRow = Awaited<ReturnType<typeof listStatements>>[number]

/** One statement, or an account's, with how many of its rows were looked at and what became of them. */
export async function listStatements(
  tx: Tx,
  marketId: string,
  { id, accountId }: { id?: string; accountId?: string },
) {
  const seen = (how: 'first' | 'joined') => sql<bigint>`(select count(*) from ${sighting} g
    where g.market_id = ${statement.marketId} and g.source = ${statement.id}
      and (g.joined_by = 'first') = ${how === 'first'})`
  const events = (held: boolean) => sql<bigint>`(select count(*) from ${feedEvent} e
    where e.market_id = ${statement.marketId} and e.connection_id = ${statement.connectionId}
      and starts_with(e.provider_event_id, ${statement.id} || ':') ${held ? sql`and e.held is not null` : sql``})`
  return tx
    .select({
      id: statement.id,
      accountId: statement.accountId,
      stallId: receivingAccount.stallId,
      format: statement.format,
      profile: statement.profile,
      fromDay: statement.fromDay,
      toDay: statement.toDay,
      openingVnd: statement.openingVnd,
      closingVnd: statement.closingVnd,
      rowCount: statement.rowCount,
      rowsDone: events(false),
      joined: seen('joined'),
      added: seen('first'),
      held: events(true),
      importedAt: statement.importedAt,
      deliveredBy: delivererOf(statement.marketId, statement.importedBy),
    })
    .from(statement)
    .innerJoin(
      receivingAccount,
      and(eq(receivingAccount.marketId, statement.marketId), eq(receivingAccount.id, statement.accountId)),
    )
    .where(
      and(
        eq(statement.marketId, marketId),
        id === undefined ? undefined : eq(statement.id, id),
        accountId === undefined ? undefined : eq(statement.accountId, accountId),
      ),
    )
    .orderBy(desc(statement.toDay), desc(statement.importedAt), desc(statement.id))
    .limit(100)
}
