import {
  DELEGABLE,
  DELEGABLE_PERMISSIONS,
  isKeyPermission,
  PERMISSIONS,
  PERMISSION_WORDS,
  ROLES,
  type Permission,
  type Role,
} from '@tienve/contracts'
import { z } from 'zod'
import type { GuardedRoute } from './types.ts'

export { isChange } from './methods.ts'

/** Every route that asks for no session, with why it may. One more needs a reason here, or the walk over the routes fails. */
export const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  'GET /': 'leads to the merchant app',
  'GET /healthz': 'whoever runs the service asks whether the process lives; it answers nothing else',
  'POST /healthz': 'the emptiest route, which the bench holds the intake against',
  'GET /readyz': 'whoever runs the service asks whether it can serve; it answers nothing else',
  'POST /v1/sessions': 'whoever logs in has no session yet; tries are counted and limited',
  'POST /v1/enrolments':
    'whoever holds a one-time code has no session yet; it cannot be guessed, and tries are limited',
  'POST /v1/set-up':
    'whoever has a set-up code has no session yet; the code is long, works once and for three days',
  'GET /v1/demo-logins':
    'the log-ins of a demo, which are known to everybody; outside a demo the list is empty',
  'GET /p/:stallCode': 'a shopper scans the code that hangs at the stall',
  'GET /p/:stallCode/qr.png': 'the same code as a picture',
  'GET /r/:token': 'whoever holds the receipt reads it: its token cannot be guessed',
  'GET /r/:token.pdf': 'the same receipt on paper',
  'POST /webhooks/:provider/:connectionId': 'a bank proves itself by its signature or key',
  'POST /webhooks/standard/:connectionId/statements': 'a bank proves itself by its signature',
  'POST /webhooks/sepay/:connectionId/oauth/token':
    'a bank fetches a token by the name and password it was given',
  'POST /webhooks/vietqrvn/:connectionId/api/token_generate':
    'a bank fetches a token by the name and password it was given',
  'POST /webhooks/vietqrvn/:connectionId/bank/api/transaction-sync':
    'a bank proves itself by the token it fetched',
}

/** Files and pages that plugins serve, the same for everybody. */
const PUBLIC_PREFIXES = ['/docs', '/public/', '/m/', '/admin/']

/** What a route is called: `POST /v1/charges/:id/changes`. */
export const nameOf = ({ method, url }: Pick<GuardedRoute, 'method' | 'url'>): string => `${method} ${url}`

/** The routes that are ours: without files and pages, and without the HEAD that comes with every GET. */
export function ownRoutes(routes: readonly GuardedRoute[]): GuardedRoute[] {
  const pages = ({ url }: GuardedRoute): boolean =>
    url === '/m' || url === '/admin' || PUBLIC_PREFIXES.some((prefix) => url.startsWith(prefix))
  return routes.filter((route) => route.method !== 'HEAD' && !pages(route))
}

/** The smallest body or query that a route's schema takes; undefined for a route without one. Throws where it cannot make one. */
export function sampleFor(route: GuardedRoute, part: 'body' | 'querystring'): unknown {
  const schema = route.schema?.[part]
  if (schema === undefined) return undefined
  if (!(schema instanceof z.ZodType))
    throw new Error(`${nameOf(route)}: the schema of its ${part} is not zod's`)
  const { $defs, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const sample = sampleOf(json, $defs ?? {})
  const checked = schema.safeParse(sample)
  if (checked.success) return sample
  throw new Error(`${nameOf(route)}: no sample of its ${part}: ${checked.error.message}`)
}

/** What a route's schema leaves of a body; null where it refuses it or has none. */
export function leftOf(route: GuardedRoute, body: unknown): unknown {
  const schema = route.schema?.body
  return schema instanceof z.ZodType ? (schema.safeParse(body).data ?? null) : null
}

/** For each text that a route's body or query may hold, a smallest one with `text` in its place. */
export function withText(route: GuardedRoute, part: 'body' | 'querystring', text: string): unknown[] {
  const schema = route.schema?.[part]
  if (!(schema instanceof z.ZodType)) return []
  const { $defs, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return textsIn(json, $defs ?? {}, text)
}

function textsIn(schema: Json, defs: Defs, text: string): unknown[] {
  if (schema.$ref !== undefined) return textsIn(defs[schema.$ref.replace('#/$defs/', '')] ?? {}, defs, text)
  const parts = schema.anyOf ?? schema.oneOf
  if (parts !== undefined) return parts.flatMap((one) => textsIn(asSchema(one), defs, text))
  if (schema.type === 'object') {
    const rest = Object(sampleOf(schema, defs))
    return Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
      textsIn(asSchema(one), defs, text).map((value) => ({ ...rest, [name]: value })),
    )
  }
  if (schema.type === 'array') {
    const one = Array.isArray(schema.items) ? schema.items[0] : schema.items
    return textsIn(asSchema(one ?? {}), defs, text).map((value) => [value])
  }
  return schema.type === 'string' ? [text] : []
}

type Json = z.core.JSONSchema.BaseSchema
type Defs = Readonly<Record<string, Json>>

/** For each pattern of the contract one of these fits: a measure, a month, a PIN, and the two keys of a browser to wake. */
const PATTERNED = ['4.5', '2026-10', '907156', 'k'.repeat(87), 'k'.repeat(22)]

function sampleOf(schema: Json, defs: Defs): unknown {
  if (schema.$ref !== undefined) return sampleOf(defs[schema.$ref.replace('#/$defs/', '')] ?? {}, defs)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.default !== undefined) return schema.default
  const [first] = schema.anyOf ?? schema.oneOf ?? []
  if (first !== undefined) return sampleOf(asSchema(first), defs)
  if (schema.type === 'object') {
    const required = Object.entries(schema.properties ?? {}).filter(([name]) =>
      schema.required?.includes(name),
    )
    return Object.fromEntries(required.map(([name, one]) => [name, sampleOf(asSchema(one), defs)]))
  }
  if (schema.type === 'array') {
    const { items } = schema
    const one = Array.isArray(items) ? items[0] : items
    return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(asSchema(one ?? {}), defs))
  }
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(schema.minimum ?? 1, 1)
  if (schema.type === 'boolean') return true
  return schema.type === 'null' ? null : textOf(schema)
}

