import { feeds } from '@tienve/bank-feeds'
import { newPaymentCode } from '@tienve/vietqr'
import { randomBytes } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

let demo: OpenDemo
beforeAll(async () => {
  demo = await openDemo()
})
afterAll(async () => demo?.close())

/** The value of a step that is to be pasted at the provider. */
const pasted = async (page: Page, label: string | RegExp): Promise<string> =>
  (await page.getByRole('listitem').filter({ hasText: label }).locator('code').textContent()) ?? ''

let told = 0
/** A bank that sends by Standard Webhooks, with the secret that it was given. */
async function send(
  url: string,
  secret: string,
  accountNumber: string,
  paid?: { amountVnd: bigint; content: string },
): Promise<number> {
  told += 1
  const now = new Date()
  const { headers, rawBody } = feeds.standard.request(
    {
      id: `tx_${told}`,
      accountNumber,
      direction: 'in',
      ...(paid ?? { amountVnd: 1_000n, content: 'x', test: true }),
      occurredAt: now,
    },
    { secret, now },
  )
  return (await fetch(url, { method: 'POST', headers, body: new Uint8Array(rawBody) })).status
}

describe('a connection', () => {
  it('is set up, waits, says that the secret is wrong, is heard, is told which transaction it means, and is ended', async () => {
    const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
    const board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
    await board.getByRole('link', { name: 'Kết nối ngân hàng' }).click()
    await board.getByRole('link', { name: 'Thêm kết nối' }).click()
    await board.getByLabel('Nhà cung cấp').selectOption('standard')
    await board.getByLabel('Tên gọi').fill('Ngân hàng thử')
    expect(await faultsOf(board)).toEqual([])
    await board.getByRole('button', { name: 'Tạo kết nối' }).click()
    const standing = board.getByTestId('standing')
    await standing.getByText('Chờ tin đầu tiên').waitFor()
    const url = await pasted(board, 'Địa chỉ nhận tin')
    const secret = await pasted(board, 'Khóa ký')
    expect(secret).toMatch(/^whsec_/)
    expect(await faultsOf(board)).toEqual([])

    expect(await send(url, `whsec_${Buffer.alloc(32).toString('base64')}`, '0001999999')).toBe(401)
    await standing.getByText('Khóa bí mật không khớp').waitFor()
    expect(await send(url, secret, '0001999999')).toBe(200)
    await standing.getByText('Nghe tốt').waitFor()
    await sayWhich(desk, (paid) => send(url, secret, '0001999999', paid))

    await board.getByRole('link', { name: 'Mở trang kết nối' }).click()
    await board.getByRole('heading', { name: /Ngân hàng thử/ }).waitFor()
    expect(await board.content()).not.toContain(secret)
    expect(await faultsOf(board)).toEqual([])
    await board.getByRole('button', { name: 'Ngắt kết nối' }).click()
    await board.getByRole('button', { name: 'Ngắt hẳn' }).click()
    await standing.getByText('Đã ngắt').waitFor()
    await expect.poll(() => send(url, secret, '0001999999'), { timeout: 10_000 }).toBe(404)
    await desk.close()
  })
})

/** The account's own feed and this one tell of one sum in other words: the desk says that it is one movement. */
async function sayWhich(
  desk: BrowserContext,
  tell: (paid: { amountVnd: bigint; content: string }) => Promise<number>,
): Promise<void> {
  const { bankSimUrl, baseUrl } = demo.stack.demo
  const memo = newPaymentCode(randomBytes)
  const paid = await fetch(`${bankSimUrl}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ bin: '970415', account: '0001999999', amountVnd: 77_000, memo }),
  })
  expect(paid.status).toBe(200)
  const page = await desk.newPage()
  await page.goto(`${baseUrl}/admin/#/suspense?reason=unknown_code`)
  await page.getByRole('link', { name: /77\.000/ }).waitFor({ timeout: 30_000 })
  expect(await tell({ amountVnd: 77_000n, content: 'nop tien cho' })).toBe(200)
  await page.goto(`${baseUrl}/admin/#/suspense?reason=unconfirmed`)
  await page.getByRole('link', { name: /77\.000/ }).click({ timeout: 30_000 })
  await page.getByText('nop tien cho').waitFor()
  await page.getByTestId('movement').filter({ hasText: memo }).click()
  expect(await faultsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Ghi', exact: true }).click()
  await page.getByTestId('suspense-resolved').getByText('Là giao dịch đã ghi').waitFor()
  expect(await faultsOf(page)).toEqual([])
  await page.close()
}

describe('a stall that nobody can hear', () => {
  it('says so, and leads its holder to both ways out', async () => {
    const phone = await demo.browser.newContext({ viewport: PHONE, locale: 'vi-VN' })
    const stall = await logInAs(demo.stack, phone, '/m/', 'stallholder')
    await stall.getByRole('button', { name: 'Cài đặt' }).click()
    await stall.getByRole('button', { name: 'Nghe ngân hàng' }).click()
    await stall.getByText('Đang nghe', { exact: true }).waitFor()
    await stall.getByRole('button', { name: 'Thôi cho Ban nghe' }).click()
    await stall.getByRole('button', { name: 'Thôi cho nghe' }).click()
    await stall.getByText('Chưa nghe được, xem app ngân hàng').first().waitFor()
    await stall.getByRole('button', { name: 'Mã của tôi' }).click()
    await stall.getByRole('button', { name: 'Nối ngân hàng hoặc nhập sao kê' }).click()
    await stall.getByRole('button', { name: 'Nhập sao kê' }).click()
    await stall.getByLabel('Tệp sao kê').waitFor()
    expect(await faultsOf(stall)).toEqual([])
    await stall.getByRole('button', { name: 'Quay lại' }).click()
    await stall.getByRole('button', { name: 'Nối ngân hàng' }).click()
    await stall.getByRole('button', { name: 'Tiếp' }).click()
    await stall.getByTestId('standing').getByText('Chờ tin đầu tiên').waitFor()
    expect(await faultsOf(stall)).toEqual([])
    await phone.close()
  })
})
