import {
  Book,
  Books,
  Collection,
  CollectionPage,
  CollectionReport,
  CreateBook,
  CreateCollection,
  CreateDayTicket,
  CreateVisit,
  Day,
  DayTicket,
  DayTicketPage,
  PageQuery,
  TakeBook,
  UndoCollection,
  Visit,
  VoidPage,
  Walk,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { closeBook, getBooks, issueBook, takeBook, voidPage } from './books.ts'
import { getCollections, noteVisit, takeCash, undoCollection } from './service.ts'
import { getCollectionReport } from './report.ts'
import { ownOf } from './rules.ts'
import { getTicket, getTickets, sellTicket } from './tickets.ts'
import { getWalk } from './walk.ts'

const Id = z.object({ id: z.string() })
const OfDay = PageQuery.extend({ day: Day.optional(), collectorId: z.string().optional() })
const tags = ['collection']

export function collectionRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/walk',
    {
      config: { access: 'cash.collect' },
      schema: {
        summary: 'Every stall that owes, in walking order, whole, so that a phone can keep it',
        tags,
        params: Id,
        response: { 200: Walk },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getWalk(ctx, tx, marketId))
    },
  )

  app.post(
    '/v1/visits',
    {
      config: { access: 'cash.collect' },
      schema: {
        summary: 'Note a stall that did not pay, and what it promised',
        tags,
        body: CreateVisit,
        response: { 201: Visit },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) => noteVisit(ctx, tx, actor, request.body)),
  )

  app.get(
    '/v1/markets/:id/collection-report',
    {
      config: { access: 'handovers.read' },
      schema: {
        summary: 'Collectors side by side: taken, taken back, handed over, differences, gaps in books',
        tags,
        params: Id,
        querystring: z.object({ from: Day, to: Day }),
        response: { 200: CollectionReport },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getCollectionReport(tx, actor.marketId, request.query, ownOf(actor).collectorId ?? null),
      )
    },
  )

  cashRoutes(app, ctx)
  ticketRoutes(app, ctx)
  bookRoutes(app, ctx)
}

function cashRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/collections',
    {
      config: { access: 'cash.collect' },
      schema: {
        summary: 'Cash taken from a stall, on a page of a book',
        description:
          'Sent with an Idempotency-Key as often as it takes, late and out of order. What is owed no longer is kept as the stall’s credit.',
        tags,
        body: CreateCollection,
        response: { 201: Collection },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) => takeCash(ctx, tx, actor, request.body)),
  )

  app.get(
    '/v1/markets/:id/collections',
    {
      config: { access: 'handovers.read' },
      schema: {
        summary: 'Cash taken from stalls, the latest first',
        tags,
        params: Id,
        querystring: OfDay,
        response: { 200: CollectionPage },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getCollections(ctx, tx, actor.marketId, { ...request.query, ...ownOf(actor) }),
      )
    },
  )

  app.post(
    '/v1/collections/:id/undo',
    {
      config: { access: 'cash.undo' },
      schema: {
        summary: 'Take cash back that was noted by mistake, before it is handed over',
        tags,
        params: Id,
        body: UndoCollection,
        response: { 200: Collection },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) =>
        undoCollection(ctx, tx, actor, request.params.id, request.body.reason),
      )
    },
  )
}

function ticketRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/day-tickets',
    {
      config: { access: 'cash.collect' },
      schema: {
        summary: 'A day ticket sold, in cash or by a code to show',
        tags,
        body: CreateDayTicket,
        response: { 201: DayTicket },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) => sellTicket(ctx, tx, actor, request.body)),
  )

  app.get(
    '/v1/day-tickets/:id',
    {
      config: { access: 'handovers.read' },
      schema: {
        summary: 'A day ticket, and whether it is paid',
        tags,
        params: Id,
        response: { 200: DayTicket },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getTicket(ctx, tx, actor.marketId, { id: request.params.id, ...ownOf(actor) }),
      )
    },
  )

  app.get(
    '/v1/markets/:id/day-tickets',
    {
      config: { access: 'handovers.read' },
      schema: {
        summary: 'Day tickets, the latest first',
        tags,
        params: Id,
        querystring: OfDay,
        response: { 200: DayTicketPage },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getTickets(ctx, tx, actor.marketId, { ...request.query, ...ownOf(actor) }),
      )
    },
  )
}

function bookRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/books',
    {
      config: { access: 'handovers.read' },
      schema: {
        summary: 'Books of receipts and day tickets with their pages, the newest first',
        tags,
        params: Id,
        querystring: PageQuery.extend({
          limit: z.coerce.number().int().min(1).max(50).default(20),
          collectorId: z.string().optional(),
          deviceId: z.string().max(64).optional(),
        }),
        response: { 200: Books },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getBooks(ctx, tx, actor.marketId, { ...request.query, ...ownOf(actor) }),
      )
    },
  )

  app.post(
    '/v1/markets/:id/books',
    {
      config: { access: 'books.issue' },
      schema: {
        summary: 'Give a book to a collector and a device',
        tags,
        params: Id,
        body: CreateBook,
        response: { 201: Book },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => issueBook(ctx, tx, actor, request.body))
    },
  )

  app.post(
    '/v1/markets/:id/books/take',
    {
      config: { access: 'cash.collect' },
      schema: {
        summary: 'A collector’s phone takes a receipt book for itself',
        tags,
        params: Id,
        body: TakeBook,
        response: { 201: Book },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => takeBook(ctx, tx, actor, request.body))
    },
  )

  app.post(
    '/v1/books/:id/close',
    {
      config: { access: 'books.issue' },
      schema: {
        summary: 'Close a book: what is unused stays listed',
        tags,
        params: Id,
        response: { 200: Book },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => closeBook(ctx, tx, actor.marketId, request.params.id))
    },
  )

  app.post(
    '/v1/books/:id/pages/:page/void',
    {
      config: { access: 'books.void' },
      schema: {
        summary: 'Note that a page was spoilt, so that it is no gap',
        tags,
        params: z.object({ id: z.string(), page: z.coerce.number().int().min(1).max(500) }),
        body: VoidPage,
        response: { 200: Book },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { id: bookId, page } = request.params
      return inChange(ctx, actor, (tx) => voidPage(ctx, tx, actor, { bookId, page, ...request.body }))
    },
  )
}
