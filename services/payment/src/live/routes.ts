import { AppError } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sessionOf } from '../http/doors.ts'
import { actorOf, requireOwnStall } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { digestOf } from '../identity/service.ts'
import { findEventRange } from './repository.ts'

const PING_EVERY_MS = 10_000

/** A phone that reads nothing while a market's day piles up must not eat the server: it is cut off and resumes. */
const MAX_BUFFERED_BYTES = 256 * 1024

/** A person has a phone or two, and streams of a lost network that have not been noticed yet. */
const MAX_STREAMS_A_PERSON = 64
const FULL_RETRY_AFTER_SECONDS = 30

const EventNumber = z.string().regex(/^\d{1,18}$/)

export function liveRoutes(app: App, ctx: Context): void {
  const open = new Set<() => void>()
  const openBy = new Map<string, number>()
  app.addHook('preClose', async () => {
    // Ends the streams first: otherwise a graceful stop would wait for phones that mean to stay for the day.
    for (const end of open) end()
  })

  app.get(
    '/v1/stalls/:id/live',
    {
      config: { access: 'stall.sell', rateLimit: false },
      schema: {
        summary: 'What happens at a stall, as server-sent events',
        description:
          'Events: `hello`, `payment`, `reversal`, `collection`, `feed`, `ping` every 10 s, `reset`. Resumes after `Last-Event-ID` or `?after=`.',
        tags: ['live'],
        params: z.object({ id: z.string() }),
        querystring: z.object({ after: EventNumber.optional() }),
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const stallId = request.params.id
      requireOwnStall(actor, stallId)
      const person = `${actor.marketId} ${actor.userId}`
      if ((openBy.get(person) ?? 0) >= MAX_STREAMS_A_PERSON)
        throw new AppError('rate_limited', 'Too many streams', {
          retryAfterSeconds: FULL_RETRY_AFTER_SECONDS,
        })
      const { last, first } = await inMarket(ctx.db, actor.marketId, (tx) =>
        findEventRange(tx, actor.marketId, stallId),
      )
      const asked = resumeAfter(request, request.query.after)
      const trimmed = asked !== null && asked < last && (first === null || asked < first - 1n)
      // A number above ours is from another life of the database: only a fresh start makes sense then.
      const lost = trimmed || (asked !== null && asked > last)
      const stream = openStream(reply)
      // It has closed while we were reading: nothing would ever tell us to stop.
      if (reply.raw.destroyed) return reply
      stream.write(`event: hello\ndata: ${JSON.stringify({ number: Number(last) })}\n\n`)
      if (lost)
        stream.write(`id: ${last}\nevent: reset\ndata: ${JSON.stringify({ number: Number(last) })}\n\n`)
      const stop = ctx.hub.subscribe({
        marketId: actor.marketId,
        stallId,
        after: lost || asked === null ? last : asked,
        sessionHash: digestOf(sessionOf(request) ?? ''),
        end: stream.end,
        send: ({ number, kind, payload }) =>
          stream.write(
            `id: ${number}\nevent: ${kind}\ndata: ${JSON.stringify({ number: Number(number), ...payload })}\n\n`,
          ),
      })
      const ping = setInterval(() => stream.write('event: ping\ndata: {}\n\n'), PING_EVERY_MS)
      open.add(stream.end)
      openBy.set(person, (openBy.get(person) ?? 0) + 1)
      reply.raw.on('close', () => {
        clearInterval(ping)
        stop()
        open.delete(stream.end)
        openBy.set(person, (openBy.get(person) ?? 1) - 1)
        if (openBy.get(person) === 0) openBy.delete(person)
      })
      return reply
    },
  )
}

/** The header wins: the browser sets it by itself when it comes back, and it is the newer of the two. */
function resumeAfter(request: FastifyRequest, after: string | undefined): bigint | null {
  const header = request.headers['last-event-id']
  const text = typeof header === 'string' && header !== '' ? header : after
  if (text === undefined) return null
  if (!EventNumber.safeParse(text).success) {
    throw new AppError('request_invalid', undefined, { fields: { 'Last-Event-ID': 'not a number of ours' } })
  }
  return BigInt(text)
}

function openStream(reply: FastifyReply): { write: (text: string) => void; end: () => void } {
  reply.hijack()
  const { raw } = reply
  const headers = reply.getHeaders()
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // Tells nginx and its like not to hold the stream back.
    'x-accel-buffering': 'no',
  })
  raw.socket?.setNoDelay(true)
  const end = (): void => {
    raw.end()
    raw.destroy()
  }
  return {
    write: (text) => {
      if (raw.destroyed) return
      raw.write(text)
      if (raw.writableLength > MAX_BUFFERED_BYTES) end()
    },
    end,
  }
}
