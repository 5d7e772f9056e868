import type { Me, PaymentRequest, Stall } from '@tienve/contracts'
import { dayNow } from './clock.ts'

/** Raised when the shape of what is kept changes: an app that has updated itself must not trip over what an older one kept. */
const KEY = 'tienve.kept.1'

/**
 * What a phone needs to show its code with no network, and to go on where it was killed: who is logged in, her stall, and of
 * today the tab, what was being typed, the last amounts for one tap and the code on show. No totals, no payments, nobody else's
 * name.
 */
type Kept = { me?: Me; stall?: Stall; draft?: Draft }
export type Draft = {
  day: string
  tab?: string
  amount?: string
  lastVnd?: readonly number[]
  request?: PaymentRequest
}

function read(): Kept {
  const kept = localStorage.getItem(KEY)
  // Written below, by this app alone.
  return kept === null ? {} : (JSON.parse(kept) as Kept)
}

function write(kept: Kept): void {
  localStorage.setItem(KEY, JSON.stringify(kept))
}

/** Whose session it is. Whatever was kept of anybody else is thrown away; of nobody, everything. */
export function keepMe(me: Me | null): void {
  if (me === null || me.user.stallId === null) {
    localStorage.removeItem(KEY)
    return
  }
  const kept = read()
  write(isOf(kept, me) ? { ...kept, me } : { me })
}

function isOf({ me }: Kept, { user, market }: Me): boolean {
  return me?.user.id === user.id && me.market.id === market.id && me.user.stallId === user.stallId
}

export function readKeptMe(): Me | undefined {
  return read().me
}

/** Nothing is kept of a stall but of whose it is. */
export function keepStall(stall: Stall): void {
  const kept = read()
  if (kept.me?.user.stallId === stall.id) write({ ...kept, stall })
}

export function readKeptStall(stallId: string): Stall | undefined {
  const { stall } = read()
  return stall?.id === stallId ? stall : undefined
}

/** What was going on, of today alone: yesterday's customer has left. */
export function readDraft(): Draft {
  const day = dayNow()
  const { draft } = read()
  return draft?.day === day ? draft : { day }
}

/** Remembers a part of what is going on, once somebody is logged in. */
export function keepDraft(part: { [K in Exclude<keyof Draft, 'day'>]?: Draft[K] | undefined }): void {
  const kept = read()
  if (kept.me === undefined) return
  const draft = { ...readDraft(), ...part }
  write({ ...kept, draft: JSON.parse(JSON.stringify(draft)) as Draft })
}
