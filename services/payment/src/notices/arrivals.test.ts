import { inMarket } from '@tienve/db'
import { sql, type SQL } from 'drizzle-orm'
import { createECDH, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import webPush from 'web-push'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { listenForArrivals, pushArrivals, tellNext } from './arrivals.ts'
import { channelsOf } from './channels.ts'
import { decrypt } from './testing.ts'

let service: TestService
let stall: Session
let pushServer: Server
/** What the push service does with a message to a phone before it answers, with the status that it answers then. */
let take: (path: string) => Promise<number> | number = () => 201
let told = 40_000
/** Messages that were not waited for. */
const givenUp: string[] = []
const pushed: { path: string; headers: IncomingHttpHeaders; title: string; body: string }[] = []

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
const DAY = new Date('2026-11-24T03:00:00Z')

beforeAll(async () => {
  pushServer = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = decrypt(Buffer.concat(parts), browser.keys, browser.auth)
      const { url: path = '', headers } = request
      pushed.push({ path, headers, ...JSON.parse(text) })
      response.on('close', () => response.writableEnded || givenUp.push(path))
      void Promise.resolve(take(path)).then((status) => {
        response.statusCode = status
        response.end()
      })
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
  await rows(sql`delete from push_subscription`)
  pushed.length = 0
  take = () => 201
  service.setNow(DAY)
})

const rows = async (query: SQL) =>
  (await inMarket(service.workerDb, stall.marketId, (tx) => tx.execute(query))).rows
const wakeFor = (
  about: Record<string, boolean>,
  session = stall,
  path = '/wake/1',
  p256dh = browser.keys.getPublicKey('base64url'),
) => {
  const { port } = pushServer.address() as AddressInfo
  return service.call('/v1/push-subscriptions', {
    session,
    body: {
      endpoint: `http://127.0.0.1:${port}${path}`,
      keys: { p256dh, auth: browser.auth.toString('base64url') },
      about,
    },
  })
}
const wait = (minutes: number) => service.setNow(new Date(service.ctx.now().getTime() + minutes * 60_000))
const titles = (path = '/wake/1') =>
  pushed.filter((one) => one.path === path).map(({ title }) => title.replaceAll(/\s/g, ' '))
/** Events as the worker would have written them. */
const tell = async (stallId: string | null, kind: string, payload: object, count = 1) => {
  await rows(sql`insert into live_counter (market_id, stall_id, last_number) values (${stall.marketId}, ${stallId}, ${count})
    on conflict (market_id, stall_id) do update set last_number = live_counter.last_number + ${count}`)
  await rows(sql`insert into live_event (market_id, stall_id, number, kind, payload, created_at)
    select c.market_id, c.stall_id, c.last_number - ${count} + n, ${kind}, ${JSON.stringify(payload)}::jsonb, ${service.ctx.now().toISOString()}::timestamptz
    from live_counter c cross join generate_series(1, ${count}) n where c.stall_id = ${stallId}`)
}
const untilListening = (count: number) => {
  const listening = sql`select 1 from pg_stat_activity where query = 'LISTEN "tv_live"' and datname = current_database()`
  return until(
    async () => (await service.workerDb.orm.execute(listening)).rows.length >= count,
    'the worker to listen',
  )
}
const SALE = { purpose: 'sale', amountVnd: 1_000, expectedVnd: null, verdict: 'exact', slip: null }
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
    expect(await rows(sql`select notices from push_subscription`)).toEqual([{ notices: false }])
  })

  it('is told at night too, unless she asked to be left alone: then in the morning, in one', async () => {
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
  })

  it('comes again a minute later when the push service does not take it, and a browser that is gone is forgotten', async () => {
    await wakeFor(MONEY)
    take = () => 503
    await pay(35_000n)
    expect(await push()).toBe(0)
    take = () => 201
    expect(await push()).toBe(0)
    wait(1)
    expect(await push()).toBe(1)
    take = () => 410
    await pay(35_000n)
    await push()
    expect(await rows(sql`select 1 from push_subscription`)).toEqual([])
  })

  it('is told in the parts that were not taken, and no part twice', async () => {
    await wakeFor(MONEY)
    await tell(stall.stallId, 'payment', SALE, 2)
    await tell(stall.stallId, 'reversal', { amountVnd: 1_000 })
    await tell(stall.stallId, 'payment', SALE)
    take = () => (pushed.length === 2 ? 503 : 201)
    expect(await push()).toBe(1)
    wait(1)
    expect(await push()).toBe(2)
    const back = '1.000 đ · ngân hàng đã lấy lại'
    expect(titles()).toEqual(['2.000 đ · 2 lần', back, back, '1.000 đ'])
  })

  it('is not told any more once it is an hour old, whoever did not take it', async () => {
    await wakeFor(MONEY)
    take = () => 403
    await pay(35_000n)
    await push()
    wait(61)
    take = () => 201
    expect(await push()).toBe(0)
    await pay(15_000n)
    expect(await push()).toBe(1)
    expect(titles().at(-1)).toMatch(/^15\.000 đ/)
  })

  it('is sent outside of any transaction, and by nobody else meanwhile', async () => {
    await wakeFor(MONEY)
    await pay(35_000n)
    const open: unknown[] = []
    take = async () => {
      open.push(...(await rows(sql`select id from push_subscription for update nowait`)), await push())
      return 201
    }
    expect(await push()).toBe(1)
    expect(open).toEqual([{ id: expect.any(String) }, 0])
    expect(pushed).toHaveLength(1)
  })

  it('wakes the phone by itself, within moments of the worker’s notice, and once by two workers', async () => {
    await wakeFor(MONEY)
    const listeners = [0, 1].map(() => listenForArrivals(service.ctx, service.database.workerUrl, sender()))
    await untilListening(2)
    await pay(35_000n)
    await until(async () => pushed.length > 0, 'a push')
    for (const listener of listeners) await listener.stop()
    expect(pushed).toHaveLength(1)
  })

  it('does not wait for the push service of another market’s phones', async () => {
    const other = await service.logIn('stallholder', 1)
    await wakeFor(MONEY)
    await wakeFor(MONEY, other, '/wake/other')
    const { promise: answered, resolve: answer } = Promise.withResolvers<number>()
    take = (path) => (path === '/wake/other' ? 201 : answered)
    const listener = listenForArrivals(service.ctx, service.database.workerUrl, sender())
    await untilListening(1)
    for (const [market, { stalls }] of service.markets.entries()) {
      const { stallId } = market === 0 ? stall : other
      const account = stalls.find(({ id }) => id === stallId)?.account ?? ''
      told += 1
      await service.tell({ id: told, account, amountVnd: 35_000n, memo: 'x', at: service.ctx.now() }, market)
      const path = market === 0 ? '/wake/1' : '/wake/other'
      await until(async () => titles(path).length > 0, `a push to ${path}`)
    }
    expect(givenUp).toEqual([])
    answer(201)
    await listener.stop()
  })
})

