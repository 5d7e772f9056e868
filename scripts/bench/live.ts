import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Stack } from '../stack/stack.ts'
import { openEar } from './ear.ts'
import { percentile, say, toRow, type Row } from './measure.ts'

const ROUNDS = 6
const A_ROUND = 200

/** Where the peak was not measured in the same run. */
const USUAL_PEAK = 1_500

/** From webhook to live event at a tenth of the peak, p99, beside a bare INSERT and NOTIFY heard by LISTEN. */
export async function measureLive(stack: Stack, peakPerSecond = USUAL_PEAK): Promise<Row> {
  const aSecond = Math.max(5, Math.min(200, Math.round(peakPerSecond / 10)))
  say(`live: webhooks to events and notices to a listener, ${aSecond} a second`)
  const ear = await openEar(stack)
  const notices = await openNotices(stack.demo.ownerDatabaseUrl)
  const ours: number[] = []
  const beside: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const events = await ear.tell(A_ROUND, 1_000 / aSecond)
    const told = await notices.measure(1_000 / aSecond)
    // The first round warms up.
    if (round === 0) continue
    ours.push(...events)
    beside.push(...told)
  }
  ear.close()
  await notices.end()
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
