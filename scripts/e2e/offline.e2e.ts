import { createDb, inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, type OpenDemo } from './demo.ts'

let demo: OpenDemo
let door: Door

beforeAll(async () => {
  demo = await openDemo()
  door = await openDoor(new URL(demo.stack.demo.baseUrl))
})

afterAll(async () => {
  door?.server.close()
  await demo?.close()
})

/** The policy of our pages lets no waiting function of the driver's be made there, so it is asked again from here. */
async function holds(page: Page, what: string): Promise<void> {
  const ask = (): Promise<unknown> => page.evaluate(what).catch(() => null)
  await expect.poll(ask, { timeout: 30_000, interval: 200 }).toBe(true)
}
const tap = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click()
const type = async (page: Page, keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.getByRole('button', { name: key, exact: true }).click()
}
/** The app is killed and opened again: nothing is left but what is on the disk. */
async function reopen(context: BrowserContext, page: Page): Promise<Page> {
  await page.close()
  const next = await context.newPage()
  await next.goto(`${door.url}/m/`)
  return next
}

describe('a phone without a network', () => {
  it('shows its code, keeps cash sales through a kill, and books each once when the network is back', async () => {
    const context = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const stack = { ...demo.stack, demo: { ...demo.stack.demo, baseUrl: door.url } }
    let phone = await logInAs(stack, context, '/m/', 'stallholder')
    const code = phone.getByTestId('qr')
    await code.waitFor()
    const payload = await code.getAttribute('data-payload')
    await holds(phone, 'navigator.serviceWorker.controller !== null')

    await context.setOffline(true)
    phone = await reopen(context, phone)
    await phone.getByTestId('qr').waitFor()
    expect(await phone.getByTestId('qr').getAttribute('data-payload')).toBe(payload)
    await phone
      .getByTestId('stream-lost')
      .getByText(/Chưa nghe được tiền về/)
      .waitFor()
    expect(await faultsOf(phone)).toEqual([])

    await tap(phone, 'Thu tiền')
    await type(phone, ['1', '2', '0', '1', '3'])
    await tap(phone, 'Cho xem mã')
    await phone.getByText(/chưa làm được mã có sẵn số tiền/).waitFor()
    expect(await phone.locator('main .tv-error').count()).toBe(1)
    await tap(phone, 'Ghi tiền mặt')
    await phone.getByText(/Chưa gửi: tiền mặt 12\.013/).waitFor()
    await type(phone, ['7', '0', '1', '9'])
    // Two taps before the first is noted are one sale.
    await phone.evaluate(`{
      const cash = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Ghi tiền mặt')
      cash.click()
      cash.click()
    }`)
    await phone.getByText(/2 lần tiền mặt chưa gửi \(19\.032/).waitFor()
    await type(phone, ['4', '1'])
    await tap(phone, 'Hôm nay')
    await phone.getByTestId('unsent').getByText('7.019').waitFor()
    expect(await faultsOf(phone)).toEqual([])
    await tap(phone, 'Cài đặt')
    await tap(phone, 'Ra khỏi sạp')
    await phone
      .getByTestId('stranded')
      .getByText(/2 lần tiền mặt chưa gửi xong \(19\.032/)
      .waitFor()
    expect(await faultsOf(phone)).toEqual([])
    await tap(phone, 'Ở lại')
    await tap(phone, 'Thu tiền')

    phone = await reopen(context, phone)
    await phone.getByText(/2 lần tiền mặt chưa gửi/).waitFor()
    expect(await phone.locator('.keypad-amount').textContent()).toMatch(/^41/)

    await context.setOffline(false)
    await phone.getByTestId('unsent-count').waitFor({ state: 'detached', timeout: 30_000 })
    await tap(phone, 'Hôm nay')
    await phone.locator('.rows').getByText('12.013').waitFor()
    const marketId = stack.demo.markets[0]?.id ?? ''
    const db = createDb(stack.demo.databaseUrl, { max: 1 })
    const { rows } = await inMarket(db, marketId, (tx) =>
      tx.execute<{ amount_vnd: bigint; late: boolean }>(sql`
        select c.amount_vnd, x.recorded_at > x.occurred_at as late from cash_sale c
        join ledger_txn x on x.market_id = c.market_id and x.seq = c.ledger_seq
        where c.amount_vnd in (12013, 7019) order by c.occurred_at`),
    )
    expect(rows).toEqual([
      { amount_vnd: 12_013n, late: true },
      { amount_vnd: 7_019n, late: true },
    ])
    expect(await verifyMarket(db, marketId)).toMatchObject({ ok: true })
    await db.pool.end()
    await context.close()
  })

  it('shows the code of an open request again after a kill, and forgets it with the session', async () => {
    const context = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const stack = { ...demo.stack, demo: { ...demo.stack.demo, baseUrl: door.url } }
    let phone = await logInAs(stack, context, '/m/', 'stallholder')
    await phone.getByTestId('qr').waitFor()
    await holds(phone, 'navigator.serviceWorker.controller !== null')
    await tap(phone, 'Thu tiền')
    await type(phone, ['5', '3', '000'])
    await tap(phone, 'Cho xem mã')
    await phone.getByTestId('request-status').waitFor()
    await context.setOffline(true)
    phone = await reopen(context, phone)
    await phone.getByText(/Khách vẫn quét được\. Mất mạng/).waitFor()
    expect(await phone.locator('.request-amount').textContent()).toMatch(/53\.000/)
    await context.setOffline(false)
    await phone.getByTestId('stream-lost').waitFor({ state: 'detached', timeout: 30_000 })

    await tap(phone, 'Cài đặt')
    await tap(phone, 'Ra khỏi sạp')
    await phone.getByLabel(/Mã PIN/).waitFor()
    expect(await phone.evaluate('Object.keys(localStorage).filter((key) => /kept/.test(key))')).toEqual([])
    await context.setOffline(true)
    phone = await reopen(context, phone)
    await phone.getByText(/Mất mạng/).waitFor()
    expect(await phone.getByTestId('qr').count()).toBe(0)
    await context.close()
  })
})

describe('a new version', () => {
  it('waits while a code is on show and under her finger, and takes over once the phone lies untouched', async () => {
    const context = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const stack = { ...demo.stack, demo: { ...demo.stack.demo, baseUrl: door.url } }
    const phone = await logInAs(stack, context, '/m/', 'stallholder')
    await phone.getByTestId('qr').waitFor()
    await holds(phone, 'navigator.serviceWorker.controller !== null')
    // A page that a worker has had from its start: the first one of all takes over at once.
    await phone.clock.install()
    await phone.reload()
    await phone.getByTestId('qr').waitFor()
    await phone.evaluate('globalThis.isOld = true')
    door.change()
    await phone.evaluate('navigator.serviceWorker.getRegistration().then((one) => one.update())')
    await holds(phone, 'navigator.serviceWorker.getRegistration().then((one) => one.waiting !== null)')
    await phone.clock.runFor(120_000)
    expect(await phone.evaluate('globalThis.isOld')).toBe(true)
    await tap(phone, 'Cài đặt')
    expect(await phone.getByTestId('version').textContent()).toMatch(/Bản 0\.\d+\.\d+ · \S+/)
    await phone.clock.runFor(50_000)
    expect(await phone.evaluate('globalThis.isOld')).toBe(true)
    await phone.clock.runFor(15_000)
    await holds(phone, 'navigator.serviceWorker.getRegistration().then((one) => one.waiting === null)')
    await phone.clock.runFor(5_000)
    await holds(phone, 'globalThis.isOld === undefined')
    await phone.getByTestId('version').waitFor()
    await context.close()
  })
})

type Door = { url: string; change: () => void; server: Server }

/** A door of its own to the service, behind which the app's worker can be exchanged for a newer one. */
async function openDoor(to: URL): Promise<Door> {
  let isChanged = false
  const server = createServer((asked, answer) => {
    // Asked whether it is still the same, the service would not send it at all.
    const { host: _, origin, 'if-none-match': __, 'if-modified-since': ___, ...headers } = asked.headers
    const isWorker = asked.url === '/m/sw.js'
    const passed = request(
      new URL(asked.url ?? '/', to),
      {
        method: asked.method,
        headers: {
          ...headers,
          host: to.host,
          ...(origin === undefined ? {} : { origin: to.origin }),
          ...(isWorker ? { 'accept-encoding': 'identity' } : {}),
        },
      },
      (got) => {
        const { 'content-length': _length, etag: _etag, ...kept } = got.headers
        answer.writeHead(got.statusCode ?? 502, isWorker ? kept : got.headers)
        got.on('end', () => answer.end(isWorker && isChanged ? '\n// newer' : undefined))
        got.pipe(answer, { end: false })
      },
    )
    passed.on('error', () => answer.destroy())
    answer.on('close', () => passed.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    change: () => (isChanged = true),
    server,
  }
}
