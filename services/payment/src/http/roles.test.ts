import {
  isKeyPermission,
  KEY_PERMISSIONS,
  PERMISSIONS,
  REPORTS,
  ROLES,
  roleCan,
  type KeyPermission,
  type Permission,
  type Role,
} from '@tienve/contracts'
import { createDb } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getCatalogue } from '../summaries/service.ts'
import { startService, tokenOf, type Session, type TestService } from '../testing.ts'
import { isChange, nameOf, ownRoutes, PUBLIC_ROUTES, rolesPage, sampleFor } from './testing.ts'
import type { GuardedRoute } from './types.ts'

/** The smaller market: what a list holds does not matter here. */
const MARKET = 1
const LOG_OUT = 'DELETE /v1/sessions/current'
const AT_ONCE = 12
const PATIENCE_MS = 180_000

let service: TestService
let own: GuardedRoute[]
let guarded: GuardedRoute[]
const sessions = new Map<Role, Session>()

beforeAll(async () => {
  service = await startService({ worker: false })
  own = ownRoutes(service.app.guarded)
  guarded = own.filter(({ access }) => access !== 'public')
  for (const role of ROLES) sessions.set(role, await service.logIn(role, MARKET))
})
afterAll(async () => service.stop())

type Seen = { status: number; code: string | null; roles: unknown; permission: unknown }

