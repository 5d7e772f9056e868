import { AppError } from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { dayOf } from '../days.ts'
import { judge } from '../payments/rules.ts'
import { payment } from '../payments/tables.ts'
import { issueReceipts, voidReceipt } from '../receipts/service.ts'
import { offerRefunds, withdrawOffer } from '../refunds/service.ts'
import { settle, unsettle } from '../settlements/service.ts'
import * as repository from './repository.ts'

/** Makes a payment of some money in suspense, with its receipt; what is beyond all debts is the stall's, and may go back. */
export async function payFrom(
  tx: Tx,
  item: repository.LockedSuspense,
  { stallId, chargeId, amountVnd }: { stallId: string; chargeId: string | null; amountVnd: bigint },
): Promise<{ paymentId: string; creditVnd: bigint }> {
  const { marketId, occurredAt, receivedAt } = item
  const asked = await repository.findAsked(tx, marketId, stallId, chargeId)
  const { verdict, expectedVnd } = judge(asked, { amountVnd, occurredAt, receivedAt, precision: 'day' })
  const row = {
    marketId,
    id: newId('pay'),
    bankTransactionId: item.bankTransactionId ?? '',
    purpose: 'charge',
    stallId,
    chargeId,
    accountId: item.accountId ?? '',
    amountVnd,
    expectedVnd,
    verdict,
    matchedBy: 'person',
    memoTail: '',
    occurredAt,
    receivedAt,
    day: dayOf(occurredAt),
  }
  await tx.insert(payment).values(row)
  const source = { kind: 'payment', id: row.id } as const
  const [settled] = await settle(tx, marketId, [
    { source, stallId, amountVnd, namedChargeId: chargeId, at: occurredAt },
  ])
  await issueReceipts(tx, marketId, [
    { source, stallId, chargeId, amountVnd, paidAt: occurredAt, page: null },
  ])
  const creditVnd = settled?.creditVnd ?? 0n
  if (creditVnd > 0n) await offerRefunds(tx, marketId, [row.id])
  return { paymentId: row.id, creditVnd }
}

/** Takes such a payment back: what it paid is owed again, and its receipt is void. Errors: `resolution_closed`, `resolution_used`. */
export async function takeBack(
  tx: Tx,
  marketId: string,
  { stallId, paymentId, reason, at }: { stallId: string; paymentId: string; reason: string; at: Date },
): Promise<void> {
  if (await repository.isOfClosedRound(tx, marketId, paymentId)) throw new AppError('resolution_closed')
  await withdrawOffer(tx, marketId, paymentId)
  const source = { kind: 'payment', id: paymentId } as const
  if (!(await unsettle(tx, marketId, source, stallId, at))) throw new AppError('resolution_used')
  await voidReceipt(tx, marketId, { source, reason, at })
  await repository.setPaymentUndone(tx, marketId, paymentId, at)
}
