import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, gte, lt, lte, or, sql, type SQL } from 'drizzle-orm'
import { bookOf } from './chart.ts'
import { ledgerTransfer, ledgerTxn } from './tables.ts'

export type TransferRow = {
  seq: bigint
  leg: number
  kind: string
  book: string
  debitAccount: string
  creditAccount: string
  amountVnd: bigint
  occurredAt: Date
  recordedAt: Date
  businessDay: string
  sourceKind: string
  sourceId: string
  sourceHash: Buffer | null
  reversesSeq: bigint | null
  /** The txn that took this one back, if one did. */
  reversedBySeq: bigint | null
  block: bigint
}

/** `after` is the last row of the page before, in the page's own order: oldest first unless `newestFirst`. */
export type Page<Cursor> = { after?: Cursor | undefined; limit: number; newestFirst?: boolean }

/**
 * What to look for in the journal, in equalities and ranges, since row-level security lets an index be used only by
 * operators that cannot leak a row. No index finds a kind or an amount: name days, a book or numbers as well, or all of
 * the journal is read.
 */
export type JournalFilter = {
  fromSeq?: bigint | undefined
  toSeq?: bigint | undefined
  fromDay?: string | undefined
  toDay?: string | undefined
  book?: string | undefined
  /** An account's id; its book narrows the search. */
  account?: string | undefined
  kind?: string | undefined
  sourceId?: string | undefined
  fromVnd?: bigint | undefined
  toVnd?: bigint | undefined
  /** Books whose rows are left out, but for those that touch an account of this code on these business days. */
  folded?: { books: readonly string[]; but: readonly { code: string; days: readonly string[] }[] } | undefined
}

export type StatementRow = TransferRow & {
  /** What the account moved by, on its own side, and what it stood at afterwards, in the order of posting. */
  changeVnd: bigint
  balanceVnd: bigint
}

const COLUMNS = {
  seq: ledgerTransfer.seq,
  leg: ledgerTransfer.leg,
  kind: ledgerTxn.kind,
  book: ledgerTransfer.book,
  debitAccount: ledgerTransfer.debitAccount,
  creditAccount: ledgerTransfer.creditAccount,
  amountVnd: ledgerTransfer.amountVnd,
  occurredAt: ledgerTxn.occurredAt,
  recordedAt: ledgerTxn.recordedAt,
  businessDay: ledgerTxn.businessDay,
  sourceKind: ledgerTxn.sourceKind,
  sourceId: ledgerTxn.sourceId,
  sourceHash: ledgerTxn.sourceHash,
  reversesSeq: ledgerTxn.reversesSeq,
  reversedBySeq: sql<bigint | null>`(
    select r.seq from ledger_txn r where r.market_id = ${ledgerTxn.marketId} and r.reverses_seq = ${ledgerTxn.seq})`,
  block: ledgerTxn.block,
}

/** A page of transfers with the txn of each, ordered by number and leg. */
export async function listTransfers(
  tx: Tx,
  marketId: string,
  page: Page<{ seq: bigint; leg: number }>,
  filter: JournalFilter = {},
): Promise<TransferRow[]> {
  const { seq, leg } = ledgerTransfer
  const order = page.newestFirst === true ? desc : asc
  return selectTransfers(tx)
    .where(and(eq(ledgerTransfer.marketId, marketId), ...conditionsOf(marketId, filter), beyond(page)))
    .orderBy(order(seq), order(leg))
    .limit(page.limit)
}

/**
 * The rows after a page's cursor, as one comparison of rows: spelled out with OR, the index would be read from its
 * beginning. It is said of both tables, since a join carries no comparison over.
 */
function beyond({ after, newestFirst }: Page<{ seq: bigint; leg: number }>): SQL | undefined {
  if (after === undefined) return undefined
  const [than, orEqual] = newestFirst === true ? [sql.raw('<'), sql.raw('<=')] : [sql.raw('>'), sql.raw('>=')]
  const seq = sql`${after.seq.toString()}::bigint`
  return sql`(${ledgerTransfer.seq}, ${ledgerTransfer.leg}) ${than} (${seq}, ${after.leg}::smallint) and ${ledgerTxn.seq} ${orEqual} ${seq}`
}

/** All transfers of one txn, or none. */
export async function findTxn(tx: Tx, marketId: string, seq: bigint): Promise<TransferRow[]> {
  return selectTransfers(tx)
    .where(and(eq(ledgerTransfer.marketId, marketId), eq(ledgerTransfer.seq, seq)))
    .orderBy(asc(ledgerTransfer.leg))
}

