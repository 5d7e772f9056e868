import { AppError } from '@tienve/contracts'
import { inMarket, type Tx } from '@tienve/db'
import { and, eq, sql } from 'drizzle-orm'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createHash } from 'node:crypto'
import { leaveEntries } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { actorOf } from '../http/guard.ts'
import type { Actor } from '../http/types.ts'
import { idempotencyKey } from './tables.ts'

const KEY_MAX_LENGTH = 200

/**
 * Runs a creating request once per Idempotency-Key: its answer is stored in the transaction of its effect, so either
 * both exist or neither. The same key and body get the first answer again; another body is refused (422), and a
 * first try that is still under way too (409). Its entry in the audit trail is the last statement. Without the header every request is a new one. `toKeep` is what is stored of the
 * answer, where a part of it is not for keeping.
 */
export async function createOnce<T>(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Tx, actor: Actor) => Promise<T>,
  status = 201,
  toKeep: (answer: T) => T = (answer) => answer,
): Promise<T> {
  const actor = actorOf(request)
  const key = keyOf(request)
  void reply.code(status)
  return inMarket(ctx.db, actor.marketId, async (tx) => {
    if (key === null) {
      const answer = await work(tx, actor)
      await leaveEntries(ctx, tx, actor, answer)
      return answer
    }
    const name = {
      marketId: actor.marketId,
      principal: actor.userId,
      route: `${request.method} ${request.url}`,
      key,
    }
    const bodyHash = createHash('sha256')
      .update(JSON.stringify(request.body ?? null))
      .digest()
    await lockKey(tx, Object.values(name).join('\n'))
    const first = await findAnswer(tx, name)
    if (first !== null) {
      if (!first.bodyHash.equals(bodyHash)) throw new AppError('idempotency_key_reused')
      // The stored answer was made by this same route, so it has this route's type.
      return first.answer as T
    }
    const answer = await work(tx, actor)
    const kept = { bodyHash, status, answer: toKeep(answer), createdAt: ctx.now() }
    await tx.insert(idempotencyKey).values({ ...name, ...kept })
    await leaveEntries(ctx, tx, actor, answer)
    return answer
  })
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || key.length === 0 || key.length > KEY_MAX_LENGTH) {
    throw new AppError('request_invalid', `Idempotency-Key must have 1 to ${KEY_MAX_LENGTH} characters`, {
      fields: { 'Idempotency-Key': `1 to ${KEY_MAX_LENGTH} characters` },
    })
  }
  return key
}

/** Held to the end of the transaction, and never waited for: a second try must not pile up behind a slow first. */
async function lockKey(tx: Tx, name: string): Promise<void> {
  const { rows } = await tx.execute<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as locked`,
  )
  if (rows[0]?.locked !== true) throw new AppError('idempotency_in_flight')
}

async function findAnswer(tx: Tx, name: { marketId: string; principal: string; route: string; key: string }) {
  const [row] = await tx
    .select({ bodyHash: idempotencyKey.bodyHash, answer: idempotencyKey.answer })
    .from(idempotencyKey)
    .where(
      and(
        eq(idempotencyKey.marketId, name.marketId),
        eq(idempotencyKey.principal, name.principal),
        eq(idempotencyKey.route, name.route),
        eq(idempotencyKey.key, name.key),
      ),
    )
  return row ?? null
}
