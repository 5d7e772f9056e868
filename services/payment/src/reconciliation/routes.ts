import { PageQuery, ResolveSuspense, SuspenseItem, SuspensePage } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { getSuspense, resolveSuspense } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['reconciliation']

export function reconciliationRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/suspense',
    {
      config: { access: 'suspense.read' },
      schema: {
        summary: 'Money whose purpose is not known',
        tags,
        params: Id,
        querystring: PageQuery.extend({ status: z.enum(['open', 'resolved']).optional() }),
        response: { 200: SuspensePage },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getSuspense(tx, actor.marketId, request.query))
    },
  )

  app.post(
    '/v1/suspense/:id/resolve',
    {
      config: { access: 'suspense.resolve' },
      schema: {
        summary: 'Say what money in suspense was for',
        tags,
        params: Id,
        body: ResolveSuspense,
        response: { 200: SuspenseItem },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        resolveSuspense(ctx, tx, actor, request.params.id, request.body),
      )
    },
  )
}
