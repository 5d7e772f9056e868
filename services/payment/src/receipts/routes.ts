import {
  AppError,
  NoteInvoice,
  PageQuery,
  PublicReceipt,
  StallReceipt,
  StallReceiptPage,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendFile } from '../documents/send.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import { asksForJson } from '../http/page.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { requireStall } from '../stalls/service.ts'
import { receiptPage } from './page.ts'
import { receiptPdf } from './paper.ts'
import { receiptUrl } from './rules.ts'
import { getPublicReceipt, getStallReceipts, noteInvoice } from './service.ts'

const Id = z.object({ id: z.string() })
const Token = z.object({ token: z.string().max(64) })
const tags = ['receipts']

export function receiptRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/stalls/:id/receipts',
    {
      config: { access: 'charges.read' },
      schema: {
        summary: "A stall's receipts, the newest first",
        tags,
        params: Id,
        querystring: PageQuery,
        response: { 200: StallReceiptPage },
      },
    },
    async (request) => {
      const { marketId } = actorOf(request)
      const { id } = request.params
      requireOwnStall(actorOf(request), id)
      return inMarket(ctx.db, marketId, async (tx) => {
        await requireStall(tx, marketId, id)
        return getStallReceipts(ctx, tx, marketId, id, request.query)
      })
    },
  )

  app.post(
    '/v1/receipts/:id/invoice',
    {
      config: { access: 'receipts.invoice' },
      schema: {
        summary: 'Note the number of the invoice that was issued elsewhere',
        tags,
        params: Id,
        body: NoteInvoice,
        response: { 201: StallReceipt },
      },
    },
    async (request, reply) =>
      createOnce(ctx, request, reply, (tx, actor) =>
        noteInvoice(ctx, tx, actor, request.params.id, request.body.invoiceNumber),
      ),
  )

  publicRoutes(app, ctx)
}

/** `/r/:token`: a page for whoever is shown it, JSON for whoever asks for it, and a paper to print. */
function publicRoutes(app: App, ctx: Context): void {
  const meanwhile = 'Biên nhận không mất: mở lại địa chỉ này sau, vẫn thấy. Cần gấp thì hỏi Ban quản lý chợ.'
  app.get(
    '/r/:token',
    {
      config: { access: 'public', meanwhile },
      schema: { summary: 'Check a receipt', tags, params: Token },
    },
    async (request, reply) => {
      const { token } = request.params
      const receipt = await getPublicReceipt(ctx, token)
      if (asksForJson(request)) {
        if (receipt === null) throw new AppError('not_found')
        return reply.send(PublicReceipt.parse(receipt))
      }
      return reply
        .code(receipt === null ? 404 : 200)
        .type('text/html; charset=utf-8')
        .send(receiptPage(receipt, token))
    },
  )

  app.get(
    '/r/:token.pdf',
    {
      // Laying out a page is dear, and a receipt needs one.
      config: { access: 'public', meanwhile, rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: { summary: 'A receipt to print, A6', tags, params: Token },
    },
    async (request, reply) => {
      const { token } = request.params
      const receipt = await getPublicReceipt(ctx, token)
      if (receipt === null) throw new AppError('not_found')
      const url = receiptUrl(ctx.config.publicUrl, token)
      return sendFile(
        reply,
        'pdf',
        `bien-nhan-${receipt.number ?? receipt.bookPage}`,
        await receiptPdf(receipt, url, ctx.now()),
      )
    },
  )
}
