import type { SuspenseReason } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, desc, eq, lte, sql, type SQL } from 'drizzle-orm'
import { alias, type PgColumn } from 'drizzle-orm/pg-core'
import { approval } from '../approvals/tables.ts'
import { bankTransaction } from '../feeds/tables.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { appUser } from '../identity/tables.ts'
import { payment, suspense } from '../payments/tables.ts'
import { refund } from '../refunds/tables.ts'
import { receivingAccount } from '../stalls/tables.ts'
import type { Evidence, OpenCharge } from './rules.ts'
import { suspensePart, suspensePolicy, suspenseResolution } from './tables.ts'

export type SuspenseFilter = {
  id?: string
  status?: 'open' | 'resolved' | undefined
  reason?: SuspenseReason | undefined
  /** Resolved as going back, and not gone yet. */
  isReturning?: boolean | undefined
}
export type SuspenseRow = Awaited<ReturnType<typeof listSuspense>>[number]

const isProposed = sql<boolean>`exists (select from suspense_resolution r where r.market_id = ${suspense.marketId}
  and r.suspense_id = ${suspense.id} and r.status = 'proposed')`

/** Money in suspense, the newest first, one more than a page has. */
export async function listSuspense(
  tx: Tx,
  marketId: string,
  filter: SuspenseFilter,
  page: { limit: number; after: Cursor | null },
) {
  return tx
    .select({
      id: suspense.id,
      reason: suspense.reason,
      status: suspense.status,
      amountVnd: suspense.amountVnd,
      occurredAt: suspense.occurredAt,
      resolution: suspense.resolution,
      posted: suspense.posted,
      inboxId: suspense.inboxId,
      providerEventId: suspense.providerEventId,
      direction: suspense.direction,
      number: bankTransaction.accountNumber,
      content: bankTransaction.content,
      bin: receivingAccount.bin,
      bankTransactionId: bankTransaction.id,
      reference: bankTransaction.reference,
      receivedAt: bankTransaction.receivedAt,
      isProposed,
      refundStatus: refund.status,
      // An account of an unnamed stall that was told of by another's feed: what came is shown, and not whose it is.
      isHidden: sql<boolean>`exists (select from receiving_account r
        join stall s on s.market_id = r.market_id and s.id = r.stall_id and s.sales_consent_at is null
        where r.market_id = ${suspense.marketId}
          and r.number in (${bankTransaction.accountNumber}, ${bankTransaction.provider} ->> 'virtualAccount'))`,
    })
    .from(suspense)
    .leftJoin(
      bankTransaction,
      and(
        eq(bankTransaction.marketId, suspense.marketId),
        eq(bankTransaction.id, suspense.bankTransactionId),
      ),
    )
    .leftJoin(
      receivingAccount,
      and(
        eq(receivingAccount.marketId, bankTransaction.marketId),
        eq(receivingAccount.id, bankTransaction.accountId),
      ),
    )
    .leftJoin(
      refund,
      and(eq(refund.marketId, suspense.marketId), eq(refund.resolutionId, suspense.resolutionId)),
    )
    .where(
      and(
        eq(suspense.marketId, marketId),
        filter.id === undefined ? undefined : eq(suspense.id, filter.id),
        filter.status === undefined ? undefined : eq(suspense.status, filter.status),
        filter.reason === undefined ? undefined : eq(suspense.reason, filter.reason),
        filter.isReturning === true ? eq(refund.status, 'due') : undefined,
        isAfterPage(page.after, suspense),
      ),
    )
    .orderBy(desc(suspense.occurredAt), desc(suspense.id))
    .limit(page.limit + 1)
}

/** How much is open of each reason. */
export async function sumOpenByReason(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{
    reason: string
    count: number
    amount_vnd: bigint
    direction: string
  }>(sql`
    select reason, count(*)::int as count, sum(amount_vnd)::bigint as amount_vnd, direction from suspense
    where market_id = ${marketId} and status = 'open' group by reason, direction order by 2 desc, 1`)
  return rows.map(({ reason, count, amount_vnd: amountVnd, direction }) => ({
    reason,
    count,
    amountVnd,
    direction,
  }))
}

