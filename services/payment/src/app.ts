import cookie from '@fastify/cookie'
import serveStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import { AppError } from '@tienve/contracts'
import { randomBase32 } from '@tienve/db'
import fastify, { LogController, type FastifyBaseLogger } from 'fastify'
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { apiKeyRoutes } from './apikeys/routes.ts'
import { arrearsRoutes } from './arrears/routes.ts'
import { addReadingTrail } from './audit/service.ts'
import { auditRoutes } from './audit/routes.ts'
import { cashRoutes } from './cash/routes.ts'
import { closingRoutes } from './closing/routes.ts'
import { changeRoutes } from './changes/routes.ts'
import { chargeRoutes } from './charges/routes.ts'
import { codeCheckRoutes } from './codechecks/routes.ts'
import { collectionRoutes } from './collection/routes.ts'
import { connectionRoutes } from './connections/routes.ts'
import type { Context } from './context.ts'
import { contractRoutes } from './contracts/routes.ts'
import { creditRoutes } from './credits/routes.ts'
import { disputeRoutes } from './disputes/routes.ts'
import { enrolmentRoutes } from './enrolments/routes.ts'
import type { Intake } from './feeds/intake.ts'
import { feedRoutes } from './feeds/routes.ts'
import { handoverRoutes } from './handovers/routes.ts'
import { historyRoutes } from './history/routes.ts'
import { addDocs } from './http/docs.ts'
import { doorOfRequest, withoutDoor } from './http/doors.ts'
import { refuseForeignPages } from './http/foreign.ts'
import { headersFor } from './http/headers.ts'
import { healthRoutes } from './http/health.ts'
import { addGuard } from './http/guard.ts'
import { addLimits, SLOW } from './http/limits.ts'
import { sendProblem } from './http/problem.ts'
import { refuseZeroBytes } from './http/zero-byte.ts'
import type { App } from './http/types.ts'
import { identityRoutes } from './identity/routes.ts'
import { ledgerRoutes } from './books/routes.ts'
import { liveRoutes } from './live/routes.ts'
import { membershipRoutes } from './memberships/routes.ts'
import { meterRoutes } from './meters/routes.ts'
import { noticeRoutes } from './notices/routes.ts'
import { officialRoutes } from './officials/routes.ts'
import { originRoutes } from './origin/routes.ts'
import { paymentRoutes } from './payments/routes.ts'
import { privacyRoutes } from './privacy/routes.ts'
import { maskAnswer } from './privacy/rules.ts'
import { receiptRoutes } from './receipts/routes.ts'
import { refundRoutes } from './refunds/routes.ts'
import { registerRoutes } from './register/routes.ts'
import { reportRoutes } from './reports/routes.ts'
import { returnRoutes } from './returns/routes.ts'
import { shiftRoutes } from './shifts/routes.ts'
import { signOffRoutes } from './signoffs/routes.ts'
import { statementRoutes } from './statements/routes.ts'
import { staffRoutes } from './staff/routes.ts'
import { stallRoutes } from './stalls/routes.ts'
import { suspenseRoutes } from './suspense/routes.ts'
import { tariffRoutes } from './tariffs/routes.ts'
import { summaryRoutes } from './summaries/routes.ts'
import { taxRoutes } from './taxes/routes.ts'

