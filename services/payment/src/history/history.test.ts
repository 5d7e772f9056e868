import { inMarket } from '@tienve/db'
import { balances, stallAccounts } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPdf } from '../documents/testing.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

const ACCOUNT = '0001000001'
/** Ten in the morning of a Tuesday. */
const NOW = new Date('2026-11-24T03:20:00Z')

let service: TestService
let stall: Session
let told = 30_000
const path = (rest: string): string => `/v1/stalls/${stall.stallId}/${rest}`
const get = async (rest: string, session = stall) => service.call(path(rest), { session })
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
const fileOf = async (rest: string): Promise<{ name: string; body: Buffer }> => {
  const answer = await fetch(`${service.url}${path(rest)}`, { headers: { cookie: stall.cookie } })
  expect(answer.status).toBe(200)
  const body = Buffer.from(await answer.arrayBuffer())
  return { name: answer.headers.get('content-disposition') ?? '', body }
}
const linesOf = async (rest: string): Promise<string[][]> =>
  (await fileOf(rest)).body
    .toString('utf8')
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(','))

/** Moment in Vietnam, sum, and what the memo ends with. */
const TOLD = [
  ['2026-10-31T23:59:30', 11_000n, 'mua ca'],
  ['2026-11-01T00:00:30', 12_000n, 'mua ca'],
  ['2026-11-17T09:59:00', 300_000n, 'mua buoi sang'],
  ['2026-11-17T10:01:00', 70_000n, 'mua muon'],
  ['2026-11-23T08:00:00', 100_000n, 'Tra tien cua CHI HOA'],
  ['2026-11-23T15:00:00', 35_000n, 'chi Hoa tra not'],
  ['2026-11-24T07:00:00', 150_000n, 'mua rau'],
  ['2026-11-24T10:10:00', 35_000n, '=HYPERLINK(0) ref 8812'],
] as const

beforeAll(async () => {
  service = await startService({ now: NOW })
  stall = await service.logIn('stallholder')
  for (const [at, amountVnd, memo] of TOLD) {
    told += 1
    await service.tell({ id: told, account: ACCOUNT, amountVnd, memo, at: new Date(`${at}+07:00`) })
  }
  await until(
    async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0,
    'an empty queue',
  )
  const sell = (amountVnd: number, note: string) =>
    service.call(path('cash-sales'), { body: { amountVnd, note }, session: stall })
  await sell(35_000, 'bán cho cô Thảo')
  const { body } = await sell(9_000, 'ghi nhầm')
  await service.call(`/v1/cash-sales/${body.id}/undo`, { method: 'POST', session: stall })
})
afterAll(async () => service.stop())

describe('the months', () => {
  it('are the sums of their days, as the day’s own screen has them, and all of them are the ledger’s', async () => {
    const { items } = (await get('months')).body
    expect(items).toMatchObject([
      { period: '2026-11', bankVnd: 702_000, cashVnd: 35_000, totalVnd: 737_000, count: 7, cashCount: 1 },
      { period: '2026-10', bankVnd: 11_000, cashVnd: 0, totalVnd: 11_000, count: 1, cashCount: 0 },
    ])
    for (const month of items) {
      const { body } = await get(`months/${month.period}`)
      const { days, ...sums } = body
      expect(sums).toEqual(month)
      for (const of of ['bankVnd', 'cashVnd', 'totalVnd', 'count', 'cashCount'] as const)
        expect(sumOf(days.map((day: typeof month) => day[of]))).toBe(month[of])
      for (const { day, ...of } of days) {
        const { bankVnd, cashVnd, totalVnd, count, cashCount } = (await get(`summary?day=${day}`)).body
        expect({ bankVnd, cashVnd, totalVnd, count, cashCount }).toEqual(of)
      }
    }
    const [revenue] = await inMarket(service.ctx.db, stall.marketId, (tx) =>
      balances(tx, stall.marketId, [stallAccounts(stall.stallId ?? '').revenue]),
    )
    expect(sumOf(items.map(({ totalVnd }: { totalVnd: number }) => totalVnd))).toBe(
      Math.abs(Number(revenue?.balanceVnd)),
    )
    const year = (await get('tax-year?year=2026')).body
    expect(year.totalVnd).toBe(sumOf(items.map(({ totalVnd }: { totalVnd: number }) => totalVnd)))
  })

  it('end and begin with the day of Vietnam, and a month that is none is refused', async () => {
    expect((await get('months/2026-10')).body.days).toMatchObject([{ day: '2026-10-31', bankVnd: 11_000 }])
    expect((await get('months/2025-01')).body).toMatchObject({ totalVnd: 0, days: [] })
    for (const wrong of ['2026-13', '2026-1', 'xx'])
      expect((await get(`months/${wrong}`)).body.code).toBe('request_invalid')
  })
})

describe('a day beside others', () => {
  it('is set today against yesterday and the same weekday up to the last full hour', async () => {
    expect((await get('comparison')).body).toEqual({
      day: '2026-11-24',
      untilHour: 10,
      amountVnd: 150_000,
      dayBefore: { day: '2026-11-23', amountVnd: 100_000, sold: true },
      weekBefore: { day: '2026-11-17', amountVnd: 300_000, sold: true },
      firstDay: '2026-10-31',
      lastDay: '2026-11-24',
    })
  })

  it('is set in whole once it is over, and says where nothing was sold', async () => {
    expect((await get('comparison?day=2026-11-23')).body).toMatchObject({
      untilHour: null,
      amountVnd: 135_000,
      dayBefore: { day: '2026-11-22', amountVnd: 0, sold: false },
      weekBefore: { day: '2026-11-16', sold: false },
    })
    expect((await get('comparison?day=2026-11-25')).body.code).toBe('day_invalid')
    expect((await get('comparison?day=never')).body.code).toBe('request_invalid')
  })
})

