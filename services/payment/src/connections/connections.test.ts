import { feeds } from '@tienve/bank-feeds'
import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'

const MARKET = '/v1/markets/mkt_songdao'
const at = (time: string): Date => new Date(`2026-11-24T${time}+07:00`)

let service: TestService
let accountant: Session
let head: Session
let stallholder: Session
let elsewhere: Session
beforeAll(async () => {
  service = await startService({ now: at('10:00:00') })
  accountant = await service.logIn('accountant')
  head = await service.logIn('head')
  stallholder = await service.logIn('stallholder')
  elsewhere = await service.logIn('accountant', 1)
})
afterAll(() => service.stop())

type Options = { body?: unknown; method?: string; headers?: Record<string, string> }
const call = (path: string, session: Session, options: Options = {}) =>
  service.call(path, { session, ...options })

let told = 0
/** A signed message about the board's account, as SePay would send it; each is another movement. */
async function send(id: string, secret: string, change: { account?: string; id?: number } = {}) {
  told += 1
  const { headers, rawBody } = feeds.sepay.request(
    {
      id: change.id ?? 50_000 + told,
      gateway: 'Vietcombank',
      transactionAt: service.ctx.now(),
      accountNumber: change.account ?? '0001999999',
      transferType: 'in',
      transferAmount: 20_000n,
      content: `x${told}`,
    },
    { secret, scheme: 'hmac', now: service.ctx.now() },
  )
  return fetch(`${service.url}/webhooks/sepay/${id}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(rawBody),
  })
}

/** A connection of SePay for the board's account. */
async function connect(body: Record<string, unknown> = {}, session = accountant, headers = {}) {
  return call(`${MARKET}/connections`, session, {
    body: { provider: 'sepay', scheme: 'hmac', name: 'SePay mới', accountIds: ['acc_sdboard'], ...body },
    headers,
  })
}

const look = async (id: string, session = accountant) => (await call(`/v1/connections/${id}`, session)).body

/** Past what is kept of connections in memory. */
let seconds = 0
function later(by = 6): void {
  seconds += by
  service.setNow(new Date(at('10:00:00').getTime() + seconds * 1000))
}

describe('a connection', () => {
  it('is set up with a strong secret, shown once and kept sealed, and with what to paste at the provider', async () => {
    const headers = { 'idempotency-key': 'once' }
    const made = await connect({}, accountant, headers)
    expect(made.status).toBe(201)
    const { connection, secret } = made.body
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(connection).toMatchObject({ state: 'waiting', provider: 'sepay', scheme: 'hmac', owner: 'board' })
    const url = `http://localhost/webhooks/sepay/${connection.id}`
    expect(connection.setup.map((step: { value: { vi: string } | null }) => step.value?.vi)).toEqual(
      expect.arrayContaining([url, 'HMAC-SHA256', 'Không', 'Bật']),
    )
    // Nowhere else, not even in the answer to the same request, and not in the database.
    const again = await connect({}, accountant, headers)
    expect(again.body).toEqual({ ...made.body, secret: null })
    expect(JSON.stringify(await look(connection.id))).not.toContain(secret)
    const rows = await inMarket(service.workerDb, 'mkt_songdao', (tx) =>
      tx.execute(sql`select answer from idempotency_key where answer is not null`),
    )
    expect(JSON.stringify(rows.rows)).not.toContain(secret)
  })

  it('bears out what another feed has the say on', async () => {
    const { body } = await connect()
    expect(body.connection.accounts).toMatchObject([{ accountId: 'acc_sdboard', authoritative: false }])
    const bindable = (await call(`${MARKET}/receiving-accounts`, head)).body
    expect(bindable.items[0]).toMatchObject({ id: 'acc_sdboard', number: '•••• 9999', isHeard: true })
  })

  it('waits, is turned away with the reason, and is heard', async () => {
    const { body } = await connect()
    const { id } = body.connection
    later()
    expect((await send(id, 'another secret')).status).toBe(401)
    const refused = await until(async () => {
      const seen = await look(id)
      return seen.state === 'refused' && seen
    }, 'the refusal to be noted')
    expect(refused.refusal).toMatchObject({ reason: 'signature_mismatch' })
    later()
    expect((await send(id, body.secret)).status).toBe(200)
    const heard = await until(async () => {
      const seen = await look(id)
      return seen.state === 'heard' && seen
    }, 'the message to be heard')
    expect(heard.lastHeardAt).not.toBeNull()
    // What was wrong before stays told, and counts no more.
    expect(heard.refusal.reason).toBe('signature_mismatch')
  })

  it('says when money came to an account that is not bound to it', async () => {
    const { body } = await connect()
    await send(body.connection.id, body.secret, { account: '0009999000' })
    await until(async () => (await look(body.connection.id)).foreignCount === 1, 'the foreign account')
  })

  it('takes a pasted secret trimmed, says what is odd about it, and refuses what cannot be one', async () => {
    const odd = await connect({ provider: 'casso', secret: ' short one\n' })
    expect([odd.body.secret, odd.body.oddities]).toEqual([null, ['trimmed', 'has_space', 'short']])
    for (const wrong of [
      { provider: 'casso' },
      { provider: 'casso', secret: '   ' },
      { provider: 'payos', scheme: 'api-key', secret: 'a'.repeat(40) },
      { provider: 'vietqrvn', scheme: 'token', secret: 'without-a-colon' },
      { provider: 'standard', secret: 'not whsec' },
      { accountIds: ['acc_nobody'] },
    ])
      expect([wrong, (await connect(wrong)).body.code]).toEqual([wrong, 'request_invalid'])
  })
})

