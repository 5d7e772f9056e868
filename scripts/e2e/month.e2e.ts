import { REPORTS, type Report } from '@tienve/contracts'
import { createDb } from '@tienve/db'
import { formatNumber, parseVnd } from '@tienve/money'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillMonth } from '../seed/more.ts'
import { DESKTOP, PHONE } from './browser.ts'
import { countNotes, notesOf } from './cash.ts'
import { logInAs, openDemo, payCode, type OpenDemo } from './demo.ts'
import { stallSheet } from './sheet.ts'

const HALL = 'Nhà lồng mới'

let demo: OpenDemo
let period: string
/** The accountant at a desk, and the head and the cashier at others. */
const desks: Record<string, Page> = {}
let phones: BrowserContext
let phone: Page

beforeAll(async () => {
  demo = await openDemo()
  for (const role of ['accountant', 'head', 'cashier']) {
    const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
    desks[role] = await logInAs(demo.stack, desk, '/admin/', role)
    await desks[role].getByRole('heading').first().waitFor()
  }
  phones = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
})
afterAll(async () => demo?.close())

function desk(role: 'accountant' | 'head' | 'cashier'): Page {
  const page = desks[role]
  if (page === undefined) throw new Error(`the ${role} has no desk`)
  return page
}
const go = (page: Page, path: string): Promise<unknown> =>
  page.goto(`${demo.stack.demo.baseUrl}/admin/#/${path}`)

/** A stop of the new hall on the collector's phone, and what it owes. */
async function openStop(code: string): Promise<bigint> {
  await go(phone, 'walk')
  await phone.getByRole('searchbox', { name: 'Tìm mã, tên sạp' }).fill(code)
  const stop = phone.getByTestId('stop').filter({ hasText: code })
  const owed = parseVnd((await stop.locator('.stop-owed').textContent()) ?? '') ?? 0n
  await stop.tap()
  await phone.getByRole('link', { name: 'Quét mã' }).waitFor()
  return owed
}

/** What the report on collectors says that all of them are over this month; below zero is missing. */
async function differenceOf(): Promise<number> {
  const { id } = demo.stack.demo.markets[0] ?? { id: '' }
  const address = `${demo.stack.demo.baseUrl}/admin/v1/markets/${id}/reports/collectors`
  const { tables } = (await (await desk('head').request.get(address)).json()) as Report
  const at = tables[0]?.columns.findIndex(({ id: name }) => name === 'differenceVnd') ?? -1
  return Number(tables[0]?.total?.cells[at])
}

