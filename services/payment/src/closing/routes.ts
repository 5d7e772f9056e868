import {
  ClosedDay,
  ClosedDayPage,
  CloseDay,
  Day,
  DayCheck,
  LedgerSealPage,
  LedgerVerify,
  PageQuery,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendFile } from '../documents/send.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { closeDayAs, getClosedDays, getDayCheck, getDayReport, getSeals, getVerification } from './service.ts'

const Id = z.object({ id: z.string() })
const OfDay = Id.extend({ day: Day })
const tags = ['ledger']
const config = { access: 'ledger.read' as const }

export function closingRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/ledger/days',
    {
      config,
      schema: {
        summary: 'Closed days, the newest first, with their seals',
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: ClosedDayPage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getClosedDays(ctx, tx, marketId, request.query))
    },
  )

  app.get(
    '/v1/markets/:id/ledger/days/:day/check',
    {
      config,
      schema: {
        summary: 'What has to be seen before a day is closed',
        tags,
        params: OfDay,
        response: { 200: DayCheck },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getDayCheck(ctx, tx, marketId, request.params.day))
    },
  )

  app.post(
    '/v1/markets/:id/ledger/days/:day/close',
    {
      config: { access: 'ledger.close' },
      schema: {
        summary: 'Close a day, having seen its figures',
        tags,
        params: OfDay,
        body: CloseDay,
        response: { 201: ClosedDay },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) =>
        closeDayAs(ctx, tx, actor, request.params.day, request.body),
      )
    },
  )

  app.get(
    '/v1/markets/:id/ledger/days/:day/report.pdf',
    {
      config: { ...config, rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: { summary: 'The report of a closed day, to print and sign', tags, params: OfDay },
    },
    async (request, reply) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const { day } = request.params
      const pdf = await getDayReport(ctx, marketId, day)
      return sendFile(reply, 'pdf', `bao-cao-ngay-${day}`, pdf)
    },
  )

  app.get(
    '/v1/markets/:id/ledger/verify',
    {
      // May read the whole ledger: dear, and nobody needs it many times a minute.
      config: { ...config, rateLimit: { max: 30, timeWindow: '1 minute' } },
      schema: {
        summary: 'Recompute everything, or what came after the newest seal, and say what is wrong first',
        tags,
        params: Id,
        querystring: z.object({ from: z.enum(['start', 'seal']).optional() }),
        response: { 200: LedgerVerify },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return getVerification(ctx, marketId, request.query.from)
    },
  )

  app.get(
    '/v1/markets/:id/ledger/seals',
    {
      config,
      schema: {
        summary: 'Seals, the newest first, and the keys to check them with',
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: LedgerSealPage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getSeals(ctx, tx, marketId, request.query))
    },
  )
}
