import { ROLES, roleCan, type Role } from '@tienve/contracts'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  isChange,
  leftOf,
  nameOf,
  ownRoutes,
  sampleFor,
  withText,
} from '../../services/payment/src/http/testing.ts'
import type { GuardedRoute } from '../../services/payment/src/http/types.ts'
import {
  startService,
  type Answer,
  type Session,
  type TestService,
} from '../../services/payment/src/testing.ts'
import { bodyFor, DAY, makeObjects, OURS, withIds, type Objects } from '../isolation/objects.ts'

/** What people write who mean harm, into every text of every body, query and address. */
const NOW = new Date('2026-11-24T17:00:00+07:00')
const AT_ONCE = 6
const PATIENCE_MS = 400_000
const LOG_OUT = 'DELETE /v1/sessions/current'

/** Ends a statement and a text, begins a script, and runs on from the right, with marks above it. */
const SCRIPT = '<script>alert(1)</script>'
const HOSTILE = `'");--${SCRIPT}\u202eZ\u0351\u036b`
/** Half a character is no Unicode and cannot be stored as any. */
const IN_BODIES = [HOSTILE, 'a\ud800b', 'dài '.repeat(12_000)]
const IN_ADDRESSES = [HOSTILE, 'a\0b']

/** Who gives herself what is not hers to give. */
const MARKER = 'forged_by_hand'
const EXTRA = [
  'marketId',
  'market_id',
  'stallId',
  'userId',
  'role',
  'roles',
  'status',
  'state',
  'paidVnd',
  'issuedAt',
  'approvedBy',
  'isDemo',
  '__proto__',
]

const VALUES: Readonly<Record<string, string>> = { day: DAY, seq: '1', page: '1', report: 'cash-book' }
const PLACE = /((?:ledger\/)?[a-z-]+)\/:(\w+)(?:\([^)]*\))?/g

let service: TestService
let objects: Objects
let admin: pg.Client
let routes: GuardedRoute[]
const people = new Map<Role, Session>()

beforeAll(async () => {
  const vapid = { publicKey: '', privateKey: '', subject: 'mailto:x@example.org' }
  service = await startService({
    worker: false,
    now: NOW,
    requestsAMinute: 1_000_000,
    push: { vapid, hosts: ['push.example'] },
  })
  objects = await makeObjects(service, NOW)
  for (const role of ROLES)
    people.set(role, role === 'stallholder' ? objects.holder : await service.logIn(role, OURS))
  routes = ownRoutes(service.app.guarded).filter((one) => nameOf(one) !== LOG_OUT)
  admin = new pg.Client({ connectionString: service.database.adminUrl })
  await admin.connect()
}, PATIENCE_MS)
afterAll(async () => {
  await admin.end()
  await service.stop()
})

const pathOf = ({ url }: GuardedRoute, text?: string): string =>
  url
    .replaceAll(PLACE, (_, kind: string, name: string) => {
      const value = text ?? VALUES[name] ?? objects.ids.get(kind) ?? 'none'
      return `${kind}/${encodeURIComponent(value.toWellFormed())}`
    })
    .replaceAll(/:(\w+)(?:\([^)]*\))?/g, () => encodeURIComponent((text ?? 'none').toWellFormed()))

/** Somebody who may: what is refused at the door is no attack. */
function personFor({ access }: GuardedRoute): Session | undefined {
  if (access === 'public') return undefined
  const role = ROLES.find((one) => people.has(one) && (access === 'session' || roleCan(one, access)))
  return people.get(role ?? 'head')
}

async function send(
  route: GuardedRoute,
  {
    path = pathOf(route),
    query = {},
    ...given
  }: { path?: string; query?: unknown; body?: unknown; file?: Buffer },
): Promise<Answer> {
  const session = personFor(route)
  const pairs = Object.entries(Object(query)).map(([name, value]) => [name, String(value)])
  return service.call(`${path}?${new URLSearchParams(pairs)}`, {
    method: route.method,
    ...(session === undefined ? {} : { session }),
    ...given,
    headers: isChange(route) ? { 'idempotency-key': crypto.randomUUID() } : {},
  })
}

type Try = { name: string; run: () => Promise<Answer> }

