import { AppError, DemoFile, DemoLogins, LogIn, MarketChoice, Me, SessionList } from '@tienve/contracts'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { doorOfSession, sessionOf, setSessionCookies } from '../http/doors.ts'
import { actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { switchMarket, withMarkets } from '../memberships/service.ts'
import { browserOf } from './browser.ts'
import { endSession, findSession, getSessions, logIn, logOut } from './service.ts'

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
  'leader',
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
      const { me, ...opened } = await logIn(ctx, request.body, browserOf(request, request.body.deviceToken))
      setSessionCookies(request, reply, opened, { demo: ctx.config.demo, now: ctx.now() })
      return reply.code(201).send(await withMarkets(ctx, me, opened.cookie))
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
      const { marketId } = request.body
      const { me, ...opened } = await switchMarket(ctx, actorOf(request), held, marketId, browserOf(request))
      setSessionCookies(request, reply, opened, { demo: ctx.config.demo, now: ctx.now() })
      return reply.code(201).send(await withMarkets(ctx, me, opened.cookie))
    },
  )

  app.get(
    '/v1/sessions',
    {
      config: { access: 'session' },
      schema: {
        summary: 'The devices one has logged in with, and which of them are logged in',
        tags: ['sessions'],
        response: { 200: SessionList },
      },
    },
    async (request) => {
      const session = await findSession(ctx, sessionOf(request))
      if (session === null) throw new AppError('session_required')
      return getSessions(ctx, session.actor, session.deviceId)
    },
  )

  app.delete(
    '/v1/sessions/:id',
    {
      config: { access: 'session' },
      schema: {
        summary: "End the session of one of one's own devices, which is unknown from then on",
        tags: ['sessions'],
        params: z.object({ id: z.string() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await endSession(ctx, actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/v1/sessions/current',
    {
      config: { access: 'session', duringSetUp: true },
      schema: { summary: 'Log out', tags: ['sessions'], response: { 204: z.null() } },
    },
    async (request, reply) => {
      await logOut(ctx, actorOf(request), sessionOf(request) ?? '')
      const door = doorOfSession(request)
      return reply
        .clearCookie(door.cookie, { path: door.cookiePath, secure: !ctx.config.demo })
        .code(204)
        .send(null)
    },
  )

  app.get(
    '/v1/me',
    {
      config: { access: 'session', duringSetUp: true },
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
