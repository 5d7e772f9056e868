import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, isNull, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { approval } from '../approvals/tables.ts'
import { cashSale } from '../cash/tables.ts'
import { billingRound, charge } from '../charges/tables.ts'
import { bankTransaction, feedInbox, sighting } from '../feeds/tables.ts'
import { appUser } from '../identity/tables.ts'
import { payment, suspense } from '../payments/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'
import { suspensePart, suspenseResolution } from '../suspense/tables.ts'

/** What a txn was posted for. `suspenseId` is the money in suspense that a person made it out of. */
export type SubjectRow = {
  kind: string
  id: string
  stallCode: string | null
  stallName: string | null
  amountVnd: bigint
  verdict: string | null
  expectedVnd: bigint | null
  matchedBy: string | null
  reason: string | null
  by: string | null
  at: Date
  bankTransactionId: string | null
  suspenseId: string | null
}

/** How many of a stretch of txns were held against their messages, and the first that does not fit. */
type SourceCheck = {
  checked: number
  erased: number
  wrong: { seq: bigint; inboxId: string | null } | null
}

/** True when the book is of a stall that the board does not see by name. */
export async function isHiddenBook(tx: Tx, marketId: string, book: string): Promise<boolean> {
  const rows = await tx
    .select({ id: stall.id })
    .from(stall)
    .where(and(eq(stall.marketId, marketId), eq(stall.id, book), isNull(stall.salesConsentAt)))
  return rows.length > 0
}

