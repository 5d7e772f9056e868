import {
  BindableAccounts,
  Connection,
  ConnectionList,
  ConnectionMade,
  CreateConnection,
  DeadLetters,
  FeedHealth,
  PageQuery,
  RotateSecret,
  SetConnectionAccounts,
  SetPull,
  StallConnections,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf, requireOwnStall } from '../http/guard.ts'
import type { Actor, App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { getHealth } from './health.ts'
import { getLetters, replayLetter } from './letters.ts'
import {
  changePull,
  createConnection,
  endSecret,
  forbidBoard,
  getBindable,
  getConnection,
  getConnections,
  getStallConnections,
  revokeConnection,
  rotateSecret,
  setAccounts,
} from './service.ts'

const Id = z.object({ id: z.string() })
const SecretId = z.object({ id: z.string(), secretId: z.string() })
const BoardFeed = z.object({ id: z.string(), accountId: z.string(), connectionId: z.string() })
const read = { access: 'connections.read' } as const
const write = { access: 'connections.write' } as const
const tags = ['connections']

export function connectionRoutes(app: App, ctx: Context): void {
  boardRoutes(app, ctx)
  stallRoutes(app, ctx)
  oneRoutes(app, ctx)
  changeRoutes(app, ctx)
  feedHealthRoutes(app, ctx)
}

function boardRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/connections',
    {
      config: { access: 'feeds.read' },
      schema: {
        summary: 'The bank feeds of a market; of those that stalls set up themselves how they stand',
        tags,
        params: Id,
        response: { 200: ConnectionList },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getConnections(tx, marketId))
    },
  )

  app.post(
    '/v1/markets/:id/connections',
    {
      config: { access: 'feeds.write' },
      schema: {
        summary: 'Set up a bank feed: what to paste at the provider, and its secret, shown this once',
        tags,
        params: Id,
        body: CreateConnection,
        response: { 201: ConnectionMade },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(
        ctx,
        request,
        reply,
        (tx, actor) => createConnection(ctx, tx, actor, request.body),
        201,
        withoutSecret,
      )
    },
  )

  app.get(
    '/v1/markets/:id/receiving-accounts',
    {
      config: { access: 'feeds.read' },
      schema: {
        summary: 'The accounts that a feed can be bound to',
        tags,
        params: Id,
        response: { 200: BindableAccounts },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getBindable(tx, marketId))
    },
  )
}

function stallRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/connections',
    {
      config: { access: 'stall.connections' },
      schema: {
        summary: "A stall's own feeds, and who else listens to its accounts",
        tags,
        params: Id,
        response: { 200: StallConnections },
      },
    },
    async (request) => {
      const { marketId } = stallholderOf(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getStallConnections(tx, marketId, request.params.id))
    },
  )

  app.post(
    '/v1/stalls/:id/connections',
    {
      config: { access: 'stall.connections' },
      schema: {
        summary: 'Set up a feed of one’s own account',
        tags,
        params: Id,
        body: CreateConnection,
        response: { 201: ConnectionMade },
      },
    },
    async (request, reply) => {
      stallholderOf(request, request.params.id)
      return createOnce(
        ctx,
        request,
        reply,
        (tx, actor) => createConnection(ctx, tx, actor, request.body),
        201,
        withoutSecret,
      )
    },
  )

  app.delete(
    '/v1/stalls/:id/accounts/:accountId/feeds/:connectionId',
    {
      config: { access: 'stall.connections' },
      schema: { summary: 'Forbid a feed of the board to hear one’s account', tags, params: BoardFeed },
    },
    async (request, reply) => {
      const actor = stallholderOf(request, request.params.id)
      const { accountId, connectionId } = request.params
      await inChange(ctx, actor, (tx) => forbidBoard(ctx, tx, actor, accountId, connectionId))
      return reply.code(204).send()
    },
  )
}

function oneRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/connections/:id',
    {
      config: read,
      schema: {
        summary: 'A feed: how it stands, what it hears, and what to paste at its provider',
        tags,
        params: Id,
        response: { 200: Connection },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => getConnection(ctx, tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/connections/:id/secrets',
    {
      config: write,
      schema: {
        summary: 'A new secret from now on; the old ones until a moment',
        tags,
        params: Id,
        body: RotateSecret,
        response: { 201: ConnectionMade },
      },
    },
    async (request, reply) =>
      createOnce(
        ctx,
        request,
        reply,
        (tx, actor) => rotateSecret(ctx, tx, actor, request.params.id, request.body),
        201,
        withoutSecret,
      ),
  )

  app.delete(
    '/v1/connections/:id/secrets/:secretId',
    { config: write, schema: { summary: 'End a secret at once', tags, params: SecretId } },
    async (request, reply) => {
      const { id, secretId } = request.params
      const actor = actorOf(request)
      await inChange(ctx, actor, (tx) => endSecret(ctx, tx, actor, id, secretId))
      return reply.code(204).send()
    },
  )
}

function changeRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/connections/:id/revoke',
    {
      config: write,
      schema: { summary: 'End a feed for good', tags, params: Id, response: { 200: Connection } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => revokeConnection(ctx, tx, actor, request.params.id))
    },
  )

  app.put(
    '/v1/connections/:id/accounts',
    {
      config: write,
      schema: {
        summary: 'Which accounts a feed hears, and on which it has the say',
        tags,
        params: Id,
        body: SetConnectionAccounts,
        response: { 200: Connection },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => setAccounts(ctx, tx, actor, request.params.id, request.body))
    },
  )

  app.put(
    '/v1/connections/:id/pull',
    {
      config: write,
      schema: {
        summary: 'Ask the provider for its list too, or stop asking',
        tags,
        params: Id,
        body: SetPull,
        response: { 200: Connection },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => changePull(ctx, tx, actor, request.params.id, request.body))
    },
  )
}

function feedHealthRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/feeds/health',
    {
      config: { access: 'feeds.read' },
      schema: {
        summary: 'How well the market hears its banks',
        tags,
        params: Id,
        response: { 200: FeedHealth },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getHealth(ctx, tx, marketId))
    },
  )

  app.get(
    '/v1/markets/:id/feeds/dead-letters',
    {
      config: { access: 'feeds.read' },
      schema: {
        summary: 'Messages that could not be read or processed, without what they say',
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: DeadLetters },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getLetters(tx, marketId, request.query))
    },
  )

  app.post(
    '/v1/feeds/dead-letters/:id/replay',
    {
      config: write,
      schema: { summary: 'Process a message again from its bytes', tags, params: Id },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      await inChange(ctx, actor, (tx) => replayLetter(ctx, tx, actor, request.params.id))
      return reply.code(204).send()
    },
  )
}

/** What is kept of the answer for a repeated request: a secret is shown once, and is nowhere unsealed. */
function withoutSecret(made: ConnectionMade): ConnectionMade {
  return { ...made, secret: null }
}

/** A stallholder at her own stall. */
function stallholderOf(request: FastifyRequest, stallId: string): Actor {
  const actor = actorOf(request)
  requireOwnStall(actor, stallId)
  return actor
}
