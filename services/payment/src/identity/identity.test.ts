import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type TestService } from '../testing.ts'

let service: TestService
beforeAll(async () => {
  service = await startService({ worker: false })
})
afterAll(async () => service.stop())

const tryLogIn = (login: string, secret: string) => service.call('/v1/sessions', { body: { login, secret } })

describe('a log-in', () => {
  it('opens a session that only its own cookie holds, and that ends when it is ended', async () => {
    const session = await service.logIn('head')
    const me = await service.call('/v1/me', { session })
    expect(me.body).toMatchObject({ roles: ['head'], market: { id: 'mkt_songdao', demo: true } })
    expect((await service.call('/v1/sessions/current', { method: 'DELETE', session })).status).toBe(204)
    expect((await service.call('/v1/me', { session })).status).toBe(401)
  })

  it('does not tell an unknown login from a wrong secret', async () => {
    const unknown = await tryLogIn('nobody', 'x')
    const wrong = await tryLogIn('accountant.sd', 'x')
    expect([unknown.status, unknown.body.code]).toEqual([401, 'login_failed'])
    expect([wrong.status, wrong.body.code]).toEqual([401, 'login_failed'])
  })

  it('locks after five wrong tries, for the right secret too, and opens again after a minute', async () => {
    for (let tries = 0; tries < 5; tries++) expect((await tryLogIn('cashier.sd', 'wrong')).status).toBe(401)
    const locked = await tryLogIn('cashier.sd', 'cho-mau-2026')
    expect([locked.status, locked.body.code]).toEqual([429, 'login_locked'])
    service.setNow(new Date('2026-11-24T03:01:01Z'))
    expect((await tryLogIn('cashier.sd', 'cho-mau-2026')).status).toBe(201)
  })

  it('refuses to do what the role may not', async () => {
    const collector = await service.logIn('collector')
    const { status, body } = await service.call(`/v1/markets/${collector.marketId}/ledger/transfers`, {
      session: collector,
    })
    expect([status, body.code]).toEqual([403, 'role_forbidden'])
  })

  it('answers what cannot be read with a problem that names the field', async () => {
    const { status, body } = await service.call('/v1/sessions', { body: { login: 5 } })
    expect([status, body.code]).toEqual([400, 'request_invalid'])
    expect(Object.keys(body.fields).toSorted()).toEqual(['login', 'secret'])
    const broken = await fetch(`${service.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect([broken.status, broken.headers.get('content-type')?.split(';')[0]]).toEqual([
      400,
      'application/problem+json',
    ])
  })
})
