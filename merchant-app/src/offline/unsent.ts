import { ApiError, type Problem } from '@tienve/contracts'
import type { Store } from '@tienve/ui'
import { momentOf } from './clock.ts'

/**
 * A sale in cash that the service has not said it has. `key` is made with it and goes with every try, so that it counts once.
 * `tried`: it may have arrived and only the answer was lost. `problem`: why the service refused it for good.
 */
export type UnsentSale = {
  key: string
  stallId: string
  amountVnd: number
  note: string | null
  soldAt: string
  tried: boolean
  takenBack: boolean
  problem: Problem | null
}

/** How the service is told: that it was sold, and that it was taken back. */
export type Teller = {
  sell: (sale: UnsentSale) => Promise<{ id: string }>
  takeBack: (id: string) => Promise<unknown>
}

/** Whose sales they are: another person on the same phone neither sees nor sends them. */
const nameOf = (owner: string): string => `unsent ${owner}`

export async function listUnsent(store: Store, owner: string): Promise<readonly UnsentSale[]> {
  return (await store.read<readonly UnsentSale[]>(nameOf(owner))) ?? []
}

/** Noted, not yet told. A key that is kept already is the same sale, tapped twice. */
export async function noteSale(
  store: Store,
  owner: string,
  sale: Pick<UnsentSale, 'key' | 'stallId' | 'amountVnd' | 'note'>,
  now: number,
): Promise<void> {
  const noted = { ...sale, soldAt: momentOf(now), tried: false, takenBack: false, problem: null }
  await store.change<readonly UnsentSale[]>(nameOf(owner), (kept = []) =>
    kept.some(({ key }) => key === sale.key) ? kept : [...kept, noted],
  )
}

/**
 * Takes back what was not sent. What never left this phone is gone; what may have arrived is sent once more, which tells under
 * what id it is kept, and then taken back at the service too.
 */
export async function takeBack(store: Store, owner: string, key: string): Promise<void> {
  await change(store, owner, key, (sale) => (sale.tried ? { ...sale, takenBack: true, problem: null } : null))
}

/** Lets go of what the service has refused; only she says so. */
export async function discard(store: Store, owner: string, key: string): Promise<void> {
  await change(store, owner, key, (sale) => (sale.problem === null ? sale : null))
}

/** What was refused is to be tried once more. */
export async function tryAgain(store: Store, owner: string, key: string): Promise<void> {
  await change(store, owner, key, (sale) => ({ ...sale, problem: null }))
}

async function change(
  store: Store,
  owner: string,
  key: string,
  to: (sale: UnsentSale) => UnsentSale | null,
): Promise<UnsentSale | undefined> {
  const left = await store.change<readonly UnsentSale[]>(nameOf(owner), (kept = []) => {
    const next = kept.flatMap((sale) => (sale.key === key ? (to(sale) ?? []) : sale))
    return next.length === 0 ? undefined : next
  })
  return left?.find((sale) => sale.key === key)
}

/** A teller that falls silent once `isOver` says so: the session may be another's then, and what is told be theirs. */
export function tellUntil(isOver: () => boolean, teller: Teller): Teller {
  const guard = (): void => {
    if (isOver()) throw new Error('whoever noted it is not here any more')
  }
  return {
    sell: async (sale) => {
      guard()
      return teller.sell(sale)
    },
    takeBack: async (id) => {
      guard()
      return teller.takeBack(id)
    },
  }
}

/**
 * Tells the service of every sale that waits, in the order they were made. One that it refuses stays, with why, and the next is
 * sent. Throws what says that the rest has to wait: no network, no session, a service that is busy, a teller that is silent.
 */
export async function sendAll(
  store: Store,
  owner: string,
  teller: Teller,
  onSent: (key: string, id: string) => void,
): Promise<void> {
  const passed = new Set<string>()
  for (;;) {
    const sale = (await listUnsent(store, owner)).find(
      ({ key, problem }) => problem === null && !passed.has(key),
    )
    if (sale === undefined) return
    // Written down before it leaves: from here on nobody knows whether it has arrived.
    const sent = await change(store, owner, sale.key, (one) => ({ ...one, tried: true }))
    if (sent === undefined) continue
    try {
      const { id } = await teller.sell(sent)
      if (sent.takenBack) await teller.takeBack(id)
      // Taken back while it was under way: it goes round once more.
      const left = await change(store, owner, sale.key, (one) =>
        one.takenBack === sent.takenBack ? null : one,
      )
      if (left === undefined && !sent.takenBack) onSent(sale.key, id)
    } catch (error) {
      if (!isRefusal(error)) throw error
      passed.add(sale.key)
      await change(store, owner, sale.key, (one) => ({ ...one, problem: error.problem }))
    }
  }
}

/** The service has understood it and will not have it, now or later. A page of some proxy's is no answer of the service's. */
export function isRefusal(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.offline) return false
  const { status, code } = error.problem
  const isForLater = status === 401 || status === 409 || status === 429 || status >= 500
  return status >= 400 && !isForLater && code !== 'csrf_failed' && code !== 'internal'
}

/** What waits for the network, and what waits for her. */
export function countUnsent(sales: readonly UnsentSale[]): {
  waiting: number
  waitingVnd: number
  refused: number
} {
  const waiting = sales.filter(({ problem, takenBack: isBack }) => problem === null && !isBack)
  return {
    waiting: waiting.length,
    waitingVnd: waiting.reduce((sum, { amountVnd }) => sum + amountVnd, 0),
    refused: sales.filter(({ problem }) => problem !== null).length,
  }
}

/** What stays behind on this phone when whoever noted it logs out: nobody else sends it. Null when the service has it all. */
export function strandedBy(sales: readonly UnsentSale[]): { count: number; sumVnd: number } | null {
  if (sales.length === 0) return null
  return { count: sales.length, sumVnd: sales.reduce((sum, { amountVnd }) => sum + amountVnd, 0) }
}
