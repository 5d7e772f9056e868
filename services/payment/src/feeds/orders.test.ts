import { createDb, inMarket } from '@tienve/db'
import { numberOfPaymentCode } from '@tienve/vietqr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertPulls } from '../demo/connections.ts'
import { DEMO_PIN } from '../demo/people.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { createIntake } from './intake.ts'
import { dueAfter } from './orders.ts'
import { createPuller, pullNext } from './pull.ts'

const NOW = new Date('2026-11-24T03:00:00Z')
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000)

describe('when an order is asked for', () => {
  const order = { createdAt: NOW, expiresAt: later(15 * 60) }
  const end = later(15 * 60 + 48 * 3_600)

  it('is half a minute after it was told, then when its age has doubled, every six hours, and last two days after it ran out', () => {
    expect(dueAfter(order, later(1))).toEqual(later(31))
    expect(dueAfter(order, later(31))).toEqual(later(62))
    expect(dueAfter(order, later(3_600))).toEqual(later(7_200))
    expect(dueAfter(order, later(12 * 3_600))).toEqual(later(18 * 3_600))
    expect(dueAfter(order, later(47 * 3_600))).toEqual(end)
    expect(dueAfter(order, end)).toBeNull()
  })

  it('is not twenty times in all, if nothing is paid', () => {
    let times = 0
    for (let at: Date | null = NOW; at !== null; at = dueAfter(order, at)) times += 1
    expect(times).toBeLessThan(20)
  })
})

