import { AuditPage, AuditPageQuery, AuditQuery, AuditVerify } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { dayOf } from '../days.ts'
import { sendTable } from '../documents/send.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { getTrail, getTrailTable } from './trail.ts'
import { verifyTrail } from './verify.ts'

const Id = z.object({ id: z.string() })
const tags = ['audit']
const config = { access: 'audit.read' as const }
/** Both may read the whole trail: dear, and nobody needs it many times a minute. */
const dear = { ...config, rateLimit: { max: 30, timeWindow: '1 minute' } }

export function auditRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/audit',
    {
      config,
      schema: {
        summary: 'Who did what to what, the newest first',
        description:
          "What people wrote is shown to the head alone. A stall's own log-ins, papers and trade are in the trail, and are not shown to the board.",
        tags,
        params: Id,
        querystring: AuditPageQuery,
        response: { 200: AuditPage },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getTrail(tx, actor, request.query))
    },
  )

  app.get(
    '/v1/markets/:id/audit/verify',
    {
      config: dear,
      schema: {
        summary: 'Recompute the chain of the trail, and say which entry is wrong first',
        tags,
        params: Id,
        response: { 200: AuditVerify },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, async (tx) => {
        // One snapshot, since people go on working meanwhile.
        await tx.execute(sql`set transaction isolation level repeatable read read only`)
        return verifyTrail(tx, marketId)
      })
    },
  )

  for (const kind of ['csv', 'xlsx'] as const) {
    app.get(
      `/v1/markets/:id/audit.${kind}`,
      {
        config: dear,
        schema: {
          summary: `The same for a spreadsheet, as ${kind}`,
          tags,
          params: Id,
          querystring: AuditQuery,
        },
      },
      async (request, reply) => {
        const actor = actorInMarket(request, request.params.id)
        const table = await inMarket(ctx.db, actor.marketId, (tx) => getTrailTable(tx, actor, request.query))
        return sendTable(reply, kind, `nhat-ky-${dayOf(ctx.now())}`, table)
      },
    )
  }
}
