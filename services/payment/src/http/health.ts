import { AppError } from '@tienve/contracts'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { App } from './types.ts'

const Health = z.object({ status: z.literal('ok') })

/** A database that keeps its connections and answers nothing is away too, and whoever asks does not wait for its return. */
const ASK = { text: 'select 1', query_timeout: 2_000 }

/** `/healthz`: this process is alive. `/readyz`: it can serve, which needs the database. */
export function healthRoutes(app: App, ctx: Context): void {
  app.get(
    '/healthz',
    {
      config: { access: 'public', rateLimit: false },
      schema: { summary: 'Alive', tags: ['health'], response: { 200: Health } },
    },
    async () => ({ status: 'ok' as const }),
  )
  app.post(
    '/healthz',
    {
      config: { access: 'public', rateLimit: false },
      schema: {
        summary: 'The emptiest route, which the bench holds the intake against',
        tags: ['health'],
        response: { 200: Health },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/readyz',
    {
      config: { access: 'public', rateLimit: false },
      schema: { summary: 'Can serve', tags: ['health'], response: { 200: Health } },
    },
    async () => {
      await ctx.db.pool.query(ASK).catch((error: Error) => {
        throw new AppError('database_unavailable', undefined, { cause: error })
      })
      return { status: 'ok' as const }
    },
  )
}