/**
 * A page of an account's movements, newest first, each with what the account stood at after it. Opening and closing are
 * by business day; `side` is the account's own, on which its balance counts as positive.
 */
export async function listStatement(
  tx: Tx,
  marketId: string,
  account: { id: string; side: 'debit' | 'credit' },
  page: { after?: { seq: bigint; leg: number } | undefined; limit: number },
  days: { fromDay?: string | undefined; toDay?: string | undefined } = {},
): Promise<{ openingVnd: bigint; closingVnd: bigint; rows: StatementRow[] }> {
  const sign = account.side === 'debit' ? 1n : -1n
  const sums = await tx.execute<{ opening: bigint; closing: bigint }>(sql`
    select coalesce(sum(debit_vnd - credit_vnd) filter (where business_day < ${days.fromDay ?? '-infinity'}::date), 0)::bigint as opening,
      coalesce(sum(debit_vnd - credit_vnd), 0)::bigint as closing
    from ledger_day where market_id = ${marketId} and account_id = ${account.id}
      and business_day <= ${days.toDay ?? 'infinity'}::date`)
  const { opening = 0n, closing = 0n } = sums.rows[0] ?? {}
  const change = sql`case when ${ledgerTransfer.debitAccount} = ${account.id} then ${ledgerTransfer.amountVnd} else -${ledgerTransfer.amountVnd} end`
  const moved = tx
    .select({
      seq: ledgerTransfer.seq,
      leg: ledgerTransfer.leg,
      change: sql<bigint>`${change}`.as('change'),
      running:
        sql<bigint>`(sum(${change}) over (order by ${ledgerTransfer.seq}, ${ledgerTransfer.leg}))::bigint`.as(
          'running',
        ),
    })
    .from(ledgerTransfer)
    .innerJoin(
      ledgerTxn,
      and(eq(ledgerTxn.marketId, ledgerTransfer.marketId), eq(ledgerTxn.seq, ledgerTransfer.seq)),
    )
    .where(
      and(eq(ledgerTransfer.marketId, marketId), ...conditionsOf(marketId, { ...days, account: account.id })),
    )
    .as('moved')
  const { after } = page
  const rows = await selectTransfers(tx, { change: moved.change, running: moved.running })
    .innerJoin(moved, and(eq(moved.seq, ledgerTransfer.seq), eq(moved.leg, ledgerTransfer.leg)))
    .where(
      and(
        eq(ledgerTransfer.marketId, marketId),
        after === undefined
          ? undefined
          : or(lt(moved.seq, after.seq), and(eq(moved.seq, after.seq), lt(moved.leg, after.leg))),
      ),
    )
    .orderBy(desc(ledgerTransfer.seq), desc(ledgerTransfer.leg))
    .limit(page.limit)
  return {
    openingVnd: opening * sign,
    closingVnd: closing * sign,
    rows: rows.map(({ change: moves, running, ...row }) => ({
      ...row,
      changeVnd: moves * sign,
      balanceVnd: (opening + running) * sign,
    })),
  }
}

function selectTransfers<More extends Record<string, SQL.Aliased<bigint>>>(tx: Tx, more?: More) {
  return tx
    .select({ ...COLUMNS, ...(more ?? ({} as More)) })
    .from(ledgerTransfer)
    .innerJoin(
      ledgerTxn,
      and(eq(ledgerTxn.marketId, ledgerTransfer.marketId), eq(ledgerTxn.seq, ledgerTransfer.seq)),
    )
}

/** The numbers between which the txns of these days are, or all of them; `last` is below `first` where there is none. */
export async function findSeqs(
  tx: Tx,
  marketId: string,
  { fromDay, toDay }: { fromDay?: string | undefined; toDay?: string | undefined },
): Promise<{ first: bigint; last: bigint }> {
  const first = fromDay === undefined ? sql`1::bigint` : firstSeqOf(marketId, fromDay, toDay)
  const last = toDay === undefined ? sql`null` : lastSeqOf(marketId, toDay)
  const { rows } = await tx.execute<{ first: bigint; last: bigint }>(sql`
    select ${first} as first, least(${last}, (select last_seq from ledger_head where market_id = ${marketId})) as last`)
  return { first: rows[0]?.first ?? 1n, last: rows[0]?.last ?? 0n }
}

