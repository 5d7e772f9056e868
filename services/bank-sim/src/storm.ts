import type { Fault } from './faults.ts'

/** Whom a storm may pay, and with what in the memo. */
export type StormPlaces = {
  /** Stalls that a feed hears, with the memo of their printed code. */
  stalls: readonly StormStall[]
  /** The account of the market's board; null when no feed hears it. */
  board: { bin: string; account: string } | null
  /** What stalls owe the board, by the memo of its code. Each is paid once. */
  codes: readonly { memo: string; amountVnd: number }[]
  /** Codes made for one sale each. Each is paid once. */
  payloads: readonly string[]
}

export type StormStall = {
  bin: string
  account: string
  memo: string
  /** Whether its provider has a message for money that goes out. */
  tellsOut: boolean
}

/** One order of a storm. What no rule can place any more is `unknowable`: on the board's account, its memo names nothing. */
export type StormOrder = {
  payload?: string
  bin?: string
  account?: string
  amountVnd?: number
  memo?: string
  fault?: Fault
  unknowable: boolean
}

/** The shares of what goes wrong on the way to us, of all transfers; at most one to a transfer. */
const MISHAPS: readonly (readonly [Fault, number])[] = [
  ['delayed', 0.03],
  ['lost', 0.01],
  ['duplicate', 0.005],
  ['reordered', 0.02],
]

/** The shares of what payers do wrong, of those who are not in `MISHAPS`. */
const SLIPS: readonly (readonly [Fault, number])[] = [
  ['garbled-memo', 0.02],
  ['no-memo', 0.03],
]

/** The shares of money that goes out of a stall's account, and of money in that is taken back. */
const OUT_SHARE = 0.01
const REVERSAL_SHARE = 0.007

/** Of the board's own transfers so many have no code at all: somebody typed the account by hand. */
const STRAY_SHARE = 0.01

/**
 * A seeded day of a whole market: so many movements, in their order. A pure function of the seed and the places, and the
 * shares of what goes wrong hold in the long run. An order that is taken back counts as the two movements it makes.
 */
export function stormOf(seed: string, places: StormPlaces, movements: number): StormOrder[] {
  const next = chanceOf(seed)
  const codes = shuffle(places.codes, next)
  const payloads = shuffle(places.payloads, next)
  const orders: StormOrder[] = []
  let left = movements
  while (left > 0) {
    // Codes are spread over the day, so that none is left over at its end.
    const drawn = next() * left
    const order =
      drawn < codes.length
        ? payCode(places, codes, next)
        : drawn < codes.length + payloads.length
          ? { payload: payloads.pop() ?? '', unknowable: false, ...mishap(next) }
          : payAnything(places, left, next)
    if (order === null) return orders
    orders.push(order)
    left -= order.fault === 'reversal' ? 2 : 1
  }
  return orders
}

function payCode(
  { board }: StormPlaces,
  codes: { memo: string; amountVnd: number }[],
  next: () => number,
): StormOrder | null {
  const code = codes.pop()
  if (board === null || code === undefined) return null
  const fault = faultOf(next)
  return { ...board, ...code, ...fault, unknowable: isSlip(fault.fault) }
}

function payAnything({ stalls, board }: StormPlaces, left: number, next: () => number): StormOrder | null {
  if (board !== null && next() < STRAY_SHARE) {
    const amountVnd = amountOf(next)
    return { ...board, amountVnd, memo: 'nop tien cho', unknowable: true, ...mishap(next) }
  }
  const stall = stalls[Math.floor(next() * stalls.length)]
  if (stall === undefined) return null
  const { tellsOut, ...to } = stall
  const order = { ...to, amountVnd: amountOf(next), unknowable: false }
  const way = next()
  if (tellsOut && way < OUT_SHARE) return { ...order, memo: 'rut ra', fault: 'out' }
  if (tellsOut && left >= 2 && way < OUT_SHARE + REVERSAL_SHARE) return { ...order, fault: 'reversal' }
  return { ...order, ...faultOf(next) }
}

function faultOf(next: () => number): { fault?: Fault } {
  const { fault } = mishap(next)
  return fault === undefined ? draw(SLIPS, next) : { fault }
}

function mishap(next: () => number): { fault?: Fault } {
  return draw(MISHAPS, next)
}

function draw(shares: readonly (readonly [Fault, number])[], next: () => number): { fault?: Fault } {
  let drawn = next()
  for (const [fault, share] of shares) {
    if (drawn < share) return { fault }
    drawn -= share
  }
  return {}
}

function isSlip(fault: Fault | undefined): boolean {
  return SLIPS.some(([slip]) => slip === fault)
}

/** What people pay at a market: most sums end in 000, and the small ones come again and again. */
function amountOf(next: () => number): number {
  const steps = Math.ceil(4 + 60 * next() ** 3 + 20 * next())
  return next() < 0.1 ? steps * 1_000 + 500 : steps * 1_000
}

function shuffle<T>(items: readonly T[], next: () => number): T[] {
  return items
    .map((item) => ({ item, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** Numbers from 0 up to 1, the same for the same text (mulberry32 over a 32-bit hash). */
function chanceOf(seed: string): () => number {
  let state = 2_166_136_261
  for (const letter of seed) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16_777_619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
