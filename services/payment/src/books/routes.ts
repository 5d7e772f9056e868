import {
  Day,
  LedgerAccountPage,
  LedgerBlockPage,
  LedgerTransferPage,
  LedgerVerify,
  TrialBalance,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorOf, requireMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { requireDay } from '../payments/service.ts'
import { getAccounts, getBlocks, getTransfers, getTrialBalance } from './service.ts'

const Id = z.object({ id: z.string() })
const After = z.object({
  after: z.string().max(30).optional(),
  cursor: z.string().max(30).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  order: z.enum(['oldest', 'newest']).default('oldest'),
})
const tags = ['ledger']
const config = { access: 'ledger.read' as const }

export function ledgerRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/ledger/transfers',
    {
      config,
      schema: {
        summary: 'Transfers',
        tags,
        params: Id,
        querystring: After,
        response: { 200: LedgerTransferPage },
      },
    },
    async (request) => {
      const { marketId } = enter(request, request.params.id)
      const { after, cursor, limit, order } = request.query
      return inMarket(ctx.db, marketId, (tx) =>
        getTransfers(tx, marketId, { after: after ?? cursor, limit, newestFirst: order === 'newest' }),
      )
    },
  )

  app.get(
    '/v1/markets/:id/ledger/accounts',
    { config, schema: { summary: 'Accounts', tags, params: Id, response: { 200: LedgerAccountPage } } },
    async (request) => {
      const { marketId } = enter(request, request.params.id)
      return { items: await inMarket(ctx.db, marketId, (tx) => getAccounts(tx, marketId)), nextCursor: null }
    },
  )

  app.get(
    '/v1/markets/:id/ledger/trial-balance',
    {
      config,
      schema: {
        summary: 'Trial balance, now or at the end of a day',
        tags,
        params: Id,
        querystring: z.object({ day: Day.optional() }),
        response: { 200: TrialBalance },
      },
    },
    async (request) => {
      const { marketId } = enter(request, request.params.id)
      const { day } = request.query
      if (day !== undefined) requireDay(ctx, day)
      return inMarket(ctx.db, marketId, (tx) => getTrialBalance(tx, marketId, day))
    },
  )

  app.get(
    '/v1/markets/:id/ledger/blocks',
    {
      config,
      schema: {
        summary: 'The chain, newest first',
        tags,
        params: Id,
        querystring: After,
        response: { 200: LedgerBlockPage },
      },
    },
    async (request) => {
      const { marketId } = enter(request, request.params.id)
      const { after, cursor, limit } = request.query
      return inMarket(ctx.db, marketId, (tx) => getBlocks(tx, marketId, { after: after ?? cursor, limit }))
    },
  )

  app.get(
    '/v1/markets/:id/ledger/verify',
    {
      // Reads the whole ledger: dear, and nobody needs it many times a minute.
      config: { ...config, rateLimit: { max: 30, timeWindow: '1 minute' } },
      schema: {
        summary: 'Recompute everything and say what is wrong first',
        tags,
        params: Id,
        response: { 200: LedgerVerify },
      },
    },
    async (request) => {
      const { marketId } = enter(request, request.params.id)
      return verifyMarket(ctx.db, marketId)
    },
  )
}

function enter(request: Parameters<typeof actorOf>[0], marketId: string) {
  const actor = actorOf(request)
  requireMarket(actor, marketId)
  return actor
}