/** Said of both tables, so that either may be where the search begins. */
function fromNumber(seq: SQL): SQL {
  return sql`${ledgerTxn.seq} >= ${seq} and ${ledgerTransfer.seq} >= ${seq}`
}

function toNumber(seq: SQL): SQL {
  return sql`${ledgerTxn.seq} <= ${seq} and ${ledgerTransfer.seq} <= ${seq}`
}

function seqOf(seq: bigint): SQL {
  return sql`${seq.toString()}::bigint`
}

/**
 * No txn of a closed day comes after its closing. Said of the numbers, so that a search for an old day begins there, on the
 * way back from the newest, and does not read all that came since.
 */
function lastSeqOf(marketId: string, day: string): SQL {
  // All of it in a select of its own: a coalesce beside the column counts as one that may leak, and under row-level
  // security such a condition is a filter and not a place to begin in the index.
  return sql`(select coalesce((select b.last_seq from ledger_close c
    join ledger_block b on b.market_id = c.market_id and b.height = c.height
    where c.market_id = ${marketId} and c.business_day >= ${day}::date order by c.business_day limit 1),
    9223372036854775807))`
}

/** How many days are looked into one by one, before it is quicker to walk from the beginning. */
const MOST_DAYS = 400

/**
 * No txn of these days comes before the first of them. Said of the numbers too, or a search for a late day would walk there
 * from the first txn of all: each day is asked for its own first, which is one look into the index.
 */
function firstSeqOf(marketId: string, fromDay: string, toDay: string | undefined): SQL {
  const last = sql`least(${toDay ?? 'infinity'}::date, coalesce((select l.business_day from ledger_txn l
    where l.market_id = ${marketId} order by l.business_day desc limit 1), ${fromDay}::date))`
  return sql`(select case when ${last} - ${fromDay}::date > ${MOST_DAYS} then 0 else coalesce((select min(f.seq)
    from generate_series(0, ${last} - ${fromDay}::date) as d (day)
    cross join lateral (select x.seq from ledger_txn x where x.market_id = ${marketId}
      and x.business_day = ${fromDay}::date + d.day order by x.seq limit 1) as f), 9223372036854775807) end)`
}

function conditionsOf(marketId: string, filter: JournalFilter): (SQL | undefined)[] {
  const { account, folded } = filter
  const book = filter.book ?? (account === undefined ? undefined : bookOf(account))
  return [
    filter.fromDay === undefined ? undefined : gte(ledgerTxn.businessDay, filter.fromDay),
    filter.toDay === undefined ? undefined : lte(ledgerTxn.businessDay, filter.toDay),
    filter.fromDay === undefined ? undefined : fromNumber(firstSeqOf(marketId, filter.fromDay, filter.toDay)),
    filter.toDay === undefined ? undefined : toNumber(lastSeqOf(marketId, filter.toDay)),
    filter.fromSeq === undefined ? undefined : fromNumber(seqOf(filter.fromSeq)),
    filter.toSeq === undefined ? undefined : toNumber(seqOf(filter.toSeq)),
    book === undefined ? undefined : eq(ledgerTransfer.book, book),
    account === undefined
      ? undefined
      : or(eq(ledgerTransfer.debitAccount, account), eq(ledgerTransfer.creditAccount, account)),
    filter.kind === undefined ? undefined : eq(ledgerTxn.kind, filter.kind),
    filter.sourceId === undefined ? undefined : eq(ledgerTxn.sourceId, filter.sourceId),
    filter.fromVnd === undefined ? undefined : gte(ledgerTransfer.amountVnd, filter.fromVnd),
    filter.toVnd === undefined ? undefined : lte(ledgerTransfer.amountVnd, filter.toVnd),
    folded === undefined
      ? undefined
      : or(
          sql`${ledgerTransfer.book} <> all(${sql.param([...folded.books])}::text[])`,
          ...folded.but.map(touches),
        ),
  ]
}

function touches({ code, days }: { code: string; days: readonly string[] }): SQL {
  const codeOf = (account: typeof ledgerTransfer.debitAccount | typeof ledgerTransfer.creditAccount) =>
    sql`split_part(${account}, ':', 2)`
  return sql`(${ledgerTxn.businessDay} = any(${sql.param([...days])}::date[])
    and ${code} in (${codeOf(ledgerTransfer.debitAccount)}, ${codeOf(ledgerTransfer.creditAccount)}))`
}
