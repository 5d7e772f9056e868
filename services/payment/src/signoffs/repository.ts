import type { Tx } from '@tienve/db'
import { and, desc, eq, sql } from 'drizzle-orm'
import { approval } from '../approvals/tables.ts'
import { addDays, startOfDay } from '../days.ts'
import { delivererOf } from '../statements/repository.ts'
import { daySignOff } from './tables.ts'

export type BoardAccount = { id: string; bin: string; number: string }

/** The accounts of the market's board. */
export async function listBoardAccounts(tx: Tx, marketId: string): Promise<BoardAccount[]> {
  const { rows } = await tx.execute<BoardAccount>(sql`
    select id, bin, number from receiving_account where market_id = ${marketId} and stall_id is null
    order by not is_default, bin, number`)
  return rows
}

/** A movement on an account of the board, with how it was heard of. */
export type Movement = {
  id: string
  accountId: string
  changeVnd: bigint
  occurredAt: Date
  receivedAt: Date
  precision: string
  balanceAfterVnd: bigint | null
  byPush: boolean
  byPull: boolean
  byStatement: boolean
}

/** What moved on the accounts of the board on a day, in the order of the bank's time. */
export async function listMovements(tx: Tx, marketId: string, day: string): Promise<Movement[]> {
  const { rows } = await tx.execute<
    Omit<Movement, 'occurredAt' | 'receivedAt'> & { occurredAt: string; receivedAt: string }
  >(sql`
    select b.id, b.account_id as "accountId", b.precision, b.occurred_at as "occurredAt", b.received_at as "receivedAt",
      case b.direction when 'in' then b.amount_vnd else -b.amount_vnd end as "changeVnd",
      b.balance_after_vnd as "balanceAfterVnd",
      coalesce(bool_or(t.id is null and g.source not like '%/pull'), false) as "byPush",
      coalesce(bool_or(g.source like '%/pull'), false) as "byPull",
      coalesce(bool_or(t.id is not null), false) as "byStatement"
    from bank_transaction b
    join receiving_account r on r.market_id = b.market_id and r.id = b.account_id and r.stall_id is null
    left join sighting g on g.market_id = b.market_id and g.bank_transaction_id = b.id
    left join statement t on t.market_id = g.market_id and t.id = g.source
    where b.market_id = ${marketId} and b.occurred_at >= ${startOfDay(day)} and b.occurred_at < ${startOfDay(addDays(day, 1))}
    group by b.market_id, b.id order by b.occurred_at, b.id`)
  return rows.map((row) => ({
    ...row,
    occurredAt: new Date(row.occurredAt),
    receivedAt: new Date(row.receivedAt),
  }))
}

export type Statement = {
  id: string
  accountId: string
  fromDay: string
  toDay: string
  openingVnd: bigint | null
  closingVnd: bigint | null
  isRead: boolean
  importedAt: Date
  deliveredBy: string | null
}

/** The statements of the board's accounts that cover a day, the shortest first. */
export async function listStatements(tx: Tx, marketId: string, day: string): Promise<Statement[]> {
  const { rows } = await tx.execute<Omit<Statement, 'importedAt'> & { importedAt: string }>(sql`
    select t.id, t.account_id as "accountId", t.from_day::text as "fromDay", t.to_day::text as "toDay",
      t.opening_vnd as "openingVnd", t.closing_vnd as "closingVnd", t.imported_at as "importedAt",
      ${delivererOf(sql`t.market_id`, sql`t.imported_by`)} as "deliveredBy",
      t.row_count <= (select count(*) from feed_event e where e.market_id = t.market_id
        and e.connection_id = t.connection_id and starts_with(e.provider_event_id, t.id || ':')) as "isRead"
    from statement t
    join receiving_account r on r.market_id = t.market_id and r.id = t.account_id and r.stall_id is null
    where t.market_id = ${marketId} and t.from_day <= ${day}::date and t.to_day >= ${day}::date
    order by t.to_day - t.from_day, t.imported_at desc`)
  return rows.map((row) => ({ ...row, importedAt: new Date(row.importedAt) }))
}

/** Rows of the board's statements that nobody has said of yet what they are. */
export async function listHeldRows(
  tx: Tx,
  marketId: string,
  day: string,
): Promise<{ accountId: string; changeVnd: bigint; occurredAt: Date }[]> {
  const { rows } = await tx.execute<{ accountId: string; changeVnd: bigint; occurredAt: string }>(sql`
    select t.account_id as "accountId", s.occurred_at as "occurredAt",
      case s.direction when 'in' then s.amount_vnd else -s.amount_vnd end as "changeVnd"
    from suspense s
    join statement t on t.market_id = s.market_id and t.id = split_part(s.provider_event_id, ':', 1)
    join receiving_account r on r.market_id = t.market_id and r.id = t.account_id and r.stall_id is null
    where s.market_id = ${marketId} and s.status = 'open' and s.bank_transaction_id is null
      and s.occurred_at >= ${startOfDay(day)} and s.occurred_at < ${startOfDay(addDays(day, 1))}
    order by s.occurred_at, s.id`)
  return rows.map((row) => ({ ...row, occurredAt: new Date(row.occurredAt) }))
}

/** Money in suspense by the reason why. */
export async function sumSuspenseByReason(
  tx: Tx,
  marketId: string,
): Promise<{ reason: string; count: bigint; amountVnd: bigint }[]> {
  const { rows } = await tx.execute<{ reason: string; count: bigint; amountVnd: bigint }>(sql`
    select reason, count(*) as count, sum(amount_vnd)::bigint as "amountVnd" from suspense
    where market_id = ${marketId} and status = 'open' group by reason order by reason`)
  return rows
}

export type SignOffRow = NonNullable<Awaited<ReturnType<typeof findSignOff>>>

/** The last sign-off of a day, with who decided on it. */
export async function findSignOff(tx: Tx, marketId: string, day: string) {
  const [row] = await tx
    .select({ signOff: daySignOff, approval })
    .from(daySignOff)
    .innerJoin(
      approval,
      and(eq(approval.marketId, daySignOff.marketId), eq(approval.id, daySignOff.approvalId)),
    )
    .where(and(eq(daySignOff.marketId, marketId), eq(daySignOff.day, day)))
    .orderBy(desc(daySignOff.version))
    .limit(1)
  return row ?? null
}

/** Adds a sign-off; false when somebody else has just signed the same day. */
export async function tryInsertSignOff(tx: Tx, row: typeof daySignOff.$inferInsert): Promise<boolean> {
  const added = await tx.insert(daySignOff).values(row).onConflictDoNothing().returning({ id: daySignOff.id })
  return added.length === 1
}
