import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startService, until, type TestService } from '../testing.ts'

let service: TestService
beforeAll(async () => {
  service = await startService({ worker: false })
})
afterAll(async () => service.stop())

/** How many transactions have the table of events locked, or wait for it. */
async function countLocks(): Promise<bigint> {
  const { rows } = await service.workerDb.orm.execute<{ count: bigint }>(
    sql`select count(*) from pg_locks where relation = 'live_event'::regclass`,
  )
  return rows[0]?.count ?? 0n
}

it('a phone that has gone before its stream begins leaves nothing behind', async () => {
  const { cookie, stallId } = await service.logIn('stallholder')
  const phone = new AbortController()
  const answer = await service.workerDb.orm.transaction(async (tx) => {
    await tx.execute(sql`lock table live_event in access exclusive mode`)
    const asked = fetch(`${service.url}/v1/stalls/${stallId}/live`, {
      headers: { cookie },
      signal: phone.signal,
    }).catch((error: Error) => error.name)
    await until(async () => (await countLocks()) === 2n, 'the stream to wait')
    phone.abort()
    // Whoever is heard after it: by then the service knows that the phone has gone.
    await service.call('/healthz')
    return asked
  })
  expect(answer).toBe('AbortError')
  await until(async () => (await countLocks()) === 0n, 'the stream to have read')
  await service.call('/healthz')
  const { values } = await service.ctx.metrics.streams.get()
  expect(values.map(({ value }) => value)).toEqual([0])
})
