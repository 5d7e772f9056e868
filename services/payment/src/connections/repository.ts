import { insertMany, type Tx } from '@tienve/db'
import { and, eq, isNull, ne, or, sql, gt } from 'drizzle-orm'
import { connection, connectionAccount, connectionPull, connectionSecret } from '../feeds/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'

/** Files that people bring are a feed of their own kind, which nobody sets up. */
const NOT_FILES = ne(connection.provider, 'statement')

export type ConnectionRow = NonNullable<Awaited<ReturnType<typeof findConnection>>>

/** A connection with how it is asked, and who set it up by name. */
export async function findConnection(tx: Tx, marketId: string, id: string) {
  const [row] = await selectConnections(tx).where(
    and(eq(connection.marketId, marketId), eq(connection.id, id), NOT_FILES),
  )
  return row ?? null
}

/**
 * Lets nobody else change the market's feeds until the transaction ends: who has the say on an account is settled between them.
 */
export async function lockFeeds(tx: Tx, marketId: string): Promise<void> {
  // Not their rows: a worker that hears a feed must not wait for a person.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`feeds ${marketId}`}, 0))`)
}

/** The connections of a stall; all of the market when it is null. The oldest last. */
export async function listConnections(tx: Tx, marketId: string, stallId: string | null) {
  const own = stallId === null ? undefined : eq(connection.stallId, stallId)
  return selectConnections(tx)
    .where(and(eq(connection.marketId, marketId), NOT_FILES, own))
    .orderBy(sql`${connection.revokedAt} is not null`, sql`${connection.createdAt} desc`, connection.id)
}

function selectConnections(tx: Tx) {
  return tx
    .select({
      id: connection.id,
      provider: connection.provider,
      name: connection.name,
      stallId: connection.stallId,
      stallCode: stall.code,
      triggerOnly: connection.triggerOnly,
      createdAt: connection.createdAt,
      createdBy: sql<string | null>`(
        select u.name from app_user u where u.market_id = ${connection.marketId} and u.id = ${connection.createdBy})`,
      revokedAt: connection.revokedAt,
      refusedAt: connection.refusedAt,
      refusal: connection.refusal,
      lastHeardAt: connection.lastHeardAt,
      deafSince: connection.deafSince,
      /** When it last delivered a statement, which is no message of its accounts: it says nothing of how they are heard. */
      deliveredAt: sql<Date | null>`(
        select max(t.imported_at) from statement t
        where t.market_id = ${connection.marketId} and t.imported_by = ${connection.id})`.mapWith(
        connection.lastHeardAt,
      ),
      pull: {
        baseUrl: connectionPull.baseUrl,
        everySeconds: connectionPull.everySeconds,
        readTo: connectionPull.readTo,
        askedAt: connectionPull.askedAt,
        problem: connectionPull.problem,
        failures: connectionPull.failures,
      },
      accountCount: sql<bigint>`(
        select count(*) from connection_account a
        where a.market_id = ${connection.marketId} and a.connection_id = ${connection.id})`,
    })
    .from(connection)
    .leftJoin(stall, and(eq(stall.marketId, connection.marketId), eq(stall.id, connection.stallId)))
    .leftJoin(
      connectionPull,
      and(eq(connectionPull.marketId, connection.marketId), eq(connectionPull.connectionId, connection.id)),
    )
}

/** What a connection is to hear, the board's accounts first. */
export async function listBound(tx: Tx, marketId: string, connectionId: string) {
  return tx
    .select({
      accountId: receivingAccount.id,
      bin: receivingAccount.bin,
      number: receivingAccount.number,
      holder: receivingAccount.holder,
      stallId: receivingAccount.stallId,
      stallCode: stall.code,
      authoritative: connectionAccount.authoritative,
    })
    .from(connectionAccount)
    .innerJoin(
      receivingAccount,
      and(
        eq(receivingAccount.marketId, connectionAccount.marketId),
        eq(receivingAccount.bin, connectionAccount.bin),
        eq(receivingAccount.number, connectionAccount.number),
      ),
    )
    .leftJoin(
      stall,
      and(eq(stall.marketId, receivingAccount.marketId), eq(stall.id, receivingAccount.stallId)),
    )
    .where(and(eq(connectionAccount.marketId, marketId), eq(connectionAccount.connectionId, connectionId)))
    .orderBy(sql`${stall.code} nulls first`, receivingAccount.id)
}

export async function listSecrets(tx: Tx, marketId: string, connectionId: string) {
  return tx
    .select({
      id: connectionSecret.id,
      scheme: connectionSecret.scheme,
      createdAt: connectionSecret.createdAt,
      notAfter: connectionSecret.notAfter,
    })
    .from(connectionSecret)
    .where(and(eq(connectionSecret.marketId, marketId), eq(connectionSecret.connectionId, connectionId)))
    .orderBy(sql`${connectionSecret.createdAt} desc nulls last`, connectionSecret.id)
}

