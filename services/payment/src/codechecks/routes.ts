import {
  CODE_ALERT_STATES,
  CodeAlert,
  CodeAlertPage,
  CodeCheck,
  CreateCodeCheck,
  PageQuery,
  SettleCodeAlert,
  StallCodes,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { checkCode, getCodeAlerts, getStallCodes, settleCodeAlert } from './service.ts'

const Id = z.object({ id: z.string() })
const AlertQuery = PageQuery.extend({ state: z.enum(CODE_ALERT_STATES).optional() })
const tags = ['codes']

export function codeCheckRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/stalls/:id/code-checks',
    {
      // Enough for a collector who walks fast with a morning's checks in the queue, and too few to try accounts by.
      config: { access: 'codes.check', rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: {
        summary: 'Ask whether a code that hangs at a stall pays the stall',
        tags,
        params: Id,
        body: CreateCodeCheck,
        response: { 201: CodeCheck },
      },
    },
    async (request, reply) => {
      requireOwnStall(actorOf(request), request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) =>
        checkCode(ctx, tx, actor, request.params.id, request.body),
      )
    },
  )

  app.get(
    '/v1/stalls/:id/code-checks',
    {
      config: { access: 'codes.check' },
      schema: {
        summary: "When a stall's code was looked at last",
        tags,
        params: Id,
        response: { 200: StallCodes },
      },
    },
    async (request) => {
      const { marketId } = actorOf(request)
      requireOwnStall(actorOf(request), request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getStallCodes(tx, marketId, request.params.id))
    },
  )

  app.get(
    '/v1/markets/:id/code-alerts',
    {
      config: { access: 'codes.alerts' },
      schema: {
        summary: 'Codes at stalls that pay somebody else',
        tags,
        params: Id,
        querystring: AlertQuery,
        response: { 200: CodeAlertPage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getCodeAlerts(tx, marketId, request.query))
    },
  )

  app.post(
    '/v1/code-alerts/:id/settle',
    {
      config: { access: 'codes.settle' },
      schema: {
        summary: 'Say what was done about a code that pays somebody else',
        tags,
        params: Id,
        body: SettleCodeAlert,
        response: { 200: CodeAlert },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) =>
        settleCodeAlert(ctx, tx, actor, request.params.id, request.body.note),
      )
    },
  )
}