/** Does all of it, some at once, and names whatever was answered by a fault of ours. */
async function faultsOf(tries: readonly Try[], look: (answer: Answer) => string | null): Promise<string[]> {
  const faults: string[] = []
  const left = tries.values()
  const walk = async (): Promise<void> => {
    for (const { name, run } of left) {
      const fault = look(await run())
      if (fault !== null) faults.push(`${name}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, walk))
  return faults
}

/** A fault of ours, or a page or a problem in which the text has become a script. */
const isWrong = ({ status, body, headers }: Answer): string | null => {
  if (status >= 500) return `${status} ${body.code}`
  const isPage = headers.get('content-type')?.startsWith('text/html') === true
  return isPage && String(body).includes(SCRIPT) ? 'a script' : null
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 12))

describe('a text that is meant to do harm', () => {
  it(
    'is refused or kept as it is, in every field of every body, and breaks nothing',
    async () => {
      const tries = IN_BODIES.flatMap((text) =>
        routes.flatMap((route) =>
          withText(route, 'body', text).map((body, at) => ({
            name: `${nameOf(route)} ${at} ${shown(text)}`,
            run: () => send(route, { body: withRealIds(body, text) }),
          })),
        ),
      )
      expect(tries.length).toBeGreaterThan(400)
      expect(await faultsOf(tries, isWrong)).toEqual([])
      expect(await countOf(SCRIPT)).toBeGreaterThan(5)
      const { rows } = await admin.query('select from stall')
      expect(rows.length).toBeGreaterThan(20)
    },
    PATIENCE_MS,
  )

  it(
    'breaks nothing in any query and in any address',
    async () => {
      const tries = IN_ADDRESSES.flatMap((text) =>
        routes.flatMap((route) => [
          ...withText(route, 'querystring', text).map((query, at) => ({
            name: `${nameOf(route)}?${at} ${shown(text)}`,
            run: () => send(route, { query }),
          })),
          ...(route.url.includes(':')
            ? [
                {
                  name: `${nameOf(route)} ${shown(text)}`,
                  run: () => send(route, { path: pathOf(route, text), ...bodyFor(route, objects.ids) }),
                },
              ]
            : []),
        ]),
      )
      expect(tries.length).toBeGreaterThan(300)
      expect(await faultsOf(tries, isWrong)).toEqual([])
    },
    PATIENCE_MS,
  )

  it('comes back as the same text, and is none of a page’s own words', async () => {
    await admin.query(`update stall set name = $1 where id = $2`, [SCRIPT, objects.ids.get('stalls')])
    await admin.query(`update market set name = $1`, [SCRIPT])
    const stall = await service.call(`/v1/stalls/${objects.ids.get('stalls')}`, { session: objects.holder })
    expect(stall.body.name).toBe(SCRIPT)
    const { rows } = await admin.query<{ code: string; token: string }>(
      `select s.code, r.token from stall s join receipt r on r.stall_id = s.id where s.id = $1 limit 1`,
      [objects.ids.get('stalls')],
    )
    for (const path of [`/p/${rows[0]?.code}`, `/r/${rows[0]?.token}`]) {
      const page = await service.call(path, { headers: { accept: 'text/html' } })
      expect([path, page.status]).toEqual([path, 200])
      expect(page.body).not.toContain(SCRIPT)
      expect(page.body).toContain('&#60;script&#62;alert(1)')
    }
  })
})

describe('a field that a body does not have', () => {
  it('does not get past its schema, at any depth', () => {
    const faults = routes.filter((route) => {
      const given = deepWith({ ...Object(sampleFor(route, 'body')), [MARKER]: MARKER })
      return JSON.stringify(leftOf(route, given)).includes(MARKER)
    })
    expect(faults.map(nameOf)).toEqual([])
  })

  it(
    'has no effect by any route: nothing of it is anywhere in the database',
    async () => {
      const tries = routes.filter(isChange).flatMap((route) => {
        const { body } = bodyFor(route, objects.ids)
        if (body === undefined || Array.isArray(body)) return []
        const own = Object.keys(Object(body))
        const extra = Object.fromEntries(
          EXTRA.filter((name) => !own.includes(name)).map((name) => [name, MARKER]),
        )
        return [
          {
            name: nameOf(route),
            run: () => send(route, { body: { ...Object(body), ...extra } }),
          },
        ]
      })
      expect(tries.length).toBeGreaterThan(50)
      expect(await faultsOf(tries, isWrong)).toEqual([])
      expect(await countOf(MARKER)).toBe(0)
    },
    PATIENCE_MS,
  )

  it('makes nobody more than she is, nor a sale another stall’s', async () => {
    const [stall] = service.markets[OURS]?.stalls ?? []
    const { body: me } = await service.call('/v1/sessions', {
      body: {
        login: stall?.login,
        secret: '246800',
        role: 'head',
        roles: ['head'],
        marketId: 'mkt_songdao',
        stallId: null,
      },
    })
    expect([me.user.role, me.roles, me.user.stallId, me.market.id]).toEqual([
      'stallholder',
      ['stallholder'],
      stall?.id,
      'mkt_caulim',
    ])
    const { body: asked } = await service.call(`/v1/stalls/${objects.ids.get('stalls')}/payment-requests`, {
      session: objects.holder,
      body: { amountVnd: 8_000, status: 'paid', paidVnd: 8_000, stallId: stall?.id, code: 'VQX00000000' },
    })
    expect(asked).toMatchObject({ status: 'open', stallId: objects.ids.get('stalls'), payments: [] })
    expect(asked.code).not.toBe('VQX00000000')
  })
})

/** A body with ids of what is there, as far as the kinds of its fields are known, and never in the place of `text`. */
function withRealIds(body: unknown, text: string): unknown {
  try {
    const filled = withIds(body, objects.ids)
    return JSON.stringify(filled).includes(JSON.stringify(text)) ? filled : body
  } catch {
    return body
  }
}

/** The marker inside every object of a body. */
function deepWith(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepWith)
  if (value === null || typeof value !== 'object') return value
  return {
    ...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, deepWith(one)])),
    [MARKER]: MARKER,
  }
}

/** In how many rows of the whole database a text stands. */
async function countOf(text: string): Promise<number> {
  const { rows: tables } = await admin.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  )
  let count = 0
  for (const { name } of tables) {
    const { rows } = await admin.query<{ count: string }>(
      `select count(*) from ${name} t where strpos(to_jsonb(t)::text, $1) > 0`,
      [text],
    )
    count += Number(rows[0]?.count)
  }
  return count
}
