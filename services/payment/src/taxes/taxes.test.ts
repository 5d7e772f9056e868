import { looksMistyped } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { balances, stallAccounts } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readXlsx } from '../documents/sheet.ts'
import { readPdf } from '../documents/testing.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { estimate, halfYearNoticeDayOf, rateOf, readTaxCode, revenueLines, thresholdOf } from './rules.ts'

const ACCOUNT = '0001000001'

let service: TestService
let stall: Session
let told = 8_000
beforeAll(async () => {
  service = await startService({ now: new Date('2027-01-05T03:00:00Z') })
  stall = await service.logIn('stallholder')
  for (const [type, amountVnd, at] of [
    ['in', 90_000n, '2026-06-01T08:00:00+07:00'],
    ['in', 10_000n, '2026-12-31T23:59:30+07:00'],
    ['in', 7_000n, '2027-01-01T00:00:30+07:00'],
    ['in', 600_000_000n, '2026-12-30T10:00:00+07:00'],
    ['out', 3_000n, '2026-12-30T11:00:00+07:00'],
  ] as const) {
    told += 1
    await service.tell({ id: told, account: ACCOUNT, amountVnd, memo: 'mua ca', type, at: new Date(at) })
  }
  await until(
    async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0,
    'an empty queue',
  )
  await sellCash(25_000)
  const { body } = await sellCash(4_000)
  await service.call(`/v1/cash-sales/${body.id}/undo`, { method: 'POST', session: stall })
})
afterAll(async () => service.stop())

const sellCash = (amountVnd: number) =>
  service.call(`/v1/stalls/${stall.stallId}/cash-sales`, { body: { amountVnd }, session: stall })
const yearOf = async (year: number, session = stall) =>
  service.call(`/v1/stalls/${stall.stallId}/tax-year?year=${year}`, { session })
const fileOf = async (name: string, year: number, more = ''): Promise<Buffer> => {
  const address = `${service.url}/v1/stalls/${stall.stallId}/tax-books/${name}?year=${year}${more}`
  const answer = await fetch(address, { headers: { cookie: stall.cookie } })
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}
const rowsOf = async (name: string, year: number, more = '') =>
  (await readXlsx(await fileOf(name, year, more), 100)).map((row) => row.map(({ value }) => value))

describe('the year', () => {
  it('holds what was sold in it by the day of Vietnam, bank and cash apart, and both years are the ledger’s', async () => {
    const [before, now] = [(await yearOf(2026)).body, (await yearOf(2027)).body]
    expect(before).toMatchObject({
      bankVnd: 600_100_000,
      cashVnd: 0,
      totalVnd: 600_100_000,
      firstDay: '2026-06-01',
      lastDay: '2026-12-31',
      months: [
        { period: '2026-06', bankVnd: 90_000, cashVnd: 0 },
        { period: '2026-12', bankVnd: 600_010_000, cashVnd: 0 },
      ],
      law: { noticeBy: '2027-01-31' },
    })
    expect(now).toMatchObject({ bankVnd: 7_000, cashVnd: 25_000, totalVnd: 32_000 })
    const revenue = await inMarket(service.ctx.db, stall.marketId, (tx) =>
      balances(tx, stall.marketId, [stallAccounts(stall.stallId ?? '').revenue]),
    )
    expect(before.totalVnd + now.totalVnd).toBe(Math.abs(Number(revenue[0]?.balanceVnd)))
  })

  it('names the accounts whole, the threshold with its decree, and the book that goes with the turnover', async () => {
    const { body } = await yearOf(2026)
    expect(body.accounts).toMatchObject([{ number: ACCOUNT, heardSince: '2026-06-01' }])
    expect(body.law).toMatchObject({
      book: 's1a',
      thresholdVnd: 1_000_000_000,
      thresholdSource: { name: 'Nghị định 141/2026/NĐ-CP' },
    })
  })

  it('names every circular that its notice’s form went through, and of a year before the law that we know no law at all', async () => {
    const { law } = (await yearOf(2026)).body
    const [page] = await readPdf(await fileOf('s1a.pdf', 2026))
    const paper = page?.text.replaceAll(/\s+/g, ' ')
    for (const circular of ['18/2026', '50/2026', '89/2026']) {
      expect(law.noticeSource.name).toContain(circular)
      expect(paper).toContain(circular)
    }
    expect(paper).toContain('hỏi lại mẫu đang dùng trước khi nộp')
    expect((await yearOf(2025)).body.law).toBeNull()
    const book = `/v1/stalls/${stall.stallId}/tax-books/s2a.xlsx?year=2025`
    expect((await service.call(book, { session: stall })).status).toBe(404)
    expect([thresholdOf(2025), rateOf(2025, 'goods')]).toEqual([null, null])
  })

  it('is the stallholder’s alone', async () => {
    for (const role of ['helper', 'head', 'accountant', 'admin', 'ward'])
      expect((await yearOf(2026, await service.logIn(role))).status).toBe(403)
    const [, other] = service.markets[0]?.stalls ?? []
    if (other === undefined) throw new Error('there is one stall only')
    expect((await yearOf(2026, await service.logInAs(other))).status).toBe(404)
  })

  it('refuses a year that is none, and a book that is none', async () => {
    expect((await yearOf(1)).status).toBe(400)
    const path = `/v1/stalls/${stall.stallId}/tax-books/s9z.pdf`
    expect((await service.call(path, { session: stall })).status).toBe(400)
  })
})

