import type { FeedEvent } from '@tienve/bank-feeds'
import { findCodes } from '@tienve/bank-feeds'
import type { SuspenseReason } from '@tienve/contracts'
import { createHash } from 'node:crypto'

/** The account that money came to: a stall's, or (stall null) the board's. */
export type Place = { accountId: string; stallId: string | null; bin: string }

/**
 * A place as the feed that tells of it is bound to it: whether what it tells is money by itself, and whether nobody else
 * tells of that account.
 */
export type Bound = Place & { authoritative: boolean; alone: boolean }

/** What a code in a memo names. `stallId` is the stall that asked, that owes or that leaves a deposit; a day ticket has none. */
export type NamedCode =
  | { kind: 'stall' | 'request' | 'charge' | 'debt' | 'deposit'; objectId: string; stallId: string }
  | { kind: 'ticket'; objectId: string; stallId: null }

export type Target =
  | { to: 'request'; requestId: string; stallId: string }
  | { to: 'stall'; stallId: string; matchedBy: 'stall' | 'account' }
  | { to: 'charge'; chargeId: string; stallId: string }
  | { to: 'debt'; stallId: string }
  | { to: 'deposit'; stallId: string }
  | { to: 'ticket'; ticketId: string }
  | { to: 'suspense'; reason: SuspenseReason }

export type FoundCodes = ReturnType<typeof findCodes>

/** The codes in an event's memo, held against the provider's own reading of it. */
export function codesOf(event: Pick<FeedEvent, 'content' | 'codeHint'>): FoundCodes {
  return findCodes(event.content, { hint: event.codeHint })
}

/** The account numbers that an event or a transaction speaks of, the virtual account among them. */
export function numbersOf(of: Pick<FeedEvent, 'accountNumber' | 'virtualAccount'>): string[] {
  return of.virtualAccount === null ? [of.accountNumber] : [of.accountNumber, of.virtualAccount]
}

/**
 * Says what money was for. On a stall's own account it is always that stall's sale: a code only tells which one. On
 * the board's account only one clear code will do of something that the board is paid for: a charge, a stall's whole debt,
 * a deposit, a day ticket. Anything else waits in suspense, with the reason.
 */
export function matchCredit(
  place: Place | null,
  found: FoundCodes,
  named: ReadonlyMap<string, NamedCode>,
): Target {
  if (place === null) return { to: 'suspense', reason: 'foreign_account' }
  const clear = found.codes.length === 1 && found.hintAgrees !== false
  const name = clear ? named.get(found.codes[0] ?? '') : undefined
  const { stallId } = place
  if (stallId !== null) {
    const own = name?.stallId === stallId ? name : undefined
    if (own?.kind === 'request') return { to: 'request', requestId: own.objectId, stallId }
    return { to: 'stall', stallId, matchedBy: own?.kind === 'stall' ? 'stall' : 'account' }
  }
  return boardTarget(name) ?? { to: 'suspense', reason: reasonOf(found) }
}

function boardTarget(name: NamedCode | undefined): Target | null {
  switch (name?.kind) {
    case 'charge':
      return { to: 'charge', chargeId: name.objectId, stallId: name.stallId }
    case 'debt':
    case 'deposit':
      return { to: name.kind, stallId: name.stallId }
    case 'ticket':
      return { to: 'ticket', ticketId: name.objectId }
    default:
      return null
  }
}

function reasonOf({ codes, hintAgrees }: FoundCodes): SuspenseReason {
  if (codes.length === 0) return 'no_code'
  if (codes.length > 1) return 'several_codes'
  return hintAgrees === false ? 'hint_disagrees' : 'unknown_code'
}

/**
 * A digest of what an event says. The same id with another digest is not a repeat: the provider has changed its story,
 * and a person must look. What may rightly differ between two tellings (the balance, the rendering) is left out.
 */
export function digestOf(event: FeedEvent): Buffer {
  const parts = [event.kind, event.accountNumber, event.amount, event.occurredAt.toISOString(), event.content]
  return createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest()
}

const FIRST_RETRY_MS = 2_000
const LAST_RETRY_MS = 10 * 60_000

/** A message that fails this often is set aside as dead and shown; it can still be replayed from its bytes. */
export const MAX_ATTEMPTS = 8

/** When to try a failed message again: twice as long each time, to ten minutes. */
export function retryAt(attempts: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)))
}
