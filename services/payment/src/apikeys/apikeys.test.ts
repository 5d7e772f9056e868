import { createDb, inMarket, newId } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEY_REQUESTS_A_MINUTE } from '../http/guard.ts'
import { startService, type Answer, type CallOptions, type Session, type TestService } from '../testing.ts'

const NOW = new Date('2026-11-24T03:20:00Z')
const DAY_MS = 86_400_000

let service: TestService
let admin: Session
beforeAll(async () => {
  service = await startService({ worker: false, now: NOW })
  admin = await service.logIn('admin')
})
afterAll(async () => service.stop())

const inDays = (days: number): string => new Date(NOW.getTime() + days * DAY_MS).toISOString()
const keys = (): string => `/v1/markets/${admin.marketId}/api-keys`

async function make(permissions: string[], days = 30): Promise<{ id: string; token: string }> {
  const { status, body } = await service.call(keys(), {
    session: admin,
    body: { name: 'Phần mềm kế toán', permissions, expiresAt: inDays(days) },
    headers: { 'idempotency-key': crypto.randomUUID() },
  })
  expect(status).toBe(201)
  return { id: body.key.id, token: body.token }
}
const by = (token: string, path: string, options: CallOptions = {}): Promise<Answer> =>
  service.call(path, { ...options, headers: { authorization: `Bearer ${token}`, ...options.headers } })
const inOwn = (path: string): string => `/v1/markets/${admin.marketId}/${path}`

