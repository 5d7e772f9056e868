import { AppError } from '@tienve/contracts'
import type { FastifyRequest } from 'fastify'

/**
 * Postgres keeps no zero byte in a text, and half a character (a lone surrogate) in no JSON. Errors: `request_invalid` with
 * the field that has one.
 */
export async function refuseZeroBytes({ params, query, body }: FastifyRequest): Promise<void> {
  for (const part of [params, query, body]) {
    if (typeof part !== 'object' || part === null || Buffer.isBuffer(part)) continue
    for (const [field, value] of Object.entries(part)) {
      const fault = faultOf(value)
      if (fault !== null) throw new AppError('request_invalid', undefined, { fields: { [field]: fault } })
    }
  }
}

/** Without recursion, since whoever asks decides how deep a body goes. */
function faultOf(value: unknown): string | null {
  const rest = [value]
  for (const one of rest) {
    if (typeof one === 'string' && one.includes('\0')) return 'holds a zero byte'
    if (typeof one === 'string' && !one.isWellFormed()) return 'holds half a character'
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) rest.push(inner)
  }
  return null
}
