import { AxeBuilder } from '@axe-core/playwright'
import { readPicture } from '@tienve/vietqr/testing'
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Stack } from '../stack/stack.ts'
import { DESKTOP, PHONE } from './browser.ts'
import { logInAs, openDemo, type OpenDemo } from './demo.ts'

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

/** What a shopper's phone does: reads the code from the pixels on the screen and pays it. */
async function scanAndPay(page: Page, body: Record<string, unknown> = {}): Promise<void> {
  const code = page.getByTestId('qr').first()
  await code.waitFor()
  await code.evaluate('(picture) => picture.decode()')
  const [payload] = await readPicture(await page.screenshot())
  expect(payload, 'the code on the screen can be read').toBeDefined()
  const response = await fetch(`${stack.demo.bankSimUrl}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ payload, ...body }),
  })
  expect(response.status).toBe(200)
}

/** Shown as text, and played to its end by the page's own sound. */
const spoken = (page: Page, text: string): Promise<void> =>
  page
    .locator(`html[data-spoken="${text}"][data-heard="${text}"]`)
    .waitFor({ state: 'attached', timeout: 30_000 })

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
    await spoken(phone, 'Hai mươi nghìn đồng. Tiền đã về.')
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
    for (const [fault, verdict, line] of [
      ['short', 'short', 'Thiếu! Mới nhận ba mươi nghìn, cần ba mươi lăm nghìn.'],
      ['over', 'over', 'Bốn mươi nghìn. Thừa năm nghìn. Nhớ trả lại.'],
    ] as const) {
      await phone.getByRole('button', { name: 'Thu tiền' }).click()
      const next = phone.getByRole('button', { name: 'Khách tiếp theo' })
      if (await next.isVisible()) await next.click()
      for (const key of ['3', '5', '000']) await phone.getByRole('button', { name: key, exact: true }).click()
      await phone.getByRole('button', { name: 'Cho xem mã' }).click()
      await scanAndPay(phone, { fault })
      await phone.locator(`[data-testid=arrival][data-verdict=${verdict}]`).waitFor()
      await spoken(phone, line)
      await phone.getByRole('button', { name: 'Xong' }).click()
    }
    await context.close()
  })

  it('takes the very first tap for what it says: the card to print comes down', async () => {
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    const [card] = await Promise.all([
      phone.waitForEvent('download'),
      phone.getByRole('link', { name: /In mã/ }).click(),
    ])
    expect(card.suggestedFilename()).toBe(`ma-sap-${stack.demo.stalls[0]?.code}.pdf`)
    expect((await readFile(await card.path())).subarray(0, 5).toString()).toBe('%PDF-')
    await context.close()
  })

  it('has no screen that a screen reader or a weak eye stumbles over', async () => {
    const faultsOf = async (page: Page): Promise<string[]> =>
      (await new AxeBuilder({ page }).analyze()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`,
      )
    const stall = await browser.newContext({ viewport: PHONE, locale: 'vi-VN' })
    const phone = await logIn(stall, '/m/', 'stallholder')
    await phone.getByTestId('qr').waitFor()
    const looks = 'Ai đã xem doanh thu của tôi'
    for (const name of ['Mã của tôi', 'Thu tiền', 'Hôm nay', 'Nợ chợ', 'Cài đặt', looks]) {
      await phone.getByRole('button', { name, exact: true }).click()
      await phone.getByRole('heading').first().waitFor()
      expect(await faultsOf(phone), name).toEqual([])
    }
    const desk = await browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
    const board = await logIn(desk, '/admin/', 'accountant')
    await board.getByTestId('card-sales').waitFor()
    expect(await faultsOf(board), 'home').toEqual([])
    for (const name of ['Doanh thu', 'Khoản phải thu', 'Kỳ thu', 'Treo chờ xử lý', 'Đối soát', 'Sổ cái']) {
      await board.getByRole('link', { name }).click()
      await board.getByRole('heading').first().waitFor()
      expect(await faultsOf(board), name).toEqual([])
    }
    for (const address of [`${stack.demo.baseUrl}/p/${stack.demo.stalls[0]?.code}`, stack.demo.bankSimUrl]) {
      await board.goto(address)
      expect(await faultsOf(board), address).toEqual([])
    }
    await stall.close()
    await desk.close()
  })

  it('says so when nobody hears the bank, and catches up aloud when the service is back', async () => {
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logIn(context, '/m/', 'stallholder')
    await phone.getByTestId('qr').waitFor()
    const payload = await phone.getByTestId('qr').getAttribute('data-payload')
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
    await spoken(phone, 'Năm mươi nghìn đồng. Tiền đã về.')
    await context.close()
  })
})
