import type { BrowserContext } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** What a stallholder may decide about her data, who looked, and what the board has to answer. */
export async function shootPrivacy(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const { baseUrl } = stack.demo
  const desk = await logInAs(stack, context, '/admin/', 'head')
  await desk.getByTestId('card-sales').waitFor()
  await desk.goto(`${baseUrl}/admin/#/sales`)
  // A phone shows the rows as cards, which are no table to ask for.
  await desk.waitForLoadState('networkidle')

  const phone = await logInAs(stack, context, '/m/', 'stallholder')
  const go = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await go('Cài đặt')
  await shoot(phone, 'm-settings', 'Stall: settings')
  await go('Ai đã xem doanh thu của tôi')
  await phone.getByTestId('looks').locator('li').first().waitFor()
  await shoot(phone, 'm-looks', 'Stall: who looked at my sales')
  await go('Quay lại')
  await go('Dữ liệu của tôi')
  await phone.getByTestId('consents').waitFor()
  await shoot(phone, 'm-privacy', 'Stall: who may see my sales')
  await go('Yêu cầu xóa')
  await phone.getByRole('button', { name: 'Gửi yêu cầu xóa' }).scrollIntoViewIfNeeded()
  await shoot(phone, 'm-erasure', 'Stall: asking that my data goes')
  await go('Gửi yêu cầu xóa')
  await phone.getByTestId('erasure-open').waitFor()

  await desk.goto(`${baseUrl}/admin/#/requests`)
  await desk.getByText(/^Phải xong trước/).waitFor()
  await shoot(desk, 'a-requests', 'Board: requests about data')
  await go('Rút lại yêu cầu')
  await phone.getByTestId('erasure-open').waitFor({ state: 'detached' })
}
