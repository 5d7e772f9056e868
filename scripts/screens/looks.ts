import type { BrowserContext, Page } from 'playwright-core'
import { logInAs, payCode } from '../e2e/demo.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** The stall's app in the dark and in the largest type, and what it explains itself by. */
export async function shootLooks(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const phone = await logInAs(stack, context, '/m/', 'stallholder')
  const go = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await phone.getByTestId('qr').waitFor()
  for (const [page, file, title] of [
    ['Hướng dẫn bằng hình', 'm-help', 'Stall: help in three pictures'],
    ['Cỡ chữ và màu', 'm-look', 'Stall: size of type and colours'],
    ['Tập thử, không có tiền thật', 'm-practice', 'Stall: practising'],
  ] as const) {
    await go('Cài đặt')
    await go(page)
    await phone.getByRole('heading').first().waitFor()
    if (file === 'm-practice') {
      await go('Trả thiếu')
      await phone.getByTestId('practice').scrollIntoViewIfNeeded()
    }
    await shoot(phone, file, title)
  }
  await wear(phone, { scheme: 'dark', contrast: 'auto', typePercent: 100 })
  await go('Mã của tôi')
  await phone.getByTestId('qr').waitFor()
  await shoot(phone, 'm-dark-code', 'Stall, in the dark: my code')
  await go('Thu tiền')
  for (const key of ['3', '5', '000']) await go(key)
  await shoot(phone, 'm-dark-keypad', 'Stall, in the dark: keypad')
  await go('Cho xem mã')
  await phone.getByTestId('qr').waitFor()
  await shoot(phone, 'm-dark-amount', 'Stall, in the dark: amount code')
  await payCode(stack, phone)
  await phone.getByTestId('arrival').waitFor()
  await shoot(phone, 'm-dark-arrival', 'Stall, in the dark: the money has arrived')
  await go('Xong')
  for (const [tab, file, title] of [
    ['Hôm nay', 'm-dark-today', 'Stall, in the dark: today'],
    ['Nợ chợ', 'm-dark-owe', 'Stall, in the dark: what I owe'],
    ['Cài đặt', 'm-dark-settings', 'Stall, in the dark: settings'],
  ] as const) {
    await go(tab)
    await shoot(phone, file, title)
  }
  await wear(phone, { scheme: 'light', contrast: 'more', typePercent: 200 })
  for (const [tab, file, title] of [
    ['Mã của tôi', 'm-large-code', 'Stall, in the largest type: my code'],
    ['Thu tiền', 'm-large-keypad', 'Stall, in the largest type: keypad'],
    ['Hôm nay', 'm-large-today', 'Stall, in the largest type: today'],
  ] as const) {
    await go(tab)
    await shoot(phone, file, title)
  }
}

async function wear(phone: Page, look: Record<string, string | number>): Promise<void> {
  await phone.evaluate((kept) => localStorage.setItem('tienve.look', kept), JSON.stringify(look))
  await phone.reload()
  await phone.locator('nav.tabs').waitFor()
}
