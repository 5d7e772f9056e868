import { ERRORS, type ChargePage, type StallReceiptPage } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, watch, type OpenDemo } from './demo.ts'

/** The month that the demo billed last. */
const MONTH = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 7)

const YESTERDAY = new Date(Date.now() - 17 * 3_600_000).toISOString().slice(0, 10)

let demo: OpenDemo
let baseUrl: string
beforeAll(async () => {
  demo = await openDemo()
  ;({ baseUrl } = demo.stack.demo)
})
afterAll(async () => demo?.close())

const openDesk = (): Promise<BrowserContext> =>
  demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })

/** Money on the board's account, as its bank tells of it. */
async function moveMoney(order: { amountVnd: number; memo: string; fault?: 'out' }): Promise<void> {
  const board = demo.stack.demo.connections
    .flatMap(({ accounts }) => accounts)
    .find(({ number }) => number.endsWith('999999'))
  await fetch(`${demo.stack.demo.bankSimUrl}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ bin: board?.bin, account: board?.number, ...order }),
  })
}

describe('the documentation', () => {
  it('shows every call under the same policy as every other page, and asks nobody else for anything', async () => {
    const desk = await openDesk()
    const page = await desk.newPage()
    const complaints = await watch(desk, baseUrl)
    const answer = await page.goto(`${baseUrl}/docs`)
    await page.getByRole('button', { name: 'Open Group - charges' }).click()
    await page.getByRole('link', { name: /Propose to bill a month/ }).click()
    await page.getByRole('heading', { name: 'Propose to bill a month' }).waitFor()
    expect(complaints).toEqual([])
    const app = await desk.request.get(`${baseUrl}/m/`)
    const policies = [answer?.headers() ?? {}, app.headers()].map((one) => one['content-security-policy'])
    // But for its own styles, which each answer lets in by a nonce of its own.
    expect(policies[0]?.replace(/ 'nonce-[^']+'/, '')).toBe(policies[1])
    await desk.close()
  })

  it('is not the only page under that policy: the stall’s app, a stall’s page and a receipt keep to it too', async () => {
    const phone = await demo.browser.newContext({ viewport: PHONE, locale: 'vi-VN' })
    const complaints = await watch(phone, baseUrl)
    const stall = await logInAs(demo.stack, phone, '/m/', 'stallholder')
    for (const tab of ['Hôm nay', 'Thu tiền', 'Mã của tôi', 'Nợ chợ', 'Cài đặt']) {
      await stall.getByRole('button', { name: tab }).first().click()
      await stall.waitForLoadState('networkidle')
    }
    const { stallId } = demo.stack.demo.users.find(({ role }) => role === 'stallholder') ?? {}
    const answer = await phone.request.get(`${baseUrl}/m/v1/stalls/${stallId}/receipts`)
    const [receipt] = ((await answer.json()) as StallReceiptPage).items
    for (const path of [
      `/p/${demo.stack.demo.stalls[0]?.code}`,
      new URL(receipt?.url ?? '').pathname,
      '/docs/errors',
      '/p/none',
    ]) {
      await stall.goto(`${baseUrl}${path}`)
      await stall.getByRole('heading').first().waitFor()
      if (path.startsWith('/p/')) expect(await faultsOf(stall), path).toEqual([])
    }
    expect(complaints).toEqual([])
    await phone.close()
  })

  it('has an entry for every refusal, where the `type` of a problem leads', async () => {
    const desk = await openDesk()
    const refused = (await (await desk.request.get(`${baseUrl}/v1/me`)).json()) as { type: string }
    const page = await desk.newPage()
    await page.goto(new URL(refused.type, baseUrl).href)
    expect(await page.locator(':target').textContent()).toMatch(/session_required · 401\s+Log in first/)
    for (const code of Object.keys(ERRORS)) await page.locator(`#${code}`).waitFor()
    await desk.close()
  })
})

