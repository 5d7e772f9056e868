import type { Me, MeterReadings, SaveReading } from '@tienve/contracts'
import { randomUUID } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

let demo: OpenDemo
beforeAll(async () => {
  demo = await openDemo()
})
afterAll(async () => demo?.close())

const open = (viewport: typeof PHONE): Promise<BrowserContext> =>
  demo.browser.newContext({ viewport, hasTouch: viewport === PHONE, locale: 'vi-VN' })

/** A month that nobody has billed: the one after this one. */
const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
const [year = 0, month = 1] = today.split('-').map(Number)
const PERIOD = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`
const MONTH = `${PERIOD.slice(5)}/${PERIOD.slice(0, 4)}`

const press = async (page: Page, value: number): Promise<void> => {
  for (const key of String(value)) await page.getByRole('button', { name: key, exact: true }).click()
}
const oldValue = async (page: Page): Promise<number> =>
  Math.ceil(
    Number(((await page.getByTestId('old-value').textContent()) ?? '').replaceAll('.', '').replace(',', '.')),
  )

describe('the technician’s walk', () => {
  it('reads one meter after another on a phone, and is warned at once of what runs back or is odd', async () => {
    const phone = await open(PHONE)
    const page = await logInAs(demo.stack, phone, '/admin/', 'technician')
    await page.getByTestId('old-value').waitFor()
    await page.goto(`${demo.stack.demo.baseUrl}/admin/#/readings?period=${PERIOD}`)
    await page.getByText(/^0\/\d+ công tơ đã đọc/).waitFor()
    const first = await page.getByRole('heading', { level: 2 }).textContent()
    const old = await oldValue(page)
    const save = page.getByRole('button', { name: 'Lưu và sang công tơ sau' })
    await press(page, old - 50)
    await page.getByText('Nhỏ hơn chỉ số cũ').waitFor()
    expect(await save.isDisabled()).toBe(true)
    for (const _ of String(old)) await page.getByRole('button', { name: 'Xóa' }).click()
    await press(page, old + 99_000)
    await save.click()
    const odd = page.getByTestId('odd-reading')
    await odd.getByText(/Nhiều hơn hẳn mọi tháng/).waitFor()
    expect(await faultsOf(page)).toEqual([])
    await odd.getByRole('button', { name: 'Thêm tủ lạnh, bếp' }).click()
    await odd.getByRole('button', { name: 'Đọc lại đúng rồi' }).click()
    await page.getByText(/^1\/\d+ công tơ đã đọc/).waitFor()
    await page.getByText(/^2\/\d+$/).waitFor()
    await page.getByRole('link', { name: 'Danh sách' }).click()
    const row = page.getByRole('row', { name: /Thêm tủ lạnh, bếp/ })
    expect(await row.textContent()).toContain(first)
    await phone.close()
  })
})

describe('prices', () => {
  it('say what their unit means, stay under the ceiling, and end the one before', async () => {
    const desk = await open(DESKTOP)
    const page = await logInAs(demo.stack, desk, '/admin/', 'accountant')
    await page.getByRole('link', { name: 'Biểu giá' }).click()
    await page.getByText('QĐ mẫu 01/2026').first().waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('link', { name: '+ Thêm giá' }).click()
    await page.getByLabel('Dịch vụ').selectOption('security')
    await page.getByLabel('Tên trên phiếu').fill('Tiền bảo vệ')
    await page.getByLabel(/^Đơn giá/).fill('26.000')
    await page.getByLabel(/^Mức tối đa/).fill('25.000')
    await page.getByText('Đơn giá cao hơn mức tối đa').waitFor()
    const save = page.getByRole('button', { name: 'Ghi giá này' })
    expect(await save.isDisabled()).toBe(true)
    await page.getByLabel(/^Đơn giá/).fill('24.000')
    await page.getByText('to nhỏ như nhau: 24.000').waitFor()
    await page.getByLabel('Áp dụng từ ngày').fill(`${PERIOD}-01`)
    expect(await faultsOf(page)).toEqual([])
    await save.click()
    const rows = page.getByRole('row', { name: /^Tiền bảo vệ/ })
    await expect.poll(async () => (await rows.allTextContents()).join(' | ')).toMatch(/24\.000.*sẽ áp dụng/)
    expect((await rows.allTextContents()).join(' | ')).toMatch(/20\.000.*đến \d\d\/\d\d/)
    await desk.close()
  })
})

