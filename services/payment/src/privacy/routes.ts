import { LookPage, PageQuery } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { getLooks } from './service.ts'

export function privacyRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/looks',
    {
      config: { access: 'stall.looks' },
      schema: {
        summary: 'Who of the board looked at this stall’s sales by name, newest first',
        description:
          'The first look of each person at each thing in an hour. For the stall’s own people; nobody of the board reads it.',
        tags: ['privacy'],
        params: z.object({ id: z.string() }),
        querystring: PageQuery,
        response: { 200: LookPage },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getLooks(tx, actor.marketId, request.params.id, request.query),
      )
    },
  )
}
