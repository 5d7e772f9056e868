import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import { DEMO_PIN, stallsOf } from '../../services/payment/src/demo/people.ts'
import type { Stack } from '../stack/stack.ts'
import { memoryOf, say, toRow, type Row } from './measure.ts'
import { openBank, type Bank } from './webhooks.ts'

const STREAMS = 5_000
const STALLS = 100
const OPENED_AT_ONCE = 50
const GIVE_UP_AFTER_MS = 30_000

/** The memory of a process swings by megabytes as it collects its garbage: it is read once that has calmed down. */
const CALM_MS = 5_000

/** A phone on its stall's stream. `heard` is when it was told of a payment. */
type Phone = { stallId: string; socket: Socket; isOpen: boolean; heard: number | null }

/** Memory a stream while 5,000 are open, and how long until each of them has heard of a payment at its stall. */
export async function measureStreams(stack: Stack, metricsPort: number): Promise<Row> {
  say(`streams: ${STREAMS} open at once, and a payment at each of their ${STALLS} stalls`)
  const cookies = await logInStalls(stack)
  const bank = await openBank(stack)
  const phones: Phone[] = []
  // The first ones fill caches and pools that all others share.
  await openUntil(stack, cookies, phones, STALLS)
  await sleep(CALM_MS)
  const before = await memoryOf(metricsPort)
  await openUntil(stack, cookies, phones, STREAMS + STALLS)
  await sleep(CALM_MS)
  const open = await memoryOf(metricsPort)
  const began = performance.now()
  await payAll(stack, bank, [...cookies.keys()])
  while (phones.some(({ heard }) => heard === null) && performance.now() - began < GIVE_UP_AFTER_MS)
    await sleep(20)
  const told = await memoryOf(metricsPort)
  const deaf = phones.filter(({ heard }) => heard === null).length
  for (const { socket } of phones) socket.destroy()
  if (deaf > 0) throw new Error(`${deaf} of ${phones.length} streams did not hear of their payment`)
  const last = Math.max(...phones.map(({ heard }) => heard ?? 0)) - began
  return toRow({
    id: 'streams',
    ours: (Math.max(open, told) - before) / STREAMS / 1_000,
    beside: null,
    aim: '≤ 30',
    unit: 'kB a stream',
    note: `${phones.length} open, one payment each; the last heard it ${Math.round(last)} ms after the first webhook was sent`,
  })
}

/** The cookie of each stall that the bank of these webhooks speaks of. */
async function logInStalls({ demo }: Stack): Promise<Map<string, string>> {
  const heard = new Set(demo.connections[0]?.accounts.map(({ number }) => number))
  const ids = new Set(demo.stalls.filter(({ account }) => heard.has(account)).map(({ id }) => id))
  const stalls = stallsOf(MARKETS[0]).filter(({ id }) => ids.has(id))
  const cookies = new Map<string, string>()
  for (const { id, login } of stalls.slice(0, STALLS)) {
    const response = await fetch(`${demo.baseUrl}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, secret: DEMO_PIN }),
    })
    if (response.status !== 201) throw new Error(`a stallholder could not log in: ${response.status}`)
    cookies.set(id, response.headers.get('set-cookie')?.split(';')[0] ?? '')
  }
  return cookies
}

/** Opens streams, spread evenly over the stalls, until there are `count`. */
async function openUntil(
  stack: Stack,
  cookies: ReadonlyMap<string, string>,
  phones: Phone[],
  count: number,
): Promise<void> {
  const stalls = [...cookies]
  while (phones.length < count) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - phones.length) }, (_, at) => {
      const [stallId = '', cookie = ''] = stalls[(phones.length + at) % stalls.length] ?? []
      return openPhone(stack, stallId, cookie)
    })
    phones.push(...(await Promise.all(some)))
  }
}

/** A bare socket, so that thousands of them fit beside what they measure. */
async function openPhone({ demo }: Stack, stallId: string, cookie: string): Promise<Phone> {
  const { hostname, port } = new URL(demo.baseUrl)
  const socket = connect(Number(port), hostname)
  const phone: Phone = { stallId, socket, isOpen: false, heard: null }
  let tail = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const text = tail + chunk
    if (!phone.isOpen && text.includes('event: hello')) {
      phone.isOpen = true
      socket.emit('hello')
    }
    if (phone.heard === null && text.includes('event: payment')) phone.heard = performance.now()
    tail = text.slice(-'event: payment'.length)
  })
  socket.write(
    `GET /v1/stalls/${stallId}/live HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncookie: ${cookie}\r\n\r\n`,
  )
  await once(socket, 'hello', { signal: AbortSignal.timeout(GIVE_UP_AFTER_MS) })
  return phone
}

async function payAll({ demo }: Stack, bank: Bank, stallIds: readonly string[]): Promise<void> {
  await Promise.all(
    stallIds.map(async (stallId) => {
      const { path, method, headers, body } = bank({ stallId, amountVnd: 35_000n })
      const response = await fetch(`${demo.baseUrl}${path}`, { method, headers, body: new Uint8Array(body) })
      if (!response.ok) throw new Error(`a webhook was refused: ${response.status}`)
    }),
  )
}
