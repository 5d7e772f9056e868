import {
  Day,
  DayComparison,
  FoundTakings,
  MonthDays,
  MonthTotals,
  Period,
  TakingSearch,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendFile, sendTable } from '../documents/send.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { requireDay } from '../payments/service.ts'
import { requireOwnDay } from '../privacy/service.ts'
import { sheetPdf, type SalesSheet } from './paper.ts'
import { compareDay, getDaySheet, getMonth, getMonths, getMonthSheet, searchTakings } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['history']
const access = 'stall.history'

/** What a stall took on all the days that are its holder's: for her alone, so that no look is to be noted. */
export function historyRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/comparison',
    {
      config: { access },
      schema: {
        summary: 'A day of a stall beside the one before and the same weekday a week before',
        tags,
        params: Id,
        querystring: z.object({ day: Day.optional() }),
        response: { 200: DayComparison },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { id } = request.params
      requireOwnStall(actor, id)
      const day = requireDay(ctx, request.query.day)
      return inMarket(ctx.db, actor.marketId, async (tx) => {
        await requireOwnDay(ctx, tx, actor, id, day)
        return compareDay(ctx, tx, actor, id, day)
      })
    },
  )

  app.get(
    '/v1/stalls/:id/takings/search',
    {
      config: { access },
      schema: {
        summary: 'Sales of a stall by their amount, or by letters of the memo’s end or of a note',
        tags,
        params: Id,
        querystring: TakingSearch,
        response: { 200: FoundTakings },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) =>
        searchTakings(ctx, tx, actor, request.params.id, request.query),
      )
    },
  )

  app.get(
    '/v1/stalls/:id/months',
    {
      config: { access },
      schema: {
        summary: 'The months in which a stall sold anything, newest first',
        tags,
        params: Id,
        response: { 200: MonthTotals },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getMonths(ctx, tx, actor, request.params.id))
    },
  )

  app.get(
    '/v1/stalls/:id/months/:period',
    {
      config: { access },
      schema: {
        summary: 'A month of a stall day by day',
        tags,
        params: Id.extend({ period: Period }),
        response: { 200: MonthDays },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { id, period } = request.params
      requireOwnStall(actor, id)
      return inMarket(ctx.db, actor.marketId, (tx) => getMonth(ctx, tx, actor, id, period))
    },
  )

  for (const kind of ['csv', 'xlsx', 'pdf'] as const) fileRoutes(app, ctx, kind)
}

function fileRoutes(app: App, ctx: Context, kind: 'csv' | 'xlsx' | 'pdf'): void {
  const send = async (reply: FastifyReply, sheet: SalesSheet): Promise<FastifyReply> =>
    kind === 'pdf'
      ? sendFile(reply, kind, sheet.fileName, await sheetPdf(sheet, ctx.now()))
      : sendTable(reply, kind, sheet.fileName, sheet.table)

  app.get(
    `/v1/stalls/:id/day-sales.${kind}`,
    {
      config: { access },
      schema: {
        summary: `Every sale of a day of a stall as ${kind.toUpperCase()}`,
        tags,
        params: Id,
        querystring: z.object({ day: Day.optional() }),
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { id } = request.params
      requireOwnStall(actor, id)
      const day = requireDay(ctx, request.query.day)
      const sheet = await inMarket(ctx.db, actor.marketId, async (tx) => {
        await requireOwnDay(ctx, tx, actor, id, day)
        return getDaySheet(tx, actor, id, day)
      })
      return send(reply, sheet)
    },
  )

  app.get(
    `/v1/stalls/:id/month-sales.${kind}`,
    {
      config: { access },
      schema: {
        summary: `A month of a stall day by day as ${kind.toUpperCase()}`,
        tags,
        params: Id,
        querystring: z.object({ period: Period }),
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { id } = request.params
      requireOwnStall(actor, id)
      const sheet = await inMarket(ctx.db, actor.marketId, (tx) =>
        getMonthSheet(ctx, tx, actor, id, request.query.period),
      )
      return send(reply, sheet)
    },
  )
}