/** Reads what is left of the month, as the technician would go on doing. */
async function readTheRest(page: Page): Promise<void> {
  const { baseUrl } = demo.stack.demo
  const { market, csrfToken } = (await (await page.request.get(`${baseUrl}/admin/v1/me`)).json()) as Me
  const address = `${baseUrl}/admin/v1/markets/${market.id}/readings`
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `period=${PERIOD}&limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`
    const answer = (await (await page.request.get(`${address}?${query}`)).json()) as MeterReadings
    for (const { meterId, newValue, oldValue: old, averageUsage } of answer.items) {
      if (newValue !== null) continue
      const data: SaveReading = {
        meterId,
        period: PERIOD,
        newValue: (Number(old) + Number(averageUsage ?? '10')).toFixed(2),
        readOn: today,
      }
      const saved = await page.request.post(address, {
        headers: { 'x-csrf-token': csrfToken, 'idempotency-key': randomUUID() },
        data,
      })
      expect(saved.status()).toBe(201)
    }
    cursor = answer.nextCursor
  }
}

describe('a billing round', () => {
  it('goes from what is missing to what it would bill, is taken back once, and is issued by the head', async () => {
    const [accountants, heads] = [await open(DESKTOP), await open(DESKTOP)]
    const accountant = await logInAs(demo.stack, accountants, '/admin/', 'accountant')
    await accountant.getByRole('link', { name: 'Kỳ thu' }).click()
    await accountant.getByLabel('Kỳ (tháng)').fill(PERIOD)
    await accountant.getByRole('button', { name: 'Mở kỳ' }).click()
    await accountant.getByText(/chưa đề xuất được/).waitFor()
    expect(await accountant.getByRole('button', { name: /^Đề xuất/ }).count()).toBe(0)
    await accountant
      .getByRole('link', { name: /· điện/ })
      .first()
      .click()
    await accountant.getByTestId('old-value').waitFor()
    await readTheRest(accountant)
    await accountant.goto(`${demo.stack.demo.baseUrl}/admin/#/rounds/${PERIOD}`)
    await accountant.reload()
    await accountant.getByTestId('round-totals').waitFor()
    expect(await faultsOf(accountant)).toEqual([])
    await accountant.getByRole('button', { name: /^Đề xuất \d+ khoản/ }).click()
    await accountant.getByText('Trưởng ban duyệt kỳ này.', { exact: false }).waitFor()
    await accountant.getByRole('button', { name: 'Rút đề xuất để sửa' }).click()
    await accountant.getByRole('button', { name: /^Đề xuất \d+ khoản/ }).click()
    await accountant.getByText(/Kế toán đề xuất lúc/).waitFor()

    const head = await logInAs(demo.stack, heads, '/admin/', 'head')
    await head.getByRole('link', { name: 'Kỳ thu' }).click()
    await head.getByRole('link', { name: 'Chờ duyệt: xem và duyệt' }).click()
    const total = (await head.getByTestId('round-total').textContent()) ?? ''
    const approve = head.getByRole('button', { name: /^Duyệt và phát hành/ })
    expect(await approve.textContent()).toContain(total)
    await approve.click()
    await expect.poll(() => head.getByTestId('round-sums').textContent()).toContain(`Phải thu ${total}`)
    await head.goto(`${demo.stack.demo.baseUrl}/admin/#/rounds`)
    await expect
      .poll(() => head.getByRole('row', { name: new RegExp(`^${MONTH}`) }).textContent())
      .toContain('Đã phát hành')
    await accountants.close()
    await heads.close()
  })
})
