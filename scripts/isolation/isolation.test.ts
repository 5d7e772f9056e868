import { ROLES, roleCan, type Role } from '@tienve/contracts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isChange, nameOf, ownRoutes, sampleFor } from '../../services/payment/src/http/testing.ts'
import type { GuardedRoute } from '../../services/payment/src/http/types.ts'
import {
  startService,
  type Answer,
  type Session,
  type TestService,
} from '../../services/payment/src/testing.ts'
import { bodyFor, DAY, makeObjects, OURS, withIds, type Objects } from './objects.ts'

const NOW = new Date('2026-11-24T17:00:00+07:00')
const THEIRS = 0
const AT_ONCE = 8
const PATIENCE_MS = 240_000

/** What stands in an address and is nobody's: a day, a number in the books, a page, a report. */
const VALUES: Readonly<Record<string, string>> = {
  day: DAY,
  period: DAY.slice(0, 7),
  seq: '1',
  page: '1',
  report: 'cash-book',
  book: 's1a',
}

/** What is not there even for its own market, and why. */
const NOT_YET: Readonly<Record<string, string>> = {
  'GET /v1/markets/:id/ledger/days/:day/report.pdf':
    'no day is closed, for which the database asks its own clock',
}

/** What takes each part of a body by itself, and answers to each. */
const PIECEMEAL: Readonly<Record<string, string>> = {
  'POST /v1/markets/:id/suspense/bulk-resolve': 'each sum is resolved or refused by itself',
}

/** Who of the other market works in ours too, and may go on there. */
const isMember = (route: Route, { name }: Person): boolean =>
  nameOf(route) === 'POST /v1/sessions/current/market' && name === `ward of ${THEIRS}`

type Person = { name: string; role: Role; session: Session }
type Route = GuardedRoute & { kinds: string[] }

let service: TestService
let objects: Objects
let routes: Route[]
let theirs: Person[]
let ours: Person[]
/** At the first stall of our market. */
let neighbours: Person[]

beforeAll(async () => {
  service = await startService({
    worker: false,
    now: NOW,
    push: {
      vapid: { publicKey: '', privateKey: '', subject: 'mailto:x@example.org' },
      hosts: ['push.example'],
    },
  })
  objects = await makeObjects(service, NOW)
  routes = ownRoutes(service.app.guarded)
    .filter(({ access }) => access !== 'public')
    .map((route) => ({ ...route, kinds: kindsIn(route.url) }))
  const people = async (market: number): Promise<Person[]> => {
    const all: Person[] = []
    for (const role of ROLES)
      all.push({ name: `${role} of ${market}`, role, session: await service.logIn(role, market) })
    return all
  }
  theirs = await people(THEIRS)
  const all = await people(OURS)
  neighbours = all.filter(({ session }) => session.stallId !== null)
  ours = [
    ...all.filter(({ session }) => session.stallId === null),
    { name: 'the one at the stall', role: 'stallholder', session: objects.holder },
  ]
}, PATIENCE_MS)
afterAll(() => service.stop())

/** An id in an address, after the word that says its kind; accounts of the ledger are not those that money comes to. */
const PLACE = /((?:ledger\/)?[a-z-]+)\/:(\w+)(?:\([^)]*\))?/g

const kindsIn = (url: string): string[] =>
  [...url.matchAll(PLACE)].flatMap(([, kind = '', name = '']) => (Object.hasOwn(VALUES, name) ? [] : [kind]))

/** An address with an id for each kind. */
function fill({ url }: Route, idOf: (kind: string, at: number) => string): string {
  let at = 0
  return url.replaceAll(
    PLACE,
    (_, kind: string, name: string) => `${kind}/${encodeURIComponent(VALUES[name] ?? idOf(kind, at++))}`,
  )
}

function ourId(kind: string): string {
  const id = objects.ids.get(kind)
  if (id === undefined) throw new Error(`no id of the kind ${kind}: name one in objects.ts`)
  return id
}

const may = ({ access }: Route, { role }: Person): boolean =>
  access === 'public' || access === 'session' || roleCan(role, access)

async function ask(
  route: Route,
  path: string,
  { session }: Person,
  given = bodyFor(route, objects.ids),
): Promise<Answer> {
  const query = Object.entries(sampleFor(route, 'querystring') ?? {}).map(([name, value]) => [
    name,
    String(value),
  ])
  return service.call(`${path}?${new URLSearchParams(query)}`, {
    method: route.method,
    session,
    ...given,
    ...(isChange(route) ? { headers: { 'idempotency-key': crypto.randomUUID() } } : {}),
  })
}

/** All that was said, but for the ids themselves. */
function saidOf({ status, body }: Answer): string {
  const text = JSON.stringify({ ...body, requestId: '' })
  return `${status} ${[...objects.ids.values(), 'nowhere'].reduce((all, id) => all.replaceAll(id, '…'), text)}`
}

type Attack = { route: Route; person: Person; path: string; madeUp: string }

/** Asks for each path, and for the same of what is nowhere: both must be told alike that there is nothing. */
async function faultsOf(attacks: readonly Attack[]): Promise<string[]> {
  const faults: string[] = []
  const left = attacks.values()
  const walk = async (): Promise<void> => {
    for (const { route, person, path, madeUp } of left) {
      const [real, none] = [await ask(route, path, person), await ask(route, madeUp, person)]
      if (real.status !== 404 || saidOf(real) !== saidOf(none))
        faults.push(
          `${person.name}, ${route.method} ${path}: ${saidOf(real)}; of what is nowhere: ${saidOf(none)}`,
        )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, walk))
  return faults
}

