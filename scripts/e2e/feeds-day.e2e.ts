import type { ChargePage, Reconciliation } from '@tienve/contracts'
import { createDb, inMarket, type Db } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { decodeVietQr } from '@tienve/vietqr'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, dayOf, startOfDay } from '../../services/payment/src/days.ts'
import { markDeaf } from '../../services/payment/src/feeds/deafness.ts'
import { logIn, type Person } from '../stack/person.ts'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

let demo: OpenDemo
let db: Db
let desk: BrowserContext
let board: Page
let person: Person
let sim: Page
beforeAll(async () => {
  demo = await openDemo()
  db = createDb(demo.stack.demo.ownerDatabaseUrl, { max: 2 })
  desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
  board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
  person = await logIn(demo.stack, 'accountant')
  sim = await desk.newPage()
})
afterAll(async () => {
  await db?.pool.end()
  await demo?.close()
})

const SALE = 35_000
/** Sums that nothing else of the demo comes to. */
const NOT_OURS = 71_237
const SPLIT = 92_411
const SPLIT_FIRST = 10_000

const marketId = (): string => demo.stack.demo.markets[0]?.id ?? ''
const market = (): string => `/v1/markets/${marketId()}`
const grouped = (vnd: number): string => String(vnd).replace(/\B(?=(\d{3})+$)/g, '.')

function must<T>(found: T | undefined | null, what: string): T {
  if (found === undefined || found === null) throw new Error(`there is no ${what}`)
  return found
}

/** The feed that came with the demo and hears the board's account, that account, and the stall of the stallholder. */
function places() {
  const { connections, stalls, users } = demo.stack.demo
  const old = must(
    connections.find((one) => one.marketId === marketId()),
    'feed',
  )
  const account = must(
    old.accounts.find(({ number }) => !stalls.some((one) => one.account === number)),
    'board',
  )
  const holder = users.find(({ role }) => role === 'stallholder')
  const stall = must(
    stalls.find(({ id }) => id === holder?.stallId),
    'stall',
  )
  return { old, boardAccount: { bin: account.bin, account: account.number }, stall }
}

