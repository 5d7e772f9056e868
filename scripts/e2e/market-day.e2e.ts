import { createDb, inMarket } from '@tienve/db'
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toFeedEvents } from '../../services/payment/src/feeds/deafness.ts'
import { appendEvents } from '../../services/payment/src/live/repository.ts'
import type { Stack } from '../stack/stack.ts'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, payCode, type OpenDemo } from './demo.ts'
import { hearCrowd } from './voice.ts'

let demo: OpenDemo
let stack: Stack
let browser: Browser

beforeAll(async () => {
  demo = await openDemo()
  ;({ stack, browser } = demo)
})

afterAll(async () => demo?.close())

const logIn = (context: BrowserContext, path: string, role: string): Promise<Page> =>
  logInAs(stack, context, path, role)

const scanAndPay = (page: Page, body: Record<string, unknown> = {}): Promise<void> =>
  payCode(stack, page, body)

/** Shown as text, and played to its end by the page's own sound. */
const spoken = (page: Page, text: string): Promise<void> =>
  page
    .locator(`html[data-spoken="${text}"][data-heard="${text}"]`)
    .waitFor({ state: 'attached', timeout: 30_000 })

const HAS_WORDS = `performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.includes('/sprite-') && responseEnd > 0)`

describe('a day at the market', () => {
  it('goes from the keypad to the spoken amount, the board, a paid charge and a ledger that verifies', async () => {
    const stall = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(stall, '/m/', 'stallholder')
    await phone.getByTestId('qr').waitFor()

    await phone.getByRole('button', { name: 'Thu tiền' }).click()
    for (const key of ['3', '5', '000']) await phone.getByRole('button', { name: key, exact: true }).click()
    await phone.getByRole('button', { name: 'Cho xem mã' }).click()
    await scanAndPay(phone)
    await phone.getByTestId('arrival').waitFor()
    expect(await phone.getByTestId('arrival').textContent()).toContain('35.000')
    await spoken(phone, 'Ba mươi lăm nghìn. Đủ.')
    await phone.getByRole('button', { name: 'Xong' }).click()

    const desk = await browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
    const board = await logIn(desk, '/admin/', 'accountant')
    await board.getByTestId('card-sales').waitFor()
    await board.getByTestId('card-sales').click()
    const row = board.getByRole('row', { name: new RegExp(stack.demo.stalls[0]?.code ?? '') })
    await row.waitFor()
    const before = await row.textContent()

    await phone.getByRole('button', { name: 'Mã của tôi' }).click()
    await scanAndPay(phone, { amountVnd: 20_000 })
    await spoken(phone, 'Hai mươi nghìn đồng.')
    await phone.getByRole('button', { name: 'Xong' }).click()
    await expect.poll(() => row.textContent(), { timeout: 30_000, interval: 500 }).not.toBe(before)

    await phone.getByRole('button', { name: 'Nợ chợ' }).click()
    await phone.getByRole('button', { name: 'Xem mã để nộp' }).first().click()
    await scanAndPay(phone)
    await phone.getByTestId('arrival').waitFor()
    await phone.getByRole('button', { name: 'Xong' }).click()
    await phone.locator('[data-testid=charge-status][data-status=paid]').first().waitFor()

    await board.getByRole('link', { name: 'Khoản phải thu' }).click()
    const charge = board.getByRole('row', { name: new RegExp(stack.demo.stalls[0]?.code ?? '') }).first()
    await expect.poll(() => charge.textContent(), { timeout: 30_000, interval: 500 }).toContain('Đã nộp đủ')

    await board.getByRole('link', { name: 'Sổ cái' }).click()
    await board.getByRole('button', { name: 'Kiểm tra sổ' }).click()
    await board.getByTestId('verify-result').waitFor({ timeout: 60_000 })
    expect(await board.getByTestId('verify-result').textContent()).toContain('Sổ đúng')

    await phone.getByRole('button', { name: 'Cài đặt' }).click()
    await phone.getByRole('button', { name: 'Ai đã xem doanh thu của tôi' }).click()
    await phone.getByTestId('looks').waitFor()
    expect(await phone.getByTestId('looks').textContent()).toContain('Kế toán')
    await stall.close()
    await desk.close()
  })

  it('tells short and too much apart, by colour and by voice', async () => {
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    for (const [paid, verdict, line] of [
      [{ fault: 'short' }, 'short', 'Thiếu! Mới nhận ba mươi nghìn, cần ba mươi lăm nghìn.'],
      [{ fault: 'over' }, 'over', 'Bốn mươi nghìn. Thừa năm nghìn. Nhớ trả lại.'],
      [
        { amountVnd: 35 },
        'short',
        'Thiếu! Mới nhận ba mươi lăm đồng, cần ba mươi lăm nghìn. Thiếu ba số không.',
      ],
      [{ fault: 'reversal' }, 'reversed', 'Ngân hàng đã lấy lại ba mươi lăm nghìn đồng.'],
    ] as const) {
      await phone.getByRole('button', { name: 'Thu tiền' }).click()
      const next = phone.getByRole('button', { name: 'Khách tiếp theo' })
      if (await next.isVisible()) await next.click()
      for (const key of ['3', '5', '000']) await phone.getByRole('button', { name: key, exact: true }).click()
      await phone.getByRole('button', { name: 'Cho xem mã' }).click()
      await scanAndPay(phone, paid)
      await phone.locator(`[data-testid=arrival][data-verdict=${verdict}]`).waitFor()
      await spoken(phone, line)
      await phone.getByRole('button', { name: 'Xong' }).click()
    }
    await phone.getByRole('button', { name: 'Hôm nay' }).click()
    for (const word of ['Thiếu ba số 0', 'Đã bị lấy lại', 'Ngân hàng lấy lại'])
      await phone.locator('.rows').getByText(word).waitFor()
    expect(await phone.locator('.rows').textContent()).toContain('-35.000')
    await context.close()
  })

  it('notes what goes back of a sale that came too much, and closes it when the bank shows it left', async () => {
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    await phone.getByRole('button', { name: 'Thu tiền' }).click()
    for (const key of ['5', '1', '000']) await phone.getByRole('button', { name: key, exact: true }).click()
    await phone.getByRole('button', { name: 'Cho xem mã' }).click()
    await scanAndPay(phone, { fault: 'over' })
    await phone.getByTestId('arrival').waitFor()
    await phone.getByRole('button', { name: 'Xong' }).click()
    await phone.getByRole('button', { name: 'Hôm nay' }).click()
    await phone
      .getByRole('button', { name: /Trả lại 5\.000/ })
      .first()
      .click()
    expect(await phone.getByLabel('Trả lại bao nhiêu').inputValue()).toBe('5000')
    await phone.getByText('Máy không chuyển tiền.').waitFor()
    await phone.getByLabel('Trả cho ai').fill('chị Hà, VCB 0011')
    expect(await faultsOf(phone)).toEqual([])
    await phone.getByRole('button', { name: 'Ghi lại' }).click()
    const due = phone.getByTestId('due-refund')
    await due.getByText(/Chưa trả 5\.000/).waitFor()
    expect(await faultsOf(phone)).toEqual([])
    const [, memo] = /ghi nội dung: (\S+)\./.exec((await due.textContent()) ?? '') ?? []

    const holder = stack.demo.users.find(({ role }) => role === 'stallholder')
    const stall = stack.demo.stalls.find(({ id }) => id === holder?.stallId)
    const left = await fetch(`${stack.demo.bankSimUrl}/transfers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        bin: stall?.bin,
        account: stall?.account,
        amountVnd: 5_000,
        memo,
        fault: 'out',
      }),
    })
    expect(left.status).toBe(200)
    await phone.locator('[data-testid=sale-refund][data-status=paid]').waitFor()
    await due.waitFor({ state: 'detached' })
    await expect.poll(() => phone.locator('.rows').textContent()).toContain('-5.000')
    await context.close()
  })

  it('hears a crowd of sales as one sum, the last once more, her word before each, and that the network is gone', () =>
    hearCrowd(demo))

  it('says when the bank tells late, by a banner and by voice, and takes it back', async () => {
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    await phone.getByTestId('qr').waitFor()
    const db = createDb(stack.demo.ownerDatabaseUrl, { max: 1 })
    const holder = stack.demo.users.find(({ role }) => role === 'stallholder')
    const marketId = stack.demo.markets[0]?.id ?? ''
    const tell = (state: 'late' | 'listening'): Promise<void> =>
      inMarket(db, marketId, (tx) =>
        appendEvents(tx, marketId, toFeedEvents([holder?.stallId ?? ''], state, new Date()), new Date()),
      )
    await tell('late')
    const banner = phone.getByTestId('feed-late')
    await banner.getByText('Ngân hàng báo chậm.').waitFor()
    await spoken(phone, 'Ngân hàng báo chậm. Chờ một phút, hoặc xem app ngân hàng.')
    expect(await faultsOf(phone)).toEqual([])
    await tell('listening')
    await banner.waitFor({ state: 'detached' })
    await db.pool.end()
    await context.close()
  })

  it('takes the very first tap for what it says: the card to print comes down', async () => {
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    await phone.getByText('In mã để treo ở sạp').click()
    const [card] = await Promise.all([
      phone.waitForEvent('download'),
      phone.getByRole('link', { name: 'Thẻ A6 treo ở sạp' }).click(),
    ])
    expect(card.suggestedFilename()).toBe(`ma-sap-${stack.demo.stalls[0]?.code}.pdf`)
    expect((await readFile(await card.path())).subarray(0, 5).toString()).toBe('%PDF-')
    await context.close()
  })

  it('lists every sale of the day, cash among them, and they add up to the total above', async () => {
    const { demo: file } = stack
    const stall = file.stalls.find(({ id }) => file.users.some((user) => user.stallId === id))
    for (let at = 1; at <= 105; at++) {
      const paid = await fetch(`${file.bankSimUrl}/transfers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ bin: stall?.bin, account: stall?.account, amountVnd: 1_000 + at }),
      })
      expect(paid.status).toBe(200)
    }
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    const summary = `${file.baseUrl}/m/v1/stalls/${stall?.id}/summary`
    await phone.getByTestId('qr').waitFor()
    await expect
      .poll(async () => ((await (await phone.request.get(summary)).json()) as { count: number }).count, {
        timeout: 30_000,
      })
      .toBeGreaterThan(104)
    // What came while it looked would cover the screen for eight seconds each: a phone that opens now has heard it all.
    await phone.evaluate('localStorage.clear(); location.reload()')
    await phone.getByRole('button', { name: 'Hôm nay' }).click()
    await phone.locator('.total').waitFor()
    await phone.getByRole('button', { name: 'Thu tiền' }).click()
    for (const key of ['7', '000']) await phone.getByRole('button', { name: key, exact: true }).click()
    await phone.getByRole('button', { name: 'Ghi tiền mặt' }).click()
    await phone.getByText('Đã ghi tiền mặt').waitFor()
    await phone.getByRole('button', { name: 'Hôm nay' }).click()
    await phone.getByText('Tiền mặt').nth(1).waitFor()
    const rows = phone.locator('.rows b')
    expect(await rows.first().textContent()).toContain('7.000')
    expect(await rows.count()).toBe(100)
    const more = phone.getByRole('button', { name: 'Xem thêm' })
    await more.click()
    await more.waitFor({ state: 'detached' })
    const vnd = (text: string | null): number => Number(text?.replaceAll(/[^\d-]/g, ''))
    const sum = (await rows.allTextContents()).reduce((total, text) => total + vnd(text), 0)
    expect(sum).toBe(vnd(await phone.locator('.total').textContent()))
    await context.close()
  })

  it('lets one browser be a stall and the board at once, from a cached shell too', async () => {
    const context = await browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    await phone.getByTestId('qr').waitFor()
    const board = await logIn(context, '/admin/', 'accountant')
    await board.getByTestId('card-sales').waitFor()
    await phone.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await Promise.all([phone.reload(), board.reload()])
    await phone.getByTestId('qr').waitFor()
    expect(await phone.evaluate('navigator.serviceWorker.controller !== null')).toBe(true)
    const api = await context.newPage()
    await api.goto(`${stack.demo.baseUrl}/m/v1/me`)
    expect(await api.locator('body').textContent(), 'the API and not the cached shell').toContain('csrfToken')
    await phone.getByText('In mã để treo ở sạp').click()
    const [card] = await Promise.all([
      phone.waitForEvent('download'),
      phone.getByRole('link', { name: 'Thẻ A6 treo ở sạp' }).click(),
    ])
    expect((await readFile(await card.path())).subarray(0, 5).toString()).toBe('%PDF-')
    await phone.getByRole('button', { name: 'Cài đặt' }).click()
    await phone.getByRole('button', { name: 'Ra khỏi sạp' }).click()
    await phone.getByLabel('Mã PIN').waitFor()
    await board.getByRole('link', { name: 'Doanh thu' }).click()
    const [file] = await Promise.all([
      board.waitForEvent('download'),
      board.getByRole('link', { name: /CSV/ }).click(),
    ])
    expect(file.suggestedFilename()).toMatch(/\.csv$/)
    await context.close()
  })

  it('shows whoever logs in nothing of who was there before, in any tab', async () => {
    const helper = stack.demo.users.find(({ role }) => role === 'helper')
    const holder = stack.demo.users.find(
      ({ role, stallId }) => role === 'stallholder' && stallId === helper?.stallId,
    )
    const context = await browser.newContext({ viewport: PHONE, locale: 'vi-VN' })
    const enter = async (page: Page, user: typeof helper): Promise<void> => {
      await page.getByLabel('Số điện thoại').fill(user?.login ?? '')
      await page.getByLabel('Mã PIN').fill(user?.secret ?? '')
      await page.getByRole('button', { name: 'Vào sạp' }).click()
      await page.getByRole('button', { name: 'Hôm nay' }).click()
    }
    const phone = await context.newPage()
    await phone.goto(`${stack.demo.baseUrl}/m/`)
    await enter(phone, holder)
    await phone.locator('.total').waitFor()
    const second = await context.newPage()
    await second.goto(`${stack.demo.baseUrl}/m/`)
    await second.getByRole('button', { name: 'Hôm nay' }).click()
    await second.locator('.total').waitFor()

    // The session is gone, as after its ninety days; the helper of the same stall may not see its totals.
    await context.clearCookies()
    await phone.getByRole('button', { name: 'Cài đặt' }).click()
    await phone.getByRole('button', { name: 'Ai đã xem doanh thu của tôi' }).click()
    await phone.getByRole('button', { name: 'Không phải tôi' }).click()
    await enter(phone, helper)
    await phone.getByRole('heading', { name: 'Hôm nay' }).waitFor()
    expect(await phone.locator('.total').count()).toBe(0)
    await second.getByRole('button', { name: 'Hôm nay' }).click()
    await second.getByRole('heading', { name: 'Hôm nay' }).waitFor()
    expect(await second.locator('.total').count()).toBe(0)
    await context.close()
  })

  it('lets a shopper pick an account of the fake bank by keys alone, and pays it', async () => {
    const context = await browser.newContext({ viewport: PHONE, locale: 'vi-VN' })
    const page = await context.newPage()
    const [stall] = stack.demo.stalls
    await page.goto(stack.demo.bankSimUrl)
    await page.locator('#found').getByText('248 tài khoản').waitFor()
    expect(await faultsOf(page), 'the fake bank').toEqual([])
    await page.keyboard.press('Tab')
    await page.keyboard.type('nga banh beo')
    const option = page.getByRole('option', {
      name: `${stall?.name} ${stall?.code} · Vietcombank · •••• 0001`,
    })
    await option.waitFor()
    await page.keyboard.press('ArrowDown')
    expect(await option.getAttribute('aria-selected')).toBe('true')
    expect(await faultsOf(page), 'with the list open').toEqual([])
    await page.keyboard.press('Enter')
    expect(await page.getByLabel('Nội dung').inputValue()).toBe(stall?.memo)
    await page.keyboard.type('17000')
    const [sent] = await Promise.all([page.waitForRequest('**/transfers'), page.keyboard.press('Enter')])
    expect(sent.postDataJSON()).toEqual({
      bin: stall?.bin,
      account: stall?.account,
      amountVnd: 17_000,
      memo: stall?.memo,
    })
    await page.getByRole('heading', { name: 'Đã chuyển 17.000 đ' }).waitFor()
    await page.getByText('Ngân hàng đã báo cho Tiền Về').waitFor()

    await page.getByRole('combobox', { name: 'Chọn tài khoản' }).fill('ban quan ly cau lim')
    await page.getByRole('option', { name: 'Ban quản lý Chợ Cầu Lim' }).click()
    expect(await page.getByLabel('Nội dung').inputValue()).toBe('')
    await page.getByText('gõ mã của khoản nợ cần trả').waitFor()
    expect(await page.getByRole('heading', { name: /Đã chuyển/ }).count()).toBe(0)
    await context.close()
  })

  it('says so when nobody hears the bank, and catches up aloud when the service is back', async () => {
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    await phone.getByTestId('qr').waitFor()
    const payload = await phone.getByTestId('qr').getAttribute('data-payload')
    // A phone that has not got its words yet would say of this money that it was not heard.
    await expect.poll(() => phone.evaluate(HAS_WORDS), { timeout: 30_000 }).toBe(true)
    stack.service.process.removeAllListeners('exit')
    stack.service.process.kill('SIGKILL')
    await phone.getByTestId('stream-lost').waitFor({ timeout: 30_000 })
    await stack.startService()
    const paid = await fetch(`${stack.demo.bankSimUrl}/transfers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ payload, amountVnd: 50_000 }),
    })
    expect(paid.status).toBe(200)
    await spoken(phone, 'Năm mươi nghìn đồng.')
    await context.close()
  })
})
