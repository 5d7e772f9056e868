import { expect } from 'vitest'
import type { BrowserContext, Page } from 'playwright-core'
import type { Stack } from '../stack/stack.ts'
import { PHONE } from './browser.ts'
import { faultsOf, logInAs, type OpenDemo } from './demo.ts'

export type Spoken = { text: string; played: boolean }

/** Keeps on each page what its voice said, and whether that was truly played. */
export async function recordSpoken(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    window.spokenLines = []
    document.addEventListener('tienve:spoken', ({ detail }) => window.spokenLines.push(detail))`)
}

/** Keeps what the voice of every page of a context says, those that are closed meanwhile among them, in this list. */
export async function keepSpoken(context: BrowserContext, spoken: Spoken[]): Promise<void> {
  await context.exposeBinding('keepSpoken', (_, line: Spoken) => void spoken.push(line))
  await context.addInitScript(
    `document.addEventListener('tienve:spoken', ({ detail }) => window.keepSpoken(detail))`,
  )
}

export async function spokenOn(page: Page): Promise<Spoken[]> {
  return page.evaluate<Spoken[]>('window.spokenLines')
}

/** Pays a stall by its printed code, as its bank tells. */
export async function paySale(stack: Stack, amountVnd: number): Promise<void> {
  const { users, stalls } = stack.demo
  const holder = users.find(({ role }) => role === 'stallholder')
  const stall = stalls.find(({ id }) => id === holder?.stallId)
  await transfer(stack, { bin: stall?.bin, account: stall?.account, amountVnd, memo: stall?.memo })
}

export async function transfer({ demo }: Stack, body: object): Promise<void> {
  const paid = await fetch(`${demo.bankSimUrl}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!paid.ok) throw new Error(`the bank refused: ${paid.status}`)
}

/** Takes a word of her own, on the page behind the settings. */
export async function chooseWord(phone: Page, word: string): Promise<void> {
  await phone.getByRole('button', { name: 'Cài đặt' }).click()
  await phone.getByRole('button', { name: 'Tiếng nói, từ khóa' }).click()
  await phone.getByRole('button', { name: 'Tự chọn' }).click()
  await phone.getByRole('button', { name: word, exact: true }).click()
}

/** Several at once are one sum and a list; the last is said again on any screen; her word comes first; no network is told. */
export async function hearCrowd({ stack, browser }: OpenDemo): Promise<void> {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
  await recordSpoken(context)
  const phone = await logInAs(stack, context, '/m/', 'stallholder')
  const hear = async (text: string): Promise<void> => {
    await expect
      .poll(() => spokenOn(phone), { timeout: 30_000, interval: 300, message: text })
      .toContainEqual({ text, played: true })
  }
  await phone.getByTestId('qr').waitFor()
  await chooseWord(phone, 'bưởi')
  await phone.getByRole('button', { name: 'Nghe thử' }).click()
  await phone.getByRole('button', { name: 'Không nghe thấy' }).click()
  await phone.getByText('Gạt nút im lặng').waitFor()
  expect(await faultsOf(phone), 'the page of the sound').toEqual([])

  await Promise.all([11_000, 12_000, 13_000, 14_000, 15_000].map((vnd) => paySale(stack, vnd)))
  const arrival = phone.locator('[data-testid=arrival][data-verdict=total]')
  await arrival.waitFor({ timeout: 30_000 })
  expect(await faultsOf(phone), 'a sum').toEqual([])
  const rows = await arrival.locator('.arrival-list').first().locator('li').count()
  await phone.getByRole('button', { name: 'Xong' }).click()
  await expect.poll(async () => (await totalsOf(phone)).length, { timeout: 30_000 }).toBe(1)
  expect((await totalsOf(phone))[0]).toMatch(/^Bưởi\. (Ba|Bốn|Năm) lần, tổng .+ nghìn\.$/)
  expect(rows).toBeGreaterThan(2)

  for (const tab of ['Mã của tôi', 'Thu tiền', 'Nợ chợ', 'Cài đặt']) {
    await phone.getByRole('button', { name: tab, exact: true }).click()
    const { height = 0 } = (await phone.getByTestId('repeat').boundingBox()) ?? {}
    expect(height, tab).toBeGreaterThanOrEqual(48)
  }
  await phone.reload()
  await phone.getByTestId('repeat').click()
  await expect
    .poll(() => phone.locator('html').getAttribute('data-heard'), { timeout: 30_000 })
    .toMatch(/^Nhắc lại\. Mười .+ nghìn đồng\.$/)

  await context.setOffline(true)
  await phone.locator('html[data-hearing=lost]').waitFor({ timeout: 15_000 })
  await phone.getByTestId('stream-lost').getByText('Bật 4G').waitFor()
  await hear('Mất mạng. Chưa nghe được tiền về. Xem máy khách không tính.')
  const before = await countSales(phone, stack)
  await paySale(stack, 30_000)
  await paySale(stack, 40_000)
  await expect.poll(() => countSales(phone, stack), { timeout: 30_000 }).toBe(before + 2)
  await context.setOffline(false)
  await hear('Bưởi. Có mạng lại. Trong lúc mất mạng: hai lần, tổng bảy mươi nghìn.')
  await phone.locator('html[data-hearing=on]').waitFor()
  await context.close()
}

/** The service's count of today: it takes down what a bank tells at once, and works it out a moment after. */
async function countSales(phone: Page, { demo }: Stack): Promise<number> {
  const stallId = demo.users.find(({ role }) => role === 'stallholder')?.stallId
  const summary = await phone.request.get(`${demo.baseUrl}/m/v1/stalls/${stallId}/summary`)
  return ((await summary.json()) as { count: number }).count
}

async function totalsOf(phone: Page): Promise<string[]> {
  return (await spokenOn(phone)).flatMap(({ text, played }) =>
    played && text.includes('lần, tổng') ? [text] : [],
  )
}
