import {
  AppError,
  NOTICE_CHANNELS,
  NOTICE_DROP_REASONS,
  NOTICE_KINDS,
  type CreatePushSubscription,
  type NoticePage,
  type NoticeState,
  type OutboxPage,
  type ReminderPlan,
  type RemindersQueued,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { createHash } from 'node:crypto'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { addDays, dayOf, startOfDay, toMoment } from '../days.ts'
import { seal } from '../feeds/secrets.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { findEventRange } from '../live/repository.ts'
import { pushContext } from './channels.ts'
import * as repository from './repository.ts'
import { isPushService, noticeStateOf, outsideQuiet } from './rules.ts'
import { textOf, type NoticeWords } from './words.ts'

type Paging = { cursor?: string | undefined; limit: number }
type Told = Omit<repository.NewNotice, 'id' | 'channel'>

/** How far back the outbox is counted. */
const COUNTED_DAYS = 30

/**
 * Writes what stalls are to be told, in the transaction of what happened. The worker shows it in the app when it is due, and
 * then sends it on by every channel on which the stall can be reached. Nothing is told twice: `dedupeKey` names what
 * happened. Answers how many are new.
 */
export async function queueNotices(tx: Tx, marketId: string, told: readonly Told[]): Promise<number> {
  return repository.insertNotices(
    tx,
    marketId,
    told.map((one) => ({ ...one, id: newId('ntc'), channel: 'app' })),
  )
}

/** What a stall was told, the newest first, and how much of it is unread. */
export async function getNotices(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  marketId: string,
  stallId: string,
  query: Paging,
): Promise<NoticePage> {
  const found = await repository.listTold(tx, marketId, stallId, {
    limit: query.limit,
    after: readCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPage(found, query.limit)
  return {
    items: rows.map(({ id, kind, words, occurredAt, readAt }) => {
      const known = readOne(NOTICE_KINDS, kind)
      return {
        id,
        kind: known,
        ...textOf(known, words),
        chargeId: words.chargeId ?? null,
        sentAt: toMoment(occurredAt),
        readAt: readAt === null ? null : toMoment(readAt),
      }
    }),
    nextCursor,
    unread: await repository.countUnread(tx, marketId, stallId),
    pushKey: ctx.config.push?.vapid.publicKey ?? null,
  }
}

/**
 * Keeps where to wake a person's browser, sealed, and what for; of money, from now on. It goes with the session of its device. Errors: `push_not_possible` (push is off, or the address
 * is no push service's).
 */
export async function subscribe(
  ctx: Pick<Context, 'config' | 'now'>,
  tx: Tx,
  { marketId, userId, stallId }: Actor,
  deviceId: string,
  { about, ...subscription }: CreatePushSubscription,
): Promise<{ id: string }> {
  const { push, masterKey } = ctx.config
  if (push === null || !isPushService(subscription.endpoint, push.hosts)) {
    throw new AppError('push_not_possible')
  }
  const id = newId('psh')
  await repository.replaceSubscription(tx, {
    marketId,
    id,
    userId,
    deviceId,
    endpointHash: createHash('sha256').update(subscription.endpoint).digest(),
    ciphertext: seal(masterKey, JSON.stringify(subscription), pushContext(marketId, id)),
    createdAt: ctx.now(),
    notices: about?.notices ?? true,
    arrivalsAfter:
      about?.arrivals === true && stallId !== null
        ? (await findEventRange(tx, marketId, stallId)).last
        : null,
    restsAtNight: about?.restsAtNight ?? false,
  })
  return { id }
}

/** Whom a reminder sent now would go to, and when. */
export async function planReminders(
  ctx: Pick<Context, 'config' | 'now'>,
  tx: Tx,
  marketId: string,
): Promise<ReminderPlan> {
  const now = ctx.now()
  const quiet = await repository.findQuiet(tx, marketId)
  const owed = await repository.listOwed(tx, marketId, dayOf(now), 0)
  const byStall = Map.groupBy(owed.filter(canRemind), ({ stallId }) => stallId)
  const at = outsideQuiet(now, quiet)
  return {
    at: toMoment(at),
    isQuiet: at > now,
    quietFromHour: quiet.fromHour,
    quietToHour: quiet.toHour,
    stalls: [...byStall.values()].flatMap((charges) => {
      const [first] = charges
      if (first === undefined) return []
      const { stallId, stallCode, stallName } = first
      const overdueVnd = charges.reduce((sum, { outstandingVnd }) => sum + outstandingVnd, 0n)
      return [{ stallId, stallCode, stallName, charges: charges.length, overdueVnd: vndToJson(overdueVnd) }]
    }),
    disputed: owed.filter(({ disputed }) => disputed).length,
    remindedToday: owed.filter(({ disputed, remindedToday }) => !disputed && remindedToday).length,
    channels: ['app', ...channelsOn(ctx)],
  }
}

/** Reminds these stalls (all, when none is named) of what is past due: now, or when the quiet hours end. */
export async function sendReminders(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  stallIds: readonly string[] | null,
): Promise<RemindersQueued> {
  const now = ctx.now()
  const today = dayOf(now)
  const dueAt = outsideQuiet(now, await repository.findQuiet(tx, marketId))
  const asked = stallIds === null ? null : new Set(stallIds)
  const charges = (await repository.listOwed(tx, marketId, today, 0)).filter(
    (one) => canRemind(one) && (asked === null || asked.has(one.stallId)),
  )
  const told = charges.map((one) => reminderOf(one, `by_hand:${one.id}:${today}`, dueAt, now))
  return {
    charges: await queueNotices(tx, marketId, told),
    stalls: new Set(charges.map(({ stallId }) => stallId)).size,
    at: toMoment(dueAt),
  }
}

/** A reminder of a charge as it stands. */
export function reminderOf(
  charge: repository.OwedCharge,
  dedupeKey: string,
  dueAt: Date,
  createdAt: Date,
): Told {
  const { id: chargeId, stallId, period, dueOn, outstandingVnd, daysPastDue } = charge
  return {
    stallId,
    kind: daysPastDue > 0 ? 'overdue' : 'reminder',
    dedupeKey,
    words: { chargeId, period, dueOn, outstandingVnd: vndToJson(outstandingVnd) } satisfies NoticeWords,
    dueAt,
    createdAt,
  }
}

/** The outbox: what was sent, what waits, and what was not sent and why. */
export async function getOutbox(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  query: Paging & { state?: NoticeState | undefined },
): Promise<OutboxPage> {
  const since = addDays(dayOf(ctx.now()), -COUNTED_DAYS)
  const found = await repository.listOutbox(tx, marketId, query.state, {
    limit: query.limit,
    after: readCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPage(found, query.limit)
  return {
    items: rows.map((row) => ({
      id: row.id,
      stallCode: row.stallCode,
      kind: readOne(NOTICE_KINDS, row.kind),
      channel: readOne(NOTICE_CHANNELS, row.channel),
      state: noticeStateOf(row),
      createdAt: toMoment(row.occurredAt),
      dueAt: toMoment(row.dueAt),
      sentAt: row.sentAt === null ? null : toMoment(row.sentAt),
      dropReason: row.dropReason === null ? null : readOne(NOTICE_DROP_REASONS, row.dropReason),
      attempts: row.attempts,
      lastError: row.lastError,
    })),
    nextCursor,
    counts: await repository.countByState(tx, marketId, startOfDay(since)),
    since,
  }
}

function canRemind({ disputed, remindedToday }: repository.OwedCharge): boolean {
  return !disputed && !remindedToday
}

function channelsOn({ config }: Pick<Context, 'config'>): ('push' | 'email')[] {
  return [
    ...(config.push === null ? [] : (['push'] as const)),
    ...(config.smtp === null ? [] : (['email'] as const)),
  ]
}
