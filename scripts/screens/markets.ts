import type { BrowserContext, Page } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** What goes beyond one market and its people: an official's markets, people of others, and the keys of programs. */
export async function shootMarkets(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const open = async (page: Page, address: string): Promise<void> => {
    await page.goto(`${stack.demo.baseUrl}/admin/#/${address}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  const ward = await logInAs(stack, context, '/admin/', 'ward')
  await open(ward, 'markets')
  await ward.getByText('Thu không dùng tiền mặt').first().waitFor()
  await shoot(ward, 'a-markets', 'Board: the ward’s markets')
  await ward.close()
  await context.clearCookies()
  const admin = await logInAs(stack, context, '/admin/', 'admin')
  await open(admin, 'memberships')
  await admin.getByText('Chưa có ai.').or(admin.getByText('chưa trả lời')).waitFor()
  if (await admin.getByText('Chưa có ai.').isVisible()) {
    await admin.getByLabel('Tên đăng nhập ở chợ kia').fill('collector.cl')
    await admin.getByLabel('Tên người và việc').fill('Người thu của chợ Cầu Lim')
    await admin.getByLabel('Làm gì ở chợ này').selectOption('collector')
    await admin.getByRole('button', { name: 'Mời' }).click()
  }
  await admin.getByText('chưa trả lời').waitFor()
  await shoot(admin, 'a-memberships', 'Board: people of other markets')
  await open(admin, 'keys')
  await admin.getByRole('button', { name: 'Tạo khóa' }).click()
  await admin.getByLabel('Cho phần mềm nào').fill('Phần mềm kế toán')
  await admin.getByLabel('xem các khoản phải đóng').check()
  await admin.getByLabel('ghi số hóa đơn').check()
  await shoot(admin, 'a-key-new', 'Board: a key for a program')
  await admin.getByRole('button', { name: 'Tạo khóa' }).click()
  await admin.getByRole('button', { name: 'Đã chép xong' }).waitFor()
  await shoot(admin, 'a-key', 'Board: the key, shown once')
}
