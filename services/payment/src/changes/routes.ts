import {
  ApproveChange,
  CHANGE_STATUSES,
  ChargeChange,
  ChargeChangePage,
  PageQuery,
  ProposeChange,
  RefuseChange,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { approveChange, getChanges, proposeChange, refuseChange } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['charges']

export function changeRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/charge-changes',
    {
      config: { access: 'rounds.read' },
      schema: {
        summary: 'Changes of issued charges, and those that wait for approval',
        tags,
        params: Id,
        querystring: PageQuery.extend({
          status: z.enum(CHANGE_STATUSES).optional(),
          chargeId: z.string().optional(),
        }),
        response: { 200: ChargeChangePage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getChanges(tx, marketId, request.query))
    },
  )

  app.post(
    '/v1/charges/:id/changes',
    {
      config: { access: 'charges.change' },
      schema: {
        summary: 'Propose to adjust, relieve or write off an issued charge',
        tags,
        params: Id,
        body: ProposeChange,
        response: { 201: ChargeChange },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        proposeChange(ctx, tx, actor, request.params.id, request.body),
      ),
  )

  app.post(
    '/v1/charge-changes/:id/approve',
    {
      config: { access: 'charges.approve' },
      schema: {
        summary: "Approve somebody else's change, having seen its sums, and post it",
        tags,
        params: Id,
        body: ApproveChange,
        response: { 200: ChargeChange },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => approveChange(ctx, tx, actor, request.params.id, request.body))
    },
  )

  app.post(
    '/v1/charge-changes/:id/refuse',
    {
      config: { access: 'charges.approve' },
      schema: {
        summary: "Refuse somebody else's change, and say why",
        tags,
        params: Id,
        body: RefuseChange,
        response: { 200: ChargeChange },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) =>
        refuseChange(ctx, tx, actor, request.params.id, request.body.reason),
      )
    },
  )
}
