import { SetTaxProfile, TAX_BOOKS, TaxBookQuery, TaxProfile, TaxYear, TaxYearQuery } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { sendFile } from '../documents/send.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { bookPdf, bookXlsx } from './paper.ts'
import { getTaxBook, getTaxProfile, getTaxYear, setTaxProfile } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['taxes']

export function taxRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/tax-year',
    {
      config: { access: 'stall.taxes' },
      schema: {
        summary:
          "A stall's year for the tax office: its turnover, its accounts, and how far the threshold is",
        description:
          'For the stallholder alone, of the days on which the stall is hers. Nothing here is sent to anybody.',
        tags,
        params: Id,
        querystring: TaxYearQuery,
        response: { 200: TaxYear },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getTaxYear(ctx, tx, actor, request.params.id, request.query.year),
      )
    },
  )

  app.get(
    '/v1/stalls/:id/tax-profile',
    {
      config: { access: 'stall.taxes' },
      schema: {
        summary: 'What a stallholder said that the heads of her tax books are to say',
        description: 'Of whoever asks, and read by nobody else.',
        tags,
        params: Id,
        response: { 200: TaxProfile },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getTaxProfile(tx, actor))
    },
  )

  app.put(
    '/v1/stalls/:id/tax-profile',
    {
      config: { access: 'stall.taxes' },
      schema: {
        summary: 'Say what the heads of the tax books are to say',
        tags,
        params: Id,
        body: SetTaxProfile,
        response: { 200: TaxProfile },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inChange(ctx, actor, (tx) => setTaxProfile(ctx, tx, actor, request.body))
    },
  )

  for (const kind of ['xlsx', 'pdf'] as const) {
    app.get(
      `/v1/stalls/:id/tax-books/:book(^[a-z0-9]+).${kind}`,
      {
        config: { access: 'stall.taxes' },
        schema: {
          summary: `A book of the household (Circular 152/2025/TT-BTC) or its list of accounts as ${kind.toUpperCase()}`,
          tags,
          params: Id.extend({ book: z.enum(TAX_BOOKS) }),
          querystring: TaxBookQuery,
        },
      },
      async (request, reply) => {
        const actor = actorOf(request)
        requireOwnStall(actor, request.params.id)
        const { id, book: asked } = request.params
        const { book, demo, fileName } = await inMarket(ctx.db, actor.marketId, (tx) =>
          getTaxBook(ctx, tx, actor, id, asked, request.query),
        )
        const printing = { demo, madeAt: ctx.now() }
        const body = await (kind === 'pdf' ? bookPdf(book, printing) : bookXlsx(book, printing))
        return sendFile(reply, kind, fileName, body)
      },
    )
  }
}
