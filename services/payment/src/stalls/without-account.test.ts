import { createDb, inMarket } from '@tienve/db'
import { decodeVietQr } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'

const MARKET = '/v1/markets/mkt_songdao'
const BOARD = '0001999999'

let service: TestService
let accountant: Session
let head: Session
let stallholder: Session
let stall: { id: string; code: string }
beforeAll(async () => {
  service = await startService()
  accountant = await service.logIn('accountant')
  head = await service.logIn('head')
  const created = await service.call(`${MARKET}/stalls`, {
    session: accountant,
    body: {
      code: 'MOI1',
      name: 'Sạp mới',
      zoneId: 'zon_sdrc',
      kind: 'stall',
      areaM2: '6',
      positionGrade: 2,
      rowLabel: null,
      lot: null,
    },
  })
  stall = created.body
  const owner = createDb(service.database.ownerUrl, { max: 1 })
  await inMarket(owner, 'mkt_songdao', (tx) =>
    tx.execute(sql`update app_user set stall_id = ${stall.id} where id = (
      select id from app_user where role = 'stallholder' order by login limit 1)`),
  )
  await owner.pool.end()
  stallholder = await service.logIn('stallholder')
})
afterAll(() => service.stop())

const call = (path: string, session: Session, body?: unknown) =>
  service.call(path, { session, ...(body === undefined ? {} : { body }) })

describe('a stall without an account for its sales', () => {
  it('opens its screens without a printed code, and the register says that the account is missing', async () => {
    expect(stallholder.stallId).toBe(stall.id)
    const own = await call(`/v1/stalls/${stall.id}`, stallholder)
    expect([own.status, own.body]).toMatchObject([200, { accounts: [], payload: null }])
    expect((await call(`/v1/stalls/${stall.id}/register`, head)).body.hasAccount).toBe(false)
    const other = service.markets[0]?.stalls[0]?.id
    expect((await call(`/v1/stalls/${other}/register`, head)).body.hasAccount).toBe(true)
  })

  it('notes cash, and has nothing that a shopper could pay into the board’s account by mistake', async () => {
    const cash = await call(`/v1/stalls/${stall.id}/cash-sales`, stallholder, { amountVnd: 20_000 })
    expect(cash.status).toBe(201)
    const own = `/v1/stalls/${stall.id}`
    for (const answer of [
      await call(`${own}/payment-requests`, stallholder, { amountVnd: 20_000 }),
      await call(`${own}/qr.svg`, stallholder),
      await call(`${own}/qr.png`, stallholder),
      await call(`${own}/card.pdf`, stallholder),
      await service.call(`/p/${stall.code}`, { headers: { accept: 'application/json' } }),
      await service.call(`/p/${stall.code}/qr.png`),
    ])
      expect([answer.status, answer.body.code]).toEqual([409, 'stall_without_account'])
    const page = await service.call(`/p/${stall.code}`)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect([page.status, page.body]).toEqual([
      409,
      expect.stringContaining('Sạp này chưa nhận chuyển khoản được'),
    ])
  })

  it('is billed like any other, and pays its charge by code to the board’s account', async () => {
    const contract = await call(`${MARKET}/contracts`, accountant, {
      stallId: stall.id,
      kind: 'use',
      number: 'MOI/1',
      holder: { name: 'Trần Văn Mới' },
      startsOn: '2026-11-01',
    })
    expect(contract.status).toBe(201)
    await service.readMeters('2026-11')
    const round = await call(`${MARKET}/billing-rounds`, accountant, {
      period: '2026-11',
      dueOn: '2026-11-30',
    })
    expect(round.status).toBe(201)
    const address = `/v1/billing-rounds/${round.body.id}`
    const { body: seen } = await call(`${address}/check`, head)
    expect((await call(`${address}/approve`, head, { seen })).body.status).toBe('issued')
    const debtNow = async () => (await call(`/v1/stalls/${stall.id}/debt`, stallholder)).body
    const debt = await debtNow()
    const [charge] = debt.charges
    for (const { payload, amountVnd, memo } of [
      { payload: charge.payload, amountVnd: charge.totalVnd, memo: charge.code },
      { payload: debt.payload, amountVnd: debt.outstandingVnd, memo: debt.code },
    ]) {
      const read = decodeVietQr(payload)
      expect(read.ok && read.value).toMatchObject({ account: BOARD, amountVnd: BigInt(amountVnd), memo })
    }
    await service.tell({ id: 1, account: BOARD, amountVnd: BigInt(charge.totalVnd), memo: charge.code })
    await until(async () => (await debtNow()).outstandingVnd === 0, 'the charge to be paid')
  })
})
