import type { RefundStatus } from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { and, asc, desc, eq, isNull, or, sql } from 'drizzle-orm'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { appUser } from '../identity/tables.ts'
import { vndToJson } from '@tienve/money'
import { payment, suspense } from '../payments/tables.ts'
import { stallCredit } from '../settlements/tables.ts'
import { stall } from '../stalls/tables.ts'
import { suspensePart, suspenseResolution } from '../suspense/tables.ts'
import type { Outgoing } from './rules.ts'
import { refund } from './tables.ts'

/** Offers back the credit that each of these payments left; an offer is made once a payment. */
export async function insertOffers(tx: Tx, marketId: string, paymentIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    insert into refund (market_id, id, payment_id, credit_id, account_id, amount_vnd, occurred_at, status)
    select p.market_id, m.id, p.id, k.id, p.account_id, k.amount_vnd, p.occurred_at, 'offered'
    from unnest(${sql.param(paymentIds.map(() => newId('rfd')))}::text[], ${sql.param([...paymentIds])}::text[]) as m (id, payment_id)
    join payment p on p.market_id = ${marketId} and p.id = m.payment_id
    join stall_credit k on k.market_id = p.market_id and k.source_kind = 'payment' and k.source_id = p.id`)
}

export async function insertRefund(tx: Tx, row: typeof refund.$inferInsert): Promise<void> {
  await tx.insert(refund).values(row)
}

const unusedVnd = sql<bigint>`${stallCredit.amountVnd} - ${stallCredit.usedVnd} - ${stallCredit.heldVnd}`
export type RefundRow = Awaited<ReturnType<typeof listRefunds>>[number]

/** Refunds, by when their money came, the newest first; of an offer, what is left of it, and none of which nothing is left. */
export async function listRefunds(
  tx: Tx,
  marketId: string,
  filter: { id?: string; status?: RefundStatus | undefined },
  page: { limit: number; after: Cursor | null },
) {
  return tx
    .select({
      id: refund.id,
      status: refund.status,
      accountId: refund.accountId,
      amountVnd: sql<bigint>`case when ${refund.status} = 'offered' then least(${refund.amountVnd}, ${unusedVnd}) else ${refund.amountVnd} end`,
      occurredAt: refund.occurredAt,
      stallId: payment.stallId,
      stallCode: stall.code,
      stallName: stall.name,
      suspenseId: suspenseResolution.suspenseId,
      toWhom: refund.toWhom,
      reason: refund.reason,
      code: refund.code,
      decidedBy: appUser.name,
      decidedAt: refund.decidedAt,
      paidAt: refund.paidAt,
      namedTransactionId: refund.namedTransactionId,
    })
    .from(refund)
    .leftJoin(payment, and(eq(payment.marketId, refund.marketId), eq(payment.id, refund.paymentId)))
    .leftJoin(stall, and(eq(stall.marketId, payment.marketId), eq(stall.id, payment.stallId)))
    .leftJoin(
      stallCredit,
      and(eq(stallCredit.marketId, refund.marketId), eq(stallCredit.id, refund.creditId)),
    )
    .leftJoin(
      suspenseResolution,
      and(eq(suspenseResolution.marketId, refund.marketId), eq(suspenseResolution.id, refund.resolutionId)),
    )
    .leftJoin(appUser, and(eq(appUser.marketId, refund.marketId), eq(appUser.id, refund.decidedBy)))
    .where(
      and(
        eq(refund.marketId, marketId),
        filter.id === undefined ? undefined : eq(refund.id, filter.id),
        filter.status === undefined ? undefined : eq(refund.status, filter.status),
        or(sql`${refund.status} <> 'offered'`, sql`${unusedVnd} > 0`),
        isAfterPage(page.after, refund),
      ),
    )
    .orderBy(desc(refund.occurredAt), desc(refund.id))
    .limit(page.limit + 1)
}

/** Transfers of the same account and sum that left it after the money came, and that no refund has yet. */
export async function listCandidates(tx: Tx, marketId: string, refundIds: readonly string[]) {
  if (refundIds.length === 0) return []
  const { rows } = await tx.execute<{
    refund_id: string
    id: string
    amount_vnd: bigint
    content: string
    occurred_at: string
  }>(sql`
    select f.id as refund_id, b.id, b.amount_vnd, b.content, b.occurred_at from refund f
    join bank_transaction b on b.market_id = f.market_id and b.account_id = f.account_id and b.direction = 'out'
      and b.amount_vnd = f.amount_vnd and b.occurred_at >= f.occurred_at
    where f.market_id = ${marketId} and f.id = any(${sql.param([...refundIds])}::text[])
      and f.status = 'due' and f.named_transaction_id is null
      and not exists (select from refund o where o.market_id = b.market_id and (o.paid_by = b.id
        or (o.status = 'due' and o.named_transaction_id = b.id)))
    order by b.occurred_at desc, b.id limit 100`)
  return rows.map((row) => ({
    refundId: row.refund_id,
    bankTransactionId: row.id,
    amountVnd: BigInt(row.amount_vnd),
    content: row.content,
    occurredAt: new Date(row.occurred_at),
  }))
}

/** A refund by what it belongs to, locked until the transaction ends. */
export async function lockRefund(
  tx: Tx,
  marketId: string,
  by: { id: string } | { paymentId: string } | { resolutionId: string },
) {
  const is =
    'id' in by
      ? eq(refund.id, by.id)
      : 'paymentId' in by
        ? eq(refund.paymentId, by.paymentId)
        : eq(refund.resolutionId, by.resolutionId)
  const [row] = await tx
    .select()
    .from(refund)
    .where(and(eq(refund.marketId, marketId), is))
    .for('update')
  return row ?? null
}

export async function setRefund(
  tx: Tx,
  marketId: string,
  id: string,
  values: Partial<typeof refund.$inferInsert>,
): Promise<void> {
  await tx
    .update(refund)
    .set(values)
    .where(and(eq(refund.marketId, marketId), eq(refund.id, id)))
}

/** Promised refunds that nobody has named a transfer for, locked in one order, the first promised first. */
export async function lockDue(tx: Tx, marketId: string) {
  const rows = await tx
    .select()
    .from(refund)
    .where(and(eq(refund.marketId, marketId), eq(refund.status, 'due'), isNull(refund.namedTransactionId)))
    .orderBy(asc(refund.id))
    .for('update')
  return rows.map((row) => ({ ...row, code: row.code ?? '', decidedAt: row.decidedAt ?? row.occurredAt }))
}
export type LockedRefund = Awaited<ReturnType<typeof lockDue>>[number]

/** Promised refunds with the transfer that a person named for each, as the bank told of it. */
export async function lockNamed(
  tx: Tx,
  marketId: string,
): Promise<{ refund: LockedRefund; transfer: Outgoing & { suspenseId: string | null } }[]> {
  const rows = await tx
    .select()
    .from(refund)
    .where(
      and(
        eq(refund.marketId, marketId),
        eq(refund.status, 'due'),
        sql`${refund.namedTransactionId} is not null`,
      ),
    )
    .orderBy(asc(refund.id))
    .for('update')
  if (rows.length === 0) return []
  const { rows: told } = await tx.execute<{
    id: string
    account_id: string | null
    amount_vnd: bigint
    content: string
    occurred_at: string
    body_hash: Buffer | null
    suspense_id: string | null
  }>(sql`
    select b.id, b.account_id, b.amount_vnd, b.content, b.occurred_at,
      (select s.id from suspense s where s.market_id = b.market_id and s.bank_transaction_id = b.id and s.direction = 'out'
        and s.status = 'open') as suspense_id,
      (select i.body_hash from feed_event e join feed_inbox i on i.market_id = e.market_id and i.id = e.inbox_id
        where e.market_id = b.market_id and e.bank_transaction_id = b.id order by i.received_at, i.id limit 1) as body_hash
    from bank_transaction b
    where b.market_id = ${marketId} and b.id = any(${sql.param(rows.map((row) => row.namedTransactionId))}::text[])`)
  return rows.flatMap((row) => {
    const of = told.find(({ id }) => id === row.namedTransactionId)
    if (of === undefined) return []
    const transfer = {
      transactionId: of.id,
      accountId: of.account_id,
      amountVnd: BigInt(of.amount_vnd),
      content: of.content,
      occurredAt: new Date(of.occurred_at),
      sourceHash: of.body_hash,
      suspenseId: of.suspense_id,
    }
    return [
      {
        refund: { ...row, code: row.code ?? '', decidedAt: row.decidedAt ?? row.occurredAt },
        transfer,
      },
    ]
  })
}

/** What may be given back of a credit: what is neither used nor promised. Locked until the transaction ends. */
export async function lockUnused(tx: Tx, marketId: string, creditId: string): Promise<bigint> {
  const [row] = await tx
    .select()
    .from(stallCredit)
    .where(and(eq(stallCredit.marketId, marketId), eq(stallCredit.id, creditId)))
    .for('update')
  return row === undefined ? 0n : row.amountVnd - row.usedVnd - row.heldVnd
}

/** Promises some of a credit back (below zero: takes the promise back), and says what of it has gone. */
export async function moveCredit(
  tx: Tx,
  marketId: string,
  creditId: string,
  by: { heldVnd: bigint; usedVnd: bigint },
): Promise<void> {
  await tx
    .update(stallCredit)
    .set({
      heldVnd: sql`${stallCredit.heldVnd} + ${by.heldVnd}`,
      usedVnd: sql`${stallCredit.usedVnd} + ${by.usedVnd}`,
    })
    .where(and(eq(stallCredit.marketId, marketId), eq(stallCredit.id, creditId)))
}

/** Closes what waited to be named of money that left, by the posting that named it: a resolution of one part. */
export async function nameOutgoing(
  tx: Tx,
  marketId: string,
  named: { suspenseId: string; refundId: string; amountVnd: bigint; by: string; at: Date; ledgerSeq: bigint },
): Promise<void> {
  const { suspenseId, amountVnd, by, at, ledgerSeq } = named
  const id = newId('rsl')
  await tx.insert(suspenseResolution).values({
    marketId,
    id,
    suspenseId,
    parts: [{ as: 'not_ours', amountVnd: vndToJson(amountVnd) }],
    reason: named.refundId,
    status: 'done',
    resolvedBy: by,
    resolvedAt: at,
  })
  await tx.insert(suspensePart).values({
    marketId,
    suspenseId,
    resolutionId: id,
    line: 1,
    beforeVnd: 0n,
    amountVnd,
    afterVnd: amountVnd,
    becomes: 'not_ours',
    posted: true,
    ledgerSeq,
  })
  await tx
    .update(suspense)
    .set({
      status: 'resolved',
      resolution: 'not_ours',
      resolvedBy: by,
      resolvedAt: at,
      resolutionId: id,
      lastLine: 1,
    })
    .where(and(eq(suspense.marketId, marketId), eq(suspense.id, suspenseId)))
}
