import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stepAt, totpCode } from '../../services/payment/src/staff/rules.ts'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

let demo: OpenDemo
beforeAll(async () => {
  demo = await openDemo()
})
afterAll(async () => demo?.close())

const PASSWORD = 'chim sẻ đậu mái chợ'
const open = (viewport: typeof PHONE): Promise<BrowserContext> =>
  demo.browser.newContext({ viewport, hasTouch: viewport === PHONE, locale: 'vi-VN' })
const at = (): string => `${demo.stack.demo.baseUrl}/admin/`

async function enter(page: Page, code: string): Promise<void> {
  await page.goto(at())
  await page.getByLabel('Tên đăng nhập').fill('lan.moi')
  await page.getByLabel('Mật khẩu').fill(PASSWORD)
  await page.getByRole('button', { name: 'Đăng nhập' }).click()
  await page.getByRole('heading', { name: /Bước 2/ }).waitFor()
  if (code.includes('-')) {
    await page.getByRole('button', { name: /Dùng mã dự phòng/ }).click()
    await page.getByLabel('Mã dự phòng').fill(code)
  } else await page.getByLabel(/Mã 6 số/).fill(code)
  expect(await faultsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Đăng nhập' }).click()
}
/** On a phone these two stand behind the menu. */
const openMenu = (page: Page) => page.getByRole('button', { name: /Mục/ }).click()
async function leave(page: Page): Promise<void> {
  await openMenu(page)
  await page.getByRole('button', { name: 'Đăng xuất' }).click()
}

it('a person is added, sets themselves up from the paper, logs in by two steps and by a recovery code, and acts for the head', async () => {
  const [desk, phone, heads] = [await open(DESKTOP), await open(PHONE), await open(DESKTOP)]
  const admin = await logInAs(demo.stack, desk, '/admin/', 'admin')
  await admin.getByRole('link', { name: 'Nhân sự, ủy quyền' }).click()
  await admin.getByRole('link', { name: /Vũ Thị Bích/ }).waitFor()
  expect(await faultsOf(admin)).toEqual([])
  await admin.getByRole('button', { name: '+ Thêm người' }).click()
  await admin.getByLabel('Họ tên').fill('Lan Mới')
  await admin.getByLabel(/^Tên đăng nhập/).fill('lan.moi')
  await admin.getByLabel('Vai trò').selectOption('accountant')
  await admin.getByRole('button', { name: 'Thêm và in mã cài đặt' }).click()
  const code = (await admin.getByTestId('set-up-code').textContent()) ?? ''
  expect(await faultsOf(admin)).toEqual([])
  const link = (await admin.getByTestId('qr').getAttribute('data-payload')) ?? ''
  expect(link).toContain(encodeURIComponent(code))

  const page = await phone.newPage()
  await page.goto(link)
  expect(await page.getByLabel('Mã cài đặt').inputValue()).toBe(code)
  await page.getByLabel('Mật khẩu mới', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Gõ lại mật khẩu mới').fill(PASSWORD)
  expect(await faultsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Lưu và vào' }).click()
  await openMenu(page)
  await page.getByRole('link', { name: 'Tài khoản', exact: true }).click()
  await page.getByRole('button', { name: 'Cài mã xác thực' }).click()
  const secret = ((await page.getByTestId('totp-secret').textContent()) ?? '').replaceAll(' ', '')
  expect(await faultsOf(page)).toEqual([])
  // Each step's code works once: setting up takes this one, the log-in the next.
  const step = stepAt(new Date())
  await page.getByLabel(/Mã 6 số/).fill(totpCode(secret, step))
  await page.getByRole('button', { name: 'Bật mã xác thực' }).click()
  await page.getByTestId('recovery-codes').waitFor()
  const codes = await page.getByTestId('recovery-codes').locator('code').allTextContents()
  expect(codes).toHaveLength(10)
  expect(await faultsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Tôi đã cất mã' }).click()
  await page.getByText('Đang bật').waitFor()
  await leave(page)

  await enter(page, totpCode(secret, step + 1n))
  await page.getByTestId('card-sales').waitFor()
  await leave(page)
  await enter(page, codes[0] ?? '')
  await page.getByTestId('card-sales').waitFor()

  const head = await logInAs(demo.stack, heads, '/admin/', 'head')
  await head.getByTestId('card-sales').waitFor()
  await head.goto(`${at()}#/staff/delegations`)
  await head.getByLabel('Việc giao').selectOption('reconciliation.approve')
  await head.getByLabel('Giao cho').selectOption({ label: 'Lan Mới' })
  await head.getByRole('button', { name: 'Ủy quyền' }).click()
  await head.getByText(/Được ủy quyền đến/).waitFor()
  expect(await faultsOf(head)).toEqual([])
  await page.reload()
  await page.getByRole('link', { name: /Được ủy quyền đến/ }).click()
  await page.getByText(/Do Phạm Văn Hùng · Trưởng ban ủy quyền/).waitFor()
  await Promise.all([desk, phone, heads].map((one) => one.close()))
})
