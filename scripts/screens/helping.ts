import type { BrowserContext, Page } from 'playwright-core'
import { payCode } from '../e2e/demo.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** Each size has a stallholder of its own, whose book is empty. */
let turn = 0

/** What a helper stands before, how a shift is handed over, and who owes the stall for what they bought. */
export async function shootHelping(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const { users } = stack.demo
  const helper = users.find(({ role }) => role === 'helper')
  const owner = users.find(({ role, stallId }) => role === 'stallholder' && stallId === helper?.stallId)
  const other = users.filter((one) => one.role === 'stallholder' && one.marketId === helper?.marketId)[
    20 + turn++
  ]
  await shootHelper(stack, await enter(stack, context, helper), shoot)
  await shootOwner(await enter(stack, context, owner), shoot)
  await shootBook(stack, await enter(stack, context, other), shoot)
}

/** Whoever was here before is forgotten. */
async function enter(
  { demo }: Stack,
  context: BrowserContext,
  user: { login: string; secret: string } | undefined,
): Promise<Page> {
  await context.clearCookies()
  const page = await context.newPage()
  await page.goto(`${demo.baseUrl}/m/`)
  await page.evaluate('localStorage.clear()')
  await page.reload()
  await page.getByLabel('Số điện thoại').fill(user?.login ?? '')
  await page.getByLabel('Mã PIN').fill(user?.secret ?? '')
  await page.getByRole('button', { name: 'Vào sạp' }).click()
  return page
}

async function shootHelper(stack: Stack, phone: Page, shoot: Shoot): Promise<void> {
  const tap = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  const answer = (may: string): Promise<void> =>
    phone.locator(`[data-testid=answer][data-may=${may}]`).waitFor()
  await answer('wait')
  await tap('Bắt đầu ca')
  await phone.getByTestId('shift-open').waitFor()
  await phone.evaluate('scrollTo(0, 0)')
  await shoot(phone, 'm-helper-wait', 'Helper: not yet')
  for (const [may, fault, title] of [
    ['yes', undefined, 'Helper: the goods may go'],
    ['short', 'short', 'Helper: short'],
  ] as const) {
    await tap('Làm mã thu tiền')
    for (const key of ['3', '5', '000']) await tap(key)
    await tap('Cho xem mã')
    await answer('wait')
    await payCode(stack, phone, { fault })
    await phone.getByTestId('arrival').waitFor()
    await tap('Xong')
    await answer(may)
    await shoot(phone, `m-helper-${may}`, title)
    await tap('Khách tiếp theo')
  }
  await tap('Thu tiền')
  for (const key of ['2', '0', '000']) await tap(key)
  await tap('Ghi tiền mặt')
  await phone.getByText('Đã ghi tiền mặt').waitFor()
  await tap('Giao')
  await tap('Kết thúc ca')
  await tap('Đếm theo tờ')
  await phone.getByLabel('Số tờ 20.000').fill('2')
  await phone.getByRole('button', { name: 'Giao ca' }).scrollIntoViewIfNeeded()
  await shoot(phone, 'm-shift-end', 'Helper: handing the shift over')
  await tap('Giao ca')
  await phone.getByTestId('shift-handed').waitFor()
  await phone.close()
}

async function shootOwner(phone: Page, shoot: Shoot): Promise<void> {
  const tap = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await tap('Cài đặt')
  await tap('Giao ca')
  await phone.getByTestId('difference').first().waitFor()
  await shoot(phone, 'm-shifts', 'Stall: shifts')
  await tap('Cài đặt')
  await tap('Giao máy cho người phụ bán')
  await shoot(phone, 'm-lend', 'Stall: handing the phone to a helper')
  await tap('Giao máy')
  await tap('Chủ sạp')
  await shoot(phone, 'm-take-back', 'Stall: the owner takes the phone back')
  await phone.close()
}

async function shootBook(stack: Stack, phone: Page, shoot: Shoot): Promise<void> {
  const tap = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await tap('Hôm nay')
  await tap('Sổ mua chịu')
  await phone.getByText('Chưa ai mua chịu.').waitFor()
  await shoot(phone, 'm-credits-none', 'Stall: an empty credit book')
  for (const [sum, name, what] of [
    ['50000', 'Chú Tư xe ôm', ''],
    ['120000', 'Cô Bảy hẻm 12', 'Ba cân cá'],
  ] as const) {
    await tap('Ghi nợ')
    await phone.getByLabel('Bao nhiêu (đồng)').fill(sum)
    await phone.getByLabel('Ai? (tên hay gọi)').fill(name)
    await phone.getByLabel('Số điện thoại (không bắt buộc)').fill('0900 000 777')
    await phone.getByLabel('Mua gì? (không bắt buộc)').fill(what)
    if (what !== '') await shoot(phone, 'm-credit-sale', 'Stall: a sale on credit')
    await tap('Ghi vào sổ')
    await phone.getByTestId('credit-lines').waitFor()
    if (what === '') await tap('Quay lại')
  }
  await tap('Trả bằng mã QR')
  await phone.getByLabel('Bao nhiêu (đồng)').fill('70000')
  await tap('Ghi lại')
  await phone.getByTestId('qr').waitFor()
  await payCode(stack, phone)
  await phone.getByTestId('arrival').waitFor()
  await tap('Xong')
  await phone.getByText('Còn nợ 50.000 đ').waitFor()
  await shoot(phone, 'm-credit-code', 'Stall: a debt paid by its code')
  await tap('Đóng mã')
  await shoot(phone, 'm-credit', 'Stall: one shopper’s book')
  await tap('Nhắc khách')
  await phone.getByTestId('reminder').waitFor()
  await shoot(phone, 'm-reminder', 'Stall: a reminder to send')
  await tap('Xong')
  await tap('Quay lại')
  await phone.getByTestId('customers').waitFor()
  await shoot(phone, 'm-credits', 'Stall: the credit book')
  await phone.close()
}
