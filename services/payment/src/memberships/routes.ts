import { AppError, InvitationAnswer, Membership, MembershipList, NewMembership } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { sessionOf } from '../http/doors.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { answerInvitation, end, getMemberships, invite } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['people of several markets']
const config = { access: 'memberships.write' } as const

export function membershipRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/memberships',
    {
      config,
      schema: {
        summary: 'People of other markets who work here too, or were asked to',
        tags,
        params: Id,
        response: { 200: MembershipList },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const items = await inMarket(ctx.db, marketId, (tx) => getMemberships(tx, marketId))
      return { items, nextCursor: null }
    },
  )

  app.post(
    '/v1/markets/:id/memberships',
    {
      config,
      schema: {
        summary: 'Ask a login of another market to work here too; its holder accepts or not',
        tags,
        params: Id,
        body: NewMembership,
        response: { 201: Membership },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => invite(ctx, tx, actor, request.body))
    },
  )

  app.post(
    '/v1/memberships/:id/end',
    {
      config,
      schema: {
        summary: 'End a membership, and its sessions at once',
        tags,
        params: Id,
        response: { 200: Membership },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => end(ctx, tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/me/invitations',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Answer a market that asks me to work there',
        tags,
        body: InvitationAnswer,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const token = sessionOf(request)
      if (token === undefined) throw new AppError('session_required')
      await answerInvitation(ctx, actorOf(request), token, request.body)
      return reply.code(204).send(null)
    },
  )
}
