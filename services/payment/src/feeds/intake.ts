import { AppError } from '@tienve/contracts'
import { newId, type Db } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import type { Log } from '../context.ts'

/** Postgres channel on which the intake tells workers that something was stored, and in which market. */
export const INBOX_CHANNEL = 'tv_inbox'

/** More than this in memory means that the database is not keeping up: better to send the next ones away for a while. */
const MAX_WAITING = 5_000
const MAX_BATCH = 500
const RETRY_AFTER_SECONDS = 5

export type Message = {
  marketId: string
  connectionId: string
  provider: string
  keyId: string
  contentType: string
  rawBody: Buffer
  /** The headers its signature came in. */
  proof: Record<string, string> | null
  receivedAt: Date
  /** `push` unless said. */
  via?: Via
}

/** How a message came to us: sent, fetched, or out of a statement that was brought or delivered. */
export const VIAS = ['push', 'pull', 'statement'] as const
export type Via = (typeof VIAS)[number]

type Waiting = {
  message: Message
  resolve: (outcome: 'stored' | 'duplicate') => void
  reject: (error: Error) => void
}

export type Intake = {
  /** Resolves once the message's bytes are committed, never before. Errors: `intake_unavailable`. */
  store(message: Message): Promise<'stored' | 'duplicate'>
  /** Waits until everything taken in is committed. */
  drain(): Promise<void>
}

/**
 * Stores messages in groups: whatever arrives while a commit is under way goes into the next one together. A lone
 * message is committed at once and a storm costs few commits, with no timer to tune. `wake` hears in which markets
 * something was stored, and tells the workers of all processes unless there is a shorter way.
 */
export function createIntake(
  { db, log }: { db: Db; log: Log },
  wake = (marketIds: readonly string[]): void => void notifyWorkers(db, marketIds).catch(() => {}),
): Intake {
  const waiting: Waiting[] = []
  let running: Promise<void> | null = null

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_BATCH)
      try {
        const stored = await storeBatch(db, batch)
        for (const one of batch) one.resolve(stored.has(one.message) ? 'stored' : 'duplicate')
        // After the commit and not in it: a notification inside would put every commit behind one lock.
        wake([...new Set(batch.map(({ message }) => message.marketId))])
      } catch (error) {
        log.error(
          { err: error, count: batch.length },
          'messages could not be stored; their senders were told so',
        )
        const refusal = new AppError('intake_unavailable', undefined, {
          cause: error,
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        })
        for (const one of batch) one.reject(refusal)
      }
    }
    running = null
  }

  return {
    store: (message) => {
      if (waiting.length >= MAX_WAITING) {
        return Promise.reject(
          new AppError('intake_unavailable', 'Too many messages are waiting', {
            retryAfterSeconds: RETRY_AFTER_SECONDS,
          }),
        )
      }
      return new Promise((resolve, reject) => {
        waiting.push({ message, resolve, reject })
        running ??= run()
      })
    },
    drain: async () => {
      await running
    },
  }
}

async function notifyWorkers(db: Db, marketIds: readonly string[]): Promise<void> {
  await db.orm.execute(
    sql`select pg_notify(${INBOX_CHANNEL}, market_id) from unnest(${sql.param(marketIds)}::text[]) as m (market_id)`,
  )
}

/** Commits a batch in one statement; answers the messages that were new. */
async function storeBatch(db: Db, batch: readonly Waiting[]): Promise<Set<Message>> {
  const byId = new Map(batch.map(({ message }) => [newId('inb'), message]))
  const messages = [...byId.values()]
  const column = (pick: (message: Message) => unknown) => sql.param(messages.map(pick))
  const { rows } = await db.orm.execute<{ id: string }>(sql`
    select intake_store as id from intake_store(
      ${column((m) => m.marketId)}::text[], ${sql.param([...byId.keys()])}::text[],
      ${column((m) => m.connectionId)}::text[], ${column((m) => m.provider)}::text[],
      ${column((m) => m.keyId)}::text[], ${column((m) => m.contentType)}::text[],
      ${column((m) => m.rawBody)}::bytea[], ${column((m) => digestOf(m.rawBody))}::bytea[],
      ${column((m) => (m.proof === null ? null : JSON.stringify(m.proof)))}::jsonb[],
      ${column((m) => m.receivedAt.toISOString())}::timestamptz[], ${column((m) => m.via ?? 'push')}::text[])`)
  const stored = new Set<Message>()
  for (const { id } of rows) {
    const message = byId.get(id)
    if (message !== undefined) stored.add(message)
  }
  return stored
}

function digestOf(rawBody: Buffer): Buffer {
  return createHash('sha256').update(rawBody).digest()
}