/** All ids are ours; and where one's own market or stall stands first, what comes after it is ours. */
function attacksOn(route: Route, person: Person, ownFirst: (kind: string) => string | null): Attack[] {
  const nowhere = (kind: string): string => (kind === 'ledger/accounts' ? 'board:131.stl_nowhere' : 'nowhere')
  const first = ownFirst(route.kinds[0] ?? '')
  const whole = { route, person, path: fill(route, ourId), madeUp: fill(route, nowhere) }
  if (first === null) return [whole]
  const part = {
    route,
    person,
    path: fill(route, (kind, at) => (at === 0 ? first : ourId(kind))),
    madeUp: fill(route, (kind, at) => (at === 0 ? first : nowhere(kind))),
  }
  return route.kinds.length > 1 ? [whole, part] : [whole]
}

it('knows an id of every kind that stands in an address', () => {
  const unknown = routes.flatMap(({ kinds, ...route }) =>
    kinds.filter((kind) => !objects.ids.has(kind)).map((kind) => `${nameOf(route)}: ${kind}`),
  )
  expect(unknown).toEqual([])
  const bare = routes.filter(({ url, kinds }) => kinds.length === 0 && /:\w+/.test(url))
  expect(bare.map(nameOf)).toEqual([])
})

it(
  'is nothing to the people of another market',
  async () => {
    const attacks = routes
      .filter(({ kinds }) => kinds.length > 0)
      .flatMap((route) =>
        theirs
          .filter((person) => may(route, person))
          .flatMap((person) => {
            const { marketId, stallId } = person.session
            return attacksOn(route, person, (kind) =>
              kind === 'markets' ? marketId : kind === 'stalls' ? stallId : null,
            )
          }),
      )
    expect(attacks.length).toBeGreaterThan(400)
    expect(await faultsOf(attacks)).toEqual([])
  },
  PATIENCE_MS,
)

it(
  'is nothing to the people of another stall',
  async () => {
    const attacks = routes
      .filter(({ kinds }) => kinds.length > 0 && kinds[0] !== 'markets')
      .flatMap((route) =>
        neighbours
          .filter((person) => may(route, person))
          .flatMap((person) =>
            attacksOn(route, person, (kind) => (kind === 'stalls' ? person.session.stallId : null)),
          ),
      )
    expect(attacks.length).toBeGreaterThan(40)
    expect(await faultsOf(attacks)).toEqual([])
  },
  PATIENCE_MS,
)

it(
  'is nothing to either when a body names it',
  async () => {
    const nowhere = new Map([...objects.ids.keys()].map((kind) => [kind, 'nowhere']))
    const faults: string[] = []
    let asked = 0
    for (const route of routes.filter(({ kinds }) =>
      kinds.every((kind) => ['markets', 'stalls'].includes(kind)),
    )) {
      const [real, none] = [objects.ids, nowhere].map((ids) => withIds(bodyFor(route, objects.ids), ids))
      if (real === undefined || JSON.stringify(real) === JSON.stringify(none)) continue
      for (const person of [...theirs, ...neighbours].filter(
        (one) => may(route, one) && !isMember(route, one),
      )) {
        const { marketId, stallId } = person.session
        const path = fill(route, (kind) => (kind === 'markets' ? marketId : (stallId ?? 'nowhere')))
        const [a, b] = [await ask(route, path, person, real), await ask(route, path, person, none)]
        asked += 1
        const isTaken = a.status < 400 && !Object.hasOwn(PIECEMEAL, nameOf(route))
        if (isTaken || saidOf(a) !== saidOf(b))
          faults.push(`${person.name}, ${nameOf(route)}: ${saidOf(a)}; of what is nowhere: ${saidOf(b)}`)
      }
    }
    expect(faults).toEqual([])
    expect(asked).toBeGreaterThan(10)
  },
  PATIENCE_MS,
)

it('does not stand in what the people of another stall read of the market', async () => {
  const secret = ['stalls', 'charges', 'disputes', 'receipts', 'accounts', 'connections'].map(ourId)
  const faults: string[] = []
  const market = routes.filter(({ method, kinds }) => method === 'GET' && kinds[0] === 'markets')
  for (const route of market)
    for (const person of neighbours.filter((one) => may(route, one))) {
      const { status, body } = await ask(route, fill(route, ourId), person)
      const told = secret.filter((id) => JSON.stringify(body).includes(id))
      if (status !== 200 || told.length > 0)
        faults.push(`${person.name}, ${nameOf(route)}: ${status} ${told.join(' ')}`)
    }
  expect(faults).toEqual([])
})

it(
  'is there for somebody of its own market, by the same addresses',
  async () => {
    const faults: string[] = []
    for (const route of routes.filter(
      (one) => one.kinds.length > 0 && !Object.hasOwn(NOT_YET, nameOf(one)),
    )) {
      const seen: string[] = []
      let isThere = false
      for (const person of ours.filter((one) => may(route, one))) {
        if (isThere) break
        const { status, body } = await ask(route, fill(route, ourId), person)
        seen.push(`${person.name}: ${status} ${body.code}`)
        isThere ||= status < 500 && ![401, 403, 404, 429].includes(status)
      }
      if (!isThere) faults.push(`${nameOf(route)}: ${seen.join(', ')}`)
    }
    expect(faults).toEqual([])
  },
  PATIENCE_MS,
)
