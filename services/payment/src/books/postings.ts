import { boardAccounts, stallAccounts, type PostItem } from '@tienve/ledger'

/** Every flow of money as postings, one function a flow; docs/MONEY.md shows the same in words. */

/** A sale that a bank told of: the stall's bank account against its revenue. */
export function saleByBank(sale: {
  paymentId: string
  stallId: string
  amountVnd: bigint
  occurredAt: Date
  sourceHash: Buffer
}): PostItem {
  const { bank, revenue } = stallAccounts(sale.stallId)
  return {
    idemKey: `payment:${sale.paymentId}`,
    kind: 'sale_bank',
    occurredAt: sale.occurredAt,
    sourceKind: 'payment',
    sourceId: sale.paymentId,
    sourceHash: sale.sourceHash,
    transfers: [{ book: sale.stallId, debit: bank, credit: revenue, amountVnd: sale.amountVnd }],
  }
}

/** A sale that the stall says it took in cash: its own word, in its own book. */
export function saleInCash(sale: {
  cashSaleId: string
  stallId: string
  amountVnd: bigint
  occurredAt: Date
}): PostItem {
  const { cash, revenue } = stallAccounts(sale.stallId)
  return {
    idemKey: `cash:${sale.cashSaleId}`,
    kind: 'sale_cash',
    occurredAt: sale.occurredAt,
    sourceKind: 'cash_sale',
    sourceId: sale.cashSaleId,
    transfers: [{ book: sale.stallId, debit: cash, credit: revenue, amountVnd: sale.amountVnd }],
  }
}

/** A charge issued, one debt of the stall: the board has earned its net sum, and owes the tax and what it passes on. */
export function chargeIssued(charge: {
  chargeId: string
  stallId: string
  netVnd: bigint
  vatVnd: bigint
  passThroughVnd: bigint
  issuedAt: Date
}): PostItem {
  const debit = boardAccounts.receivable(charge.stallId)
  const legs = [
    { book: 'board', debit, credit: boardAccounts.revenue, amountVnd: charge.netVnd },
    { book: 'board', debit, credit: boardAccounts.vat, amountVnd: charge.vatVnd },
    { book: 'board', debit, credit: boardAccounts.utility, amountVnd: charge.passThroughVnd },
  ]
  return {
    idemKey: `charge:${charge.chargeId}`,
    kind: 'charge_issued',
    occurredAt: charge.issuedAt,
    sourceKind: 'charge',
    sourceId: charge.chargeId,
    transfers: legs.filter(({ amountVnd }) => amountVnd > 0n),
  }
}

/** Money for what a stall owes: `creditVnd` of it is beyond all debts and an advance, never a negative receivable. */
export function chargePaid(
  paid: Settled & { paymentId: string; occurredAt: Date; sourceHash: Buffer },
): PostItem {
  return {
    idemKey: `payment:${paid.paymentId}`,
    kind: 'charge_paid',
    occurredAt: paid.occurredAt,
    sourceKind: 'payment',
    sourceId: paid.paymentId,
    sourceHash: paid.sourceHash,
    transfers: settledFrom(boardAccounts.bank, paid),
  }
}

/** What a decision about a charge is posted as, and against which account: revenue, a price given up, or a cost. */
const CHANGES = {
  adjusted: { kind: 'charge_adjusted', account: boardAccounts.revenue },
  relieved: { kind: 'charge_relieved', account: boardAccounts.relief },
  written_off: { kind: 'charge_written_off', account: boardAccounts.expense },
} as const

/**
 * An issued charge changed by a decision. Sums are signed as the debt feels them; `creditVnd` of what is taken off had been
 * paid already, and becomes an advance. A price given up is shown on an account of its own, and a debt given up is a cost.
 */
