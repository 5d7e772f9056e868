import { Day, PromiseSaleRefund, SaleRefund, SaleRefundList } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { requireDay } from '../payments/service.ts'
import { requireOwnDay } from '../privacy/service.ts'
import { cancelSaleRefund, getSaleRefunds, promiseSaleRefund } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['payments']

export function returnRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/sale-refunds',
    {
      config: { access: 'sales.refund' },
      schema: {
        summary: "What goes or went back of a stall's sales of a day, and what has yet to go",
        tags,
        params: Id,
        querystring: z.object({ day: Day.optional() }),
        response: { 200: SaleRefundList },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      const day = requireDay(ctx, request.query.day)
      const items = await inMarket(ctx.db, actor.marketId, async (tx) => {
        await requireOwnDay(ctx, tx, actor, request.params.id, day)
        return getSaleRefunds(tx, actor.marketId, request.params.id, day)
      })
      return { items, nextCursor: null }
    },
  )

  app.post(
    '/v1/stalls/:id/sale-refunds',
    {
      config: { access: 'sales.refund' },
      schema: {
        summary: 'Promise what a sale brought too much back to the shopper',
        tags,
        params: Id,
        body: PromiseSaleRefund,
        response: { 201: SaleRefund },
      },
    },
    async (request, reply) => {
      requireOwnStall(actorOf(request), request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) =>
        promiseSaleRefund(ctx, tx, actor, request.params.id, request.body),
      )
    },
  )

  app.post(
    '/v1/sale-refunds/:id/cancel',
    {
      config: { access: 'sales.refund' },
      schema: {
        summary: 'Take back that a sale is to go back',
        tags,
        params: Id,
        response: { 201: SaleRefund },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) => cancelSaleRefund(ctx, tx, actor, request.params.id)),
  )
}
