import { fileRows, sealFromText, verifyRows, type Seal } from '@tienve/ledger'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

let demo: OpenDemo
let board: Page
beforeAll(async () => {
  demo = await openDemo()
  const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN', acceptDownloads: true })
  board = await logInAs(demo.stack, desk, '/admin/', 'accountant')
  await board.getByTestId('card-sales').waitFor()
})
afterAll(async () => demo?.close())

const open = (address: string): Promise<unknown> =>
  board.goto(`${demo.stack.demo.baseUrl}/admin/#/${address}`)

/** A sale at a stall that the board may name, so that there is something new to explain and to close. */
async function sell(): Promise<void> {
  const [stall] = demo.stack.demo.stalls
  const paid = await fetch(`${demo.stack.demo.bankSimUrl}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ bin: stall?.bin, account: stall?.account, amountVnd: 123_000 }),
  })
  expect(paid.status).toBe(200)
  const { baseUrl, markets } = demo.stack.demo
  const journal = `${baseUrl}/admin/v1/markets/${markets[0]?.id}/ledger/transfers?fromVnd=123000&toVnd=123000&book=${stall?.id}`
  await expect
    .poll(
      async () => ((await (await board.request.get(journal)).json()) as { items: unknown[] }).items.length,
    )
    .toBeGreaterThan(0)
}

describe('the board reviews its books', () => {
  it('opens a movement and reads why it is so, down to the bank’s message and its signature', async () => {
    await sell()
    await open('ledger?fromVnd=123000&toVnd=123000')
    await board
      .getByRole('link', { name: /^Bút toán / })
      .first()
      .click()
    await board.getByText('Vì sao có số này?').waitFor()
    await board.getByText('Chữ ký đúng: vừa tính lại từ nguyên văn tin.').waitFor()
    await board.getByText('Vân tay khớp: nguyên văn đang giữ đúng là tin mà sổ đã ghi nhận.').waitFor()
    expect(await board.locator('pre').first().textContent()).toContain('123000')
  })

  it('closes the day having seen its figures, and prints it with the seal', async () => {
    await open('days')
    await board.getByRole('button', { name: /^Chốt ngày [0-9]/ }).click()
    await board.getByRole('button', { name: 'Chốt ngày', exact: true }).click()
    await board.getByText(/Đã chốt ngày .* Đang niêm phong sổ/).waitFor()
    await board
      .getByText(/Đã niêm phong lúc/)
      .first()
      .waitFor({ timeout: 20_000 })
    const link = board.getByRole('link', { name: /Bản in/ }).first()
    const answer = await board.request.get(new URL((await link.getAttribute('href')) ?? '', board.url()).href)
    expect(answer.headers()['content-type']).toBe('application/pdf')
  })

  it('verifies, and the exported file proves the same with the seals kept outside', async () => {
    await open('ledger/proof')
    await board.getByRole('button', { name: 'Kiểm tra sổ' }).click()
    await board.getByTestId('verify-result').waitFor({ timeout: 60_000 })
    expect(await board.getByTestId('verify-result').textContent()).toContain('Sổ đúng')
    const { baseUrl, markets } = demo.stack.demo
    const answer = await board.request.get(
      `${baseUrl}/admin/v1/markets/${markets[0]?.id}/ledger/export?format=jsonl`,
    )
    const text = await answer.text()
    async function* lines() {
      yield* text.trim().split('\n')
    }
    const kept = (await readFile(demo.stack.sealsFile, 'utf8')).trim().split('\n')
    const seals = kept.map(sealFromText).filter((seal): seal is Seal => seal !== null)
    const found = await verifyRows(await fileRows(lines()), { seals })
    expect(found).toMatchObject({ ok: true, unsealed: 0n })
    expect(found.hidden).toBeGreaterThan(0)
  })

  it('has no screen of the books that a screen reader or a weak eye stumbles over', async () => {
    const stall = demo.stack.demo.stalls[0]?.id
    for (const address of [
      'ledger',
      'ledger/accounts',
      `ledger/account?id=board:131.${stall}`,
      'ledger/trial',
      'ledger/zones',
      'ledger/proof',
      'ledger/txn?seq=1',
      'days',
    ]) {
      await open(address)
      await board.getByRole('heading').first().waitFor()
      await board.waitForLoadState('networkidle')
      expect(await faultsOf(board), address).toEqual([])
    }
  })
})
