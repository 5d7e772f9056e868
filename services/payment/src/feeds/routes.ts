import { feeds, isProvider, proofOf } from '@tienve/bank-feeds'
import { AppError } from '@tienve/contracts'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { App } from '../http/types.ts'
import { createConnections, createRefusalNotes } from './connections.ts'
import type { Intake } from './intake.ts'

/** A webhook of one movement is under 2 kB; this leaves room for a provider that sends many at once. */
const MAX_BODY_BYTES = 256 * 1024

export async function feedRoutes(app: App, ctx: Context, intake: Intake): Promise<void> {
  const findConnection = createConnections(ctx)
  const noteRefusal = createRefusalNotes(ctx)
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
          params: z.object({ provider: z.string(), connectionId: z.string().max(60) }),
        },
      },
      async (request, reply) => {
        const { provider, connectionId } = request.params
        const connection = isProvider(provider) ? await findConnection(connectionId) : null
        if (!isProvider(provider) || connection === null || connection.provider !== provider) {
          ctx.metrics.webhooks.inc({ provider: 'unknown', outcome: 'unknown' })
          throw new AppError('connection_unknown')
        }
        const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const receivedAt = ctx.now()
        const proof = feeds[provider].verify(
          { rawBody, headers: request.headers },
          connection.keys,
          receivedAt,
        )
        if (!proof.ok) {
          ctx.metrics.webhooks.inc({ provider, outcome: 'unauthorised' })
          noteRefusal(connection, proof.reason)
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
        const ack = feeds[provider].ack(outcome)
        return reply
          .code(ack.status)
          .headers(ack.headers ?? {})
          .send(ack.body)
      },
    )
  })
}
