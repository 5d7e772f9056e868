import { afterAll, beforeAll, expect, it } from 'vitest'
import { startService, type TestService } from '../testing.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(async () => service.stop())

it('a zero byte is refused with its field, wherever it comes in', async () => {
  const accountant = await service.logIn('accountant')
  const base = `/v1/markets/${accountant.marketId}/ledger`
  const seller = await service.logIn('stallholder')
  const sale = { amountVnd: 1_000, note: 'a\0b' }
  const tried = [
    [await service.call(`${base}/transfers?sourceId=x%00y`, { session: accountant }), 'sourceId'],
    [await service.call(`${base}/accounts/board:112%00/statement`, { session: accountant }), 'accountId'],
    [await service.call(`/v1/stalls/${seller.stallId}/cash-sales`, { session: seller, body: sale }), 'note'],
    [await service.call('/v1/sessions', { body: { login: 'a\0', secret: 'x' } }), 'login'],
  ] as const
  for (const [answer, field] of tried) {
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', fields: { [field]: 'holds a zero byte' } },
    })
  }
})

it('a zero byte inside a cursor, which hides it, is refused all the same', async () => {
  const accountant = await service.logIn('accountant')
  const seller = await service.logIn('stallholder')
  const market = `/v1/markets/${accountant.marketId}`
  const tried = [
    [accountant, `${market}/charges`, '2026-11-15 A\0'],
    [accountant, `${market}/charges/by-stall`, '1000 A\0'],
    [accountant, `${market}/suspense`, '1000 sus_\0'],
    [seller, `/v1/stalls/${seller.stallId}/takings`, '1000 pay_\0'],
  ] as const
  for (const [session, path, words] of tried) {
    const cursor = Buffer.from(words).toString('base64url')
    expect(await service.call(`${path}?cursor=${cursor}`, { session })).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', fields: { cursor: expect.any(String) } },
    })
  }
})

it('half a character, which no JSON of the database holds, is refused with its field', async () => {
  const seller = await service.logIn('stallholder')
  const answer = await service.call(`/v1/stalls/${seller.stallId}/cash-sales`, {
    session: seller,
    body: { amountVnd: 1_000, note: 'a\ud800b' },
    headers: { 'idempotency-key': 'half' },
  })
  expect(answer).toMatchObject({ status: 400, body: { fields: { note: 'holds half a character' } } })
})

it('what only looks like one goes through', async () => {
  const seller = await service.logIn('stallholder')
  const body = { amountVnd: 1_000, note: String.raw`\u0000` }
  expect(
    (await service.call(`/v1/stalls/${seller.stallId}/cash-sales`, { session: seller, body })).status,
  ).toBe(201)
})
