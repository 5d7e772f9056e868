import { Enrol, HelperList, Me, NewEnrolment, StallEnrolment } from '@tienve/contracts'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { setSessionCookies } from '../http/doors.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { browserOf } from '../identity/browser.ts'
import { enrol, enrolHolder, getEnrolment, getHelpers, inviteHelper, removeHelper } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['enrolments']

/** Codes are fifty bits, so this is far from a guess; a market's hall has one address for all who get in on the same morning. */
const ENROLMENTS_A_MINUTE = 60

/** Laying out a slip is dear, and the register of a whole market is printed in an afternoon. */
const CODES_A_MINUTE = 60

export function enrolmentRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/stalls/:id/enrolments',
    {
      config: { access: 'people.enrol', rateLimit: { max: CODES_A_MINUTE, timeWindow: '1 minute' } },
      schema: {
        summary: 'Make a one-time code for the holder of a stall; it is shown in this answer alone',
        tags,
        params: Id,
        response: { 201: NewEnrolment },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await enrolHolder(ctx, actorOf(request), request.params.id)),
  )

  app.get(
    '/v1/stalls/:id/enrolments',
    {
      config: { access: 'people.enrol' },
      schema: {
        summary: 'Whether the holder of a stall has a phone, and whether a code waits for them',
        tags,
        params: Id,
        response: { 200: StallEnrolment },
      },
    },
    async (request) => getEnrolment(ctx, actorOf(request), request.params.id),
  )

  app.post(
    '/v1/enrolments',
    {
      config: { access: 'public', rateLimit: { max: ENROLMENTS_A_MINUTE, timeWindow: '1 minute' } },
      schema: {
        summary: 'Get in by a one-time code, with a PIN of one’s own',
        tags,
        body: Enrol,
        response: { 201: Me },
      },
    },
    async (request, reply) => {
      const { me, ...opened } = await enrol(ctx, request.body, browserOf(request))
      setSessionCookies(request, reply, opened, { demo: ctx.config.demo, now: ctx.now() })
      return reply.code(201).send(me)
    },
  )

  helperRoutes(app, ctx)
}

function helperRoutes(app: App, ctx: Context): void {
  const config = { access: 'stall.helpers' as const }

  app.post(
    '/v1/stalls/:id/helpers',
    {
      config,
      schema: {
        summary: 'Make a one-time code for somebody to help at the stall',
        tags,
        params: Id,
        response: { 201: NewEnrolment },
      },
    },
    async (request, reply) => {
      requireOwnStall(actorOf(request), request.params.id)
      return reply.code(201).send(await inviteHelper(ctx, actorOf(request), request.params.id))
    },
  )

  app.get(
    '/v1/stalls/:id/helpers',
    {
      config,
      schema: { summary: 'Who helps at the stall', tags, params: Id, response: { 200: HelperList } },
    },
    async (request) => {
      requireOwnStall(actorOf(request), request.params.id)
      return getHelpers(ctx, actorOf(request), request.params.id)
    },
  )

  app.delete(
    '/v1/stalls/:id/helpers/:helperId',
    {
      config,
      schema: {
        summary: 'Take a helper out: their phones are out at once',
        tags,
        params: z.object({ id: z.string(), helperId: z.string() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, helperId } = request.params
      requireOwnStall(actorOf(request), id)
      await removeHelper(ctx, actorOf(request), id, helperId)
      return reply.code(204).send(null)
    },
  )
}
