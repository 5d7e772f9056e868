import type { Me, TariffDecisions, Tariffs } from '@tienve/contracts'
import type { BrowserContext } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** The trail as the head of the board reads it, after the accountant has changed a price and somebody has guessed a password. */
export async function shootAudit(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const { baseUrl } = stack.demo
  const accountant = await logInAs(stack, context, '/admin/', 'accountant')
  const { request } = accountant
  const read = async <T>(path: string): Promise<T> =>
    (await (await request.get(`${baseUrl}/admin${path}`)).json()) as T
  const { csrfToken, market } = await read<Me>('/v1/me')
  const base = `/v1/markets/${market.id}`
  const { items: prices } = await read<Tariffs>(`${base}/tariffs`)
  const { items: decisions } = await read<TariffDecisions>(`${base}/tariff-decisions`)
  const price = prices.find((one) => one.unitPriceVnd !== null && one.effectiveTo === null)
  if (price !== undefined) {
    const { service, name, unit, positionGrade, zoneId, stallKind, unitPriceVnd, vatIncluded } = price
    await request.post(`${baseUrl}/admin${base}/tariffs`, {
      headers: { 'x-csrf-token': csrfToken },
      data: {
        service,
        name,
        unit,
        positionGrade,
        zoneId,
        stallKind,
        vatIncluded,
        decisionId: decisions[0]?.id,
        unitPriceVnd: (unitPriceVnd ?? 0) + 5_000,
        ceilingVnd: (unitPriceVnd ?? 0) + 90_000,
        effectiveFrom: '2027-06-01',
      },
    })
  }
  await request.post(`${baseUrl}/admin/v1/sessions`, {
    data: { login: 'cashier.sd', secret: 'sai-mat-khau' },
  })
  await accountant.close()
  await context.clearCookies()
  const board = await logInAs(stack, context, '/admin/', 'head')
  await board.goto(`${baseUrl}/admin/#/audit`)
  await board.getByTestId('audit-entry').first().waitFor()
  await board.getByRole('button', { name: 'Kiểm tra chuỗi nhật ký' }).click()
  await board.getByTestId('audit-verified').waitFor()
  await shoot(board, 'a-audit', 'Board: who did what')
  await board.goto(`${baseUrl}/admin/#/audit?topic=prices`)
  await board.getByTestId('audit-entry').first().locator('summary').click()
  await board.getByText('Trước và sau').first().waitFor({ state: 'attached' })
  await board.getByTestId('audit-entry').first().scrollIntoViewIfNeeded()
  await shoot(board, 'a-audit-entry', 'Board: what was before and after')
  await board.goto(`${baseUrl}/admin/#/audit?q=khong-co-viec-nay`)
  await board.getByText('Không có việc nào như vậy.').waitFor()
  await shoot(board, 'a-audit-none', 'Board: nothing of that kind')
}
