import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { createECDH, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import webPush from 'web-push'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { listenForArrivals, pushArrivals, tellArrivals } from './arrivals.ts'
import { channelsOf } from './channels.ts'
import { decrypt } from './testing.ts'

let service: TestService
let stall: Session
let pushServer: Server
let pushStatus = 201
let told = 40_000
const pushed: { headers: IncomingHttpHeaders; title: string; body: string }[] = []

const browser = { keys: createECDH('prime256v1'), auth: randomBytes(16) }
browser.keys.generateKeys()

const sender = () => ({
  db: service.workerDb,
  now: service.ctx.now,
  channels: channelsOf(service.ctx.config, fetch),
  publicUrl: service.ctx.config.publicUrl,
  masterKey: service.ctx.config.masterKey,
})
const push = () => pushArrivals(sender(), stall.marketId)

beforeAll(async () => {
  pushServer = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = decrypt(Buffer.concat(parts), browser.keys, browser.auth)
      pushed.push({ headers: request.headers, ...JSON.parse(text) })
      response.statusCode = pushStatus
      response.end()
    })
  }).listen(0, '127.0.0.1')
  service = await startService({
    push: {
      vapid: { ...webPush.generateVAPIDKeys(), subject: 'mailto:board@example.org' },
      hosts: ['127.0.0.1'],
    },
  })
  stall = await service.logIn('stallholder')
})
afterAll(async () => {
  await service.stop()
  pushServer.close()
})
beforeEach(async () => {
  await inMarket(service.workerDb, stall.marketId, (tx) => tx.execute(sql`delete from push_subscription`))
  pushed.length = 0
  pushStatus = 201
})

const wakeFor = (about: Record<string, boolean>) => {
  const { port } = pushServer.address() as AddressInfo
  return service.call('/v1/push-subscriptions', {
    session: stall,
    body: {
      endpoint: `http://127.0.0.1:${port}/wake/1`,
      keys: { p256dh: browser.keys.getPublicKey('base64url'), auth: browser.auth.toString('base64url') },
      about,
    },
  })
}
const MONEY = { notices: false, arrivals: true, restsAtNight: false }
/** What a bank tells of the stall's own account, processed to its end. */
async function pay(amountVnd: bigint, memo = 'NGUYEN VAN KHACH mua ca'): Promise<void> {
  told += 1
  const account = service.markets[0]?.stalls.find(({ id }) => id === stall.stallId)?.account ?? ''
  await service.tell({ id: told, account, amountVnd, memo, at: service.ctx.now() })
  await until(
    async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0,
    'an empty queue',
  )
}

