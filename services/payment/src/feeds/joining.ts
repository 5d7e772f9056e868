import { normaliseMemo } from '@tienve/bank-feeds'
import { dayOf } from '../days.ts'

/** What a telling of a movement, or the movement we have, says of itself, as far as two of them can be compared. */
export type Told = {
  /** Account, direction and amount: only what is alike in these can be one movement. */
  key: string
  /** Who tells: only one provider's own references and clocks can be held against each other strictly. */
  provider: string
  reference: string | null
  memo: string
  /** The payment codes in the memo, sorted, as one text; '' when there is none. */
  codes: string
  occurredAt: Date
  precision: 'second' | 'day'
}

/** A telling that is new to us. `source` is where it was seen: of each source a movement is seen at most once. */
export type Telling = Told & { id: string; source: string }

/** A movement that we have, with the sources it was seen in. */
export type Movement = Told & { transactionId: string; sources: Set<string> }

export type JoinedBy = 'reference' | 'memo' | 'count'
export type Joined =
  | { as: 'same'; transactionId: string; joinedBy: JoinedBy }
  | { as: 'new' }
  /** It may be one that we have and may be another: a person must say. */
  | { as: 'ambiguous' }

const DAY_MS = 86_400_000
const SAME_CLOCK_MS = 60_000
const OTHER_CLOCK_MS = 10 * 60_000

/** Tellings that share a reference may lie so far apart: banks book what came at night on the next day. */
export const REFERENCE_MS = 2 * 86_400_000

/** Shorter than this, one text within another means nothing. */
const MIN_SHARED = 8

/** How sure two are the same, the surest first; a pair is of one rank only. */
const RANKS = ['reference', 'memo', 'count'] as const

/**
 * Says of each telling of one source whether it is a movement that we have: one to one, by what is surest first, and of
 * equals by count. Two equal payments are two: each is seen once in each source, so a second telling of the same source
 * finds the first one taken. Where fewer movements are left than tellings that would do, and it matters which is which,
 * none is guessed. Moves `sources` of what is joined.
 */
export function joinTellings(
  tellings: readonly Telling[],
  movements: readonly Movement[],
): Map<string, Joined> {
  const joined = new Map<string, Joined>()
  for (const [key, alike] of Map.groupBy(tellings, (one) => one.key)) {
    const there = movements.filter((one) => one.key === key)
    for (const rank of RANKS) joinRank(alike, there, rank, joined)
    holdDoubtful(alike, there, joined)
  }
  for (const { id } of tellings) if (!joined.has(id)) joined.set(id, { as: 'new' })
  return joined
}

type Pair = { telling: Telling; movement: Movement; apartMs: number }

function joinRank(
  tellings: readonly Telling[],
  movements: readonly Movement[],
  rank: JoinedBy,
  joined: Map<string, Joined>,
): void {
  const pairs = tellings
    .filter(({ id }) => !joined.has(id))
    .flatMap((telling) =>
      movements
        .filter(({ sources }) => !sources.has(telling.source))
        .filter((movement) => rankOf(telling, movement) === rank)
        .map((movement): Pair => ({ telling, movement, apartMs: apart(telling, movement) })),
    )
    .toSorted((a, b) => a.apartMs - b.apartMs)
  if (rank === 'count') holdUnclear(pairs, joined)
  for (const { telling, movement } of pairs) {
    if (joined.has(telling.id) || movement.sources.has(telling.source)) continue
    movement.sources.add(telling.source)
    joined.set(telling.id, { as: 'same', transactionId: movement.transactionId, joinedBy: rank })
  }
}

/** What is left and may still be one of the movements that its source has not told of. */
function holdDoubtful(
  tellings: readonly Telling[],
  movements: readonly Movement[],
  joined: Map<string, Joined>,
): void {
  for (const telling of tellings) {
    const isDoubtful = (movement: Movement): boolean =>
      !movement.sources.has(telling.source) && rankOf(telling, movement) === 'doubt'
    if (!joined.has(telling.id) && movements.some(isDoubtful)) joined.set(telling.id, { as: 'ambiguous' })
  }
}

