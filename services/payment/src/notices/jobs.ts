import { inMarket, newId, type Db, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { dayOf } from '../days.ts'
import type { Address, Channel, Message, Sent } from './channels.ts'
import * as repository from './repository.ts'
import type { DueNotice } from './repository.ts'
import { dropReasonOf, nextTry, outsideQuiet, reminderDayOf } from './rules.ts'
import { queueNotices, reminderOf } from './service.ts'
import { textOf } from './words.ts'

/** What the app shows costs one statement; what goes out waits for somebody else's machine, and holds a transaction. */
const IN_APP_PIECE = 500
const OUTSIDE_PIECE = 20

/** Who sends: its database, its clock, the channels that are set up, and where the app is. */
export type Sender = {
  db: Db
  now: () => Date
  channels: readonly Channel[]
  publicUrl: string
}

/** The first reminder comes this many days before a charge is due. */
const SOON_DAYS = 4

/**
 * Writes the reminders that the rules ask for today: each charge and rule day once. Never of a disputed charge, and never for
 * a day on or before the one on which the charge was issued.
 */
export async function queueReminders(
  { db, now }: Pick<Sender, 'db' | 'now'>,
  marketId: string,
): Promise<number> {
  return inMarket(db, marketId, async (tx) => {
    const at = now()
    const today = dayOf(at)
    const dueAt = outsideQuiet(at, await repository.findQuiet(tx, marketId))
    const owed = await repository.listOwed(tx, marketId, today, SOON_DAYS)
    const told = owed.flatMap((charge) => {
      const day = reminderDayOf(charge.daysPastDue)
      if (day === null || charge.disputed || charge.remindedToday) return []
      if (isBeforeIssue(charge, day, today)) return []
      return [reminderOf(charge, `reminder:${charge.id}:${day}`, dueAt, at)]
    })
    return queueNotices(tx, marketId, told)
  })
}

function isBeforeIssue(
  { issuedOn, daysPastDue }: repository.OwedCharge,
  reminderDay: number,
  today: string,
): boolean {
  const ago = daysPastDue - reminderDay
  return new Date(today).getTime() - ago * 86_400_000 <= new Date(issuedOn).getTime()
}

/**
 * Sends what is due in a market: first in the app, which is where each notice begins, then outside it. Two that send at once
 * share the work. What was cut short is sent again: once too often rather than never.
 */
export async function sendNotices(sender: Sender, marketId: string): Promise<number> {
  let count = 0
  for (const [send, most] of [
    [sendInApp, IN_APP_PIECE],
    [sendOutside, OUTSIDE_PIECE],
  ] as const) {
    for (;;) {
      const done = await inMarket(sender.db, marketId, (tx) => send(sender, tx, marketId))
      count += done
      if (done < most) break
    }
  }
  return count
}

/** Shows notices in the app, and writes one for each other channel on which their stall can be reached. */
async function sendInApp({ now, channels }: Sender, tx: Tx, marketId: string): Promise<number> {
  const at = now()
  const due = await repository.lockDue(tx, marketId, { inApp: true, now: at, limit: IN_APP_PIECE })
  if (due.length === 0) return 0
  const { kept, dropped } = sift(due)
  await repository.setDropped(tx, marketId, dropped, at)
  await repository.setSent(tx, marketId, kept, at)
  const dueAt = outsideQuiet(at, await repository.findQuiet(tx, marketId))
  const stallIds = [...new Set(kept.map(({ stallId }) => stallId))]
  for (const { channel, addressesOf } of channels) {
    const reached = new Set((await addressesOf(tx, marketId, stallIds, at)).map(({ stallId }) => stallId))
    await repository.insertNotices(
      tx,
      marketId,
      kept
        .filter(({ stallId }) => reached.has(stallId))
        .map(({ stallId, kind, dedupeKey, words }) => ({
          id: newId('ntc'),
          stallId,
          kind,
          channel,
          dedupeKey,
          words,
          dueAt,
          createdAt: at,
        })),
    )
  }
  return due.length
}

/** Sends notices by the other channels, a few at once; in the quiet hours none. */
async function sendOutside(sender: Sender, tx: Tx, marketId: string): Promise<number> {
  const at = sender.now()
  if (outsideQuiet(at, await repository.findQuiet(tx, marketId)) > at) return 0
  const due = await repository.lockDue(tx, marketId, { inApp: false, now: at, limit: OUTSIDE_PIECE })
  const { kept, dropped } = sift(due)
  await repository.setDropped(tx, marketId, dropped, at)
  const addresses = new Map<string, Address[]>()
  for (const { channel, addressesOf } of sender.channels) {
    const stallIds = kept.filter((one) => one.channel === channel).map(({ stallId }) => stallId)
    const found = stallIds.length === 0 ? [] : await addressesOf(tx, marketId, [...new Set(stallIds)], at)
    for (const one of found) {
      const key = `${channel} ${one.stallId}`
      addresses.set(key, [...(addresses.get(key) ?? []), one])
    }
  }
  const tried = await Promise.all(
    kept.map(async (one) => ({
      one,
      sent: await sendTo(sender, one, addresses.get(`${one.channel} ${one.stallId}`) ?? []),
    })),
  )
  for (const { one, sent } of tried) await note(tx, marketId, one, sent, at)
  return due.length
}

/** Sends one notice to every address of its stall. */
async function sendTo(
  { channels, publicUrl }: Sender,
  one: DueNotice,
  addresses: readonly Address[],
): Promise<{ address: Address; sent: Sent }[]> {
  const adapter = channels.find(({ channel }) => channel === one.channel)
  if (adapter === undefined) return []
  const message: Message = {
    ...textOf(one.kind, one.words),
    url: new URL('/m/?owe', publicUrl).href,
    tag: one.dedupeKey,
  }
  return Promise.all(
    addresses.map(async (address) => ({ address, sent: await adapter.send(address, message) })),
  )
}

/** Writes down what became of a notice: it was sent when one address took it, and is tried again when all failed. */
async function note(
  tx: Tx,
  marketId: string,
  one: DueNotice,
  tried: readonly { address: Address; sent: Sent }[],
  now: Date,
): Promise<void> {
  for (const { address, sent } of tried) {
    if (sent.state === 'gone' && address.id !== null) {
      await repository.deleteSubscription(tx, marketId, address.id)
    }
  }
  const failed = tried.flatMap(({ sent }) => (sent.state === 'failed' ? [sent.error] : []))
  if (tried.some(({ sent }) => sent.state === 'sent')) {
    await repository.setSent(tx, marketId, [one], now)
  } else if (failed[0] === undefined) {
    await repository.setDropped(tx, marketId, [{ id: one.id, reason: 'no_address' }], now)
  } else {
    const attempts = one.attempts + 1
    await repository.setFailed(tx, marketId, one.id, {
      attempts,
      lastError: failed[0],
      dueAt: nextTry(attempts, now),
      now,
    })
  }
}

/** Those for which there is still a reason, with the sum that is owed by now, and the others with why not. */
function sift(due: readonly DueNotice[]) {
  const kept: DueNotice[] = []
  const dropped: { id: string; reason: string }[] = []
  for (const one of due) {
    const reason = dropReasonOf(one.kind, one)
    if (reason !== null) dropped.push({ id: one.id, reason })
    else kept.push({ ...one, words: withOwed(one) })
  }
  return { kept, dropped }
}

function withOwed({ words, outstandingVnd }: DueNotice): DueNotice['words'] {
  return outstandingVnd === null ? words : { ...words, outstandingVnd: vndToJson(outstandingVnd) }
}
