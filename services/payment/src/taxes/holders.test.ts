import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownDaysIn } from '../contracts/rules.ts'
import { readXlsx } from '../documents/sheet.ts'
import { openPhone, PIN, type Phone } from '../enrolments/testing.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

/** A stall that goes over to somebody else in the middle of December: each of the two sees her own days. */
const LAST = new Date('2026-12-15T03:00:00Z')
const FIRST = new Date('2026-12-16T03:00:00Z')

let service: TestService
let accountant: Session
let stall: { id: string; account: string }
let before: Phone
let after: Phone
/** What the one before read while the other's contract ran and nobody had enrolled her yet. */
let lastOfBefore: Record<string, Awaited<ReturnType<Phone['ask']>>>
let told = 9_000

const at = (path: string): string => `/v1/stalls/${stall.id}/${path}`
const asAccountant = (path: string, body?: unknown) =>
  service.call(path, {
    session: accountant,
    method: body === undefined ? 'GET' : 'POST',
    ...(body === null || body === undefined ? {} : { body }),
  })
async function enrol(): Promise<Phone> {
  const { body } = await asAccountant(at('enrolments'), null)
  const phone = openPhone(service)
  expect((await phone.ask('/v1/enrolments', { code: body.code, pin: PIN })).status).toBe(201)
  return phone
}
const tell = async (amountVnd: bigint, moment: string, account = stall.account) => {
  told += 1
  await service.tell({ id: told, account, amountVnd, memo: 'mua ca', type: 'in', at: new Date(moment) })
  await until(
    async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0,
    'an empty queue',
  )
}
async function bookOf(phone: Phone, name: string, year = 2026) {
  const answer = await fetch(`${service.url}${at(`tax-books/${name}.xlsx?year=${year}`)}`, {
    headers: phone.headers(),
  })
  expect(answer.status).toBe(200)
  const rows = await readXlsx(Buffer.from(await answer.arrayBuffer()), 100)
  return rows.map((row) => row.map(({ value }) => value))
}
async function asAdmin(text: string): Promise<void> {
  const admin = new pg.Client({ connectionString: service.database.adminUrl })
  await admin.connect()
  await admin.query(text)
  await admin.end()
}

beforeAll(async () => {
  service = await startService({ now: LAST })
  accountant = await service.logIn('accountant')
  const [, found] = service.markets[0]?.stalls.filter(({ heard }) => heard) ?? []
  if (found === undefined) throw new Error('there are no stalls')
  stall = { id: found.id, account: found.account }
  before = await enrol()
  await before.ask(at('consent'), { salesConsent: true, words: '2026-11' }, 'PUT')
  await tell(90_000n, '2026-06-01T08:00:00+07:00')
  await tell(40_000n, '2026-12-15T09:00:00+07:00')
  await before.ask(at('cash-sales'), { amountVnd: 5_000 })
  await asAdmin(`update bank_transaction set balance_after_vnd = 7700000`)
  await service.call(at('summary'), { session: await service.logIn('head') })
  const { body } = await asAccountant(`/v1/markets/${accountant.marketId}/contracts?stallId=${stall.id}`)
  const transfer = await asAccountant(`/v1/contracts/${body.items[0].id}/transfer`, {
    lastDay: '2026-12-15',
    number: 'HĐ-SANG',
    holder: { name: 'Trần Văn Thuê' },
    seller: { name: 'Lê Thị Bán', registeredName: 'Hộ kinh doanh Lê Thị Bán' },
  })
  expect(transfer.status).toBe(201)
  service.setNow(FIRST)
  accountant = await service.logIn('accountant')
  await tell(70_000n, '2026-12-16T09:00:00+07:00')
  lastOfBefore = {
    year: await before.ask(at('tax-year?year=2026')),
    summary: await before.ask(at('summary?day=2026-12-15')),
    looks: await before.ask(at('looks')),
    consents: await before.ask(at('consents')),
  }
  after = await enrol()
})
afterAll(async () => service.stop())