/** Every account of the market that a feed may be bound to (one stall's, when named), with who has the say on it. */
export async function listBindable(tx: Tx, marketId: string, stallId: string | null) {
  const { rows } = await tx.execute<{
    id: string
    bin: string
    number: string
    holder: string
    stall_id: string | null
    stall_code: string | null
    stall_name: string | null
    heard_by: string | null
    heard_by_stall: string | null
  }>(sql`
    select r.id, r.bin, r.number, r.holder, r.stall_id, s.code as stall_code, s.name as stall_name,
      c.id as heard_by, c.stall_id as heard_by_stall
    from receiving_account r
    left join stall s on s.market_id = r.market_id and s.id = r.stall_id
    left join connection_account a
      on a.market_id = r.market_id and a.bin = r.bin and a.number = r.number and a.authoritative
    left join connection c on c.market_id = a.market_id and c.id = a.connection_id
    where r.market_id = ${marketId} and (${stallId}::text is null or r.stall_id = ${stallId})
    order by s.code nulls first, r.id`)
  return rows
}

/** Of a stall's accounts, which feeds of the board hear them. */
export async function listBoardFeedsOf(tx: Tx, marketId: string, stallId: string) {
  return tx
    .select({
      accountId: receivingAccount.id,
      connectionId: connection.id,
      provider: connection.provider,
      lastHeardAt: connection.lastHeardAt,
    })
    .from(receivingAccount)
    .innerJoin(
      connectionAccount,
      and(
        eq(connectionAccount.marketId, receivingAccount.marketId),
        eq(connectionAccount.bin, receivingAccount.bin),
        eq(connectionAccount.number, receivingAccount.number),
      ),
    )
    .innerJoin(
      connection,
      and(
        eq(connection.marketId, connectionAccount.marketId),
        eq(connection.id, connectionAccount.connectionId),
      ),
    )
    .where(
      and(
        eq(receivingAccount.marketId, marketId),
        eq(receivingAccount.stallId, stallId),
        isNull(connection.stallId),
        NOT_FILES,
      ),
    )
}

export async function insertConnection(
  tx: Tx,
  marketId: string,
  made: {
    connection: Omit<typeof connection.$inferInsert, 'marketId'>
    accounts: readonly { bin: string; number: string; authoritative: boolean }[]
    secret: NewSecret | null
  },
): Promise<void> {
  const { id } = made.connection
  await tx.insert(connection).values({ marketId, ...made.connection })
  await bindAccounts(tx, marketId, id, made.accounts)
  if (made.secret !== null) await insertSecret(tx, marketId, id, made.secret)
  await tx.execute(sql`select directory_add_connections(${marketId}, ${sql.param([id])}::text[])`)
}

export type NewSecret = Pick<
  typeof connectionSecret.$inferInsert,
  'id' | 'scheme' | 'ciphertext' | 'createdAt' | 'createdBy'
>

export async function insertSecret(
  tx: Tx,
  marketId: string,
  connectionId: string,
  secret: NewSecret,
): Promise<void> {
  await tx.insert(connectionSecret).values({ marketId, connectionId, ...secret })
}

/** Ends the secrets of a connection (one, when named) at a moment, but for those that end earlier. */
export async function endSecrets(
  tx: Tx,
  marketId: string,
  connectionId: string,
  notAfter: Date,
  secretId?: string,
): Promise<void> {
  await tx
    .update(connectionSecret)
    .set({ notAfter })
    .where(
      and(
        eq(connectionSecret.marketId, marketId),
        eq(connectionSecret.connectionId, connectionId),
        secretId === undefined ? undefined : eq(connectionSecret.id, secretId),
        or(isNull(connectionSecret.notAfter), gt(connectionSecret.notAfter, notAfter)),
      ),
    )
}

export async function bindAccounts(
  tx: Tx,
  marketId: string,
  connectionId: string,
  accounts: readonly { bin: string; number: string; authoritative: boolean }[],
): Promise<void> {
  await insertMany(
    tx,
    connectionAccount,
    accounts.map((one) => ({ marketId, connectionId, ...one })),
  )
}

