import {
  Contract,
  ContractPage,
  CreateContract,
  EndContract,
  PageQuery,
  PauseContract,
  RenewContract,
  ResumeContract,
  Stallholders,
  TransferContract,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import {
  createContract,
  endContract,
  getContracts,
  getStallholders,
  pauseContract,
  renewContract,
  resumeContract,
  transferContract,
} from './service.ts'

const Id = z.object({ id: z.string() })
const ContractQuery = PageQuery.extend({
  status: z.enum(['active', 'coming', 'expiring', 'expired', 'ended']).optional(),
  expiringDays: z.coerce.number().int().min(0).max(3_650).default(60),
  stallId: z.string().optional(),
})
const HolderQuery = PageQuery.extend({ q: z.string().trim().min(1).max(60).optional() })
const tags = ['register']

export function contractRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/contracts',
    {
      config: { access: 'register.read' },
      schema: {
        summary: 'Contracts: in force, to come, about to end, past their end, ended',
        tags,
        params: Id,
        querystring: ContractQuery,
        response: { 200: ContractPage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getContracts(ctx, tx, marketId, request.query))
    },
  )

  app.get(
    '/v1/markets/:id/stallholders',
    {
      config: { access: 'register.read' },
      schema: {
        summary: 'Who has, or had, a stall',
        tags,
        params: Id,
        querystring: HolderQuery,
        response: { 200: Stallholders },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getStallholders(ctx, tx, actor, request.query))
    },
  )

  app.post(
    '/v1/markets/:id/contracts',
    {
      config: { access: 'register.write' },
      schema: {
        summary: 'Give a stall to somebody by contract',
        tags,
        params: Id,
        body: CreateContract,
        response: { 201: Contract },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => createContract(ctx, tx, actor, request.body))
    },
  )

  changeRoutes(app, ctx)
}

function changeRoutes(app: App, ctx: Context): void {
  const config = { access: 'register.write' } as const
  const schemaOf = <T extends z.ZodType>(summary: string, body: T) => ({
    summary,
    tags,
    params: Id,
    body,
    response: { 200: Contract },
  })

  app.post(
    '/v1/contracts/:id/renew',
    { config, schema: schemaOf('Agree on a later end, or none', RenewContract) },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) =>
        renewContract(ctx, tx, actor, request.params.id, request.body.endsOn),
      )
    },
  )

  app.post(
    '/v1/contracts/:id/end',
    { config, schema: schemaOf('End it, with its last day and the reason', EndContract) },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => endContract(ctx, tx, actor, request.params.id, request.body))
    },
  )

  app.post(
    '/v1/contracts/:id/resume',
    { config, schema: schemaOf('Open a paused stall again', ResumeContract) },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) =>
        resumeContract(ctx, tx, actor, request.params.id, request.body.openOn),
      )
    },
  )

  app.post(
    '/v1/contracts/:id/pause',
    {
      config,
      schema: {
        ...schemaOf('Close a stall by notice', PauseContract),
        response: { 201: Contract },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        pauseContract(ctx, tx, actor, request.params.id, request.body),
      ),
  )

  app.post(
    '/v1/contracts/:id/transfer',
    {
      config,
      schema: {
        ...schemaOf('Let somebody else take the stall over (sang nhượng)', TransferContract),
        response: { 201: Contract },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        transferContract(ctx, tx, actor, request.params.id, request.body),
      ),
  )
}
