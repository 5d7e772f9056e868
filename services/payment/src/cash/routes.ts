import { CashSale, CreateCashSale, Day, pageOf } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { reverseCashOf } from '../credits/service.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { requireDayOfSales } from '../payments/service.ts'
import { requireOwnDay } from '../privacy/service.ts'
import { createCashSale, listCashSales, undoCashSale } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['cash']

export function cashRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/stalls/:id/cash-sales',
    {
      config: { access: 'stall.sell' },
      schema: {
        summary: 'Note a sale in cash',
        tags,
        params: Id,
        body: CreateCashSale,
        response: { 201: CashSale },
      },
    },
    async (request, reply) => {
      requireOwnStall(actorOf(request), request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) =>
        createCashSale(ctx, tx, actor, request.params.id, request.body),
      )
    },
  )

  app.get(
    '/v1/stalls/:id/cash-sales',
    {
      config: { access: 'stall.sell' },
      schema: {
        summary: "A stall's cash sales of a day, newest first",
        tags,
        params: Id,
        querystring: z.object({ day: Day.optional() }),
        response: { 200: pageOf(CashSale) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      const day = requireDayOfSales(ctx, actor, request.query.day)
      const items = await inMarket(ctx.db, actor.marketId, async (tx) => {
        await requireOwnDay(ctx, tx, actor, request.params.id, day)
        return listCashSales(tx, actor.marketId, request.params.id, day)
      })
      return { items, nextCursor: null }
    },
  )

  app.post(
    '/v1/cash-sales/:id/undo',
    {
      config: { access: 'stall.sell' },
      schema: { summary: 'Take a cash sale back', tags, params: Id, response: { 200: CashSale } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, async (tx) => {
        await reverseCashOf(ctx, tx, actor, request.params.id)
        return undoCashSale(ctx, tx, actor, request.params.id)
      })
    },
  )
}