/** As `bindAccounts`, for accounts of which some are bound to it already. */
export async function rebindAccounts(
  tx: Tx,
  marketId: string,
  connectionId: string,
  accounts: readonly { bin: string; number: string; authoritative: boolean }[],
): Promise<void> {
  if (accounts.length === 0) return
  await tx
    .insert(connectionAccount)
    .values(
      accounts.map(({ bin, number, authoritative }) => ({
        marketId,
        connectionId,
        bin,
        number,
        authoritative,
      })),
    )
    .onConflictDoUpdate({
      target: [
        connectionAccount.marketId,
        connectionAccount.connectionId,
        connectionAccount.number,
        connectionAccount.bin,
      ],
      set: { authoritative: sql`excluded.authoritative` },
    })
}

/**
 * Frees accounts (all, when none is named) of a connection. What it had the say on falls to the oldest other feed of the
 * account, so that its money goes on being counted.
 */
export async function unbindAccounts(
  tx: Tx,
  marketId: string,
  connectionId: string,
  accounts?: readonly BankAccount[],
): Promise<void> {
  const only = accounts === undefined ? sql`true` : isOneOf(accounts)
  const { rows } = await tx.execute<{ bin: string; number: string }>(sql`
    delete from connection_account a
    where a.market_id = ${marketId} and a.connection_id = ${connectionId} and ${only}
    returning a.bin, a.number`)
  if (rows.length === 0) return
  await tx.execute(sql`
    update connection_account a set authoritative = true
    from (
      select distinct on (o.bin, o.number) o.bin, o.number, o.connection_id
      from connection_account o
      join connection c on c.market_id = o.market_id and c.id = o.connection_id
      join (${asRows(rows)}) as freed (bin, number) on freed.bin = o.bin and freed.number = o.number
      where o.market_id = ${marketId} and c.revoked_at is null and c.provider <> 'statement'
        and not exists (
          select from connection_account s
          where s.market_id = o.market_id and s.bin = o.bin and s.number = o.number and s.authoritative)
      order by o.bin, o.number, c.created_at, c.id
    ) as heir
    where a.market_id = ${marketId} and a.connection_id = heir.connection_id and a.bin = heir.bin and a.number = heir.number`)
}

/** Takes the say on these accounts from whoever has it. */
export async function takeAuthority(
  tx: Tx,
  marketId: string,
  accounts: readonly BankAccount[],
): Promise<void> {
  await tx.execute(sql`
    update connection_account a set authoritative = false
    where a.market_id = ${marketId} and a.authoritative and ${isOneOf(accounts)}`)
}

type BankAccount = { bin: string; number: string }

/** Whether `a` is one of these accounts: two banks may have the same number. */
function isOneOf(accounts: readonly BankAccount[]) {
  return sql`(a.bin, a.number) in (${asRows(accounts)})`
}

function asRows(accounts: readonly BankAccount[]) {
  return sql`select * from unnest(${sql.param(accounts.map(({ bin }) => bin))}::text[],
    ${sql.param(accounts.map(({ number }) => number))}::text[])`
}

type Change = Pick<
  Partial<typeof connection.$inferInsert>,
  'changedAt' | 'changedBy' | 'revokedAt' | 'revokedBy' | 'refusedAt' | 'refusal'
>

export async function changeConnection(tx: Tx, marketId: string, id: string, change: Change): Promise<void> {
  await tx
    .update(connection)
    .set(change)
    .where(and(eq(connection.marketId, marketId), eq(connection.id, id)))
}

/** How a connection is asked from now on; what it was asked already stays. */
export async function upsertPull(
  tx: Tx,
  marketId: string,
  pull: Omit<typeof connectionPull.$inferInsert, 'marketId' | 'askedAt' | 'problem' | 'failures'>,
  dueAt: Date,
): Promise<void> {
  const { baseUrl, ciphertext, everySeconds } = pull
  await tx
    .insert(connectionPull)
    .values({ marketId, ...pull })
    .onConflictDoUpdate({
      target: [connectionPull.marketId, connectionPull.connectionId],
      set: { baseUrl, ciphertext, everySeconds, problem: null, failures: 0 },
    })
  await tx.execute(sql`select pull_schedule(${marketId}, ${pull.connectionId}, ${dueAt})`)
}

export async function deletePull(tx: Tx, marketId: string, connectionId: string): Promise<void> {
  await tx
    .delete(connectionPull)
    .where(and(eq(connectionPull.marketId, marketId), eq(connectionPull.connectionId, connectionId)))
}

/** How many movements of a connection since a moment were on accounts that are not bound to it. */
export async function countForeign(
  tx: Tx,
  marketId: string,
  connectionId: string,
  since: Date,
): Promise<number> {
  const { rows } = await tx.execute<{ count: bigint }>(sql`
    select count(*) from bank_transaction
    where market_id = ${marketId} and connection_id = ${connectionId} and account_id is null
      and occurred_at >= ${since}`)
  return Number(rows[0]?.count ?? 0n)
}
