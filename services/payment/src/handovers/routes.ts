import {
  CashInHand,
  Collectors,
  ConfirmHandover,
  CreateHandover,
  Day,
  Handover,
  HandoverPage,
  PageQuery,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { ownOf } from '../collection/rules.ts'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import {
  confirmHandover,
  getCashInHand,
  getCollectors,
  getHandover,
  getHandovers,
  signHandover,
} from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['handovers']

export function handoverRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/cash-in-hand',
    {
      config: { access: 'cash.collect' },
      schema: {
        summary: 'What the asking collector carries and has not handed over',
        tags,
        params: Id,
        response: { 200: CashInHand },
      },
    },
    async (request) => {
      const { marketId, userId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getCashInHand(tx, marketId, userId))
    },
  )

  app.get(
    '/v1/markets/:id/collectors',
    {
      config: { access: 'handovers.read' },
      schema: {
        summary: 'Who carries the board’s cash, how much, and when it was last handed over',
        tags,
        params: Id,
        response: { 200: Collectors },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getCollectors(tx, actor.marketId, ownOf(actor).collectorId ?? null),
      )
    },
  )

  app.post(
    '/v1/markets/:id/handovers',
    {
      config: { access: 'cash.collect' },
      schema: {
        summary: 'Sign for all the cash in hand, counted by note',
        tags,
        params: Id,
        body: CreateHandover,
        response: { 201: Handover },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => signHandover(ctx, tx, actor, request.body))
    },
  )

  readRoutes(app, ctx)

  app.post(
    '/v1/handovers/:id/confirm',
    {
      config: { access: 'cash.count' },
      schema: {
        summary: 'The cashier’s own count and signature; a difference is posted and not hidden',
        tags,
        params: Id,
        body: ConfirmHandover,
        response: { 200: Handover },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => confirmHandover(ctx, tx, actor, request.params.id, request.body))
    },
  )
}

function readRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/handovers',
    {
      config: { access: 'handovers.read' },
      schema: {
        summary: 'Cash handed over, the latest first',
        tags,
        params: Id,
        querystring: PageQuery.extend({ day: Day.optional(), collectorId: z.string().optional() }),
        response: { 200: HandoverPage },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getHandovers(tx, actor.marketId, { ...request.query, ...ownOf(actor) }),
      )
    },
  )

  app.get(
    '/v1/handovers/:id',
    {
      config: { access: 'handovers.read' },
      schema: {
        summary: 'One hand-over with both counts',
        tags,
        params: Id,
        response: { 200: Handover },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getHandover(tx, actor.marketId, { id: request.params.id, ...ownOf(actor) }),
      )
    },
  )
}
