import { formatNumber } from '@tienve/money'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { expect } from 'vitest'
import { PHONE } from './browser.ts'
import type { OpenDemo } from './demo.ts'
import { keepSpoken, type Spoken } from './voice.ts'

/** A cheap phone in the hall: a quarter of this processor, and what browsers call a slow 3G. */
const CPU_SLOWDOWN = 4
const SLOW_3G = { latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 }

/** The machine that plays this does other things too. */
export const PATIENCE = { timeout: 60_000, interval: 200 }

/** A small phone whose voice talks fast; all that its pages say, and whether it was played, comes into `spoken`. */
export async function newPhone({ browser }: OpenDemo, spoken: Spoken[]): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
  context.setDefaultTimeout(PATIENCE.timeout)
  await keepSpoken(context, spoken)
  // A page that is not there yet has no storage.
  await context.addInitScript(
    `if (location.protocol === 'http:') localStorage.setItem('tienve.speed', '1.3')`,
  )
  return context
}

/** Opens the app, slowly. */
export async function openApp({ stack }: OpenDemo, context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await slowDown(page)
  await page.goto(`${stack.demo.baseUrl}/m/`)
  return page
}

/** One session for each page: where the context takes the network away, what this one says of it has the last word, and it stays. */
const sessions = new WeakMap<Page, CDPSession>()

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  sessions.set(page, session)
  await session.send('Network.enable')
  await setNetwork(page, 'slow')
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN })
}

/** Takes a page's network away, and gives it back as slow as it was. */
export async function setNetwork(page: Page, to: 'slow' | 'gone'): Promise<void> {
  await sessions.get(page)?.send('Network.emulateNetworkConditions', { ...SLOW_3G, offline: to === 'gone' })
}

export async function logInOn(
  page: Page,
  { stack }: OpenDemo,
  role: 'stallholder' | 'helper',
): Promise<void> {
  const user = stack.demo.users.find((one) => one.role === role)
  await page.getByLabel('Số điện thoại').fill(user?.login ?? '')
  await page.getByLabel('Mã PIN').fill(user?.secret ?? '')
  await tap(page, 'Vào sạp')
}

export const tap = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

/** Keys in a sum of thousands. */
export async function keyIn(page: Page, thousands: number): Promise<void> {
  await tap(page, 'Thu tiền')
  for (const key of [...String(thousands), '000']) await tap(page, key)
}

/** Keys in a sum and shows its code; answers what is in it. */
export async function ask(page: Page, thousands: number): Promise<string> {
  await keyIn(page, thousands)
  await tap(page, 'Cho xem mã')
  const code = page.getByAltText(`Mã thu ${formatNumber(thousands * 1_000)}`)
  return (await code.getAttribute('data-payload')) ?? ''
}

/** What is on the whole screen goes away by itself too, and then there is nothing to close. */
export async function closeArrival(page: Page): Promise<void> {
  const close = page.locator('.arrival-close')
  await expect
    .poll(async () => {
      if (await close.isVisible()) await close.click({ timeout: 1_000 }).catch(() => {})
      return close.isVisible()
    }, PATIENCE)
    .toBe(false)
}

export async function nextCustomer(page: Page): Promise<void> {
  await closeArrival(page)
  await tap(page, 'Khách tiếp theo')
}
