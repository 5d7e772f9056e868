import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, smallTargetsOf, waitLoaded, type OpenDemo } from './demo.ts'

let demo: OpenDemo
let browser: Browser
beforeAll(async () => {
  demo = await openDemo()
  ;({ browser } = demo)
})
afterAll(async () => demo?.close())

const LOOKS = [
  { scheme: 'light', contrast: 'auto', typePercent: 100 },
  { scheme: 'dark', contrast: 'auto', typePercent: 100 },
  { scheme: 'light', contrast: 'more', typePercent: 200 },
] as const

describe.each(LOOKS)(
  'every screen of a stall, $scheme, $contrast contrast, type at $typePercent %',
  (look) => {
    let context: BrowserContext
    let phone: Page
    beforeAll(async () => {
      context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
      await context.addInitScript(`localStorage.setItem('tienve.look', '${JSON.stringify(look)}')`)
      phone = await logInAs(demo.stack, context, '/m/', 'stallholder')
      await phone.getByTestId('qr').waitFor()
    })
    afterAll(async () => context?.close())

    it('stumbles nobody, has nothing too small to be hit, and is never wider than the phone', async () => {
      const seen: string[] = []
      const look = async (): Promise<void> => {
        await phone.getByRole('heading').first().waitFor()
        await waitLoaded(phone)
        const name = `${seen.length} ${await phone.locator('main h1, main h2').first().textContent()}`
        seen.push(name)
        expect(await faultsOf(phone), name).toEqual([])
        expect(await smallTargetsOf(phone), name).toEqual([])
        expect(await phone.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(
          PHONE.width,
        )
      }
      for (const tab of await phone.locator('nav.tabs button').all()) {
        await tab.click()
        await look()
        const count = await phone.locator('main [data-opens]').count()
        for (let at = 0; at < count; at++) {
          await phone.locator('main [data-opens]').nth(at).click()
          await look()
          await tab.click()
        }
      }
      expect(seen.length).toBeGreaterThan(12)
    })
  },
)

describe('a stallholder', () => {
  it('lets her look back: hours, a sale by its amount, months that are the sums of their days, the year with its heads', async () => {
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logInAs(demo.stack, context, '/m/', 'stallholder')
    const go = (name: string) => phone.getByRole('button', { name, exact: true }).click()
    const vnd = (text: string | null): number => Number(text?.replaceAll(/[^\d-]/g, ''))
    await go('Hôm nay')
    await go('Ngày trước')
    await phone.getByTestId('hours').waitFor()
    expect(await faultsOf(phone)).toEqual([])
    await go('Về hôm nay')
    await go('Tìm khoản bán')
    await phone.getByLabel('Số tiền, hoặc chữ trong nội dung').fill('35 nghìn')
    await go('Tìm')
    await phone.getByTestId('found').getByText('35.000').first().waitFor()
    expect(await faultsOf(phone)).toEqual([])
    await go('Quay lại')
    await go('Từng tháng')
    await phone.getByTestId('months').getByRole('button').first().click()
    await phone.getByTestId('month-total').waitFor()
    const days = await phone.locator('.sale-sums b:nth-child(2)').allTextContents()
    expect(days.reduce((sum, day) => sum + vnd(day), 0)).toBe(
      vnd(await phone.getByTestId('month-total').textContent()),
    )
    expect(await faultsOf(phone)).toEqual([])
    await go('Hôm nay')
    await go('Cả năm, sổ thuế')
    await go('Ghi thông tin')
    await phone.getByLabel('Mã số thuế').fill('12345')
    await go('Ghi lại')
    await phone.getByText('Mã số thuế có 10, 12 hoặc 13 chữ số.').waitFor()
    await phone.getByLabel('Mã số thuế').fill('031 440 9058')
    expect(await faultsOf(phone)).toEqual([])
    await go('Ghi lại')
    await phone.getByTestId('tax-said').getByText('0314409058').waitFor()
    await context.close()
  })
})