describe('the search', () => {
  const found = async (q: string, more = '') =>
    (await get(`takings/search?q=${encodeURIComponent(q)}${more}`)).body
  const dayAndSum = ({ items }: { items: Record<string, { occurredAt: string; amountVnd: number }>[] }) =>
    items.map((one) => {
      const { occurredAt = '', amountVnd } = one['payment'] ?? one['cashSale'] ?? {}
      return [occurredAt.slice(0, 10), amountVnd]
    })

  it('finds an amount by bank and in cash over all days, newest first, and never what was taken back', async () => {
    const all = [
      ['2026-11-24', 35_000],
      ['2026-11-24', 35_000],
      ['2026-11-23', 35_000],
    ]
    for (const q of ['35', '35.000', '35 nghìn', '35000']) expect(dayAndSum(await found(q))).toEqual(all)
    expect((await found('35')).items.map(({ kind }: { kind: string }) => kind)).toEqual([
      'cash',
      'bank',
      'bank',
    ])
    expect((await found('9.000')).items).toEqual([])
  })

  it('finds letters of a memo’s end and of a note, whatever their accents', async () => {
    expect(dayAndSum(await found('chị hoa'))).toEqual([
      ['2026-11-23', 35_000],
      ['2026-11-23', 100_000],
    ])
    expect(dayAndSum(await found('CO THAO'))).toEqual([['2026-11-24', 35_000]])
    expect(dayAndSum(await found('8812'))).toEqual([['2026-11-24', 35_000]])
    expect((await found('%')).code).toBe('search_unclear')
    expect((await found('100%')).items).toEqual([])
  })

  it('comes in pages that miss nothing and say nothing twice', async () => {
    const whole = dayAndSum(await found('35'))
    const paged = []
    let cursor = ''
    do {
      const page = await found('35', `&limit=1${cursor}`)
      paged.push(...dayAndSum(page))
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
    } while (cursor !== '')
    expect(paged).toEqual(whole)
    expect((await found('35', '&cursor=x')).code).toBe('request_invalid')
  })

  it('shows of a memo what the day’s list shows, and no more', async () => {
    const { items } = await found('chi hoa')
    const [, day] = (await get('takings?day=2026-11-23')).body.items
    expect(items[1]).toEqual(day)
  })

  it('goes by an index and not through all that the stall ever sold', async () => {
    const { rows } = await inMarket(service.ctx.db, stall.marketId, async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`)
      return tx.execute<Record<string, string>>(sql`explain select from payment
        where market_id = ${stall.marketId} and stall_id = ${stall.stallId} and purpose = 'sale'
          and amount_vnd in (35, 35000)`)
    })
    expect(JSON.stringify(rows)).toContain('payment_sale_amount_idx')
  })
})

describe('the files', () => {
  it('of a day hold every sale, bank and cash apart, and add up to the day', async () => {
    const lines = await linesOf('day-sales.csv?day=2026-11-24')
    const { bankVnd, cashVnd } = (await get('summary?day=2026-11-24')).body
    expect(lines).toHaveLength(3)
    expect(sumOf(lines.map(([, , bank]) => Number(bank)))).toBe(bankVnd)
    expect(sumOf(lines.map(([, , , cash]) => Number(cash)))).toBe(cashVnd)
    const [page] = await readPdf((await fileOf('day-sales.pdf?day=2026-11-24')).body)
    for (const text of ['Sổ bán hàng ngày 24/11/2026', '185.000', 'Đây là sổ của sạp'])
      expect(page?.text).toContain(text)
  })

  it('of a month hold a line a day, and add up to the month', async () => {
    const lines = await linesOf('month-sales.csv?period=2026-11')
    const month = (await get('months/2026-11')).body
    expect(lines.map(([day]) => day)).toEqual(month.days.map(({ day }: { day: string }) => day))
    expect(sumOf(lines.map(([, , , , , total]) => Number(total)))).toBe(month.totalVnd)
    expect((await fileOf('month-sales.xlsx?period=2026-11')).name).toMatch(
      /filename="ban-hang-[A-Z0-9-]+-2026-11\.xlsx"/,
    )
    expect((await get('month-sales.csv?period=2026-99')).body.code).toBe('request_invalid')
  })

  it('never hold a formula that a shopper wrote, and leave a line in the trail of who took them', async () => {
    const { name, body } = await fileOf('day-sales.csv?day=2026-11-24')
    expect(body.toString('utf8')).toContain(`,'=HYPERLINK(0) ref 8812`)
    const file = /filename="(.+)"/.exec(name)?.[1]
    const rows = await inMarket(service.ctx.db, stall.marketId, async (tx) =>
      tx.execute(sql`select from audit_entry where action = 'files.download' and object_id = ${file}`),
    )
    expect(rows.rowCount).toBeGreaterThan(0)
  })
})

describe('whose they are', () => {
  it('is the stallholder alone: no helper, nobody of the board, no other stall', async () => {
    const paths = [
      'months',
      'months/2026-11',
      'comparison',
      'takings/search?q=35',
      'day-sales.csv',
      'month-sales.pdf?period=2026-11',
    ]
    for (const role of ['helper', 'head', 'accountant', 'admin', 'ward']) {
      const session = await service.logIn(role)
      for (const rest of paths)
        expect([role, rest, (await get(rest, session)).status]).toEqual([role, rest, 403])
    }
    const [, other] = service.markets[0]?.stalls ?? []
    if (other === undefined) throw new Error('there is one stall only')
    const session = await service.logInAs(other)
    for (const rest of paths) expect([rest, (await get(rest, session)).status]).toEqual([rest, 404])
  })
})
