import {
  AppError,
  CreatePushSubscription,
  NOTICE_STATES,
  NoticePage,
  OutboxPage,
  PageQuery,
  PushSubscriptionMade,
  ReadNotices,
  ReminderPlan,
  RemindersQueued,
  SendReminders,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sessionOf } from '../http/doors.ts'
import { actorInMarket, actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { findSession } from '../identity/service.ts'
import { deleteSubscription, setRead } from './repository.ts'
import { getNotices, getOutbox, planReminders, sendReminders, subscribe } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['notices']

export function noticeRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/notices',
    {
      config: { access: 'notices.read' },
      schema: {
        summary: 'What a stall was told about its charges',
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: NoticePage },
      },
    },
    async (request) => {
      const { marketId } = actorOf(request)
      requireOwnStall(actorOf(request), request.params.id)
      return inMarket(ctx.db, marketId, (tx) =>
        getNotices(ctx, tx, marketId, request.params.id, request.query),
      )
    },
  )

  app.put(
    '/v1/stalls/:id/notices/read',
    {
      config: { access: 'notices.read' },
      schema: {
        summary: 'All that was told until then was seen',
        tags,
        params: Id,
        body: ReadNotices,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { marketId } = actorOf(request)
      requireOwnStall(actorOf(request), request.params.id)
      const until = new Date(request.body.until)
      await inMarket(ctx.db, marketId, (tx) =>
        setRead(tx, marketId, request.params.id, { until, readAt: ctx.now() }),
      )
      return reply.code(204).send(null)
    },
  )

  subscriptionRoutes(app, ctx)
  reminderRoutes(app, ctx)
}

function subscriptionRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/push-subscriptions',
    {
      config: { access: 'notices.read' },
      schema: {
        summary: 'Let this browser be woken',
        tags,
        body: CreatePushSubscription,
        response: { 201: PushSubscriptionMade },
      },
    },
    async (request, reply) => {
      const session = await findSession(ctx, sessionOf(request))
      if (session === null) throw new AppError('session_required')
      return createOnce(ctx, request, reply, (tx, actor) =>
        subscribe(ctx, tx, actor, session.deviceId, request.body),
      )
    },
  )

  app.delete(
    '/v1/push-subscriptions/:id',
    {
      config: { access: 'notices.read' },
      schema: { summary: 'Let it sleep again', tags, params: Id, response: { 204: z.null() } },
    },
    async (request, reply) => {
      const { marketId, userId } = actorOf(request)
      const isForgotten = await inMarket(ctx.db, marketId, (tx) =>
        deleteSubscription(tx, marketId, request.params.id, userId),
      )
      if (!isForgotten) throw new AppError('not_found')
      return reply.code(204).send(null)
    },
  )
}

function reminderRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/reminders',
    {
      config: { access: 'reminders.send' },
      schema: {
        summary: 'Whom a reminder sent now would go to, and when',
        tags,
        params: Id,
        response: { 200: ReminderPlan },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => planReminders(ctx, tx, marketId))
    },
  )

  app.post(
    '/v1/markets/:id/reminders',
    {
      config: { access: 'reminders.send' },
      schema: {
        summary: 'Remind stalls of what is past due',
        tags,
        params: Id,
        body: SendReminders,
        response: { 201: RemindersQueued },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, { marketId }) =>
        sendReminders(ctx, tx, marketId, request.body.stallIds ?? null),
      )
    },
  )

  app.get(
    '/v1/markets/:id/notices',
    {
      config: { access: 'arrears.read' },
      schema: {
        summary: 'The outbox: what was sent to whom, what waits, and what failed',
        tags,
        params: Id,
        querystring: PageQuery.extend({ state: z.enum(NOTICE_STATES).optional() }),
        response: { 200: OutboxPage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getOutbox(ctx, tx, marketId, request.query))
    },
  )
}
