import {
  AppError,
  holds,
  isKeyPermission,
  PERMISSIONS,
  PERMISSION_WORDS,
  ROLE_WORDS,
  type Permission,
  type Role,
} from '@tienve/contracts'
import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { findKeyActor } from '../apikeys/service.ts'
import { askedBy } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { findSession } from '../identity/service.ts'
import { sessionOf } from './doors.ts'
import { isChange } from './methods.ts'
import type { Access, Actor, App, KeyActor } from './types.ts'

/** Files and documentation, whose routes are made by plugins and hold nothing of anybody. */
const OPEN_PREFIXES = ['/docs', '/public/', '/m/', '/admin/']

/** More than a program needs that reads what has changed, and little enough that one that runs wild slows nobody. */
export const KEY_REQUESTS_A_MINUTE = 300

/** Puts the door on every route: no `access`, no start; no session, 401; no token on a change, 403; not your role, 403; the second step not set up where it must be, 403. */
export function addGuard(app: App, ctx: Context): void {
  app.decorateRequest('actor', null)
  app.decorate('guarded', [])
  app.decorate('hasSecureCookies', !ctx.config.demo)
  app.addHook('onRoute', (route) => {
    const access = route.config?.access ?? accessOf(route.url)
    route.config = { ...route.config, access }
    route.schema = { ...route.schema, security: securityOf(access) }
    for (const method of [route.method].flat())
      app.guarded.push({ method, url: route.url, access, schema: route.schema, handler: route.handler })
  })
  const countKey = app.createRateLimit({
    max: KEY_REQUESTS_A_MINUTE,
    timeWindow: '1 minute',
    keyGenerator: ({ actor }) => actor?.userId ?? '',
  })
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access
    // An address without a route has no access either: the not-found handler answers it.
    if (access === undefined || access === 'public') return
    // What one person was shown must not lie on the disk of a machine that others use.
    void reply.header('cache-control', 'no-store')
    const token = bearerOf(request)
    if (token !== null) {
      const actor = await findKeyActor(ctx, token)
      if (actor === null) {
        void reply.header('www-authenticate', 'Bearer')
        throw new AppError('api_key_invalid')
      }
      request.actor = { ...actor, asked: askedBy(request) }
      const count = await countKey(request)
      if (!count.isAllowed && count.isExceeded)
        throw new AppError('rate_limited', undefined, { retryAfterSeconds: count.ttlInSeconds })
      requireGiven(actor, access)
      return
    }
    const session = await findSession(ctx, sessionOf(request))
    if (session === null) throw new AppError('session_required')
    if (isChange(request)) requireCsrfToken(request, session.csrfToken)
    if (session.me.totp.isDue && request.routeOptions.config.duringSetUp !== true)
      throw new AppError('totp_setup_required')
    if (access !== 'session') requirePermission(session.actor, access)
    request.actor = { ...session.actor, asked: askedBy(request) }
  })
}

/** True when this person holds a permission, by role or by delegation, or this key was given it. */
export function can(actor: Actor, permission: Permission): boolean {
  return actor.role === 'key' ? actor.permissions.some((one) => one === permission) : holds(actor, permission)
}

/**
 * Refuses whoever holds a permission neither by role nor by delegation, and says which roles do; and a key that was not given it.
 * Errors: `role_forbidden`, `api_key_forbidden`.
 */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (can(actor, permission)) return
  if (actor.role === 'key') throw keyForbidden(permission)
  const roles: readonly Role[] = PERMISSIONS[permission]
  const names = roles.map((one) => ROLE_WORDS[one].en).join(', ')
  throw new AppError('role_forbidden', `${PERMISSION_WORDS[permission].en}: only for ${names}`, {
    beside: { permission, roles },
  })
}

/** The actor of a guarded route. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new AppError('session_required')
  return request.actor
}

/** The actor of a route whose address names a market: it must be the actor's own, another answers as if it did not exist. */
export function actorInMarket(request: FastifyRequest, marketId: string): Actor {
  const actor = actorOf(request)
  if (actor.marketId !== marketId) throw new AppError('not_found')
  return actor
}

/** A stall's people reach their own stall only; the board's people any stall of the market. */
export function requireOwnStall(actor: Actor, stallId: string): void {
  if (actor.stallId !== null && actor.stallId !== stallId) throw new AppError('not_found')
}

/** What is for the person of a session (`/v1/me`, logging out) is for no key. */
function requireGiven(actor: KeyActor, access: Permission | 'session'): void {
  if (access === 'session') throw keyForbidden('session')
  requirePermission(actor, access)
}

function keyForbidden(permission: Permission | 'session'): AppError {
  return new AppError('api_key_forbidden', undefined, { beside: { permission } })
}

/** The token of a program. Whoever sends one is no browser: its cookies are not looked at, and it needs no other token. */
function bearerOf({ headers }: FastifyRequest): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null
}

/** The names of the ways in, as OpenAPI has them. */
function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'public') return []
  return isKeyPermission(access) ? [{ session: [] }, { key: [] }] : [{ session: [] }]
}

function accessOf(url: string): Access {
  if (OPEN_PREFIXES.some((prefix) => url.startsWith(prefix))) return 'public'
  throw new Error(`${url} does not say who may call it`)
}

function requireCsrfToken(request: FastifyRequest, expected: string): void {
  const given = request.headers['x-csrf-token']
  const a = Buffer.from(typeof given === 'string' ? given : '')
  const b = Buffer.from(expected)
  if (a.length !== b.length || !timingSafeEqual(a, b)) throw new AppError('csrf_failed')
}