describe('money that comes while the app is closed', () => {
  it('wakes a phone whose holder asked for it, once, the amount first, with no account, payer or memo', async () => {
    await pay(11_000n)
    expect((await wakeFor(MONEY)).status).toBe(201)
    expect(await push()).toBe(0)
    await pay(35_000n)
    expect(await push()).toBe(1)
    expect(await push()).toBe(0)
    const [one] = pushed
    expect(one?.title).toMatch(/^35\.000\sđ/)
    expect(one?.body).toBe('Tiền đã về.')
    expect(one?.headers).toMatchObject({ urgency: 'high', ttl: '3600' })
    expect(JSON.stringify(one)).not.toMatch(/KHACH|mua ca|0001\d{6}/)
  })

  it('that comes in a crowd is one message with the sum', async () => {
    await wakeFor(MONEY)
    for (const amountVnd of [10_000n, 20_000n, 30_000n]) await pay(amountVnd)
    expect(await push()).toBe(1)
    expect(pushed[0]?.title).toMatch(/^60\.000\sđ · 3 lần$/)
  })

  it('wakes nobody who asked only for what the board says, and the board’s notices wake nobody who asked for money', async () => {
    expect((await wakeFor({ notices: false, arrivals: false, restsAtNight: false })).status).toBe(400)
    await wakeFor({ ...MONEY, notices: true, arrivals: false })
    await pay(35_000n)
    expect(await push()).toBe(0)
    await wakeFor(MONEY)
    const { rows } = await inMarket(service.workerDb, stall.marketId, (tx) =>
      tx.execute(sql`select notices from push_subscription`),
    )
    expect(rows).toEqual([{ notices: false }])
  })

  it('is told at night too, unless she asked to be left alone: then in the morning, in one', async () => {
    const day = service.ctx.now()
    const night = new Date('2026-11-24T22:00:00+07:00')
    await wakeFor(MONEY)
    service.setNow(night)
    await pay(35_000n)
    expect(await push()).toBe(1)
    await wakeFor({ ...MONEY, restsAtNight: true })
    await pay(35_000n)
    await pay(15_000n)
    expect(await push()).toBe(0)
    service.setNow(new Date('2026-11-25T07:00:00+07:00'))
    expect(await push()).toBe(1)
    expect(pushed.at(-1)?.title).toMatch(/^50\.000\sđ · 2 lần$/)
    service.setNow(day)
  })

  it('comes again when the push service does not take it, and a browser that is gone is forgotten', async () => {
    await wakeFor(MONEY)
    pushStatus = 503
    await pay(35_000n)
    expect(await push()).toBe(0)
    pushStatus = 201
    expect(await push()).toBe(1)
    pushStatus = 410
    await pay(35_000n)
    await push()
    const { rows } = await inMarket(service.workerDb, stall.marketId, (tx) =>
      tx.execute(sql`select 1 from push_subscription`),
    )
    expect(rows).toEqual([])
  })

  it('wakes the phone by itself, within moments of the worker’s notice, and once by two workers', async () => {
    await wakeFor(MONEY)
    const listeners = [0, 1].map(() => listenForArrivals(service.ctx, service.database.workerUrl, sender()))
    // That of the service's own streams listens too.
    const listening = sql`select 1 from pg_stat_activity where query = 'LISTEN "tv_live"' and datname = current_database()`
    await until(
      async () => (await service.workerDb.orm.execute(listening)).rows.length >= 2,
      'both to listen',
    )
    await pay(35_000n)
    await until(async () => pushed.length > 0, 'a push')
    for (const listener of listeners) await listener.stop()
    expect(pushed).toHaveLength(1)
  })
})

describe('the words', () => {
  const event = (kind: string, payload: Record<string, unknown>) => ({
    stallId: 's',
    number: 1n,
    kind,
    payload,
  })
  const sale = (over: Record<string, unknown>) =>
    event('payment', {
      purpose: 'sale',
      amountVnd: 30_000,
      expectedVnd: 35_000,
      verdict: 'short',
      slip: null,
      ...over,
    })
  const titles = (...events: ReturnType<typeof event>[]) =>
    tellArrivals(events).map(({ title }) => title.vi.replaceAll(/\s/g, ' '))

  it('say the amount first, then the verdict', () => {
    expect(titles(sale({}))).toEqual(['30.000 đ · thiếu 5.000 đ'])
    expect(titles(sale({ verdict: 'over', amountVnd: 40_000 }))).toEqual(['40.000 đ · thừa 5.000 đ'])
    expect(titles(sale({ verdict: 'exact' }))).toEqual(['30.000 đ · đủ'])
    expect(titles(sale({ verdict: 'exact', expectedVnd: null }))).toEqual(['30.000 đ'])
    expect(titles(sale({ slip: 'thousandfold', amountVnd: 35 }))).toEqual(['35 đ · thiếu ba số 0'])
  })

  it('name every odd one of a crowd', () => {
    const [one] = tellArrivals([sale({}), sale({ verdict: 'exact' })])
    expect(one?.body.vi.replaceAll(/\s/g, ' ')).toBe('Tiền đã về. 30.000 đ · thiếu 5.000 đ.')
  })

  it('say “Tiền đã về” of a bank’s payment for a sale alone', () => {
    expect(
      tellArrivals([sale({ purpose: 'charge' }), event('collection', { amountVnd: 5 }), event('feed', {})]),
    ).toEqual([])
    const [back] = tellArrivals([event('reversal', { amountVnd: 20_000 })])
    expect(JSON.stringify(back)).not.toContain('đã về')
    expect(titles(event('reversal', { amountVnd: 20_000 }))).toEqual(['20.000 đ · ngân hàng đã lấy lại'])
  })
})
