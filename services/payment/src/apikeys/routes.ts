import { ApiKey, ApiKeyList, ApiKeyMade, NewApiKey } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { getKeys, makeKey, revokeKey } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['api keys']
const config = { access: 'api-keys.write' } as const

export function apiKeyRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/api-keys',
    {
      config,
      schema: { summary: 'The keys of programs', tags, params: Id, response: { 200: ApiKeyList } },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const items = await inMarket(ctx.db, marketId, (tx) => getKeys(ctx, tx, marketId))
      return { items, nextCursor: null }
    },
  )

  app.post(
    '/v1/markets/:id/api-keys',
    {
      config,
      schema: {
        summary: 'Make a key; its token is answered once',
        tags,
        params: Id,
        body: NewApiKey,
        response: { 201: ApiKeyMade },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(
        ctx,
        request,
        reply,
        (tx, actor) => makeKey(ctx, tx, actor, request.body),
        201,
        (made) => ({ ...made, token: null }),
      )
    },
  )

  app.post(
    '/v1/api-keys/:id/revoke',
    {
      config,
      schema: { summary: 'End a key at once and for good', tags, params: Id, response: { 200: ApiKey } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => revokeKey(ctx, tx, actor, request.params.id))
    },
  )
}
