import {
  AppError,
  SALE_REFUND_STATUSES,
  surplusOf,
  VERDICTS,
  type PromiseSaleRefund,
  type SaleRefund,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import type { PostItem } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { newPaymentCode } from '@tienve/vietqr'
import { randomBytes } from 'node:crypto'
import { saleRefunded } from '../books/postings.ts'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { listPaidCredits } from '../credits/repository.ts'
import { dayOf, hourOf, toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import type { DayTotal } from '../payments/totals.ts'
import { matchRefunds, type Outgoing } from '../refunds/rules.ts'
import * as repository from './repository.ts'

/**
 * Promises what a sale brought too much back to the shopper. Nothing is posted, unlike with the board's, where a promise keeps
 * a credit from the next charge: a sale that came too much is used for nothing else, and the money has not moved. Errors:
 * `not_found`, `refund_in_credit_book` (it came for what somebody owed: that book says what is to go back of it),
 * `refund_not_possible` (not that much came too much), `refund_already_final` (it is promised, or went back).
 */
export async function promiseSaleRefund(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, userId }: Actor,
  stallId: string,
  { paymentId, amountVnd, toWhom }: PromiseSaleRefund,
): Promise<SaleRefund> {
  const sale = await repository.findSale(tx, marketId, stallId, paymentId)
  if (sale === null) throw new AppError('not_found')
  // The same money would go back twice: the credit book offers it too.
  if ((await listPaidCredits(tx, marketId, [paymentId])).has(paymentId))
    throw new AppError('refund_in_credit_book')
  const surplusVnd = surplusOf({
    verdict: readOne(VERDICTS, sale.verdict),
    amountVnd: vndToJson(sale.amountVnd),
    expectedVnd: sale.expectedVnd === null ? null : vndToJson(sale.expectedVnd),
  })
  if (amountVnd > surplusVnd) throw new AppError('refund_not_possible')
  const id = newId('rfd')
  const isFirst = await repository.insertRefund(tx, {
    marketId,
    id,
    stallId,
    paymentId,
    accountId: sale.accountId,
    amountVnd: BigInt(amountVnd),
    code: newPaymentCode(randomBytes),
    toWhom,
    promisedBy: userId,
    promisedAt: ctx.now(),
  })
  if (!isFirst) throw new AppError('refund_already_final')
  return findRefund(tx, marketId, stallId, id)
}

/** Takes a promise back, as long as the bank has not shown the transfer. Errors: `not_found`, `refund_already_final`. */
export async function cancelSaleRefund(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, stallId }: Actor,
  id: string,
): Promise<SaleRefund> {
  const row = await repository.lockRefund(tx, marketId, id)
  if (row === null || stallId === null || row.stallId !== stallId) throw new AppError('not_found')
  if (row.status !== 'due') throw new AppError('refund_already_final')
  await repository.setRefund(tx, marketId, id, { status: 'cancelled', cancelledAt: ctx.now() })
  return findRefund(tx, marketId, stallId, id)
}

/** What is standing of a stall's sales of one day, and what has yet to go of any day, the newest promise first. */
export async function getSaleRefunds(
  tx: Tx,
  marketId: string,
  stallId: string,
  day: string,
): Promise<SaleRefund[]> {
  return (await repository.listStanding(tx, marketId, stallId, day)).map(toSaleRefund)
}

async function findRefund(tx: Tx, marketId: string, stallId: string, id: string): Promise<SaleRefund> {
  const row = await repository.lockRefund(tx, marketId, id)
  if (row === null || row.stallId !== stallId) throw new AppError('not_found')
  return toSaleRefund(row)
}

function toSaleRefund(row: repository.SaleRefundRow): SaleRefund {
  return {
    id: row.id,
    paymentId: row.paymentId,
    amountVnd: vndToJson(row.amountVnd),
    toWhom: row.toWhom,
    status: readOne(SALE_REFUND_STATUSES, row.status),
    code: row.status === 'due' ? row.code : null,
    promisedAt: toMoment(row.promisedAt),
    paidAt: row.paidAt === null ? null : toMoment(row.paidAt),
  }
}

/** Refunds of sales that are about to be closed: what lowers the day, what to post, and what to write with the txns' numbers. */
type Closing = {
  totals: DayTotal[]
  posts: PostItem[]
  write: (seqs: readonly bigint[]) => Promise<void>
}

/**
 * Closes the refunds of sales that these transfers out of stalls' own accounts paid, by the rule of the board's. Only now is
 * something posted: the sale was counted whole, and the stall's revenue and its bank account are lower by what went back.
 */
export async function closeSaleRefunds(
  tx: Tx,
  marketId: string,
  outgoing: readonly Outgoing[],
): Promise<Closing> {
  const accountIds = outgoing.flatMap(({ accountId }) => (accountId === null ? [] : [accountId]))
  const due = accountIds.length === 0 ? [] : await repository.lockDue(tx, marketId, accountIds)
  const pairs = matchRefunds(due, outgoing)
  return {
    totals: pairs.map(({ refund: { stallId, amountVnd, bin }, transfer: { occurredAt } }) => ({
      stallId,
      day: dayOf(occurredAt),
      hour: hourOf(occurredAt),
      bin,
      cash: false,
      amountVnd: -amountVnd,
      // The sale was made and stays one: less came of it.
      count: 0n,
    })),
    posts: pairs.map(({ refund: { id, stallId, amountVnd }, transfer }) =>
      saleRefunded({
        refundId: id,
        stallId,
        amountVnd,
        occurredAt: transfer.occurredAt,
        sourceHash: transfer.sourceHash,
      }),
    ),
    write: async (seqs) => {
      for (const [at, { refund, transfer }] of pairs.entries())
        await repository.setRefund(tx, marketId, refund.id, {
          status: 'paid',
          paidBy: transfer.transactionId,
          paidAt: transfer.occurredAt,
          ledgerSeq: seqs[at] ?? null,
        })
    },
  }
}
