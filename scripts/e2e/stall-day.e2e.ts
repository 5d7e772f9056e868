import type { DaySummary, TaxYear } from '@tienve/contracts'
import { createDb, inMarket, type Db } from '@tienve/db'
import { stallAccounts, verifyMarket } from '@tienve/ledger'
import { spellVnd } from '@tienve/money'
import { decodeVietQr } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { readFile } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, dayOf } from '../../services/payment/src/days.ts'
import { openDemo, payCode, watch, type OpenDemo } from './demo.ts'
import {
  ask,
  closeArrival,
  keyIn,
  logInOn,
  newPhone,
  nextCustomer,
  openApp,
  PATIENCE,
  setNetwork,
  tap,
} from './slow-phone.ts'
import { expectAllTold, freeLine, hear, LOST, sumOf, withoutTime, type Sold } from './told.ts'
import { paySale, transfer, type Spoken } from './voice.ts'

const SHORT = 'Thiếu! Mới nhận mười lăm nghìn, cần hai mươi nghìn.'
const SUM = 'lần, tổng'

let demo: OpenDemo
let db: Db
let context: BrowserContext
let phone: Page
let complaints: string[]
let startedOn: string
let before: Figures
const heard: Spoken[] = []
const sold: Sold = { bank: [], cash: [] }

beforeAll(async () => {
  demo = await openDemo()
  db = createDb(demo.stack.demo.ownerDatabaseUrl, { max: 1 })
  startedOn = dayOf(new Date())
  context = await newPhone(demo, heard)
  complaints = await watch(context, demo.stack.demo.baseUrl)
  phone = await openApp(demo, context)
  await logInOn(phone, demo, 'stallholder')
  await phone.getByTestId('qr').waitFor()
  before = await readFigures()
})

afterAll(async () => {
  await db?.pool.end()
  await demo?.close()
})

/** Notes a sale in cash, and reads what the phone says of it. */
async function takeCash(page: Page, thousands: number, noted: string): Promise<void> {
  await keyIn(page, thousands)
  await tap(page, 'Ghi tiền mặt')
  await page.getByRole('status').getByText(noted).waitFor()
  sold.cash.push(thousands * 1_000)
}

/** Money is to come, and to be said so where it is said by itself. */
function expectSale(vnd: number, line = freeLine(vnd)): void {
  sold.bank.push({ vnd, line })
}

/** By the printed code, all at once. */
async function comeAtOnce(thousands: readonly number[]): Promise<void> {
  for (const one of thousands) expectSale(one * 1_000)
  await Promise.all(thousands.map((one) => paySale(demo.stack, one * 1_000)))
}

/** To the account, by a code that nobody can read. */
async function comeUncoded(vnd: number, line: string): Promise<void> {
  const { bin, account } = stall()
  expectSale(vnd, line)
  await transfer(demo.stack, { bin, account, amountVnd: vnd, fault: 'no-memo' })
}

const marketId = (): string => demo.stack.demo.markets[0]?.id ?? ''

function stall() {
  const { users, stalls } = demo.stack.demo
  const holder = users.find(({ role }) => role === 'stallholder')
  const own = stalls.find(({ id }) => id === holder?.stallId)
  if (own === undefined) throw new Error('the demo has a stall')
  return own
}

async function get<T>(path: string): Promise<T> {
  const answer = await context.request.get(`${demo.stack.demo.baseUrl}/m/v1/stalls/${stall().id}/${path}`)
  expect(answer.status()).toBe(200)
  return (await answer.json()) as T
}

type Figures = { summaryVnd: [bank: number, cash: number]; ledgerVnd: [bank: number, cash: number] }

/** What the service says was taken, and what the books have, of the days that this story can touch: money told late may be yesterday's. */
async function readFigures(
  days = [...new Set([addDays(startedOn, -1), startedOn, dayOf(new Date())])],
): Promise<Figures> {
  const summaries = await Promise.all(days.map((day) => get<DaySummary>(`summary?day=${day}`)))
  const { bank, cash } = stallAccounts(stall().id)
  const rows = await inMarket(db, marketId(), async (tx) => {
    const found = await tx.execute<{ id: string; vnd: bigint }>(sql`
      select account_id as id, sum(debit_vnd - credit_vnd)::bigint as vnd from ledger_day
      where market_id = ${marketId()} and account_id in (${bank}, ${cash})
        and business_day = any(${sql.param(days)}::date[])
      group by account_id`)
    return found.rows
  })
  const inLedger = (id: string): number => Number(rows.find((row) => row.id === id)?.vnd ?? 0n)
  return {
    summaryVnd: [sumOf(summaries.map((one) => one.bankVnd)), sumOf(summaries.map((one) => one.cashVnd))],
    ledgerVnd: [inLedger(bank), inLedger(cash)],
  }
}