describe('a month of a new hall, from the sheet of its stalls to the reports', () => {
  it('takes its 60 stalls from a sheet, and a price for them', async () => {
    const page = desk('accountant')
    await go(page, 'register/import')
    await page.getByLabel(/Tệp Excel/).setInputFiles(await stallSheet())
    await page.getByRole('button', { name: 'Nhập 60 sạp' }).click()
    await page.getByText(/Đã nhập: 60 sạp mới/).waitFor()

    // Readings have a walk of their own, which prices.e2e.ts goes.
    const owner = createDb(demo.stack.demo.ownerDatabaseUrl, { max: 1 })
    period = await fillMonth(owner, demo.stack.demo.markets[0]?.id ?? '', 0)
    await owner.pool.end()
    await go(page, 'tariffs')
    await page.getByRole('link', { name: '+ Thêm giá' }).click()
    await page.getByLabel('Dịch vụ').selectOption('security')
    await page.getByLabel('Tên trên phiếu').fill('Tiền bảo vệ nhà lồng')
    await page.getByLabel(/^Đơn giá/).fill('24.000')
    await page.getByLabel(/^Mức tối đa/).fill('25.000')
    await page.getByLabel('Áp dụng từ ngày').fill(`${period}-01`)
    await page.getByRole('button', { name: 'Ghi giá này' }).click()
    await page.getByRole('row', { name: /Tiền bảo vệ nhà lồng/ }).waitFor()
  })

  it('is billed by two people', async () => {
    const page = desk('accountant')
    await go(page, 'rounds')
    await page.getByLabel('Kỳ (tháng)').fill(period)
    await page.getByRole('button', { name: 'Mở kỳ' }).click()
    await page.getByRole('button', { name: /^Đề xuất \d+ khoản/ }).click()
    await page.getByText(/Kế toán đề xuất lúc/).waitFor()
    await go(desk('head'), `rounds/${period}`)
    await desk('head')
      .getByRole('button', { name: /^Duyệt và phát hành/ })
      .click()
    await desk('head').getByTestId('round-sums').filter({ hasText: 'Phải thu' }).waitFor()
  })

  it('is paid by a code, and in cash without a network', async () => {
    phone = await logInAs(demo.stack, phones, '/admin/', 'collector')
    await phone.getByTestId('stop').first().waitFor()
    const newBook = phone.getByRole('button', { name: 'Lấy sổ mới' })
    await newBook.click()
    await newBook.waitFor({ state: 'detached' })
    await phone.evaluate('navigator.serviceWorker.ready.then(() => true)')

    const owed = await openStop('SD-NL01')
    await phone.getByRole('link', { name: 'Quét mã' }).tap()
    await payCode(demo.stack, phone)
    const arrived = phone.getByTestId('arrived')
    await arrived.filter({ hasText: formatNumber(owed) }).waitFor()

    await phones.setOffline(true)
    await phone.getByTestId('net').filter({ hasText: 'Mất mạng' }).waitFor()
    await openStop('SD-NL02')
    await phone.getByRole('link', { name: 'Tiền mặt' }).tap()
    await phone.getByRole('button', { name: '500.000' }).tap()
    await phone.getByRole('button', { name: /^Đã nhận/ }).tap()
    const slip = phone.getByTestId('slip')
    await slip.filter({ hasText: 'Chưa gửi' }).waitFor()
    const url = (await slip.getByTestId('qr').getAttribute('data-payload')) ?? ''
    const stranger = await phones.browser()?.newPage({ viewport: PHONE })
    await stranger?.goto(url)
    await stranger
      ?.getByText(/chưa đồng bộ/i)
      .first()
      .waitFor()
    await phones.setOffline(false)
    await slip.filter({ hasText: 'Số của chợ' }).waitFor({ timeout: 40_000 })
    await stranger?.reload()
    expect(await stranger?.locator('body').textContent()).toMatch(/không phải hóa đơn/i)
    expect(await stranger?.getByText(/chưa đồng bộ/i).count()).toBe(0)
    await stranger?.close()
  })

  it('is handed over with a note missing, counted twice and signed twice', async () => {
    await go(phone, 'handovers')
    const hand = phone.getByTestId('cash-in-hand')
    await hand.waitFor()
    const expected = Number(parseVnd((await hand.textContent()) ?? ''))
    const notes = notesOf(expected)
    const before = await differenceOf()
    await countNotes(phone, notes)
    await phone.getByRole('button', { name: /^Ký nộp/ }).tap()
    await phone.getByText('Đã ký, chờ thủ quỹ đếm', { exact: false }).waitFor()
    const cashier = desk('cashier')
    await go(cashier, 'handovers')
    await cashier.getByRole('link', { name: /^Đếm tiền của/ }).click()
    const [[note, many] = [0, 0], ...rest] = notes
    await countNotes(cashier, [[note, many - 1], ...rest])
    await cashier.getByRole('button', { name: /^Đếm xong/ }).click()
    await cashier.getByTestId('difference').filter({ hasText: 'Thiếu' }).waitFor()
    await cashier.getByLabel('Vì sao chênh lệch').fill('Thiếu một tờ, đếm hai lần')
    await cashier.getByRole('button', { name: /^Ký nhận/ }).click()
    await cashier.getByRole('button', { name: 'In biên bản' }).waitFor()
    const counted = notes.reduce((sum, [one, count]) => sum + one * count, 0) - note
    expect(await differenceOf()).toBe(before + counted - expected)
  })

  it('lets one stall off half of its charge once the head says so', async () => {
    const page = desk('accountant')
    const stall = 'SD-NL03'
    await go(page, 'register?q=NL03')
    await page.getByRole('link', { name: 'Sạp nhà lồng 3' }).click()
    await page.getByRole('link', { name: 'Xem khoản phải thu' }).click()
    await page
      .getByRole('link', { name: /^Chi tiết/ })
      .first()
      .click()
    await page.getByRole('heading', { name: new RegExp(stall) }).waitFor()
    await page.getByRole('button', { name: 'Đề xuất thay đổi' }).click()
    await page
      .getByLabel(/^Phần trăm/)
      .last()
      .fill('50')
    await page.getByLabel(/^Lý do/).fill('Mái dột, nghỉ nửa tháng')
    await page.getByRole('button', { name: 'Gửi trưởng ban duyệt' }).click()
    await page.getByText('Chờ trưởng ban duyệt.').waitFor()
    const head = desk('head')
    await head.goto(page.url())
    await head.getByRole('button', { name: /^Duyệt: Miễn giảm/ }).click()
    await head.getByText('Đã duyệt').waitFor()
    await page.getByText('Còn phải nộp tất cả').waitFor()
  })

  it('stands in every report, on a desk and on a phone, and the ledger verifies', async () => {
    const head = desk('head')
    for (const viewport of [DESKTOP, PHONE]) {
      await head.setViewportSize(viewport)
      for (const id of REPORTS) {
        await go(head, `reports/${id}${id === 'round' || id === 'ward-month' ? `?period=${period}` : ''}`)
        await head.getByText(/^Lập lúc/).waitFor()
        expect(await head.evaluate('document.documentElement.scrollWidth > innerWidth'), id).toBe(false)
      }
      await go(head, `reports/round?period=${period}`)
      await head
        .getByRole('row', { name: new RegExp(`${HALL}.*bảo vệ`, 'i') })
        .first()
        .waitFor()
      await go(head, 'reports/bank-payers')
      await head.getByRole('row', { name: /SD-NL01/ }).waitFor()
    }
    await head.setViewportSize(DESKTOP)
    await go(head, 'ledger')
    await head.getByRole('button', { name: 'Kiểm tra sổ' }).click()
    await head.getByTestId('verify-result').filter({ hasText: 'Sổ đúng' }).waitFor({ timeout: 60_000 })
  })
})
