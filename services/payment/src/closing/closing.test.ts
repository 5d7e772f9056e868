import { inMarket } from '@tienve/db'
import { sealFromText, isSealed, verifyMarket, type Seal } from '@tienve/ledger'
import { readPicture } from '@tienve/vietqr/testing'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPdf } from '../documents/testing.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { isSealDue, listenForClosings, sealMarket, type Sealing } from './jobs.ts'

let service: TestService
let accountant: Session
let cashier: Session
let base: string
let folder: string
let sealing: Sealing
let listener: { stop(): Promise<void> }
beforeAll(async () => {
  // Closing asks the database's own clock whether the day has begun, so the service's stands at today as well.
  service = await startService({ now: new Date() })
  accountant = await service.logIn('accountant')
  cashier = await service.logIn('cashier')
  base = `/v1/markets/${accountant.marketId}/ledger`
  folder = await mkdtemp(join(tmpdir(), 'tienve-seals-'))
  if (service.ctx.config.sealKey === null) throw new Error('the test service has a seal key')
  sealing = { key: service.ctx.config.sealKey, file: join(folder, 'seals.txt') }
  listener = listenForClosings(service.ctx, service.workerDb, service.database.workerUrl, sealing)
})
afterAll(async () => {
  await listener.stop()
  await service.stop()
  await rm(folder, { recursive: true })
})

const dayBack = (days: number): string =>
  new Date(Date.now() + 7 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10)
let told = 1
async function sell(at: Date, amountVnd = 35_000n): Promise<void> {
  const stall = service.markets[0]?.stalls.find(({ heard, consents }) => heard && consents)
  const response = await service.tell({ id: told++, account: stall?.account ?? '', amountVnd, memo: 'x', at })
  expect(response.status).toBe(200)
  await until(async () => {
    const { body } = await service.call(`${base}/transfers?order=newest&limit=1&fromVnd=${amountVnd}`, {
      session: accountant,
    })
    return body.items.length > 0
  }, 'the sale in the books')
}
async function check(day: string) {
  const { body } = await service.call(`${base}/days/${day}/check`, { session: accountant })
  const { suspenseCount, suspenseVnd, differenceVnd, deafCount } = body
  return { ...body, seen: { suspenseCount, suspenseVnd, differenceVnd, deafCount } }
}
const close = (day: string, seen: unknown, session = accountant, headers = {}) =>
  service.call(`${base}/days/${day}/close`, { session, body: { seen }, headers })

describe('POST /v1/markets/:id/ledger/days/:day/close', () => {
  it('403 for a role that may look and not close', async () => {
    const { seen } = await check(dayBack(3))
    expect(await close(dayBack(3), seen, cashier)).toMatchObject({
      status: 403,
      body: { code: 'role_forbidden' },
    })
  })

  it('409 when the figures have changed since they were shown, with those of now, and closes nothing', async () => {
    await sell(new Date(Date.now() - 3 * 86_400_000))
    const { seen } = await check(dayBack(3))
    const answer = await close(dayBack(3), { ...seen, suspenseCount: seen.suspenseCount + 1 })
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'day_changed', fields: { 'seen.suspenseCount': `now ${seen.suspenseCount}` } },
    })
    expect((await check(dayBack(3))).isClosed).toBe(false)
  })

  it('422 for a day that has not begun', async () => {
    const { seen } = await check(dayBack(3))
    expect(await close(dayBack(-1), seen)).toMatchObject({ status: 422, body: { code: 'day_invalid' } })
  })

  it('201 and the day is sealed in the file and in the database; a repeat with the key answers the same', async () => {
    const day = dayBack(3)
    const { seen, openDays } = await check(day)
    expect(openDays).toEqual([])
    const headers = { 'idempotency-key': 'close-3' }
    const answer = await close(day, seen, accountant, headers)
    expect(answer).toMatchObject({ status: 201, body: { day, suspenseCount: seen.suspenseCount } })
    expect(await close(day, seen, accountant, headers)).toMatchObject({ status: 201, body: answer.body })
    const [shown] = await until(async () => {
      const { body } = await service.call(`${base}/days`, { session: accountant })
      return body.items[0].seal === null ? null : body.items
    }, 'the seal')
    const file = (await readFile(sealing.file ?? '', 'utf8')).trim().split('\n')
    expect(file).toContain(shown.seal.text)
    const seal = sealFromText(shown.seal.text)
    expect(seal !== null && isSealed(seal, service.ctx.config.sealPublicKeys)).toBe(true)
    expect(shown).toMatchObject({ day, seal: { closedThrough: day } })
    expect(await isSealDue(service.workerDb, accountant.marketId)).toBe(false)
  })

  it('409 for a closed day', async () => {
    const { seen } = await check(dayBack(3))
    expect(await close(dayBack(3), seen)).toMatchObject({ status: 409, body: { code: 'day_already_closed' } })
    expect(await close(dayBack(4), seen)).toMatchObject({ status: 409, body: { code: 'day_already_closed' } })
  })

  it('sends late news of a closed day to the next one, and says which open days close together', async () => {
    await sell(new Date(Date.now() - 3 * 86_400_000), 36_000n)
    const { body } = await service.call(`${base}/transfers?order=newest&limit=1&fromVnd=36000`, {
      session: accountant,
    })
    expect(body.items[0]).toMatchObject({ businessDay: dayBack(2) })
    expect((await check(dayBack(1))).openDays).toEqual([dayBack(2)])
  })

  it('lets one of two who close at once through, and tells the other', async () => {
    const { seen } = await check(dayBack(1))
    const head = await service.logIn('head')
    const answers = await Promise.all([close(dayBack(1), seen), close(dayBack(1), seen, head)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
  })
})

