import type { FeedEvent } from '@tienve/bank-feeds'
import { findCodes } from '@tienve/bank-feeds'
import type { MatchedBy, SuspenseReason } from '@tienve/contracts'
import { createHash } from 'node:crypto'

/**
 * The account that money came to: a stall's, or (stall null) the board's. `isVirtual` where only the virtual account in front
 * of it was known as that place's.
 */
export type Place = { accountId: string; stallId: string | null; bin: string; isVirtual?: boolean }

/**
 * A place as the feed that tells of it is bound to it: whether what it tells is money by itself, and whether nobody else
 * tells of that account.
 */
export type Bound = Place & { authoritative: boolean; alone: boolean }

/** What a code in a memo names. `stallId` is the stall that asked, that owes or that leaves a deposit; a day ticket has none. */
export type NamedCode =
  | { kind: 'stall' | 'request' | 'charge' | 'debt' | 'deposit'; objectId: string; stallId: string }
  | { kind: 'ticket'; objectId: string; stallId: null }

/** What money in is: by which rule, and of whom. */
export type Target =
  | { to: 'sale'; rule: SaleRule; stallId: string; requestId: string | null }
  | { to: 'charge'; stallId: string; chargeId: string }
  | { to: 'debt'; stallId: string }
  | { to: 'deposit'; stallId: string }
  | { to: 'ticket'; ticketId: string }
  | { to: 'suspense'; reason: SuspenseReason }

type SaleRule = Extract<MatchedBy, 'request' | 'stall' | 'virtual_account' | 'account'>

/**
 * What a memo says, of one kind: what its one clear code names; that there is no code, more than one, one that the provider
 * read otherwise, or one that names nothing here.
 */
type Sign =
  | NamedCode['kind']
  | Extract<SuspenseReason, 'no_code' | 'several_codes' | 'hint_disagrees' | 'unknown_code'>

/** A rule holds where all that it needs is so; `anything` needs nothing of the memo. */
type MatchRule = { account: 'stall' | 'board' | 'nobody'; sign: Sign | 'virtual_account' | 'anything' } & (
  | { name: SaleRule; to: 'sale' }
  | { name: 'charge'; to: 'charge' }
  | { name: 'debt'; to: 'debt' }
  | { name: 'deposit'; to: 'deposit' }
  | { name: 'ticket'; to: 'ticket' }
  | { name: SuspenseReason; to: 'suspense' }
)

/**
 * How money in is matched to what it pays, in order: the first rule that holds wins. Its name is kept, as `matched_by` of the
 * payment or as the reason of the money in suspense, so a name is never given to another rule. docs/FEEDS.md shows them.
 * On a stall's own account money is always that stall's sale: a code only tells which one. On the board's, only one clear
 * code will do of something that the board is paid for.
 */
export const MATCH_RULES: readonly MatchRule[] = [
  { name: 'foreign_account', account: 'nobody', sign: 'anything', to: 'suspense' },
  { name: 'request', account: 'stall', sign: 'request', to: 'sale' },
  { name: 'stall', account: 'stall', sign: 'stall', to: 'sale' },
  { name: 'virtual_account', account: 'stall', sign: 'virtual_account', to: 'sale' },
  { name: 'account', account: 'stall', sign: 'anything', to: 'sale' },
  { name: 'charge', account: 'board', sign: 'charge', to: 'charge' },
  { name: 'debt', account: 'board', sign: 'debt', to: 'debt' },
  { name: 'deposit', account: 'board', sign: 'deposit', to: 'deposit' },
  { name: 'ticket', account: 'board', sign: 'ticket', to: 'ticket' },
  { name: 'no_code', account: 'board', sign: 'no_code', to: 'suspense' },
  { name: 'several_codes', account: 'board', sign: 'several_codes', to: 'suspense' },
  { name: 'hint_disagrees', account: 'board', sign: 'hint_disagrees', to: 'suspense' },
  { name: 'unknown_code', account: 'board', sign: 'anything', to: 'suspense' },
]

export type FoundCodes = ReturnType<typeof findCodes>

/** The codes in an event's memo, held against the provider's own reading of it. */
export function codesOf(event: Pick<FeedEvent, 'content' | 'codeHint'>): FoundCodes {
  return findCodes(event.content, { hint: event.codeHint })
}

/** The account numbers that an event or a transaction speaks of, the virtual account among them. */
export function numbersOf(of: Pick<FeedEvent, 'accountNumber' | 'virtualAccount'>): string[] {
  return of.virtualAccount === null ? [of.accountNumber] : [of.accountNumber, of.virtualAccount]
}

/** Says what money was for, by the first rule that holds. */
export function matchCredit(
  place: Place | null,
  found: FoundCodes,
  named: ReadonlyMap<string, NamedCode>,
): Target {
  const { sign, name } = signOf(found, named, place?.stallId ?? null)
  const account = place === null ? 'nobody' : place.stallId === null ? 'board' : 'stall'
  const rule = MATCH_RULES.find(
    (one) =>
      one.account === account &&
      (one.sign === 'anything' ||
        one.sign === sign ||
        (one.sign === 'virtual_account' && place?.isVirtual === true)),
  )
  return targetOf(rule, place?.stallId ?? name?.stallId ?? '', name)
}

function targetOf(rule: MatchRule | undefined, stallId: string, name: NamedCode | undefined): Target {
  const objectId = name?.objectId ?? ''
  switch (rule?.to) {
    case 'sale':
      return {
        to: 'sale',
        rule: rule.name,
        stallId,
        requestId: rule.name === 'request' ? objectId : null,
      }
    case 'charge':
      return { to: 'charge', stallId, chargeId: objectId }
    case 'debt':
    case 'deposit':
      return { to: rule.to, stallId }
    case 'ticket':
      return { to: 'ticket', ticketId: objectId }
    default:
      return { to: 'suspense', reason: rule?.name ?? 'unknown_code' }
  }
}

function signOf(
  { codes, hintAgrees }: FoundCodes,
  named: ReadonlyMap<string, NamedCode>,
  ownerId: string | null,
): { sign: Sign; name?: NamedCode } {
  if (codes.length === 0) return { sign: 'no_code' }
  if (codes.length > 1) return { sign: 'several_codes' }
  if (hintAgrees === false) return { sign: 'hint_disagrees' }
  const name = named.get(codes[0] ?? '')
  // Another stall's code says nothing about money on this one's account.
  const isMeant = name !== undefined && (ownerId === null || name.stallId === ownerId)
  return isMeant ? { sign: name.kind, name } : { sign: 'unknown_code' }
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
