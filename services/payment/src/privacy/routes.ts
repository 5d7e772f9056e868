import {
  AnswerDataRequest,
  Consents,
  DataRequest,
  DataRequests,
  LookPage,
  PageQuery,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { dayOf } from '../days.ts'
import { sendFile } from '../documents/send.ts'
import { actorInMarket, actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { dataPdf, streamData } from './export.ts'
import { answerRequest, askErasure, getConsents, getLooks, getRequests, withdrawRequest } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['privacy']

/** What is kept of a person is read from everywhere, and nobody needs it twice a minute. */
const DEAR = { max: 20, timeWindow: '1 minute' }

export function privacyRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/looks',
    {
      config: { access: 'stall.looks' },
      schema: {
        summary: 'Who of the board looked at this stall’s sales by name, newest first',
        description:
          'The first look of each person at each thing in an hour. For the stall’s own people; nobody of the board reads it.',
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: LookPage },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        getLooks(ctx, tx, actor, request.params.id, request.query),
      )
    },
  )

  app.get(
    '/v1/stalls/:id/consents',
    {
      config: { access: 'stall.consents' },
      schema: {
        summary: 'What the stall has said to being seen by name, the newest first',
        tags,
        params: Id,
        response: { 200: Consents },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getConsents(ctx, tx, actor, request.params.id))
    },
  )

  exportRoutes(app, ctx)
  requestRoutes(app, ctx)
}

/** For whoever is logged in, and about nobody else: there is no id in the address. */
function exportRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/my-data.json',
    {
      config: { access: 'session', rateLimit: DEAR },
      schema: {
        summary: 'Everything that is kept of whoever asks, as JSON',
        description:
          'A stallholder gets the own stall as well, for the days that it was theirs. Of shoppers only what the app shows: the end of a memo.',
        tags,
      },
    },
    async (request, reply) => {
      const name = `du-lieu-cua-toi-${dayOf(ctx.now())}`
      return sendFile(reply, 'json', name, streamData(ctx, actorOf(request)))
    },
  )

  app.get(
    '/v1/my-data.pdf',
    {
      config: { access: 'session', rateLimit: DEAR },
      schema: { summary: 'The same on paper, of long lists the newest', tags },
    },
    async (request, reply) => {
      const name = `du-lieu-cua-toi-${dayOf(ctx.now())}`
      return sendFile(reply, 'pdf', name, await dataPdf(ctx, actorOf(request)))
    },
  )
}

function requestRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/data-requests',
    {
      config: { access: 'data.ask' },
      schema: {
        summary: 'What one asked about one’s own data, with the answers',
        tags,
        querystring: PageQuery,
        response: { 200: DataRequests },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => getRequests(tx, actor, request.query))
    },
  )

  app.post(
    '/v1/data-requests',
    {
      config: { access: 'data.ask' },
      schema: {
        summary: 'Ask that what is kept of oneself goes, as far as it may',
        tags,
        body: z.object({ kind: z.literal('erasure') }),
        response: { 201: DataRequest },
      },
    },
    async (request, reply) => createOnce(ctx, request, reply, (tx, actor) => askErasure(ctx, tx, actor)),
  )

  app.post(
    '/v1/data-requests/:id/withdraw',
    {
      config: { access: 'data.ask' },
      schema: { summary: 'Take an open request back', tags, params: Id, response: { 200: DataRequest } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => withdrawRequest(ctx, tx, actor, request.params.id))
    },
  )

  app.get(
    '/v1/markets/:id/data-requests',
    {
      config: { access: 'data.requests' },
      schema: {
        summary: 'Who asked that their data goes, and by when each is to be answered',
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: DataRequests },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getRequests(tx, actor, request.query))
    },
  )

  app.post(
    '/v1/data-requests/:id/answer',
    {
      config: { access: 'data.answer' },
      schema: {
        summary: 'Carry a request out, which cannot be undone, or refuse it with a reason',
        tags,
        params: Id,
        body: AnswerDataRequest,
        response: { 200: DataRequest },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => answerRequest(ctx, tx, actor, request.params.id, request.body))
    },
  )
}