describe('telling a provider of orders', () => {
  let service: TestService
  let session: Session
  let connectionId: string
  let asked: { method: string; order: string }[]
  /** payOS: what it answers, by the code of the order. */
  let answers = new Map<string, () => Response>()

  beforeAll(async () => {
    service = await startService({ now: NOW, worker: false })
    const market = service.markets[1] ?? { id: '', connections: [], stalls: [] }
    const payos = market.connections.filter(({ provider }) => provider === 'payos')
    connectionId = payos[0]?.id ?? ''
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    await inMarket(owner, market.id, (tx) =>
      insertPulls(tx, market.id, payos, service.ctx.config.masterKey, {
        bankSimUrl: 'http://bank.invalid',
        from: NOW,
      }),
    )
    await owner.pool.end()
    const stall = market.stalls.find(({ account }) =>
      payos[0]?.accounts.some(({ number }) => number === account),
    )
    const { body, headers } = await service.call('/v1/sessions', {
      body: { login: stall?.login, secret: DEMO_PIN },
    })
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
    session = { cookie, csrfToken: body.csrfToken, stallId: stall?.id ?? null, marketId: market.id }
  })
  afterAll(() => service.stop())

  const respond = (code: string, status = 200, headers = {}) =>
    Response.json({ code, desc: '', data: null }, { status, headers })
  const bank: typeof fetch = async (url, init) => {
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : null
    const order = body === null ? (String(url).split('/').at(-1) ?? '') : String(body.orderCode)
    asked.push({ method: init?.method ?? 'GET', order })
    return (answers.get(order) ?? (() => respond('00')))()
  }
  const ask = async (amountVnd: number): Promise<string> => {
    const path = `/v1/stalls/${session.stallId ?? ''}/payment-requests`
    const { body } = await service.call(path, { session, body: { amountVnd } })
    return String(numberOfPaymentCode(body.code))
  }
  const pull = async (): Promise<typeof asked> => {
    asked = []
    const intake = createIntake(service.ctx)
    while (await pullNext(service.ctx, service.workerDb, intake, bank, new AbortController().signal));
    return asked
  }
  const standing = async () => {
    const { rows } = await inMarket(service.ctx.db, session.marketId, (tx) =>
      tx.$client.query('select problem, failures from connection_pull where connection_id = $1', [
        connectionId,
      ]),
    )
    return rows[0]
  }

  it('is done for the latest first, and one that it does not take holds up no other', async () => {
    service.setNow(later(10))
    const first = await ask(11_000)
    service.setNow(later(20))
    const second = await ask(12_000)
    answers = new Map([[second, () => respond('20')]])
    expect(await pull()).toEqual([
      { method: 'POST', order: second },
      { method: 'POST', order: first },
    ])
    expect(await standing()).toEqual({ problem: null, failures: 0 })
    service.setNow(later(55))
    // One is not known there, and is told again; what the other says cannot be read, and it is told again as well.
    expect(await pull()).toEqual(
      [second, first].flatMap((order) => [
        { method: 'GET', order },
        { method: 'POST', order },
      ]),
    )
  })

  it('puts what is asked for meanwhile before all that waits', async () => {
    service.setNow(later(300))
    asked = []
    let fresh: Promise<string> | null = null
    const slow: typeof fetch = async (url, init) => {
      fresh ??= ask(12_500)
      await fresh
      return bank(url, init)
    }
    await pullNext(
      service.ctx,
      service.workerDb,
      createIntake(service.ctx),
      slow,
      new AbortController().signal,
    )
    // The first had been taken: it was asked for and told again.
    expect(asked[2]).toEqual({ method: 'POST', order: await fresh })
    expect(asked.length).toBeGreaterThan(3)
  })

  it('stops when payOS wants to be left alone, for as long as it says, whatever is asked for meanwhile', async () => {
    service.setNow(later(2_000))
    const third = await ask(13_000)
    answers = new Map([[third, () => respond('429', 429, { 'retry-after': '300' })]])
    expect(await pull()).toEqual([{ method: 'POST', order: third }])
    expect(await standing()).toEqual({ problem: 'rate_limited', failures: 1 })
    service.setNow(later(2_290))
    const fourth = await ask(14_000)
    expect(await pull()).toEqual([])
    answers = new Map()
    service.setNow(later(2_301))
    const [next, ...others] = await pull()
    expect(next).toEqual({ method: 'POST', order: fourth })
    expect(others).toContainEqual({ method: 'POST', order: third })
    expect(await standing()).toEqual({ problem: null, failures: 0 })
  })

  it('says that nothing can be read when not one order is taken, as with a wrong checksum key', async () => {
    service.setNow(later(2_302))
    const fifth = await ask(15_000)
    answers = new Map([[fifth, () => respond('201')]])
    await pull()
    expect(await standing()).toEqual({ problem: 'unreadable', failures: 1 })
  })

  it('is not done for an account that another provider tells of', async () => {
    const other = await service.logIn('stallholder', 1)
    service.setNow(later(10_000))
    const { status } = await service.call(`/v1/stalls/${other.stallId ?? ''}/payment-requests`, {
      session: other,
      body: { amountVnd: 16_000 },
    })
    expect(status).toBe(201)
    const { rows } = await inMarket(service.ctx.db, other.marketId, (tx) =>
      tx.$client.query('select order_due_at from payment_request where amount_vnd = 16000'),
    )
    expect(rows).toEqual([{ order_due_at: null }])
  })

  it('does not wait for another provider’s long list, and none is asked twice at once', async () => {
    service.setNow(later(20_000))
    answers = new Map()
    asked = []
    let lists = 0
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    const bankOfTwo: typeof fetch = async (url, init) => {
      if (!String(url).includes('/v2/transactions')) return bank(url, init)
      lists += 1
      await gate
      return respond('00')
    }
    const listed = service.markets[1]?.connections.find(({ provider }) => provider === 'casso')
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    await inMarket(owner, session.marketId, (tx) =>
      insertPulls(tx, session.marketId, listed === undefined ? [] : [listed], service.ctx.config.masterKey, {
        bankSimUrl: 'http://bank.invalid',
        from: NOW,
      }),
    )
    await owner.pool.end()
    const puller = createPuller(service.ctx, service.workerDb, createIntake(service.ctx), bankOfTwo)
    puller.start()
    await until(async () => lists === 1, 'the list to be asked for')
    await inMarket(service.ctx.db, session.marketId, (tx) =>
      tx.$client.query('select pull_schedule($1, $2, $3)', [session.marketId, listed?.id, later(-60)]),
    )
    const order = await ask(17_000)
    await until(async () => asked.some((one) => one.order === order), 'the order to be told')
    expect(lists).toBe(1)
    open()
    await puller.stop()
  })
})