describe('a secret that is changed', () => {
  it('works beside the old one until the chosen time, and alone after it', async () => {
    const { body } = await connect()
    const { id } = body.connection
    const oldUntil = new Date(service.ctx.now().getTime() + 60_000).toISOString()
    const rotated = await call(`/v1/connections/${id}/secrets`, accountant, { body: { oldUntil } })
    expect(rotated.status).toBe(201)
    expect(rotated.body.secret).not.toBe(body.secret)
    later()
    expect((await send(id, body.secret)).status).toBe(200)
    expect((await send(id, rotated.body.secret)).status).toBe(200)
    later(60)
    expect((await send(id, body.secret)).status).toBe(401)
    expect((await send(id, rotated.body.secret)).status).toBe(200)
  })

  it('can be ended at once, but not when it is the only one', async () => {
    const { body } = await connect()
    const { id, secrets } = body.connection
    const address = `/v1/connections/${id}/secrets`
    const end = (secretId: string) => call(`${address}/${secretId}`, accountant, { method: 'DELETE' })
    expect((await end(secrets[0].id)).body.code).toBe('secret_last')
    const oldUntil = new Date(service.ctx.now().getTime() + 3_600_000).toISOString()
    const rotated = await call(address, accountant, { body: { oldUntil } })
    later(1)
    expect((await end(secrets[0].id)).status).toBe(204)
    later()
    expect((await send(id, body.secret)).status).toBe(401)
    expect((await send(id, rotated.body.secret)).status).toBe(200)
    const far = new Date(service.ctx.now().getTime() + 40 * 86_400_000).toISOString()
    expect((await call(address, accountant, { body: { oldUntil: far } })).body.code).toBe('request_invalid')
  })
})

