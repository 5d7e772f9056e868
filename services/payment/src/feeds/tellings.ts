import type { FeedEvent } from '@tienve/bank-feeds'
import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { addDays, dayOf, startOfDay } from '../days.ts'
import type { Via } from './intake.ts'
import {
  joinTellings,
  rankOf,
  REFERENCE_MS,
  squeezed,
  type Joined,
  type JoinedBy,
  type Movement,
  type Told,
} from './joining.ts'
import { LATEST_REVERSAL_DAYS } from '../payments/rules.ts'
import type { Undone } from './outgoing.ts'
import type { Fresh, Plan } from './plan.ts'
import { codesOf, type Bound } from './rules.ts'

/** An event that is new to us, with what is known of where it came from. */
export type Heard = Fresh & {
  provider: string
  via: Via
  hash: Buffer
  place: Bound | null
  /** What was said of it before, when it was held back: it is looked at again. */
  held: 'unconfirmed' | 'separate' | null
}

/** What becomes of an event: money of its own, another sighting of money that we have, or held back. */
export type Verdict =
  | { as: 'first' }
  | { as: 'same'; transactionId: string; joinedBy: JoinedBy }
  | { as: 'held'; held: 'ambiguous' | 'unconfirmed' }

/** Where it was seen: of each such place a movement is seen at most once. A statement's is the statement itself. */
export function sourceOf({
  via,
  connectionId,
  event,
}: Pick<Heard, 'via' | 'connectionId' | 'event'>): string {
  if (via === 'push') return connectionId
  return via === 'pull' ? `${connectionId}/pull` : (event.providerEventId.split(':')[0] ?? connectionId)
}

/**
 * Says of each movement told of whether it is one that we have. To be called with the market's lane held: two who asked at
 * the same moment would both find nothing. An account that a single feed pushes about is not asked for: there the provider's
 * own id has told repeats apart already.
 */
export async function joinHeard(
  tx: Tx,
  marketId: string,
  heard: readonly Heard[],
): Promise<Map<Heard, Verdict>> {
  const verdicts = new Map<Heard, Verdict>(heard.map((one) => [one, { as: 'first' }]))
  const asked = heard.filter(({ place, held }) => place !== null && !place.alone && held !== 'separate')
  if (asked.length === 0) return verdicts
  const movements = (await listMovements(tx, marketId, asked.map(windowOf))).map(toMovement)
  for (const [source, tellings] of Map.groupBy(heard.filter(isPlaced), sourceOf)) {
    const joined = joinTellings(
      tellings
        .filter((one) => asked.includes(one))
        .map((one) => ({ ...toldOf(one), id: one.transactionId, source })),
      movements,
    )
    for (const one of tellings) {
      const verdict = verdictOf(one, joined.get(one.transactionId))
      verdicts.set(one, verdict)
      // What another source of this batch tells of may be this one.
      if (verdict.as === 'first')
        movements.push({ ...toldOf(one), transactionId: one.transactionId, sources: new Set([source]) })
    }
  }
  return verdicts
}

/** A movement that a telling may be of. `why` is null where it is alike in account, direction and sum alone. */
export type Likely = {
  transactionId: string
  content: string
  reference: string | null
  occurredAt: Date
  why: JoinedBy | 'doubt' | null
  sightings: number
}

const MOST_LIKELY = 8
const SURENESS = ['reference', 'memo', 'count', 'doubt', null]

/** The movements that a telling may be of, the likeliest first: alike, within days, and not told of by its source yet. */
export async function listLikely(tx: Tx, marketId: string, one: Placed): Promise<Likely[]> {
  const told = toldOf(one)
  const source = sourceOf(one)
  const at = one.event.occurredAt.getTime()
  const window = {
    accountId: one.place.accountId,
    amountVnd: one.event.amount,
    from: new Date(at - REFERENCE_MS),
    to: new Date(at + REFERENCE_MS),
  }
  const apartMs = ({ occurredAt }: Likely): number => Math.abs(occurredAt.getTime() - at)
  return (await listMovements(tx, marketId, [window]))
    .filter((row) => toMovement(row).key === told.key && !row.sources.includes(source))
    .map((row): Likely => ({
      transactionId: row.id,
      content: row.content,
      reference: row.reference,
      occurredAt: row.occurred_at,
      why: rankOf(told, toMovement(row)),
      sightings: row.sources.length,
    }))
    .toSorted((a, b) => SURENESS.indexOf(a.why) - SURENESS.indexOf(b.why) || apartMs(a) - apartMs(b))
    .slice(0, MOST_LIKELY)
}

