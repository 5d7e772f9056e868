import { roleCan } from '@tienve/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PIN } from '../../services/payment/src/demo/people.ts'
import { isChange, nameOf, ownRoutes, sampleFor } from '../../services/payment/src/http/testing.ts'
import {
  startService,
  until,
  type Answer,
  type Session,
  type TestService,
  tokenOf,
} from '../../services/payment/src/testing.ts'

/** Whoever would be somebody else: by a cookie, a guess, a key used before, or by asking as one who may not. */
let service: TestService
beforeAll(async () => {
  service = await startService({ requestsAMinute: 100_000 })
})
afterAll(() => service.stop())

const cookieOf = ({ headers }: Answer): string => headers.getSetCookie()[0]?.split(';')[0] ?? ''
const stallOf = (at: number, market = 0) => {
  const stall = service.markets[market]?.stalls[at]
  if (stall === undefined) throw new Error('there is no such stall')
  return stall
}
const logIn = (login: string, headers: Record<string, string> = {}) =>
  service.call('/v1/sessions', { body: { login, secret: DEMO_PIN }, headers })
const holds = async (cookie: string): Promise<number> =>
  (await service.call('/v1/me', { headers: { cookie } })).status

describe('a session', () => {
  it('is a new one at each log-in: what a browser held before is never taken over', async () => {
    const planted = `mkt_songdao.${'A'.repeat(43)}`
    for (const before of [`tienve_session=${planted}`, `tienve_session=; tienve_session=${planted}`]) {
      const answer = await logIn(stallOf(0).login, { cookie: before })
      expect(answer.status).toBe(201)
      expect(cookieOf(answer)).not.toContain(planted)
      expect(await holds(`tienve_session=${planted}`)).toBe(401)
    }
    const mine = cookieOf(await logIn(stallOf(1).login))
    const theirs = await logIn(stallOf(0).login, { cookie: mine })
    expect(cookieOf(theirs)).not.toBe(mine)
    expect(theirs.body.user.stallId).toBe(stallOf(0).id)
    expect((await service.call('/v1/me', { headers: { cookie: mine } })).body.user.stallId).toBe(
      stallOf(1).id,
    )
  })

  it('is over for every copy of its cookie once it is ended', async () => {
    const session = await service.logInAs(stallOf(0))
    expect(await holds(session.cookie)).toBe(200)
    await service.call('/v1/sessions/current', { method: 'DELETE', session })
    for (const path of ['/v1/me', '/m/v1/me', '/admin/v1/me', `/v1/stalls/${session.stallId}`])
      expect((await service.call(path, { session })).status).toBe(401)
  })

  it('is held by its cookie whole and by nothing like it', async () => {
    const token = tokenOf(await service.logInAs(stallOf(0)))
    const [market = '', secret = ''] = token.split('.')
    const forged = [
      token.slice(0, -1),
      `${token}A`,
      `${market}.${secret.toLowerCase()}`,
      `mkt_caulim.${secret}`,
      `${market}.`,
      `.${secret}`,
      `${market}.${secret}' or '1'='1`,
      `mkt_x' or true --.${secret}`,
      secret,
      `%00${token}`,
      JSON.stringify({ token }),
    ]
    for (const value of forged)
      expect([value, await holds(`tienve_session=${encodeURIComponent(value)}`)]).toEqual([value, 401])
    for (const headers of [
      { authorization: `Bearer ${token}` },
      { 'x-session': token },
      { cookie: `tienve_board=${token}` },
    ])
      expect((await service.call('/v1/me', { headers })).status).toBe(401)
    expect((await service.call(`/v1/me?tienve_session=${token}`)).status).toBe(401)
  })

  it('has a token of its own: another session’s does not do, be it the same person’s', async () => {
    const [one, other] = [await service.logInAs(stallOf(0)), await service.logInAs(stallOf(0))]
    const path = `/v1/stalls/${one.stallId}/cash-sales`
    for (const csrfToken of [
      other.csrfToken,
      '',
      one.csrfToken.toUpperCase(),
      `${one.csrfToken},${one.csrfToken}`,
    ]) {
      const { status, body } = await service.call(path, {
        session: { ...one, csrfToken },
        body: { amountVnd: 1_000 },
      })
      expect([csrfToken, status, body.code]).toEqual([csrfToken, 403, 'csrf_failed'])
    }
    const inQuery = await service.call(`${path}?x-csrf-token=${one.csrfToken}`, {
      method: 'POST',
      headers: { cookie: one.cookie, 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(inQuery.status).toBe(403)
  })
})

describe('whoever guesses', () => {
  /** The processor's time that some log-ins take, which argon2id makes the most of. */
  async function workOf(login: string, times: number): Promise<number> {
    const before = process.cpuUsage()
    for (let at = 0; at < times; at++)
      await service.call('/v1/sessions', { body: { login, secret: 'wrong' } })
    const { user, system } = process.cpuUsage(before)
    return user + system
  }

  it('is told the same of a login that is none and of one that is, with as much work done', async () => {
    const answerTo = async (login: string) => {
      const { status, body, headers } = await service.call('/v1/sessions', {
        body: { login, secret: 'wrong' },
      })
      return { status, body: { ...body, requestId: '' }, cookie: headers.get('set-cookie') }
    }
    const known = await answerTo(stallOf(2).login)
    expect(known).toMatchObject({ status: 401, body: { code: 'login_failed' }, cookie: null })
    for (const login of ['0999999999', 'nobody', stallOf(2).login.replace(/.$/, 'x')])
      expect(await answerTo(login)).toEqual(known)
    await workOf('nobody', 2)
    const [none, some] = [await workOf('nobody', 4), await workOf(stallOf(3).login, 4)]
    // Without the hash of nobody it would be a twentieth.
    expect(none / some).toBeGreaterThan(0.4)
  })

  it('learns nothing of stalls, receipts, connections or logins that are not there', async () => {
    const said = async (path: string, options = {}) => {
      const { status, body } = await service.call(path, options)
      return JSON.stringify([status, { ...body, requestId: '' }])
    }
    const json = { headers: { accept: 'application/json' } }
    const [a, b] = [await said('/r/AAAAAAAAAAAAAAAAAAAAAAAAAA', json), await said('/r/x', json)]
    expect(a).toBe(b)
    expect(await said('/p/SD-A00', json)).toBe(await said('/p/ZZZZ', json))
    const post = { method: 'POST', body: {} }
    expect(await said('/webhooks/sepay/con_none', post)).toBe(await said('/webhooks/none/con_none', post))
    const [{ id = '' } = {}] = service.markets[0]?.connections ?? []
    expect(await said(`/webhooks/casso/${id}`, post)).toBe(await said('/webhooks/casso/con_none', post))
  })
})

describe('a key that was used before', () => {
  it('gives its answer to the one who used it and to nobody else', async () => {
    const stall = stallOf(4)
    const owner = await service.logInAs(stall)
    const headers = { 'idempotency-key': 'one key for all' }
    const ask = (session: Session, amountVnd = 9_000, stallId = session.stallId ?? stall.id) =>
      service.call(`/v1/stalls/${stallId}/payment-requests`, { session, body: { amountVnd }, headers })
    const first = await ask(owner)
    expect(first.status).toBe(201)
    expect((await ask(owner)).body.id).toBe(first.body.id)
    const neighbour = await ask(await service.logInAs(stallOf(5)))
    const elsewhere = await ask(await service.logInAs(stallOf(0, 1)))
    for (const answer of [neighbour, elsewhere]) {
      expect(answer.status).toBe(201)
      expect(answer.body.id).not.toBe(first.body.id)
    }
    // The same address as the owner's: another stall's people, and roles that may not.
    for (const session of [
      await service.logInAs(stallOf(5)),
      await service.logIn('head'),
      await service.logIn('helper'),
    ]) {
      const { status, body } = await ask(session, 9_000, stall.id)
      expect([403, 404]).toContain(status)
      expect(JSON.stringify(body)).not.toContain(first.body.id)
    }
    const sold = await service.call(`/v1/stalls/${stall.id}/cash-sales`, {
      session: owner,
      body: { amountVnd: 9_000 },
      headers,
    })
    expect(sold.status).toBe(201)
    expect(sold.body.id).not.toBe(first.body.id)
    expect((await ask(owner, 9_001)).body.code).toBe('idempotency_key_reused')
  })

  it('gives a person’s answer to no other person of the same stall', async () => {
    const helper = await service.logIn('helper')
    const owner = await service.logInAs(
      service.markets[0]?.stalls.find(({ id }) => id === helper.stallId) ?? stallOf(0),
    )
    const ask = (session: Session) =>
      service.call(`/v1/stalls/${helper.stallId}/payment-requests`, {
        session,
        body: { amountVnd: 7_000 },
        headers: { 'idempotency-key': 'a key of two' },
      })
    const [one, other] = [await ask(owner), await ask(helper)]
    expect([one.status, other.status]).toEqual([201, 201])
    expect(other.body.id).not.toBe(one.body.id)
  })
})

describe('a helper', () => {
  it('hears each payment and reads no total, by any route, of any day', async () => {
    const helper = await service.logIn('helper')
    const stall = service.markets[0]?.stalls.find(({ id }) => id === helper.stallId) ?? stallOf(0)
    const owner = await service.logInAs(stall)
    const [bank, cash] = [[4_111_000, 3_222_000], 1_050_000]
    for (const [at, amountVnd] of bank.entries()) {
      const memo = service.markets[0]?.memos.get(stall.id) ?? ''
      await service.tell({ id: 9_000 + at, account: stall.account, amountVnd: BigInt(amountVnd), memo })
    }
    await service.call(`/v1/stalls/${stall.id}/cash-sales`, { session: owner, body: { amountVnd: cash } })
    const totals = [7_333_000, 8_383_000]
    const day = '2026-11-24'
    await until(async () => {
      const { body } = await service.call(`/v1/stalls/${stall.id}/summary?day=${day}`, { session: owner })
      return JSON.stringify(body).includes(String(totals[0]))
    }, 'the stallholder to see her own total')
    const routes = ownRoutes(service.app.guarded).filter(
      (route) =>
        !isChange(route) &&
        (route.access === 'public' || route.access === 'session' || roleCan('helper', route.access)),
    )
    const tricks = [
      '',
      `day=${day}`,
      `from=${day}&to=${day}`,
      `day=${day}&group=day&total=1`,
      `period=2026-11&role=head&stallId=${stall.id}`,
    ]
    const told: string[] = []
    let heard = 0
    for (const route of routes)
      for (const trick of tricks) {
        const path = route.url
          .replace('/markets/:id', `/markets/${helper.marketId}`)
          .replace('/stalls/:id', `/stalls/${stall.id}`)
          .replace(':stallCode', stall.code)
          .replaceAll(/:(\w+)(\([^)]*\))?/g, 'none')
        const query = new URLSearchParams(
          Object.entries(Object(sampleFor(route, 'querystring'))).map(([name, value]) => [
            name,
            String(value),
          ]),
        )
        for (const [name, value] of new URLSearchParams(trick)) query.set(name, value)
        const { status, body } = await service.call(`${path}?${query}`, { session: helper })
        const text = JSON.stringify(body)
        heard += status === 200 && text.includes(String(bank[0])) ? 1 : 0
        if (totals.some((total) => text.includes(String(total)))) told.push(`${nameOf(route)} ${trick}`)
      }
    expect(told).toEqual([])
    expect(heard).toBeGreaterThan(0)
    expect(
      (await service.call(`/v1/stalls/${stall.id}/summary?day=${day}`, { session: helper })).body.code,
    ).toBe('role_forbidden')
  })
})
