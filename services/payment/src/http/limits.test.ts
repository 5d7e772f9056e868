import { ROLES, roleCan } from '@tienve/contracts'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type Session, type TestService } from '../testing.ts'
import { SLOW } from './limits.ts'
import { isChange, nameOf, ownRoutes } from './testing.ts'

const A_PERSON = 80

let service: TestService
let proxied: TestService
beforeAll(async () => {
  ;[service, proxied] = await Promise.all([
    startService({ worker: false, requestsAMinute: A_PERSON }),
    startService({ worker: false, trustProxy: 1 }),
  ])
})
afterAll(async () => {
  await Promise.all([service.stop(), proxied.stop()])
})

/** Asks so often, and answers how often it was let in and what was said last. */
async function askOften(
  of: TestService,
  times: number,
  path: string,
  options: (at: number) => Parameters<TestService['call']>[1],
) {
  let passed = 0
  let last = await of.call(path, options(0))
  for (let at = 1; at <= times && last.status !== 429; at++) {
    passed++
    last = await of.call(path, options(at))
  }
  return { passed, last }
}

describe('requests', () => {
  it('are counted by person, on all phones together, and say when to come back', async () => {
    const phones = [await service.logInAs(stall(0)), await service.logInAs(stall(0))]
    const { passed, last } = await askOften(service, 200, '/v1/me', (at) => ({
      session: phones[at % 2] as Session,
    }))
    expect(passed).toBe(A_PERSON)
    expect([last.status, last.body.code]).toEqual([429, 'rate_limited'])
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(last.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect((await service.call('/v1/me', { session: await service.logInAs(stall(1)) })).status).toBe(200)
  })

  it('for what is dear have a limit of their own, by person', async () => {
    const paper = '/v1/stalls/none/card.pdf'
    const [one, other] = [await service.logInAs(stall(2)), await service.logInAs(stall(3))]
    const { passed, last } = await askOften(service, 200, paper, () => ({ session: one }))
    expect([passed, last.status]).toEqual([60, 429])
    expect((await service.call(paper, { session: other })).status).toBe(404)
  })

  it('of nobody are counted by the address that the last proxy saw, whatever else is said of it', async () => {
    const from = (address: string) => (at: number) => ({
      headers: { 'x-forwarded-for': `10.0.0.${at}, ${address}` },
    })
    const { passed } = await askOften(proxied, 200, '/r/none.pdf', from('198.51.100.7'))
    expect(passed).toBe(60)
    expect((await proxied.call('/r/none.pdf', from('198.51.100.8')(0))).status).toBe(404)
  })

  it('without a proxy are counted by their own address, and what they say of it is nothing', async () => {
    const { passed } = await askOften(service, 200, '/r/none.pdf', (at) => ({
      headers: { 'x-forwarded-for': `198.51.100.${at}` },
    }))
    expect(passed).toBe(60)
  })
})

/** Bodies that may be larger than all others, each with what they hold. */
const LARGE: Readonly<Record<string, string>> = {
  'POST /v1/markets/:id/register/import': 'a sheet',
  'POST /v1/markets/:id/register/preview': 'a sheet',
  'POST /v1/receiving-accounts/:id/statements': 'a statement',
  'POST /v1/receiving-accounts/:id/statements/preview': 'a statement',
  'POST /webhooks/:provider/:connectionId': 'a message of a bank',
  'POST /webhooks/standard/:connectionId/statements': 'a statement',
  'POST /webhooks/sepay/:connectionId/oauth/token': 'a message of a bank',
  'POST /webhooks/vietqrvn/:connectionId/api/token_generate': 'a message of a bank',
  'POST /webhooks/vietqrvn/:connectionId/bank/api/transaction-sync': 'a message of a bank',
}

describe('a body', () => {
  it('of more than 64 kB is refused by every route but those that take a file or a bank’s message', async () => {
    const people = new Map<string, Session>()
    for (const role of ROLES) people.set(role, await service.logIn(role))
    const taken: string[] = []
    for (const route of ownRoutes(service.app.guarded).filter(isChange)) {
      const { access } = route
      const role = ROLES.find((one) => access === 'session' || (access !== 'public' && roleCan(one, access)))
      const session = role === undefined ? undefined : people.get(role)
      const { status, body } = await service.call(route.url.replaceAll(/:(\w+)(\([^)]*\))?/g, 'none'), {
        method: route.method,
        body: 'x'.repeat(64 * 1024),
        ...(session === undefined ? {} : { session }),
      })
      if (status !== 413 || body.code !== 'body_too_large') taken.push(nameOf(route))
    }
    expect(taken.toSorted()).toEqual(Object.keys(LARGE).toSorted())
  })

  it('or headers that do not come are waited for no longer than was said', async () => {
    const { server } = service.app
    expect([server.headersTimeout, server.requestTimeout]).toEqual([
      SLOW.http.headersTimeout,
      SLOW.requestTimeout,
    ])
    Object.assign(server, { headersTimeout: 300, requestTimeout: 600 })
    const { port } = server.address() as AddressInfo
    const ends = [
      'GET /v1/me HTTP/1.1\r\nhost: a\r\n',
      'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{',
    ].map(
      (begun) =>
        new Promise<string>((resolve) => {
          let said = ''
          const socket = connect(port, '127.0.0.1', () => socket.write(begun))
          socket.on('data', (data) => (said += data.toString()))
          socket.on('close', () => resolve(said.split('\r\n')[0] ?? ''))
        }),
    )
    expect(await Promise.all(ends)).toEqual(['HTTP/1.1 408 Request Timeout', 'HTTP/1.1 408 Request Timeout'])
    Object.assign(server, { headersTimeout: SLOW.http.headersTimeout, requestTimeout: SLOW.requestTimeout })
  })
})

describe('live streams', () => {
  it('are so many a person and no more, and room comes back when one is closed', async () => {
    const session = await proxied.logInAs(stall(4))
    const open = async (of: Session) => {
      const stop = new AbortController()
      const { status, headers } = await fetch(`${proxied.url}/v1/stalls/${of.stallId}/live`, {
        headers: { cookie: of.cookie },
        signal: stop.signal,
      })
      return { status, retryAfter: headers.get('retry-after'), stop }
    }
    const streams = []
    for (let at = 0; at < 64; at++) streams.push(await open(session))
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await open(session)).toMatchObject({ status: 429, retryAfter: '30' })
    expect((await open(await proxied.logInAs(stall(5)))).status).toBe(200)
    streams[0]?.stop.abort()
    await expect.poll(async () => (await open(session)).status).toBe(200)
  })
})

function stall(at: number): { login: string } {
  const found = service.markets[0]?.stalls[at]
  if (found === undefined) throw new Error('there is no such stall')
  return found
}