/** The service has all that the bank told of: what the phone hears from now on, it has missed. */
async function expectKnown(): Promise<void> {
  const known = async () => (await readFigures()).summaryVnd[0] - before.summaryVnd[0]
  await expect.poll(known, PATIENCE).toBe(sumOf(sold.bank.map(({ vnd }) => vnd)))
}

const vndOf = (text: string | null): number => Number(text?.replaceAll(/[^\d-]/g, ''))

describe('the day of bà Ngà, on a slow phone and a slow network', () => {
  it('says of each sale whether it was enough: exact, free, short, the rest, over, twice, without its zeros, late, without a code', async () => {
    expectSale(20_000, 'Hai mươi nghìn. Đủ.')
    await ask(phone, 20)
    await payCode(demo.stack, phone)
    await hear(heard, 'Hai mươi nghìn. Đủ.')
    await nextCustomer(phone)

    const payload = await ask(phone, 20)
    expectSale(15_000, SHORT)
    await transfer(demo.stack, { payload, fault: 'short' })
    await hear(heard, SHORT)
    expectSale(5_000, 'Năm nghìn. Đủ.')
    await transfer(demo.stack, { payload, amountVnd: 5_000 })
    await hear(heard, 'Năm nghìn. Đủ.')
    await nextCustomer(phone)

    for (const { thousands, order, came } of [
      {
        thousands: 30,
        order: { fault: 'over' },
        came: [{ vnd: 35_000, line: 'Ba mươi lăm nghìn. Thừa năm nghìn. Nhớ trả lại.' }],
      },
      {
        thousands: 40,
        order: { fault: 'repeated' },
        came: [
          { vnd: 40_000, line: 'Bốn mươi nghìn. Đủ.' },
          { vnd: 40_000, line: 'Khách chuyển hai lần, mỗi lần bốn mươi nghìn. Nhớ trả lại.' },
        ],
      },
      {
        thousands: 50,
        order: { amountVnd: 50 },
        came: [
          {
            vnd: 50,
            line: 'Thiếu! Mới nhận năm mươi đồng, cần năm mươi nghìn. Thiếu ba số không.',
          },
        ],
      },
    ]) {
      const code = await ask(phone, thousands)
      for (const { vnd, line } of came) expectSale(vnd, line)
      await transfer(demo.stack, { payload: code, ...order })
      for (const { line } of came) await hear(heard, line)
      await nextCustomer(phone)
    }

    const { bin, account, memo } = stall()
    for (const [fault, vnd, line] of [
      ['late', 50_000, 'Tiền lúc … bây giờ mới báo: năm mươi nghìn.'],
      ['no-memo', 60_000, 'Sáu mươi nghìn đồng. Không rõ mã.'],
      ['duplicate', 10_000, 'Mười nghìn đồng.'],
    ] as const) {
      expectSale(vnd, line)
      await transfer(demo.stack, { bin, account, memo, amountVnd: vnd, fault })
    }
    await expectAllTold(heard, sold)
    expect(heard.map(({ text }) => withoutTime(text))).toEqual(sold.bank.map(({ line }) => line))
    await closeArrival(phone)
    await takeCash(phone, 10, 'Đã ghi tiền mặt 10.000')
    await takeCash(phone, 20, 'Đã ghi tiền mặt 20.000')
  })

  it('says a crowd as sums, and what was not enough by itself', async () => {
    const since = heard.length
    await comeAtOnce([1, 2, 3, 4, 5, 6, 7])
    await expectAllTold(heard, sold)
    await Promise.all([comeUncoded(70_000, 'Bảy mươi nghìn đồng. Không rõ mã.'), comeAtOnce([1, 2, 3, 4, 5])])
    await hear(heard, 'Bảy mươi nghìn đồng. Không rõ mã.')
    await expectAllTold(heard, sold)
    const sums = heard.slice(since).filter(({ text }) => text.includes(SUM))
    expect(sums.length).toBeGreaterThan(0)
    await closeArrival(phone)
  })

  it('says that the network is gone, keeps the cash, and says what came meanwhile, twice', async () => {
    await loseNetwork(async () => {
      await takeCash(phone, 5, 'Chưa gửi: tiền mặt 5.000')
      await takeCash(phone, 6, 'Chưa gửi: tiền mặt 6.000')
      await phone.getByText(/2 lần tiền mặt chưa gửi \(11\.000/).waitFor()
      await comeAtOnce([7, 8, 9])
    })
    await hear(heard, 'Có mạng lại. Trong lúc mất mạng: ba lần, tổng hai mươi tư nghìn.')
    await loseNetwork(async () => {
      await takeCash(phone, 7, 'Chưa gửi: tiền mặt 7.000')
      await comeAtOnce([10, 10])
      await comeUncoded(11_000, 'Mười một nghìn đồng. Không rõ mã.')
    })
    await hear(heard, 'Có mạng lại. Trong lúc mất mạng: hai lần, tổng hai mươi nghìn.')
    await hear(heard, 'Mười một nghìn đồng. Không rõ mã.')
    await expectAllTold(heard, sold)
    expect(heard.filter(({ text }) => text === LOST)).toHaveLength(2)
    await closeArrival(phone)
  })

  it('stands where it was when it is killed, and says what came while it was closed', async () => {
    const payload = await ask(phone, 12)
    await phone.close()
    expect(heard.filter(({ played }) => !played)).toEqual([])
    expectSale(12_000)
    await transfer(demo.stack, { payload })
    await comeAtOnce([13])
    await expectKnown()
    phone = await openApp(demo, context)
    const shown = phone.locator('.request-amount')
    await shown.waitFor()
    expect(await shown.textContent()).toMatch(/^12\.000/)
    await hear(heard, 'Trong lúc tắt máy: hai lần, tổng hai mươi lăm nghìn.')
    await expectAllTold(heard, sold)
    await nextCustomer(phone)
  })

  it('lets a helper sell, and hands the shift over', async () => {
    const spoken: Spoken[] = []
    const other = await newPhone(demo, spoken)
    const helper = await openApp(demo, other)
    await logInOn(helper, demo, 'helper')
    await tap(helper, 'Bắt đầu ca')
    await helper.getByTestId('shift-open').waitFor()
    for (const { thousands, may, order, vnd, line } of [
      { thousands: 14, may: 'yes', order: {}, vnd: 14_000, line: 'Mười bốn nghìn. Đủ.' },
      { thousands: 20, may: 'short', order: { fault: 'short' }, vnd: 15_000, line: SHORT },
    ]) {
      const payload = await ask(helper, thousands)
      expectSale(vnd, line)
      await transfer(demo.stack, { payload, ...order })
      await hear(spoken, line)
      await closeArrival(helper)
      await helper.locator(`[data-testid=answer][data-may=${may}]`).waitFor()
      await tap(helper, 'Khách tiếp theo')
    }
    await takeCash(helper, 9, 'Đã ghi tiền mặt 9.000')
    await tap(helper, 'Giao')
    await tap(helper, 'Kết thúc ca')
    await helper.getByLabel('Đếm được bao nhiêu tiền mặt?').fill('9000')
    await tap(helper, 'Giao ca')
    await helper.getByTestId('shift-handed').waitFor()
    expect(spoken.map(({ text }) => text)).toEqual(['Mười bốn nghìn. Đủ.', SHORT])
    await other.close()

    await expectAllTold(heard, sold)
    await closeArrival(phone)
    await tap(phone, 'Cài đặt')
    await tap(phone, 'Giao ca')
    await phone.getByText('Khớp').waitFor()
    await tap(phone, 'Nhận ca')
    await phone.getByText(/^Đã nhận/).waitFor()
  })

  it('takes a debt of a shopper’s off when it is paid by its code, and hers at the market', async () => {
    await keyIn(phone, 18)
    await tap(phone, 'Ghi nợ')
    await phone.getByLabel('Ai? (tên hay gọi)').fill('Cô Bảy')
    await tap(phone, 'Ghi vào sổ')
    await tap(phone, 'Trả bằng mã QR')
    await tap(phone, 'Ghi lại')
    expectSale(18_000, 'Mười tám nghìn. Đủ.')
    await payCode(demo.stack, phone)
    await hear(heard, 'Mười tám nghìn. Đủ.')
    await closeArrival(phone)
    await tap(phone, 'Đóng mã')
    await phone.getByText('Hết nợ').waitFor()

    await tap(phone, 'Nợ chợ')
    await phone.getByRole('button', { name: 'Xem mã để nộp' }).first().click()
    const payload = (await phone.getByTestId('qr').first().getAttribute('data-payload')) ?? ''
    const read = decodeVietQr(payload)
    const dueVnd = read.ok ? (read.value.amountVnd ?? 0n) : 0n
    await transfer(demo.stack, { payload })
    await hear(heard, `Đã trả nợ chợ ${spellVnd(dueVnd).toLowerCase()}.`)
    await closeArrival(phone)
    await phone.locator('[data-testid=charge-status][data-status=paid]').first().waitFor()
  })

  it('ends with forty sales, each said once, and the same sums on the screen, at the service, in the books and for the tax', async () => {
    expect(sold.bank.length + sold.cash.length).toBe(40)
    await expectAllTold(heard, sold)
    expect(complaints).toEqual([])
    const took = [sumOf(sold.bank.map(({ vnd }) => vnd)), sumOf(sold.cash)]
    await expect
      .poll(async () => {
        const { summaryVnd, ledgerVnd } = await readFigures()
        return [
          summaryVnd.map((vnd, at) => vnd - (before.summaryVnd[at] ?? 0)),
          ledgerVnd.map((vnd, at) => vnd - (before.ledgerVnd[at] ?? 0)),
        ]
      }, PATIENCE)
      .toEqual([took, took])
    const after = await readFigures()
    expect(after.ledgerVnd).toEqual(after.summaryVnd)

    const today = await readFigures([dayOf(new Date())])
    await tap(phone, 'Hôm nay')
    await expect
      .poll(
        async () => (await phone.locator('.total, .totals .pair b').allTextContents()).map(vndOf),
        PATIENCE,
      )
      .toEqual([sumOf(today.ledgerVnd), ...today.ledgerVnd])
    await tap(phone, 'Cả năm, sổ thuế')
    await phone.getByTestId('tax-figure').waitFor()
    const year = await get<TaxYear>('tax-year')
    expect(vndOf(await phone.getByTestId('tax-figure').textContent())).toBe(year.totalVnd)
    expect(year.totalVnd).toBe(await soldInYear(year.year))
    for (const [name, start] of [
      ['PDF', '%PDF-'],
      ['Excel', 'PK'],
    ] as const) {
      const [book] = await Promise.all([
        phone.waitForEvent('download'),
        phone.getByRole('link', { name }).first().click(),
      ])
      expect((await readFile(await book.path())).subarray(0, start.length).toString()).toBe(start)
    }
    expect(await verifyMarket(db, marketId())).toMatchObject({ ok: true })
  })
})

/** What the books have of a year: all that the stall sold. */
async function soldInYear(year: number): Promise<number> {
  return inMarket(db, marketId(), async (tx) => {
    const { rows } = await tx.execute<{ vnd: bigint }>(sql`
      select sum(credit_vnd - debit_vnd)::bigint as vnd from ledger_day where market_id = ${marketId()}
        and account_id = ${stallAccounts(stall().id).revenue} and extract(year from business_day) = ${year}`)
    return Number(rows[0]?.vnd ?? 0n)
  })
}

/** The network goes, she is told, and it comes back: what waited is sent. */
async function loseNetwork(meanwhile: () => Promise<void>): Promise<void> {
  const times = heard.filter(({ text }) => text === LOST).length
  await setNetwork(phone, 'gone')
  await phone.getByTestId('stream-lost').waitFor()
  await expect
    .poll(() => heard.filter(({ text, played }) => played && text === LOST).length, PATIENCE)
    .toBe(times + 1)
  await meanwhile()
  await expectKnown()
  await setNetwork(phone, 'slow')
  await phone.getByTestId('stream-lost').waitFor({ state: 'detached' })
  await phone.getByTestId('unsent-count').waitFor({ state: 'detached' })
}
