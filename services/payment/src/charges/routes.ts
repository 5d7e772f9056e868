import {
  AppError,
  ApproveRound,
  BillingRound,
  BillingRounds,
  Charge,
  ChargePage,
  PageQuery,
  Period,
  ProposeRound,
  PublicReceipt,
  RoundCheck,
  RoundPreview,
  StallChargesPage,
  Tariffs,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf, requireOwnStall } from '../http/guard.ts'
import { asksForJson } from '../http/page.ts'
import type { Actor, App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { requireStall } from '../stalls/service.ts'
import { getTariffs } from '../tariffs/service.ts'
import { receiptPage } from './page.ts'
import { getRoundPreview } from './preview.ts'
import {
  approveRound,
  closeRound,
  getRoundCheck,
  getRoundDrafts,
  getRounds,
  proposeRound,
  withdrawRound,
} from './rounds.ts'
import { getCharge, getCharges, getChargesByStall, getPublicReceipt } from './service.ts'

const Id = z.object({ id: z.string() })
const ChargeQuery = PageQuery.extend({
  status: z.enum(['issued', 'part_paid', 'paid', 'overpaid', 'outstanding']).optional(),
  stallId: z.string().optional(),
  period: Period.optional(),
  overdueDays: z.coerce.number().int().min(0).max(3_650).optional(),
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
    '/v1/charges/:id',
    {
      config: { access: 'charges.read' },
      schema: { summary: 'A charge', tags, params: Id, response: { 200: Charge } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => getCharge(ctx, tx, actor, request.params.id))
    },
  )

  roundRoutes(app, ctx)
  receiptRoutes(app, ctx)
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
      return inMarket(ctx.db, actor.marketId, (tx) => withdrawRound(tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/billing-rounds/:id/close',
    {
      config: { access: 'charges.approve' },
      schema: {
        summary: 'Close an issued round whose due day has passed',
        tags,
        params: Id,
        response: { 200: BillingRound },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => closeRound(ctx, tx, actor, request.params.id))
    },
  )

  app.get(
    '/v1/markets/:id/tariffs',
    {
      config: { access: 'rounds.read' },
      schema: { summary: 'Prices as decided', tags, params: Id, response: { 200: Tariffs } },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      const items = await inMarket(ctx.db, actor.marketId, (tx) => getTariffs(tx, actor.marketId))
      return { items, nextCursor: null }
    },
  )
}

function receiptRoutes(app: App, ctx: Context): void {
  app.get(
    '/r/:token',
    {
      config: {
        access: 'public',
        meanwhile: 'Biên nhận không mất: mở lại địa chỉ này sau, vẫn thấy. Cần gấp thì hỏi Ban quản lý chợ.',
      },
      schema: { summary: 'Check a receipt', tags, params: z.object({ token: z.string().max(64) }) },
    },
    async (request, reply) => {
      const receipt = await getPublicReceipt(ctx, request.params.token)
      if (asksForJson(request)) {
        if (receipt === null) throw new AppError('not_found')
        return reply.send(PublicReceipt.parse(receipt))
      }
      return reply
        .code(receipt === null ? 404 : 200)
        .type('text/html; charset=utf-8')
        .send(receiptPage(receipt))
    },
  )
}