describe('a book', () => {
  it('S1a has the circular’s head and columns, a line a day, and ends in the year’s figure', async () => {
    const rows = await rowsOf('s1a.xlsx', 2026)
    const head = rows.findIndex(([first]) => first === 'A. Ngày tháng')
    expect(rows.slice(0, head).flat().join('\n')).toContain('Mẫu số S1a-HKD')
    expect(rows[head]).toEqual(['A. Ngày tháng', 'B. Diễn giải', '1. Số tiền (đ)'])
    const lines = rows.slice(head + 1, head + 5)
    expect(lines.map(([, , amount]) => amount)).toEqual([90_000, 600_000_000, 10_000, 600_100_000])
    expect(lines[3]?.[1]).toBe('Tổng cộng')
    const [page] = await readPdf(await fileOf('s1a.pdf', 2026))
    for (const text of ['S1a-HKD', 'Thông tư số 152/2025/TT-BTC', '600.100.000', 'Kỳ kê khai: Năm 2026'])
      expect(page?.text).toContain(text)
  })

  it('S2e tells what went in and out of the account, which is not what was sold', async () => {
    const rows = await rowsOf('s2e.xlsx', 2026)
    const total = rows.find(([, , what]) => what === 'Tổng tiền gửi vào, rút ra trong kỳ')
    expect(total?.slice(3)).toEqual([600_100_000, 3_000])
  })

  it('S2a says that its tax is an estimate, and that nothing is owed up to the threshold', async () => {
    const rows = await rowsOf('s2a.xlsx', 2026, '&trade=food')
    expect(rows.find(([, , what]) => what === 'Thuế GTGT (ước tính)')?.[3]).toBe(0)
  })
})

describe('what she said that the heads of her books are to say', () => {
  const nothing = { taxCode: null, name: null, address: null, trade: null, beganOn: null }
  const said = {
    taxCode: '031 440.9058',
    name: 'Hộ kinh doanh Cá Bà Ngà',
    address: 'Chợ Sông Đào, Hải Phòng',
    trade: 'food',
    beganOn: '2026-03-01',
  }
  const path = () => `/v1/stalls/${stall.stallId}/tax-profile`
  const say = (body: object, session = stall) =>
    service.call(path(), { method: 'PUT', body: { ...nothing, ...body }, session })

  it('stands in every book, names its trade, and needs no typing again', async () => {
    expect((await service.call(path(), { session: stall })).body).toEqual(nothing)
    const kept = { ...said, taxCode: '0314409058' }
    expect((await say(said)).body).toEqual(kept)
    expect((await yearOf(2026)).body).toMatchObject({
      profile: kept,
      law: { halfYearNoticeBy: '2026-07-31' },
    })
    for (const book of ['s1a', 's2a', 's2e', 'accounts'] as const) {
      const text = JSON.stringify(await rowsOf(`${book}.xlsx`, 2026))
      for (const part of [said.name, 'Địa chỉ: Chợ Sông Đào', 'Mã số thuế: 0314409058'])
        expect([book, text]).toEqual([book, expect.stringContaining(part)])
    }
    const trade = JSON.stringify(await rowsOf('s2a.xlsx', 2026))
    expect(trade).toContain('ăn uống')
    expect(trade).toContain('GTGT 3%, TNCN 1,5%')
    const [page] = await readPdf(await fileOf('accounts.pdf', 2026))
    for (const text of [ACCOUNT, '01/06/2026', 'không phải mẫu in', 'Mã số thuế: 0314409058'])
      expect(page?.text).toContain(text)
  })

  it('is refused when it cannot be', async () => {
    for (const [body, code] of [
      [{ taxCode: '12345' }, 'tax_code_invalid'],
      [{ taxCode: '03144090581' }, 'tax_code_invalid'],
      [{ taxCode: 'abcdefghij' }, 'tax_code_invalid'],
      [{ beganOn: '2030-01-01' }, 'day_invalid'],
      [{ beganOn: '2026-02-30' }, 'request_invalid'],
      [{ trade: 'gold' }, 'request_invalid'],
      [{ name: '' }, 'request_invalid'],
    ] as const)
      expect([body, (await say(body)).body.code]).toEqual([body, code])
    expect((await yearOf(2026)).body.profile.name).toBe(said.name)
  })

  it('is in the trail by the names of what changed, read by her alone, and in what is kept of her', async () => {
    for (const role of ['helper', 'head', 'accountant', 'admin', 'ward']) {
      const session = await service.logIn(role)
      expect([role, (await service.call(path(), { session })).status]).toEqual([role, 403])
      expect([role, (await say({}, session)).status]).toEqual([role, 403])
    }
    const trail = await inMarket(service.ctx.db, stall.marketId, async (tx) =>
      tx.execute(sql`select after from audit_entry where action = 'stalls.tax-profile'`),
    )
    expect(trail.rows).toContainEqual({ after: '{"changed":["taxCode","name","address","trade","beganOn"]}' })
    // Nor does the head of the board, who reads values in the trail, find the entry or any of hers.
    const head = await service.logIn('head')
    const { body } = await service.call(`/v1/markets/${stall.marketId}/audit?limit=100`, { session: head })
    expect(body.items.length).toBeGreaterThan(0)
    expect(JSON.stringify(body)).not.toMatch(/tax-profile|0314409058|Cá Bà Ngà/)
    const values = await inMarket(service.ctx.db, stall.marketId, async (tx) =>
      tx.execute(sql`select value from audit_value`),
    )
    expect(JSON.stringify(values.rows)).not.toMatch(/9058|Cá Bà Ngà|Chợ Sông Đào|2026-03-01/)
    const answer = await fetch(`${service.url}/v1/my-data.json`, { headers: { cookie: stall.cookie } })
    expect(await answer.text()).toContain('0314409058')
  })
})