/** True when one of these account numbers is of a stall that the board does not see by name. */
export async function hasHiddenAccount(
  tx: Tx,
  marketId: string,
  numbers: readonly string[],
): Promise<boolean> {
  const rows = await tx
    .select({ id: receivingAccount.id })
    .from(receivingAccount)
    .innerJoin(stall, sameRow(receivingAccount.marketId, receivingAccount.stallId, stall))
    .where(
      and(
        eq(receivingAccount.marketId, marketId),
        sql`${receivingAccount.number} = any(${sql.param(numbers)}::text[])`,
        isNull(stall.salesConsentAt),
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** Joins to the row of `table` that has this id in the same market. */
function sameRow(marketId: PgColumn, id: PgColumn, table: { marketId: PgColumn; id: PgColumn }) {
  return and(eq(table.marketId, marketId), eq(table.id, id))
}

/** The name of the person joined as `app_user`, or the id where there is no such person any more. */
function nameOf(userId: PgColumn): SQL<string | null> {
  return sql<string | null>`coalesce(${appUser.name}, ${userId})`
}

/** What a txn's source is; null for a kind that has no row of its own, or an id that is not there. */
export async function findSubject(
  tx: Tx,
  marketId: string,
  kind: string,
  id: string,
): Promise<SubjectRow | null> {
  switch (kind) {
    case 'payment':
      return findPayment(tx, marketId, id)
    case 'cash_sale':
      return findCashSale(tx, marketId, id)
    case 'charge':
      return findCharge(tx, marketId, id)
    case 'suspense':
      return findSuspense(tx, marketId, id)
    default:
      return findAct(tx, marketId, kind, id)
  }
}

async function findPayment(tx: Tx, marketId: string, id: string): Promise<SubjectRow | null> {
  const [row] = await tx
    .select({
      stallCode: stall.code,
      stallName: stall.name,
      amountVnd: payment.amountVnd,
      verdict: payment.verdict,
      expectedVnd: payment.expectedVnd,
      matchedBy: payment.matchedBy,
      reason: suspenseResolution.reason,
      by: nameOf(suspenseResolution.resolvedBy),
      occurredAt: payment.occurredAt,
      resolvedAt: suspenseResolution.resolvedAt,
      bankTransactionId: payment.bankTransactionId,
      suspenseId: suspensePart.suspenseId,
    })
    .from(payment)
    .innerJoin(stall, sameRow(payment.marketId, payment.stallId, stall))
    .leftJoin(
      suspensePart,
      and(eq(suspensePart.marketId, payment.marketId), eq(suspensePart.paymentId, payment.id)),
    )
    .leftJoin(
      suspenseResolution,
      sameRow(suspensePart.marketId, suspensePart.resolutionId, suspenseResolution),
    )
    .leftJoin(appUser, sameRow(suspenseResolution.marketId, suspenseResolution.resolvedBy, appUser))
    .where(and(eq(payment.marketId, marketId), eq(payment.id, id)))
  if (row === undefined) return null
  const { occurredAt, resolvedAt, ...rest } = row
  return { kind: 'payment', id, ...rest, at: resolvedAt ?? occurredAt }
}

async function findCashSale(tx: Tx, marketId: string, id: string): Promise<SubjectRow | null> {
  const [row] = await tx
    .select({
      stallCode: stall.code,
      stallName: stall.name,
      amountVnd: cashSale.amountVnd,
      by: nameOf(cashSale.userId),
      at: cashSale.occurredAt,
    })
    .from(cashSale)
    .innerJoin(stall, sameRow(cashSale.marketId, cashSale.stallId, stall))
    .leftJoin(appUser, sameRow(cashSale.marketId, cashSale.userId, appUser))
    .where(and(eq(cashSale.marketId, marketId), eq(cashSale.id, id)))
  return row === undefined ? null : { ...NO_BANK, kind: 'cash_sale', id, ...row }
}

async function findCharge(tx: Tx, marketId: string, id: string): Promise<SubjectRow | null> {
  const [row] = await tx
    .select({
      stallCode: stall.code,
      stallName: stall.name,
      amountVnd: charge.totalVnd,
      by: nameOf(approval.approvedBy),
      at: charge.issuedAt,
    })
    .from(charge)
    .innerJoin(stall, sameRow(charge.marketId, charge.stallId, stall))
    .leftJoin(billingRound, sameRow(charge.marketId, charge.roundId, billingRound))
    .leftJoin(approval, sameRow(billingRound.marketId, billingRound.approvalId, approval))
    .leftJoin(appUser, sameRow(approval.marketId, approval.approvedBy, appUser))
    .where(and(eq(charge.marketId, marketId), eq(charge.id, id)))
  return row === undefined ? null : { ...NO_BANK, kind: 'charge', id, ...row }
}

async function findSuspense(tx: Tx, marketId: string, id: string): Promise<SubjectRow | null> {
  const [row] = await tx
    .select({
      amountVnd: suspense.amountVnd,
      reason: suspense.reason,
      at: suspense.occurredAt,
      bankTransactionId: suspense.bankTransactionId,
    })
    .from(suspense)
    .where(and(eq(suspense.marketId, marketId), eq(suspense.id, id)))
  return row === undefined
    ? null
    : { ...NO_BANK, kind: 'suspense', id, stallCode: null, stallName: null, by: null, ...row }
}

/**
 * What people did to a debt or with cash, each as the stall it is about, its sum, why, by whom, when, and on whose word:
 * cash taken, cash handed over, a day ticket, a charge changed (by who approved it), money paid ahead set against a charge,
 * money in suspense named, money that went back, what a stall gave back of a sale.
 */
const ACTS: Record<string, (marketId: string, id: string) => SQL> = {
  collection: (marketId, id) => sql`
    select c.stall_id, c.amount_vnd, c.undone_reason as reason, c.collector_id as person, c.taken_at as at, null as bank
    from collection c where c.market_id = ${marketId} and c.id = ${id}`,
  handover: (marketId, id) => sql`
    select null as stall_id, h.expected_vnd as amount_vnd, h.note as reason, h.cashier_id as person,
      h.cashier_signed_at as at, null as bank
    from handover h where h.market_id = ${marketId} and h.id = ${id} and h.cashier_id is not null`,
  day_ticket: (marketId, id) => sql`
    select null as stall_id, t.price_vnd as amount_vnd, null as reason, t.collector_id as person, t.sold_at as at,
      t.bank_transaction_id as bank
    from day_ticket t where t.market_id = ${marketId} and t.id = ${id}`,
  charge_change: (marketId, id) => sql`
    select c.stall_id, abs(d.amount_vnd) as amount_vnd, d.reason, a.approved_by as person, d.decided_at as at, null as bank
    from charge_change d join charge c on c.market_id = d.market_id and c.id = d.charge_id
    left join approval a on a.market_id = d.market_id and a.id = d.approval_id
    where d.market_id = ${marketId} and d.id = ${id} and d.status = 'approved'`,
  settlement: (marketId, id) => sql`
    select c.stall_id, abs(s.amount_vnd) as amount_vnd, null as reason, null as person, s.settled_at as at, null as bank
    from settlement s join charge c on c.market_id = s.market_id and c.id = s.charge_id
    where s.market_id = ${marketId} and s.id = ${id}`,
  suspense_resolution: (marketId, id) => sql`
    select null as stall_id, s.amount_vnd, r.reason, r.resolved_by as person, r.resolved_at as at, s.bank_transaction_id as bank
    from suspense_resolution r join suspense s on s.market_id = r.market_id and s.id = r.suspense_id
    where r.market_id = ${marketId} and r.id = ${id}`,
  refund: (marketId, id) => sql`
    select p.stall_id, f.amount_vnd, f.reason, f.decided_by as person, f.paid_at as at, f.paid_by as bank
    from refund f left join payment p on p.market_id = f.market_id and p.id = f.payment_id
    where f.market_id = ${marketId} and f.id = ${id} and f.status = 'paid'`,
  sale_refund: (marketId, id) => sql`
    select f.stall_id, f.amount_vnd, null as reason, null as person, f.paid_at as at, f.paid_by as bank
    from sale_refund f where f.market_id = ${marketId} and f.id = ${id} and f.status = 'paid'`,
}

async function findAct(tx: Tx, marketId: string, kind: string, id: string): Promise<SubjectRow | null> {
  const act = ACTS[kind]
  if (act === undefined) return null
  const { rows } = await tx.execute<
    Record<'code' | 'name' | 'reason' | 'by' | 'bank', string | null> & {
      amount_vnd: bigint
      at: string
    }
  >(sql`
    select s.code, s.name, x.amount_vnd, x.reason, coalesce(u.name, x.person) as by, x.at, x.bank
    from (${act(marketId, id)}) x
    left join stall s on s.market_id = ${marketId} and s.id = x.stall_id
    left join app_user u on u.market_id = ${marketId} and u.id = x.person`)
  const [row] = rows
  if (row === undefined) return null
  return {
    ...NO_BANK,
    kind,
    id,
    stallCode: row.code,
    stallName: row.name,
    amountVnd: BigInt(row.amount_vnd),
    reason: row.reason,
    by: row.by,
    at: new Date(row.at),
    bankTransactionId: row.bank,
  }
}

const NO_BANK = {
  verdict: null,
  expectedVnd: null,
  matchedBy: null,
  reason: null,
  bankTransactionId: null,
  suspenseId: null,
}

/** A bank transaction with its account's bank, how often it was seen, and whether it is a stall's own affair. */
export async function findBankTransaction(tx: Tx, marketId: string, id: string) {
  const b = bankTransaction
  const [row] = await tx
    .select({
      id: b.id,
      bin: receivingAccount.bin,
      accountNumber: b.accountNumber,
      virtualAccount: sql<string | null>`${b.provider} ->> 'virtualAccount'`,
      direction: b.direction,
      amountVnd: b.amountVnd,
      reference: b.reference,
      content: b.content,
      occurredAt: b.occurredAt,
      receivedAt: b.receivedAt,
      sightings: tx.$count(
        sighting,
        and(eq(sighting.marketId, marketId), eq(sighting.bankTransactionId, id)),
      ),
      // To whom a stall sends money is its own affair, whatever it shows of its sales.
      isHidden: sql<boolean>`${stall.id} is not null and (${stall.salesConsentAt} is null or ${b.direction} = 'out')`,
    })
    .from(b)
    .leftJoin(receivingAccount, sameRow(b.marketId, b.accountId, receivingAccount))
    .leftJoin(stall, sameRow(receivingAccount.marketId, receivingAccount.stallId, stall))
    .where(and(eq(b.marketId, marketId), eq(b.id, id)))
  return row ?? null
}

/**
 * The message that told of a payment or of money in suspense: of several, the one that `hash` is the digest of, or else
 * the first. `isKnown` is false when its bytes or its digest are not those of `hash`; of each other, when that is null.
 */
export async function findMessage(tx: Tx, marketId: string, sourceId: string, hash: Buffer | null) {
  const isKnown = isKnownBy(sql`coalesce(${hash}::bytea, ${feedInbox.bodyHash})`)
  const [row] = await tx
    .select({
      id: feedInbox.id,
      provider: feedInbox.provider,
      connectionId: feedInbox.connectionId,
      receivedAt: feedInbox.receivedAt,
      contentType: feedInbox.contentType,
      rawBody: feedInbox.rawBody,
      bodyHash: feedInbox.bodyHash,
      keyId: feedInbox.keyId,
      proof: feedInbox.proof,
      isKnown: sql<boolean>`${isKnown}`,
    })
    .from(feedInbox)
    .where(
      and(
        eq(feedInbox.marketId, marketId),
        sql`${feedInbox.id} in (${toldOf(sql`${marketId}`, sql`${sourceId}`)})`,
      ),
    )
    .orderBy(desc(isKnown), asc(feedInbox.receivedAt), asc(feedInbox.id))
    .limit(1)
  return row ?? null
}

/** The number of the market's last txn; 0 when it has none. */
export async function findLastSeq(tx: Tx, marketId: string): Promise<bigint> {
  const { rows } = await tx.execute<{ last: bigint | null }>(
    sql`select max(seq) as last from ledger_txn where market_id = ${marketId}`,
  )
  return rows[0]?.last ?? 0n
}

/** Holds the txns after one number and up to another that know a digest against the stored messages. */
export async function checkStretch(
  tx: Tx,
  marketId: string,
  afterSeq: bigint,
  lastSeq: bigint,
): Promise<SourceCheck> {
  // The laterals (and `offset 0`, which keeps them so) make it an index lookup a row whatever the statistics say, and a
  // range of numbers reads no further than itself, as a `limit` may: tables of a new market are not analysed yet.
  const { rows } = await tx.execute<{
    checked: number
    erased: number
    wrong_seq: bigint | null
    wrong_id: string | null
  }>(sql`
    select count(*)::integer as checked, (count(*) filter (where known and erased))::integer as erased,
      min(seq) filter (where known is not true) as wrong_seq,
      (array_agg(id order by seq) filter (where known is not true))[1] as wrong_id
    from (
      select market_id, seq, source_id, source_hash from ledger_txn
      where market_id = ${marketId} and source_hash is not null
        and seq > ${afterSeq.toString()}::bigint and seq <= ${lastSeq.toString()}::bigint
    ) x
    left join lateral (
      select feed_inbox.id, feed_inbox.raw_body is null as erased, ${isKnownBy(sql`x.source_hash`)} as known
      from (${toldOf(sql`x.market_id`, sql`x.source_id`)} offset 0) as told (inbox_id)
      cross join lateral (
        select * from feed_inbox one where one.market_id = x.market_id and one.id = told.inbox_id offset 0
      ) feed_inbox
      order by known desc, feed_inbox.received_at, feed_inbox.id limit 1
    ) m on true`)
  const [row] = rows
  if (row === undefined) throw new Error('a sum of no rows is still a row')
  return {
    checked: row.checked,
    erased: row.erased,
    wrong: row.wrong_seq === null ? null : { seq: row.wrong_seq, inboxId: row.wrong_id },
  }
}

/** The ids of the messages that told of a source: every kind of source that a bank can tell of has its line here. */
function toldOf(marketId: SQL, sourceId: SQL): SQL {
  return sql`
    select e.inbox_id from payment p
      join feed_event e on e.market_id = p.market_id and e.bank_transaction_id = p.bank_transaction_id
      where p.market_id = ${marketId} and p.id = ${sourceId}
    union all
    -- A sale that the bank took back: the txn of that is of the payment too.
    select e.inbox_id from payment p
      join bank_transaction b on b.market_id = p.market_id and b.reverses_id = p.bank_transaction_id
      join feed_event e on e.market_id = b.market_id and e.bank_transaction_id = b.id
      where p.market_id = ${marketId} and p.id = ${sourceId}
    union all
    select e.inbox_id from day_ticket t
      join feed_event e on e.market_id = t.market_id and e.bank_transaction_id = t.bank_transaction_id
      where t.market_id = ${marketId} and t.id = ${sourceId}
    union all
    select e.inbox_id from refund f
      join feed_event e on e.market_id = f.market_id and e.bank_transaction_id = f.paid_by
      where f.market_id = ${marketId} and f.id = ${sourceId}
    union all
    select e.inbox_id from sale_refund f
      join feed_event e on e.market_id = f.market_id and e.bank_transaction_id = f.paid_by
      where f.market_id = ${marketId} and f.id = ${sourceId}
    union all
    select s.inbox_id from suspense_resolution r join suspense s on s.market_id = r.market_id and s.id = r.suspense_id
      where r.market_id = ${marketId} and r.id = ${sourceId}
    union all
    select s.inbox_id from suspense s where s.market_id = ${marketId} and s.id = ${sourceId}`
}

/** True when a stored message has this digest, and its bytes too unless they were erased. */
function isKnownBy(hash: SQL): SQL<boolean> {
  return sql<boolean>`(feed_inbox.body_hash = ${hash}
    and (feed_inbox.raw_body is null or sha256(feed_inbox.raw_body) = ${hash}))`
}
