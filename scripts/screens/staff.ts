import type { SetUpCode } from '@tienve/contracts'
import type { BrowserContext } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import { logIn } from '../stack/person.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** How often these were taken: each size adds a person of its own. */
let turn = 0

/** The board's people: the second step, the set-up, what is handed on, and the section leader's page. */
export async function shootStaff(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  turn += 1
  const address = `${stack.demo.baseUrl}/admin/`
  const marketId = stack.demo.markets[0]?.id ?? ''
  const admin = await logIn(stack, 'admin')
  const made = await admin.post<SetUpCode>(`/v1/markets/${marketId}/staff`, {
    name: 'Trịnh Thị Thu',
    login: `thu.${turn}`,
    role: 'accountant',
  })
  const page = await context.newPage()
  await page.goto(made.link.replace(/^.*#/, `${address}#`))
  await page.getByLabel('Mã cài đặt').waitFor()
  await shoot(page, 'a-set-up', 'Board: choosing a password by a set-up code')
  const secured = stack.demo.users.find(({ totpSecret }) => totpSecret !== undefined)
  await page.goto(`${address}#/`)
  await page.getByLabel('Tên đăng nhập').fill(secured?.login ?? '')
  await page.getByLabel('Mật khẩu').fill(secured?.secret ?? '')
  await page.getByRole('button', { name: 'Đăng nhập' }).click()
  await page.getByRole('heading', { name: /Bước 2/ }).waitFor()
  await shoot(page, 'a-second-step', 'Board: the second step of the log-in')
  await page.close()

  const heads = await logIn(stack, 'head')
  await heads.post(`/v1/markets/${marketId}/delegations`, {
    toUserId: made.staff.id,
    permission: 'charges.approve',
    until: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10),
  })
  const board = await logInAs(stack, context, '/admin/', 'admin')
  await board.getByTestId('card-sales').waitFor()
  await board.goto(`${address}#/staff`)
  await board.getByRole('link', { name: /Vũ Thị Bích/ }).waitFor()
  await shoot(board, 'a-staff', 'Board: its people')
  await board.goto(`${address}#/staff/one?id=${made.staff.id}`)
  await board.getByRole('heading', { name: 'Trịnh Thị Thu' }).waitFor()
  await shoot(board, 'a-person', 'Board: one person, and what became of the log-in')
  await board.getByRole('button', { name: 'Cấp mã cài đặt mới' }).click()
  await board.getByRole('button', { name: /^Chắc chắn/ }).click()
  await board.getByTestId('set-up-code').waitFor()
  await board.evaluate(() => window.scrollTo(0, 0))
  await shoot(board, 'a-set-up-code', 'Board: a set-up code to be printed')
  await board.goto(`${address}#/account`)
  await board.getByRole('button', { name: 'Cài mã xác thực' }).waitFor()
  await shoot(board, 'a-account', 'Board: one’s own account')
  await board.getByRole('button', { name: 'Cài mã xác thực' }).click()
  await board.getByTestId('totp-secret').waitFor()
  await board.getByTestId('qr').scrollIntoViewIfNeeded()
  await shoot(board, 'a-totp', 'Board: setting up the second step')
  await board.close()

  // The next person at the same browser.
  await context.clearCookies()
  const head = await logInAs(stack, context, '/admin/', 'head')
  await head.getByTestId('card-sales').waitFor()
  await head.goto(`${address}#/staff/delegations`)
  await head
    .getByText(/Được ủy quyền đến/)
    .first()
    .waitFor()
  await shoot(head, 'a-delegation', 'Board: what is handed on, until when')
  await head.close()
  await context.clearCookies()
  const leader = await logInAs(stack, context, '/admin/', 'leader')
  await leader.getByRole('heading', { name: 'Ai cần giúp' }).waitFor()
  await leader.getByText(/sạp cần ghé/).waitFor()
  await shoot(leader, 'a-help', 'Section leader: who needs help')
  await leader.close()
}
