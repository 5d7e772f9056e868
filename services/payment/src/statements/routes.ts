import {
  AppError,
  STATEMENT_MAX_BYTES,
  StatementList,
  StatementPreview,
  StatementQuery,
  StatementRecord,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Intake } from '../feeds/intake.ts'
import { actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { getStatement, importStatement, listStatements, previewStatement } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['statements']
const limit = { max: 30, timeWindow: '1 minute' }

export async function statementRoutes(app: App, ctx: Context, intake: Intake): Promise<void> {
  app.get(
    '/v1/receiving-accounts/:id/statements',
    {
      config: { access: 'statements.import' },
      schema: { summary: 'The statements of an account', tags, params: Id, response: { 200: StatementList } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => listStatements(tx, actor, request.params.id))
    },
  )

  app.get(
    '/v1/statements/:id',
    {
      config: { access: 'statements.import' },
      schema: {
        summary: 'A statement and how far it is',
        tags,
        params: Id,
        response: { 200: StatementRecord },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inMarket(ctx.db, actor.marketId, (tx) => getStatement(tx, actor, request.params.id))
    },
  )

  await app.register(async (scope: App) => {
    // A file comes as its bytes and nothing else, so that its digest is of what the bank gave.
    scope.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: STATEMENT_MAX_BYTES },
      (_request, body, done) => done(null, body),
    )

    scope.post(
      '/v1/receiving-accounts/:id/statements',
      {
        config: { access: 'statements.import', rateLimit: limit },
        bodyLimit: STATEMENT_MAX_BYTES,
        schema: {
          summary: 'Bring a statement: the file as application/octet-stream',
          description: 'The same file again is the same statement.',
          tags,
          params: Id,
          querystring: StatementQuery,
          response: { 201: StatementRecord },
        },
      },
      async (request, reply) => {
        const file = fileOf(request.body)
        const { params, query } = request
        const record = await importStatement(ctx, intake, actorOf(request), params.id, file, query)
        return reply.code(201).send(record)
      },
    )

    scope.post(
      '/v1/receiving-accounts/:id/statements/preview',
      {
        config: { access: 'statements.import', rateLimit: limit },
        bodyLimit: STATEMENT_MAX_BYTES,
        schema: {
          summary: 'The first rows of a table and what its columns look like; nothing is kept',
          tags,
          params: Id,
          response: { 200: StatementPreview },
        },
      },
      async (request) => previewStatement(ctx, actorOf(request), request.params.id, fileOf(request.body)),
    )
  })
}

function fileOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body
  throw new AppError('request_invalid', undefined, {
    fields: { file: 'its bytes, as application/octet-stream' },
  })
}
