import { AppError, DemoFile, DemoLogins, LogIn, Me } from '@tienve/contracts'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { originOf } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { doorOfRequest, doorOfSession, sessionOf } from '../http/doors.ts'
import { actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { findSession, logIn, logOut } from './service.ts'

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
      const { cookie, expiresAt, me } = await logIn(ctx, request.body, originOf(request))
      const door = doorOfRequest(request)
      return reply
        .setCookie(door.cookie, cookie, {
          path: door.cookiePath,
          httpOnly: true,
          sameSite: 'lax',
          // A demo runs on plain http://localhost, where a Secure cookie would be dropped by some browsers.
          secure: !ctx.config.demo,
          expires: expiresAt,
        })
        .code(201)
        .send(me)
    },
  )

  app.delete(
    '/v1/sessions/current',
    {
      config: { access: 'session' },
      schema: { summary: 'Log out', tags: ['sessions'], response: { 204: z.null() } },
    },
    async (request, reply) => {
      await logOut(ctx, actorOf(request), sessionOf(request) ?? '')
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
      const session = await findSession(ctx, sessionOf(request))
      if (session === null) throw new AppError('session_required')
      return session.me
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