/** How much is resolved as going back and has not gone. */
export async function sumReturning(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{ count: number; amount_vnd: bigint }>(sql`
    select count(*)::int as count, coalesce(sum(amount_vnd), 0)::bigint as amount_vnd from refund
    where market_id = ${marketId} and status = 'due' and resolution_id is not null`)
  return { count: rows[0]?.count ?? 0, amountVnd: rows[0]?.amount_vnd ?? 0n }
}

/** An item with the account that its money came to, locked until the transaction ends. */
export async function lockSuspense(tx: Tx, marketId: string, id: string) {
  const [item] = await tx
    .select()
    .from(suspense)
    .where(and(eq(suspense.marketId, marketId), eq(suspense.id, id)))
    .for('update')
  if (item === undefined) return null
  const [moved] =
    item.bankTransactionId === null
      ? []
      : await tx
          .select({ accountId: bankTransaction.accountId, receivedAt: bankTransaction.receivedAt })
          .from(bankTransaction)
          .where(and(eq(bankTransaction.marketId, marketId), eq(bankTransaction.id, item.bankTransactionId)))
  return { ...item, accountId: moved?.accountId ?? null, receivedAt: moved?.receivedAt ?? item.occurredAt }
}
export type LockedSuspense = NonNullable<Awaited<ReturnType<typeof lockSuspense>>>

export async function setSuspense(
  tx: Tx,
  marketId: string,
  id: string,
  values: Partial<typeof suspense.$inferInsert>,
): Promise<void> {
  await tx
    .update(suspense)
    .set(values)
    .where(and(eq(suspense.marketId, marketId), eq(suspense.id, id)))
}

/** Answers false when a resolution of this item stands or waits already. */
export async function tryInsertResolution(
  tx: Tx,
  row: typeof suspenseResolution.$inferInsert,
): Promise<boolean> {
  const { rowCount } = await tx.insert(suspenseResolution).values(row).onConflictDoNothing()
  return rowCount === 1
}

export async function setResolution(
  tx: Tx,
  marketId: string,
  id: string,
  values: Partial<typeof suspenseResolution.$inferInsert>,
): Promise<void> {
  await tx
    .update(suspenseResolution)
    .set(values)
    .where(and(eq(suspenseResolution.marketId, marketId), eq(suspenseResolution.id, id)))
}

/** The resolution of an item that has this status, if there is one; the item must be locked. */
export async function findResolution(
  tx: Tx,
  marketId: string,
  suspenseId: string,
  status: 'proposed' | 'done',
) {
  const [row] = await tx
    .select()
    .from(suspenseResolution)
    .where(
      and(
        eq(suspenseResolution.marketId, marketId),
        eq(suspenseResolution.suspenseId, suspenseId),
        eq(suspenseResolution.status, status),
      ),
    )
  return row ?? null
}

export async function listParts(tx: Tx, marketId: string, resolutionId: string) {
  return tx
    .select()
    .from(suspensePart)
    .where(and(eq(suspensePart.marketId, marketId), eq(suspensePart.resolutionId, resolutionId)))
    .orderBy(suspensePart.line)
}

