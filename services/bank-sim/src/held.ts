/** Messages that wait for a later one to be sent first, by their market. */
export type Held = {
  /** Resolves once another message of the market was sent. */
  untilNext(marketId: string): Promise<void>
  /** Lets go of what waited: a message of the market was sent. */
  release(marketId: string): void
}

export function createHeld(): Held {
  const waiting = new Map<string, (() => void)[]>()
  return {
    untilNext: (marketId) =>
      new Promise((resolve) => {
        waiting.set(marketId, [...(waiting.get(marketId) ?? []), resolve])
      }),
    release: (marketId) => {
      const released = waiting.get(marketId) ?? []
      waiting.delete(marketId)
      for (const letGo of released) letGo()
    },
  }
}
