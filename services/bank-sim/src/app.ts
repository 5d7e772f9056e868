import { AppError, AmountVnd, ERRORS, type DemoFile, type Problem } from '@tienve/contracts'
import fastify, { type FastifyInstance } from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { accountsOf } from './accounts.ts'
import { createBook } from './book.ts'
import { addConnections } from './connection-routes.ts'
import { createConnections } from './connections.ts'
import { FAULTS } from './faults.ts'
import { createHeld } from './held.ts'
import { createOrders } from './orders.ts'
import { addPulls } from './pull-routes.ts'
import { deliverStatement, makeStatement, STATEMENT_BANKS, STATEMENT_FORMATS } from './statements.ts'
import { storm } from './storms.ts'
import { transfer, type Bank } from './transfers.ts'

const Order = z.object({
  payload: z.string().max(1_024).optional(),
  bin: z.string().optional(),
  account: z.string().optional(),
  amountVnd: AmountVnd.optional(),
  memo: z.string().max(200).optional(),
  payer: z.unknown().optional(),
  fault: z.enum(FAULTS).optional(),
})

const StatementOrder = z.object({
  bin: z.string(),
  account: z.string(),
  day: z.iso.date(),
  format: z.enum(STATEMENT_FORMATS),
  bank: z.enum(STATEMENT_BANKS).optional(),
  deliver: z.boolean().default(false),
})

const StormOrder = z.object({
  seed: z.union([z.number(), z.string().max(100)]),
  marketId: z.string(),
  transfers: z.int().min(1).max(5_000).optional(),
  codes: z
    .array(z.object({ memo: z.string().max(200), amountVnd: AmountVnd }))
    .max(5_000)
    .optional(),
  payloads: z.array(z.string().max(1_024)).max(5_000).optional(),
})

const CONTENT_POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  wasm: 'application/wasm',
}

export type BankSimOptions = Partial<Omit<Bank, 'demo' | 'accounts' | 'held'>> & {
  demo: DemoFile
}

/** The fake bank: decodes a code, "transfers", and tells of it over HTTP in the provider's own form. */
export function buildBankSim(options: BankSimOptions): FastifyInstance {
  let last = 0
  const bank: Bank = {
    fetch: globalThis.fetch,
    now: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    // Above every number of the seeded past, and short enough for a reference in MT940.
    nextId: () => (last = Math.max(last + 1, Date.now() * 10)),
    book: createBook(),
    held: createHeld(),
    orders: createOrders(),
    accounts: accountsOf(options.demo),
    connections: createConnections(options.demo),
    ...options,
  }
  const app = fastify({
    logger: false,
    bodyLimit: 2 * 1024 * 1024,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error: Error, request, reply) => {
    const problem = problemOf(error, request.id)
    return reply
      .code(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(problem)
  })
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('content-security-policy', CONTENT_POLICY).header('x-content-type-options', 'nosniff')
  })
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/accounts', async () => ({ items: bank.accounts }))
  app.post('/transfers', { schema: { body: Order } }, async (request) => transfer(bank, request.body))
  app.post('/storms', { schema: { body: StormOrder } }, async (request) => storm(bank, request.body))
  app.post('/statements', { schema: { body: StatementOrder } }, async (request, reply) => {
    if (request.body.deliver) return deliverStatement(bank, request.body)
    const { file, type, name } = await makeStatement(bank, request.body)
    return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(file)
  })
  addConnections(app, bank)
  addPulls(app, bank)
  addPage(app)
  return app
}

/** The page and the code reader, all from this server: nothing is fetched from anywhere else. */
function addPage(app: FastifyInstance): void {
  const own = (name: string): string => fileURLToPath(new URL(`./page/${name}`, import.meta.url))
  const { resolve } = createRequire(import.meta.url)
  const files: Record<string, string> = {
    '/': own('index.html'),
    '/page.css': own('page.css'),
    '/page.js': own('page.js'),
    '/picker.js': own('picker.js'),
    '/connections.js': own('connections.js'),
    '/zxing-reader.js': resolve('zxing-wasm/reader').replace('/cjs/', '/iife/'),
    '/zxing-reader.wasm': resolve('zxing-wasm/reader/zxing_reader.wasm'),
  }
  for (const [address, file] of Object.entries(files)) {
    const type = TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    app.get(address, async (_request, reply) => reply.type(type).send(await readFile(file)))
  }
}

function problemOf(error: Error, requestId: string): Problem {
  const refusal = toRefusal(error)
  const { status, title } = ERRORS[refusal.code]
  return {
    type: 'about:blank',
    title,
    status,
    code: refusal.code,
    detail: refusal.message,
    requestId,
    ...(refusal.fields === undefined ? {} : { fields: refusal.fields }),
  }
}

function toRefusal(error: Error): AppError {
  if (error instanceof AppError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = Object.fromEntries(
      error.validation.map((issue) => [issue.instancePath.slice(1) || 'body', issue.message ?? 'not valid']),
    )
    return new AppError('amountVnd' in fields ? 'amount_invalid' : 'request_invalid', undefined, { fields })
  }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  return new AppError(status === 404 ? 'not_found' : status < 500 ? 'request_invalid' : 'internal')
}
