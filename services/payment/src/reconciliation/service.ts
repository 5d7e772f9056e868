import {
  AppError,
  SUSPENSE_REASONS,
  type DifferenceReason,
  type Reconciliation,
  type ResolveSuspense,
  type SuspenseItem,
  type SuspensePage,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { and, desc, eq, sql } from 'drizzle-orm'
import { suspenseToCharge } from '../books/postings.ts'
import { issueReceipts } from '../receipts/service.ts'
import { charge } from '../charges/tables.ts'
import type { Context } from '../context.ts'
import { addDays, dayOf, startOfDay, toMoment } from '../days.ts'
import { bankTransaction } from '../feeds/tables.ts'
import { cutPage, isAfterPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { judge } from '../payments/rules.ts'
import { payment, suspense } from '../payments/tables.ts'
import { lockCharges } from '../settlements/repository.ts'
import { settle } from '../settlements/service.ts'
import { sumOpenSuspense } from '../reports/repository.ts'
import { wholeOf } from '../reports/rules.ts'
import { readUnnamed } from '../reports/service.ts'
import { bankCodeOf, maskNumber } from '../stalls/rules.ts'
import { receivingAccount } from '../stalls/tables.ts'

/** Money whose purpose is not known, newest first. */
export async function getSuspense(
  tx: Tx,
  marketId: string,
  query: { status?: 'open' | 'resolved' | undefined; cursor?: string | undefined; limit: number },
): Promise<SuspensePage> {
  const found = await selectSuspense(tx)
    .where(
      and(
        eq(suspense.marketId, marketId),
        query.status === undefined ? undefined : eq(suspense.status, query.status),
        isAfterPage(readCursor(query.cursor), suspense),
      ),
    )
    .orderBy(desc(suspense.occurredAt), desc(suspense.id))
    .limit(query.limit + 1)
  const { rows, nextCursor } = cutPage(found, query.limit)
  const open = await sumOpenSuspense(tx, marketId)
  return {
    items: rows.map(toItem),
    nextCursor,
    openCount: open.count,
    openVnd: vndToJson(open.amountVnd),
  }
}

/**
 * Says what money in suspense was. As a charge's, it becomes a payment of that charge and moves in the books; as not
 * ours, it stays where the books have it and is closed with the reason. Errors: `not_found`,
 * `suspense_already_resolved`, `resolution_invalid`.
 */
export async function resolveSuspense(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  id: string,
  input: ResolveSuspense,
): Promise<SuspenseItem> {
  const { marketId } = actor
  const own = and(eq(suspense.marketId, marketId), eq(suspense.id, id))
  const [item] = await tx.select().from(suspense).where(own).for('update')
  if (item === undefined) throw new AppError('not_found')
  if (item.status === 'resolved') throw new AppError('suspense_already_resolved')
  await tx
    .update(suspense)
    .set({
      status: 'resolved',
      resolution: input.as,
      resolvedBy: actor.userId,
      resolvedReason: input.reason,
      resolvedAt: ctx.now(),
    })
    .where(own)
  if (input.as === 'charge') await payChargeFrom(tx, marketId, item, input.chargeId)
  const [shown] = await selectSuspense(tx).where(own)
  if (shown === undefined) throw new Error('money in suspense that was found was not shown')
  return toItem(shown)
}

async function payChargeFrom(
  tx: Tx,
  marketId: string,
  item: typeof suspense.$inferSelect,
  chargeId: string,
): Promise<void> {
  // Only money that the books hold in suspense can move on, and it holds exactly what reached the board's account.
  if (!item.posted || item.bankTransactionId === null) throw new AppError('resolution_invalid')
  const of = and(eq(charge.marketId, marketId), eq(charge.id, chargeId))
  const [named] = await tx.select({ stallId: charge.stallId }).from(charge).where(of)
  if (named === undefined)
    throw new AppError('not_found', 'There is no such charge', { fields: { chargeId: 'unknown' } })
  const [moved] = await tx
    .select()
    .from(bankTransaction)
    .where(and(eq(bankTransaction.marketId, marketId), eq(bankTransaction.id, item.bankTransactionId)))
  if (moved === undefined || moved.accountId === null) throw new AppError('resolution_invalid')
  const { stallId } = named
  const { amountVnd, occurredAt } = item
  await lockCharges(tx, marketId, stallId)
  const [owed] = await tx.select().from(charge).where(of)
  const paidVnd = owed?.paidVnd ?? 0n
  const { verdict, expectedVnd } = judge(
    { amountVnd: paidVnd + (owed?.outstandingVnd ?? 0n), paidVnd },
    { amountVnd, occurredAt, receivedAt: moved.receivedAt, precision: 'day' },
  )
  const paymentId = newId('pay')
  await tx.insert(payment).values({
    marketId,
    id: paymentId,
    bankTransactionId: moved.id,
    purpose: 'charge',
    stallId,
    chargeId,
    accountId: moved.accountId,
    amountVnd,
    expectedVnd,
    verdict,
    matchedBy: 'person',
    memoTail: '',
    occurredAt,
    receivedAt: moved.receivedAt,
    day: dayOf(occurredAt),
  })
  const source = { kind: 'payment', id: paymentId } as const
  const [settled] = await settle(tx, marketId, [
    { source, stallId, amountVnd, namedChargeId: chargeId, at: occurredAt },
  ])
  await issueReceipts(tx, marketId, [
    { source, stallId, chargeId, amountVnd, paidAt: occurredAt, page: null },
  ])
  const creditVnd = settled?.creditVnd ?? 0n
  const { id: suspenseId } = item
  await postAll(
    tx,
    marketId,
    [suspenseToCharge({ suspenseId, paymentId, stallId, amountVnd, creditVnd, occurredAt })],
    { as: 'api' },
  )
}

/**
 * What the banks say came to each account of the board on a day, beside what the ledger has for it, down to the
 * transactions that make the difference. Stalls' accounts are their own affair and are added up in one line, whose sums
 * show when the unnamed stalls' part of them is the very figure that their sales of the day show.
 */
export async function getReconciliation(tx: Tx, marketId: string, day: string): Promise<Reconciliation> {
  const from = startOfDay(day)
  const to = startOfDay(addDays(day, 1))
  const { rows } = await tx.execute<{
    id: string
    account_id: string | null
    bin: string | null
    number: string | null
    board: boolean
    hidden_stall_id: string | null
    bank_vnd: bigint
    ledger_vnd: bigint
    why: DifferenceReason | null
    occurred_at: string
  }>(sql`
    select b.id, r.id as account_id, r.bin, r.number, r.id is not null and r.stall_id is null as board,
      case when o.sales_consent_at is null then o.id end as hidden_stall_id,
      case when b.direction = 'in' then b.amount_vnd when r.stall_id is null then -b.amount_vnd else 0 end as bank_vnd,
      case b.direction when 'in' then 1 else -1 end * coalesce((select sum(t.amount_vnd) from ledger_txn x
        join ledger_transfer t on t.market_id = x.market_id and t.seq = x.seq
        where x.market_id = b.market_id and x.idem_key in ('payment:' || p.id, 'suspense:' || s.id)), 0)::bigint as ledger_vnd,
      case when r.id is null then 'foreign_account' end as why,
      b.occurred_at
    from bank_transaction b
    left join receiving_account r on r.market_id = b.market_id and r.id = b.account_id
    left join stall o on o.market_id = r.market_id and o.id = r.stall_id
    left join payment p on p.market_id = b.market_id and p.bank_transaction_id = b.id and p.matched_by <> 'person'
    left join suspense s on s.market_id = b.market_id and s.bank_transaction_id = b.id
    where b.market_id = ${marketId} and b.occurred_at >= ${from} and b.occurred_at < ${to}`)
  const isShown = await isShownInSales(tx, marketId, day, rows)
  const groups = Map.groupBy(rows, (row) => (row.board ? `${row.bin} ${row.number}` : ''))
  const accounts = [...groups].map(([key, of]) => {
    const bankVnd = of.reduce((sum, row) => sum + row.bank_vnd, 0n)
    const ledgerVnd = of.reduce((sum, row) => sum + row.ledger_vnd, 0n)
    const withheld = key === '' && !isShown
    return {
      accountId: key === '' ? null : (of[0]?.account_id ?? null),
      bin: key === '' ? null : (of[0]?.bin ?? null),
      number: key === '' ? null : maskNumber(of[0]?.number ?? ''),
      bankVnd: withheld ? null : vndToJson(bankVnd),
      ledgerVnd: withheld ? null : vndToJson(ledgerVnd),
      differenceVnd: vndToJson(bankVnd - ledgerVnd),
      rows: of
        .filter((row) => row.bank_vnd !== row.ledger_vnd)
        .map((row) => ({
          bankTransactionId: row.id,
          amountVnd: vndToJson(row.bank_vnd - row.ledger_vnd),
          why: row.why ?? 'not_posted',
          occurredAt: row.board ? toMoment(new Date(row.occurred_at)) : null,
        })),
    }
  })
  const open = await sumOpenSuspense(tx, marketId)
  return {
    day,
    differenceVnd: accounts.reduce((sum, { differenceVnd }) => sum + differenceVnd, 0),
    suspenseVnd: vndToJson(open.amountVnd),
    accounts,
  }
}

/** True when what banks told of the unnamed stalls' accounts on a day, and the ledger has, is what their sales show. */
async function isShownInSales(
  tx: Tx,
  marketId: string,
  day: string,
  rows: readonly { hidden_stall_id: string | null; bank_vnd: bigint; ledger_vnd: bigint }[],
): Promise<boolean> {
  const [cells] = await readUnnamed(tx, marketId, { from: day, to: day })
  if (cells?.withheld.includes('bank') === true) return false
  const soldVnd = cells === undefined ? 0n : wholeOf(cells).bankVnd
  const unnamed = rows.filter(({ hidden_stall_id }) => hidden_stall_id !== null)
  const sum = (values: bigint[]): bigint => values.reduce((a, b) => a + b, 0n)
  return (
    sum(unnamed.map(({ bank_vnd }) => bank_vnd)) === soldVnd &&
    sum(unnamed.map(({ ledger_vnd }) => ledger_vnd)) === soldVnd
  )
}

function selectSuspense(tx: Tx) {
  return tx
    .select({
      id: suspense.id,
      reason: suspense.reason,
      status: suspense.status,
      amountVnd: suspense.amountVnd,
      occurredAt: suspense.occurredAt,
      resolution: suspense.resolution,
      number: bankTransaction.accountNumber,
      content: bankTransaction.content,
      bin: receivingAccount.bin,
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
}

function toItem(
  row: Awaited<ReturnType<ReturnType<typeof selectSuspense>['execute']>>[number],
): SuspenseItem {
  return {
    id: row.id,
    reason: SUSPENSE_REASONS.find((reason) => reason === row.reason) ?? 'unknown_code',
    status: row.status === 'resolved' ? 'resolved' : 'open',
    amountVnd: vndToJson(row.amountVnd),
    bankCode: row.bin === null ? null : bankCodeOf(row.bin),
    accountMasked: row.number === null || row.isHidden ? null : maskNumber(row.number),
    content: row.isHidden ? null : row.content,
    occurredAt: toMoment(row.occurredAt),
    resolution: row.resolution === 'charge' || row.resolution === 'not_ours' ? row.resolution : null,
  }
}
