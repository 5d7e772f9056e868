import {
  AppError,
  REFUND_STATUSES,
  type PromiseRefund,
  type Refund,
  type RefundPage,
  type RefundStatus,
} from '@tienve/contracts'
import { inMarket, newId, type Db, type Tx } from '@tienve/db'
import { postAll, type PostItem } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { newPaymentCode } from '@tienve/vietqr'
import { randomBytes } from 'node:crypto'
import { outgoingNamed, refundPaid } from '../books/suspense-postings.ts'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import * as repository from './repository.ts'
import { matchRefunds, type Outgoing } from './rules.ts'

/** Offers back what these payments brought beyond all that their stalls owed. */
export async function offerRefunds(tx: Tx, marketId: string, paymentIds: readonly string[]): Promise<void> {
  if (paymentIds.length > 0) await repository.insertOffers(tx, marketId, paymentIds)
}

/** A part of money in suspense that goes back: due from now on. Answers the refund's id. */
export async function promiseReturn(
  tx: Tx,
  marketId: string,
  part: {
    resolutionId: string
    accountId: string
    amountVnd: bigint
    occurredAt: Date
    toWhom: string
    reason: string
    decidedBy: string
    decidedAt: Date
  },
): Promise<string> {
  const id = newId('rfd')
  await repository.insertRefund(tx, {
    marketId,
    id,
    ...part,
    status: 'due',
    code: newPaymentCode(randomBytes),
  })
  return id
}

/** Refunds, by when their money came, the newest first, with what may have been the transfer of those that are due. */
export async function getRefunds(
  tx: Tx,
  marketId: string,
  query: { status?: RefundStatus | undefined; cursor?: string | undefined; limit: number },
): Promise<RefundPage> {
  const found = await repository.listRefunds(
    tx,
    marketId,
    { status: query.status },
    { limit: query.limit, after: readCursor(query.cursor) },
  )
  const { rows, nextCursor } = cutPage(found, query.limit)
  return { items: await toRefunds(tx, marketId, rows), nextCursor }
}

/**
 * Promises a payment's surplus, or some of it, back to somebody: no charge takes it any more. Nothing is posted before the
 * bank says that it left. Errors: `not_found`, `refund_already_final`, `refund_not_possible` (a charge has used it).
 */
export async function promiseRefund(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  input: PromiseRefund,
): Promise<Refund> {
  const { marketId, userId } = actor
  const row = await repository.lockRefund(tx, marketId, { id })
  if (row === null) throw new AppError('not_found')
  if (row.creditId === null || row.status === 'due' || row.status === 'paid')
    throw new AppError('refund_already_final')
  const amountVnd = BigInt(input.amountVnd)
  if (amountVnd > (await repository.lockUnused(tx, marketId, row.creditId)))
    throw new AppError('refund_not_possible')
  await repository.moveCredit(tx, marketId, row.creditId, { heldVnd: amountVnd, usedVnd: 0n })
  await repository.setRefund(tx, marketId, id, {
    amountVnd,
    status: 'due',
    code: row.code ?? newPaymentCode(randomBytes),
    toWhom: input.toWhom,
    reason: input.reason,
    decidedBy: userId,
    decidedAt: ctx.now(),
  })
  return findRefund(tx, marketId, id)
}

/**
 * Leaves a surplus with its stall: an offer is declined, or a promise taken back. What suspense gives back is taken back by
 * undoing the resolution. Errors: `not_found`, `refund_already_final`.
 */
export async function cancelRefund(tx: Tx, { marketId }: Actor, id: string, reason: string): Promise<Refund> {
  const row = await repository.lockRefund(tx, marketId, { id })
  if (row === null) throw new AppError('not_found')
  const isOpen = row.status === 'offered' || (row.status === 'due' && row.namedTransactionId === null)
  if (row.creditId === null || !isOpen) throw new AppError('refund_already_final')
  if (row.status === 'due')
    await repository.moveCredit(tx, marketId, row.creditId, { heldVnd: -row.amountVnd, usedVnd: 0n })
  await repository.setRefund(tx, marketId, id, { status: 'cancelled', reason })
  return findRefund(tx, marketId, id)
}

/**
 * Says which outgoing transfer a refund was, where the bank's word alone did not tell. The worker posts it, since bank money
 * moves by nobody else's hand. Errors: `not_found`, `refund_already_final`, `refund_transfer_wrong`.
 */
export async function nameTransfer(
  tx: Tx,
  { marketId, userId }: Actor,
  id: string,
  bankTransactionId: string,
): Promise<Refund> {
  const row = await repository.lockRefund(tx, marketId, { id })
  if (row === null) throw new AppError('not_found')
  if (row.status !== 'due' || row.namedTransactionId !== null) throw new AppError('refund_already_final')
  const candidates = await repository.listCandidates(tx, marketId, [id])
  if (!candidates.some((one) => one.bankTransactionId === bankTransactionId))
    throw new AppError('refund_transfer_wrong')
  await repository.setRefund(tx, marketId, id, { namedTransactionId: bankTransactionId, namedBy: userId })
  return findRefund(tx, marketId, id)
}

/** Withdraws the offer of a payment that is undone. Errors: `resolution_used` when it is promised or has gone. */
export async function withdrawOffer(tx: Tx, marketId: string, paymentId: string): Promise<void> {
  const row = await repository.lockRefund(tx, marketId, { paymentId })
  if (row === null || row.status === 'cancelled') return
  if (row.status !== 'offered') throw new AppError('resolution_used')
  await repository.setRefund(tx, marketId, row.id, { status: 'cancelled' })
}

