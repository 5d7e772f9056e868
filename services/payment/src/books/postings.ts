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

/** Money for a charge: it settles what is still owed, and the rest is an advance, never a negative receivable. */
export function chargePaid(paid: {
  paymentId: string
  stallId: string
  amountVnd: bigint
  missingVnd: bigint
  occurredAt: Date
  sourceHash: Buffer
}): PostItem {
  return {
    idemKey: `payment:${paid.paymentId}`,
    kind: 'charge_paid',
    occurredAt: paid.occurredAt,
    sourceKind: 'payment',
    sourceId: paid.paymentId,
    sourceHash: paid.sourceHash,
    transfers: settle(boardAccounts.bank, paid),
  }
}

/** Money on the board's account that nobody can name yet. */
export function suspenseIn(item: {
  suspenseId: string
  amountVnd: bigint
  occurredAt: Date
  sourceHash: Buffer
}): PostItem {
  return {
    idemKey: `suspense:${item.suspenseId}`,
    kind: 'suspense_in',
    occurredAt: item.occurredAt,
    sourceKind: 'suspense',
    sourceId: item.suspenseId,
    sourceHash: item.sourceHash,
    transfers: [
      { book: 'board', debit: boardAccounts.bank, credit: boardAccounts.suspense, amountVnd: item.amountVnd },
    ],
  }
}

/** Money in suspense that a person found to be for a charge. The bank's side was posted when it came. */
export function suspenseToCharge(paid: {
  suspenseId: string
  paymentId: string
  stallId: string
  amountVnd: bigint
  missingVnd: bigint
  occurredAt: Date
}): PostItem {
  return {
    idemKey: `suspense-out:${paid.suspenseId}`,
    kind: 'suspense_to_charge',
    occurredAt: paid.occurredAt,
    sourceKind: 'payment',
    sourceId: paid.paymentId,
    transfers: settle(boardAccounts.suspense, paid),
  }
}

function settle(
  from: string,
  paid: { stallId: string; amountVnd: bigint; missingVnd: bigint },
): PostItem['transfers'] {
  const settledVnd = paid.amountVnd < paid.missingVnd ? paid.amountVnd : paid.missingVnd
  const legs = [
    { book: 'board', debit: from, credit: boardAccounts.receivable(paid.stallId), amountVnd: settledVnd },
    { book: 'board', debit: from, credit: boardAccounts.advance, amountVnd: paid.amountVnd - settledVnd },
  ]
  return legs.filter(({ amountVnd }) => amountVnd > 0n)
}
