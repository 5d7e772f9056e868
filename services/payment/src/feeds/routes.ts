import { feeds, isProvider, proofOf, type FeedAdapter } from '@tienve/bank-feeds'
import { AppError } from '@tienve/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { App } from '../http/types.ts'
import { createConnections } from './connections.ts'
import type { Intake } from './intake.ts'

/** A webhook of one movement is under 2 kB; this leaves room for a provider that sends many at once. */
const MAX_BODY_BYTES = 256 * 1024

export async function feedRoutes(app: App, ctx: Context, intake: Intake): Promise<void> {
  const findConnection = createConnections(ctx)
  await app.register(async (scope: App) => {
    // Signatures are over the bytes as they came, so nothing may parse them first.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    )

    const answer = async (
      request: FastifyRequest<{ Params: { provider: string; connectionId: string } }>,
      reply: FastifyReply,
      path: string,
    ) => {
      const { provider, connectionId } = request.params
      const connection = isProvider(provider) ? await findConnection(connectionId) : null
      if (!isProvider(provider) || connection === null || connection.provider !== provider) {
        ctx.metrics.webhooks.inc({ provider: 'unknown', outcome: 'unknown' })
        throw new AppError('connection_unknown')
      }
      const { token }: FeedAdapter = feeds[provider]
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const receivedAt = ctx.now()
      if (path !== '' && path === token?.path) {
        const issued = token.issue({ rawBody, headers: request.headers }, connection.keys, receivedAt)
        return reply
          .code(issued.status)
          .headers(issued.headers ?? {})
          .send(issued.body)
      }
      if (path !== '' && path !== token?.eventPath) throw new AppError('not_found')
      const proof = feeds[provider].verify({ rawBody, headers: request.headers }, connection.keys, receivedAt)
      if (!proof.ok) {
        ctx.metrics.webhooks.inc({ provider, outcome: 'unauthorised' })
        throw new AppError('signature_invalid', `The message was not accepted: ${proof.reason}`)
      }
      const outcome = await intake.store({
        marketId: connection.marketId,
        connectionId,
        provider,
        keyId: proof.keyId,
        contentType: request.headers['content-type'] ?? '',
        rawBody,
        proof: proofOf(request.headers, feeds[provider].proofHeaders),
        receivedAt,
      })
      ctx.metrics.webhooks.inc({ provider, outcome })
      const ack = feeds[provider].ack(outcome, rawBody)
      return reply
        .code(ack.status)
        .headers(ack.headers ?? {})
        .send(ack.body)
    }

    scope.post(
      '/webhooks/:provider/:connectionId',
      {
        config: { access: 'public', rateLimit: false },
        schema: {
          summary: "A bank's message",
          description: 'The body is whatever the provider sends. 2xx means that its bytes are stored.',
          tags: ['feeds'],
          params: z.object({ provider: z.string(), connectionId: z.string().max(60) }),
        },
      },
      (request, reply) => answer(request, reply, ''),
    )
    scope.post(
      '/webhooks/:provider/:connectionId/*',
      {
        config: { access: 'public', rateLimit: false },
        schema: {
          summary: 'A token for a bank that fetches one, or its message',
          description: 'At the addresses that the provider itself fixes, below that of the connection.',
          tags: ['feeds'],
          params: z.object({ provider: z.string(), connectionId: z.string().max(60), '*': z.string() }),
        },
      },
      (request, reply) => answer(request, reply, request.params['*']),
    )
  })
}
