import { LedgerOrigin } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { stallsOfRows } from '../privacy/rules.ts'
import { noteLooks } from '../privacy/service.ts'
import { findTxn } from '@tienve/ledger'
import { getOrigin } from './service.ts'

const Txn = z.object({ id: z.string(), seq: z.string().regex(/^\d{1,18}$/) })

export function originRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/ledger/txns/:seq/origin',
    {
      config: { access: 'ledger.read' },
      schema: {
        summary: 'Why this number is so: from a txn down to the bytes a bank sent',
        description:
          'The digest and the signature are computed again from the stored bytes with each call. What is in the book ' +
          'of a stall that is not shown by name answers 404.',
        tags: ['ledger'],
        params: Txn,
        response: { 200: LedgerOrigin },
      },
    },
    async (request) => {
      const { id, seq } = request.params
      const actor = actorInMarket(request, id)
      const { marketId } = actor
      return inMarket(ctx.db, marketId, async (tx) => {
        const origin = await getOrigin(ctx, tx, marketId, BigInt(seq))
        await noteLooks(ctx, tx, actor, 'origin', stallsOfRows(await findTxn(tx, marketId, BigInt(seq))))
        return origin
      })
    },
  )
}
