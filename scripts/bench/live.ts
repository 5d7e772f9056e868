import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Stack } from '../stack/stack.ts'
import { percentile, say, toRow, type Row } from './measure.ts'
import { openBank, type Bank } from './webhooks.ts'

const ROUNDS = 6
const A_ROUND = 200

/** Where the peak was not measured in the same run. */
const USUAL_PEAK = 1_500

type Heard = Map<string, number>

/** From webhook to live event at a tenth of the peak, p99, beside a bare INSERT and NOTIFY heard by LISTEN. */
export async function measureLive(stack: Stack, peakPerSecond = USUAL_PEAK): Promise<Row> {
  const aSecond = Math.max(5, Math.min(200, Math.round(peakPerSecond / 10)))
  say(`live: webhooks to events and notices to a listener, ${aSecond} a second`)
  const heard: Heard = new Map()
  const stop = new AbortController()
  const stallId = await followStall(stack, heard, stop.signal)
  const bank = await openBank(stack)
  const notices = await openNotices(stack.demo.ownerDatabaseUrl)
  const ours: number[] = []
  const beside: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const events = await tellBank(stack, bank, heard, { stallId, round, every: 1_000 / aSecond })
    const told = await notices.measure(1_000 / aSecond)
    // The first round warms up.
    if (round === 0) continue
    ours.push(...events)
    beside.push(...told)
  }
  stop.abort()
  await notices.end()
  const lost = ours.filter((ms) => !Number.isFinite(ms)).length
  if (lost > 0) throw new Error(`${lost} of ${ours.length} payments were not heard`)
  return toRow({
    id: 'live',
    ours: percentile(ours, 0.99),
    beside: percentile(beside, 0.99),
    aim: '≤ 3',
    unit: 'ms, p99',
    note:
      `${ours.length} at ${aSecond} a second, all heard; ` +
      `median ${percentile(ours, 0.5).toFixed(1)} beside ${percentile(beside, 0.5).toFixed(1)} ms`,
  })
}

/** Sends a round of webhooks about one stall, each of an amount of its own, and answers how long each took to be heard. */
async function tellBank(
  { demo }: Stack,
  bank: Bank,
  heard: Heard,
  { stallId, round, every }: { stallId: string; round: number; every: number },
): Promise<number[]> {
  const sent = new Map<string, number>()
  for (let at = 0; at < A_ROUND; at++) {
    const amountVnd = BigInt(10_000 + round * A_ROUND + at)
    const { path, method, headers, body } = bank({ stallId, amountVnd })
    sent.set(String(amountVnd), performance.now())
    void fetch(`${demo.baseUrl}${path}`, { method, headers, body: new Uint8Array(body) })
    await sleep(every)
  }
  const giveUpAt = performance.now() + 10_000
  const missing = (): boolean => [...sent.keys()].some((amount) => !heard.has(amount))
  while (missing() && performance.now() < giveUpAt) await sleep(50)
  return [...sent].map(([amount, at]) => (heard.get(amount) ?? Number.POSITIVE_INFINITY) - at)
}

/** Logs the first stall in and notes when its stream tells of each amount; answers the stall. */
async function followStall({ demo }: Stack, heard: Heard, signal: AbortSignal): Promise<string> {
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

/** The yardstick: a transaction that inserts a row and notifies, and a session that listens. */
async function openNotices(
  url: string,
): Promise<{ measure(every: number): Promise<number[]>; end(): Promise<void> }> {
  const writer = new pg.Client({ connectionString: url })
  const listener = new pg.Client({ connectionString: url })
  await Promise.all([writer.connect(), listener.connect()])
  await writer.query('create table bench_notice (id int primary key, told timestamptz)')
  await listener.query('listen bench')
  const sent = new Map<string, number>()
  let took: number[] = []
  listener.on('notification', ({ payload }) => took.push(performance.now() - (sent.get(payload ?? '') ?? 0)))
  return {
    measure: async (every) => {
      took = []
      for (let at = 0; at < A_ROUND; at++) {
        const id = sent.size
        sent.set(String(id), performance.now())
        await writer.query('begin')
        await writer.query('insert into bench_notice values ($1, now())', [id])
        await writer.query('select pg_notify($1, $2)', ['bench', String(id)])
        await writer.query('commit')
        await sleep(every)
      }
      await sleep(300)
      return took
    },
    end: async () => {
      await writer.query('drop table bench_notice')
      await Promise.all([writer.end(), listener.end()])
    },
  }
}
