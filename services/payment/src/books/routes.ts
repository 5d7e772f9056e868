import {
  AccountBalanceAt,
  AccountStatement,
  BALANCE_CLOCKS,
  Day,
  JournalQuery,
  LedgerAccountPage,
  LedgerBlockPage,
  LedgerRollUp,
  LedgerTransferPage,
  LedgerTxn,
  Moment,
  PageQuery,
  TrialBalance,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { exportLines } from '@tienve/ledger'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { dayOf } from '../days.ts'
import { inChunks } from '../documents/chunks.ts'
import { sendFile, sendTable } from '../documents/send.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { requireDay } from '../payments/service.ts'
import { requireSpan } from '../reports/service.ts'
import { journalTable } from './export.ts'
import { listHiddenBooks } from './repository.ts'
import * as service from './service.ts'

const Id = z.object({ id: z.string() })
const Account = Id.extend({ accountId: z.string().max(120) })
const tags = ['ledger']
const config = { access: 'ledger.read' as const }
const schemaOf = <Response extends z.ZodType>(summary: string, response: Response) => ({
  summary,
  tags,
  params: Id,
  response: { 200: response },
})

export function ledgerRoutes(app: App, ctx: Context): void {
  journalRoutes(app, ctx)
  accountRoutes(app, ctx)
  exportRoutes(app, ctx)

  app.get(
    '/v1/markets/:id/ledger/blocks',
    {
      config,
      schema: {
        ...schemaOf("The chain's blocks, newest first", LedgerBlockPage),
        querystring: PageQuery.extend({ after: z.string().max(40).optional() }),
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const { after, cursor, limit } = request.query
      return inMarket(ctx.db, marketId, (tx) =>
        service.getBlocks(tx, marketId, { after: after ?? cursor, limit }),
      )
    },
  )
}

function exportRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/ledger/export',
    {
      // Reads everything that was asked for: dear, and nobody needs it many times a minute.
      config: { access: 'ledger.export', rateLimit: { max: 20, timeWindow: '1 minute' } },
      schema: {
        summary: 'The whole ledger as verifiable JSON lines, or a general journal as CSV or XLSX',
        tags,
        params: Id,
        querystring: z.object({
          format: z.enum(['jsonl', 'csv', 'xlsx']).default('jsonl'),
          book: z.string().max(60).default('board'),
          from: Day.optional(),
          to: Day.optional(),
        }),
      },
    },
    async (request, reply) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const { format, book, from, to } = request.query
      if (format === 'jsonl') {
        const hidden = await inMarket(ctx.db, marketId, (tx) => listHiddenBooks(tx, marketId))
        const lines = exportLines(ctx.db, marketId, new Set(hidden))
        return sendFile(reply, 'jsonl', `so-cai-${dayOf(ctx.now())}`, inChunks(withBreaks(lines)))
      }
      const span = requireSpan(ctx, { from, to })
      const table = await journalTable(ctx.db, marketId, book, span)
      return sendTable(reply, format, `nhat-ky-chung-${span.from}-${span.to}`, table)
    },
  )
}

async function* withBreaks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`
}

function journalRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/ledger/transfers',
    {
      config,
      schema: { ...schemaOf('The journal, and its search', LedgerTransferPage), querystring: JournalQuery },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const { after, cursor, limit, order, fromVnd, toVnd, ...filter } = request.query
      return inMarket(ctx.db, marketId, (tx) =>
        service.getTransfers(tx, marketId, {
          ...filter,
          fromVnd: fromVnd === undefined ? undefined : BigInt(fromVnd),
          toVnd: toVnd === undefined ? undefined : BigInt(toVnd),
          after: after ?? cursor,
          limit,
          newestFirst: order === 'newest',
        }),
      )
    },
  )

  app.get(
    '/v1/markets/:id/ledger/txns/:seq',
    {
      config,
      schema: {
        ...schemaOf('One txn, with its place in the chain', LedgerTxn),
        params: Id.extend({
          seq: z.string().regex(/^\d{1,18}$/),
        }),
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => service.getTxn(tx, marketId, BigInt(request.params.seq)))
    },
  )
}

function accountRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/ledger/accounts',
    { config, schema: schemaOf('Accounts', LedgerAccountPage) },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const items = await inMarket(ctx.db, marketId, (tx) => service.getAccounts(tx, marketId))
      return { items, nextCursor: null }
    },
  )

  app.get(
    '/v1/markets/:id/ledger/accounts/:accountId/statement',
    {
      config,
      schema: {
        ...schemaOf("An account's movements, with what it stood at after each", AccountStatement),
        params: Account,
        querystring: PageQuery.extend({ fromDay: Day.optional(), toDay: Day.optional() }),
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) =>
        service.getStatement(tx, marketId, request.params.accountId, request.query),
      )
    },
  )

  app.get(
    '/v1/markets/:id/ledger/accounts/:accountId/balance',
    {
      config,
      schema: {
        ...schemaOf('What an account stood at at a moment', AccountBalanceAt),
        params: Account,
        querystring: z.object({ at: Moment, clock: z.enum(BALANCE_CLOCKS).default('recorded') }),
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const { at, clock } = request.query
      return inMarket(ctx.db, marketId, (tx) =>
        service.getBalanceAt(tx, marketId, request.params.accountId, { at: new Date(at), clock }),
      )
    },
  )

  app.get(
    '/v1/markets/:id/ledger/trial-balance',
    {
      config,
      schema: {
        ...schemaOf('The trial balance up to a day or now, or of a period', TrialBalance),
        querystring: z.object({ day: Day.optional(), from: Day.optional(), to: Day.optional() }),
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const { day, from, to = day } = request.query
      if (from === undefined) {
        if (to !== undefined) requireDay(ctx, to)
        return inMarket(ctx.db, marketId, (tx) => service.getTrialBalance(tx, marketId, { to }))
      }
      const span = requireSpan(ctx, { from, to })
      return inMarket(ctx.db, marketId, (tx) => service.getTrialBalance(tx, marketId, span))
    },
  )

  app.get(
    '/v1/markets/:id/ledger/roll-up',
    {
      config,
      schema: {
        ...schemaOf("What the stalls' books moved, by zone or by book", LedgerRollUp),
        querystring: z.object({
          by: z.enum(['zone', 'book']).default('zone'),
          from: Day.optional(),
          to: Day.optional(),
        }),
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const span = requireSpan(ctx, request.query)
      return inMarket(ctx.db, marketId, (tx) => service.getRollUp(tx, marketId, request.query.by, span))
    },
  )
}