/** By count alone, more tellings than movements leave some over: which ones matters as soon as they say different things. */
function holdUnclear(pairs: readonly Pair[], joined: Map<string, Joined>): void {
  for (const group of connected(pairs)) {
    const tellings = new Map(group.map(({ telling }) => [telling.id, telling]))
    const movements = new Set(group.map(({ movement }) => movement.transactionId))
    const meanings = new Set([...tellings.values()].map(({ memo, codes }) => codes || memo))
    if (tellings.size > movements.size && meanings.size > 1)
      for (const id of tellings.keys()) joined.set(id, { as: 'ambiguous' })
  }
}

/** Pairs by what hangs together: tellings that could take each other's movement. */
function connected(pairs: readonly Pair[]): Pair[][] {
  const leaders = new Map<unknown, unknown>()
  const leaderOf = (one: unknown): unknown => {
    let at = one
    for (let next = leaders.get(at); next !== undefined; next = leaders.get(at)) at = next
    return at
  }
  for (const { telling, movement } of pairs) {
    const [a, b] = [leaderOf(telling), leaderOf(movement)]
    if (a !== b) leaders.set(a, b)
  }
  return [...Map.groupBy(pairs, ({ telling }) => leaderOf(telling)).values()]
}

/**
 * How sure a telling is this movement; null when it cannot be. `doubt`: nothing speaks for it but nearness, and a cut memo or
 * a booking of the night would look just so. That is never joined, and never taken for other money without a person either.
 */
export function rankOf(telling: Told, movement: Told): JoinedBy | 'doubt' | null {
  if (telling.codes !== '' && movement.codes !== '' && telling.codes !== movement.codes) return null
  const strict = telling.provider === movement.provider
  const apartMs = apart(telling, movement)
  const references = compareReferences(telling.reference, movement.reference)
  if (references === 'same') return apartMs <= REFERENCE_MS ? 'reference' : null
  // A provider repeats its own references and times as they were: another one is another movement.
  if (strict && references === 'other') return null
  const byDay = telling.precision === 'day' || movement.precision === 'day'
  const isNear = byDay ? apartMs === 0 : apartMs <= (strict ? SAME_CLOCK_MS : OTHER_CLOCK_MS)
  const memos = compareMemos(telling, movement)
  if (isNear) return memos === 'other' ? (strict ? null : 'doubt') : memos
  return byDay && apartMs === DAY_MS && memos !== 'other' ? 'doubt' : null
}

/** What two memos say of each other; `other` where a code stands in one of them alone, or one provider words it otherwise. */
function compareMemos(a: Told, b: Told): 'memo' | 'count' | 'other' {
  if (a.memo === '' || b.memo === '') return 'count'
  if (a.codes !== b.codes) return 'other'
  if (a.codes !== '' || isWithin(a.memo, b.memo)) return 'memo'
  return a.provider === b.provider ? 'other' : 'count'
}

function compareReferences(a: string | null, b: string | null): 'same' | 'other' | 'unknown' {
  if (a === null || b === null) return 'unknown'
  return isWithin(a, b) ? 'same' : 'other'
}

/** Banks and providers put their own words around a reference or a memo, and cut it: then one is found in the other. */
function isWithin(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short === long || (short.length >= MIN_SHARED && long.includes(short))
}

/** How far two lie apart: by the clock, or where one knows the day alone, by whole days. */
function apart(a: Told, b: Told): number {
  if (a.precision === 'second' && b.precision === 'second')
    return Math.abs(a.occurredAt.getTime() - b.occurredAt.getTime())
  return Math.abs(Date.parse(dayOf(a.occurredAt)) - Date.parse(dayOf(b.occurredAt)))
}

/** A reference or a memo without what banks add, drop or rewrite: upper-case letters and digits alone; null when nothing is left. */
export function squeezed(text: string | null): string | null {
  return normaliseMemo(text ?? '').replace(/[^A-Z0-9]+/g, '') || null
}
