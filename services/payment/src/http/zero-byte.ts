import { AppError } from '@tienve/contracts'
import type { FastifyRequest } from 'fastify'

/** Postgres keeps no zero byte in a text. Errors: `request_invalid` with the field that has one. */
export async function refuseZeroBytes({ params, query, body }: FastifyRequest): Promise<void> {
  for (const part of [params, query, body]) {
    if (typeof part !== 'object' || part === null || Buffer.isBuffer(part)) continue
    const field = Object.entries(part).find(([, value]) => hasZeroByte(value))
    if (field !== undefined)
      throw new AppError('request_invalid', undefined, { fields: { [field[0]]: 'holds a zero byte' } })
  }
}

/** Without recursion, since whoever asks decides how deep a body goes. */
function hasZeroByte(value: unknown): boolean {
  const rest = [value]
  for (const one of rest) {
    if (typeof one === 'string' && one.includes('\0')) return true
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) rest.push(inner)
  }
  return false
}