export function chargeChanged(change: {
  changeId: string
  kind: keyof typeof CHANGES
  stallId: string
  netVnd: bigint
  vatVnd: bigint
  passThroughVnd: bigint
  creditVnd: bigint
  at: Date
}): PostItem {
  const { changeId, creditVnd } = change
  const { kind, account } = CHANGES[change.kind]
  const sign = change.netVnd + change.vatVnd < 0n ? -1n : 1n
  const results: Side[] = [
    { account, amountVnd: sign * (change.netVnd - change.passThroughVnd) },
    { account: boardAccounts.utility, amountVnd: sign * change.passThroughVnd },
    { account: boardAccounts.vat, amountVnd: sign * change.vatVnd },
  ]
  const wholeVnd = results.reduce((sum, { amountVnd }) => sum + amountVnd, 0n)
  const debts: Side[] = [
    { account: boardAccounts.receivable(change.stallId), amountVnd: wholeVnd - creditVnd },
    { account: boardAccounts.advance, amountVnd: creditVnd },
  ]
  return {
    idemKey: `change:${changeId}`,
    kind,
    occurredAt: change.at,
    sourceKind: 'charge_change',
    sourceId: changeId,
    transfers: sign > 0n ? between(debts, results) : between(results, debts),
  }
}

type Side = { account: string; amountVnd: bigint }

/** Legs from one side of the board's book to the other, each side in its order; both sides come to the same sum. */
function between(debits: readonly Side[], credits: readonly Side[]): PostItem['transfers'] {
  const left = credits.map((one) => ({ ...one }))
  const legs: PostItem['transfers'] = []
  for (const { account: debit, amountVnd } of debits) {
    let restVnd = amountVnd
    for (const credit of left) {
      const partVnd = restVnd < credit.amountVnd ? restVnd : credit.amountVnd
      restVnd -= partVnd
      credit.amountVnd -= partVnd
      legs.push({ book: 'board', debit, credit: credit.account, amountVnd: partVnd })
    }
  }
  return withoutNothing(legs)
}

/** What a stall paid ahead, set against a charge of a later day. */
export function advanceApplied(applied: {
  settlementId: string
  stallId: string
  amountVnd: bigint
  at: Date
}): PostItem {
  return {
    idemKey: `settlement:${applied.settlementId}`,
    kind: 'advance_applied',
    occurredAt: applied.at,
    sourceKind: 'settlement',
    sourceId: applied.settlementId,
    transfers: [
      {
        book: 'board',
        debit: boardAccounts.advance,
        credit: boardAccounts.receivable(applied.stallId),
        amountVnd: applied.amountVnd,
      },
    ],
  }
}

/** A deposit that a bank told of: it stays the stall's, on an account of that stall. */
export function depositIn(paid: {
  paymentId: string
  stallId: string
  amountVnd: bigint
  occurredAt: Date
  sourceHash: Buffer
}): PostItem {
  return {
    idemKey: `payment:${paid.paymentId}`,
    kind: 'deposit_in',
    occurredAt: paid.occurredAt,
    sourceKind: 'payment',
    sourceId: paid.paymentId,
    sourceHash: paid.sourceHash,
    transfers: [
      {
        book: 'board',
        debit: boardAccounts.bank,
        credit: boardAccounts.deposit(paid.stallId),
        amountVnd: paid.amountVnd,
      },
    ],
  }
}

/** A day ticket sold: nothing was owed before. `from` is the bank, on its word, or the hands of who took the cash. */
export function ticketSold(sold: {
  ticketId: string
  from: string
  priceVnd: bigint
  vatVnd: bigint
  occurredAt: Date
  sourceHash?: Buffer
}): PostItem {
  return {
    idemKey: `ticket:${sold.ticketId}`,
    kind: 'ticket_sold',
    occurredAt: sold.occurredAt,
    sourceKind: 'day_ticket',
    sourceId: sold.ticketId,
    ...(sold.sourceHash === undefined ? {} : { sourceHash: sold.sourceHash }),
    transfers: withoutNothing([
      {
        book: 'board',
        debit: sold.from,
        credit: boardAccounts.revenue,
        amountVnd: sold.priceVnd - sold.vatVnd,
      },
      { book: 'board', debit: sold.from, credit: boardAccounts.vat, amountVnd: sold.vatVnd },
    ]),
  }
}