describe('a key', () => {
  it('reads what it was given, of its own market alone', async () => {
    const { token } = await make(['charges.read', 'reports.read'])
    expect((await by(token, inOwn('charges'))).status).toBe(200)
    expect((await by(token, '/v1/markets/mkt_caulim/charges')).status).toBe(404)
    const refused = await by(token, inOwn('ledger/accounts'))
    expect([refused.status, refused.body.code, refused.body.permission]).toEqual([
      403,
      'api_key_forbidden',
      'ledger.read',
    ])
    // A report asks for a permission of its own besides.
    expect((await by(token, inOwn('reports/cash-book'))).body.code).toBe('api_key_forbidden')
  })

  it('is shown once: neither the list nor a repeat of its making has the token', async () => {
    const body = { name: 'Kho dữ liệu', permissions: ['sales.read'], expiresAt: inDays(1) }
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const first = await service.call(keys(), { session: admin, body, headers })
    const again = await service.call(keys(), { session: admin, body, headers })
    expect(first.body.token).toMatch(/^tvk_songdao_[0-9a-z]{20}_[0-9a-z]{52}$/)
    expect([again.status, again.body.key.id, again.body.token]).toEqual([201, first.body.key.id, null])
    const list = await service.call(keys(), { session: admin })
    expect(JSON.stringify(list.body)).not.toContain(first.body.token.split('_')[3])
  })

  it('is nowhere in the database, but for its digest', async () => {
    const { id, token } = await make(['sales.read'])
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    const rows = await inMarket(owner, admin.marketId, async (tx) => {
      const found = await tx.$client.query(
        'select api_key::text as row, octet_length(token_hash) as size from api_key where id = $1',
        [id],
      )
      const kept = await tx.$client.query('select answer::text as row from idempotency_key')
      return [...found.rows, ...kept.rows]
    })
    await owner.pool.end()
    expect(rows[0]).toMatchObject({ size: 32 })
    expect(JSON.stringify(rows)).not.toContain(token.split('_')[3])
  })

  it('ends when it runs out, and at once when it is revoked', async () => {
    const brief = await make(['charges.read'], 1)
    service.setNow(new Date(NOW.getTime() + DAY_MS))
    const over = await by(brief.token, inOwn('charges'))
    service.setNow(NOW)
    expect([over.status, over.body.code, over.headers.get('www-authenticate')]).toEqual([
      401,
      'api_key_invalid',
      'Bearer',
    ])
    const { id, token } = await make(['charges.read'])
    expect(
      (await service.call(`/v1/api-keys/${id}/revoke`, { method: 'POST', session: admin })).body.state,
    ).toBe('revoked')
    expect((await by(token, inOwn('charges'))).body.code).toBe('api_key_invalid')
  })

  it('holds for a year at most and not yet for the past', async () => {
    for (const days of [-1, 0, 367]) {
      const { status, body } = await service.call(keys(), {
        session: admin,
        body: { name: 'x', permissions: ['sales.read'], expiresAt: inDays(days) },
      })
      expect([days, status, body.code]).toEqual([days, 422, 'key_days_invalid'])
    }
  })

  it('may not be given what is for a person alone, by HTTP or by SQL', async () => {
    for (const permission of [
      'cash.collect',
      'charges.approve',
      'stall.consent',
      'api-keys.write',
      'stall.sales',
    ]) {
      const { status } = await service.call(keys(), {
        session: admin,
        body: { name: 'x', permissions: [permission], expiresAt: inDays(1) },
      })
      expect([permission, status]).toEqual([permission, 400])
      const forced = inMarket(service.ctx.db, admin.marketId, (tx) =>
        tx.$client.query(
          `insert into api_key (market_id, id, name, token_hash, permissions, created_by, created_at, expires_at)
           values ($1, $2, 'x', sha256('x'), array[$3], $4, now(), now() + interval '1 day')`,
          [admin.marketId, newId('apk'), permission, 'usr_sdadmin'],
        ),
      )
      await expect(forced).rejects.toThrow(/api_key_permissions/)
    }
  })

  it('stays revoked whoever asks the database', async () => {
    const { id } = await make(['sales.read'])
    await service.call(`/v1/api-keys/${id}/revoke`, { method: 'POST', session: admin })
    const { rowCount } = await inMarket(service.ctx.db, admin.marketId, (tx) =>
      tx.$client.query('update api_key set revoked_at = null, revoked_by = null where id = $1', [id]),
    )
    expect(rowCount).toBe(0)
  })

  it('says in which hour it was used, which is written once an hour', async () => {
    const { id, token } = await make(['charges.read'])
    const version = async (): Promise<unknown> =>
      inMarket(service.ctx.db, admin.marketId, async (tx) => {
        const { rows } = await tx.$client.query('select xmin::text from api_key where id = $1', [id])
        return rows[0].xmin
      })
    await by(token, inOwn('charges'))
    const first = await version()
    await by(token, inOwn('charges'))
    expect(await version()).toBe(first)
    const { body } = await service.call(keys(), { session: admin })
    const shown = body.items.find((one: { id: string }) => one.id === id)
    expect(shown.lastUsedHour).toBe('2026-11-24T10:00:00.000+07:00')
  })

  it('is told to wait, and how long, when it asks more than its share, and no other key is', async () => {
    const [wild, calm] = [await make(['charges.read']), await make(['charges.read'])]
    // What it was not given counts as well, and is told soonest.
    const ask = () => by(wild.token, '/v1/me')
    for (let sent = 0; sent < KEY_REQUESTS_A_MINUTE; sent += 50) {
      const all = await Promise.all(Array.from({ length: 50 }, ask))
      expect(all.filter(({ status }) => status !== 403)).toEqual([])
    }
    const { status, body, headers } = await by(wild.token, inOwn('charges'))
    expect([status, body.code]).toEqual([429, 'rate_limited'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await by(calm.token, inOwn('charges?limit=1'))).status).toBe(200)
  })

  it('is read by the stallholder among those who looked at her sales, by its name', async () => {
    const holder = await service.logInAs({ login: '0900010001' })
    await service.call('/v1/stalls/stl_sdau01/cash-sales', { session: holder, body: { amountVnd: 35_000 } })
    const { token } = await make(['sales.read'])
    expect((await by(token, inOwn('sales?day=2026-11-24'))).body.stalls).toHaveLength(1)
    const { body } = await service.call('/v1/stalls/stl_sdau01/looks', { session: holder })
    expect(body.items[0]).toMatchObject({ by: 'Phần mềm kế toán', role: 'key', what: 'sales' })
  })

  it('is described in OpenAPI where it may be used, and nowhere else', async () => {
    const { body } = await service.call('/docs/json')
    expect(body.components.securitySchemes).toMatchObject({ key: { type: 'http', scheme: 'bearer' } })
    expect(body.paths['/v1/markets/{id}/charges'].get.security).toEqual([{ session: [] }, { key: [] }])
    expect(body.paths['/v1/markets/{id}/api-keys'].post.security).toEqual([{ session: [] }])
    expect(body.paths['/r/{token}'].get.security).toEqual([])
  })
})
