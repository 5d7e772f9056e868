import { findCodes, normaliseMemo } from '@tienve/bank-feeds'
import {
  AppError,
  type ResolveSuspense,
  type Suggestion,
  type SuggestionReason,
  type SuspensePart,
  type SuspenseTarget,
} from '@tienve/contracts'
import { isPaymentCode, PAYMENT_CODE_PREFIX } from '@tienve/vietqr'
import { vndToJson } from '@tienve/money'
import { SLIP } from '../payments/rules.ts'

/** Where a market has decided nothing: a month's rent of several stalls, and more than anybody clears by a slip. */
export const DEFAULT_TWO_PEOPLE_FROM_VND = 5_000_000n

/** Crockford's base 32, as payment codes are written. */
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LENGTH = PAYMENT_CODE_PREFIX.length + 8

/**
 * Every valid code that is one character off something in a memo: one changed, one missing, one too many, or two that
 * changed places. A code's check character tells nearly all of them from chance.
 */
export function codesNear(content: string): string[] {
  const found = new Set(findCodes(content).codes)
  const near = new Set<string>()
  for (const token of normaliseMemo(content).split(/[^A-Z0-9]+/)) {
    if (Math.abs(token.length - CODE_LENGTH) > 1) continue
    for (const one of variantsOf(token)) if (isPaymentCode(one) && !found.has(one)) near.add(one)
  }
  return [...near]
}

function variantsOf(token: string): string[] {
  const places = Array.from(token, (_, at) => at)
  const cut = (at: number, length: number, middle: string): string =>
    token.slice(0, at) + middle + token.slice(at + length)
  const letters = [...CODE_LETTERS, ...PAYMENT_CODE_PREFIX]
  if (token.length === CODE_LENGTH) {
    return places.flatMap((at) => [
      ...letters.map((letter) => cut(at, 1, letter)),
      cut(at, 2, `${token[at + 1] ?? ''}${token[at] ?? ''}`),
    ])
  }
  return token.length < CODE_LENGTH
    ? [...places, token.length].flatMap((at) => letters.map((letter) => cut(at, 0, letter)))
    : places.map((at) => cut(at, 1, ''))
}

/** What banks and payers write around a name whoever pays, and so tells nobody from another. */
const COMMON_WORDS = new Set(
  'CHUYEN TIEN KHOAN CK CT TU TOI DEN NOP THANH TOAN CHO SAP QUAY PHI THANG TRA BAN QUAN LY MBVCB IBFT FT NAPAS REF VCB MB TCB GD MA THE TAI DIEN NUOC VE SINH'.split(
    ' ',
  ),
)
const LEAST_WORDS = 2

/**
 * What of a memo stays the same when somebody pays again: its words, without codes, numbers, and what every memo says.
 * Null when too little is left to know anybody by.
 */
export function memoKey(content: string): string | null {
  const words = normaliseMemo(content)
    .split(/[^A-Z0-9]+/)
    .filter((word) => /^[A-Z]{2,}$/.test(word) && !COMMON_WORDS.has(word))
  return words.length < LEAST_WORDS ? null : words.join(' ')
}

export type OpenCharge = {
  chargeId: string
  stallId: string
  stallCode: string
  stallName: string
  period: string
  outstandingVnd: bigint
}

/** What the market knows that may tell what some money was for. All of it is about the board's own account and charges. */
export type Evidence = {
  /** What is owed by every stall that something points to. */
  charges: readonly OpenCharge[]
  stalls: ReadonlyMap<string, { stallCode: string; stallName: string }>
  /** What a valid code names, for codes one character off. */
  codes: ReadonlyMap<string, { stallId: string; chargeId: string | null }>
  /** Who paid before, by the key of the memo. */
  payers: ReadonlyMap<string, ReadonlySet<string>>
  /** How money with the same key was resolved before. `stallId` null: as no stall's. */
  resolved: ReadonlyMap<string, { as: SuspenseTarget; stallId: string | null }>
  /** Stalls that agreed to be named and wait for a shopper's transfer of a sum. */
  requests: ReadonlyMap<bigint, ReadonlySet<string>>
  /** Stalls that owe this sum in all. */
  debts: ReadonlyMap<bigint, ReadonlySet<string>>
}

export type Asked = { amountVnd: bigint; content: string | null }
type Hint = {
  stallId: string | null
  chargeId: string | null
  as: SuspenseTarget
  why: SuggestionReason
  code: string | null
}

/** How much each reason counts by itself, in hundredths; reasons for the same thing add up, and never to a whole. */
const WEIGHTS: Record<SuggestionReason, number> = {
  code_one_off: 80,
  same_payer: 60,
  like_before: 55,
  exact_charge: 50,
  exact_debt: 45,
  thousandfold: 30,
  open_request: 20,
}
const MOST = 5

/**
 * What some money may have been for, the likeliest first. Certain is one only: a charge of exactly this sum, meant by a code
 * one character off or paid by somebody who paid for this stall before.
 */
export function rank(asked: Asked, evidence: Evidence): Suggestion[] {
  const groups = Map.groupBy(
    hintsOf(asked, evidence),
    ({ as, stallId }) => `${as === 'debt' ? 'charge' : as} ${stallId}`,
  )
  const all = [...groups.values()]
    .map((hints) => suggest(asked, hints, evidence))
    .toSorted((a, b) => b.score - a.score || (a.stallCode ?? '').localeCompare(b.stallCode ?? ''))
  const certain = all.filter((one) => one.certain)
  const only = certain.length === 1 && certain[0] === all[0]
  return all.slice(0, MOST).map((one) => ({ ...one, certain: only && one.certain }))
}

