import {
  CreateCreditSale,
  CreditAccount,
  CreditCustomerList,
  CreditSum,
  CreditWritten,
  ForgiveCredit,
  PaymentRequest,
  SettleSurplus,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import {
  askForCredit,
  eraseCustomer,
  forgiveCredit,
  getAccount,
  getCustomers,
  payCreditInCash,
  reverseEntry,
  sellOnCredit,
  settleSurplus,
} from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['credits']
const config = { access: 'stall.credits' as const }

export function creditRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/credit-customers',
    {
      config,
      schema: {
        summary: 'Who owes the stall for what they bought, the most first',
        tags,
        params: Id,
        response: { 200: CreditCustomerList },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getCustomers(ctx, tx, actor, request.params.id))
    },
  )

  app.get(
    '/v1/credit-customers/:id',
    {
      config,
      schema: {
        summary: 'What one shopper bought, paid and owes, the latest first',
        tags,
        params: Id,
        response: { 200: CreditAccount },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => getAccount(ctx, tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/stalls/:id/credit-sales',
    {
      config,
      schema: {
        summary: 'Note that a shopper took goods and pays later',
        tags,
        params: Id,
        body: CreateCreditSale,
        response: { 201: CreditWritten },
      },
    },
    async (request, reply) => {
      requireOwnStall(actorOf(request), request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) =>
        sellOnCredit(ctx, tx, actor, request.params.id, request.body),
      )
    },
  )

  payRoutes(app, ctx)
  settleRoutes(app, ctx)
}

function payRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/credit-customers/:id/payment-requests',
    {
      config,
      schema: {
        summary: 'Ask a shopper by a code for what they owe: what comes on it is taken off by itself',
        tags,
        params: Id,
        body: CreditSum,
        response: { 201: PaymentRequest },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        askForCredit(ctx, tx, actor, request.params.id, request.body.amountVnd),
      ),
  )

  app.post(
    '/v1/credit-customers/:id/cash-payments',
    {
      config,
      schema: {
        summary: 'Note that a shopper paid in cash: a cash sale of now, and as much less owed',
        tags,
        params: Id,
        body: CreditSum,
        response: { 201: CreditWritten },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        payCreditInCash(ctx, tx, actor, request.params.id, request.body.amountVnd),
      ),
  )
}

function settleRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/credit-customers/:id/forgive',
    {
      config,
      schema: {
        summary: 'Let a shopper off a sum, with the reason',
        tags,
        params: Id,
        body: ForgiveCredit,
        response: { 201: CreditWritten },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        forgiveCredit(ctx, tx, actor, request.params.id, request.body),
      ),
  )

  app.post(
    '/v1/credit-customers/:id/surplus',
    {
      config,
      schema: {
        summary: 'Say that what was paid too much went back, or take it off what is owed',
        tags,
        params: Id,
        body: SettleSurplus,
        response: { 201: CreditWritten },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        settleSurplus(ctx, tx, actor, request.params.id, request.body),
      ),
  )

  app.post(
    '/v1/credit-entries/:id/reverse',
    {
      config,
      schema: {
        summary: 'Take a line back by one that says the opposite',
        tags,
        params: Id,
        response: { 201: CreditWritten },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) => reverseEntry(ctx, tx, actor, request.params.id)),
  )

  app.post(
    '/v1/credit-customers/:id/erase',
    {
      config,
      schema: {
        summary: 'Take away the name, the phone and what a shopper bought; the sums stay',
        tags,
        params: Id,
        response: { 201: CreditAccount },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) => eraseCustomer(ctx, tx, actor, request.params.id)),
  )
}
