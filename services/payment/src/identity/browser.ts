import type { FastifyRequest } from 'fastify'
import { originOf } from '../audit/service.ts'
import { deviceTokensOf } from '../http/doors.ts'
import { deviceNameOf } from './rules.ts'
import type { Browser } from './service.ts'

/** The browser of a request; `deviceToken` is one that it brings in its body, being no browser. */
export function browserOf(request: FastifyRequest, deviceToken?: string): Browser {
  return {
    tokens: [...(deviceToken === undefined ? [] : [deviceToken]), ...deviceTokensOf(request)],
    name: deviceNameOf(request.headers['user-agent']),
    from: originOf(request),
  }
}
