import { AppError, DemoFile, DemoLogins, LogIn, MarketChoice, Me } from '@tienve/contracts'
import type { FastifyReply } from 'fastify'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { doorOfRequest, doorOfSession, sessionOf, type Door } from '../http/doors.ts'
import { actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { switchMarket, withMarkets } from '../memberships/service.ts'
import { endSession, findSession, logIn, type Opened } from './service.ts'

/** Log-ins are dear (argon2id) and guessable (a PIN), so one address may try only so often. */
const LOG_INS_A_MINUTE = 120

/** Roles whose one-tap log-in the demo offers, in the order a visitor would try them. */
const ONE_TAP_ROLES = [
  'stallholder',
  'helper',
  'head',
  'accountant',
  'cashier',
  'collector',
  'ward',
  'admin',
] as const

export function identityRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/sessions',
    {
      config: { access: 'public', rateLimit: { max: LOG_INS_A_MINUTE, timeWindow: '1 minute' } },
      schema: { summary: 'Log in', tags: ['sessions'], body: LogIn, response: { 201: Me } },
    },
    async (request, reply) => {
      const opened = await logIn(ctx, request.body)
      const me = await withMarkets(ctx, opened.me, opened.cookie)
      return setCookie(ctx, reply, doorOfRequest(request), opened).code(201).send(me)
    },
  )

  app.post(
    '/v1/sessions/current/market',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Go on in another of my markets: this session ends, and one of that market begins',
        tags: ['sessions'],
        body: MarketChoice,
        response: { 201: Me },
      },
    },
    async (request, reply) => {
      const token = sessionOf(request)
      const session = await findSession(ctx, token)
      if (session === null || token === undefined) throw new AppError('session_required')
      const held = { token, expiresAt: new Date(session.me.expiresAt) }
      const opened = await switchMarket(ctx, session.actor, held, request.body.marketId)
      const me = await withMarkets(ctx, opened.me, opened.cookie)
      return setCookie(ctx, reply, doorOfSession(request), opened).code(201).send(me)
    },
  )

  app.delete(
    '/v1/sessions/current',
    {
      config: { access: 'session' },
      schema: { summary: 'Log out', tags: ['sessions'], response: { 204: z.null() } },
    },
    async (request, reply) => {
      await endSession(ctx, actorOf(request).marketId, sessionOf(request) ?? '')
      const door = doorOfSession(request)
      return reply.clearCookie(door.cookie, { path: door.cookiePath }).code(204).send(null)
    },
  )

  app.get(
    '/v1/me',
    {
      config: { access: 'session' },
      schema: { summary: 'Who is logged in', tags: ['sessions'], response: { 200: Me } },
    },
    async (request) => {
      const token = sessionOf(request)
      const session = await findSession(ctx, token)
      if (session === null || token === undefined) throw new AppError('session_required')
      return withMarkets(ctx, session.me, token)
    },
  )

  app.get(
    '/v1/demo-logins',
    {
      config: { access: 'public' },
      schema: { summary: 'One-tap log-ins of a demo', tags: ['sessions'], response: { 200: DemoLogins } },
    },
    async () => ({ logins: await demoLogins(ctx) }),
  )
}

function setCookie(
  ctx: Context,
  reply: FastifyReply,
  door: Door,
  { cookie, expiresAt }: Opened,
): FastifyReply {
  return reply.setCookie(door.cookie, cookie, {
    path: door.cookiePath,
    httpOnly: true,
    sameSite: 'lax',
    // A demo runs on plain http://localhost, where a Secure cookie would be dropped by some browsers.
    secure: !ctx.config.demo,
    expires: expiresAt,
  })
}

/** One log-in for each role and market of the demo. Outside a demo there is nothing to give out. */
async function demoLogins(ctx: Context): Promise<DemoLogins['logins']> {
  if (!ctx.config.demo || ctx.config.demoFile === undefined) return []
  const text = await readFile(ctx.config.demoFile, 'utf8').catch(() => null)
  if (text === null) return []
  const demo = DemoFile.parse(JSON.parse(text))
  return demo.markets.flatMap((market) =>
    ONE_TAP_ROLES.flatMap((role) => {
      const user = demo.users.find((one) => one.marketId === market.id && one.role === role)
      if (user === undefined) return []
      const app = user.stallId === undefined ? ('admin' as const) : ('merchant' as const)
      return [
        { login: user.login, secret: user.secret, role, label: user.name, marketName: market.name, app },
      ]
    }),
  )
}
