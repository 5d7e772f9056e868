import type { BrowserContext, Page } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** A stall's phone with no network: its code, cash that waits to be sent, and a code with an amount that cannot be made. */
export async function shootOffline(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const phone = await logInAs(stack, context, '/m/', 'stallholder')
  const go = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  const type = async (page: Page, keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.getByRole('button', { name: key, exact: true }).click()
  }
  await phone.getByTestId('qr').waitFor()
  await go('Cài đặt')
  await phone.getByTestId('version').scrollIntoViewIfNeeded()
  await shoot(phone, 'm-version', 'Stall: which version runs')
  await go('Mã của tôi')
  await context.setOffline(true)
  await phone.getByTestId('stream-lost').waitFor()
  await shoot(phone, 'm-offline', 'Stall: no network, the code is there all the same')
  await go('Thu tiền')
  await type(phone, ['3', '5', '000'])
  await go('Cho xem mã')
  await phone.locator('.no-network').scrollIntoViewIfNeeded()
  await shoot(phone, 'm-no-code', 'Stall: no network, no code with an amount')
  await go('Ghi tiền mặt')
  await phone.getByTestId('unsent-count').scrollIntoViewIfNeeded()
  await shoot(phone, 'm-unsent', 'Stall: cash noted without a network')
  await go('Hôm nay')
  await phone.getByTestId('unsent').waitFor()
  await shoot(phone, 'm-unsent-today', 'Stall: what has not been sent yet')
  await context.setOffline(false)
  await phone.getByTestId('unsent').waitFor({ state: 'detached' })
}
