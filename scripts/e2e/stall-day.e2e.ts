import type { DaySummary, TaxYear } from '@tienve/contracts'
import { createDb, inMarket, type Db } from '@tienve/db'
import { stallAccounts, verifyMarket } from '@tienve/ledger'
import { formatNumber, spellVnd, spellWords } from '@tienve/money'
import { decodeVietQr } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { readFile } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PHONE } from './browser.ts'
import { openDemo, payCode, watch, type OpenDemo } from './demo.ts'
import { keepSpoken, paySale, transfer, type Spoken } from './voice.ts'

/** A cheap phone in the hall: a quarter of this processor, and what browsers call a slow 3G. */
const CPU_SLOWDOWN = 4
const SLOW_3G = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 }
/** The machine that plays this does other things too. */
const PATIENCE = { timeout: 60_000, interval: 200 }

const LOST = 'Mất mạng. Chưa nghe được tiền về. Xem máy khách không tính.'
const SHORT = 'Thiếu! Mới nhận mười lăm nghìn, cần hai mươi nghìn.'

/** What the story has sold: what the bank told of, by how it is said where it is said by itself, and what was cash. */
const sold: { bank: { vnd: number; line: string }[]; cash: number[] } = { bank: [], cash: [] }
const sum = (vnds: readonly number[]): number => vnds.reduce((total, one) => total + one, 0)
const bankVnd = (): number => sum(sold.bank.map(({ vnd }) => vnd))

let demo: OpenDemo
let db: Db
let context: BrowserContext
let phone: Page
let before: Figures
let complaints: string[]
const heard: Spoken[] = []

beforeAll(async () => {
  demo = await openDemo()
  db = createDb(demo.stack.demo.ownerDatabaseUrl, { max: 1 })
  context = await newContext(heard)
  phone = await open(context)
  await logIn(phone, 'stallholder')
  await phone.getByTestId('qr').waitFor({ timeout: 60_000 })
  before = await figures()
})

afterAll(async () => {
  await db?.pool.end()
  await demo?.close()
})

/** A phone of her day: small, slow, and with a voice that talks fast. */
async function newContext(spoken: Spoken[]): Promise<BrowserContext> {
  const made = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
  made.setDefaultTimeout(60_000)
  await keepSpoken(made, spoken)
  await made.addInitScript(`localStorage.setItem('tienve.speed', '1.3')`)
  complaints = [...(complaints ?? []), ...(await watch(made, demo.stack.demo.baseUrl))]
  return made
}

async function open(of: BrowserContext): Promise<Page> {
  const page = await of.newPage()
  await slowDown(page)
  await page.goto(`${demo.stack.demo.baseUrl}/m/`)
  return page
}

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', SLOW_3G)
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN })
}

async function logIn(page: Page, role: 'stallholder' | 'helper'): Promise<void> {
  const user = demo.stack.demo.users.find((one) => one.role === role)
  await page.getByLabel('Số điện thoại').fill(user?.login ?? '')
  await page.getByLabel('Mã PIN').fill(user?.secret ?? '')
  await tap(page, 'Vào sạp')
}

const tap = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

async function type(page: Page, thousands: number): Promise<void> {
  await tap(page, 'Thu tiền')
  for (const key of [...String(thousands), '000']) await tap(page, key)
}

/** Keys in a sum and shows its code. */
async function ask(page: Page, thousands: number): Promise<string> {
  await type(page, thousands)
  await tap(page, 'Cho xem mã')
  const code = page.getByLabel(`Mã thu ${formatNumber(thousands * 1_000)}`, { exact: false })
  return (await code.getAttribute('data-payload')) ?? ''
}

/** Notes a sale in cash, and reads what the phone says of it. */
async function takeCash(page: Page, thousands: number, noted: RegExp): Promise<void> {
  await type(page, thousands)
  await tap(page, 'Ghi tiền mặt')
  await page.getByRole('status').getByText(noted).waitFor()
  sold.cash.push(thousands * 1_000)
}

