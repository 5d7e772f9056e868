import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PHONE } from './browser.ts'
import { faultsOf, openDemo, payCode, smallTargetsOf, type OpenDemo } from './demo.ts'

let demo: OpenDemo
beforeAll(async () => {
  demo = await openDemo()
})
afterAll(async () => demo?.close())

type User = { login: string; secret: string } | undefined
const tap = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

async function enter(user: User): Promise<Page> {
  const context = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
  const page = await context.newPage()
  await page.goto(`${demo.stack.demo.baseUrl}/m/`)
  await page.getByLabel('Số điện thoại').fill(user?.login ?? '')
  await page.getByLabel('Mã PIN').fill(user?.secret ?? '')
  await tap(page, 'Vào sạp')
  return page
}
const answer = (page: Page, may: string): Promise<void> =>
  page.locator(`[data-testid=answer][data-may=${may}]`).waitFor()
/** Nobody stumbles over it, and whatever is to be hit is as large as a finger. */
async function expectFit(page: Page): Promise<void> {
  expect(await faultsOf(page)).toEqual([])
  expect(await smallTargetsOf(page)).toEqual([])
}
/** Nothing that adds up, and no way to where it is. */
async function expectNoSums(page: Page): Promise<void> {
  expect(await page.locator('.total').count()).toBe(0)
  for (const name of ['Nợ chợ', 'Sổ mua chịu', 'Cả năm, sổ thuế', 'Ghi nợ'])
    expect([name, await page.getByRole('button', { name }).count()]).toEqual([name, 0])
}

it('tells a helper whether the goods may go, hands the shift over, locks a lent phone, and takes a debt off when the bank says so', async () => {
  const { users } = demo.stack.demo
  const helperUser = users.find(({ role }) => role === 'helper')
  const ownerUser = users.find(
    ({ role, stallId }) => role === 'stallholder' && stallId === helperUser?.stallId,
  )
  const helper = await enter(helperUser)
  await answer(helper, 'wait')
  await tap(helper, 'Bắt đầu ca')
  await helper.getByTestId('shift-open').waitFor()
  await expectFit(helper)
  await tap(helper, 'Làm mã thu tiền')
  for (const key of ['3', '5', '000']) await tap(helper, key)
  await tap(helper, 'Ghi chú')
  await helper.getByLabel('Ghi chú: bán gì, cho ai').fill('cá cho cô Ba')
  await tap(helper, 'Cho xem mã')
  await answer(helper, 'wait')
  await payCode(demo.stack, helper, { fault: 'short' })
  await helper.getByTestId('arrival').waitFor()
  await tap(helper, 'Xong')
  await answer(helper, 'short')
  await expectFit(helper)
  await expectNoSums(helper)
  await tap(helper, 'Khách tiếp theo')
  await tap(helper, 'Kết thúc ca')
  await helper.getByLabel('Đếm được bao nhiêu tiền mặt?').fill('20000')
  await tap(helper, 'Giao ca')
  await helper.getByTestId('shift-handed').waitFor()

  const owner = await enter(ownerUser)
  await tap(owner, 'Cài đặt')
  await tap(owner, 'Giao ca')
  await owner.getByText('Thừa 20.000 đ').waitFor()
  await expectFit(owner)
  await tap(owner, 'Nhận ca')
  await owner.getByText(/^Đã nhận/).waitFor()

  await tap(owner, 'Thu tiền')
  for (const key of ['5', '0', '000']) await tap(owner, key)
  await tap(owner, 'Ghi nợ')
  await owner.getByLabel('Ai? (tên hay gọi)').fill('Cô Bảy')
  await expectFit(owner)
  await tap(owner, 'Ghi vào sổ')
  await tap(owner, 'Trả bằng mã QR')
  await tap(owner, 'Ghi lại')
  await payCode(demo.stack, owner)
  await owner.getByTestId('arrival').waitFor()
  await tap(owner, 'Xong')
  await owner.getByText('Hết nợ').waitFor()
  await tap(owner, 'Đóng mã')
  await expectFit(owner)
  await tap(owner, 'Quay lại')
  await tap(owner, 'Ghi nợ')
  expect(await owner.getByLabel('Bao nhiêu (đồng)').inputValue()).toBe('')
  await tap(owner, 'Hôm nay')
  await owner.getByText('cá cho cô Ba').waitFor()

  await tap(owner, 'Cài đặt')
  await tap(owner, 'Giao máy cho người phụ bán')
  await tap(owner, 'Giao máy')
  for (const way of ['reload', '?owe', 'back']) {
    if (way === 'back') await owner.goBack()
    else await owner.goto(`${demo.stack.demo.baseUrl}/m/${way === 'reload' ? '' : way}`)
    await owner.getByTestId('answer').waitFor()
    await expectNoSums(owner)
    await expectFit(owner)
  }
  await tap(owner, 'Chủ sạp')
  for (const digit of '000000') await tap(owner, digit)
  await tap(owner, 'Mở máy')
  await owner.getByRole('alert').waitFor()
  await expectFit(owner)
  for (const digit of ownerUser?.secret ?? '') await tap(owner, digit)
  await tap(owner, 'Mở máy')
  await tap(owner, 'Hôm nay')
  await owner.locator('.total').waitFor()
})
