import { newId } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { saleReturned } from '../books/postings.ts'
import { outgoingUnknown } from '../books/suspense-postings.ts'
import { dayOf, hourOf, toMoment } from '../days.ts'
import { bankCodeOf } from '../stalls/rules.ts'
import type { Fresh, Plan } from './plan.ts'

/** Money in that an outgoing movement undoes, with what it was for. */
export type Undone = {
  transactionId: string
  paymentId: string | null
  purpose: string | null
  stallId: string | null
}

/**
 * Decides what each movement out is. A sale that goes back the way it came is no sale any more; what else leaves a stall's
 * account is the stall's own affair, and what leaves the board's waits until somebody says why.
 */
export function planOutgoing(
  marketId: string,
  outgoing: readonly Fresh[],
  undone: ReadonlyMap<string, Undone>,
  plan: Plan,
): void {
  for (const fresh of outgoing) {
    const { place, transactionId, sourceHash } = fresh
    const { amount, occurredAt } = fresh.event
    if (place === null) continue
    const undoes = undone.get(transactionId)
    if (place.stallId === null) planOutgoingUnknown(marketId, fresh, plan)
    else if (undoes?.purpose === 'sale' && undoes.paymentId !== null) {
      const { stallId } = place
      const { paymentId } = undoes
      plan.posts.push(
        saleReturned({ transactionId, paymentId, stallId, amountVnd: amount, occurredAt, sourceHash }),
      )
      plan.totals.push({
        stallId,
        day: dayOf(occurredAt),
        hour: hourOf(occurredAt),
        bin: place.bin,
        cash: false,
        amountVnd: -amount,
        count: -1n,
      })
      plan.live.push({
        stallId,
        kind: 'reversal',
        payload: {
          paymentId,
          amountVnd: vndToJson(amount),
          bankCode: bankCodeOf(place.bin),
          occurredAt: toMoment(occurredAt),
        },
      })
    }
  }
}

function planOutgoingUnknown(marketId: string, fresh: Fresh, plan: Plan): void {
  const id = newId('sus')
  const { sourceHash } = fresh
  const { amount, occurredAt, providerEventId } = fresh.event
  plan.suspense.push({
    marketId,
    id,
    bankTransactionId: fresh.transactionId,
    inboxId: fresh.inboxId,
    providerEventId,
    heldAccountId: null,
    direction: 'out',
    reason: 'outgoing',
    amountVnd: amount,
    occurredAt,
    posted: true,
  })
  plan.posts.push(outgoingUnknown({ suspenseId: id, amountVnd: amount, occurredAt, sourceHash }))
}
