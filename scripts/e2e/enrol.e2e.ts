import { readPicture } from '@tienve/vietqr/testing'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

const PIN = '907156'

let demo: OpenDemo
let board: Page
beforeAll(async () => {
  demo = await openDemo()
  const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN', acceptDownloads: true })
  board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
  await board.getByTestId('card-sales').waitFor()
})
afterAll(async () => demo?.close())

const newPhone = (): Promise<BrowserContext> =>
  demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
const tap = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

async function typePin(page: Page): Promise<void> {
  for (const heading of ['Chọn 6 số PIN', 'Gõ lại 6 số đó']) {
    await page.getByRole('heading', { name: heading }).waitFor()
    for (const digit of PIN) await tap(page, digit)
  }
}

/** What a camera sees on a screen. */
async function scan(page: Page): Promise<string> {
  const code = page.getByTestId('qr').first()
  await code.waitFor()
  const [link] = await readPicture(await page.screenshot())
  if (link === undefined) throw new Error('no code on the screen can be read')
  return link
}

async function printCode(button: string): Promise<{ link: string; code: string }> {
  await board.getByRole('button', { name: button }).click()
  if (button !== 'In mã vào app') await board.getByRole('button', { name: 'Đúng người, in mã' }).click()
  const code = (await board.getByTestId('enrolment-code').textContent()) ?? ''
  const link = await scan(board)
  expect(await faultsOf(board)).toEqual([])
  const [slip] = await Promise.all([
    board.waitForEvent('download'),
    board.getByRole('link', { name: 'Tải phiếu để in' }).click(),
  ])
  expect(slip.suggestedFilename()).toMatch(/^phieu-vao-app-.*\.pdf$/)
  await board.getByRole('button', { name: 'Xong' }).click()
  return { link, code }
}

it('brings a stallholder in by a printed code and her helper by hers, and the lost phone is out', async () => {
  // Not the first stall, whose people the demo lends to everybody.
  const stall = demo.stack.demo.stalls[3]
  await board.goto(`${demo.stack.demo.baseUrl}/admin/#/register/stall?id=${stall?.id}`)
  const first = await printCode('In mã vào app')

  const lostPhone = await newPhone()
  const lost = await lostPhone.newPage()
  await lost.goto(`${demo.stack.demo.baseUrl}/m/`)
  await tap(lost, 'Tôi có mã trên phiếu')
  await lost.getByLabel('Mã trên phiếu').fill('CAAA-BBBB-CCCC')
  await tap(lost, 'Tiếp')
  await lost.getByText('Mã chưa đúng.').waitFor()
  expect(await faultsOf(lost)).toEqual([])
  await lost.getByLabel('Mã trên phiếu').fill(first.code.toLowerCase())
  await tap(lost, 'Tiếp')
  for (const digit of '123456') await tap(lost, digit)
  await lost.getByText('PIN này dễ đoán quá.').waitFor()
  expect(await faultsOf(lost)).toEqual([])
  await typePin(lost)
  await lost.getByTestId('qr').waitFor()

  await tap(lost, 'Cài đặt')
  await tap(lost, 'Người phụ bán')
  await tap(lost, 'Thêm người phụ')
  const invitation = await scan(lost)
  expect(await faultsOf(lost)).toEqual([])
  const helperPhone = await newPhone()
  const helper = await helperPhone.newPage()
  await helper.goto(invitation)
  await helper.getByLabel('Tên của bạn').fill('Cháu Linh')
  expect(new URL(helper.url()).hash).toBe('')
  await tap(helper, 'Tiếp')
  await typePin(helper)
  await helper.getByTestId('qr').waitFor()
  expect(await helper.getByRole('button', { name: 'Nợ chợ' }).count()).toBe(0)
  await lost.getByRole('heading', { name: 'Cháu Linh' }).waitFor()

  // The phone is lost: what the board prints now ends it, while it is open.
  await board.reload()
  const second = await printCode('Mất máy? In mã mới')
  const freshPhone = await newPhone()
  const fresh = await freshPhone.newPage()
  await fresh.goto(second.link)
  await typePin(fresh)
  await fresh.getByTestId('qr').waitFor()
  await lost.getByLabel('Mã PIN').waitFor()
  await fresh.goto(first.link)
  await typePin(fresh)
  await fresh.getByText('Mã này sai, đã dùng, hoặc quá hạn.').waitFor()
  await tap(fresh, 'Quay lại')

  await tap(fresh, 'Cài đặt')
  await tap(fresh, 'Máy đang dùng')
  await fresh.getByText('Máy này', { exact: true }).waitFor()
  expect(await fresh.getByTestId('devices').getByRole('listitem').count()).toBe(1)
  expect(await faultsOf(fresh)).toEqual([])
  await tap(fresh, 'Quay lại')
  await tap(fresh, 'Người phụ bán')
  await tap(fresh, 'Cho nghỉ')
  await tap(fresh, 'Đúng, cho nghỉ')
  await fresh.getByText('Chưa có ai phụ.').waitFor()
  expect(await faultsOf(fresh)).toEqual([])
  await helper.getByRole('heading', { name: 'Tiền Về' }).waitFor()
  await board.getByRole('link', { name: 'Máy của tôi' }).click()
  await board.getByText('Máy này', { exact: true }).waitFor()
  expect(await faultsOf(board)).toEqual([])
})
