import { boardAccounts, type PostItem } from '@tienve/ledger'
import { settledFrom, type Settled } from './postings.ts'

/** Money that nobody can name yet, in and out, and what it turns out to be; docs/MONEY.md shows the same in words. */

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

/** Money that left the board's account and nobody knows why: a claim that waits until somebody says. */
export function outgoingUnknown(item: {
  suspenseId: string
  amountVnd: bigint
  occurredAt: Date
  sourceHash: Buffer
}): PostItem {
  return {
    idemKey: `suspense:${item.suspenseId}`,
    kind: 'outgoing_unknown',
    occurredAt: item.occurredAt,
    sourceKind: 'suspense',
    sourceId: item.suspenseId,
    sourceHash: item.sourceHash,
    transfers: [
      { book: 'board', debit: boardAccounts.outgoing, credit: boardAccounts.bank, amountVnd: item.amountVnd },
    ],
  }
}

/** Money out that somebody named: of the general books, or a refund that no rule had recognised. */
export function outgoingNamed(named: {
  suspenseId: string
  as: 'general' | 'suspense' | 'advance'
  sourceKind: 'suspense_resolution' | 'refund'
  sourceId: string
  amountVnd: bigint
  occurredAt: Date
}): PostItem {
  const { suspenseId, as, sourceKind, sourceId, amountVnd, occurredAt } = named
  return {
    idemKey: `outgoing:${suspenseId}:${sourceId}`,
    kind: 'outgoing_named',
    occurredAt,
    sourceKind,
    sourceId,
    transfers: [{ book: 'board', debit: boardAccounts[as], credit: boardAccounts.outgoing, amountVnd }],
  }
}

/** Money in suspense that a person found to be for what a stall owes. The bank's side was posted when it came. */
export function suspenseToCharge(
  paid: Settled & { resolutionId: string; line: number; paymentId: string; occurredAt: Date },
): PostItem {
  return {
    idemKey: suspenseOut(paid),
    kind: 'suspense_to_charge',
    occurredAt: paid.occurredAt,
    sourceKind: 'payment',
    sourceId: paid.paymentId,
    transfers: settledFrom(boardAccounts.suspense, paid),
  }
}

/** Money in suspense that is the operator's and no charge's: its general books say what it is. */
export function suspenseToGeneral(
  named: Sum & { resolutionId: string; line: number; occurredAt: Date },
): PostItem {
  return {
    idemKey: suspenseOut(named),
    kind: 'suspense_to_general',
    occurredAt: named.occurredAt,
    sourceKind: 'suspense_resolution',
    sourceId: named.resolutionId,
    transfers: [
      {
        book: 'board',
        debit: boardAccounts.suspense,
        credit: boardAccounts.general,
        amountVnd: named.amountVnd,
      },
    ],
  }
}

const suspenseOut = ({ resolutionId, line }: { resolutionId: string; line: number }): string =>
  `suspense-out:${resolutionId}:${line}`

/** Money that went back, on the bank's word: out of suspense, or of what a stall had paid beyond its debts. */
export function refundPaid(
  paid: Sum & { refundId: string; of: 'suspense' | 'advance'; occurredAt: Date; sourceHash: Buffer | null },
): PostItem {
  return {
    idemKey: `refund:${paid.refundId}`,
    kind: `${paid.of}_returned`,
    occurredAt: paid.occurredAt,
    sourceKind: 'refund',
    sourceId: paid.refundId,
    sourceHash: paid.sourceHash,
    transfers: [
      {
        book: 'board',
        debit: boardAccounts[paid.of],
        credit: boardAccounts.bank,
        amountVnd: paid.amountVnd,
      },
    ],
  }
}

type Sum = { amountVnd: bigint }