/** Cash a collector took for what a stall owes: in the collector's hands until it is handed over. */
export function cashCollected(
  taken: Settled & { collectionId: string; collectorId: string; occurredAt: Date },
): PostItem {
  return {
    idemKey: `collection:${taken.collectionId}`,
    kind: 'cash_collected',
    occurredAt: taken.occurredAt,
    sourceKind: 'collection',
    sourceId: taken.collectionId,
    transfers: settledFrom(boardAccounts.collected(taken.collectorId), taken),
  }
}

/** Cash handed over as the cashier counted it: what is missing the collector owes, what is beyond waits to be decided. */
export function cashHandedOver(handed: {
  handoverId: string
  collectorId: string
  expectedVnd: bigint
  countedVnd: bigint
  occurredAt: Date
}): PostItem {
  const { collectorId, expectedVnd, countedVnd } = handed
  const collected = boardAccounts.collected(collectorId)
  const missingVnd = expectedVnd > countedVnd ? expectedVnd - countedVnd : 0n
  const surplusVnd = countedVnd > expectedVnd ? countedVnd - expectedVnd : 0n
  return {
    idemKey: `handover:${handed.handoverId}`,
    kind: 'cash_handed_over',
    occurredAt: handed.occurredAt,
    sourceKind: 'handover',
    sourceId: handed.handoverId,
    transfers: withoutNothing([
      { book: 'board', debit: boardAccounts.cash, credit: collected, amountVnd: expectedVnd - missingVnd },
      { book: 'board', debit: boardAccounts.owedBy(collectorId), credit: collected, amountVnd: missingVnd },
      { book: 'board', debit: boardAccounts.cash, credit: boardAccounts.surplus, amountVnd: surplusVnd },
    ]),
  }
}

/** A sale that went back the way it came, on the bank's word: the stall's revenue and account are lower by it. */
export function saleReturned(sale: {
  transactionId: string
  paymentId: string
  stallId: string
  amountVnd: bigint
  occurredAt: Date
  sourceHash: Buffer
}): PostItem {
  const { bank, revenue } = stallAccounts(sale.stallId)
  return {
    idemKey: `returned:${sale.transactionId}`,
    kind: 'refund_bank',
    occurredAt: sale.occurredAt,
    sourceKind: 'payment',
    sourceId: sale.paymentId,
    sourceHash: sale.sourceHash,
    transfers: [{ book: sale.stallId, debit: revenue, credit: bank, amountVnd: sale.amountVnd }],
  }
}

/** What a sale brought too much, given back by the stall's own transfer: as much less was earned, and is on its account. */
export function saleRefunded(refund: {
  refundId: string
  stallId: string
  amountVnd: bigint
  occurredAt: Date
  sourceHash: Buffer | null
}): PostItem {
  const { bank, revenue } = stallAccounts(refund.stallId)
  return {
    idemKey: `sale-refund:${refund.refundId}`,
    kind: 'refund_bank',
    occurredAt: refund.occurredAt,
    sourceKind: 'sale_refund',
    sourceId: refund.refundId,
    sourceHash: refund.sourceHash,
    transfers: [{ book: refund.stallId, debit: revenue, credit: bank, amountVnd: refund.amountVnd }],
  }
}

/** Money of a stall's, and how much of it is beyond all that it owes. */
export type Settled = { stallId: string; amountVnd: bigint; creditVnd: bigint }

export function settledFrom(from: string, { stallId, amountVnd, creditVnd }: Settled): PostItem['transfers'] {
  const receivable = boardAccounts.receivable(stallId)
  return withoutNothing([
    { book: 'board', debit: from, credit: receivable, amountVnd: amountVnd - creditVnd },
    { book: 'board', debit: from, credit: boardAccounts.advance, amountVnd: creditVnd },
  ])
}

function withoutNothing(legs: PostItem['transfers']): PostItem['transfers'] {
  return legs.filter(({ amountVnd }) => amountVnd > 0n)
}
