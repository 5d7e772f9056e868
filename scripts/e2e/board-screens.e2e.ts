import { afterAll, beforeAll, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, smallTargetsOf, waitLoaded, watch, type OpenDemo } from './demo.ts'

let demo: OpenDemo
beforeAll(async () => {
  demo = await openDemo()
})
afterAll(async () => demo?.close())

/** Who works for the board, on what, and where at least their menu must lead. */
const WORK = [
  { role: 'head', on: DESKTOP, least: ['#/audit'] },
  {
    role: 'accountant',
    on: DESKTOP,
    least: ['#/sales', '#/charges', '#/suspense', '#/reconciliation', '#/ledger'],
  },
  { role: 'cashier', on: DESKTOP, least: ['#/handovers'] },
  { role: 'collector', on: PHONE, least: ['#/walk'] },
  { role: 'technician', on: PHONE, least: ['#/readings', '#/register'] },
  { role: 'ward', on: DESKTOP, least: ['#/reports'] },
  { role: 'admin', on: DESKTOP, least: ['#/staff'] },
] as const

/** A screen is the same for whoever comes to it next, on the same kind of screen. */
const looked = new Set<string>()

it.each(WORK)(
  'leads the $role nowhere in vain, and to no screen that somebody stumbles over',
  async ({ role, on, least }) => {
    const { baseUrl } = demo.stack.demo
    const context = await demo.browser.newContext({ viewport: on, locale: 'vi-VN' })
    const complaints = await watch(context, baseUrl)
    const board = await logInAs(demo.stack, context, '/admin/', role)
    await board.locator('nav.side a').first().waitFor({ state: 'attached' })
    await board.waitForLoadState('networkidle')
    const links = await board.locator('nav.side a, a.tile-main, a.tile-book').all()
    const ways = new Set(
      await Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? '')),
    )
    expect([...ways]).toEqual(expect.arrayContaining([...least]))
    for (const way of ways) {
      await board.goto(`${baseUrl}/admin/${way}`)
      await board.waitForLoadState('networkidle')
      await board.getByRole('heading').first().waitFor()
      await waitLoaded(board)
      expect(await board.getByText(/Vai trò này không|không được làm việc đó/).count(), way).toBe(0)
      const name = `${way} at ${on.width}`
      if (looked.has(name)) continue
      looked.add(name)
      expect.soft(await faultsOf(board), name).toEqual([])
      expect.soft(await smallTargetsOf(board), name).toEqual([])
      expect
        .soft(await board.evaluate('document.documentElement.scrollWidth'), name)
        .toBeLessThanOrEqual(on.width)
    }
    expect(complaints).toEqual([])
    await context.close()
  },
)

it('leaves a tile that leads to what a role may not see without its way there', async () => {
  const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
  const board = await logInAs(demo.stack, desk, '/admin/', 'ward')
  await board.getByTestId('card-charges').waitFor()
  expect(await board.locator('a[data-testid=card-charges]').count()).toBe(0)
  await board.goto(`${demo.stack.demo.baseUrl}/admin/#/ledger`)
  await board.getByRole('link', { name: 'Về Tổng quan' }).click()
  await board.getByTestId('card-charges').waitFor()
  await desk.close()
})
