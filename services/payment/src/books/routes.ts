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
import { inMarket, type Tx } from '@tienve/db'
import { bookOf, exportLines } from '@tienve/ledger'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { dayOf } from '../days.ts'
import { inChunks } from '../documents/chunks.ts'
import { sendFile, sendTable } from '../documents/send.ts'
import { actorInMarket } from '../http/guard.ts'
import type { Actor, App } from '../http/types.ts'
import { requireDay } from '../payments/service.ts'
import { stallsOfBooks, stallsOfRows } from '../privacy/rules.ts'
import { noteLooks, readNoted } from '../privacy/service.ts'
import { requireSpan } from '../reports/service.ts'
import { journalTable } from './export.ts'
import { listHiddenBooks, listNamedBooks } from './repository.ts'
import * as service from './service.ts'

const Id = z.object({ id: z.string() })
/** Not at the ends of what ISO 8601 can say: its day here could be one that Postgres cannot. */
const SomeMoment = Moment.refine((text) => /^[12]/.test(text), 'not between the years 1000 and 2999')
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
      const actor = actorInMarket(request, request.params.id)
      const { marketId } = actor
      const { format, book, from, to } = request.query
      if (format === 'jsonl') {
        const hidden = await inMarket(ctx.db, marketId, async (tx) => {
          const seen = stallsOfBooks(await listNamedBooks(tx, marketId), {})
          await noteLooks(ctx, tx, actor, 'ledger_file', seen)
          return listHiddenBooks(tx, marketId)
        })
        const lines = exportLines(ctx.db, marketId, new Set(hidden))
        return sendFile(reply, 'jsonl', `so-cai-${dayOf(ctx.now())}`, inChunks(withBreaks(lines)))
      }
      const span = requireSpan(ctx, { from, to })
      const seen = stallsOfBooks([book], { fromDay: span.from, toDay: span.to })
      const table = await journalTable(ctx.db, marketId, book, span, (tx) =>
        noteLooks(ctx, tx, actor, 'ledger_file', seen),
      )
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
      const actor = actorInMarket(request, request.params.id)
      const { after, cursor, limit, order, fromVnd, toVnd, ...filter } = request.query
      const query = {
        ...filter,
        fromVnd: fromVnd === undefined ? undefined : BigInt(fromVnd),
        toVnd: toVnd === undefined ? undefined : BigInt(toVnd),
        after: after ?? cursor,
        limit,
        newestFirst: order === 'newest',
      }
      return readNoted(
        ctx,
        actor,
        'journal',
        (tx) => service.getTransfers(tx, actor.marketId, query),
        ({ items }) => stallsOfRows(items),
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
      const actor = actorInMarket(request, request.params.id)
      return readNoted(
        ctx,
        actor,
        'txn',
        (tx) => service.getTxn(tx, actor.marketId, BigInt(request.params.seq)),
        ({ transfers, businessDay }) => stallsOfRows(transfers.map(({ book }) => ({ book, businessDay }))),
      )
    },
  )
}

function accountRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/ledger/accounts',
    { config, schema: schemaOf('Accounts', LedgerAccountPage) },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      const items = await noted(ctx, actor, {}, (tx) => service.getAccounts(tx, actor.marketId), booksOf)
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
      const actor = actorInMarket(request, request.params.id)
      const { accountId } = request.params
      return readNoted(
        ctx,
        actor,
        'statement',
        (tx) => service.getStatement(tx, actor.marketId, accountId, request.query),
        () => stallsOfBooks([bookOf(accountId)], request.query),
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
        querystring: z.object({ at: SomeMoment, clock: z.enum(BALANCE_CLOCKS).default('recorded') }),
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      const { accountId } = request.params
      const at = new Date(request.query.at)
      return noted(
        ctx,
        actor,
        { toDay: dayOf(at) },
        (tx) => service.getBalanceAt(tx, actor.marketId, accountId, { at, clock: request.query.clock }),
        () => [bookOf(accountId)],
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
      const actor = actorInMarket(request, request.params.id)
      const { day, from, to = day } = request.query
      if (from === undefined && to !== undefined) requireDay(ctx, to)
      const span = from === undefined ? { to } : requireSpan(ctx, { from, to })
      return noted(
        ctx,
        actor,
        { fromDay: from, toDay: span.to },
        (tx) => service.getTrialBalance(tx, actor.marketId, span),
        ({ accounts }) => booksOf(accounts),
      )
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
      const actor = actorInMarket(request, request.params.id)
      const span = requireSpan(ctx, request.query)
      const { by } = request.query
      const { rollUp } = await noted(
        ctx,
        actor,
        { fromDay: span.from, toDay: span.to },
        (tx) => service.getRollUp(tx, actor.marketId, by, span),
        ({ shown }) => shown,
      )
      return rollUp
    },
  )
}

const booksOf = (rows: readonly { book: string }[]): string[] => rows.map(({ book }) => book)

/** What `read` answers, noted as a look at what the named stalls among `booksIn` it stood at. */
async function noted<T>(
  ctx: Context,
  actor: Actor,
  days: { fromDay?: string | undefined; toDay?: string | undefined },
  read: (tx: Tx) => Promise<T>,
  booksIn: (answer: T) => readonly string[],
): Promise<T> {
  return readNoted(ctx, actor, 'balances', read, (answer) => stallsOfBooks(booksIn(answer), days))
}
