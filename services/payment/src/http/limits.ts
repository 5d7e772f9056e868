import rateLimit from '@fastify/rate-limit'
import { AppError } from '@tienve/contracts'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import type { App } from './types.ts'

/** A market's phones may share one address of their carrier, and a market's office one of its own. */
const REQUESTS_A_MINUTE_AND_ADDRESS = 6_000
const WINDOW = '1 minute'

/** A request that has not come whole by then was never meant to: the slowest upload takes two minutes. */
export const SLOW = {
  requestTimeout: 130_000,
  http: { headersTimeout: 20_000, connectionsCheckingInterval: 5_000 },
} as const

/** Whose request it is: a person's where somebody is logged in, on however many phones, and else an address's. */
const whose = ({ actor, ip }: FastifyRequest): string =>
  actor === null ? addressOf(ip) : `${actor.marketId} ${actor.userId}`

// A socket that is gone already has no address.
const addressOf = (ip: string | undefined): string => ip ?? 'gone'

/**
 * Two limits on every route that does not say otherwise: one an address, before anything is looked up for it, and one a
 * person. A route's own `rateLimit` stands in for the second, by person where there is a session. Errors: `rate_limited`.
 */
export async function addLimits(app: App, { config }: Pick<Context, 'config'>): Promise<void> {
  await app.register(rateLimit, {
    hook: 'preHandler',
    max: ({ actor }) => (actor === null ? REQUESTS_A_MINUTE_AND_ADDRESS : config.requestsAMinute),
    timeWindow: WINDOW,
    keyGenerator: whose,
    errorResponseBuilder: (_request, { ttl }) => refusal(Math.ceil(ttl / 1_000)),
  })
  const count = app.createRateLimit({
    max: REQUESTS_A_MINUTE_AND_ADDRESS,
    timeWindow: WINDOW,
    keyGenerator: ({ ip }) => addressOf(ip),
  })
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.rateLimit === false) return
    const counted = await count(request)
    if (!counted.isAllowed && counted.isExceeded) throw refusal(counted.ttlInSeconds)
  })
}

function refusal(retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', undefined, { retryAfterSeconds })
}
