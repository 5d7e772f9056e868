import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, passMinute, type OpenDemo } from './demo.ts'

let demo: OpenDemo
let stalls: BrowserContext
let boards: BrowserContext
beforeAll(async () => {
  demo = await openDemo()
  stalls = await demo.browser.newContext({ viewport: PHONE, locale: 'vi-VN' })
  boards = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
})
afterAll(async () => demo?.close())

describe('a charge that a stall finds wrong', () => {
  it('is disputed by taps, answered by the board, and the answer read', async () => {
    const stall = await logInAs(demo.stack, stalls, '/m/', 'stallholder')
    await stall.getByRole('button', { name: 'Nợ chợ' }).click()
    await stall
      .getByRole('button', { name: /^Tôi thấy sai/ })
      .first()
      .click()
    await stall.getByRole('button', { name: 'Diện tích sai' }).click()
    await stall.getByLabel('Nói thêm cho Ban rõ').fill('Sạp chỉ có 4 mét')
    expect(await faultsOf(stall), 'dispute').toEqual([])
    await stall.getByRole('button', { name: 'Gửi Ban quản lý chợ' }).click()
    await stall.getByText('“Diện tích sai. Sạp chỉ có 4 mét”').waitFor()
    expect(await stall.getByTestId('dispute').getAttribute('data-status')).toBe('open')

    const board = await logInAs(demo.stack, boards, '/admin/', 'accountant')
    await board.getByRole('link', { name: 'Công nợ' }).click()
    await board.getByRole('link', { name: 'Báo sai' }).click()
    const dispute = board.locator('section').filter({ hasText: '“Diện tích sai. Sạp chỉ có 4 mét”' })
    await dispute.getByLabel('Trả lời cho sạp').fill('Đã đo lại, đúng 4,5 mét')
    expect(await faultsOf(board), 'disputes').toEqual([])
    await dispute.getByRole('button', { name: 'Khoản này đúng' }).click()
    await dispute.getByRole('button', { name: 'Khoản này đúng' }).waitFor({ state: 'detached' })

    await stall.getByRole('button', { name: 'Hôm nay' }).click()
    await passMinute(demo.stack)
    await stall.locator('.dot').waitFor({ timeout: 100_000 })
    await stall.getByRole('button', { name: 'Nợ chợ' }).click()
    const told = stall.locator('[data-testid=dispute][data-status=rejected]')
    await told.waitFor({ timeout: 30_000 })
    expect(await told.textContent()).toContain('Đã đo lại, đúng 4,5 mét')
    await stall.getByTestId('unread').click()
    // What was billed this morning may be new as well, and then the answer is sent with the next minute's.
    await stall.getByText('Ban quản lý chợ đã trả lời').waitFor({ timeout: 100_000 })
    expect(await faultsOf(stall), 'notices').toEqual([])
    await stall.getByRole('button', { name: 'Quay lại' }).click()
    await stall.getByRole('heading', { name: 'Nợ chợ' }).waitFor()
    await expect.poll(() => stall.getByTestId('unread').count()).toBe(0)
    await stall.getByRole('button', { name: 'Mọi biên nhận' }).click()
    await stall.getByRole('heading', { name: 'Biên nhận' }).waitFor()
    expect(await faultsOf(stall), 'receipts').toEqual([])
  })
})

describe('the board’s view of debts', () => {
  it('adds up to what is owed, opens to the charges, and reminds those past due once', async () => {
    const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
    const board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
    await board.getByRole('link', { name: 'Công nợ' }).click()
    const total = (await board.getByTestId('arrears-total').first().textContent()) ?? ''
    expect(await faultsOf(board), 'ageing').toEqual([])
    await board.getByRole('link', { name: 'Khoản phải thu' }).click()
    await expect.poll(() => board.getByTestId('charge-totals').textContent()).toContain(`Còn nợ ${total}`)
    await board.goBack()
    const owed = board
      .getByRole('table', { name: /^Theo sạp/ })
      .getByRole('row')
      .nth(1)
      .getByRole('link')
      .last()
    const worst = (await owed.textContent()) ?? ''
    await owed.click()
    await expect.poll(() => board.getByTestId('charge-totals').textContent()).toContain(`Còn nợ ${worst}`)

    await board.getByRole('link', { name: 'Công nợ' }).click()
    await board.getByRole('link', { name: 'Nhắc nợ' }).click()
    await board.getByRole('button', { name: /^Nhắc \d+ sạp/ }).click()
    await board.getByTestId('reminded').waitFor()
    await board.getByText('Hôm nay không còn ai để nhắc.').waitFor()
    expect(await faultsOf(board), 'reminders').toEqual([])
    await board.getByRole('link', { name: 'Tin đã gửi' }).click()
    const reminder = board.getByRole('cell', { name: 'Nhắc quá hạn' }).first()
    const more = board.getByRole('button', { name: 'Xem thêm' })
    // On the first of a month what was billed today stands before it, to be sent in the same morning.
    while (!(await reminder.isVisible())) await more.or(reminder).first().click()
    expect(await faultsOf(board), 'outbox').toEqual([])
    await board.getByRole('link', { name: 'Lời hẹn' }).click()
    await board.getByText('Chưa ai hẹn nộp.').or(board.getByRole('table')).first().waitFor()
    expect(await faultsOf(board), 'promises').toEqual([])
  })
})
