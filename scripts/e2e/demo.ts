import { AxeBuilder } from '@axe-core/playwright'
import { createDb } from '@tienve/db'
import { freePort } from '@tienve/db/embedded'
import { createDatabase, dropDatabase } from '@tienve/db/roles'
import { readPicture } from '@tienve/vietqr/testing'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import { buildApps } from '../stack/build.ts'
import { removeData, startStack, type Stack } from '../stack/stack.ts'
import { openBrowser } from './browser.ts'

export type OpenDemo = { stack: Stack; browser: Browser; close: () => Promise<void> }

/** A copy of the filled demo, served. */
export async function openStack(): Promise<Pick<OpenDemo, 'stack' | 'close'>> {
  const { adminUrl, database: template, dataDir: filledDir } = inject('filled')
  const dataDir = await mkdtemp(join(tmpdir(), 'tienve-e2e-'))
  await cp(filledDir, dataDir, { recursive: true })
  const database = `e2e_${randomBytes(8).toString('hex')}`
  await createDatabase(adminUrl, database, template)
  const ports = { service: await freePort(), bankSim: await freePort(), metrics: await freePort() }
  const stack = await startStack({ dataDir, ports, databaseUrl: adminUrl, database })
  return {
    stack,
    close: async () => {
      await stack.stop()
      await dropDatabase(adminUrl, database)
      await removeData(dataDir)
    },
  }
}

/** A copy of the filled demo, served, and a browser to look at it. */
export async function openDemo(): Promise<OpenDemo> {
  buildApps()
  const { stack, close } = await openStack()
  const browser = await openBrowser()
  return {
    stack,
    browser,
    close: async () => {
      await browser.close()
      await close()
    },
  }
}

/** Logs in as the demo's first person of this role, as that person would: by typing. */
export async function logInAs(
  { demo }: Stack,
  context: BrowserContext,
  path: string,
  role: string,
): Promise<Page> {
  const user = demo.users.find((one) => one.role === role)
  if (user === undefined) throw new Error(`the demo has no ${role}`)
  const page = await context.newPage()
  await page.goto(`${demo.baseUrl}${path}`)
  await page.getByRole('textbox', { name: /Số điện thoại|Tên đăng nhập/ }).fill(user.login)
  await page.getByLabel(/Mã PIN|Mật khẩu/).fill(user.secret)
  await page.getByRole('button', { name: /^(Vào sạp|Đăng nhập)$/ }).click()
  return page
}

/** Waits until nothing on the page is on its way any more, in however many places it was. */
export async function waitLoaded(page: Page): Promise<void> {
  await expect.poll(() => page.getByText('Đang tải …').count(), { timeout: 30_000 }).toBe(0)
}

/** What the page keeps from whoever does not see, hear or point as others do; empty when nothing. */
export async function faultsOf(page: Page): Promise<string[]> {
  // Legacy is what looks into no frame of another origin, which we have none of; the other way takes twice as long.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}

/** What a finger must hit and is less than 48 px high or wide: its words. A link within a sentence or a line of a table is as high as that. */
export async function smallTargetsOf(page: Page): Promise<string[]> {
  return page
    .locator('button:visible, a:visible, select:visible, summary:visible, input:visible')
    .evaluateAll((targets, least) => {
      const small = targets.filter((one) => {
        const { width, height } = (one.closest('label') ?? one).getBoundingClientRect()
        return one.closest('p, td') === null && (width < least || height < least)
      })
      return small.map((one) => `${one.tagName} ${one.textContent || one.id}`)
    }, 48)
}

/** What the policy of our pages kept them from doing, what broke in them, and whom else they asked. */
export async function watch(context: BrowserContext, baseUrl: string): Promise<string[]> {
  const complaints: string[] = []
  context.on('console', (message) => {
    if (/Content Security Policy|securitypolicyviolation/.test(message.text()))
      complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== baseUrl && protocol !== 'data:') complaints.push(`asks ${request.url()}`)
  })
  await context.addInitScript(
    `document.addEventListener('securitypolicyviolation', (it) => console.error(it.type, it.violatedDirective, it.blockedURI, it.sample))`,
  )
  return complaints
}

/** Has the service do now what it does by the minute, so that nobody waits for the clock. */
export async function passMinute({ demo }: Stack): Promise<void> {
  // The worker's alone otherwise, and its password is the stack's.
  const url = new URL(inject('filled').adminUrl)
  url.pathname = new URL(demo.databaseUrl).pathname
  const admin = createDb(url.href, { max: 1 })
  await admin.pool.query(`select graphile_worker.add_job('everyMinute')`)
  await admin.pool.end()
}

/** What a payer's phone does: reads the code from the pixels on the screen and pays it, with a fault of the bank's if asked. */
export async function payCode(
  { demo }: Stack,
  page: Page,
  body: Record<string, unknown> = {},
): Promise<void> {
  const code = page.getByTestId('qr').first()
  await code.waitFor()
  const [payload] = await readPicture(await page.screenshot())
  if (payload === undefined) throw new Error('no code on the screen can be read')
  const response = await fetch(`${demo.bankSimUrl}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ payload, ...body }),
  })
  if (!response.ok) throw new Error(`the bank refused: ${response.status} ${await response.text()}`)
}
