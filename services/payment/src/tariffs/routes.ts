import {
  CreateTariff,
  CreateTariffDecision,
  CreateVatRate,
  EndTariff,
  Tariff,
  TariffDecision,
  TariffDecisions,
  Tariffs,
  VatRate,
  VatRates,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import {
  createDecision,
  createTariff,
  createVatRate,
  endTariff,
  getDecisions,
  getTariffs,
  getVatRates,
} from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['tariffs']

export function tariffRoutes(app: App, ctx: Context): void {
  decisionRoutes(app, ctx)
  vatRoutes(app, ctx)
  app.get(
    '/v1/markets/:id/tariffs',
    {
      config: { access: 'rounds.read' },
      schema: {
        summary: 'Prices as decided, of all times, the newest first',
        tags,
        params: Id,
        response: { 200: Tariffs },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return { items: await inMarket(ctx.db, marketId, (tx) => getTariffs(tx, marketId)), nextCursor: null }
    },
  )

  app.post(
    '/v1/markets/:id/tariffs',
    {
      config: { access: 'tariffs.write' },
      schema: {
        summary: 'Add a price as decided; the one of the same scope ends the day before',
        tags,
        params: Id,
        body: CreateTariff,
        response: { 201: Tariff },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => createTariff(ctx, tx, actor, request.body))
    },
  )

  app.post(
    '/v1/tariffs/:id/end',
    {
      config: { access: 'tariffs.write' },
      schema: {
        summary: 'End a price on a day',
        tags,
        params: Id,
        body: EndTariff,
        response: { 200: Tariff },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => endTariff(tx, actor, request.params.id, request.body))
    },
  )
}

function decisionRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/tariff-decisions',
    {
      config: { access: 'rounds.read' },
      schema: {
        summary: 'Decisions that prices stand on',
        tags,
        params: Id,
        response: { 200: TariffDecisions },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return { items: await inMarket(ctx.db, marketId, (tx) => getDecisions(tx, marketId)), nextCursor: null }
    },
  )

  app.post(
    '/v1/markets/:id/tariff-decisions',
    {
      config: { access: 'tariffs.write' },
      schema: {
        summary: 'Add a decision that prices stand on',
        tags,
        params: Id,
        body: CreateTariffDecision,
        response: { 201: TariffDecision },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, { marketId }) =>
        createDecision(ctx, tx, marketId, request.body),
      )
    },
  )
}

function vatRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/vat-rates',
    {
      config: { access: 'rounds.read' },
      schema: {
        summary: 'Rates of VAT, each with its source',
        tags,
        params: Id,
        response: { 200: VatRates },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return { items: await inMarket(ctx.db, marketId, (tx) => getVatRates(tx, marketId)), nextCursor: null }
    },
  )

  app.post(
    '/v1/markets/:id/vat-rates',
    {
      config: { access: 'tariffs.write' },
      schema: {
        summary: 'Add a rate of VAT; the one in force for the same service ends the day before',
        tags,
        params: Id,
        body: CreateVatRate,
        response: { 201: VatRate },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, { marketId }) => createVatRate(tx, marketId, request.body))
    },
  )
}