describe('what the stalls owe', () => {
  it('is added up by stall as the home has it, and a stall opens to its charges', async () => {
    const desk = await openDesk()
    const board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
    const owed = /Còn phải thu \(mọi kỳ\): ([\d.]+\sđ)/.exec(
      (await board.getByTestId('card-charges').textContent()) ?? '',
    )?.[1]
    expect(owed).toBeDefined()
    await board.getByRole('link', { name: 'Khoản phải thu' }).click()
    await board.getByRole('link', { name: 'Theo sạp' }).click()
    expect(await board.getByTestId('charge-totals').textContent()).toContain(`Còn nợ ${owed}`)
    const worst = board.getByRole('row').nth(1)
    const cells = await worst.getByRole('cell').allTextContents()
    await worst.getByRole('link').click()
    await board.getByRole('button', { name: 'Xem mọi sạp' }).waitFor()
    await board
      .getByRole('row', { name: /Chi tiết/ })
      .first()
      .waitFor()
    expect(await board.getByTestId('charge-totals').textContent()).toContain(`Còn nợ ${cells.at(-1)}`)
    await board.getByLabel('Kỳ').selectOption(MONTH.split('-').toReversed().join('/'))
    await expect.poll(() => board.getByRole('link', { name: /^Chi tiết/ }).count()).toBe(1)
    expect(board.url()).toContain(`period=${MONTH}`)
    await desk.close()
  })
})

describe('the reconciliation', () => {
  it('is even when money leaves too, which waits for a reason, and says so when there is no network', async () => {
    const desk = await openDesk()
    const board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
    await moveMoney({ amountVnd: 21_000, memo: 'tra tien dien', fault: 'out' })
    await board.getByRole('link', { name: 'Treo chờ xử lý' }).first().click()
    const row = board.getByRole('row', { name: /Tiền ra chưa rõ lý do/ })
    await row.waitFor({ timeout: 30_000 })
    expect(await row.textContent()).toMatch(/21\.000\sđ/)
    await board.getByRole('link', { name: 'Đối soát' }).click()
    await board.getByText('chênh lệch 0 đ').waitFor()
    await desk.setOffline(true)
    await board.getByLabel('Ngày').fill('2026-01-02')
    await board.getByText(/Mất mạng/).waitFor()
    await desk.setOffline(false)
    await board.getByRole('button', { name: 'Thử lại' }).click()
    await board.getByText('Ngày này ngân hàng không báo khoản nào.').waitFor()
    await desk.close()
  })

  it('is signed off by two people, and then has a report', async () => {
    const open = async (role: string) => {
      const desk = await openDesk()
      const board = await logInAs(demo.stack, desk, '/admin/', role)
      await board.goto(`${baseUrl}/admin/#/reconciliation?day=${YESTERDAY}`)
      await board.getByText('chênh lệch 0 đ').waitFor()
      return { desk, board }
    }
    const first = await open('accountant')
    await first.board.getByRole('button', { name: 'Ký xác nhận ngày' }).click()
    await first.board.getByText('Chờ chữ ký thứ hai của trưởng ban.').waitFor()
    expect(await faultsOf(first.board)).toEqual([])
    await first.desk.close()
    const second = await open('head')
    await second.board.getByRole('button', { name: 'Ký thứ hai' }).click()
    const report = second.board.getByRole('link', { name: /^Báo cáo \(PDF\)/ })
    await report.waitFor()
    const file = await second.desk.request.get(
      new URL((await report.getAttribute('href')) ?? '', baseUrl).href,
    )
    expect([file.status(), file.headers()['content-type']]).toEqual([200, 'application/pdf'])
    await second.desk.close()
  })
})

describe('an official of two markets', () => {
  it('sees them side by side, goes on in the other one, and finds nothing of the one before', async () => {
    const desk = await openDesk()
    const board = await logInAs(demo.stack, desk, '/admin/', 'ward')
    const [here, there] = demo.stack.demo.markets
    if (here === undefined || there === undefined) throw new Error('the demo has two markets')
    await board.getByRole('link', { name: 'Các chợ của phường' }).click()
    for (const market of [here, there])
      await board.getByRole('region', { name: market.name }).getByText('Phải thu trong tháng').waitFor()
    expect(await faultsOf(board)).toEqual([])
    await board.getByLabel(/Đang ở chợ/).selectOption(there.id)
    await board.getByRole('navigation', { name: there.name }).waitFor()
    const refused = await desk.request.get(`${baseUrl}/admin/v1/markets/${here.id}/overview`)
    expect(refused.status()).toBe(404)
    await desk.close()
  })
})