describe('the rules', () => {
  it('read a tax code as people write it, and ask to look again where its check digit is odd', () => {
    expect(readTaxCode('0314409058-001')).toBe('0314409058001')
    expect(readTaxCode('031 185 012 345')).toBe('031185012345')
    // A registered company's code, its neighbour, a branch of it, and a personal number, which has no such digit.
    for (const [code, odd] of [
      ['0314409058', false],
      ['0314409057', true],
      ['0314409058001', false],
      ['031185012345', false],
    ] as const)
      expect([code, looksMistyped(code)]).toEqual([code, odd])
  })

  it('ask for a notice of the half year from who began in it, and from nobody else', () => {
    expect(halfYearNoticeDayOf(2026, '2026-06-30')).toBe('2026-07-31')
    for (const began of ['2026-07-01', '2025-12-31', null])
      expect(halfYearNoticeDayOf(2026, began)).toBeNull()
  })

  it('estimate VAT on all and income tax on what is above the threshold', () => {
    const goods = { vatPercent: '1', incomePercent: '0.5' }
    const food = { vatPercent: '3', incomePercent: '1.5' }
    expect([rateOf(2026, 'goods'), rateOf(2026, 'food')]).toMatchObject([goods, food])
    expect(estimate(1_000_000_000n, 1_000_000_000n, goods)).toEqual({ vatVnd: 0n, incomeVnd: 0n })
    expect(estimate(1_200_000_000n, 1_000_000_000n, food)).toEqual({
      vatVnd: 36_000_000n,
      incomeVnd: 3_000_000n,
    })
  })

  it('lose and invent nothing, whatever the days', () => {
    const day = fc.integer({ min: 1, max: 28 }).map((date) => `2026-02-${String(date).padStart(2, '0')}`)
    const amount = fc.bigInt({ min: -1_000_000_000n, max: 1_000_000_000_000n })
    const days = fc.uniqueArray(fc.record({ day, bankVnd: amount, cashVnd: amount }), {
      selector: (one) => one.day,
    })
    fc.assert(
      fc.property(days, (all) => {
        const lines = revenueLines(all)
        const sum = (of: readonly bigint[]): bigint => of.reduce((total, one) => total + one, 0n)
        expect(sum(lines.map(({ amountVnd }) => amountVnd))).toBe(
          sum(all.flatMap(({ bankVnd, cashVnd }) => [bankVnd, cashVnd])),
        )
        expect(lines.map((line) => line.day)).toEqual(lines.map((line) => line.day).toSorted())
        expect(new Set(lines.map(({ day: of, number }) => `${of} ${number}`)).size).toBe(lines.length)
      }),
    )
  })
})
