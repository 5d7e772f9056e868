import { Day, DayReconciliation, DaySignOff, RefuseSignOff, SignDay } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { sendFile } from '../documents/send.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { requireDay } from '../payments/service.ts'
import { approveSignOff, getDayReconciliation, getSignOffReport, refuseSignOff, signDay } from './service.ts'

const Id = z.object({ id: z.string() })
const OfDay = Id.extend({ day: Day })
const tags = ['reconciliation']

export function signOffRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/reconciliation',
    {
      config: { access: 'reconciliation.read' },
      schema: {
        summary:
          'What banks say beside what the ledger has, of a day and each account, and who signed it off',
        tags,
        params: Id,
        querystring: z.object({ day: Day.optional() }),
        response: { 200: DayReconciliation },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const day = requireDay(ctx, request.query.day)
      return inMarket(ctx.db, marketId, (tx) => getDayReconciliation(tx, marketId, day))
    },
  )

  app.post(
    '/v1/markets/:id/reconciliation/sign-offs',
    {
      config: { access: 'reconciliation.sign' },
      schema: {
        summary: 'Sign a day off, having seen its figures; it takes a second signature',
        tags,
        params: Id,
        body: SignDay,
        response: { 201: DaySignOff },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => signDay(ctx, tx, actor, request.body))
    },
  )

  app.post(
    '/v1/markets/:id/reconciliation/sign-offs/:day/approve',
    {
      config: { access: 'reconciliation.approve' },
      schema: {
        summary: 'The second signature, by another person, while the figures are those that were signed',
        tags,
        params: OfDay,
        response: { 200: DaySignOff },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inChange(ctx, actor, (tx) => approveSignOff(ctx, tx, actor, request.params.day))
    },
  )

  app.post(
    '/v1/markets/:id/reconciliation/sign-offs/:day/refuse',
    {
      config: { access: 'reconciliation.approve' },
      schema: {
        summary: 'Refuse the second signature, and say why; the day may then be signed anew',
        tags,
        params: OfDay,
        body: RefuseSignOff,
        response: { 200: DaySignOff },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inChange(ctx, actor, (tx) =>
        refuseSignOff(ctx, tx, actor, request.params.day, request.body.reason),
      )
    },
  )

  for (const kind of ['pdf', 'xlsx'] as const) {
    app.get(
      `/v1/markets/:id/reconciliation/sign-offs/:day/report.${kind}`,
      {
        config: { access: 'reconciliation.read', rateLimit: { max: 60, timeWindow: '1 minute' } },
        schema: {
          summary:
            kind === 'pdf'
              ? 'The report of a day that is signed off, with its seal, on A4'
              : 'The same as a spreadsheet',
          tags,
          params: OfDay,
        },
      },
      async (request, reply) => {
        const { marketId } = actorInMarket(request, request.params.id)
        const { day } = request.params
        const body = await getSignOffReport(ctx, marketId, day, kind)
        return sendFile(reply, kind, `doi-soat-ngay-${day}`, body)
      },
    )
  }
}
