import type { BrowserContext, Locator } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** What a stallholder looks back at: her day by the hour, a sale that is looked for, her months, and the year for the tax office. */
export async function shootTotals(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const phone = await logInAs(stack, context, '/m/', 'stallholder')
  const go = (name: string | RegExp): Promise<void> =>
    phone.getByRole('button', { name, exact: true }).first().click()
  await go('Hôm nay')
  await phone.getByRole('button', { name: 'Ngày trước' }).waitFor()
  await shoot(phone, 'm-today', 'Stall: today')
  await go('Ngày trước')
  await phone.getByRole('heading', { name: /^Ngày / }).waitFor()
  await phone.getByTestId('compared').waitFor()
  await phone.locator('.rows li').first().waitFor()
  await toMiddle(phone.getByTestId('hours'))
  await shoot(phone, 'm-hours', 'Stall: a day by the hour')
  await go('Tìm khoản bán')
  await phone.getByLabel('Số tiền, hoặc chữ trong nội dung').fill('35')
  await go('Tìm')
  await phone.getByTestId('found').locator('li').first().waitFor()
  await shoot(phone, 'm-search', 'Stall: a sale that is looked for')
  await go('Quay lại')
  await go('Từng tháng')
  await phone.getByTestId('months').locator('li').first().waitFor()
  await shoot(phone, 'm-months', 'Stall: month by month')
  await phone.getByTestId('months').getByRole('button').first().click()
  await phone.getByTestId('month-total').waitFor()
  await shoot(phone, 'm-month', 'Stall: a month day by day')
  await toMiddle(phone.getByRole('link', { name: 'CSV' }))
  await shoot(phone, 'm-month-files', 'Stall: a month as a file')
  await go('Hôm nay')
  await go('Cả năm, sổ thuế')
  await phone.getByTestId('tax-figure').waitFor()
  await shoot(phone, 'm-taxes', 'Stall: the year and the books for the tax office')
  await go(/^(Ghi thông tin|Sửa)$/)
  await phone.getByLabel('Mã số thuế').fill('0314409058')
  await phone.getByLabel('Tên hộ kinh doanh').fill('Hộ kinh doanh Cá Bà Ngà')
  await phone.getByLabel('Địa chỉ kinh doanh').fill('Chợ Sông Đào, Hải Phòng')
  await phone.getByLabel('Hàng hóa').check()
  await phone.getByLabel('Mã số thuế').scrollIntoViewIfNeeded()
  await shoot(phone, 'm-tax-profile', 'Stall: what stands at the head of the books')
  await go('Ghi lại')
  await toMiddle(phone.getByTestId('tax-said'))
  await shoot(phone, 'm-tax-said', 'Stall: the books need no typing')
  await toMiddle(phone.locator('.tax-accounts'))
  await shoot(phone, 'm-tax-accounts', 'Stall: the list of accounts for the tax office')
}

/** Where the tabs below do not cover it. */
async function toMiddle(what: Locator): Promise<void> {
  await what.evaluate('(element) => element.scrollIntoView({ block: "center" })')
}
