import { ArrearsPage, Day, PageQuery, PromisePage } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { getArrears, getPromises } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['arrears']

export function arrearsRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/arrears',
    {
      config: { access: 'arrears.read' },
      schema: {
        summary: 'What is owed, by how long it is past due',
        tags,
        params: Id,
        querystring: PageQuery.extend({ asOf: Day.optional() }),
        response: { 200: ArrearsPage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getArrears(ctx, tx, marketId, request.query))
    },
  )

  app.get(
    '/v1/markets/:id/promises',
    {
      config: { access: 'arrears.read' },
      schema: {
        summary: 'What stalls promised the collector to pay, and what came of it',
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: PromisePage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getPromises(ctx, tx, marketId, request.query))
    },
  )
}
