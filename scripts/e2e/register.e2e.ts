import { createDb, inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, waitLoaded, type OpenDemo } from './demo.ts'
import { stallSheet } from './sheet.ts'

let demo: OpenDemo
let board: Page
beforeAll(async () => {
  demo = await openDemo()
  const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
  board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
  await board.getByTestId('card-sales').waitFor()
})
afterAll(async () => demo?.close())

const open = (address: string): Promise<unknown> =>
  board.goto(`${demo.stack.demo.baseUrl}/admin/#/${address}`)

async function expectAccessible(address: string): Promise<void> {
  await open(address)
  await board.getByRole('heading').first().waitFor()
  await board.waitForLoadState('networkidle')
  await waitLoaded(board)
  expect(await faultsOf(board), address).toEqual([])
}

describe('the register of the market', () => {
  it('takes 60 stalls from a sheet once its errors are mended, and draws them on the map', async () => {
    await open('register')
    await board.getByRole('link', { name: 'Nhập từ Excel' }).click()
    const pick = board.getByLabel(/Tệp Excel/)
    await pick.setInputFiles(await stallSheet((at) => (at === 7 ? { areaM2: 'rộng' } : {})))
    const wrong = board.getByRole('row', { name: /SD-NL08/ })
    expect(await wrong.textContent()).toContain('Diện tích m²: “rộng” không phải là số')
    expect(await wrong.textContent()).toMatch(/^9/)
    expect(await board.getByRole('button', { name: /^Nhập/ }).count()).toBe(0)

    await pick.setInputFiles(await stallSheet())
    await board.getByText('60 sạp mới · 0 thay đổi · 0 không đổi · 0 dòng có lỗi').waitFor()
    await board.getByText('Khu mới: NLM · Nhà lồng mới').waitFor()
    await board.getByRole('button', { name: 'Nhập 60 sạp' }).click()
    await board.getByText(/Đã nhập: 60 sạp mới, 0 sạp sửa, 60 hợp đồng mới/).waitFor()

    await board.getByRole('link', { name: 'Xem sơ đồ chợ' }).click()
    await board.getByRole('link', { name: /^SD-NL08, .*lô 8, Đang hoạt động, Chưa có khoản thu/ }).click()
    await board.getByRole('heading', { name: 'SD-NL08 · Sạp nhà lồng 8' }).waitFor()
    await board.getByText('NL/8 · Hợp đồng sử dụng').waitFor()
    await board.getByText('Mã nộp tiền cọc').click()
    await board.getByTestId('qr').waitFor()
  })

  it('says at the board and at the stall whose account is missing, and shows the stall what it owes all the same', async () => {
    await open('register?q=NL08')
    await board.getByRole('link', { name: 'Sạp nhà lồng 8' }).click()
    await board.getByRole('heading', { name: 'Khách chưa chuyển khoản được cho sạp này' }).waitFor()
    await board.getByText(/cho người cài đặt hệ thống/).waitFor()

    // Like its account, a stall's log-in is made by whoever runs the service: here it is somebody else's.
    const { ownerDatabaseUrl, markets, users } = demo.stack.demo
    const { login } = users.find(({ role }) => role === 'stallholder') ?? { login: '' }
    const owner = createDb(ownerDatabaseUrl, { max: 1 })
    await inMarket(owner, markets[0]?.id ?? '', (tx) =>
      tx.execute(
        sql`update app_user set stall_id = (select id from stall where code = 'SD-NL08') where login = ${login}`,
      ),
    )
    await owner.pool.end()
    const phones = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logInAs(demo.stack, phones, '/m/', 'stallholder')
    await phone.getByText('Sạp chưa có mã nhận chuyển khoản').waitFor()
    expect(await phone.getByTestId('qr').count()).toBe(0)
    expect(await faultsOf(phone)).toEqual([])
    await phone.getByRole('button', { name: 'Thu tiền' }).click()
    await phone.getByRole('button', { name: '5', exact: true }).click()
    await phone.getByText('Sạp chưa nhận chuyển khoản được: xem Mã của tôi.').waitFor()
    expect(await phone.getByRole('button', { name: 'Cho xem mã' }).count()).toBe(0)
    await phone.getByRole('button', { name: 'Ghi tiền mặt' }).click()
    await phone.getByText('Đã ghi tiền mặt').waitFor()
    expect(await faultsOf(phone)).toEqual([])
    await phone.getByRole('button', { name: 'Nợ chợ' }).click()
    await phone.getByText('Không nợ gì. Cảm ơn cô chú.').waitFor()
    await phones.close()
  })

  it('pauses a stall, and lets somebody else take it over', async () => {
    await open('register?q=NL09')
    await board.getByRole('link', { name: 'Sạp nhà lồng 9' }).click()
    await board.getByRole('link', { name: 'Báo nghỉ' }).click()
    await board.getByLabel('Lý do nghỉ').fill('về quê')
    await board.getByRole('button', { name: 'Lưu' }).click()
    await board.getByText('Tạm nghỉ', { exact: true }).waitFor()
    await board.getByRole('link', { name: 'Sang nhượng' }).click()
    await board.getByLabel('Ngày cuối của người cũ').fill('2027-01-31')
    await board.getByLabel('Số hợp đồng').fill('NL/9-B')
    await board.getByLabel('Người thuê').fill('Trần Văn Nhận')
    await board.getByRole('button', { name: 'Lưu hợp đồng' }).click()
    await board.getByText('Chưa bắt đầu').waitFor()
    await board.getByText('NL/9', { exact: true }).waitFor()
  })

  it('has no screen that a screen reader or a weak eye stumbles over, on a desk or on a phone', async () => {
    const stall = demo.stack.demo.stalls[0]?.id
    for (const size of [DESKTOP, PHONE]) {
      await board.setViewportSize(size)
      for (const address of [
        'register',
        'register/map',
        'register/contracts?status=expiring',
        'register/new',
        'register/import',
        `register/stall?id=${stall}`,
        `register/stall?id=${stall}&do=edit`,
        `register/stall?id=${stall}&do=contract`,
      ])
        await expectAccessible(address)
    }
  })
})
