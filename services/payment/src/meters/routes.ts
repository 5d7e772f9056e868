import {
  ConfirmReading,
  CreateMeter,
  Meter,
  MeterReading,
  MeterReadings,
  Meters,
  PageQuery,
  Period,
  RemoveMeter,
  ReplaceMeter,
  SaveReading,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import {
  confirmReading,
  createMeter,
  getMeters,
  getReadings,
  removeMeter,
  replaceMeter,
  saveReading,
} from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['meters']

export function meterRoutes(app: App, ctx: Context): void {
  readingRoutes(app, ctx)
  app.get(
    '/v1/markets/:id/meters',
    {
      config: { access: 'readings.read' },
      schema: {
        summary: 'Meters of a stall, or of all, those that were removed among them',
        tags,
        params: Id,
        querystring: z.object({ stallId: z.string().optional() }),
        response: { 200: Meters },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const items = await inMarket(ctx.db, marketId, (tx) => getMeters(tx, marketId, request.query.stallId))
      return { items, nextCursor: null }
    },
  )

  app.post(
    '/v1/markets/:id/meters',
    {
      config: { access: 'readings.write' },
      schema: { summary: 'Put up a meter', tags, params: Id, body: CreateMeter, response: { 201: Meter } },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => createMeter(ctx, tx, actor, request.body))
    },
  )

  app.post(
    '/v1/meters/:id/replace',
    {
      config: { access: 'readings.write' },
      schema: {
        summary: 'Change a meter: the last value of the old one, the first of the new one',
        tags,
        params: Id,
        body: ReplaceMeter,
        response: { 201: Meter },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        replaceMeter(ctx, tx, actor, request.params.id, request.body),
      ),
  )

  app.post(
    '/v1/meters/:id/remove',
    {
      config: { access: 'readings.write' },
      schema: {
        summary: 'Take a meter away, with what it showed last',
        tags,
        params: Id,
        body: RemoveMeter,
        response: { 200: Meter },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => removeMeter(ctx, tx, actor, request.params.id, request.body))
    },
  )
}

function readingRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/readings',
    {
      config: { access: 'readings.read' },
      schema: {
        summary: 'A month’s meters in walking order, read or not yet',
        tags,
        params: Id,
        querystring: PageQuery.extend({ period: Period }),
        response: { 200: MeterReadings },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getReadings(tx, marketId, request.query))
    },
  )

  app.post(
    '/v1/markets/:id/readings',
    {
      config: { access: 'readings.write' },
      schema: {
        summary: 'Note what a meter shows for a month, or correct it, while its round is not proposed',
        tags,
        params: Id,
        body: SaveReading,
        response: { 201: MeterReading },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => saveReading(ctx, tx, actor, request.body))
    },
  )

  app.post(
    '/v1/markets/:id/readings/confirm',
    {
      config: { access: 'readings.write' },
      schema: {
        summary: 'Say that an odd reading was looked at again and is right',
        tags,
        params: Id,
        body: ConfirmReading,
        response: { 200: MeterReading },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inChange(ctx, actor, (tx) => confirmReading(tx, actor, request.body))
    },
  )
}
