import { REPORTS } from '@tienve/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

let demo: OpenDemo
beforeAll(async () => {
  demo = await openDemo()
})
afterAll(async () => demo?.close())

/** One of each kind: the list, sums alone, many tables. To look at every row of all of them takes minutes. */
const LOOKED_AT = ['', 'cash-book', 'occupancy', 'contracts']

describe('the reports', () => {
  it('fit a desk and a phone, say what they are, and can be used by everybody', async () => {
    for (const viewport of [DESKTOP, PHONE]) {
      const desk = await demo.browser.newContext({ viewport, locale: 'vi-VN' })
      const board = await logInAs(demo.stack, desk, '/admin/', 'head')
      await board.getByTestId('card-charges').waitFor()
      await board.goto(`${demo.stack.demo.baseUrl}/admin/#/reports`)
      await board.getByRole('link', { name: /^Sổ quỹ tiền mặt/ }).waitFor()
      expect(await board.locator('a.tile').count()).toBe(REPORTS.length)
      for (const id of ['', ...REPORTS]) {
        await board.goto(`${demo.stack.demo.baseUrl}/admin/#/reports${id === '' ? '' : `/${id}`}`)
        await board.getByRole('heading', { level: 1 }).waitFor()
        if (id !== '') await board.getByText(/^Lập lúc/).waitFor()
        if (LOOKED_AT.includes(id)) expect(await faultsOf(board), id).toEqual([])
        expect(await board.evaluate('document.documentElement.scrollWidth > innerWidth'), id).toBe(false)
      }
      await desk.close()
    }
  })

  it('open a figure to the charges that make it, and go out as files', async () => {
    const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN', acceptDownloads: true })
    const board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
    await board.getByRole('link', { name: 'Báo cáo' }).click()
    await board.getByRole('link', { name: /^Tuổi nợ/ }).click()
    await board.getByText(/^Lập lúc/).waitFor()
    const owed = board
      .getByRole('row', { name: /^Ăn uống/ })
      .getByRole('link')
      .last()
    const sum = (await owed.textContent()) ?? ''
    await owed.click()
    await board.getByText('Chỉ xem: khu AU').waitFor()
    expect(await board.getByTestId('charge-totals').textContent()).toContain(`Còn nợ ${sum}`)
    await board.goBack()
    for (const [name, kind] of [
      ['Tải Excel', 'xlsx'],
      ['Tải PDF', 'pdf'],
    ] as const) {
      const came = board.waitForEvent('download')
      await board.getByRole('link', { name }).click()
      expect((await came).suggestedFilename()).toMatch(new RegExp(`^tuoi-no-.*\\.${kind}$`))
    }
    await desk.close()
  })

  it('say what is wrong with a day, and go on with another', async () => {
    const desk = await demo.browser.newContext({ viewport: PHONE, locale: 'vi-VN' })
    const board = await logInAs(demo.stack, desk, '/admin/', 'ward')
    await board.getByTestId('card-charges').waitFor()
    await board.goto(`${demo.stack.demo.baseUrl}/admin/#/reports/occupancy?asOf=2031-01-01`)
    await board.getByRole('button', { name: 'Thử lại' }).waitFor()
    await board.getByLabel('Tính đến ngày').fill('2026-11-20')
    await board.getByText(/^Lập lúc/).waitFor()
    expect(await board.getByRole('heading', { name: 'Sạp trống và tạm nghỉ' }).count()).toBe(0)
    await board.goto(`${demo.stack.demo.baseUrl}/admin/#/reports`)
    await board.getByRole('link', { name: /^Báo cáo tháng cho phường/ }).waitFor()
    expect(await board.locator('a.tile').count()).toBe(3)
    await desk.close()
  })
})