function textOf({ format, pattern, minLength = 1 }: Json): string {
  if (format === 'date') return '2026-11-23'
  if (format === 'date-time') return '2026-11-23T03:00:00Z'
  if (format === 'uri') return 'https://push.example/x'
  const fitting =
    pattern === undefined ? undefined : PATTERNED.find((text) => new RegExp(pattern, 'u').test(text))
  return fitting ?? 'x'.repeat(Math.max(minLength, 1))
}

const asSchema = (schema: z.core.JSONSchema._JSONSchema): Json => (typeof schema === 'boolean' ? {} : schema)

/** docs/ROLES.md as the code has it. */
export function rolesPage(routes: readonly GuardedRoute[]): string {
  const own = ownRoutes(routes)
  const namesOf = (access: GuardedRoute['access']): string[] =>
    own.filter((route) => route.access === access).map((route) => `\`${nameOf(route)}\``)
  const permissions = (Object.keys(PERMISSIONS) as Permission[]).map((name) => {
    const holders: readonly Role[] = PERMISSIONS[name]
    return { name, what: PERMISSION_WORDS[name].en, holders }
  })
  const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
    [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return `# Roles

Made from the code: from \`packages/contracts/src/roles.ts\`, and from the \`access\` that every route says. A test holds the two together and sends
each role to each route (\`services/payment/src/http/roles.test.ts\`). After a change: \`npm test -- services/payment/src/http/roles.test.ts -u\`, then read the difference.

A role that lacks a permission gets 403 \`role_forbidden\`, which names the permission and who holds it; nobody's session gets 401 \`session_required\`; a change
without the token of its session gets 403 \`csrf_failed\`. What is another market's or another stall's is 404, as if it did not exist
(\`scripts/isolation/isolation.test.ts\`). A program's key reaches what it was given of the permissions in the column *key*, and no other; it gets 403 \`api_key_forbidden\` elsewhere, and
401 \`api_key_invalid\` once it has run out or was revoked. A permission opens a route, and its service may narrow it further: to the own stall, to stalls that agree to be seen, to a second person.

## Who may do what

${table(
  ['Permission', ...ROLES, 'key', 'Lets somebody'],
  permissions.map(({ name, what, holders }) => [
    `\`${name}\``,
    ...ROLES.map((role) => (holders.includes(role) ? '✓' : '')),
    isKeyPermission(name) ? 'if given' : '',
    what,
  ]),
)}

## What may be handed on for a time

The head hands a permission on to another person until a day, ninety-two days at most. Whoever has it still approves nothing of their own, and it holds
only while the head is head and the other has one of these roles. Nobody who takes or counts cash approves anything.

${table(
  ['Permission', 'To'],
  DELEGABLE_PERMISSIONS.map((name) => [`\`${name}\``, DELEGABLE[name].join(', ')]),
)}

## By what routes

${table(
  ['Permission', 'Routes'],
  [
    ...permissions.map(({ name }) => [`\`${name}\``, namesOf(name).join('<br>')]),
    ['any session', namesOf('session').join('<br>')],
  ],
)}

## Without a session

${table(
  ['Route', 'Why'],
  own
    .filter(({ access }) => access === 'public')
    .map((route) => [`\`${nameOf(route)}\``, PUBLIC_ROUTES[nameOf(route)] ?? '']),
)}

Beside these: the two apps, the documentation, and the files that these pages are made of, the same for everybody.
`
}