describe('a connection that is ended', () => {
  it('takes nothing after five seconds, and is changed no more', async () => {
    const first = (await connect({ accountIds: ['acc_sdau02'] })).body
    const { id } = first.connection
    expect((await send(id, first.secret)).status).toBe(200)
    expect((await call(`/v1/connections/${id}/revoke`, accountant, { method: 'POST' })).body.state).toBe(
      'revoked',
    )
    later(4)
    expect((await send(id, first.secret)).status).toBe(200)
    later(2)
    expect((await send(id, first.secret)).status).toBe(404)
    const oldUntil = service.ctx.now().toISOString()
    const changed = await call(`/v1/connections/${id}/secrets`, accountant, { body: { oldUntil } })
    expect(changed.body.code).toBe('connection_revoked')
  })

  it('leaves what it had the say on to the oldest other feed', async () => {
    // Two feeds of the demo have many accounts: the one that has this.
    const boards = (await call(`${MARKET}/connections`, head)).body.items
    const looks = await Promise.all(boards.map(({ id }: { id: string }) => look(id)))
    const seeded = looks.find(({ accounts: of }) =>
      of.some(
        ({ accountId, authoritative }: { accountId: string; authoritative: boolean }) =>
          accountId === 'acc_sdau03' && authoritative,
      ),
    )
    const heir = (await connect({ accountIds: ['acc_sdau03'] })).body.connection
    expect(heir.accounts[0].authoritative).toBe(false)
    const { accounts } = await look(seeded.id)
    const kept = accounts
      .filter(({ accountId }: { accountId: string }) => accountId !== 'acc_sdau03')
      .map(({ accountId, authoritative }: { accountId: string; authoritative: boolean }) => ({
        accountId,
        authoritative,
      }))
    const put = await call(`/v1/connections/${seeded.id}/accounts`, accountant, {
      method: 'PUT',
      body: { accounts: kept },
    })
    expect([put.status, put.body.accounts.length]).toEqual([200, accounts.length - 1])
    expect((await look(heir.id)).accounts[0].authoritative).toBe(true)
  })

  it('has its secrets in none of the answers', async () => {
    const answers = JSON.stringify([
      (await call(`${MARKET}/connections`, head)).body,
      ...(await Promise.all(
        (await call(`${MARKET}/connections`, head)).body.items.map(({ id }: { id: string }) => look(id)),
      )),
    ])
    for (const { secret } of service.markets[0]?.connections ?? []) expect(answers).not.toContain(secret)
    expect(answers).not.toContain('ciphertext')
  })
})

describe('what is another’s', () => {
  it('does not exist: another market’s connection, another’s letters', async () => {
    const { id, secrets } = (await connect()).body.connection
    const asked: [string, Options][] = [
      [`/v1/connections/${id}`, {}],
      [`/v1/connections/${id}/revoke`, { method: 'POST' }],
      [`/v1/connections/${id}/secrets`, { body: { oldUntil: service.ctx.now().toISOString() } }],
      [`/v1/connections/${id}/secrets/${secrets[0].id}`, { method: 'DELETE' }],
      [`/v1/connections/${id}/accounts`, { method: 'PUT', body: { accounts: [] } }],
      [`/v1/connections/${id}/pull`, { method: 'PUT', body: { key: 'abcdefgh' } }],
      [`${MARKET}/connections`, {}],
      [`${MARKET}/feeds/health`, {}],
      [`${MARKET}/feeds/dead-letters`, {}],
    ]
    for (const [path, options] of asked) {
      expect([path, (await call(path, elsewhere, options)).status]).toEqual([path, 404])
    }
    expect((await call(`/v1/connections/${id}`, stallholder)).status).toBe(404)
    expect((await look(id)).state).toBe('waiting')
    expect((await connect({}, head)).body.code).toBe('role_forbidden')
  })
})

describe('asking a provider', () => {
  it('goes to its own address with a sealed key, and only where it can be asked', async () => {
    const { id } = (await connect()).body.connection
    const path = `/v1/connections/${id}/pull`
    const on = await call(path, accountant, { method: 'PUT', body: { key: ' the key of the list ' } })
    expect(on.body.pull).toMatchObject({ baseUrl: feeds.sepay.pull.baseUrl, problem: null, failures: 0 })
    expect(JSON.stringify(on.body)).not.toContain('the key of the list')
    const { rows } = await service.workerDb.pool.query('select connection_id from pull_queue')
    expect(rows).toEqual([{ connection_id: id }])
    expect((await call(path, accountant, { method: 'PUT', body: { key: null } })).body.pull).toBeNull()
    const standard = await connect({ provider: 'standard' })
    const refused = await call(`/v1/connections/${standard.body.connection.id}/pull`, accountant, {
      method: 'PUT',
      body: { key: 'abc' },
    })
    expect(refused.body.code).toBe('pull_not_possible')
  })

  it('goes for orders where there is no list, with both of a merchant’s keys', async () => {
    const { id, canPull } = (await connect({ provider: 'payos', secret: 'a'.repeat(64) })).body.connection
    expect(canPull).toBe(true)
    const put = (key: string) =>
      call(`/v1/connections/${id}/pull`, accountant, { method: 'PUT', body: { key } })
    expect((await put('only-one')).body).toMatchObject({
      code: 'request_invalid',
      fields: { key: expect.any(String) },
    })
    expect((await put('client:the key')).body.pull).toMatchObject({
      baseUrl: feeds.payos.orders.baseUrl,
      everySeconds: 60,
    })
  })
})
