import { findCodes } from '@tienve/bank-feeds'

/** A refund that was promised and has not gone. */
export type Due = { id: string; accountId: string; amountVnd: bigint; code: string; decidedAt: Date }

/** A transfer that left an account, as the bank told of it. */
export type Outgoing = {
  transactionId: string
  accountId: string | null
  amountVnd: bigint
  content: string
  occurredAt: Date
  /** The digest of the bytes that told of it. */
  sourceHash: Buffer | null
}

const MINUTE_MS = 60_000

/**
 * Which refund each transfer paid, as far as the bank's word alone tells: the one whose code its memo holds, or the only one
 * of that account and sum that was promised before. A transfer that could be two is left to a person, and so is one of
 * another sum than its code promises.
 */
export function matchRefunds<T extends Due>(
  due: readonly T[],
  outgoing: readonly Outgoing[],
): { refund: T; transfer: Outgoing }[] {
  const left = new Set(due)
  return outgoing.flatMap((transfer) => {
    const { codes } = findCodes(transfer.content)
    const fitting = [...left].filter(
      ({ accountId, amountVnd }) => accountId === transfer.accountId && amountVnd === transfer.amountVnd,
    )
    const named = fitting.filter(({ code }) => codes.includes(code))
    const isOthers = [...left].some(({ code }) => codes.includes(code))
    const possible = named.length > 0 || isOthers ? named : fitting.filter((one) => isAfter(transfer, one))
    const [refund] = possible
    if (refund === undefined || possible.length > 1) return []
    left.delete(refund)
    return [{ refund, transfer }]
  })
}

/** Some banks tell the minute only, so the minute of the promise counts as after it. */
function isAfter({ occurredAt }: Outgoing, { decidedAt }: Due): boolean {
  return occurredAt.getTime() >= Math.floor(decidedAt.getTime() / MINUTE_MS) * MINUTE_MS
}
