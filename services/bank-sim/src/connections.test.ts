import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openBook } from './book-file.ts'
import { createConnections } from './connections.ts'
import { BOARD, demoOf, STALL, startSim, type Kind, type SimUnderTest } from './testing.ts'

const KIND: Kind = { provider: 'sepay', secrets: { hmacSecret: 'key-of-the-demo', apiKey: 'key-of-the-new' } }
const ID = 'con_new'

let under: SimUnderTest | null = null
afterEach(async () => {
  await under?.stop()
  under = null
})
const folder = mkdtempSync(join(tmpdir(), 'bank-sim-'))
afterAll(() => rmSync(folder, { recursive: true }))

const accountsOf = (...of: { bin: string; account: string }[]) =>
  of.map(({ bin, account }) => ({ bin, number: account }))

/** What a person pastes at a provider's console. */
const pasted = (url: string, more: object = {}) => ({
  provider: 'sepay',
  url: `${url}/webhooks/sepay/${ID}`,
  scheme: 'api-key',
  secret: ' key-of-the-new ',
  accounts: accountsOf(STALL),
  ...more,
})

async function start(kind: Kind = KIND, options: Parameters<typeof startSim>[1] = {}) {
  under = await startSim(kind, options)
  const { sim, url, heard, pay } = under
  const call = async (method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) => {
    const response = await sim.inject({ method, url: path, ...(payload === undefined ? {} : { payload }) })
    return { status: response.statusCode, body: response.json() }
  }
  const silence = (id: string, isSilent: boolean) => call('PUT', `/connections/${id}/silent`, { isSilent })
  return { url, heard, pay, call, silence }
}

describe('a connection that somebody set up', () => {
  it('is told of its accounts beside who was told before, with what it was given', async () => {
    const { url, heard, pay, call } = await start()
    const { status, body } = await call('POST', '/connections', pasted(url))
    expect([status, body.id, body.provider, body.isOfDemo]).toEqual([201, ID, 'sepay', false])
    await pay({ bin: STALL.bin, account: STALL.account, amountVnd: 35_000 })
    expect(heard.map(({ path, ok }) => [path, ok]).toSorted()).toEqual([
      ['', true],
      [`/webhooks/sepay/${ID}`, true],
    ])
    expect(new Set(heard.map(({ events }) => events[0]?.bankReference)).size).toBe(1)
    await pay({ ...BOARD, amountVnd: 35_000 })
    expect(heard.map(({ path }) => path).filter((path) => path === '')).toHaveLength(2)
    expect(JSON.stringify(await call('GET', '/connections'))).not.toContain('key-of-the-new')
  })

  it('answers for its list by the key that it was given, also when what it had to tell was lost', async () => {
    const { url, heard, pay, call, silence } = await start()
    const { body } = await call('POST', '/connections', pasted(url))
    await silence(ID, true)
    await silence('con_1', true)
    const { body: paid } = await pay({ bin: STALL.bin, account: STALL.account, amountVnd: 35_000 })
    expect([heard, paid.deliveries, paid.movements.map(({ lost }) => lost)]).toEqual([[], [], [true]])
    const { sim } = under ?? {}
    const list = await sim?.inject({
      url: `/pull/${ID}/v2/transactions`,
      headers: { authorization: `Bearer ${body.pullKey}` },
    })
    expect(list?.json().data.map((one: { amount_in: number }) => one.amount_in)).toEqual([35_000])

    await silence(ID, false)
    await pay({ bin: STALL.bin, account: STALL.account, amountVnd: 36_000 })
    expect(heard.map(({ path, events }) => [path, events[0]?.amount])).toEqual([
      [`/webhooks/sepay/${ID}`, 36_000n],
    ])
  })

  it.each([
    ['sepay', 'hmac', { hmacSecret: 'a secret' }],
    ['sepay', 'token', { tokenSecret: 'name:a secret' }],
    ['casso', 'api-key', { apiKey: 'a secret' }],
    ['payos', 'hmac', { hmacSecret: 'a secret' }],
    ['standard', 'hmac', { hmacSecret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }],
  ])(
    'sends what %s sends at the press of "test" by %s, which is never money',
    async (provider, scheme, secrets) => {
      const { url, heard, call } = await start({ provider, secrets })
      const [secret] = Object.values(secrets)
      await call('POST', '/connections', {
        ...pasted(url),
        provider,
        url: `${url}/webhooks/${provider}/${ID}`,
        scheme,
        secret,
      })
      const { body } = await call('POST', `/connections/${ID}/test`)
      expect(body.deliveries.map((one: { status: number }) => one.status)).toEqual([200])
      expect(heard.flatMap(({ events }) => events.map(({ kind }) => kind))).toEqual(['test'])
    },
  )

  it('has no test where that could not be told from money', async () => {
    const { url, heard, call } = await start({ provider: 'vietqrvn', secrets: { tokenSecret: 'a:b' } })
    const more = {
      provider: 'vietqrvn',
      url: `${url}/webhooks/vietqrvn/${ID}`,
      scheme: 'token',
      secret: 'a:b',
    }
    await call('POST', '/connections', pasted(url, more))
    expect((await call('POST', `/connections/${ID}/test`)).status).toBe(400)
    expect(heard).toEqual([])
  })

  it('proves nothing where nothing was asked for', async () => {
    const { url, heard, call } = await start()
    await call('POST', '/connections', pasted(url, { scheme: 'none', secret: '' }))
    await call('POST', `/connections/${ID}/test`)
    expect(heard.map(({ ok }) => ok)).toEqual([false])
  })

  it.each([
    [{ url: 'http://example.com/webhooks/sepay/con_new' }, 400, 'url'],
    [{ provider: 'casso' }, 400, 'provider'],
    [{ secret: ' ' }, 400, 'secret'],
    [{ accounts: [{ bin: '970436', number: '0009999999' }] }, 404, 'accounts'],
  ])('is refused with %j, and the field is named', async (more, status, field) => {
    const { url, call } = await start()
    const { body: before } = await call('GET', '/connections')
    const answer = await call('POST', '/connections', pasted(url, more))
    expect([answer.status, Object.keys(answer.body.fields)]).toEqual([status, [field]])
    expect((await call('GET', '/connections')).body).toEqual(before)
  })
})

it('is remembered after a restart, with its silence, at the address that the service has then', async () => {
  const file = join(folder, 'bank.jsonl')
  const demo = demoOf('http://localhost:1111', KIND)
  const first = openBook(file)
  const before = createConnections(demo, first.connections, first.keepConnection)
  before.put({
    id: ID,
    provider: 'sepay',
    marketId: 'mkt_demo',
    webhookUrl: `http://localhost:1111/webhooks/sepay/${ID}`,
    secrets: { apiKey: 'x' },
    accounts: accountsOf(STALL),
  })
  before.setSilent(ID, true)
  before.setSilent('con_1', true)
  before.setSilent('con_1', false)
  first.close()
  const second = openBook(file)
  const after = createConnections(
    demoOf('http://localhost:2222', KIND),
    second.connections,
    second.keepConnection,
  )
  second.close()
  expect(after.of(STALL).map(({ id, webhookUrl }) => [id, webhookUrl, after.isSilent(id)])).toEqual([
    ['con_1', 'http://localhost:2222/hook', false],
    [ID, `http://localhost:2222/webhooks/sepay/${ID}`, true],
  ])
})