/** True when a charge that this payment paid is of a round that two people closed. */
export async function isOfClosedRound(tx: Tx, marketId: string, paymentId: string): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from settlement s join charge c on c.market_id = s.market_id and c.id = s.charge_id
    join billing_round r on r.market_id = c.market_id and r.id = c.round_id
    where s.market_id = ${marketId} and s.payment_id = ${paymentId} and r.status = 'closed' limit 1`)
  return rows.length > 0
}

/** What a charge comes to, or a stall owes in all, with what is paid of it; null for a stall that owes nothing. */
export async function findAsked(
  tx: Tx,
  marketId: string,
  stallId: string,
  chargeId: string | null,
): Promise<{ amountVnd: bigint; paidVnd: bigint } | null> {
  const paid = chargeId === null ? sql`0` : sql`coalesce(sum(paid_vnd), 0)`
  const { rows } = await tx.execute<{ paid_vnd: bigint; owed_vnd: bigint }>(sql`
    select ${paid}::bigint as paid_vnd, coalesce(sum(outstanding_vnd), 0)::bigint as owed_vnd from charge
    where market_id = ${marketId} and stall_id = ${stallId} and (${chargeId}::text is null or id = ${chargeId})`)
  const { paid_vnd: paidVnd, owed_vnd: owedVnd } = rows[0] ?? { paid_vnd: 0n, owed_vnd: 0n }
  return paidVnd + owedVnd === 0n ? null : { amountVnd: paidVnd + owedVnd, paidVnd }
}

export async function setPaymentUndone(tx: Tx, marketId: string, id: string, undoneAt: Date): Promise<void> {
  await tx
    .update(payment)
    .set({ undoneAt })
    .where(and(eq(payment.marketId, marketId), eq(payment.id, id)))
}

/** From which sum on two people must agree on a day; null where the market has decided nothing. */
export async function findTwoPeopleFrom(tx: Tx, marketId: string, day: string): Promise<bigint | null> {
  const [row] = await tx
    .select({ fromVnd: suspensePolicy.twoPeopleFromVnd })
    .from(suspensePolicy)
    .where(and(eq(suspensePolicy.marketId, marketId), lte(suspensePolicy.validFrom, day)))
    .orderBy(desc(suspensePolicy.validFrom))
    .limit(1)
  return row?.fromVnd ?? null
}

const resolver = alias(appUser, 'resolver')
const decider = alias(appUser, 'decider')
const undoer = alias(appUser, 'undoer')

/** All that was ever said of an item, the newest first. */
export async function listResolutions(tx: Tx, marketId: string, suspenseId: string) {
  const r = suspenseResolution
  const person = (one: { marketId: PgColumn; id: PgColumn }, id: SQL | PgColumn) =>
    and(eq(one.marketId, r.marketId), eq(one.id, id))
  return tx
    .select({
      id: r.id,
      status: r.status,
      parts: r.parts,
      reason: r.reason,
      resolvedBy: r.resolvedBy,
      resolvedAt: r.resolvedAt,
      undoneReason: r.undoneReason,
      undoneAt: r.undoneAt,
      refusedReason: approval.refusedReason,
      by: sql<string>`coalesce(${resolver.name}, ${r.resolvedBy})`,
      decidedBy: decider.name,
      undoneBy: undoer.name,
      refundId: refund.id,
    })
    .from(r)
    .leftJoin(approval, and(eq(approval.marketId, r.marketId), eq(approval.id, r.approvalId)))
    .leftJoin(resolver, person(resolver, r.resolvedBy))
    .leftJoin(decider, person(decider, sql`coalesce(${approval.approvedBy}, ${approval.refusedBy})`))
    .leftJoin(undoer, person(undoer, sql`${r.undoneBy}`))
    .leftJoin(refund, and(eq(refund.marketId, r.marketId), eq(refund.resolutionId, r.id)))
    .where(and(eq(r.marketId, marketId), eq(r.suspenseId, suspenseId)))
    .orderBy(desc(r.resolvedAt), desc(r.id))
}

/** Charges and stalls as people know them. */
export async function findNames(
  tx: Tx,
  marketId: string,
  { chargeIds, stallIds }: { chargeIds: readonly string[]; stallIds: readonly string[] },
) {
  const { rows } = await tx.execute<{
    charge_id: string | null
    period: string | null
    stall_id: string
    code: string
    name: string
  }>(sql`
    select c.id as charge_id, b.period, s.id as stall_id, s.code, s.name from stall s
    left join charge c on c.market_id = s.market_id and c.stall_id = s.id and c.id = any(${sql.param([...chargeIds])}::text[])
    left join billing_round b on b.market_id = c.market_id and b.id = c.round_id
    where s.market_id = ${marketId} and (c.id is not null or s.id = any(${sql.param([...stallIds])}::text[]))`)
  return rows.map((row) => ({
    chargeId: row.charge_id,
    period: row.period,
    stallId: row.stall_id,
    stallCode: row.code,
    stallName: row.name,
  }))
}

/** Which charge or whole debt each of these codes names. */
export async function findCodesOfDebts(
  tx: Tx,
  marketId: string,
  codes: readonly string[],
): Promise<Evidence['codes']> {
  if (codes.length === 0) return new Map()
  const { rows } = await tx.execute<{ code: string; stall_id: string; charge_id: string | null }>(sql`
    select k.code, coalesce(c.stall_id, k.object_id) as stall_id, c.id as charge_id from payment_code k
    left join charge c on c.market_id = k.market_id and k.kind = 'charge' and c.id = k.object_id
    where k.market_id = ${marketId} and k.kind in ('charge', 'debt') and k.code = any(${sql.param([...codes])}::text[])`)
  return new Map(rows.map((row) => [row.code, { stallId: row.stall_id, chargeId: row.charge_id }]))
}

/** Memos that paid the board before (never a stall's own sales), the newest first, and whose they were. */
export async function listPayersMemos(tx: Tx, marketId: string, limit: number) {
  const { rows } = await tx.execute<{ stall_id: string; content: string }>(sql`
    select p.stall_id, b.content from payment p
    join bank_transaction b on b.market_id = p.market_id and b.id = p.bank_transaction_id
    where p.market_id = ${marketId} and p.purpose = 'charge' and p.matched_by <> 'person'
    order by p.occurred_at desc limit ${limit}`)
  return rows.map(({ stall_id: stallId, content }) => ({ stallId, content }))
}

/** Memos of money that was resolved whole as one thing, the newest first. */
export async function listResolvedMemos(tx: Tx, marketId: string, limit: number) {
  const { rows } = await tx.execute<{ becomes: string; stall_id: string | null; content: string }>(sql`
    select t.becomes, t.stall_id, b.content from suspense s
    join suspense_part t on t.market_id = s.market_id and t.resolution_id = s.resolution_id and t.line = 1
    join bank_transaction b on b.market_id = s.market_id and b.id = s.bank_transaction_id
    where s.market_id = ${marketId} and s.status = 'resolved' and s.last_line = 1 and s.posted
    order by s.resolved_at desc limit ${limit}`)
  return rows.map(({ becomes, stall_id: stallId, content }) => ({ becomes, stallId, content }))
}

/** Stalls that owe one of these sums in all, or in one charge, and those that wait for a shopper's transfer of it. */
export async function findSums(tx: Tx, marketId: string, amounts: readonly bigint[]) {
  const sums = sql`any(${sql.param(amounts.map(String))}::bigint[])`
  const { rows } = await tx.execute<{ what: string; stall_id: string; amount_vnd: bigint }>(sql`
    select 'charge' as what, stall_id, outstanding_vnd as amount_vnd from charge
    where market_id = ${marketId} and outstanding_vnd = ${sums}
    union
    select 'debt', stall_id, sum(outstanding_vnd)::bigint from charge
    where market_id = ${marketId} and outstanding_vnd > 0 group by stall_id having sum(outstanding_vnd) = ${sums}
    union
    select 'request', q.stall_id, q.amount_vnd - q.paid_vnd from payment_request q
    join stall s on s.market_id = q.market_id and s.id = q.stall_id and s.sales_consent_at is not null
    where q.market_id = ${marketId} and q.status in ('open', 'short') and q.amount_vnd - q.paid_vnd = ${sums}`)
  return rows.map((row) => ({ what: row.what, stallId: row.stall_id, amountVnd: BigInt(row.amount_vnd) }))
}

/** What these stalls owe, charge by charge. */
export async function listOpenCharges(
  tx: Tx,
  marketId: string,
  stallIds: readonly string[],
): Promise<OpenCharge[]> {
  if (stallIds.length === 0) return []
  const { rows } = await tx.execute<{
    id: string
    stall_id: string
    code: string
    name: string
    period: string
    outstanding_vnd: bigint
  }>(sql`
    select c.id, c.stall_id, s.code, s.name, b.period, c.outstanding_vnd from charge c
    join stall s on s.market_id = c.market_id and s.id = c.stall_id
    join billing_round b on b.market_id = c.market_id and b.id = c.round_id
    where c.market_id = ${marketId} and c.stall_id = any(${sql.param([...stallIds])}::text[]) and c.outstanding_vnd > 0
    order by c.due_on, c.id`)
  return rows.map((row) => ({
    chargeId: row.id,
    stallId: row.stall_id,
    stallCode: row.code,
    stallName: row.name,
    period: row.period,
    outstandingVnd: BigInt(row.outstanding_vnd),
  }))
}
