import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, type CashSale, type Me } from '@tienve/contracts'
import { browserStore, ME } from '@tienve/ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../api.ts'
import { endIfOver } from '../session.ts'
import { trueNow } from './clock.ts'
import * as unsent from './unsent.ts'
import type { UnsentSale } from './unsent.ts'

const AGAIN_EVERY_MS = 10_000
const store = browserStore('tienve.unsent')

export type Unsent = {
  sales: readonly UnsentSale[]
  /** Under what id the service keeps a sale that was noted since the app was opened. */
  sentAs: ReadonlyMap<string, string>
  /** Resolves once the sale is on the disk. The same key again is the same sale. */
  note(key: string, amountVnd: number, note: string | null): Promise<void>
  takeBack(key: string): Promise<void>
  discard(key: string): Promise<void>
  tryAgain(key: string): Promise<void>
}

const teller: unsent.Teller = {
  sell: ({ stallId, amountVnd, note, soldAt, key }) =>
    api.post<CashSale>(
      `/v1/stalls/${stallId}/cash-sales`,
      { amountVnd, occurredAt: soldAt, ...(note === null ? {} : { note }) },
      { idempotencyKey: key },
    ),
  takeBack: (id) => api.post(`/v1/cash-sales/${id}/undo`),
}

/**
 * The sales in cash that the service has not got yet, of whoever is logged in, and how they get there: at once, when `isHeard`
 * says that there is a network again, and every few seconds while any wait.
 */
export function useUnsent(me: Me, stallId: string, isHeard: boolean): Unsent {
  const queries = useQueryClient()
  const owner = `${me.market.id} ${me.user.id}`
  const { data: sales = [] } = useQuery({
    queryKey: ['unsent', owner],
    queryFn: () => unsent.listUnsent(store, owner),
  })
  const [sentAs, setSentAs] = useState<ReadonlyMap<string, string>>(new Map())
  const look = useCallback(() => queries.invalidateQueries({ queryKey: ['unsent', owner] }), [queries, owner])
  const under = useRef<Promise<void>>(Promise.resolve())
  const sent = useRef(new Set<string>())
  const isGone = useRef(false)
  useEffect(() => {
    isGone.current = false
    return () => {
      isGone.current = true
    }
  }, [])
  const send = useCallback(() => {
    const once = async (): Promise<void> => {
      // Surely no network: what has not left this phone can still be taken back here alone.
      if (!navigator.onLine) return
      try {
        const own = unsent.tellUntil(() => isGone.current, teller)
        await unsent.sendAll(store, owner, own, (key, id) => {
          sent.current.add(key)
          setSentAs((before) => new Map(before).set(key, id))
          void queries.invalidateQueries({ queryKey: ['day', stallId] })
        })
      } catch (error) {
        if (error instanceof Error) endIfOver(queries, error)
        // The session is another's or a newer one: who it is now is asked first, and only her own are sent then.
        if (error instanceof ApiError && error.problem.code === 'csrf_failed')
          await queries.invalidateQueries({ queryKey: ME })
      }
      await look()
    }
    // One after the other: two at once would meet over the same sale.
    under.current = under.current.then(once, once)
  }, [owner, stallId, queries, look])
  const waits = unsent.countUnsent(sales).waiting > 0 || sales.some(({ takenBack }) => takenBack)
  useEffect(() => {
    if (!waits) return
    if (isHeard) send()
    const timer = setInterval(() => send(), AGAIN_EVERY_MS)
    return () => clearInterval(timer)
  }, [waits, isHeard, send])

  const changed = async (work: Promise<void>): Promise<void> => {
    await work
    await look()
    send()
  }
  return {
    sales,
    sentAs,
    note: async (key, amountVnd, note) => {
      if (sent.current.has(key)) return
      await changed(unsent.noteSale(store, owner, { key, stallId, amountVnd, note }, trueNow()))
    },
    takeBack: (key) => changed(unsent.takeBack(store, owner, key)),
    discard: (key) => changed(unsent.discard(store, owner, key)),
    tryAgain: (key) => changed(unsent.tryAgain(store, owner, key)),
  }
}
