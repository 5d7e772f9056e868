import {
  AppError,
  CreatePaymentRequest,
  Day,
  DaySummary,
  PageQuery,
  PaymentPage,
  PaymentRequest,
  TakingPage,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { stallsOfBooks } from '../privacy/rules.ts'
import { noteLooks, requireOwnDay } from '../privacy/service.ts'
import { findStall } from '../stalls/repository.ts'
import {
  cancelRequest,
  createRequest,
  getRequest,
  getSalesOfDay,
  getSummary,
  getTakingsOfDay,
  requireDay,
  requireDayOfSales,
} from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['payments']

export function paymentRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/stalls/:id/payment-requests',
    {
      config: { access: 'stall.sell' },
      schema: {
        summary: 'Ask one shopper for a sum',
        tags,
        params: Id,
        body: CreatePaymentRequest,
        response: { 201: PaymentRequest },
      },
    },
    async (request, reply) => {
      requireOwnStall(actorOf(request), request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) =>
        createRequest(ctx, tx, actor, request.params.id, request.body),
      )
    },
  )

  app.get(
    '/v1/payment-requests/:id',
    {
      config: { access: 'stall.read' },
      schema: { summary: 'A payment request', tags, params: Id, response: { 200: PaymentRequest } },
    },
    async (request) => {
      const actor = actorOf(request)
      // What one shopper was asked for is a sale: the board's people see those in totals only.
      if (actor.stallId === null) throw new AppError('not_found')
      return inMarket(ctx.db, actor.marketId, (tx) => getRequest(tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/payment-requests/:id/cancel',
    {
      config: { access: 'stall.sell' },
      schema: { summary: 'Call a payment request off', tags, params: Id, response: { 200: PaymentRequest } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => cancelRequest(tx, actor, request.params.id))
    },
  )

  dayRoutes(app, ctx)
}

function dayRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/payments',
    {
      config: { access: 'stall.sales' },
      schema: {
        summary: "A stall's payments of a day, newest first",
        tags,
        params: Id,
        querystring: PageQuery.extend({ day: Day.optional() }),
        response: { 200: PaymentPage },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      const { limit, cursor } = request.query
      const day = requireDayOfSales(ctx, actor, request.query.day)
      return inMarket(ctx.db, actor.marketId, async (tx) => {
        await requireSalesVisible(tx, actor, request.params.id)
        await requireOwnDay(ctx, tx, actor, request.params.id, day)
        const seen = stallsOfBooks([request.params.id], { fromDay: day, toDay: day })
        await noteLooks(ctx, tx, actor, 'payments', seen)
        return getSalesOfDay(tx, actor, request.params.id, { day, limit, cursor })
      })
    },
  )

  app.get(
    '/v1/stalls/:id/takings',
    {
      config: { access: 'stall.sell' },
      schema: {
        summary: 'All that a stall took on a day, by bank and in cash, newest first',
        tags,
        params: Id,
        querystring: PageQuery.extend({ day: Day.optional() }),
        response: { 200: TakingPage },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      const { limit, cursor } = request.query
      const day = requireDayOfSales(ctx, actor, request.query.day)
      return inMarket(ctx.db, actor.marketId, async (tx) => {
        await requireOwnDay(ctx, tx, actor, request.params.id, day)
        return getTakingsOfDay(tx, actor, request.params.id, { day, limit, cursor })
      })
    },
  )

  app.get(
    '/v1/stalls/:id/summary',
    {
      config: { access: 'stall.totals' },
      schema: {
        summary: 'What a stall took on a day',
        tags,
        params: Id,
        querystring: z.object({ day: Day.optional() }),
        response: { 200: DaySummary },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      const day = requireDay(ctx, request.query.day)
      return inMarket(ctx.db, actor.marketId, async (tx) => {
        await requireSalesVisible(tx, actor, request.params.id)
        await requireOwnDay(ctx, tx, actor, request.params.id, day)
        const seen = stallsOfBooks([request.params.id], { fromDay: day, toDay: day })
        await noteLooks(ctx, tx, actor, 'day', seen)
        return getSummary(tx, actor, request.params.id, day)
      })
    },
  )
}

/** The board bills stalls and does not watch them: it sees the sales of a stall by name only while that stall agrees. */
async function requireSalesVisible(
  tx: Parameters<typeof findStall>[0],
  actor: ReturnType<typeof actorOf>,
  stallId: string,
): Promise<void> {
  const stall = await findStall(tx, actor.marketId, stallId)
  if (stall === null) throw new AppError('not_found')
  if (actor.stallId === null && stall.salesConsentAt === null) throw new AppError('role_forbidden')
}
