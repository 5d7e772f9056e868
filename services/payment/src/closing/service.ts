import {
  AppError,
  Day,
  type ClosedDay,
  type ClosedDayPage,
  type CloseDay,
  type DayCheck,
  type LedgerSeal,
  type LedgerSealPage,
  type LedgerVerify,
} from '@tienve/contracts'
import { inMarket, type Tx } from '@tienve/db'
import {
  closeDay,
  findClose,
  findSealsOf,
  keyIdOf,
  listCloses,
  listSeals,
  NONE_CLOSED,
  sealToText,
  verifyMarket,
  type Close,
  type DaySeen,
  type Seal,
  type SealPlace,
} from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { addDays, dayOf, toMoment } from '../days.ts'
import { cutPageBy, notACursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { getReconciliation } from '../reconciliation/service.ts'
import { countFeeds, sumOpenSuspense } from '../reports/repository.ts'
import { getTrialBalance } from '../books/service.ts'
import { checkSources } from '../origin/service.ts'
import { dayReportPdf } from './report.ts'
import { countTxns, findBounds, findClosedAs, findMarket, findTxnCount, findUserNames } from './repository.ts'

/** Postgres channel on which a closing asks for its seal. A lost notice costs a minute. */
export const CLOSED_CHANNEL = 'tv_closed'

/** More open days than this are not added up one by one for a screen: the board has not closed for two months. */
const MAX_OPEN_DAYS = 62

/** Recomputing this many txns takes some twenty seconds. */
const LONG_LEDGER_TXNS = 1_000_000n

/** What has to be seen before a day is closed: money in suspense, feeds not heard, and the difference to the banks. */
export async function getDayCheck(ctx: Context, tx: Tx, marketId: string, day: string): Promise<DayCheck> {
  const { closedThrough, isClosed, openDays } = await findOpenDays(tx, marketId, day)
  const seen = await readSeen(tx, marketId, [...openDays, day])
  return {
    day,
    isClosed,
    blockedBy: isClosed ? 'day_already_closed' : day > dayOf(ctx.now()) ? 'day_not_begun' : null,
    openDays,
    txnCount: isClosed ? 0 : await countTxns(tx, marketId, closedThrough, day),
    ...toJson(seen),
  }
}

/**
 * Closes a day, and those before it that are still open. Whoever closes it says what was on the screen; when the figures
 * have changed since, nothing is closed. Errors: `day_invalid`, `day_already_closed`, `day_changed`.
 */
export async function closeDayAs(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  day: string,
  input: CloseDay,
): Promise<ClosedDay> {
  const { marketId } = actor
  const { isClosed, openDays } = await findOpenDays(tx, marketId, day)
  if (day > dayOf(ctx.now()))
    throw new AppError('day_invalid', undefined, { fields: { day: 'has not begun' } })
  if (isClosed) throw new AppError('day_already_closed')
  const seen = await readSeen(tx, marketId, [...openDays, day])
  const now = toJson(seen)
  const changed = Object.entries(now).filter(([name, value]) => input.seen[name as keyof DaySeen] !== value)
  if (changed.length > 0) {
    const fields = Object.fromEntries(changed.map(([name, value]) => [`seen.${name}`, `now ${value}`]))
    throw new AppError('day_changed', undefined, { fields })
  }
  await tx.execute(sql`select pg_notify(${CLOSED_CHANNEL}, ${marketId})`)
  await closeDay(tx, marketId, day, { by: actor.userId, seen })
  const closed = await findClose(tx, marketId, day)
  // Somebody else was faster, and closed this day or a later one.
  if (closed === undefined || closed.closedBy !== actor.userId) throw new AppError('day_already_closed')
  return toClosedDay(closed, undefined, await findUserNames(tx, marketId, [closed.closedBy]))
}

/** The closed days, the newest first, each with what was seen and the seal that covers it. */
export async function getClosedDays(
  ctx: Context,
  tx: Tx,
  marketId: string,
  query: { cursor?: string | undefined; limit: number },
): Promise<ClosedDayPage> {
  if (query.cursor !== undefined && !Day.safeParse(query.cursor).success) throw notACursor()
  const closes = await listCloses(tx, marketId, { after: query.cursor, limit: query.limit + 1 })
  const { rows, nextCursor } = cutPageBy(closes, query.limit, (last) => last.businessDay)
  const { closedThrough } = await findBounds(tx, marketId)
  return {
    today: dayOf(ctx.now()),
    closedThrough,
    items: await toClosedDays(tx, marketId, rows),
    nextCursor,
  }
}

/** One closed day with its seal. Errors: `not_found`. */
async function getClosedDay(tx: Tx, marketId: string, day: string): Promise<ClosedDay> {
  const close = await findClose(tx, marketId, day)
  const [closed] = close === undefined ? [] : await toClosedDays(tx, marketId, [close])
  if (closed === undefined) throw new AppError('not_found')
  return closed
}

/** The closing that a day is part of, its own or that of a later day that it was closed with; null while it is open. */
export async function findClosedDayOf(tx: Tx, marketId: string, day: string): Promise<ClosedDay | null> {
  const closedAs = await findClosedAs(tx, marketId, day)
  return closedAs === null ? null : getClosedDay(tx, marketId, closedAs)
}

/** The printed report of a closed day. Errors: `not_found` while it is open. */
export async function getDayReport(ctx: Context, marketId: string, day: string): Promise<Buffer> {
  const printed = await inMarket(ctx.db, marketId, async (tx) => {
    const closed = await getClosedDay(tx, marketId, day)
    const market = await findMarket(tx, marketId)
    if (market === undefined) throw new AppError('not_found')
    const from = await findFirstDayOf(tx, marketId, day)
    const moved = await getTrialBalance(tx, marketId, { from, to: day })
    return { closed, moved, market }
  })
  const { closed, moved, market } = printed
  return dayReportPdf(closed, moved, { marketName: market.name, demo: market.demo, madeAt: ctx.now() })
}

/** Seals of a market, the newest first, and the public keys that they can be checked with. */
export async function getSeals(
  ctx: Context,
  tx: Tx,
  marketId: string,
  query: { cursor?: string | undefined; limit: number },
): Promise<LedgerSealPage> {
  const seals = await listSeals(tx, marketId, { after: readPlace(query.cursor), limit: query.limit + 1 })
  const { rows, nextCursor } = cutPageBy(seals, query.limit, (last) => `${last.businessDay}.${last.height}`)
  return {
    items: rows.map(toSeal),
    nextCursor,
    publicKeys: ctx.config.sealPublicKeys.map((key) => ({
      keyId: keyIdOf(key),
      publicKey: key.toString('base64'),
    })),
  }
}

/** What a person who closes these days has before them. */
export async function readSeen(tx: Tx, marketId: string, days: readonly string[]): Promise<DaySeen> {
  const suspense = await sumOpenSuspense(tx, marketId)
  const feeds = await countFeeds(tx, marketId)
  let differenceVnd = 0n
  for (const day of days.slice(-MAX_OPEN_DAYS)) {
    differenceVnd += BigInt((await getReconciliation(tx, marketId, day)).differenceVnd)
  }
  return {
    suspenseCount: suspense.count,
    suspenseVnd: suspense.amountVnd,
    differenceVnd,
    deafCount: feeds.deaf,
  }
}

/**
 * Recomputes a market's ledger: from the first row, or from the newest seal; when nothing is said, a ledger of more than a
 * million txns from its newest seal, so that a screen gets its answer. The seal file is not here: the command line has it.
 */
export async function getVerification(
  ctx: Context,
  marketId: string,
  asked: 'start' | 'seal' | undefined,
): Promise<LedgerVerify> {
  const txnCount = await inMarket(ctx.db, marketId, (tx) => findTxnCount(tx, marketId))
  const from = asked ?? (txnCount > LONG_LEDGER_TXNS ? 'seal' : 'start')
  const found = await verifyMarket(ctx.db, marketId, { from, publicKeys: ctx.config.sealPublicKeys })
  const { sealed } = found
  const fromSeq = from === 'start' ? 0n : txnCount - found.unsealed
  const sources = await inMarket(ctx.db, marketId, (tx) => checkSources(tx, marketId, fromSeq))
  const firstWrong = found.firstWrong ?? sources.firstWrong
  return {
    ok: firstWrong === undefined,
    transfers: found.transfers,
    blocks: found.blocks,
    fromHeight: Number(found.fromHeight),
    sealed:
      sealed === null
        ? null
        : {
            height: Number(sealed.height),
            closedThrough: closedThroughOf(sealed.businessDay),
            sealedAt: toMoment(sealed.sealedAt),
            count: sealed.count,
          },
    unsealed: Number(found.unsealed),
    sources: { checked: sources.checked, erased: sources.erased },
    ...(firstWrong === undefined ? {} : { firstWrong }),
  }
}

function toJson(seen: DaySeen) {
  return {
    suspenseCount: seen.suspenseCount,
    suspenseVnd: vndToJson(seen.suspenseVnd),
    differenceVnd: vndToJson(seen.differenceVnd),
    deafCount: seen.deafCount,
  }
}

/** Whether a day is closed, and the days before it that are still open and would be closed with it. */
async function findOpenDays(tx: Tx, marketId: string, day: string) {
  const { closedThrough, firstDay } = await findBounds(tx, marketId)
  const openDays: string[] = []
  const first = closedThrough === null ? (firstDay ?? day) : addDays(closedThrough, 1)
  for (let one = first; one < day; one = addDays(one, 1)) openDays.push(one)
  return { closedThrough, isClosed: closedThrough !== null && day <= closedThrough, openDays }
}

/** The first of the days that were closed together with this one: it has no closing of its own, and no report. */
async function findFirstDayOf(tx: Tx, marketId: string, day: string): Promise<string> {
  const [before] = await listCloses(tx, marketId, { after: day, limit: 1 })
  if (before !== undefined) return addDays(before.businessDay, 1)
  const { firstDay } = await findBounds(tx, marketId)
  return firstDay !== null && firstDay < day ? firstDay : day
}

/** Closed days with the names of those who closed them and the seal that covers each. */
async function toClosedDays(tx: Tx, marketId: string, closes: readonly Close[]): Promise<ClosedDay[]> {
  const seals = await findSealsOf(tx, marketId, closes)
  const names = await findUserNames(tx, marketId, [...new Set(closes.map(({ closedBy }) => closedBy))])
  return closes.map((close) => toClosedDay(close, seals.get(close.businessDay), names))
}

function toClosedDay(close: Close, seal: Seal | undefined, names: ReadonlyMap<string, string>): ClosedDay {
  return {
    day: close.businessDay,
    height: Number(close.height),
    closedAt: toMoment(close.closedAt),
    closedBy: names.get(close.closedBy) ?? close.closedBy,
    seal: seal === undefined ? null : toSeal(seal),
    ...toJson(close),
  }
}

/** A page of seals ends with `<last closed day>.<height>`. */
function readPlace(cursor: string | undefined): SealPlace | undefined {
  if (cursor === undefined) return undefined
  const [, businessDay, height] = /^(.{10})\.(\d{1,18})$/.exec(cursor) ?? []
  if (height === undefined || !Day.safeParse(businessDay).success) throw notACursor()
  return { businessDay: businessDay ?? '', height: BigInt(height) }
}

function toSeal(seal: Seal): LedgerSeal {
  return {
    height: Number(seal.height),
    closedThrough: closedThroughOf(seal.businessDay),
    hash: seal.hash.toString('hex'),
    keyId: seal.keyId,
    sealedAt: toMoment(seal.sealedAt),
    text: sealToText(seal),
  }
}

function closedThroughOf(businessDay: string): string | null {
  return businessDay === NONE_CLOSED ? null : businessDay
}