const MAX_BODY_BYTES = 64 * 1024
const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds the HTTP side of the service; it listens to nothing yet. Closing it ends the open streams first. */
export async function buildApp(
  ctx: Context,
  intake: Intake,
  logger: FastifyBaseLogger | false = false,
): Promise<App> {
  const { demo } = ctx.config
  const headers = headersFor(demo)
  const app: App = fastify({
    ...(logger === false ? { logger: false } : { loggerInstance: logger }),
    // One line of our own a request is enough, and it holds no query and no address of a person.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    ...SLOW,
    trustProxy: (_address, hop) => hop < ctx.config.trustProxy,
    genReqId: () => randomBase32(16),
    rewriteUrl: ({ url = '/' }) => withoutDoor(url),
    forceCloseConnections: true,
    // An address that cannot be read finds no route, and no handler of errors either.
    frameworkErrors: (error, request, reply) =>
      void sendProblem(error, request, reply.headers(headers), demo),
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error: Error, request, reply) => sendProblem(error, request, reply, demo))
  app.setNotFoundHandler((request, reply) => sendProblem(new AppError('not_found'), request, reply, demo))
  await app.register(cookie)
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headers))
  await addLimits(app, ctx)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tiền Về',
        version: '0.1.0',
        description:
          'The payment service of a cashless market. The two apps call the same addresses as `/m/v1/…` and `/admin/v1/…`, each with a session of its own.',
      },
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'tienve_session',
            description: 'A person, by `POST /v1/sessions`. Changes carry `x-csrf-token` besides.',
          },
          key: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'tvk_…',
            description: 'A program, by a key that the administrator made, for what the key was given.',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  refuseForeignPages(app, ctx.config)
  addGuard(app, ctx)
  addReadingTrail(app, ctx)
  // Twice, since some routes look up what the address names before there is a body.
  app.addHook('onRequest', refuseZeroBytes)
  app.addHook('preValidation', refuseZeroBytes)
  // Last before an answer is written, so that no route can forget it.
  app.addHook('preSerialization', async (request, _reply, answer) =>
    request.actor === null ? answer : maskAnswer(request.actor.role, answer),
  )
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    ctx.metrics.requests.observe(labels, reply.elapsedTime / 1000)
    if (reply.statusCode < 500) return
    const asSent = { ...labels, route: `${doorOfRequest(request).prefix}${route}`, requestId: request.id }
    request.log.warn(asSent, 'a request failed')
  })
  await addRoutes(app, ctx, intake)
  await addDocs(app, demo)
  await addPages(app)
  return app
}

async function addRoutes(app: App, ctx: Context, intake: Intake): Promise<void> {
  healthRoutes(app, ctx)
  identityRoutes(app, ctx)
  enrolmentRoutes(app, ctx)
  staffRoutes(app, ctx)
  stallRoutes(app, ctx)
  paymentRoutes(app, ctx)
  historyRoutes(app, ctx)
  liveRoutes(app, ctx)
  codeCheckRoutes(app, ctx)
  cashRoutes(app, ctx)
  registerRoutes(app, ctx)
  contractRoutes(app, ctx)
  tariffRoutes(app, ctx)
  meterRoutes(app, ctx)
  chargeRoutes(app, ctx)
  changeRoutes(app, ctx)
  receiptRoutes(app, ctx)
  collectionRoutes(app, ctx)
  handoverRoutes(app, ctx)
  arrearsRoutes(app, ctx)
  disputeRoutes(app, ctx)
  noticeRoutes(app, ctx)
  reportRoutes(app, ctx)
  summaryRoutes(app, ctx)
  taxRoutes(app, ctx)
  ledgerRoutes(app, ctx)
  closingRoutes(app, ctx)
  originRoutes(app, ctx)
  signOffRoutes(app, ctx)
  suspenseRoutes(app, ctx)
  refundRoutes(app, ctx)
  returnRoutes(app, ctx)
  creditRoutes(app, ctx)
  shiftRoutes(app, ctx)
  privacyRoutes(app, ctx)
  auditRoutes(app, ctx)
  connectionRoutes(app, ctx)
  apiKeyRoutes(app, ctx)
  membershipRoutes(app, ctx)
  officialRoutes(app, ctx)
  await feedRoutes(app, ctx, intake)
  await statementRoutes(app, ctx, intake)
}

/** The two apps, and what the few pages of the service itself are made of. */
async function addPages(app: App): Promise<void> {
  const open = { config: { access: 'public' as const } }
  app.get('/', { ...open, schema: { hide: true } }, async (_request, reply) => reply.redirect('/m/'))
  await app.register(serveStatic, { root: folder('./http/public'), prefix: '/public/', schemaHide: true })
  await app.register(serveStatic, {
    root: folder('../../../node_modules/@expo-google-fonts/be-vietnam-pro'),
    prefix: '/public/fonts/',
    decorateReply: false,
    allowedPath: (path) => path.endsWith('.ttf'),
  })
  for (const [prefix, path] of [
    ['/m', '../../../merchant-app/dist'],
    ['/admin', '../../../admin-app/dist'],
  ] as const) {
    const root = folder(path)
    if (!existsSync(root)) continue
    app.get(prefix, { ...open, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect(`${prefix}/`),
    )
    await app.register(async (scope) => {
      await scope.register(serveStatic, {
        root,
        prefix: `${prefix}/`,
        decorateReply: false,
        preCompressed: true,
        setHeaders: (reply, file) => {
          // File names carry a digest of their content, but for the entry page and the worker that updates them.
          const fixed = /\/assets\//.test(file)
          void reply.header('cache-control', fixed ? 'public, max-age=31536000, immutable' : 'no-cache')
        },
      })
    })
  }
}