async function pay(to: { bin: string; account: string }, amountVnd: number, memo: string): Promise<number> {
  const response = await fetch(`${demo.stack.demo.bankSimUrl}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ bin: to.bin, account: to.account, amountVnd, memo }),
  })
  expect(response.status).toBe(200)
  const { deliveries } = (await response.json()) as { deliveries: { status: number }[] }
  return deliveries.filter(({ status }) => status === 200).length
}

const go = async (address: string): Promise<void> => {
  await board.goto(`${demo.stack.demo.baseUrl}/admin/#/${address}`)
}

/** Charges that are owed, with the code that pays them. */
async function owed(): Promise<{ id: string; memo: string; vnd: number }[]> {
  const { items } = await person.get<ChargePage>(`${market()}/charges?status=outstanding&limit=20`)
  return items.flatMap(({ id, payload, outstandingVnd }) => {
    const read = decodeVietQr(payload ?? '')
    return read.ok && read.value.memo !== undefined
      ? [{ id, memo: read.value.memo, vnd: outstandingVnd }]
      : []
  })
}

/** A code as somebody typed it who hit one wrong key. */
const mistyped = (memo: string): string => memo.slice(0, 5) + (memo[5] === '7' ? '8' : '7') + memo.slice(6)

describe('a day of the board with its bank', () => {
  let id = ''
  let pullKey = ''

  it('leaves its old provider and connects a new one, which is heard', async () => {
    const { old, stall } = places()
    await go(`connections/${old.id}`)
    await board.getByRole('button', { name: 'Ngắt kết nối' }).click()
    await board.getByRole('button', { name: 'Ngắt hẳn' }).click()
    await board.getByTestId('standing').getByText('Đã ngắt').waitFor()

    await go('connections/new')
    await board.getByLabel('Tên gọi').fill('Nguồn mới')
    await board.getByLabel('Tìm sạp, tên, số tài khoản').fill(stall.code)
    await board.getByRole('checkbox', { name: new RegExp(stall.holder) }).check()
    await board.getByRole('button', { name: 'Tạo kết nối' }).click()
    await board.getByTestId('standing').getByText('Chờ tin đầu tiên').waitFor()
    const pasted = async (label: string | RegExp): Promise<string> =>
      must(
        await board.getByRole('listitem').filter({ hasText: label }).locator('code').textContent(),
        'value',
      )
    const url = await pasted('Địa chỉ nhận tin')
    id = must(url.split('/').at(-1), 'connection')

    // What the accountant would do at the provider's own page.
    await sim.goto(demo.stack.demo.bankSimUrl)
    await sim.getByLabel('Địa chỉ nhận tin').fill(url)
    await sim
      .getByLabel('Khóa', { exact: false })
      .last()
      .fill(await pasted('Khóa bí mật'))
    const accounts = sim.getByRole('combobox', { name: 'Báo về tài khoản nào' })
    for (const typed of ['Ban quản lý Sông Đào', `${stall.code} ${stall.holder}`]) {
      await accounts.click()
      await accounts.fill(typed)
      await accounts.press('Enter')
    }
    expect(await faultsOf(sim)).toEqual([])
    await sim.getByRole('button', { name: 'Lưu nguồn' }).click()
    await sim.getByText('Đã lưu nguồn').waitFor()
    pullKey = must(await sim.locator('#saved code').textContent(), 'key to the list')
    await sim.locator(`[data-connection=${id}]`).getByRole('button', { name: 'Gửi tin thử' }).click()
    await sim.getByText('Tiền Về đã nhận tin thử').waitFor()
    await board.getByTestId('standing').getByText('Nghe tốt').waitFor()
  })

  it('hears money, of which it cannot place three transfers', async () => {
    const { boardAccount } = places()
    const [charge] = await owed()
    const { memo, vnd } = must(charge, 'charge that is owed')
    expect(await pay(boardAccount, vnd, mistyped(memo))).toBe(1)
    expect(await pay(boardAccount, NOT_OURS, 'gop le hoi')).toBe(1)
    expect(await pay(boardAccount, SPLIT, 'tien cho hai sap')).toBe(1)
    await go('suspense')
    for (const sum of [vnd, NOT_OURS, SPLIT])
      await board
        .getByRole('link', { name: new RegExp(`Xem, xử lý ${grouped(sum)}\\D`) })
        .first()
        .waitFor()
  })

  it('is deaf when the provider falls silent, and board and stall are told', async () => {
    const { boardAccount, stall } = places()
    const phone = await logInAs(
      demo.stack,
      await demo.browser.newContext({ viewport: PHONE, locale: 'vi-VN' }),
      '/m/',
      'stallholder',
    )
    await phone.getByTestId('qr').first().waitFor()
    await sim.locator(`[data-connection=${id}]`).getByRole('button', { name: 'Làm im lặng' }).click()
    await sim.getByText('đang im lặng').waitFor()
    const [, charge] = await owed()
    const lost = must(charge, 'charge that is owed')
    expect(await pay(boardAccount, lost.vnd, lost.memo)).toBe(0)
    expect(await pay(stall, SALE, stall.memo)).toBe(0)
    // As the minute's look goes through tomorrow: a silence counts in the hours of its trade alone, and it may be night now.
    const midnight = startOfDay(addDays(dayOf(new Date()), 1)).getTime()
    let deaf = 0
    for (let hour = 6; hour < 18 && deaf === 0; hour++)
      deaf = await inMarket(db, marketId(), (tx) =>
        markDeaf(tx, marketId(), new Date(midnight + hour * 3_600_000), { setUpOnly: true }),
      )
    expect(deaf).toBe(1)
    await go('connections/health')
    await board
      .getByRole('listitem')
      .filter({ hasText: 'Nguồn mới' })
      .getByText('Điếc', { exact: true })
      .waitFor()
    expect(await faultsOf(board)).toEqual([])
    await phone
      .getByText(/Ngân hàng im lâu/)
      .first()
      .waitFor()

    // What was lost is in the provider's list: it comes without a sound of its own, and still counts.
    await go(`connections/${id}`)
    await board.getByLabel('Khóa API của nhà cung cấp').fill(pullKey)
    await board.getByRole('button', { name: 'Bật hỏi lại' }).click()
    await expect
      .poll(async () => (await owed()).some((one) => one.id === lost.id), { timeout: 20_000 })
      .toBe(false)
    await phone.getByRole('button', { name: 'Hôm nay', exact: true }).click()
    await phone.getByText(grouped(SALE)).first().waitFor()

    await sim.locator(`[data-connection=${id}]`).getByRole('button', { name: 'Cho báo lại' }).click()
    await sim.locator(`[data-connection=${id}]`).getByRole('button', { name: 'Gửi tin thử' }).click()
    await board.getByTestId('standing').getByText('Nghe tốt').waitFor()
    await phone.context().close()
  })

  it('has its three transfers resolved: to a charge, as not ours, and in two parts', async () => {
    const open = async (vnd: number): Promise<void> => {
      await go('suspense')
      await board
        .getByRole('link', { name: new RegExp(`Xem, xử lý ${grouped(vnd)}\\D`) })
        .first()
        .click()
    }
    const save = async (): Promise<void> => {
      await board.getByRole('button', { name: 'Ghi', exact: true }).click()
      await board.getByTestId('suspense-resolved').waitFor()
    }
    const [charge, other] = await owed()
    await open(must(charge, 'charge').vnd)
    await board.getByTestId('suggestion').first().click()
    await save()
    await open(NOT_OURS)
    await board.getByLabel('Là tiền gì').selectOption('not_ours')
    await board.getByLabel('Lý do').fill('Góp cho lễ hội, trả sau')
    await save()
    await open(SPLIT)
    await board.getByRole('button', { name: 'Chia ra nhiều phần' }).click()
    const kinds = board.getByLabel('Là tiền gì')
    await kinds.first().selectOption(`charge ${must(other, 'charge').id}`)
    await kinds.last().selectOption('not_ours')
    await board.getByLabel('Phần 1: số tiền').fill(String(SPLIT_FIRST))
    await board.getByText(`Còn phải chia: ${grouped(SPLIT - SPLIT_FIRST)}`).waitFor()
    await board.getByLabel('Phần 2: số tiền').fill(String(SPLIT - SPLIT_FIRST))
    await board.getByLabel('Lý do').fill('Nộp hộ, còn lại không phải của chợ')
    expect(await faultsOf(board)).toEqual([])
    await save()
  })

  it('is signed off by two people at difference 0, with a report, and the books verify', async () => {
    const day = dayOf(new Date())
    await go(`reconciliation?day=${day}`)
    await board.getByText('Sổ và ngân hàng khớp nhau, chênh lệch 0 đ.').waitFor()
    await board.getByRole('button', { name: 'Ký xác nhận ngày' }).click()
    await board.getByText('Chờ chữ ký thứ hai của trưởng ban.').waitFor()
    const second = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
    const head = await logInAs(demo.stack, second, '/admin/', 'head')
    await head.getByTestId('card-sales').waitFor()
    await head.goto(`${demo.stack.demo.baseUrl}/admin/#/reconciliation?day=${day}`)
    await head.getByRole('button', { name: 'Ký thứ hai' }).click()
    const report = head.getByRole('link', { name: /Báo cáo \(PDF\)/ })
    await report.waitFor()
    const address = must(await report.getAttribute('href'), 'report')
    const file = await head.request.get(new URL(address, demo.stack.demo.baseUrl).href)
    expect([file.status(), (await file.body()).subarray(0, 5).toString()]).toEqual([200, '%PDF-'])
    await second.close()

    const { differenceVnd } = await person.get<Reconciliation>(`${market()}/reconciliation?day=${day}`)
    expect(differenceVnd).toBe(0)
    expect(await verifyMarket(db, marketId())).toMatchObject({ ok: true })
  })
})
