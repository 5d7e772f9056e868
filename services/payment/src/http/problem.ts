import { AppError, ERRORS, type ErrorCode, type Problem } from '@tienve/contracts'
import { isDatabaseUnavailable } from '@tienve/db'
import { LedgerRefusal } from '@tienve/ledger'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { asksForJson, problemPage } from './page.ts'

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'
const RETRY_AFTER_SECONDS = 5

/**
 * Writes any error as the problem document it deserves, or as a page where a person was to read one. A bug is logged with
 * its stack and told without it.
 */
export function sendProblem(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
  demo: boolean,
): FastifyReply {
  const refusal = refusalOf(error)
  const { status, title, retry } = ERRORS[refusal.code]
  if (refusal.code === 'internal') request.log.error({ err: error }, 'a request failed by a bug of ours')
  if (retry) void reply.header('retry-after', String(refusal.retryAfterSeconds ?? RETRY_AFTER_SECONDS))
  const { meanwhile } = request.routeOptions.config
  if (meanwhile !== undefined && !asksForJson(request)) {
    const isOurFault = retry || status >= 500
    return reply
      .code(status)
      .type('text/html; charset=utf-8')
      .send(problemPage({ isOurFault, meanwhile, demo }))
  }
  const problem: Problem & Record<string, unknown> = {
    ...refusal.beside,
    type: `/docs/errors#${refusal.code}`,
    title,
    status,
    code: refusal.code,
    detail: refusal.code === 'internal' ? title : refusal.message,
    requestId: request.id,
    ...(refusal.fields === undefined ? {} : { fields: refusal.fields }),
  }
  return reply.code(status).header('content-type', PROBLEM_TYPE).serializer(JSON.stringify).send(problem)
}

function refusalOf(error: FastifyError | Error): AppError {
  if (error instanceof AppError) return error
  if (error instanceof LedgerRefusal) return new AppError('ledger_refused', undefined, { cause: error })
  if (hasZodFastifySchemaValidationErrors(error)) return invalidFields(error.validation)
  if (isDatabaseUnavailable(error)) return new AppError('database_unavailable', undefined, { cause: error })
  const code = codeByFastify(
    'code' in error ? error.code : undefined,
    'statusCode' in error ? error.statusCode : undefined,
  )
  // Of an address that cannot be read, the message is that address.
  const isQuoting = code === 'internal' || ('code' in error && error.code === 'FST_ERR_BAD_URL')
  return new AppError(code, isQuoting ? undefined : error.message, { cause: error })
}

function codeByFastify(code: string | undefined, status: number | undefined): ErrorCode {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'body_too_large'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  return status !== undefined && status >= 400 && status < 500 ? 'request_invalid' : 'internal'
}

/** Only amounts have a code of their own: they are the field people get wrong, and the apps have words for it. */
function invalidFields(issues: readonly { instancePath: string; message?: string }[]): AppError {
  const fields: Record<string, string> = {}
  for (const issue of issues) {
    const name = issue.instancePath.replace(/^\//, '').replaceAll('/', '.') || 'body'
    fields[name] ??= issue.message ?? 'not valid'
  }
  const names = Object.keys(fields)
  const code = names.length === 1 && names[0] === 'amountVnd' ? 'amount_invalid' : 'request_invalid'
  return new AppError(code, `Not valid: ${names.join(', ')}`, { fields })
}
