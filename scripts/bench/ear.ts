import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '../stack/stack.ts'
import { openBank } from './webhooks.ts'

const GIVE_UP_AFTER_MS = 10_000

/** A phone on the live stream of the demo's first stall, and the bank that tells of payments there. */
export type Ear = {
  /** Tells of so many payments, one each `everyMs`, and answers how many ms each took from there to the phone. */
  tell(count: number, everyMs: number): Promise<number[]>
  close(): void
}

export async function openEar(stack: Stack): Promise<Ear> {
  const { demo } = stack
  const heard = new Map<string, number>()
  const stop = new AbortController()
  const stallId = await followStall(stack, heard, stop.signal)
  const bank = await openBank(stack)
  let told = 0
  return {
    tell: async (count, everyMs) => {
      const sent = new Map<string, number>()
      for (let at = 0; at < count; at++) {
        // An amount of its own, by which the stream's event is known again.
        const amountVnd = BigInt(10_000 + told)
        told += 1
        const { path, method, headers, body } = bank({ stallId, amountVnd })
        sent.set(String(amountVnd), performance.now())
        void fetch(`${demo.baseUrl}${path}`, { method, headers, body: new Uint8Array(body) })
        await sleep(everyMs)
      }
      const giveUpAt = performance.now() + GIVE_UP_AFTER_MS
      const missing = (): string[] => [...sent.keys()].filter((amount) => !heard.has(amount))
      while (missing().length > 0 && performance.now() < giveUpAt) await sleep(20)
      const lost = missing().length
      if (lost > 0) throw new Error(`${lost} of ${count} payments were not heard`)
      return [...sent].map(([amount, at]) => (heard.get(amount) ?? Number.POSITIVE_INFINITY) - at)
    },
    close: () => stop.abort(),
  }
}

/** Logs the first stall in and notes when its stream tells of each amount; answers the stall. */
async function followStall(
  { demo }: Stack,
  heard: Map<string, number>,
  signal: AbortSignal,
): Promise<string> {
  const user = demo.users.find(({ stallId }) => stallId === demo.stalls[0]?.id)
  const logIn = await fetch(`${demo.baseUrl}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: user?.login, secret: user?.secret }),
  })
  const cookie = logIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const stream = await fetch(`${demo.baseUrl}/v1/stalls/${user?.stallId}/live`, {
    headers: { cookie },
    signal,
  })
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of stream.body ?? []) {
      text += Buffer.from(chunk).toString()
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const amount = /^event: payment\n(?:.*\n)*?data: .*"amountVnd":(\d+)/m.exec(block)?.[1]
        if (amount !== undefined) heard.set(amount, performance.now())
      }
    }
  }
  read().catch(() => {})
  return user?.stallId ?? ''
}
