import { Day, Overview, Sales } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendTable } from '../documents/send.ts'
import { actorInMarket } from '../http/guard.ts'
import type { Actor, App } from '../http/types.ts'
import { stallsOfBooks } from '../privacy/rules.ts'
import { readNoted } from '../privacy/service.ts'
import { getOverview, getSales, requireSpan, salesTable } from './service.ts'

const Id = z.object({ id: z.string() })
const Span = z.object({ day: Day.optional(), from: Day.optional(), to: Day.optional() })
const tags = ['reports']

export function reportRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/overview',
    {
      config: { access: 'overview.read' },
      schema: { summary: "The board's home", tags, params: Id, response: { 200: Overview } },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getOverview(ctx, tx, actor.marketId))
    },
  )

  app.get(
    '/v1/markets/:id/sales',
    {
      config: { access: 'sales.read' },
      schema: {
        summary: 'Sales by zone, under the rule of five',
        tags,
        params: Id,
        querystring: Span,
        response: { 200: Sales },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      const span = requireSpan(ctx, request.query)
      return readSales(ctx, actor, 'sales', span)
    },
  )

  for (const kind of ['csv', 'xlsx'] as const) {
    app.get(
      `/v1/markets/:id/sales.${kind}`,
      {
        config: { access: 'sales.read' },
        schema: { summary: `The same for a spreadsheet, as ${kind}`, tags, params: Id, querystring: Span },
      },
      async (request, reply) => {
        const actor = actorInMarket(request, request.params.id)
        const span = requireSpan(ctx, request.query)
        const sales = await readSales(ctx, actor, 'sales_file', span)
        return sendTable(reply, kind, `doanh-thu-${span.from}-${span.to}`, salesTable(sales))
      },
    )
  }
}

/** Sales of a span, noted as a look at each stall that they name. */
async function readSales(
  ctx: Context,
  actor: Actor,
  what: 'sales' | 'sales_file',
  span: { from: string; to: string },
): Promise<Sales> {
  const days = { fromDay: span.from, toDay: span.to }
  return readNoted(
    ctx,
    actor,
    what,
    (tx) => getSales(tx, actor.marketId, span),
    ({ stalls }) =>
      stallsOfBooks(
        stalls.map(({ stallId }) => stallId),
        days,
      ),
  )
}