describe('each phone', () => {
  let first: Session
  let last: Session

  beforeAll(async () => {
    const [one, other] = (service.markets[0]?.stalls ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    if (one === undefined || other === undefined) throw new Error('there are no stalls')
    first = await service.logInAs(one)
    last = await service.logInAs(other)
  })

  it('is told all that came to its stall, however much came to another', async () => {
    await wakeFor(MONEY, first, '/wake/first')
    await wakeFor(MONEY, last, '/wake/last')
    await tell(first.stallId, 'payment', SALE, 1_001)
    await tell(last.stallId, 'payment', SALE)
    expect(await push()).toBe(3)
    expect(titles('/wake/first')).toEqual(['1.000.000 đ · 1000 lần', '1.000 đ'])
    expect(titles('/wake/last')).toEqual(['1.000 đ'])
  })

  it('is told though another cannot be: refused for good, or with keys that are none', async () => {
    await wakeFor(MONEY, first, '/wake/first')
    await wakeFor(MONEY, first, '/wake/broken', 'k'.repeat(87))
    await tell(first.stallId, 'payment', SALE, 1_001)
    take = () => 403
    await push()
    take = (path) => (path === '/wake/last' ? 201 : 403)
    await wakeFor(MONEY, last, '/wake/last')
    await tell(last.stallId, 'payment', SALE)
    wait(1)
    expect(await push()).toBe(1)
    expect(titles('/wake/last')).toEqual(['1.000 đ'])
  })

  it('that is thrown out, or on which somebody logs out, is woken no more, and the others of hers are', async () => {
    const sessions = async (session: Session) => (await service.call('/v1/sessions', { session })).body.items
    const end = async (session: Session, id: string) =>
      expect((await service.call(`/v1/sessions/${id}`, { method: 'DELETE', session })).status).toBe(204)
    const [lost, left] = [await service.logIn('stallholder'), await service.logIn('stallholder')]
    for (const [session, path] of [
      [stall, '/wake/1'],
      [lost, '/wake/lost'],
      [left, '/wake/left'],
    ] as const)
      await wakeFor(MONEY, session, path)
    const device = (await sessions(lost)).find(({ current }: { current: boolean }) => current)
    await end(stall, device.id)
    await end(left, 'current')
    await tell(stall.stallId, 'payment', SALE)
    expect(await push()).toBe(1)
    expect(pushed.map(({ path }) => path)).toEqual(['/wake/1'])
    expect(await rows(sql`select id from push_subscription`)).toHaveLength(1)
  })

  it('is left alone once its session has run out, or the stall is another’s', async () => {
    const admin = new pg.Client(service.database.adminUrl)
    await admin.connect()
    const holder = (which: string) =>
      admin.query(`update app_user u set holder_id = (select h.id from stallholder h where h.market_id = u.market_id
        and (h.id = (select coalesce(k.seller_id, k.stallholder_id) from contract k
          where k.market_id = u.market_id and k.stall_id = u.stall_id)) ${which} limit 1)
        where u.stall_id = '${stall.stallId}' and u.role = 'stallholder'`)
    await wakeFor(MONEY)
    await tell(stall.stallId, 'payment', SALE)
    await holder('is false')
    expect(await push()).toBe(0)
    await holder('is true')
    expect(await push()).toBe(1)
    await admin.end()
    wait(91 * 24 * 60)
    await tell(stall.stallId, 'payment', SALE)
    expect(await push()).toBe(0)
  })
})

describe('the words', () => {
  const event = (kind: string, payload: Record<string, unknown>, number = 1n) => ({
    stallId: 's',
    number,
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
  const titleOf = (one: ReturnType<typeof event>) => tellNext([one])?.title.vi.replaceAll(/\s/g, ' ')

  it('say the amount first, then the verdict', () => {
    expect(titleOf(sale({}))).toBe('30.000 đ · thiếu 5.000 đ')
    expect(titleOf(sale({ verdict: 'over', amountVnd: 40_000 }))).toBe('40.000 đ · thừa 5.000 đ')
    expect(titleOf(sale({ verdict: 'exact' }))).toBe('30.000 đ · đủ')
    expect(titleOf(sale({ verdict: 'exact', expectedVnd: null }))).toBe('30.000 đ')
    expect(titleOf(sale({ slip: 'thousandfold', amountVnd: 35 }))).toBe('35 đ · thiếu ba số 0')
  })

  it('name every odd one of a crowd', () => {
    const one = tellNext([sale({}), sale({ verdict: 'exact' })])
    expect(one?.body.vi.replaceAll(/\s/g, ' ')).toBe('Tiền đã về. 30.000 đ · thiếu 5.000 đ.')
  })

  it('say “Tiền đã về” of a bank’s payment for a sale alone', () => {
    expect(
      tellNext([sale({ purpose: 'charge' }), event('collection', { amountVnd: 5 }), event('feed', {})]),
    ).toBeNull()
    const back = tellNext([event('reversal', { amountVnd: 20_000 })])
    expect(JSON.stringify(back?.body)).not.toContain('đã về')
    expect(titleOf(event('reversal', { amountVnd: 20_000 }))).toBe('20.000 đ · ngân hàng đã lấy lại')
  })
})
