import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'

const WORKER = readFileSync(new URL('../merchant-app/public/push.js', import.meta.url), 'utf8')
const OWED = 'https://cho.example/m/?owe'

/** The part of the merchant app's worker that a tapped notice wakes: what it does to the windows that are open. */
async function tap(windows: number): Promise<unknown[]> {
  const done: unknown[] = []
  const handlers = new Map<string, (event: object) => void>()
  const self = {
    addEventListener: (kind: string, handler: (event: object) => void) => handlers.set(kind, handler),
    clients: {
      matchAll: async () =>
        Array.from({ length: windows }, (_, at) => ({
          focus: async () => done.push(`focus ${at}`),
          postMessage: ({ tapped }: { tapped: string }) => done.push(`tell ${at} ${tapped}`),
        })),
      openWindow: async (url: string) => done.push(`open ${url}`),
    },
  }
  runInNewContext(WORKER, { self })
  let work: unknown
  const notification = { close: () => done.push('close'), data: { url: OWED } }
  handlers.get('notificationclick')?.({ notification, waitUntil: (until: unknown) => (work = until) })
  await work
  return done
}

it('a tapped notice opens the app where none is open', async () => {
  expect(await tap(0)).toEqual(['close', `open ${OWED}`])
})

it('a tapped notice opens no second app, which would say every arrival twice: the open one is told and comes to the front', async () => {
  expect(await tap(2)).toEqual(['close', `tell 0 ${OWED}`, 'focus 0'])
})