describe('whoever takes a stall over', () => {
  it('has a year of her own days alone, and the one before of hers', async () => {
    const { body } = await after.ask(at('tax-year?year=2026'))
    expect(body).toMatchObject({
      totalVnd: 70_000,
      cashVnd: 0,
      firstDay: '2026-12-16',
      months: [{ period: '2026-12', bankVnd: 70_000 }],
    })
    expect(lastOfBefore.year?.body).toMatchObject({
      totalVnd: 135_000,
      firstDay: '2026-06-01',
      lastDay: '2026-12-15',
    })
    expect((await after.ask(at('tax-year?year=2025'))).body).toMatchObject({ totalVnd: 0, firstDay: null })
  })

  it('reads in the book of bank money neither an earlier day nor what was held before', async () => {
    const rows = await bookOf(after, 's2e')
    expect(rows.find(([, , what]) => what === 'Tiền gửi đầu kỳ')?.[3] ?? null).toBeNull()
    expect(rows.find(([, , what]) => what === 'Tổng tiền gửi vào, rút ra trong kỳ')?.[3]).toBe(70_000)
    expect(JSON.stringify(rows)).not.toMatch(/7700000|40000|90000/)
  })

  it('is named as the one who sells, not as the one who rents, and in no year that was another’s', async () => {
    const rows = JSON.stringify(await bookOf(after, 's1a'))
    expect(rows).toContain('KINH DOANH: Hộ kinh doanh Lê Thị Bán')
    expect(rows).toContain('hộ có hai sạp thì cộng cả hai')
    expect(JSON.stringify(await bookOf(after, 's1a', 2025))).toContain('KINH DOANH: …')
  })

  it('reads no earlier day of the stall’s, is shown no way to one, and neither is who helps her', async () => {
    for (const path of [
      'summary',
      'payments',
      'takings',
      'cash-sales',
      'sale-refunds',
      'comparison',
      'day-sales.csv',
    ]) {
      expect([path, (await after.ask(at(`${path}?day=2026-12-15`))).status]).toEqual([path, 404])
      expect([path, (await after.ask(at(`${path}?day=2026-12-16`))).status]).toEqual([path, 200])
    }
    expect((await after.ask(at('summary'))).body).toMatchObject({ bankVnd: 70_000, lastTradingDay: null })
    expect(lastOfBefore.summary?.body).toMatchObject({
      bankVnd: 40_000,
      cashVnd: 5_000,
      lastTradingDay: '2026-06-01',
    })
  })

  it('finds, adds up and compares her own days alone', async () => {
    expect((await after.ask(at('months'))).body.items).toMatchObject([
      { period: '2026-12', totalVnd: 70_000 },
    ])
    expect((await after.ask(at('months/2026-12'))).body.days).toMatchObject([{ day: '2026-12-16' }])
    for (const [q, count] of [
      ['40', 0],
      ['mua', 1],
    ] as const)
      expect((await after.ask(at(`takings/search?q=${q}`))).body.items).toHaveLength(count)
    expect((await after.ask(at('comparison'))).body).toMatchObject({
      dayBefore: null,
      weekBefore: null,
      firstDay: '2026-12-16',
    })
  })

  it('has heads of her books of her own, and those of the one before are never hers', async () => {
    const said = { taxCode: '0314409058', name: 'Hộ Lê Thị Bán', address: null, trade: null, beganOn: null }
    expect((await after.ask(at('tax-profile'))).body.name).toBeNull()
    expect((await after.ask(at('tax-profile'), said, 'PUT')).status).toBe(200)
    expect(JSON.stringify(await bookOf(after, 's1a'))).toContain('KINH DOANH: Hộ Lê Thị Bán')
    expect(JSON.stringify(await bookOf(after, 's1a', 2025))).toContain('KINH DOANH: …')
    await after.ask(at('tax-profile'), { ...said, taxCode: null, name: null }, 'PUT')
  })

  it('notes no cash on a day that was another’s, and on her first day from its first minute', async () => {
    const sell = (occurredAt: string) => after.ask(at('cash-sales'), { amountVnd: 1_000, occurredAt })
    expect((await sell('2026-12-15T23:59:59+07:00')).body.code).toBe('sold_before_yours')
    expect((await sell('2026-12-16T00:00:00+07:00')).status).toBe(201)
  })

  it('reads who looked and what was said from her first day on, and so does who helps her', async () => {
    const invited = await after.ask(at('helpers'), {})
    const helper = openPhone(service)
    await helper.ask('/v1/enrolments', { code: invited.body.code, pin: PIN, name: 'Cháu Linh' })
    for (const phone of [after, helper]) {
      const { body } = await phone.ask(at('looks'))
      expect(body.items.filter((one: { at: string }) => one.at < '2026-12-16')).toEqual([])
    }
    expect((await after.ask(at('consents'))).body.items).toEqual([])
    expect(lastOfBefore.looks?.body.items).toHaveLength(1)
    expect(lastOfBefore.consents?.body.items.length).toBeGreaterThan(0)
  })

  it('declares the stall’s account, and one that was given up only while it moved in her days', async () => {
    const numbers = async () =>
      (await after.ask(at('tax-year?year=2026'))).body.accounts.map(
        ({ number }: { number: string }) => number,
      )
    const add = (id: string, number: string): string =>
      `insert into receiving_account (market_id, id, stall_id, bin, number, holder, is_default) values
      ('${accountant.marketId}', '${id}', '${stall.id}', '970436', '${number}', 'NGUOI TRUOC', false)`
    await asAdmin(add('acc_old', '7777000001'))
    expect(await numbers()).toEqual([stall.account])
    await asAdmin(`update receiving_account set is_default = false where stall_id = '${stall.id}';
      update receiving_account set is_default = true where id = 'acc_old'`)
    expect((await numbers()).toSorted()).toEqual([stall.account, '7777000001'].toSorted())
  })
})

describe('whose days they are', () => {
  const line = [
    { startsOn: '2026-01-01', holderId: 'a' },
    { startsOn: '2026-03-01', holderId: 'b' },
    { startsOn: '2026-05-01', holderId: 'a' },
    { startsOn: '2026-06-01', holderId: 'a' },
    { startsOn: '2026-09-01', holderId: 'c' },
  ]
  it('is told by the contracts, through a renewal, and never over the days of another between', () => {
    for (const [person, today, days] of [
      ['a', '2026-02-01', { since: null, until: '2026-02-28' }],
      ['a', '2026-07-01', { since: '2026-05-01', until: '2026-08-31' }],
      ['b', '2026-07-01', { since: '2026-03-01', until: '2026-04-30' }],
      ['c', '2026-09-01', { since: '2026-09-01', until: null }],
      [null, '2026-07-01', { since: '2026-05-01', until: '2026-08-31' }],
      ['c', '2026-07-01', { since: '2026-07-01', until: null }],
    ] as const)
      expect(ownDaysIn(line, person, today)).toEqual(days)
    expect(ownDaysIn([], null, '2026-07-01')).toEqual({ since: null, until: null })
    expect(ownDaysIn(line, null, '2025-12-31')).toEqual({ since: null, until: null })
  })
})
