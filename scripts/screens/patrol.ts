import { createDb, inMarket } from '@tienve/db'
import { encodeVietQr } from '@tienve/vietqr'
import { qrPng } from '@tienve/vietqr/png'
import type { BrowserContext, Page } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

const STRANGE = encodeVietQr({ bin: '970418', account: '8861234567', memo: 'TIEN HANG' })

/** A code is looked at by its stall, on the walk and by the board, and what comes of one that pays somebody else. */
export async function shootPatrol(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const { baseUrl } = stack.demo
  const take = (page: Page, payload: string): Promise<void> =>
    page.locator('input[type=file]').setInputFiles({
      name: 'ma.png',
      mimeType: 'image/png',
      buffer: Buffer.from(qrPng(payload, { demo: true })),
    })
  await forgetChecks(stack)
  const stall = await logInAs(stack, context, '/m/', 'stallholder')
  await stall.getByTestId('qr').waitFor()
  // The sound is tried first of a morning; this phone's was.
  await stall.evaluate(
    "localStorage.setItem('tienve.checked', new Date(Date.now() + 25_200_000).toISOString().slice(0, 10))",
  )
  await stall.reload()
  const mine = (await stall.getByTestId('qr').getAttribute('data-payload')) ?? ''
  const open = stall.getByRole('button', { name: 'Soi mã', exact: true })
  await open.scrollIntoViewIfNeeded()
  await shoot(stall, 'm-patrol-card', 'Stall: the morning’s look at the code')
  await open.click()
  await stall.locator('[data-testid=scan-state]:not([data-state=asking])').waitFor()
  await shoot(stall, 'm-patrol', 'Stall: scanning the code that hangs there')
  await take(stall, mine)
  await stall.getByTestId('code-verdict').waitFor()
  await shoot(stall, 'm-patrol-right', 'Stall: the code is right')
  await stall.getByRole('button', { name: 'Quay lại' }).click()
  await stall.getByRole('button', { name: 'Mã của tôi' }).click()
  await stall.getByText('In mã để treo ở sạp').click()
  await stall.getByRole('link', { name: /Tem dán/ }).scrollIntoViewIfNeeded()
  await shoot(stall, 'm-print', 'Stall: the code on paper, by size')

  const collector = await logInAs(stack, context, '/admin/', 'collector')
  await collector.getByTestId('stop').nth(3).click()
  await collector.getByTestId('check-code').click()
  await collector.locator('[data-testid=scan-state]:not([data-state=asking])').waitFor()
  await shoot(collector, 'w-check', 'Collector: looking at a stall’s code')
  await take(collector, STRANGE)
  await collector.getByTestId('code-verdict').waitFor()
  await shoot(collector, 'w-check-wrong', 'Collector: a code that pays somebody else')
  await collector.getByTestId('net').filter({ hasText: 'đã gửi hết' }).waitFor()
  await collector.close()

  await context.clearCookies()
  const head = await logInAs(stack, context, '/admin/', 'head')
  await head.getByTestId('code-alert').waitFor()
  await shoot(head, 'a-code-alert', 'Board: a code is said to be pasted over')
  await head.getByRole('link', { name: 'Xem và xử lý' }).click()
  await head.getByLabel('Đã làm gì').first().waitFor()
  await shoot(head, 'a-codes', 'Board: codes that pay somebody else')
  await head.goto(`${baseUrl}/admin/#/codes/check`)
  await head.getByLabel('Mã sạp').waitFor()
  await shoot(head, 'a-code-check', 'Board: which stall’s code to look at')
}

/** A stall is asked to look at its code once a day, and the pictures are taken in two sizes. */
async function forgetChecks({ demo }: Stack): Promise<void> {
  const db = createDb(demo.ownerDatabaseUrl, { max: 1 })
  const marketId = demo.markets[0]?.id ?? ''
  await inMarket(db, marketId, (tx) => tx.execute('delete from code_alert'))
  await inMarket(db, marketId, (tx) => tx.execute('delete from code_check'))
  await db.pool.end()
}
