import { AppError, OfficialMarkets, OfficialQuery } from '@tienve/contracts'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { sendTable } from '../documents/send.ts'
import { sessionOf } from '../http/doors.ts'
import { actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { getOfficialMarkets, officialTable } from './service.ts'

const tags = ['officials']
const config = { access: 'markets.compare' } as const

export function officialRoutes(app: App, ctx: Context): void {
  const read = async (request: FastifyRequest, period: string | undefined): Promise<OfficialMarkets> => {
    const token = sessionOf(request)
    if (token === undefined) throw new AppError('session_required')
    return getOfficialMarkets(ctx, actorOf(request), token, period)
  }

  app.get(
    '/v1/officials/markets',
    {
      config,
      schema: {
        summary: "A month of each of an official's markets, in sums of the whole market",
        tags,
        querystring: OfficialQuery,
        response: { 200: OfficialMarkets },
      },
    },
    async (request) => read(request, request.query.period),
  )

  app.get(
    '/v1/officials/markets.xlsx',
    { config, schema: { summary: 'The same as a spreadsheet', tags, querystring: OfficialQuery } },
    async (request, reply) => {
      const markets = await read(request, request.query.period)
      return sendTable(reply, 'xlsx', `cac-cho-${markets.period}`, officialTable(markets))
    },
  )
}
