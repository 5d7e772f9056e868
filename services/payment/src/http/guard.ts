import {
  AppError,
  holds,
  PERMISSIONS,
  PERMISSION_WORDS,
  ROLE_WORDS,
  type Permission,
  type Role,
} from '@tienve/contracts'
import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { askedBy } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { findSession } from '../identity/service.ts'
import { sessionOf } from './doors.ts'
import { isChange } from './methods.ts'
import type { Access, Actor, App } from './types.ts'

/** Files and documentation, whose routes are made by plugins and hold nothing of anybody. */
const OPEN_PREFIXES = ['/docs', '/public/', '/m/', '/admin/']

/** Puts the door on every route: no `access`, no start; no session, 401; no token on a change, 403; not your role, 403; the second step not set up where it must be, 403. */
export function addGuard(app: App, ctx: Context): void {
  app.decorateRequest('actor', null)
  app.decorate('guarded', [])
  app.decorate('hasSecureCookies', !ctx.config.demo)
  app.addHook('onRoute', (route) => {
    const access = route.config?.access ?? accessOf(route.url)
    route.config = { ...route.config, access }
    for (const method of [route.method].flat())
      app.guarded.push({ method, url: route.url, access, schema: route.schema, handler: route.handler })
  })
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access
    // An address without a route has no access either: the not-found handler answers it.
    if (access === undefined || access === 'public') return
    // What one person was shown must not lie on the disk of a machine that others use.
    void reply.header('cache-control', 'no-store')
    const session = await findSession(ctx, sessionOf(request))
    if (session === null) throw new AppError('session_required')
    if (isChange(request)) requireCsrfToken(request, session.csrfToken)
    if (session.me.totp.isDue && request.routeOptions.config.duringSetUp !== true)
      throw new AppError('totp_setup_required')
    if (access !== 'session') requirePermission(session.actor, access)
    request.actor = { ...session.actor, asked: askedBy(request) }
  })
}

/** Refuses whoever holds a permission neither by role nor by delegation, and says which roles do. Errors: `role_forbidden`. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (holds(actor, permission)) return
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
