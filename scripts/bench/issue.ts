import type { BillingRound, RoundCheck } from '@tienve/contracts'
import { createDb, inMarket, type Db } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { setTimeout as sleep } from 'node:timers/promises'
import { fillMonth } from '../seed/more.ts'
import { logIn } from '../stack/person.ts'
import type { Stack } from '../stack/stack.ts'
import { openEar, type Ear } from './ear.ts'
import { memoryOf, percentile, say, toRow, type Row } from './measure.ts'

const CHARGES = 20_000
const A_SECOND = 20
const A_ROUND = 40
const QUIET_ROUNDS = 10
const LOOK_MS = 250

type Issued = {
  chargeCount: number
  totalVnd: number
  seconds: Record<'proposed' | 'request' | 'whole', number>
}

/**
 * How long a payment takes to be heard while a round of 20,000 charges is issued, p99, beside the same before it. The note
 * has what the round takes in time and memory. Fails unless lines, charges, round and ledger come to the same đồng.
 */
export async function measureIssue(stack: Stack, metricsPort: number): Promise<Row> {
  const marketId = stack.demo.markets[0]?.id ?? ''
  const db = createDb(stack.demo.ownerDatabaseUrl, { max: 1 })
  say(`issue: a market with ${CHARGES} stalls more, and a month whose meters are read`)
  const period = await fillMonth(db, marketId, CHARGES)
  const ear = await openEar(stack)
  const quiet = await tellRounds(ear, QUIET_ROUNDS)
  say('issue: the round, and payments meanwhile')
  const memory = watchMemory(metricsPort)
  const issuing = issue(stack, marketId, period)
  const busy = await tellWhile(ear, issuing)
  const issued = await issuing
  const peak = await memory.end()
  ear.close()
  await requireWhole(db, marketId, period, issued)
  await db.pool.end()
  const { proposed, request, whole } = issued.seconds
  return toRow({
    id: 'issue',
    ours: percentile(busy, 0.99),
    beside: percentile(quiet, 0.99),
    aim: '≤ 2,000 ms',
    unit: 'ms, p99',
    note:
      `${issued.chargeCount.toLocaleString('en')} charges issued in ${whole.toFixed(1)} s (answered after ${request.toFixed(1)} s), ` +
      `proposed in ${proposed.toFixed(1)} s; service at most ${Math.round(peak / 1024 ** 2)} MB, ` +
      `${Math.round(memory.before() / 1024 ** 2)} before; ${busy.length} payments meanwhile, median ` +
      `${percentile(busy, 0.5).toFixed(1)} beside ${percentile(quiet, 0.5).toFixed(1)} ms, the slowest ${Math.round(Math.max(...busy))} ms`,
  })
}

async function tellRounds(ear: Ear, rounds: number): Promise<number[]> {
  await ear.tell(A_ROUND, 1_000 / A_SECOND)
  const took: number[] = []
  for (let round = 0; round < rounds; round++) took.push(...(await ear.tell(A_ROUND, 1_000 / A_SECOND)))
  return took
}

async function tellWhile(ear: Ear, work: Promise<unknown>): Promise<number[]> {
  let isDone = false
  const end = (): void => {
    isDone = true
  }
  work.then(end, end)
  const took: number[] = []
  while (!isDone) took.push(...(await ear.tell(A_ROUND, 1_000 / A_SECOND)))
  return took
}

/** Proposes a month as the accountant and approves it as the head, and waits until every draft is a charge. */
async function issue(stack: Stack, marketId: string, period: string): Promise<Issued> {
  const [accountant, head] = await Promise.all([logIn(stack, 'accountant'), logIn(stack, 'head')])
  const began = performance.now()
  const secondsFrom = (at: number): number => (performance.now() - at) / 1_000
  const { id } = await accountant.post<BillingRound>(`/v1/markets/${marketId}/billing-rounds`, {
    period,
    dueOn: `${period}-15`,
  })
  const proposed = secondsFrom(began)
  const { chargeCount, totalVnd } = await head.get<RoundCheck>(`/v1/billing-rounds/${id}/check`)
  const approved = performance.now()
  await head.post(`/v1/billing-rounds/${id}/approve`, { seen: { chargeCount, totalVnd } })
  const request = secondsFrom(approved)
  const isIssued = async (): Promise<boolean> => {
    const { items } = await head.get<{ items: BillingRound[] }>(`/v1/markets/${marketId}/billing-rounds`)
    return items.some((round) => round.id === id && round.status === 'issued')
  }
  while (!(await isIssued())) await sleep(LOOK_MS)
  return { chargeCount, totalVnd, seconds: { proposed, request, whole: secondsFrom(approved) } }
}

/** Looks at the service's memory again and again; `end` answers the most that was seen. */
function watchMemory(metricsPort: number): { before(): number; end(): Promise<number> } {
  const seen: number[] = []
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      seen.push(await memoryOf(metricsPort))
      await sleep(LOOK_MS)
    }
  })()
  return {
    before: () => seen[0] ?? 0,
    end: async () => {
      isOver = true
      await watching
      return Math.max(...seen)
    },
  }
}

/** Throws unless the round's lines, charges and postings come to what was approved, and the ledger verifies. */
async function requireWhole(
  db: Db,
  marketId: string,
  period: string,
  { chargeCount, totalVnd }: Issued,
): Promise<void> {
  const { rows } = await inMarket(db, marketId, (tx) =>
    tx.execute<Record<'charges' | 'total' | 'lines' | 'posted', bigint>>(sql`
      with made as (
        select c.id, c.total_vnd from charge c join billing_round b on b.market_id = c.market_id and b.id = c.round_id
        where c.market_id = ${marketId} and b.period = ${period}
      )
      select count(*) as charges, sum(total_vnd)::bigint as total,
        (select sum(amount_vnd)::bigint from charge_line where market_id = ${marketId} and charge_id in (select id from made)) as lines,
        (select sum(t.amount_vnd)::bigint from ledger_txn x join ledger_transfer t on t.market_id = x.market_id and t.seq = x.seq
          where x.market_id = ${marketId} and x.kind = 'charge_issued' and x.source_id in (select id from made)) as posted
      from made`),
  )
  const [found] = rows
  const sums = [Number(found?.charges), Number(found?.total), Number(found?.lines), Number(found?.posted)]
  if (sums.join() !== [chargeCount, totalVnd, totalVnd, totalVnd].join())
    throw new Error(`the round is not whole: ${sums.join(', ')} instead of ${chargeCount} and ${totalVnd}`)
  const { ok } = await verifyMarket(db, marketId)
  if (!ok) throw new Error('the ledger does not verify')
}