export type Placed = Heard & { place: Bound }

function isPlaced(one: Heard): one is Placed {
  return one.place !== null
}

function verdictOf({ place, via, held }: Placed, joined: Joined | undefined): Verdict {
  if (joined?.as === 'same') return joined
  if (joined?.as === 'ambiguous') return { as: 'held', held: 'ambiguous' }
  // A statement is the bank's own word, whoever is the account's feed.
  const believed = place.authoritative || via === 'statement' || held === 'separate'
  return believed ? { as: 'first' } : { as: 'held', held: 'unconfirmed' }
}

function toldOf({ provider, event, place }: Placed): Told {
  return {
    key: keyOf(place.accountId, event.kind === 'credit' ? 'in' : 'out', event.amount),
    provider,
    reference: squeezed(event.bankReference),
    memo: squeezed(event.content) ?? '',
    codes: codesText(event),
    occurredAt: event.occurredAt,
    precision: event.precision,
  }
}

function keyOf(accountId: string, direction: string, amountVnd: bigint): string {
  return `${accountId} ${direction} ${amountVnd}`
}

function codesText(of: Pick<FeedEvent, 'content' | 'codeHint'>): string {
  return codesOf(of).codes.toSorted().join()
}

type Window = { accountId: string; amountVnd: bigint; from: Date; to: Date }

/** Where the same movement may be found: within a provider's clock, or days around what is known by the day alone. */
function windowOf({ event, place, via }: Heard): Window {
  const around = { accountId: place?.accountId ?? '', amountVnd: event.amount }
  const midnight = startOfDay(dayOf(event.occurredAt))
  if (via === 'statement' || event.precision === 'day') {
    return {
      ...around,
      from: new Date(midnight.getTime() - REFERENCE_MS),
      to: new Date(startOfDay(addDays(dayOf(event.occurredAt), 1)).getTime() + REFERENCE_MS),
    }
  }
  return {
    ...around,
    from: new Date(event.occurredAt.getTime() - CLOCK_MS),
    to: new Date(event.occurredAt.getTime() + CLOCK_MS),
  }
}

/** As far apart as two clocks are ever compared (see joining.ts). */
const CLOCK_MS = 10 * 60_000

type MovementRow = {
  id: string
  account_id: string
  direction: string
  amount_vnd: bigint
  reference: string | null
  content: string
  code_hint: string | null
  occurred_at: Date
  precision: 'second' | 'day'
  provider: string
  sources: string[]
}

/** Movements in these windows, and those of the same sum of which the same day alone is known. */
async function listMovements(tx: Tx, marketId: string, windows: readonly Window[]): Promise<MovementRow[]> {
  const column = (pick: (window: Window) => unknown) => sql.param(windows.map(pick))
  const { rows } = await tx.execute<Omit<MovementRow, 'occurred_at'> & { occurred_at: string }>(sql`
    with w as (
      select * from unnest(${column((w) => w.accountId)}::text[], ${column((w) => w.amountVnd)}::bigint[],
        ${column((w) => w.from.toISOString())}::timestamptz[], ${column((w) => w.to.toISOString())}::timestamptz[],
        ${column((w) => startOfDay(dayOf(w.to)).toISOString())}::timestamptz[])
        as w (account_id, amount_vnd, from_at, to_at, midnight))
    select b.id, b.account_id, b.direction, b.amount_vnd, b.reference, b.content, b.provider ->> 'codeHint' as code_hint,
      b.occurred_at, b.precision, c.provider,
      array(select s.source from sighting s where s.market_id = b.market_id and s.bank_transaction_id = b.id) as sources
    from (
      select b.id from w join bank_transaction b on b.market_id = ${marketId} and b.account_id = w.account_id
        and b.amount_vnd = w.amount_vnd and b.occurred_at between w.from_at and w.to_at
      union
      select b.id from w join bank_transaction b on b.market_id = ${marketId} and b.account_id = w.account_id
        and b.amount_vnd = w.amount_vnd and b.occurred_at = w.midnight) found
    join bank_transaction b on b.market_id = ${marketId} and b.id = found.id
    join connection c on c.market_id = b.market_id and c.id = b.connection_id
    order by b.occurred_at, b.id`)
  return rows.map((row) => ({ ...row, occurred_at: new Date(row.occurred_at) }))
}

