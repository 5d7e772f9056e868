import { Day, Reconciliation } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { requireDay } from '../payments/service.ts'
import { getReconciliation } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['reconciliation']

export function reconciliationRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/reconciliation',
    {
      config: { access: 'reconciliation.read' },
      schema: {
        summary: 'What banks say beside what the ledger has',
        tags,
        params: Id,
        querystring: z.object({ day: Day.optional() }),
        response: { 200: Reconciliation },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      const day = requireDay(ctx, request.query.day)
      return inMarket(ctx.db, actor.marketId, (tx) => getReconciliation(tx, actor.marketId, day))
    },
  )
}
