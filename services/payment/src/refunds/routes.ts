import {
  CancelRefund,
  NameRefundTransfer,
  PageQuery,
  PromiseRefund,
  Refund,
  REFUND_STATUSES,
  RefundPage,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { cancelRefund, getRefunds, nameTransfer, promiseRefund } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['reconciliation']

export function refundRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/refunds',
    {
      config: { access: 'refunds.read' },
      schema: {
        summary: 'Money that may go back, is to go back, or has gone',
        tags,
        params: Id,
        querystring: PageQuery.extend({ status: z.enum(REFUND_STATUSES).optional() }),
        response: { 200: RefundPage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getRefunds(tx, marketId, request.query))
    },
  )

  app.post(
    '/v1/refunds/:id/promise',
    {
      config: { access: 'refunds.promise' },
      schema: {
        summary: 'Promise what came beyond all debts back to somebody',
        tags,
        params: Id,
        body: PromiseRefund,
        response: { 201: Refund },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        promiseRefund(ctx, tx, actor, request.params.id, request.body),
      ),
  )

  app.post(
    '/v1/refunds/:id/cancel',
    {
      config: { access: 'refunds.promise' },
      schema: {
        summary: 'Leave a surplus with its stall after all',
        tags,
        params: Id,
        body: CancelRefund,
        response: { 201: Refund },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        cancelRefund(tx, actor, request.params.id, request.body.reason),
      ),
  )

  app.post(
    '/v1/refunds/:id/paid-by',
    {
      config: { access: 'refunds.promise' },
      schema: {
        summary: 'Say which outgoing transfer a refund was',
        tags,
        params: Id,
        body: NameRefundTransfer,
        response: { 201: Refund },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        nameTransfer(tx, actor, request.params.id, request.body.bankTransactionId),
      ),
  )
}