/** Money comes, and is said so where it is said by itself. */
function comes(vnd: number, line = `${capital(spellWords(vnd).join(' '))} đồng.`): void {
  sold.bank.push({ vnd, line })
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** By the printed code, all at once. */
async function comeAtOnce(thousands: readonly number[]): Promise<void> {
  for (const one of thousands) comes(one * 1_000)
  await Promise.all(thousands.map((one) => paySale(demo.stack, one * 1_000)))
}

/** It was said, and truly played to its end. */
const hear = (line: string, spoken: readonly Spoken[] = heard): Promise<void> =>
  expect.poll(() => spoken, { ...PATIENCE, message: line }).toContainEqual({ text: line, played: true })

/** What is on the whole screen goes away by itself too, and then there is nothing to close. */
async function closeArrival(page: Page): Promise<void> {
  const close = page.locator('.arrival-close')
  await expect
    .poll(async () => {
      if (await close.isVisible()) await close.click({ timeout: 1_000 }).catch(() => {})
      return close.isVisible()
    }, PATIENCE)
    .toBe(false)
}

async function nextCustomer(page: Page): Promise<void> {
  await closeArrival(page)
  await tap(page, 'Khách tiếp theo')
}

const TIMES = new Map(Array.from({ length: 60 }, (_, at) => [spellWords(at).join(' '), at]))
const SUMS = new Map(Array.from({ length: 1_000 }, (_, at) => [spellWords(at * 1_000).join(' '), at * 1_000]))
/** What tells of no sale. */
const NO_MONEY = new Set([LOST, 'Có mạng lại.'])

/** How many sales a line tells of, and how much they come to. Throws for a line that nobody of this story has caused. */
function readLine(text: string): { count: number; vnd: number } {
  const one = sold.bank.find(({ line }) => line === withoutTime(text))
  if (one !== undefined) return { count: 1, vnd: one.vnd }
  if (NO_MONEY.has(text) || text.startsWith('Đã trả nợ chợ')) return { count: 0, vnd: 0 }
  const [, times = '', total = ''] = /([^.:]+) lần, tổng (.+)\.$/.exec(text.toLowerCase()) ?? []
  const count = TIMES.get(times.trim())
  const vnd = SUMS.get(total)
  if (count === undefined || vnd === undefined) throw new Error(`nobody knows why it said: ${text}`)
  return { count, vnd }
}

const withoutTime = (text: string): string => text.replace(/^(Tiền lúc) .+ (bây giờ)/, '$1 … $2')

/** All that came was said, by itself or in a sum, and nothing twice. */
async function expectAllTold(): Promise<void> {
  const told = () => {
    const read = heard.filter(({ played }) => played).map(({ text }) => readLine(text))
    return { count: sum(read.map(({ count }) => count)), vnd: sum(read.map(({ vnd }) => vnd)) }
  }
  await expect.poll(told, PATIENCE).toEqual({ count: sold.bank.length, vnd: bankVnd() })
}

type Figures = { summaryVnd: [bank: number, cash: number]; ledgerVnd: [bank: number, cash: number] }

/** What the service says was taken, and what the books have, of the days that this story can touch. */
async function figures(): Promise<Figures> {
  const { id: stallId } = stall()
  const summaries = await Promise.all([...DAYS].map((day) => get<DaySummary>(`summary?day=${day}`)))
  const { bank, cash } = stallAccounts(stallId)
  const rows = await inMarket(db, marketId(), async (tx) => {
    const found = await tx.execute<{ id: string; vnd: bigint }>(sql`
      select account_id as id, sum(debit_vnd - credit_vnd)::bigint as vnd from ledger_day
      where market_id = ${marketId()} and account_id in (${bank}, ${cash})
        and business_day = any(${sql.param([...DAYS])}::date[])
      group by account_id`)
    return found.rows
  })
  const inLedger = (id: string): number => Number(rows.find((row) => row.id === id)?.vnd ?? 0n)
  return {
    summaryVnd: [sum(summaries.map((one) => one.bankVnd)), sum(summaries.map((one) => one.cashVnd))],
    ledgerVnd: [inLedger(bank), inLedger(cash)],
  }
}

/** Today in the market, the day before, which money that is told late may be of, and tomorrow, if it is near midnight. */
const DAYS = [-1, 0, 1].map((days) =>
  new Date(Date.now() + (7 + 24 * days) * 3_600_000).toISOString().slice(0, 10),
)
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

const vndOf = (text: string | null): number => Number(text?.replaceAll(/[^\d-]/g, ''))

describe('the day of bà Ngà, on a slow phone and a slow network', () => {
  it('says of each sale whether it was enough: exact, free, short, the rest, over, twice, without its zeros, late, without a code', async () => {
    comes(20_000, 'Hai mươi nghìn. Đủ.')
    await ask(phone, 20)
    await payCode(demo.stack, phone)
    await hear('Hai mươi nghìn. Đủ.')
    await nextCustomer(phone)

    const payload = await ask(phone, 20)
    comes(15_000, SHORT)
    await transfer(demo.stack, { payload, fault: 'short' })
    await hear(SHORT)
    comes(5_000, 'Năm nghìn. Đủ.')
    await transfer(demo.stack, { payload, amountVnd: 5_000 })
    await hear('Năm nghìn. Đủ.')
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
      for (const { vnd, line } of came) comes(vnd, line)
      await transfer(demo.stack, { payload: code, ...order })
      for (const { line } of came) await hear(line)
      await nextCustomer(phone)
    }

    const { bin, account, memo } = stall()
    for (const [fault, vnd, line] of [
      ['late', 50_000, 'Tiền lúc … bây giờ mới báo: năm mươi nghìn.'],
      ['no-memo', 60_000, 'Sáu mươi nghìn đồng. Không rõ mã.'],
      ['duplicate', 10_000, 'Mười nghìn đồng.'],
    ] as const) {
      comes(vnd, line)
      await transfer(demo.stack, { bin, account, memo, amountVnd: vnd, fault })
    }
    await expectAllTold()
    expect(heard.map(({ text }) => withoutTime(text))).toEqual(sold.bank.map(({ line }) => line))
    await closeArrival(phone)
    await takeCash(phone, 10, /Đã ghi tiền mặt 10\.000/)
    await takeCash(phone, 20, /Đã ghi tiền mặt 20\.000/)
  })

  it('says a crowd as sums, and what was not enough by itself', async () => {
    const since = heard.length
    await comeAtOnce([1, 2, 3, 4, 5, 6, 7])
    await expectAllTold()
    const { bin, account } = stall()
    comes(70_000, 'Bảy mươi nghìn đồng. Không rõ mã.')
    await Promise.all([
      transfer(demo.stack, { bin, account, amountVnd: 70_000, fault: 'no-memo' }),
      comeAtOnce([1, 2, 3, 4]),
    ])
    await hear('Bảy mươi nghìn đồng. Không rõ mã.')
    await expectAllTold()
    const sums = heard.slice(since).filter(({ text }) => text.includes('lần, tổng'))
    expect(sums.length).toBeGreaterThan(0)
    await closeArrival(phone)
  })

  it('says that the network is gone, keeps the cash, and says what came meanwhile, twice', async () => {
    await loseNetwork(async () => {
      await takeCash(phone, 5, /Chưa gửi: tiền mặt 5\.000/)
      await takeCash(phone, 6, /Chưa gửi: tiền mặt 6\.000/)
      await phone.getByText(/2 lần tiền mặt chưa gửi \(11\.000/).waitFor()
      await comeAtOnce([7, 8, 9])
    })
    await hear('Có mạng lại. Trong lúc mất mạng: ba lần, tổng hai mươi bốn nghìn.')
    const { bin, account } = stall()
    await loseNetwork(async () => {
      await takeCash(phone, 7, /Chưa gửi: tiền mặt 7\.000/)
      await comeAtOnce([10, 10])
      comes(11_000, 'Mười một nghìn đồng. Không rõ mã.')
      await transfer(demo.stack, { bin, account, amountVnd: 11_000, fault: 'no-memo' })
    })
    await hear('Có mạng lại. Trong lúc mất mạng: hai lần, tổng hai mươi nghìn.')
    await hear('Mười một nghìn đồng. Không rõ mã.')
    await expectAllTold()
    expect(heard.filter(({ text }) => text === LOST)).toHaveLength(2)
    await closeArrival(phone)
  })

  it('stands where it was when it is killed, and says what came while it was closed', async () => {
    const payload = await ask(phone, 12)
    await phone.close()
    expect(heard.filter(({ played }) => !played)).toEqual([])
    comes(12_000)
    await transfer(demo.stack, { payload })
    await comeAtOnce([13])
    phone = await open(context)
    const shown = phone.locator('.request-amount')
    await shown.waitFor()
    expect(await shown.textContent()).toMatch(/^12\.000/)
    // Until a first tap the browser keeps a page silent: what nobody could hear is said as soon as it may.
    const closed = 'Trong lúc tắt máy: hai lần, tổng hai mươi lăm nghìn.'
    await expect.poll(() => heard, PATIENCE).toContainEqual({ text: closed, played: false })
    await phone.getByTestId('sound-untouched').waitFor()
    await closeArrival(phone)
    await phone.locator('[data-testid=request-status].paid').click()
    await hear('Có tiếng lại. Trong lúc mất tiếng: hai lần, tổng hai mươi lăm nghìn.')
    await expectAllTold()
    await nextCustomer(phone)
  })

  it('lets a helper sell, and hands the shift over', async () => {
    const spoken: Spoken[] = []
    const other = await newContext(spoken)
    const helper = await open(other)
    await logIn(helper, 'helper')
    await tap(helper, 'Bắt đầu ca')
    await helper.getByTestId('shift-open').waitFor()
    for (const { thousands, may, order, vnd, line } of [
      { thousands: 14, may: 'yes', order: {}, vnd: 14_000, line: 'Mười bốn nghìn. Đủ.' },
      { thousands: 20, may: 'short', order: { fault: 'short' }, vnd: 15_000, line: SHORT },
    ]) {
      const payload = await ask(helper, thousands)
      comes(vnd, line)
      await transfer(demo.stack, { payload, ...order })
      await hear(line, spoken)
      await closeArrival(helper)
      await helper.locator(`[data-testid=answer][data-may=${may}]`).waitFor()
      await tap(helper, 'Khách tiếp theo')
    }
    await takeCash(helper, 9, /Đã ghi tiền mặt 9\.000/)
    await tap(helper, 'Giao hàng')
    await tap(helper, 'Kết thúc ca')
    await helper.getByLabel('Đếm được bao nhiêu tiền mặt?').fill('9000')
    await tap(helper, 'Giao ca')
    await helper.getByTestId('shift-handed').waitFor()
    expect(spoken.map(({ text }) => text)).toEqual(['Mười bốn nghìn. Đủ.', SHORT])
    await other.close()

    await expectAllTold()
    await closeArrival(phone)
    await tap(phone, 'Cài đặt')
    await tap(phone, 'Giao ca')
    await phone.getByText('Khớp').waitFor()
    await tap(phone, 'Nhận ca')
    await phone.getByText(/^Đã nhận/).waitFor()
  })

  it('takes a debt of a shopper’s off when it is paid by its code, and hers at the market', async () => {
    await type(phone, 18)
    await tap(phone, 'Ghi nợ')
    await phone.getByLabel('Ai? (tên hay gọi)').fill('Cô Bảy')
    await tap(phone, 'Ghi vào sổ')
    await tap(phone, 'Trả bằng mã QR')
    await tap(phone, 'Ghi lại')
    comes(18_000, 'Mười tám nghìn. Đủ.')
    await payCode(demo.stack, phone)
    await hear('Mười tám nghìn. Đủ.')
    await closeArrival(phone)
    await tap(phone, 'Xong')
    await phone.getByText('Hết nợ').waitFor()

    await tap(phone, 'Nợ chợ')
    await phone.getByRole('button', { name: 'Xem mã để nộp' }).first().click()
    const payload = (await phone.getByTestId('qr').first().getAttribute('data-payload')) ?? ''
    const read = decodeVietQr(payload)
    const dueVnd = read.ok ? (read.value.amountVnd ?? 0n) : 0n
    await transfer(demo.stack, { payload })
    await hear(`Đã trả nợ chợ ${spellVnd(dueVnd).toLowerCase()}.`)
    await closeArrival(phone)
    await phone.locator('[data-testid=charge-status][data-status=paid]').first().waitFor()
  })

  it('ends with forty sales, each said once, and the same sums on the screen, at the service, in the books and for the tax', async () => {
    expect(sold.bank.length + sold.cash.length).toBeGreaterThanOrEqual(40)
    await expectAllTold()
    expect(complaints).toEqual([])
    const took = [bankVnd(), sum(sold.cash)]
    await expect
      .poll(async () => {
        const { summaryVnd, ledgerVnd } = await figures()
        return [
          summaryVnd.map((vnd, at) => vnd - (before.summaryVnd[at] ?? 0)),
          ledgerVnd.map((vnd, at) => vnd - (before.ledgerVnd[at] ?? 0)),
        ]
      }, PATIENCE)
      .toEqual([took, took])
    const after = await figures()
    expect(after.ledgerVnd).toEqual(after.summaryVnd)

    await tap(phone, 'Hôm nay')
    const { totalVnd } = await get<DaySummary>('summary')
    await expect.poll(async () => vndOf(await phone.locator('.total').textContent()), PATIENCE).toBe(totalVnd)
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

/** The network goes, she is told, and it comes back: what waited is sent, and as slow as before. */
async function loseNetwork(meanwhile: () => Promise<void>): Promise<void> {
  const times = heard.filter(({ text }) => text === LOST).length
  await context.setOffline(true)
  await phone.getByTestId('stream-lost').waitFor()
  await expect
    .poll(() => heard.filter(({ text, played }) => played && text === LOST).length, PATIENCE)
    .toBe(times + 1)
  await meanwhile()
  await context.setOffline(false)
  await slowDown(phone)
  await phone.getByTestId('stream-lost').waitFor({ state: 'detached' })
  await phone.getByTestId('unsent-count').waitFor({ state: 'detached' })
}
