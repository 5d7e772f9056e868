import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../demo/people.ts'
import { startService, type TestService } from '../testing.ts'
import { contentPolicy } from './headers.ts'
import { isChange, nameOf, sampleFor } from './testing.ts'
import type { GuardedRoute } from './types.ts'

const AT_ONCE = 8
const LOG_OUT = 'DELETE /v1/sessions/current'

let demo: TestService
let real: TestService
beforeAll(async () => {
  ;[demo, real] = await Promise.all([
    startService({ worker: false }),
    startService({ worker: false, demo: false }),
  ])
})
afterAll(async () => {
  await Promise.all([demo.stop(), real.stop()])
})

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': expect.stringMatching(/^camera=\(self\), microphone=\(\)/),
}

/** An address of a route, for nobody in particular. */
const pathOf = ({ url }: GuardedRoute): string =>
  url.replaceAll(/:(\w+)(\([^)]*\))?/g, 'none').replace(/\*$/, 'none')

const headersOf = (response: Response): Record<string, string> => Object.fromEntries(response.headers)

/** Asks for every route and some addresses that are none, and tells what is wrong with the headers of each answer. */
async function walk(
  service: TestService,
  look: (name: string, answer: Response) => string[],
  headers: Record<string, string> = {},
) {
  const routes = service.app.guarded.map((route) => ({ method: route.method, path: pathOf(route), route }))
  const odd = ['/nowhere', '/v1/nowhere', '/%ff', '/..%2f', '/m/nowhere', '/docs/', '/public/page.css'].map(
    (path) => ({
      method: 'GET',
      path,
      route: null,
    }),
  )
  const faults: string[] = []
  const left = [...routes, ...odd].values()
  const one = async (): Promise<void> => {
    for (const { method, path, route } of left) {
      const body = route === null ? undefined : sampleFor(route, 'body')
      const answer = await fetch(`${service.url}${path}`, {
        method,
        redirect: 'manual',
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      await answer.body?.cancel()
      faults.push(...look(`${method} ${path}: ${answer.status}`, answer))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  expect(routes.length).toBeGreaterThan(250)
  return faults
}

describe('every answer', () => {
  it('says what a browser may do with it, outside a demo that https is the only way', async () => {
    for (const [service, transport] of [
      [demo, undefined],
      [real, 'max-age=31536000; includeSubDomains'],
    ] as const) {
      const own = contentPolicy(service.ctx.config.demo)
      const faults = await walk(service, (name, answer) => {
        const said = headersOf(answer)
        const policy = said['content-security-policy'] ?? ''
        // The reference of the API names the styles of its own by a nonce; all else is alike.
        const isOwn = policy === own || (/\/docs/.test(name) && policy.replace(/ 'nonce-[^']+'/, '') === own)
        try {
          expect(said).toMatchObject(ALWAYS)
          expect(said['strict-transport-security']).toBe(transport)
          return isOwn ? [] : [`${name}: ${policy}`]
        } catch (error) {
          return [`${name}: ${String(error)}`]
        }
      })
      expect(faults).toEqual([])
    }
  })

  it('lets no script and no style run that stands inside a page, and nothing of elsewhere', () => {
    for (const isDemo of [true, false]) {
      const policy = contentPolicy(isDemo)
      expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
      expect(policy).not.toMatch(/unsafe|\*|https?:|blob:/)
      expect(policy.includes('upgrade-insecure-requests')).toBe(!isDemo)
    }
  })

  it('lets no other origin read it, whoever asks and by whatever', async () => {
    const allowed = (name: string, { headers, status }: Response): string[] => {
      const given = [...headers.keys()].filter((key) => key.startsWith('access-control'))
      return given.length > 0 || (name.startsWith('OPTIONS') && status < 400)
        ? [`${name}: ${given.join()}`]
        : []
    }
    for (const origin of ['https://evil.example', demo.url])
      expect(await walk(demo, allowed, { origin })).toEqual([])
    const preflights = demo.app.guarded.filter(isChange)
    const faults: string[] = []
    for (const route of preflights) {
      const answer = await fetch(`${demo.url}${pathOf(route)}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': route.method,
          'access-control-request-headers': 'x-csrf-token, content-type',
        },
      })
      await answer.body?.cancel()
      faults.push(...allowed(`OPTIONS ${route.url}`, answer))
    }
    expect(faults).toEqual([])
  })

  it('to a session is stored nowhere', async () => {
    const session = await demo.logIn('accountant')
    const { headers } = await demo.call('/v1/me', { session })
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('a session’s cookie', () => {
  const DOORS = [
    ['', '__Host-tienve_session', '/'],
    ['/m', '__Secure-tienve_stall', '/m'],
    ['/admin', '__Secure-tienve_board', '/admin'],
  ] as const

  it.each(DOORS)(
    'of the door “%s” is kept from scripts, other sites, other paths and plain http',
    async (door, name, path) => {
      const plain = name.replace(/^__\w+-/, '')
      const cookieOf = async (service: TestService) => {
        const answer = await service.call(`${door}/v1/sessions`, {
          body: { login: 'cashier.sd', secret: DEMO_PASSWORD },
        })
        expect(answer.status).toBe(201)
        return { text: answer.headers.getSetCookie().join('\n'), csrfToken: String(answer.body.csrfToken) }
      }
      const { text, csrfToken } = await cookieOf(real)
      expect(text).toMatch(
        new RegExp(
          ['', '_device']
            .map((of) => `^${name}${of}=[^;]+; Path=${path}; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$`)
            .join('\n'),
          'm',
        ),
      )
      const cookie = text.split(';')[0] ?? ''
      expect((await real.call(`${door}/v1/me`, { headers: { cookie } })).status).toBe(200)
      // Under the name that plain http could have set it is nobody's.
      expect(
        (await real.call(`${door}/v1/me`, { headers: { cookie: cookie.replace(name, plain) } })).status,
      ).toBe(401)
      const out = await real.call(`${door}${LOG_OUT.slice(7)}`, {
        method: 'DELETE',
        headers: { cookie, 'x-csrf-token': csrfToken },
      })
      expect(out.headers.getSetCookie().join()).toMatch(new RegExp(`^${name}=; .*Path=${path}; .*Secure`))
      expect((await real.call(`${door}/v1/me`, { headers: { cookie } })).status).toBe(401)
      expect((await cookieOf(demo)).text).toMatch(
        new RegExp(`^${plain}=[^;]+; Path=${path}; Expires=[^;]+; HttpOnly; SameSite=Lax$`, 'm'),
      )
    },
  )
})

describe('a page of another site', () => {
  it('changes nothing by any route, not even with the token, nor logs anybody in', async () => {
    const faults: string[] = []
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: demo.url.replace('http:', 'https:').replace(/\d+$/, '1') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      for (const route of demo.app.guarded.filter(isChange)) {
        if (route.url.startsWith('/webhooks/')) continue
        const { status, body } = await demo.call(pathOf(route), {
          method: route.method,
          body: sampleFor(route, 'body'),
          headers,
        })
        if (status !== 403 || body.code !== 'csrf_failed')
          faults.push(`${nameOf(route)}: ${status} ${body.code}`)
      }
    expect(faults).toEqual([])
  })

  it('is told from our own, by either header, and from whoever is no browser', async () => {
    const session = await demo.logIn('stallholder')
    const body = { amountVnd: 1_000 }
    for (const headers of [
      {},
      { origin: demo.url },
      { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ]) {
      const { status } = await demo.call(`/v1/stalls/${session.stallId}/cash-sales`, {
        session,
        body,
        headers,
      })
      expect(status).toBe(201)
    }
  })

  it('matters to no bank, whose messages are proved by their signature and know no session', async () => {
    const { cookie } = await demo.logIn('stallholder')
    const answer = await fetch(`${demo.url}/webhooks/sepay/con_none`, {
      method: 'POST',
      headers: { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      body: '{}',
    })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      404,
      'connection_unknown',
    ])
  })
})