function hintsOf({ amountVnd, content }: Asked, evidence: Evidence): Hint[] {
  const key = content === null ? null : memoKey(content)
  const onlyOne = <T>(of: readonly T[]): T[] => (of.length === 1 ? [...of] : [])
  const equal = (vnd: bigint): OpenCharge[] =>
    evidence.charges.filter(({ outstandingVnd }) => outstandingVnd === vnd)
  const ofCharge =
    (why: SuggestionReason) =>
    (one: OpenCharge): Hint => ({
      as: 'charge',
      stallId: one.stallId,
      chargeId: one.chargeId,
      why,
      code: null,
    })
  const ofStall =
    (as: SuspenseTarget, why: SuggestionReason) =>
    (stallId: string): Hint => ({ as, stallId, chargeId: null, why, code: null })
  const near = content === null ? [] : codesNear(content)
  const before = key === null ? undefined : evidence.resolved.get(key)
  return [
    ...near.flatMap((code): Hint[] => {
      const named = evidence.codes.get(code)
      return named === undefined
        ? []
        : [{ as: named.chargeId === null ? 'debt' : 'charge', ...named, why: 'code_one_off', code }]
    }),
    ...[...(key === null ? [] : (evidence.payers.get(key) ?? []))].map(ofStall('debt', 'same_payer')),
    ...(before === undefined
      ? []
      : [
          { as: before.as, stallId: before.stallId, chargeId: null, why: 'like_before', code: null } as const,
        ]),
    ...onlyOne(equal(amountVnd)).map(ofCharge('exact_charge')),
    ...onlyOne([...(evidence.debts.get(amountVnd) ?? [])]).map(ofStall('debt', 'exact_debt')),
    ...onlyOne(equal(amountVnd * SLIP)).map(ofCharge('thousandfold')),
    ...onlyOne([...(evidence.requests.get(amountVnd) ?? [])]).map(ofStall('return', 'open_request')),
  ]
}

function suggest({ amountVnd }: Asked, hints: readonly Hint[], evidence: Evidence): Suggestion {
  const [{ as, stallId } = { as: 'not_ours' as const, stallId: null }] = hints
  const owed = evidence.charges.filter((one) => one.stallId === stallId)
  const exact = owed.filter(({ outstandingVnd }) => outstandingVnd === amountVnd)
  const named = hints.find(({ chargeId }) => chargeId !== null)?.chargeId
  const isDebt = as === 'charge' || as === 'debt'
  const charge = isDebt
    ? (owed.find(({ chargeId }) => chargeId === named) ?? (exact.length === 1 ? exact[0] : undefined))
    : undefined
  const why = hints.map((one) => one.why)
  const isKnown = why.includes('code_one_off') || why.includes('same_payer')
  const left = hints.reduce((chance, { why: one }) => (chance * (100 - WEIGHTS[one])) / 100, 100)
  const stall = stallId === null ? undefined : evidence.stalls.get(stallId)
  const debtVnd = owed.reduce((sum, { outstandingVnd }) => sum + outstandingVnd, 0n)
  return {
    as: isDebt ? (charge === undefined ? 'debt' : 'charge') : as,
    stallId,
    stallCode: stall?.stallCode ?? null,
    stallName: stall?.stallName ?? null,
    chargeId: charge?.chargeId ?? null,
    period: charge?.period ?? null,
    outstandingVnd: isDebt ? vndToJson(charge?.outstandingVnd ?? debtVnd) : null,
    score: Math.min(99, Math.max(1, Math.round(100 - left))),
    certain: charge?.outstandingVnd === amountVnd && exact.length === 1 && isKnown,
    reasons: hints
      .toSorted((a, b) => WEIGHTS[b.why] - WEIGHTS[a.why])
      .map(({ why: one, code }) => ({ why: one, code })),
  }
}

/**
 * A resolution as its parts, which come to the sum. Errors: `suspense_parts_wrong` (another sum, two of one charge or debt,
 * two that go back), `resolution_invalid` for what the books do not hold: it can only be closed as not ours, or
 * be a sighting of one transaction.
 */
export function partsOf(
  input: ResolveSuspense,
  { amountVnd, posted }: { amountVnd: bigint; posted: boolean },
): SuspensePart[] {
  const parts = input.as === 'split' ? input.parts : [wholeOf(input, vndToJson(amountVnd))]
  const sum = parts.reduce((all, part) => all + BigInt(part.amountVnd), 0n)
  const names = parts.map(nameOf)
  if (sum !== amountVnd || new Set(names).size < names.length) throw new AppError('suspense_parts_wrong')
  // What the books hold is money; what they do not is at most another telling of one transaction that they have.
  const isOutside = ({ as }: SuspensePart): boolean => as === 'sighting' || (as === 'not_ours' && !posted)
  if (parts.some((part) => isOutside(part) === posted) || (!posted && parts.length > 1))
    throw new AppError('resolution_invalid')
  return parts
}

function wholeOf(input: Exclude<ResolveSuspense, { as: 'split' }>, amountVnd: number): SuspensePart {
  const { reason: _, ...target } = input
  return { ...target, amountVnd }
}

/** What a part is, so that no two of one resolution are the same. */
function nameOf(part: SuspensePart): string {
  switch (part.as) {
    case 'charge':
      return part.chargeId
    case 'debt':
      return part.stallId
    case 'sighting':
      return part.transactionId
    case 'not_ours':
    case 'return':
      return part.as
  }
}
