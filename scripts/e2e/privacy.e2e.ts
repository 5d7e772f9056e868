import { readFile } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

let demo: OpenDemo
let stalls: BrowserContext
let boards: BrowserContext
beforeAll(async () => {
  demo = await openDemo()
  stalls = await demo.browser.newContext({ viewport: PHONE, locale: 'vi-VN' })
  boards = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
})
afterAll(async () => demo?.close())

const tap = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

describe('a stallholder and her data', () => {
  it('reads who looked, takes consent back and gives it, and the board’s screen follows', async () => {
    const code = demo.stack.demo.stalls[0]?.code ?? ''
    const board = await logInAs(demo.stack, boards, '/admin/', 'accountant')
    const named = board.getByText(code, { exact: false })
    const seesByName = async () => {
      await board.goto(`${demo.stack.demo.baseUrl}/admin/#/home`)
      // Of the last trading day, which at night is not today.
      await board.getByTestId('card-sales').click()
      await board.getByRole('table', { name: 'Sạp đồng ý nêu tên' }).waitFor()
      return (await named.count()) > 0
    }
    expect(await seesByName()).toBe(true)

    const stall = await logInAs(demo.stack, stalls, '/m/', 'stallholder')
    await tap(stall, 'Cài đặt')
    await tap(stall, 'Ai đã xem doanh thu của tôi')
    await stall
      .getByText(/^Kế toán .+ xem tiền bán ngày \d\d\/\d\d, lúc \d\d:\d\d$/)
      .first()
      .waitFor()
    expect(await faultsOf(stall), 'looks').toEqual([])
    await tap(stall, 'Quay lại')

    await tap(stall, 'Dữ liệu của tôi')
    await stall.getByTestId('consents').waitFor()
    expect(await faultsOf(stall), 'my data').toEqual([])
    await tap(stall, 'Không cho xem')
    await stall.getByRole('button', { name: '✓ Không cho xem' }).waitFor()
    await board.reload()
    expect(await seesByName()).toBe(false)
    await tap(stall, 'Cho xem')
    await stall.getByRole('button', { name: '✓ Cho xem' }).waitFor()
    await expect.poll(() => stall.getByTestId('consents').locator('li').count()).toBe(3)
    await board.reload()
    expect(await seesByName()).toBe(true)
  })

  it('takes her data away, asks that it goes, and the board is told by when to answer', async () => {
    const stall = await stalls.newPage()
    await stall.goto(`${demo.stack.demo.baseUrl}/m/`)
    await tap(stall, 'Cài đặt')
    await tap(stall, 'Dữ liệu của tôi')
    const waiting = stall.waitForEvent('download')
    await stall.getByRole('link', { name: 'Tải bản cho máy (JSON)' }).click()
    const { data } = JSON.parse(await readFile(await (await waiting).path(), 'utf8'))
    expect(data.consents).toHaveLength(3)
    expect(data.payments.length).toBeGreaterThan(10)

    await tap(stall, 'Yêu cầu xóa')
    expect(await faultsOf(stall), 'erasure').toEqual([])
    await tap(stall, 'Gửi yêu cầu xóa')
    await stall.getByTestId('erasure-open').waitFor()
    const board = await logInAs(
      demo.stack,
      await demo.browser.newContext({ viewport: DESKTOP }),
      '/admin/',
      'head',
    )
    await board.getByRole('link', { name: 'Yêu cầu về dữ liệu' }).click()
    await board.getByText(/^Phải xong trước: hợp đồng còn hiệu lực/).waitFor()
    expect(await faultsOf(board), 'requests').toEqual([])
    await tap(board, 'Từ chối')
    await board.getByLabel('Lý do, người gửi sẽ đọc').fill('Hợp đồng còn đến hết năm sau')
    await tap(board, 'Từ chối')
    await board.getByText(/^Đã từ chối .+Hợp đồng còn đến hết năm sau$/).waitFor()
    await tap(stall, 'Quay lại')
    await tap(stall, 'Dữ liệu của tôi')
    await stall.getByText(/^Ban chưa xóa .+Hợp đồng còn đến hết năm sau$/).waitFor()
  })
})
