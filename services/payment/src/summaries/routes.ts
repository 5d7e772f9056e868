import { Report, ReportCatalogue, ReportQuery, REPORTS } from '@tienve/contracts'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendFile } from '../documents/send.ts'
import { actorInMarket } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { fileNameOf, reportToPdf, reportToXlsx } from './paper.ts'
import { getCatalogue, getPrinted, getReport } from './service.ts'

const Id = z.object({ id: z.string() })
const OfReport = Id.extend({ report: z.enum(REPORTS) })
const tags = ['reports']
const access = 'reports.read' as const

export function summaryRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/reports',
    {
      config: { access },
      schema: {
        summary: "The board's reports that the asking role may read",
        tags,
        params: Id,
        response: { 200: ReportCatalogue },
      },
    },
    async (request) => getCatalogue(actorInMarket(request, request.params.id)),
  )

  app.get(
    '/v1/markets/:id/reports/:report',
    {
      config: { access },
      schema: {
        summary: 'A report, each figure with where it opens to its rows',
        tags,
        params: OfReport,
        querystring: ReportQuery,
        response: { 200: Report },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return getReport(ctx, actor, request.params.report, request.query)
    },
  )

  for (const kind of ['xlsx', 'pdf'] as const) {
    app.get(
      `/v1/markets/:id/reports/:report(^[a-z-]+).${kind}`,
      {
        config: { access, rateLimit: { max: 60, timeWindow: '1 minute' } },
        schema: {
          summary: kind === 'pdf' ? 'The same on A4, to print and sign' : 'The same as a spreadsheet',
          tags,
          params: OfReport,
          querystring: ReportQuery,
        },
      },
      async (request, reply) => {
        const actor = actorInMarket(request, request.params.id)
        const printed = await getPrinted(ctx, actor, request.params.report, request.query)
        const body = await (kind === 'pdf' ? reportToPdf(printed) : reportToXlsx(printed))
        return sendFile(reply, kind, fileNameOf(printed), body)
      },
    )
  }
}
