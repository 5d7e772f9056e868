import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD, DEMO_PIN } from '../demo/people.ts'
import { startService, type TestService } from '../testing.ts'

let service: TestService
beforeAll(async () => {
  service = await startService({ worker: false })
})
afterAll(async () => service.stop())

const tryLogIn = (login: string, secret: string) => service.call('/v1/sessions', { body: { login, secret } })

/** The cookies of one browser, sent where their path lets them go, the longest path first (RFC 6265, 5.4). */
function openBrowser() {
  const jar = new Map<string, { pair: string; path: string }>()
  const isUnder = (path: string, at: string): boolean =>
    path === '/' || at === path || at.startsWith(`${path}/`)
  return async (method: string, path: string, { body, token }: { body?: unknown; token?: string } = {}) => {
    const sent = [...jar.values()].filter((one) => isUnder(one.path, path))
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        cookie: sent
          .toSorted((a, b) => b.path.length - a.path.length)
          .map(({ pair }) => pair)
          .join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { 'x-csrf-token': token }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split('; ')
      const attribute = (name: string) =>
        rest.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
      const cookiePath = attribute('Path') ?? ''
      const key = `${pair.split('=')[0]} ${cookiePath}`
      expect(rest).toContain('SameSite=Lax')
      if (new Date(attribute('Expires') ?? '') > new Date('2026-11-24T03:00:00Z')) {
        expect(rest).toContain('HttpOnly')
        jar.set(key, { pair, path: cookiePath })
      } else jar.delete(key)
    }
    const text = await response.text()
    const sessions = new Map([...jar].filter(([key]) => !key.includes('_device ')))
    return { status: response.status, body: text === '' ? null : JSON.parse(text), cookies: sessions }
  }
}

describe('one browser', () => {
  const people = [
    { door: '/m', path: '/m', login: '0900010001', secret: DEMO_PIN },
    { door: '/admin', path: '/admin', login: 'head.sd', secret: DEMO_PASSWORD },
    { door: '', path: '/', login: 'accountant.sd', secret: DEMO_PASSWORD },
  ]

  it('holds a session of each app and one of neither, and ends each by itself', async () => {
    const ask = openBrowser()
    const tokens = new Map<string, string>()
    for (const { door, path, login, secret } of people) {
      const { status, body, cookies } = await ask('POST', `${door}/v1/sessions`, { body: { login, secret } })
      expect([status, body.user.login]).toEqual([201, login])
      expect([...cookies.values()].at(-1)?.path).toBe(path)
      tokens.set(door, body.csrfToken)
    }
    for (const { door, login } of people)
      expect((await ask('GET', `${door}/v1/me`)).body.user.login).toBe(login)
    const foreign = await ask('DELETE', '/m/v1/sessions/current', { token: tokens.get('/admin') ?? '' })
    expect([foreign.status, foreign.body.code]).toEqual([403, 'csrf_failed'])

    for (const [at, { door }] of people.entries()) {
      const ended = await ask('DELETE', `${door}/v1/sessions/current`, { token: tokens.get(door) ?? '' })
      expect(ended.status).toBe(204)
      expect(ended.cookies.size).toBe(people.length - at - 1)
      // With its own ended, an app has what was begun at the open door, which is ended last.
      const then = await ask('GET', `${door}/v1/me`)
      expect(door === '' ? then.status : then.body.user.login).toBe(door === '' ? 401 : people.at(-1)?.login)
      for (const other of people.slice(at + 1))
        expect((await ask('GET', `${other.door}/v1/me`)).body.user.login).toBe(other.login)
    }
  })

  it('finds the API behind its own doors alone', async () => {
    const ask = openBrowser()
    for (const address of ['/x/v1/me', '/m/admin/v1/me', '/m/m/v1/me', '/mv1/me', '/m/v1', '/m/v1/nothing'])
      expect((await ask('GET', address)).status, address).toBe(404)
    expect((await ask('GET', '/m/v1/me')).status).toBe(401)
  })
})

describe('a log-in', () => {
  it('opens a session that only its own cookie holds, and that ends when it is ended', async () => {
    const session = await service.logIn('head')
    const me = await service.call('/v1/me', { session })
    expect(me.body).toMatchObject({ roles: ['head'], market: { id: 'mkt_songdao', demo: true } })
    expect(me.headers.get('cache-control')).toBe('no-store')
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
    // In the words of a wrong secret: a lock would tell that there is such a login.
    expect([locked.status, locked.body.code]).toEqual([401, 'login_failed'])
    service.setNow(new Date('2026-11-24T03:01:01Z'))
    expect((await tryLogIn('cashier.sd', 'cho-mau-2026')).status).toBe(201)
  })

  it('counts what strangers try by itself, and never against a browser that is known', async () => {
    const login = 'head.sd'
    const answer = await tryLogIn(login, DEMO_PASSWORD)
    const device = answer.headers.getSetCookie().find((line) => line.startsWith('tienve_session_device='))
    const cookie = device?.split(';')[0] ?? ''
    const atHome = (secret: string) =>
      service.call('/v1/sessions', { body: { login, secret }, headers: { cookie } })

    for (let tries = 0; tries < 5; tries++) expect((await tryLogIn(login, 'wrong')).status).toBe(401)
    expect((await tryLogIn(login, DEMO_PASSWORD)).body.code).toBe('login_failed')
    expect((await atHome(DEMO_PASSWORD)).status).toBe(201)
    const [deviceToken] = cookie.split('=').slice(1)
    expect(
      (await service.call('/v1/sessions', { body: { login, secret: DEMO_PASSWORD, deviceToken } })).status,
    ).toBe(201)

    for (let tries = 0; tries < 5; tries++) expect((await atHome('wrong')).status).toBe(401)
    expect((await atHome(DEMO_PASSWORD)).body.code).toBe('login_locked')
  })

  it('adopts no device that a browser was given by somebody else', async () => {
    const device = (answer: Awaited<ReturnType<typeof tryLogIn>>): string =>
      answer.headers
        .getSetCookie()
        .find((line) => line.includes('_device='))
        ?.split(';')[0] ?? ''
    const planted = device(await tryLogIn('ward.sd', DEMO_PASSWORD))
    const body = { login: 'admin.sd', secret: DEMO_PASSWORD }
    const given = device(await service.call('/v1/sessions', { body, headers: { cookie: planted } }))
    expect(given.split('=')[1]?.split('~')).toHaveLength(2)
    expect(given.endsWith(planted.split('=')[1] ?? '')).toBe(true)
    for (let tries = 0; tries < 5; tries++)
      await service.call('/v1/sessions', { body: { ...body, secret: 'x' }, headers: { cookie: planted } })
    // Counted as a stranger's: the one planted is nobody's but the ward official's.
    expect((await service.call('/v1/sessions', { body, headers: { cookie: given } })).status).toBe(201)
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