/** What a route answers to a role on its own market and stall; of anything else there is nothing here. */
async function send(route: GuardedRoute, role: Role, headers: Record<string, string>): Promise<Seen> {
  const body = sampleFor(route, 'body')
  const query = Object.entries(sampleFor(route, 'querystring') ?? {}).map(([name, value]) => [
    name,
    String(value),
  ])
  const response = await fetch(`${service.url}${pathOf(route, role)}?${new URLSearchParams(query)}`, {
    method: route.method,
    headers: {
      ...(isChange(route) ? { 'idempotency-key': crypto.randomUUID() } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
  // A stream of events never ends by itself.
  if (!isProblem) await response.body?.cancel()
  const { code = null, roles, permission } = isProblem ? JSON.parse(await response.text()) : {}
  return { status: response.status, code, roles, permission }
}

function pathOf({ url }: GuardedRoute, role: Role): string {
  const { marketId } = sessionOf(role)
  // To lay out a paper takes longer than all the rest; that there is no such stall is said after the door too.
  const { stallId } = sessionOf('stallholder')
  const values: Record<string, string> = {
    day: '2026-11-23',
    seq: '1',
    page: '1',
    book: 's1a',
    report: reportFor(role),
  }
  return url
    .replace('/markets/:id', `/markets/${marketId}`)
    .replace('/stalls/:id', url.endsWith('.pdf') ? '/stalls/none_here' : `/stalls/${stallId}`)
    .replaceAll(/:(\w+)(\([^)]*\))?/g, (_, name: string) => values[name] ?? 'none_here')
}

/** A report that the role may read; for a role that may read none, any. */
const reportFor = (role: Role): string => reportsOf(role)[0] ?? REPORTS[0]
const reportsOf = (role: Role) =>
  getCatalogue({ marketId: '', userId: '', role, stallId: null }).items.map(({ id }) => id)

const may = ({ access }: GuardedRoute, role: Role): boolean =>
  access === 'public' || access === 'session' || roleCan(role, access)

function sessionOf(role: Role): Session {
  const session = sessions.get(role)
  if (session === undefined) throw new Error(`nobody is logged in as ${role}`)
  return session
}
const headersOf = ({ cookie, csrfToken }: Session) => ({ cookie, 'x-csrf-token': csrfToken })

/** Every pair of a list and another, some at once, by what is wrong with each; nothing where nothing is. */
async function faultsOf<T>(
  cells: readonly T[],
  look: (cell: T) => Promise<string | null>,
): Promise<string[]> {
  const faults: string[] = []
  const left = cells.values()
  const walk = async (): Promise<void> => {
    for (const cell of left) {
      const fault = await look(cell)
      if (fault !== null) faults.push(fault)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, walk))
  return faults
}

const cellsOf = (routes: readonly GuardedRoute[]) =>
  routes.flatMap((route) => ROLES.map((role) => ({ route, role })))

async function faultOf({ route, role }: { route: GuardedRoute; role: Role }): Promise<string | null> {
  const { status, code, ...said } = await send(route, role, headersOf(sessionOf(role)))
  const cell = `${role}, ${nameOf(route)}: ${status} ${code}`
  if (status === 429 || status >= 500) return cell
  if (may(route, role))
    return status === 401 || code === 'role_forbidden' || code === 'csrf_failed' ? cell : null
  if (status !== 403 || code !== 'role_forbidden') return cell
  // `may` has told the other two kinds of access apart.
  const holders = PERMISSIONS[route.access as Permission]
  const isTold = said.permission === route.access && JSON.stringify(said.roles) === JSON.stringify(holders)
  return isTold ? null : `${cell}, and says ${JSON.stringify(said)}`
}

it('docs/ROLES.md says what the code says', async () => {
  await expect(rolesPage(service.app.guarded)).toMatchFileSnapshot('../../../../docs/ROLES.md')
})

describe('every route', () => {
  it('is open to everybody only if it is listed with a reason', () => {
    expect(
      own
        .filter(({ access }) => access === 'public')
        .map(nameOf)
        .toSorted(),
    ).toEqual(Object.keys(PUBLIC_ROUTES).toSorted())
    expect(guarded.length).toBeGreaterThan(150)
  })

  it('is as open to HEAD as to GET', () => {
    const byUrl = new Map(
      own.filter(({ method }) => method === 'GET').map(({ url, access }) => [url, access]),
    )
    const heads = service.app.guarded.filter(({ method, url }) => method === 'HEAD' && byUrl.has(url))
    expect(heads.length).toBe(byUrl.size)
    expect(heads.filter(({ url, access }) => byUrl.get(url) !== access)).toEqual([])
  })

  it(
    'answers nobody without a session that holds',
    async () => {
      const { cookie, marketId } = sessionOf('accountant')
      const elsewhere = service.markets[0]?.id ?? ''
      const forged: Record<string, string | null> = {
        none: null,
        'of chance': `tienve_session=${marketId}.${'A'.repeat(43)}`,
        'of another market': cookie.replace(marketId, elsewhere),
        expired: (await expire(await service.logIn('accountant', MARKET))).cookie,
        'logged out': (await logOut(await service.logIn('accountant', MARKET))).cookie,
      }
      const cells = guarded.flatMap((route) =>
        Object.entries(forged).map(([name, held]) => ({ route, name, held })),
      )
      const faults = await faultsOf(cells, async ({ route, name, held }) => {
        const { status, code } = await send(route, 'accountant', held === null ? {} : { cookie: held })
        return status === 401 && code === 'session_required'
          ? null
          : `${name}, ${nameOf(route)}: ${status} ${code}`
      })
      expect(faults).toEqual([])
    },
    PATIENCE_MS,
  )

  it(
    'that changes something asks everybody for the token of the session',
    async () => {
      const cells = cellsOf(guarded.filter(isChange)).filter(({ route, role }) => may(route, role))
      const tokens = [undefined, sessionOf('ward').csrfToken.replace(/^./, '-')]
      const faults = await faultsOf(
        cells.flatMap((cell) => tokens.map((token) => ({ ...cell, token }))),
        async ({ route, role, token }) => {
          const { cookie } = sessionOf(role)
          const { status, code } = await send(route, role, {
            cookie,
            ...(token === undefined ? {} : { 'x-csrf-token': token }),
          })
          return status === 403 && code === 'csrf_failed'
            ? null
            : `${role}, ${nameOf(route)}: ${status} ${code}`
        },
      )
      expect(faults).toEqual([])
    },
    PATIENCE_MS,
  )

  it(
    'that shows a report asks for the permission of that report too',
    async () => {
      const readers = ROLES.filter((role) => roleCan(role, 'reports.read'))
      const cells = readers.flatMap((role) => REPORTS.map((report) => ({ role, report })))
      const faults = await faultsOf(cells, async ({ role, report }) => {
        const session = sessionOf(role)
        const { status, body } = await service.call(`/v1/markets/${session.marketId}/reports/${report}`, {
          session,
        })
        if (reportsOf(role).includes(report)) return status === 200 ? null : `${role}, ${report}: ${status}`
        const isTold = body.code === 'role_forbidden' && !body.roles.includes(role)
        return isTold
          ? null
          : `${role}, ${report}: ${status} ${body.code}, and says ${JSON.stringify(body.roles)}`
      })
      expect(faults).toEqual([])
    },
    PATIENCE_MS,
  )

  it(
    'lets a key in where it was given that, needs no other token of it, and tells it elsewhere what it lacks',
    async () => {
      const all = await makeKey([...KEY_PERMISSIONS])
      const one = await makeKey(['rounds.read'])
      const cells = guarded.flatMap((route) => [
        { route, token: all, given: (access: string) => isKeyPermission(access) },
        { route, token: one, given: (access: string) => access === 'rounds.read' },
      ])
      const faults = await faultsOf(cells, async ({ route, token, given }) => {
        // The cookie is that of somebody who may do nearly everything: it must not help.
        const { cookie } = sessionOf('accountant')
        const { status, code, permission } = await send(route, 'accountant', {
          cookie,
          authorization: `Bearer ${token}`,
        })
        const cell = `${nameOf(route)}: ${status} ${code} ${String(permission)}`
        if (given(route.access))
          return status < 500 && status !== 401 && status !== 403 && status !== 429 ? null : cell
        return status === 403 && code === 'api_key_forbidden' && permission === route.access ? null : cell
      })
      expect(faults).toEqual([])
    },
    PATIENCE_MS,
  )

  it(
    'lets no key in that has run out, was revoked, is of another market or of nobody',
    async () => {
      const revoked = await makeKey([...KEY_PERMISSIONS])
      await revoke(revoked)
      const live = await makeKey([...KEY_PERMISSIONS])
      const dead: Record<string, string> = {
        revoked,
        'with another secret': live.slice(0, -1) + (live.endsWith('0') ? '1' : '0'),
        'said to be of another market': live.replace('tvk_caulim_', 'tvk_songdao_'),
        'of no form': 'tvk_x',
        'a session': tokenOf(sessionOf('accountant')),
      }
      const cells = guarded.flatMap((route) =>
        Object.entries(dead).map(([name, token]) => ({ route, name, token })),
      )
      const faults = await faultsOf(cells, async ({ route, name, token }) => {
        const { cookie, csrfToken } = sessionOf('accountant')
        const headers = { cookie, 'x-csrf-token': csrfToken, authorization: `Bearer ${token}` }
        const { status, code } = await send(route, 'accountant', headers)
        return status === 401 && code === 'api_key_invalid'
          ? null
          : `${name}, ${nameOf(route)}: ${status} ${code}`
      })
      expect(faults).toEqual([])
    },
    PATIENCE_MS,
  )

  it(
    'lets the roles in that hold its permission, and tells every other who does',
    async () => {
      const faults = await faultsOf(cellsOf(guarded.filter((route) => nameOf(route) !== LOG_OUT)), faultOf)
      // Last, since it ends the session.
      faults.push(...(await faultsOf(cellsOf(guarded.filter((route) => nameOf(route) === LOG_OUT)), faultOf)))
      expect(faults).toEqual([])
    },
    PATIENCE_MS,
  )
})

async function makeKey(permissions: KeyPermission[]): Promise<string> {
  const session = sessionOf('admin')
  const expiresAt = new Date(service.ctx.now().getTime() + 86_400_000).toISOString()
  const { body } = await service.call(`/v1/markets/${session.marketId}/api-keys`, {
    session,
    body: { name: 'Phần mềm kế toán', permissions, expiresAt },
  })
  return body.token
}

async function revoke(token: string): Promise<void> {
  const [, , id] = token.split('_')
  const { status } = await service.call(`/v1/api-keys/apk_${id}/revoke`, {
    method: 'POST',
    session: sessionOf('admin'),
  })
  expect(status).toBe(200)
}

async function logOut(session: Session): Promise<Session> {
  await service.call('/v1/sessions/current', { method: 'DELETE', session })
  return session
}

async function expire(session: Session): Promise<Session> {
  const admin = createDb(service.database.adminUrl, { max: 1 })
  const { rowCount } = await admin.pool.query('update session set expires_at = $1 where csrf_token = $2', [
    service.ctx.now(),
    session.csrfToken,
  ])
  await admin.pool.end()
  expect(rowCount).toBe(1)
  return session
}
