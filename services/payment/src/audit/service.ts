import { inMarket, type Tx } from '@tienve/db'
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { doorOfRequest, sessionOf } from '../http/doors.ts'
import type { Actor, App, Asked, Change, Origin } from '../http/types.ts'
import { appendEntry } from './repository.ts'
import { actionOf, conceal, digestOf, NOT_IN_TRAIL, protect } from './rules.ts'

/** So much of the digest of a session's token names the session; it opens nothing. */
const SESSION_ID_LENGTH = 16

/**
 * Runs a change in one transaction inside the actor's market and leaves its entries in the audit trail as the last statement:
 * both exist or neither. Every guarded route that changes something goes through this or through `createOnce`, which does the same.
 */
export async function inChange<T>(
  ctx: Pick<Context, 'db' | 'now'>,
  actor: Actor,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return inMarket(ctx.db, actor.marketId, async (tx) => {
    // Of a transaction before it that failed nothing is left to say.
    actor.asked?.changes.splice(0)
    actor.asked?.looks.splice(0)
    const answer = await work(tx)
    await leaveEntries(ctx, tx, actor, answer)
    return answer
  })
}

/** Says of the change under way what the request does not say: what was before, or whom else it is about. */
export function noteChange({ asked }: Actor, change: Change): void {
  asked?.changes.push(change)
}

/** Says that the answer under way names stalls. It is noted at the end too, since the trail is locked after the books. */
export function noteLook({ asked }: Actor, what: string, stallIds: readonly string[]): void {
  const [first] = stallIds
  if (first === undefined) return
  const object = stallIds.length === 1 ? { kind: 'stalls', id: first } : { kind: 'looks', id: what }
  asked?.looks.push({ action: 'looks.named', object, after: { what, stalls: stallIds } })
}

/**
 * Leaves an entry for each change that was noted, or one that says what was asked for where none was. The last statement of a
 * transaction: from here on the trail of the market is locked.
 */
export async function leaveEntries(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  answer: unknown,
): Promise<void> {
  const { asked } = actor
  if (asked === undefined) return
  const noted = asked.changes.splice(0)
  for (const change of noted.length === 0 ? [{}] : noted)
    await leaveEntry(ctx, tx, actor, asked, change, answer)
  await leaveLooks(ctx, tx, actor, asked)
}

async function leaveLooks(ctx: Pick<Context, 'now'>, tx: Tx, actor: Actor, asked: Asked): Promise<void> {
  for (const look of asked.looks.splice(0))
    await leaveEntry(ctx, tx, actor, asked, { stallId: null, ...look }, null)
}

async function leaveEntry(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  asked: Asked,
  change: Change,
  answer: unknown,
): Promise<void> {
  const kind = change.object?.kind ?? asked.object.kind
  const id = change.object?.id ?? asked.object.id ?? textIn(answer, 'id') ?? actor.marketId
  const stallId =
    change.stallId ??
    (kind === 'stalls' ? id : (textIn(answer, 'stallId') ?? textIn(asked.body, 'stallId') ?? actor.stallId))
  await append(ctx, tx, actor.marketId, {
    by: actor,
    from: asked,
    action: change.action ?? asked.action,
    object: { kind, id },
    stallId,
    before: change.before,
    after: change.after ?? (isPlainObject(asked.body) ? asked.body : undefined),
    open: change.open,
  })
}

/** Appends one entry. `by` is null where nobody was logged in; see `Change` for the rest. */
export async function append(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  entry: {
    by: Pick<Actor, 'userId' | 'role'> | null
    from: Origin
    action: string
    object: { kind: string; id: string }
    stallId: string | null
    before?: object | undefined
    after?: object | undefined
    open?: readonly string[] | undefined
  },
): Promise<void> {
  const { by, from, object, open } = entry
  const about = entry.stallId ?? object.id
  const before = entry.before === undefined ? null : protect(entry.before, 'before', about, open)
  const after = entry.after === undefined ? null : protect(entry.after, 'after', about, open)
  const address = conceal('origin', by?.userId ?? object.id, from.address)
  await appendEntry(
    tx,
    marketId,
    {
      at: ctx.now(),
      actorId: by?.userId ?? null,
      actorRole: by?.role ?? 'unknown',
      action: entry.action,
      objectKind: object.kind,
      objectId: object.id,
      stallId: entry.stallId,
      requestId: from.requestId,
      route: from.route,
      origin: digestOf(address),
      sessionId: from.sessionId,
      before: before?.json ?? null,
      after: after?.json ?? null,
    },
    [address, ...(before?.values ?? []), ...(after?.values ?? [])],
  )
}

/** Where a request comes from. */
export function originOf(request: FastifyRequest): Origin {
  const cookie = sessionOf(request)
  return {
    requestId: request.id,
    route: `${request.method} ${doorOfRequest(request).prefix}${request.routeOptions.url ?? ''}`,
    // A socket that is gone already has no address.
    address: request.ip ?? 'gone',
    sessionId: cookie === undefined ? null : sessionIdOf(cookie),
  }
}

/** The name of a session by its token. */
export function sessionIdOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, SESSION_ID_LENGTH)
}

/** A guarded request, for its actor; nothing where it leaves no entry. Its body is not read yet, and is asked for at the end. */
export function askedBy(request: FastifyRequest): Asked | undefined {
  const { method, routeOptions } = request
  if (NOT_IN_TRAIL[`${method} ${routeOptions.url}`] !== undefined) return undefined
  const { action, kind, params } = actionOf(method, routeOptions.url ?? '')
  return {
    ...originOf(request),
    action,
    object: { kind, id: params.map((name) => textIn(request.params, name)).join('/') || null },
    get body() {
      return request.body
    },
    changes: [],
    looks: [],
  }
}

/**
 * Leaves an entry for every file that somebody takes away and every look at a named stall, before the first byte is sent: what
 * cannot be noted is not given out.
 */
export function addReadingTrail(app: App, ctx: Context): void {
  app.addHook('onSend', async (request, reply) => {
    const { actor, query } = request
    const { asked } = actor ?? {}
    if (actor === null || asked === undefined || request.method !== 'GET' || reply.statusCode >= 300) return
    const name = fileNameOf(reply)
    if (name === null && asked.looks.length === 0) return
    await inMarket(ctx.db, actor.marketId, async (tx) => {
      await leaveLooks(ctx, tx, actor, asked)
      if (name === null) return
      const file: Change = { action: 'files.download', object: { kind: 'files', id: name } }
      await leaveEntry(ctx, tx, actor, asked, isPlainObject(query) ? { ...file, after: query } : file, null)
    })
  })
}

function fileNameOf(reply: FastifyReply): string | null {
  return (
    /^attachment; filename="(.+)"$/.exec(String(reply.getHeader('content-disposition') ?? ''))?.[1] ?? null
  )
}

function textIn(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null
  const found: unknown = Object.getOwnPropertyDescriptor(value, name)?.value
  return typeof found === 'string' && found !== '' ? found : null
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}