function toMovement(row: MovementRow): Movement {
  return {
    transactionId: row.id,
    key: keyOf(row.account_id, row.direction, row.amount_vnd),
    provider: row.provider,
    reference: squeezed(row.reference),
    memo: squeezed(row.content) ?? '',
    codes: codesText({ content: row.content, codeHint: row.code_hint }),
    occurredAt: row.occurred_at,
    precision: row.precision,
    sources: new Set(row.sources),
  }
}

const UNDONE_MS = LATEST_REVERSAL_DAYS * 86_400_000

/**
 * The money in that each of these movements out undoes, be it of the same batch: of the same account, sum and reference, not
 * long before it, and the only one not undone yet. By the outgoing event's transaction id; the rest undo nothing that we know of.
 */
export async function findUndone(
  tx: Tx,
  marketId: string,
  outgoing: readonly Heard[],
  credits: readonly Heard[],
  payments: Plan['payments'],
): Promise<Map<string, Undone>> {
  const asked = outgoing.filter(isPlaced).filter(({ event }) => squeezed(event.bankReference) !== null)
  if (asked.length === 0) return new Map()
  const column = (pick: (one: Placed) => unknown) => sql.param(asked.map(pick))
  const { rows } = await tx.execute<UndoneRow>(sql`
    select o.id as out_id, b.id, b.reference, p.id as payment_id, p.purpose, p.stall_id
    from unnest(${column((one) => one.transactionId)}::text[], ${column((one) => one.place.accountId)}::text[],
      ${column((one) => one.event.amount)}::bigint[], ${column((one) => one.event.occurredAt.toISOString())}::timestamptz[])
      as o (id, account_id, amount_vnd, at)
    join bank_transaction b on b.market_id = ${marketId} and b.account_id = o.account_id and b.amount_vnd = o.amount_vnd
      and b.direction = 'in' and b.occurred_at between o.at - ${UNDONE_MS} * interval '1 ms' and o.at
      and not exists (select from bank_transaction r where r.market_id = b.market_id and r.reverses_id = b.id)
    left join payment p on p.market_id = b.market_id and p.bank_transaction_id = b.id`)
  const references = new Map(
    asked.map(({ transactionId, event }) => [transactionId, squeezed(event.bankReference)]),
  )
  rows.push(...asked.flatMap((one) => undoneInBatch(one, credits, payments)))
  const same = rows.filter((row) => squeezed(row.reference) === references.get(row.out_id))
  const undone = new Map<string, Undone>()
  const taken = new Set<string>()
  for (const [outId, found] of Map.groupBy(same, ({ out_id }) => out_id)) {
    const [one] = found
    if (found.length !== 1 || one === undefined || taken.has(one.id)) continue
    taken.add(one.id)
    undone.set(outId, {
      transactionId: one.id,
      paymentId: one.payment_id,
      purpose: one.purpose,
      stallId: one.stall_id,
    })
  }
  return undone
}

type UndoneRow = {
  out_id: string
  id: string
  reference: string | null
  payment_id: string | null
  purpose: string | null
  stall_id: string | null
}

/** What a bank takes back at once may be heard together with it, and is not in the database yet. */
function undoneInBatch(out: Placed, credits: readonly Heard[], payments: Plan['payments']): UndoneRow[] {
  return credits
    .filter(
      ({ place, event }) => place?.accountId === out.place.accountId && event.amount === out.event.amount,
    )
    .filter(({ event }) => {
      const apartMs = out.event.occurredAt.getTime() - event.occurredAt.getTime()
      return apartMs >= 0 && apartMs <= UNDONE_MS
    })
    .map(({ transactionId, event }) => {
      const paid = payments.find(({ bankTransactionId }) => bankTransactionId === transactionId)
      return {
        out_id: out.transactionId,
        id: transactionId,
        reference: event.bankReference,
        payment_id: paid?.id ?? null,
        purpose: paid?.purpose ?? null,
        stall_id: paid?.stallId ?? null,
      }
    })
}