/** Takes back that a part of money in suspense goes back. Errors: `resolution_used` when a transfer of it is known. */
export async function withdrawReturn(tx: Tx, marketId: string, resolutionId: string): Promise<void> {
  const row = await repository.lockRefund(tx, marketId, { resolutionId })
  if (row === null) return
  if (row.status !== 'due' || row.namedTransactionId !== null) throw new AppError('resolution_used')
  await repository.setRefund(tx, marketId, row.id, { status: 'cancelled' })
}

/** Refunds that are about to be closed: what to post, last of all, and what to write with the numbers of those txns. */
export type Closing = {
  /** The transfers that paid one: nothing else is to be said of them. */
  paidBy: ReadonlySet<string>
  posts: PostItem[]
  write: (seqs: readonly bigint[]) => Promise<void>
}

/**
 * Closes the refunds that these outgoing transfers paid, as far as the bank's word alone tells. Locks what is due; the caller
 * posts `posts` after everything else and then has the rest written, since a refund is paid by its txn.
 */
export async function closeRefunds(
  tx: Tx,
  marketId: string,
  outgoing: readonly Outgoing[],
): Promise<Closing> {
  const isPossible = outgoing.some(({ accountId }) => accountId !== null)
  return closingOf(
    tx,
    marketId,
    isPossible ? matchRefunds(await repository.lockDue(tx, marketId), outgoing) : [],
  )
}

/** Closes the refunds whose transfer a person named. */
export async function closeNamedRefunds(db: Db, marketId: string): Promise<void> {
  await inMarket(db, marketId, async (tx) => {
    const { posts, write } = closingOf(tx, marketId, await repository.lockNamed(tx, marketId))
    await write(await postAll(tx, marketId, posts, { as: 'worker' }))
  })
}

function closingOf(
  tx: Tx,
  marketId: string,
  pairs: readonly { refund: repository.LockedRefund; transfer: Outgoing & { suspenseId?: string | null } }[],
): Closing {
  return {
    paidBy: new Set(pairs.map(({ transfer }) => transfer.transactionId)),
    posts: pairs.map(({ refund: { id: refundId, creditId, amountVnd }, transfer }) => {
      const of = creditId === null ? 'suspense' : 'advance'
      const { suspenseId = null, occurredAt, sourceHash } = transfer
      // What left had been posted as money out that nobody could name: only that claim moves now.
      return suspenseId === null
        ? refundPaid({ refundId, of, amountVnd, occurredAt, sourceHash })
        : outgoingNamed({
            suspenseId,
            as: of,
            sourceKind: 'refund',
            sourceId: refundId,
            amountVnd,
            occurredAt,
          })
    }),
    write: async (seqs) => {
      for (const [at, { refund, transfer }] of pairs.entries()) {
        const { id, creditId, amountVnd } = refund
        if (creditId !== null)
          await repository.moveCredit(tx, marketId, creditId, { heldVnd: -amountVnd, usedVnd: amountVnd })
        await repository.setRefund(tx, marketId, id, {
          status: 'paid',
          paidBy: transfer.transactionId,
          paidAt: transfer.occurredAt,
          ledgerSeq: seqs[at] ?? null,
        })
        if (transfer.suspenseId != null)
          await repository.nameOutgoing(tx, marketId, {
            suspenseId: transfer.suspenseId,
            refundId: id,
            amountVnd,
            by: refund.namedBy ?? '',
            at: transfer.occurredAt,
            ledgerSeq: seqs[at] ?? 0n,
          })
      }
    },
  }
}

async function findRefund(tx: Tx, marketId: string, id: string): Promise<Refund> {
  const rows = await repository.listRefunds(tx, marketId, { id }, { limit: 1, after: null })
  const [shown] = await toRefunds(tx, marketId, rows)
  if (shown === undefined) throw new AppError('not_found')
  return shown
}

async function toRefunds(tx: Tx, marketId: string, rows: readonly repository.RefundRow[]): Promise<Refund[]> {
  const due = rows.flatMap(({ id, status }) => (status === 'due' ? [id] : []))
  const candidates = await repository.listCandidates(tx, marketId, due)
  return rows.map((row) => ({
    id: row.id,
    status: readOne(REFUND_STATUSES, row.status),
    amountVnd: vndToJson(BigInt(row.amountVnd)),
    occurredAt: toMoment(row.occurredAt),
    stallId: row.stallId,
    stallCode: row.stallCode,
    stallName: row.stallName,
    suspenseId: row.suspenseId,
    toWhom: row.toWhom,
    reason: row.reason,
    code: row.status === 'due' ? row.code : null,
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt === null ? null : toMoment(row.decidedAt),
    paidAt: row.paidAt === null ? null : toMoment(row.paidAt),
    isNamed: row.status === 'due' && row.namedTransactionId !== null,
    candidates: candidates
      .filter(({ refundId }) => refundId === row.id)
      .map(({ bankTransactionId, amountVnd, content, occurredAt }) => ({
        bankTransactionId,
        amountVnd: vndToJson(amountVnd),
        content,
        occurredAt: toMoment(occurredAt),
      })),
  }))
}
