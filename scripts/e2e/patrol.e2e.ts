import { PublicStall } from '@tienve/contracts'
import { encodeVietQr } from '@tienve/vietqr'
import { qrPng } from '@tienve/vietqr/png'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, PHONE } from './browser.ts'
import { faultsOf, logInAs, openDemo, watch, type OpenDemo } from './demo.ts'

let demo: OpenDemo
beforeAll(async () => {
  demo = await openDemo()
})
afterAll(async () => demo?.close())

describe('a code that somebody pasted over another', () => {
  const pictureOf = (payload: string) => ({
    name: 'ma.png',
    mimeType: 'image/png',
    buffer: Buffer.from(qrPng(payload, { demo: true })),
  })
  const take = (page: Page, payload: string): Promise<void> =>
    page.locator('input[type=file]').setInputFiles(pictureOf(payload))
  const verdict = (page: Page, result: string): Promise<void> =>
    page.locator(`[data-testid=code-verdict][data-result=${result}]`).waitFor()
  const shown = async (stallCode: string): Promise<PublicStall> => {
    const { baseUrl } = demo.stack.demo
    return PublicStall.parse(
      await (await fetch(`${baseUrl}/p/${stallCode}`, { headers: { accept: 'application/json' } })).json(),
    )
  }

  it('is told from the stall’s own on the walk, without a network too, and stands on the board’s home until it is settled', async () => {
    const context = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const phone = await logInAs(demo.stack, context, '/admin/', 'collector')
    const net = (words: string | RegExp): Promise<void> =>
      phone.getByTestId('net').filter({ hasText: words }).waitFor({ timeout: 40_000 })
    // The app's worker keeps what reads codes for when there is no network.
    await phone.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await phone
      .getByTestId('codes-checked')
      .filter({ hasText: /^Đã soi mã 0\/\d+ sạp hôm nay$/ })
      .waitFor()
    const stop = phone.getByTestId('stop').nth(7)
    const code = (await stop.locator('b').first().textContent()) ?? ''
    const { payload } = await shown(code)
    await stop.tap()
    await phone.getByTestId('check-code').tap()
    // This browser has no camera: the picture is the way, and the screen says so.
    await phone.locator('[data-testid=scan-state][data-state=none]').waitFor()
    expect(await faultsOf(phone), 'the scanner').toEqual([])
    await context.setOffline(true)
    await net('Mất mạng')
    await take(phone, encodeVietQr({ bin: '970418', account: '8861234567', memo: 'TIEN HANG' }))
    await verdict(phone, 'wrong')
    await phone.getByText('KHÔNG TRẢ TIỀN VÀO MÃ NÀY').waitFor()
    expect(await faultsOf(phone), 'a wrong code').toEqual([])
    await phone.getByRole('button', { name: 'Soi lại' }).tap()
    await take(phone, payload)
    await verdict(phone, 'right')
    await context.setOffline(false)
    await net('Có mạng · đã gửi hết')
    await phone.goto(`${demo.stack.demo.baseUrl}/admin/#/walk`)
    await phone
      .getByTestId('codes-checked')
      .filter({ hasText: /^Đã soi mã 1\// })
      .waitFor()

    await context.close()

    const desk = await demo.browser.newContext({ viewport: DESKTOP, locale: 'vi-VN' })
    const head = await logInAs(demo.stack, desk, '/admin/', 'head')
    await head.getByTestId('code-alert').filter({ hasText: code }).waitFor()
    expect(await faultsOf(head), 'the alert').toEqual([])
    await head.getByRole('link', { name: 'Xem và xử lý' }).click()
    await head.getByText('BIDV •••• 4567', { exact: false }).waitFor()
    expect(await faultsOf(head), 'the alerts').toEqual([])
    expect((await shown(code)).checkedAt).toBeNull()
    await head.getByLabel('Đã làm gì').fill('Đã bóc, dán lại mã của sạp')
    await head.getByRole('button', { name: 'Ghi là xong' }).click()
    await head.getByText(/đã xử lý \d/).waitFor()
    await head.getByRole('link', { name: 'Tổng quan' }).click()
    await head.getByTestId('card-sales').waitFor()
    await head.getByTestId('code-alert').waitFor({ state: 'detached' })
    expect((await shown(code)).checkedAt).not.toBeNull()
    await desk.close()
  })

  it('is looked for by the stall’s own phone in the morning, by its camera', async () => {
    const own = await demo.browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'vi-VN' })
    const complaints = await watch(own, demo.stack.demo.baseUrl)
    const stall = await logInAs(demo.stack, own, '/m/', 'stallholder')
    await stall.getByTestId('qr').waitFor()
    // The sound is tried first of a morning; this phone's was.
    await stall.evaluate(
      "localStorage.setItem('tienve.checked', new Date(Date.now() + 25_200_000).toISOString().slice(0, 10))",
    )
    await stall.reload()
    const mine = (await stall.getByTestId('qr').getAttribute('data-payload')) ?? ''
    const strange = encodeVietQr({ bin: '970418', account: '8861234567', memo: 'X' })
    await lookThrough(stall, pictureOf(strange).buffer)
    await stall.getByRole('heading', { name: 'Soi mã của sạp trước khi bán' }).waitFor()
    await stall.getByRole('button', { name: 'Soi mã', exact: true }).tap()
    await verdict(stall, 'wrong')
    expect(await faultsOf(stall), 'a wrong code').toEqual([])
    await lookThrough(stall, pictureOf(mine).buffer)
    await stall.getByRole('button', { name: 'Soi lại' }).tap()
    await verdict(stall, 'right')
    await stall.getByRole('button', { name: 'Quay lại' }).tap()
    await stall.getByRole('button', { name: 'Mã của tôi' }).tap()
    await stall.getByTestId('code-alarm').waitFor()
    expect(await faultsOf(stall), 'my code').toEqual([])
    await take(await opened(stall), 'https://example.org')
    await verdict(stall, 'not_vietqr')
    expect(complaints).toEqual([])
    await own.close()
  })

  /** The page's camera sees this picture from now on: what a phone's would, through the browser's own stream. */
  async function lookThrough(page: Page, png: Buffer): Promise<void> {
    await page.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
      const picture = new Image()
      picture.src = 'data:image/png;base64,${png.toString('base64')}'
      await picture.decode()
      const canvas = document.createElement('canvas')
      canvas.width = 640
      canvas.height = 480
      const brush = canvas.getContext('2d')
      setInterval(() => {
        brush.fillStyle = '#999'
        brush.fillRect(0, 0, 640, 480)
        brush.drawImage(picture, 150, 70, 340, 340)
      }, 100)
      return canvas.captureStream(10)
    }`)
  }

  async function opened(page: Page): Promise<Page> {
    await page.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException('no', 'NotAllowedError') }`)
    await page.getByRole('button', { name: 'Soi lại mã' }).tap()
    await page.locator('[data-testid=scan-state][data-state=refused]').waitFor()
    return page
  }
})
