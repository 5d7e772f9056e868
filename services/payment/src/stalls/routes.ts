import { AppError, CARD_SIZES, ERRORS, PublicStall, SetConsent, Stall, pageOf } from '@tienve/contracts'
import { inMarket, type Tx } from '@tienve/db'
import { qrSvg } from '@tienve/vietqr/image'
import { qrPng } from '@tienve/vietqr/png'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { dayOf } from '../days.ts'
import { sendFile } from '../documents/send.ts'
import { actorInMarket, actorOf, requireOwnStall } from '../http/guard.ts'
import { asksForJson } from '../http/page.ts'
import type { Actor, App } from '../http/types.ts'
import { deviceOf } from '../privacy/rules.ts'
import { cardPdf } from './card.ts'
import { stallPage } from './page.ts'
import {
  changeConsent,
  getPrintedCode,
  getPublicStall,
  getStall,
  getStallCard,
  getStalls,
} from './service.ts'

const StallId = z.object({ id: z.string() })
const StallListItem = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  zoneCode: z.string(),
  salesConsent: z.boolean(),
})
const tags = ['stalls']

export function stallRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id',
    {
      config: { access: 'stall.read' },
      schema: { summary: 'A stall and its printed code', tags, params: StallId, response: { 200: Stall } },
    },
    async (request) => readStall(ctx, request, getStall),
  )

  app.put(
    '/v1/stalls/:id/consent',
    {
      config: { access: 'stall.consent' },
      schema: {
        summary: 'Let the board see sales by name, or take that back',
        tags,
        params: StallId,
        body: SetConsent,
        response: { 200: Stall },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      const device = deviceOf(request.headers['user-agent'])
      return changeConsent(ctx, actor, request.params.id, { ...request.body, device })
    },
  )

  app.get(
    '/v1/markets/:id/stalls',
    {
      config: { access: 'stalls.list' },
      schema: {
        summary: 'Every stall of the market',
        tags,
        params: StallId,
        response: { 200: pageOf(StallListItem) },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getStalls(tx, actor.marketId))
    },
  )

  printRoutes(app, ctx)
  publicRoutes(app, ctx)
}

/** The printed code, to show, to save and to hang up. */
function printRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/qr.svg',
    {
      config: { access: 'stall.read' },
      schema: { summary: 'The printed code as SVG', tags, params: StallId },
    },
    async (request, reply) => {
      const stall = await readStall(ctx, request, getPrintedCode)
      return reply.type('image/svg+xml').send(qrSvg(stall.payload, { demo: stall.demo }))
    },
  )

  app.get(
    '/v1/stalls/:id/qr.png',
    {
      config: { access: 'stall.read' },
      schema: { summary: 'The printed code as PNG', tags, params: StallId },
    },
    async (request, reply) => {
      const stall = await readStall(ctx, request, getPrintedCode)
      return reply.type('image/png').send(qrPng(stall.payload, { demo: stall.demo }))
    },
  )

  app.get(
    '/v1/stalls/:id/card.pdf',
    {
      // Laying out a page is dear, and a stall needs one.
      config: { access: 'stall.read', rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: {
        summary: 'A card to print and hang at the stall: A6 unless another size is asked for',
        tags,
        params: StallId,
        querystring: z.object({ size: z.enum(CARD_SIZES).default('a6') }),
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      requireOwnStall(actor, request.params.id)
      const { size } = request.query
      const card = await inMarket(ctx.db, actor.marketId, (tx) =>
        getStallCard(ctx, tx, actor, request.params.id),
      )
      const name = size === 'a6' ? `ma-sap-${card.code}` : `ma-sap-${card.code}-${size}`
      return sendFile(reply, 'pdf', name, await cardPdf(card, size, ctx.now()))
    },
  )
}

/** `/p/:stallCode`: a page for a shopper's phone, JSON for whoever asks for it, and its code as a picture to save. */
function publicRoutes(app: App, ctx: Context): void {
  const StallCode = z.object({ stallCode: z.string().max(20) })
  app.get(
    '/p/:stallCode',
    {
      config: {
        access: 'public',
        meanwhile:
          'Vẫn trả tiền được: mở app ngân hàng, quét mã in ở sạp. Tiền vào thẳng tài khoản của sạp, không qua trang này.',
      },
      schema: { summary: 'Whom you are about to pay', tags, params: StallCode },
    },
    async (request, reply) => {
      const stall = await getPublicStall(ctx, request.params.stallCode)
      if (asksForJson(request)) {
        if (typeof stall === 'string') throw new AppError(stall)
        return reply.send(PublicStall.parse(stall))
      }
      return reply
        .code(typeof stall === 'string' ? ERRORS[stall].status : 200)
        .type('text/html; charset=utf-8')
        .send(stallPage(stall, dayOf(ctx.now())))
    },
  )

  app.get(
    '/p/:stallCode/qr.png',
    {
      config: { access: 'public' },
      schema: { summary: "A stall's printed code as a picture", tags, params: StallCode },
    },
    async (request, reply) => {
      const stall = await getPublicStall(ctx, request.params.stallCode)
      if (typeof stall === 'string') throw new AppError(stall)
      return reply.type('image/png').send(qrPng(stall.payload, { demo: stall.demo }))
    },
  )
}

async function readStall<T>(
  ctx: Context,
  request: { params: { id: string } } & Parameters<typeof actorOf>[0],
  read: (tx: Tx, actor: Actor, stallId: string) => Promise<T>,
): Promise<T> {
  const actor = actorOf(request)
  requireOwnStall(actor, request.params.id)
  return inMarket(ctx.db, actor.marketId, (tx) => read(tx, actor, request.params.id))
}
