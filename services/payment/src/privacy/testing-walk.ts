import { ROLES, roleCan, type Role } from '@tienve/contracts'
import { openXlsx } from 'hucre/xlsx'
import { z } from 'zod'
import { readPdf } from '../documents/testing.ts'
import { ownRoutes, sampleFor } from '../http/testing.ts'
import type { GuardedRoute } from '../http/types.ts'
import type { Session, TestService } from '../testing.ts'

/** An answer as whoever gets it reads it. `numbers` are figures: of a page its numbers, of a file what stands in its cells. */
type Read = { text: string; numbers: number[] }

/** Streams never end by themselves, and are a stall's own. */
const isStream = ({ url }: GuardedRoute): boolean => url.endsWith('/live')

/** Every address that only reads and that a role may open. */
export function routesOf(service: TestService, role: Role): GuardedRoute[] {
  return ownRoutes(service.app.guarded).filter(
    (route) =>
      route.method === 'GET' &&
      route.access !== 'public' &&
      !isStream(route) &&
      (route.access === 'session' || roleCan(role, route.access)),
  )
}

/** What a query of a route may be called; [] where it takes none. */
function namesOf({ schema }: GuardedRoute): string[] {
  const query = schema?.querystring
  if (!(query instanceof z.ZodType)) return []
  return Object.keys(z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' }).properties ?? {})
}

/** Ways to ask a route: each day, the span of all and of all but the first, each kind of sum and of file, and these books. */
export function queriesOf(
  route: GuardedRoute,
  days: readonly string[],
  books: readonly string[],
): Record<string, string>[] {
  const names = namesOf(route)
  const sample = Object.fromEntries(
    Object.entries(sampleFor(route, 'querystring') ?? {}).map(([name, value]) => [name, String(value)]),
  )
  const spans = days.slice(0, 2).map((from) => ({ from, to: days.at(-1) ?? from }))
  const times: Record<string, string>[] = [
    ...(names.includes('day') ? days.map((day) => ({ day })) : []),
    ...(names.includes('from') ? spans : []),
    ...(names.includes('at') ? days.map((day) => ({ at: `${day}T16:00:00Z` })) : []),
    {},
  ]
  const kinds: Record<string, string>[] = [
    ...(names.includes('by') ? ['book', 'zone'].map((by) => ({ by })) : []),
    ...(names.includes('format')
      ? ['csv', 'jsonl'].flatMap((format) => books.map((book) => ({ format, book })))
      : []),
    ...(names.includes('book') ? books.map((book) => ({ book })) : []),
    {},
  ]
  const limit = names.includes('limit') ? { limit: '200' } : {}
  const all = times.flatMap((time) => kinds.map((kind) => ({ ...sample, ...limit, ...time, ...kind })))
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}

/** What an answer says; null for a refusal. */
export async function read(service: TestService, address: string, { cookie }: Session): Promise<Read | null> {
  const response = await fetch(`${service.url}${address}`, { headers: { cookie } })
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) return null
  const type = response.headers.get('content-type') ?? ''
  if (type.includes('pdf')) return readingOf((await readPdf(bytes)).map(({ text }) => text).join('\n'))
  if (type.includes('spreadsheet')) {
    const { sheets } = await openXlsx(bytes)
    const cells = sheets.flatMap(({ rows }) => rows.flat())
    const text = cells.map(String).join('\n')
    return { text, numbers: cells.filter((cell) => typeof cell === 'number') }
  }
  const text = bytes.toString()
  if (/\bjson\b/.test(type)) {
    // A printed code holds the account's number and hangs at the stall: it is nobody's secret.
    const answer: unknown = JSON.parse(text, (key, value) => (key === 'payload' ? null : value))
    return { text: JSON.stringify(answer), numbers: numbersIn(answer) }
  }
  return {
    text,
    numbers: [...text.matchAll(/(?<![\w.-])\d{8,}(?![\w-])/g)].map(([digits]) => Number(digits)),
  }
}

/** Sums on paper, as people in Vietnam write them. */
function readingOf(text: string): Read {
  const sums = text.matchAll(/(?<![\d.])\d{1,3}(?:\.\d{3}){2,}(?![\d.])/g)
  return { text, numbers: Array.from(sums, ([sum]) => Number(sum.replaceAll('.', ''))) }
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [Math.abs(value)]
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(numbersIn)
}

const PLACE = /((?:ledger\/)?[a-z-]+)\/:(\w+)(?:\([^)]*\))?/g

/** The address of a route with what `valuesOf` answers for each place in it; none where it answers nothing for one. */
export function addressesOf(
  { url }: GuardedRoute,
  valuesOf: (kind: string, name: string) => readonly string[],
): string[] {
  let addresses = [url]
  for (const [place, kind = '', name = ''] of url.matchAll(PLACE))
    addresses = addresses.flatMap((address) =>
      valuesOf(kind, name).map((value) => address.replace(place, `${kind}/${encodeURIComponent(value)}`)),
    )
  return addresses
}

export const BOARD = ROLES.filter((role) => role !== 'stallholder' && role !== 'helper')
