import {
  AnswerDispute,
  Dispute,
  DISPUTE_STATUSES,
  DisputePage,
  OpenDispute,
  PageQuery,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { requireStall } from '../stalls/service.ts'
import { answerDispute, getDisputes, openDispute, withdrawDispute } from './service.ts'

const Id = z.object({ id: z.string() })
const DisputeQuery = PageQuery.extend({ status: z.enum(DISPUTE_STATUSES).optional() })
const tags = ['disputes']

export function disputeRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/disputes',
    {
      config: { access: 'disputes.read' },
      schema: {
        summary: 'What stalls say is wrong with their charges',
        tags,
        params: Id,
        querystring: DisputeQuery,
        response: { 200: DisputePage },
      },
    },
    async (request) => {
      const { marketId, stallId } = actorInMarket(request, request.params.id)
      const own = stallId === null ? {} : { stallId }
      return inMarket(ctx.db, marketId, (tx) => getDisputes(tx, marketId, { ...request.query, ...own }))
    },
  )

  app.get(
    '/v1/stalls/:id/disputes',
    {
      config: { access: 'disputes.read' },
      schema: {
        summary: "A stall's disputes, with their answers",
        tags,
        params: Id,
        querystring: DisputeQuery,
        response: { 200: DisputePage },
      },
    },
    async (request) => {
      const { marketId } = actorOf(request)
      const { id: stallId } = request.params
      requireOwnStall(actorOf(request), stallId)
      return inMarket(ctx.db, marketId, async (tx) => {
        await requireStall(tx, marketId, stallId)
        return getDisputes(tx, marketId, { ...request.query, stallId })
      })
    },
  )

  app.post(
    '/v1/charges/:id/disputes',
    {
      config: { access: 'disputes.open' },
      schema: {
        summary: 'Say that a charge is wrong',
        tags,
        params: Id,
        body: OpenDispute,
        response: { 201: Dispute },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        openDispute(ctx, tx, actor, request.params.id, request.body.reason),
      ),
  )

  app.post(
    '/v1/disputes/:id/answer',
    {
      config: { access: 'disputes.answer' },
      schema: {
        summary: "Answer a dispute; an upheld one's charge is changed on its own",
        tags,
        params: Id,
        body: AnswerDispute,
        response: { 200: Dispute },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => answerDispute(ctx, tx, actor, request.params.id, request.body))
    },
  )

  app.post(
    '/v1/disputes/:id/withdraw',
    {
      config: { access: 'disputes.open' },
      schema: { summary: 'Take a dispute back', tags, params: Id, response: { 200: Dispute } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => withdrawDispute(ctx, tx, actor, request.params.id))
    },
  )
}