describe('the suspense desk', () => {
  it('resolves one as suggested, splits one, and gives one back, which the bank closes', async () => {
    const desk = await openDesk()
    const board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
    await board.getByTestId('card-suspense').waitFor()
    const market = `${baseUrl}/admin/v1/markets/${demo.stack.demo.markets[0]?.id}`
    const owed = await desk.request.get(`${market}/charges?status=outstanding&limit=1`)
    const [charge] = ((await owed.json()) as ChargePage).items
    const code = charge?.code ?? ''
    const typed = `${code.slice(0, 5)}${code[5] === '7' ? '8' : '7'}${code.slice(6)}`
    await moveMoney({ amountVnd: charge?.outstandingVnd ?? 0, memo: `nop tien ${typed}` })
    const open = async (sum: RegExp): Promise<void> => {
      await board.goto(`${baseUrl}/admin/#/suspense`)
      await board.getByRole('link', { name: sum }).click({ timeout: 30_000 })
    }
    const saved = () => board.getByTestId('suspense-resolved').waitFor()

    await open(new RegExp(`Xem, xử lý ${formatNumber(charge?.outstandingVnd ?? 0)}`))
    await board.getByRole('button', { name: /Khá chắc.*mã sai một chữ/s }).click()
    expect(await faultsOf(board)).toEqual([])
    await board.getByRole('button', { name: 'Ghi' }).click()
    await saved()

    await open(/Xem, xử lý 90\.000/)
    await board.getByRole('button', { name: 'Chia ra nhiều phần' }).click()
    await board.getByLabel('Là tiền gì').first().selectOption('not_ours')
    await board.getByLabel('Phần 1: số tiền').fill('40.000')
    await board.getByLabel('Là tiền gì').last().selectOption('return')
    await board.getByLabel(/^Trả cho ai/).fill('anh Tư, VCB 0011')
    await board.getByText(/Còn phải chia: 50\.000/).waitFor()
    await board.getByLabel('Phần 2: số tiền').fill('50.000')
    await board.getByLabel('Lý do').fill('hỏi người gửi')
    await board.getByRole('button', { name: 'Ghi' }).click()
    await saved()

    await open(/Xem, xử lý 135\.000/)
    await board.getByLabel('Là tiền gì').selectOption('return')
    await board.getByLabel(/^Trả cho ai/).fill('chị Hà, VCB 0022')
    await board.getByLabel('Lý do').fill('chuyển nhầm')
    await board.getByRole('button', { name: 'Ghi' }).click()
    await saved()
    await board.getByRole('link', { name: 'Xem khoản trả lại' }).click()
    const told = await board.getByText(/Chuyển 135\.000.*nội dung ghi/).textContent()
    await moveMoney({ amountVnd: 135_000, memo: /ghi (VQX\w+)/.exec(told ?? '')?.[1] ?? '', fault: 'out' })
    await board.goto(`${baseUrl}/admin/#/suspense/refunds?status=paid`)
    await board.getByText('Trả cho: chị Hà, VCB 0022').waitFor({ timeout: 30_000 })
    await desk.close()
  })

  it('stands in the trail, which the head of the board searches and verifies', async () => {
    const desk = await openDesk()
    const board = await logInAs(demo.stack, desk, '/admin/', 'head')
    await board.goto(`${baseUrl}/admin/#/audit`)
    await board.getByLabel('Việc', { exact: true }).selectOption('money')
    await board.getByRole('button', { name: 'Tìm', exact: true }).click()
    const entry = board.getByTestId('audit-entry').filter({ hasText: /Kế toán .+ xử lý khoản treo/ })
    await entry.first().locator('summary').click()
    await entry.first().getByText('chuyển nhầm').waitFor()
    await board.getByRole('button', { name: 'Kiểm tra chuỗi nhật ký' }).click()
    await board.getByText(/Chuỗi nhật ký còn nguyên/).waitFor()
    expect(await faultsOf(board)).toEqual([])
    await desk.close()
  })
})
