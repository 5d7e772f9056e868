import {
  ConfirmShift,
  CurrentShift,
  EndShift,
  OwnShift,
  Shift,
  ShiftList,
  StartShift,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { confirmShift, endShift, getCurrentShift, getShifts, startShift } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['shifts']

export function shiftRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/stalls/:id/shifts',
    {
      config: { access: 'shifts.work' },
      schema: {
        summary: 'Begin a shift of one’s own at the stall',
        tags,
        params: Id,
        body: StartShift,
        response: { 201: OwnShift },
      },
    },
    async (request, reply) => {
      requireOwnStall(actorOf(request), request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) =>
        startShift(ctx, tx, actor, request.params.id, request.body.openingVnd),
      )
    },
  )

  app.get(
    '/v1/stalls/:id/shifts/current',
    {
      config: { access: 'shifts.work' },
      schema: {
        summary:
          'The shift that one has open, or the last that waits for the owner; no sums but those one typed',
        tags,
        params: Id,
        response: { 200: CurrentShift },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, async (tx) => ({
        shift: await getCurrentShift(tx, actor, request.params.id),
      }))
    },
  )

  app.get(
    '/v1/stalls/:id/shifts',
    {
      config: { access: 'shifts.confirm' },
      schema: {
        summary: 'The shifts of the last two weeks with what each took, the latest first',
        tags,
        params: Id,
        response: { 200: ShiftList },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      const items = await inMarket(ctx.db, actor.marketId, (tx) =>
        getShifts(ctx, tx, actor, request.params.id),
      )
      return { items, nextCursor: null }
    },
  )

  app.post(
    '/v1/shifts/:id/end',
    {
      config: { access: 'shifts.work' },
      schema: {
        summary: 'End a shift with what was counted in the drawer; for the owner of the stall any',
        tags,
        params: Id,
        body: EndShift,
        response: { 200: OwnShift },
      },
    },
    async (request, reply) =>
      createOnce(
        ctx,
        request,
        reply,
        (tx, actor) => endShift(ctx, tx, actor, request.params.id, request.body.countedVnd),
        200,
      ),
  )

  app.post(
    '/v1/shifts/:id/confirm',
    {
      config: { access: 'shifts.confirm' },
      schema: {
        summary: 'Accept a shift that has ended: nothing of it changes from then on',
        tags,
        params: Id,
        body: ConfirmShift,
        response: { 200: Shift },
      },
    },
    async (request, reply) =>
      createOnce(
        ctx,
        request,
        reply,
        (tx, actor) => confirmShift(ctx, tx, actor, request.params.id, request.body),
        200,
      ),
  )
}
