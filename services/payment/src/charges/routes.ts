import {
  CHARGE_STATUSES,
  ApproveRound,
  BillingRound,
  BillingRounds,
  ChargeDetail,
  ChargePage,
  Day,
  PageQuery,
  Period,
  ProposeRound,
  RefuseChange,
  RoundCheck,
  RoundPreview,
  SERVICES,
  StallChargesPage,
  StallDebt,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf, requireOwnStall } from '../http/guard.ts'
import type { Actor, App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { requireStall } from '../stalls/service.ts'
import { getRoundPreview } from './preview.ts'
import {
  approveClosing,
  approveRound,
  getRoundCheck,
  getRoundDrafts,
  getRounds,
  proposeClosing,
  proposeRound,
  refuseClosing,
  withdrawRound,
} from './rounds.ts'
import { getCharge, getCharges, getChargesByStall, getDebt } from './service.ts'

const Id = z.object({ id: z.string() })
const ChargeQuery = PageQuery.extend({
  status: z.enum([...CHARGE_STATUSES, 'outstanding']).optional(),
  stallId: z.string().optional(),
  period: Period.optional(),
  overdueDays: z.coerce.number().int().min(0).max(3_650).optional(),
  dueFrom: Day.optional(),
  dueTo: Day.optional(),
  zone: z.string().max(20).optional(),
  service: z.enum(SERVICES).optional(),
})
const tags = ['charges']

export function chargeRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/charges',
    {
      config: { access: 'charges.read' },
      schema: {
        summary: 'Charges: billed, collected, owed',
        tags,
        params: Id,
        querystring: ChargeQuery,
        response: { 200: ChargePage },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getCharges(ctx, tx, actor.marketId, { ...request.query, ...ownOf(actor) }),
      )
    },
  )

  app.get(
    '/v1/markets/:id/charges/by-stall',
    {
      config: { access: 'charges.read' },
      schema: {
        summary: 'Charges by stall: billed, collected, owed, the largest debt first',
        tags,
        params: Id,
        querystring: ChargeQuery,
        response: { 200: StallChargesPage },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getChargesByStall(ctx, tx, actor.marketId, { ...request.query, ...ownOf(actor) }),
      )
    },
  )

  app.get(
    '/v1/stalls/:id/charges',
    {
      config: { access: 'charges.read' },
      schema: {
        summary: 'What a stall owes the market, and why',
        tags,
        params: Id,
        querystring: ChargeQuery,
        response: { 200: ChargePage },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, async (tx) => {
        await requireStall(tx, actor.marketId, request.params.id)
        return getCharges(ctx, tx, actor.marketId, { ...request.query, stallId: request.params.id })
      })
    },
  )

  app.get(
    '/v1/stalls/:id/debt',
    {
      config: { access: 'charges.read' },
      schema: {
        summary: 'All that a stall owes, with one code for the whole of it',
        tags,
        params: Id,
        response: { 200: StallDebt },
      },
    },
    async (request) => {
      const { marketId } = actorOf(request)
      requireOwnStall(actorOf(request), request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getDebt(ctx, tx, marketId, request.params.id))
    },
  )

  app.get(
    '/v1/charges/:id',
    {
      config: { access: 'charges.read' },
      schema: {
        summary: 'A charge, with all that has paid and changed it',
        tags,
        params: Id,
        response: { 200: ChargeDetail },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => getCharge(ctx, tx, actor, request.params.id))
    },
  )

  roundRoutes(app, ctx)
}

/** A stall's people see their own charges in the market's lists too, and nobody else's. */
function ownOf({ stallId }: Actor): { stallId?: string } {
  return stallId === null ? {} : { stallId }
}

function roundRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/billing-rounds',
    {
      config: { access: 'rounds.read' },
      schema: { summary: 'Billing rounds', tags, params: Id, response: { 200: BillingRounds } },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      const items = await inMarket(ctx.db, actor.marketId, (tx) => getRounds(tx, actor.marketId))
      return { items, nextCursor: null }
    },
  )

  app.post(
    '/v1/markets/:id/billing-rounds',
    {
      config: { access: 'charges.issue' },
      schema: {
        summary: 'Propose to bill a month',
        tags,
        params: Id,
        body: ProposeRound,
        response: { 201: BillingRound },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => proposeRound(ctx, tx, actor, request.body))
    },
  )

  app.get(
    '/v1/markets/:id/round-preview',
    {
      config: { access: 'rounds.read' },
      schema: {
        summary: 'What a month would bill now, beside the month before',
        tags,
        params: Id,
        querystring: PageQuery.extend({ period: Period }),
        response: { 200: RoundPreview },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getRoundPreview(tx, marketId, request.query))
    },
  )

  app.get(
    '/v1/billing-rounds/:id/drafts',
    {
      config: { access: 'rounds.read' },
      schema: {
        summary: 'What a proposed round bills, as it was frozen',
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: RoundPreview },
      },
    },
    async (request) => {
      const { marketId } = actorOf(request)
      return inMarket(ctx.db, marketId, (tx) =>
        getRoundDrafts(tx, marketId, request.params.id, request.query),
      )
    },
  )

  app.get(
    '/v1/billing-rounds/:id/check',
    {
      config: { access: 'rounds.read' },
      schema: {
        summary: 'What has to be seen before a round is approved',
        tags,
        params: Id,
        response: { 200: RoundCheck },
      },
    },
    async (request) => {
      const { marketId } = actorOf(request)
      return inMarket(ctx.db, marketId, (tx) => getRoundCheck(tx, marketId, request.params.id))
    },
  )

  app.post(
    '/v1/billing-rounds/:id/approve',
    {
      config: { access: 'charges.approve' },
      schema: {
        summary: "Approve somebody else's proposal, having seen its figures, and issue the charges",
        tags,
        params: Id,
        body: ApproveRound,
        response: { 200: BillingRound },
      },
    },
    async (request) => {
      return approveRound(ctx, actorOf(request), request.params.id, request.body)
    },
  )

  app.post(
    '/v1/billing-rounds/:id/withdraw',
    {
      config: { access: 'charges.issue' },
      schema: { summary: 'Take a proposed round back', tags, params: Id, response: { 200: BillingRound } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => withdrawRound(tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/billing-rounds/:id/close',
    {
      config: { access: 'charges.issue' },
      schema: {
        summary: 'Propose to close an issued round whose due day has passed',
        tags,
        params: Id,
        response: { 200: BillingRound },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => proposeClosing(ctx, tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/billing-rounds/:id/close/approve',
    {
      config: { access: 'charges.approve' },
      schema: {
        summary: 'Close a round that somebody else proposed to close',
        tags,
        params: Id,
        response: { 200: BillingRound },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => approveClosing(ctx, tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/billing-rounds/:id/close/refuse',
    {
      config: { access: 'charges.approve' },
      schema: {
        summary: 'Refuse to close a round, and say why',
        tags,
        params: Id,
        body: RefuseChange,
        response: { 200: BillingRound },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { reason } = request.body
      return inChange(ctx, actor, (tx) => refuseClosing(ctx, tx, actor, request.params.id, reason))
    },
  )
}