describe('GET /v1/markets/:id/ledger/seals and /days', () => {
  it.each(['seals', 'days'])('%s come page by page, the newest first, each once', async (path) => {
    await until(async () => !(await isSealDue(service.workerDb, accountant.marketId)), 'the last seal')
    const whole = await service.call(`${base}/${path}`, { session: accountant })
    const count = whole.body.items.length
    expect(count).toBeGreaterThan(1)
    expect(whole.body.nextCursor).toBeNull()
    const found: unknown[] = []
    for (let cursor = ''; found.length < count;) {
      const { body } = await service.call(`${base}/${path}?limit=1${cursor}`, { session: accountant })
      expect(body.items).toHaveLength(1)
      found.push(...body.items)
      expect(body.nextCursor === null).toBe(found.length === count)
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(found).toEqual(whole.body.items)
  })

  it.each(['seals', 'days'])('%s refuse a cursor that we did not make', async (path) => {
    for (const cursor of ['-5', '1e9', 'x', '2026-02-30', '2026-02-30.4', '2026-11-24.x', '2026-11-24.-1']) {
      expect(await service.call(`${base}/${path}?cursor=${cursor}`, { session: accountant })).toMatchObject({
        status: 400,
        body: { code: 'request_invalid', fields: { cursor: expect.any(String) } },
      })
    }
  })
})

describe('GET /v1/markets/:id/ledger/verify', () => {
  it('says what is proved and up to when, from the start or from the newest seal', async () => {
    await until(async () => !(await isSealDue(service.workerDb, accountant.marketId)), 'the last seal')
    const whole = await service.call(`${base}/verify`, { session: accountant })
    expect(whole.body).toMatchObject({
      ok: true,
      fromHeight: 0,
      unsealed: 0,
      sealed: { closedThrough: dayBack(1) },
    })
    await sell(new Date(), 37_000n)
    const since = await service.call(`${base}/verify?from=seal`, { session: accountant })
    expect(since.body).toMatchObject({ ok: true, blocks: 1, unsealed: 1 })
    expect(since.body.fromHeight).toBe(whole.body.blocks)
  })

  it('finds with the file outside what the database alone no longer shows', async () => {
    await sealMarket(service.workerDb, accountant.marketId, sealing, new Date())
    const seals = (await readFile(sealing.file ?? '', 'utf8'))
      .trim()
      .split('\n')
      .map((line) => sealFromText(line))
      .filter((seal): seal is Seal => seal !== null)
    const options = { seals, publicKeys: service.ctx.config.sealPublicKeys }
    expect(await verifyMarket(service.ctx.db, accountant.marketId, options)).toMatchObject({
      ok: true,
      unsealed: 0n,
    })
  })
})

describe('GET /v1/markets/:id/ledger/days/:day/report.pdf', () => {
  it('prints the closed day with its seal as a code that can be read back', async () => {
    const response = await fetch(`${service.url}${base}/days/${dayBack(3)}/report.pdf`, {
      headers: { cookie: accountant.cookie },
    })
    expect(response.headers.get('content-type')).toBe('application/pdf')
    const [page] = await readPdf(Buffer.from(await response.arrayBuffer()))
    expect(page?.text).toContain('Báo cáo chốt ngày')
    const { body } = await service.call(`${base}/days`, { session: accountant })
    const shown = body.items.find(({ day }: { day: string }) => day === dayBack(3))
    expect(await readPicture((await page?.paint(3)) ?? Buffer.alloc(0))).toEqual([shown.seal.text])
  })

  it('404 while the day is open', async () => {
    expect(
      await service.call(`${base}/days/${dayBack(0)}/report.pdf`, { session: accountant }),
    ).toMatchObject({
      status: 404,
    })
  })
})

it('sees no day and no seal of another market', async () => {
  const other = await service.logIn('accountant', 1)
  for (const path of ['days', 'seals', `days/${dayBack(3)}/check`]) {
    expect((await service.call(`${base}/${path}`, { session: other })).status).toBe(404)
  }
  const { rows } = await inMarket(service.ctx.db, other.marketId, (tx) =>
    tx.execute('select from ledger_close'),
  )
  expect(rows).toEqual([])
})
