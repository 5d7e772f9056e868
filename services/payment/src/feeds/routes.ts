import {
  feeds,
  isProvider,
  proofOf,
  type FeedAdapter,
  type FeedReply,
  type FeedRequest,
} from '@tienve/bank-feeds'
import { AppError, ERRORS, STATEMENT_MAX_BYTES, StatementDelivered } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { App } from '../http/types.ts'
import { deliverStatement } from '../statements/service.ts'
import { createConnections, createRefusalNotes, type KnownConnection } from './connections.ts'
import type { Intake } from './intake.ts'

/** A webhook of one movement is under 2 kB; this leaves room for a provider that sends many at once. */
const MAX_BODY_BYTES = 256 * 1024

/** VietQR.vn asks for a token before every message (api.vietqr.vn), so a busy market asks often; faster than this is guessing. */
const TOKENS_A_MINUTE = 600

/** A bank delivers a statement an account and a day; each is read whole, which costs more than a message. */
const STATEMENTS_A_MINUTE = 120

const At = z.object({ provider: z.string(), connectionId: z.string().max(60) })

export async function feedRoutes(app: App, ctx: Context, intake: Intake): Promise<void> {
  const findConnection = createConnections(ctx)
  const noteRefusal = createRefusalNotes(ctx)

  /** The connection of an address, with its adapter. Errors: `connection_unknown`. */
  const requireFeed = async ({ provider, connectionId }: z.infer<typeof At>) => {
    const connection = isProvider(provider) ? await findConnection(connectionId) : null
    if (!isProvider(provider) || connection === null || connection.provider !== provider) {
      ctx.metrics.webhooks.inc({ provider: 'unknown', outcome: 'unknown' })
      throw new AppError('connection_unknown')
    }
    const feed: FeedAdapter = feeds[provider]
    return { connection, feed }
  }

  /** The key that proves a request to be a connection's own. Errors: `signature_invalid`, noted for whoever sets it up. */
  const requireProof = (feed: FeedAdapter, connection: KnownConnection, asked: FeedRequest, now: Date) => {
    const proof = feed.verify(asked, connection.keys, now)
    if (proof.ok) return proof
    ctx.metrics.webhooks.inc({ provider: feed.provider, outcome: 'unauthorised' })
    noteRefusal(connection, proof.reason)
    throw new AppError('signature_invalid', `The message was not accepted: ${proof.reason}`, {
      beside: feed.ack('unauthorised', asked.rawBody).body,
    })
  }

  /** Takes a provider's message in, under its own address or the one that its contract names. */
  const takeIn = async (
    feed: FeedAdapter,
    connection: KnownConnection,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => {
    const { provider } = feed
    const rawBody = bytesOf(request.body)
    if (connection.triggerOnly) {
      await askSoon(ctx, connection)
      ctx.metrics.webhooks.inc({ provider, outcome: 'trigger' })
      return send(reply, feed.ack('stored', rawBody))
    }
    const receivedAt = ctx.now()
    const proof = requireProof(feed, connection, { rawBody, headers: request.headers }, receivedAt)
    const outcome = await intake
      .store({
        marketId: connection.marketId,
        connectionId: connection.id,
        provider,
        keyId: proof.keyId,
        contentType: request.headers['content-type'] ?? '',
        rawBody,
        proof: proofOf(request.headers, feed.proofHeaders),
        receivedAt,
      })
      .catch((error: unknown) => {
        throw error instanceof AppError
          ? new AppError(error.code, error.message, {
              cause: error,
              ...(error.retryAfterSeconds === undefined
                ? {}
                : { retryAfterSeconds: error.retryAfterSeconds }),
              beside: feed.ack('unavailable', rawBody).body,
            })
          : error
      })
    ctx.metrics.webhooks.inc({ provider, outcome })
    return send(reply, feed.ack(outcome, rawBody))
  }

  await app.register(async (scope: App) => {
    // Signatures are over the bytes as they came, so nothing may parse them first.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    )

    scope.post(
      '/webhooks/:provider/:connectionId',
      {
        config: { access: 'public', rateLimit: false },
        schema: {
          summary: "A bank's message",
          description: 'The body is whatever the provider sends. 2xx means that its bytes are stored.',
          tags: ['feeds'],
          params: At,
        },
      },
      async (request, reply) => {
        const { feed, connection } = await requireFeed(request.params)
        return takeIn(feed, connection, request, reply)
      },
    )

    scope.post(
      `/webhooks/${feeds.standard.provider}/:connectionId/statements`,
      {
        config: { access: 'public', rateLimit: { max: STATEMENTS_A_MINUTE, timeWindow: '1 minute' } },
        bodyLimit: STATEMENT_MAX_BYTES,
        schema: {
          summary: 'A statement that a bank delivers: the file as it is, signed by Standard Webhooks',
          description: 'Its account is one of the connection. The same file again is the same statement.',
          tags: ['feeds'],
          params: At.omit({ provider: true }),
          querystring: StatementOf,
          response: { 200: StatementDelivered },
        },
        // Before the body is read: a stranger's megabytes are worth nobody's memory.
        onRequest: async ({ params }) =>
          void (await requireFeed({ provider: feeds.standard.provider, ...params })),
      },
      async (request) => {
        const { provider } = feeds.standard
        const { feed, connection } = await requireFeed({ provider, ...request.params })
        const rawBody = bytesOf(request.body)
        const { keyId } = requireProof(feed, connection, { rawBody, headers: request.headers }, ctx.now())
        const taken = await deliverStatement(ctx, intake, connection, request.query, rawBody).catch(
          (error: unknown) => {
            // What the sender has to mend is also told to whoever set this up; that we could not store it is no fault of his.
            if (error instanceof AppError && !ERRORS[error.code].retry)
              noteRefusal(connection, 'statement_refused')
            throw error
          },
        )
        ctx.metrics.webhooks.inc({ provider, outcome: 'statement' })
        ctx.log.info({ connectionId: connection.id, keyId, ...taken }, 'a statement was delivered')
        return { success: true as const, ...taken }
      },
    )

    for (const feed of Object.values<FeedAdapter>(feeds)) {
      if (feed.token === undefined) continue
      const { provider, token } = feed
      const address = `/webhooks/${provider}/:connectionId`
      const params = At.omit({ provider: true })
      scope.post(
        `${address}/${token.path}`,
        {
          config: { access: 'public', rateLimit: { max: TOKENS_A_MINUTE, timeWindow: '1 minute' } },
          schema: {
            summary: `A token for ${provider}, for the secret that it was given`,
            description: 'In the form and at the address that the provider fixes.',
            tags: ['feeds'],
            params,
          },
        },
        async (request, reply) => {
          const { connection } = await requireFeed({ provider, ...request.params })
          const asked = { rawBody: bytesOf(request.body), headers: request.headers }
          const answer = token.issue(asked, connection.keys, ctx.now())
          if (answer.status === 401) noteRefusal(connection, 'token_mismatch')
          return send(reply, answer)
        },
      )
      if (token.eventPath === '') continue
      scope.post(
        `${address}/${token.eventPath}`,
        {
          config: { access: 'public', rateLimit: false },
          schema: {
            summary: `A message of ${provider}, with the token that it fetched`,
            tags: ['feeds'],
            params,
          },
        },
        async (request, reply) => {
          const { connection } = await requireFeed({ provider, ...request.params })
          return takeIn(feed, connection, request, reply)
        },
      )
    }
  })
}

/** Which account a delivered file is of. Banks may have given the same number to two: then `bin` says which. */
const StatementOf = z.object({
  account: z.string().trim().min(1).max(40),
  bin: z.string().trim().max(12).optional(),
})

/** A message that proves nothing is no money, but a reason to ask the provider now. */
async function askSoon(ctx: Context, { marketId, id }: KnownConnection): Promise<void> {
  await inMarket(ctx.db, marketId, (tx) =>
    tx.execute(sql`select pull_schedule(${marketId}, ${id}, ${ctx.now()})`),
  )
}

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

function send(reply: FastifyReply, { status, headers, body }: FeedReply): FastifyReply {
  return reply
    .code(status)
    .headers(headers ?? {})
    .send(body)
}
