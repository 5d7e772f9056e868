import {
  BulkResolve,
  BulkResolved,
  CertainSuspense,
  PageQuery,
  RefuseSuspense,
  ResolveSuspense,
  SUSPENSE_REASONS,
  SuspenseDetail,
  SuspensePage,
  UndoSuspense,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import {
  approveResolution,
  refuseResolution,
  resolveCertain,
  resolveSuspense,
  undoResolution,
} from './resolve.ts'
import { bookHeld, getCertain, getSuspense, getSuspenseItem } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['suspense']

export function suspenseRoutes(app: App, ctx: Context): void {
  readRoutes(app, ctx)
  decideRoutes(app, ctx)

  app.post(
    '/v1/suspense/:id/resolve',
    {
      config: { access: 'suspense.resolve' },
      schema: {
        summary: 'Say what money in suspense was for; a large sum waits for a second person',
        tags,
        params: Id,
        body: ResolveSuspense,
        response: { 200: SuspenseDetail },
      },
    },
    async (request, reply) =>
      createOnce(
        ctx,
        request,
        reply,
        (tx, actor) => resolveSuspense(ctx, tx, actor, request.params.id, request.body),
        200,
      ),
  )

  app.post(
    '/v1/markets/:id/suspense/bulk-resolve',
    {
      config: { access: 'suspense.resolve' },
      schema: {
        summary: 'Resolve items that are certain and were looked at, each by itself',
        tags,
        params: Id,
        body: BulkResolve,
        response: { 200: BulkResolved },
      },
    },
    async (request) => resolveCertain(ctx, actorInMarket(request, request.params.id), request.body),
  )
}

function readRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/suspense',
    {
      config: { access: 'suspense.read' },
      schema: {
        summary: 'Money whose purpose is not known',
        tags,
        params: Id,
        querystring: PageQuery.extend({
          status: z.enum(['open', 'returning', 'resolved']).optional(),
          reason: z.enum(SUSPENSE_REASONS).optional(),
        }),
        response: { 200: SuspensePage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getSuspense(tx, marketId, request.query))
    },
  )

  app.get(
    '/v1/markets/:id/suspense/certain',
    {
      config: { access: 'suspense.read' },
      schema: {
        summary: 'Open items that can be resolved at once, to be looked at first',
        tags,
        params: Id,
        response: { 200: CertainSuspense },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getCertain(ctx, tx, actor))
    },
  )

  app.get(
    '/v1/suspense/:id',
    {
      config: { access: 'suspense.read' },
      schema: {
        summary: 'An item: why it waits, what it may have been for, and what was said of it',
        tags,
        params: Id,
        response: { 200: SuspenseDetail },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => getSuspenseItem(ctx, tx, actor, request.params.id))
    },
  )
}

function decideRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/suspense/:id/book',
    {
      config: { access: 'suspense.resolve' },
      schema: {
        summary: 'Say that what was held back is money of its own: it is booked at once',
        tags,
        params: Id,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      await inChange(ctx, actor, (tx) => bookHeld(ctx, tx, actor, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/v1/suspense/:id/approve',
    {
      config: { access: 'suspense.approve' },
      schema: {
        summary: 'Approve what somebody else said a large sum was, and carry it out',
        tags,
        params: Id,
        response: { 200: SuspenseDetail },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => approveResolution(ctx, tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/suspense/:id/refuse',
    {
      config: { access: 'suspense.approve' },
      schema: {
        summary: 'Refuse what somebody else said a large sum was, and say why',
        tags,
        params: Id,
        body: RefuseSuspense,
        response: { 200: SuspenseDetail },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) =>
        refuseResolution(ctx, tx, actor, request.params.id, request.body.reason),
      )
    },
  )

  app.post(
    '/v1/suspense/:id/undo',
    {
      config: { access: 'suspense.resolve' },
      schema: {
        summary: 'Undo a resolution by reversal: the money is in suspense again',
        tags,
        params: Id,
        body: UndoSuspense,
        response: { 200: SuspenseDetail },
      },
    },
    async (request, reply) =>
      createOnce(
        ctx,
        request,
        reply,
        (tx, actor) => undoResolution(ctx, tx, actor, request.params.id, request.body.reason),
        200,
      ),
  )
}
