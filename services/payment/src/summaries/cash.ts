import { KIND_WORDS } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { boardAccounts, listStatement, type StatementRow } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { readNaming } from '../books/names.ts'
import { findAccountNames } from '../books/repository.ts'
import { toMoment } from '../days.ts'
import { dayIn, summed } from './repository.ts'
import { tableOf, wayTo, type Asked, type Column, type Definition, type Table } from './shape.ts'

type Till = {
  id: string
  name: string
  openingVnd: bigint
  inVnd: bigint
  outVnd: bigint
  closingVnd: bigint
}

/** The safe and what each collector carries: what each began a business day with, took in, gave out and ended with. */
async function listTills(tx: Tx, marketId: string, day: string): Promise<Till[]> {
  const { rows } = await tx.execute<Till>(sql`
    select a.id, a.name,
      coalesce(sum(d.debit_vnd - d.credit_vnd) filter (where d.business_day < ${day}::date), 0)::bigint as "openingVnd",
      coalesce(sum(d.debit_vnd) filter (where d.business_day = ${day}::date), 0)::bigint as "inVnd",
      coalesce(sum(d.credit_vnd) filter (where d.business_day = ${day}::date), 0)::bigint as "outVnd",
      coalesce(sum(d.debit_vnd - d.credit_vnd), 0)::bigint as "closingVnd"
    from ledger_account a
    left join ledger_day d on d.market_id = a.market_id and d.account_id = a.id and d.business_day <= ${day}::date
    where a.market_id = ${marketId} and a.book = 'board' and (a.code = '111' or a.code like '111.%')
    group by a.id, a.name order by a.id`)
  return rows.filter(
    ({ id, openingVnd, inVnd, outVnd }) =>
      id === boardAccounts.cash || openingVnd !== 0n || inVnd + outVnd > 0n,
  )
}

const ROWS_A_READ = 1_000

/** A till's movements of a business day in the order of posting, each with what the till held after it. */
async function listMoves(tx: Tx, marketId: string, id: string, day: string): Promise<StatementRow[]> {
  const moves: StatementRow[] = []
  for (;;) {
    const last = moves.at(-1)
    const { rows } = await listStatement(
      tx,
      marketId,
      { id, side: 'debit' },
      { after: last === undefined ? undefined : { seq: last.seq, leg: last.leg }, limit: ROWS_A_READ },
      { fromDay: day, toDay: day },
    )
    moves.push(...rows)
    if (rows.length < ROWS_A_READ) return moves.toReversed()
  }
}

type CashRow = {
  time: string
  seq: bigint | null
  what: { vi: string; en: string }
  about: string
  inVnd: bigint | null
  outVnd: bigint | null
  heldVnd: bigint
}

const CLOSING = { vi: 'Cộng và tồn cuối ngày', en: 'Total, and held at the end' }
const OPENING = { vi: 'Tồn đầu ngày', en: 'Held at the start' }

async function readCashBook(tx: Tx, { marketId, day }: Asked): Promise<Table[]> {
  const naming = await readNaming(tx, marketId)
  const tables: Table[] = []
  for (const till of await listTills(tx, marketId, day)) {
    const moves = await listMoves(tx, marketId, till.id, day)
    const others = moves.map((move) => otherSide(move, till.id))
    const names = await findAccountNames(tx, marketId, others)
    const nameOf = (id: string): string => naming({ id, name: names.get(id) ?? id })
    const name = naming(till)
    const opening: CashRow = {
      time: '',
      seq: null,
      what: OPENING,
      about: '',
      inVnd: null,
      outVnd: null,
      heldVnd: till.openingVnd,
    }
    tables.push(
      tableOf<CashRow>({
        id: till.id,
        title: { vi: name, en: name },
        columns: cashColumns(till.id, day),
        rows: [opening, ...moves.map((move) => toCashRow(move, nameOf(otherSide(move, till.id))))],
        totalHead: CLOSING,
        total: { ...opening, inVnd: till.inVnd, outVnd: till.outVnd, heldVnd: till.closingVnd },
      }),
    )
  }
  return tables
}

function otherSide({ debitAccount, creditAccount }: StatementRow, till: string): string {
  return debitAccount === till ? creditAccount : debitAccount
}

function toCashRow(move: StatementRow, about: string): CashRow {
  const known = Object.entries(KIND_WORDS).find(([kind]) => kind === move.kind)?.[1]
  return {
    time: toMoment(move.occurredAt).slice(11, 16),
    seq: move.seq,
    what: known ?? { vi: move.kind, en: move.kind },
    about,
    inVnd: move.changeVnd > 0n ? move.changeVnd : null,
    outVnd: move.changeVnd < 0n ? -move.changeVnd : null,
    heldVnd: move.balanceVnd,
  }
}

function cashColumns(till: string, day: string): Column<CashRow>[] {
  const statement = () => wayTo('ledger/account', { id: till, fromDay: day, toDay: day })
  return [
    { id: 'what', head: { vi: 'Diễn giải', en: 'What' }, kind: 'text', width: 26, cell: ({ what }) => what },
    { id: 'time', head: { vi: 'Giờ', en: 'Time' }, kind: 'text', width: 8, cell: ({ time }) => time },
    {
      id: 'seq',
      head: { vi: 'Bút toán', en: 'Entry' },
      kind: 'count',
      totalled: false,
      cell: ({ seq }) => seq,
      way: ({ seq }) => (seq === null ? null : wayTo('ledger/txn', { seq: String(seq) })),
    },
    {
      id: 'about',
      head: { vi: 'Đối ứng', en: 'Other side' },
      kind: 'text',
      width: 30,
      cell: ({ about }) => about,
    },
    {
      id: 'in',
      head: { vi: 'Thu (đ)', en: 'In' },
      kind: 'money',
      cell: ({ inVnd }) => inVnd,
      way: statement,
    },
    {
      id: 'out',
      head: { vi: 'Chi (đ)', en: 'Out' },
      kind: 'money',
      cell: ({ outVnd }) => outVnd,
      way: statement,
    },
    {
      id: 'held',
      head: { vi: 'Tồn (đ)', en: 'Held' },
      kind: 'money',
      main: true,
      cell: ({ heldVnd }) => heldVnd,
      way: statement,
    },
  ]
}

type CollectorRow = {
  id: string | null
  name: string | null
  openingVnd: bigint
  receipts: bigint
  receiptsVnd: bigint
  undoneVnd: bigint
  tickets: bigint
  ticketsVnd: bigint
  handedVnd: bigint
  differenceVnd: bigint
  waitingVnd: bigint
  closingVnd: bigint
  gaps: bigint
}

/**
 * What each collector took in, sold, handed over and still carries. What was carried at the start, plus what was taken, less
 * what was taken back and what the hand-overs covered, is what is carried at the end: both ends are the ledger's.
 */
async function sumCollectors(tx: Tx, { marketId, from, to }: Asked) {
  const inSpan = (day: string) => sql`${sql.raw(day)} between ${from}::date and ${to}::date`
  return summed<CollectorRow>(
    tx,
    sql`with r as (
      select u.id, u.name, coalesce(d.opening, 0) as opening, coalesce(d.closing, 0) as closing,
        coalesce(c.receipts, 0) as receipts, coalesce(c.receipts_vnd, 0) as receipts_vnd, coalesce(c.undone_vnd, 0) as undone_vnd,
        coalesce(t.tickets, 0) as tickets, coalesce(t.tickets_vnd, 0) as tickets_vnd,
        coalesce(h.handed, 0) as handed, coalesce(h.difference, 0) as difference, coalesce(h.waiting, 0) as waiting,
        coalesce(g.gaps, 0) as gaps
      from app_user u
      left join lateral (
        select sum(debit_vnd - credit_vnd) filter (where business_day < ${from}::date) as opening,
          sum(debit_vnd - credit_vnd) as closing
        from ledger_day where market_id = u.market_id and account_id = 'board:111.' || u.id and business_day <= ${to}::date) d on true
      left join lateral (
        select count(*) filter (where ${inSpan('day')} and undone_at is null) as receipts,
          sum(amount_vnd) filter (where ${inSpan('day')}) as receipts_vnd,
          sum(amount_vnd) filter (where ${dayIn(sql`undone_at`)} between ${from}::date and ${to}::date) as undone_vnd
        from collection where market_id = u.market_id and collector_id = u.id) c on true
      left join lateral (
        select count(*) as tickets, sum(price_vnd) as tickets_vnd
        from day_ticket where market_id = u.market_id and collector_id = u.id and paid_by = 'cash' and ${inSpan('day')}) t on true
      left join lateral (
        select sum(cashier_vnd) as handed, sum(cashier_vnd - expected_vnd) as difference,
          sum(expected_vnd) filter (where cashier_id is null) as waiting
        from handover where market_id = u.market_id and collector_id = u.id and ${inSpan('day')}) h on true
      left join lateral (
        select count(*) as gaps from book b join book_page p on p.market_id = b.market_id and p.book_id = b.id
        where b.market_id = u.market_id and b.collector_id = u.id and p.used_at is null
          and p.page < (select max(q.page) from book_page q where q.market_id = b.market_id and q.book_id = b.id and q.used_at is not null)) g on true
      where u.market_id = ${marketId} and (u.role = 'collector' or exists (
        select from ledger_account a where a.market_id = u.market_id and a.id = 'board:111.' || u.id))
    )
    select r.id, min(r.name) as name, sum(r.opening)::bigint as "openingVnd", sum(r.receipts)::bigint as receipts,
      sum(r.receipts_vnd)::bigint as "receiptsVnd", sum(r.undone_vnd)::bigint as "undoneVnd", sum(r.tickets)::bigint as tickets,
      sum(r.tickets_vnd)::bigint as "ticketsVnd", sum(r.handed)::bigint as "handedVnd",
      sum(r.difference)::bigint as "differenceVnd", sum(r.waiting)::bigint as "waitingVnd", sum(r.closing)::bigint as "closingVnd",
      sum(r.gaps)::bigint as gaps, grouping(r.id) = 1 as "isTotal"
    from r group by grouping sets ((r.id), ()) order by "isTotal", name`,
  )
}

async function readCollectors(tx: Tx, asked: Asked): Promise<Table[]> {
  const { from, to } = asked
  const { rows, total } = await sumCollectors(tx, asked)
  const statement = ({ id }: CollectorRow) =>
    id === null
      ? null
      : wayTo('ledger/account', { id: boardAccounts.collected(id), fromDay: from, toDay: to })
  const handovers = () => wayTo('handovers', {})
  const money = (
    id: keyof CollectorRow & `${string}Vnd`,
    vi: string,
    en: string,
    way: Column<CollectorRow>['way'] = statement,
  ): Column<CollectorRow> => ({
    id,
    head: { vi: `${vi} (đ)`, en },
    kind: 'money',
    cell: (row) => row[id],
    way,
  })
  const count = (id: 'receipts' | 'tickets' | 'gaps', vi: string, en: string): Column<CollectorRow> => ({
    id,
    head: { vi, en },
    kind: 'count',
    cell: (row) => row[id],
  })
  return [
    tableOf({
      id: 'collectors',
      title: { vi: 'Thu theo nhân viên', en: 'By collector' },
      note: {
        vi: 'Đầu kỳ đang giữ + biên nhận − hủy + vé − đã nộp + chênh lệch = cuối kỳ đang giữ. Chênh lệch dưới không là thiếu. Trang trống là trang bị bỏ qua giữa các trang đã dùng, tính đến nay.',
        en: 'Carried at the start + receipts − taken back + tickets − handed over + difference = carried at the end. A difference below zero is missing. A blank page is one passed over between used ones, as of now.',
      },
      columns: [
        {
          id: 'name',
          head: { vi: 'Nhân viên', en: 'Collector' },
          kind: 'text',
          width: 26,
          cell: ({ name }) => name,
        },
        money('openingVnd', 'Đầu kỳ giữ', 'Carried at the start'),
        count('receipts', 'Biên nhận', 'Receipts'),
        money('receiptsVnd', 'Thu biên nhận', 'By receipt'),
        money('undoneVnd', 'Hủy', 'Taken back'),
        count('tickets', 'Vé', 'Tickets'),
        money('ticketsVnd', 'Thu vé', 'By ticket'),
        money('handedVnd', 'Đã nộp', 'Handed over', handovers),
        money('differenceVnd', 'Chênh lệch', 'Difference', handovers),
        money('waitingVnd', 'Chờ đếm', 'Waits for the count', handovers),
        { ...money('closingVnd', 'Cuối kỳ giữ', 'Carried at the end'), main: true },
        { ...count('gaps', 'Trang trống', 'Blank pages'), way: () => wayTo('books', {}) },
      ],
      rows,
      total,
    }),
  ]
}

export const CASH_REPORTS: readonly Definition[] = [
  {
    info: {
      id: 'cash-book',
      title: { vi: 'Sổ quỹ tiền mặt', en: 'Cash book' },
      about: {
        vi: 'Trong ngày quỹ và từng người thu có bao nhiêu tiền mặt, vào ra thế nào.',
        en: 'What cash the safe and each collector had on a day, and how it moved.',
      },
      parameters: ['day'],
    },
    permission: 'ledger.read',
    read: readCashBook,
  },
  {
    info: {
      id: 'collectors',
      title: { vi: 'Bảng kê thu theo nhân viên', en: 'Collection by collector' },
      about: {
        vi: 'Mỗi người thu được bao nhiêu, đã nộp bao nhiêu, lệch bao nhiêu.',
        en: 'What each collector took, handed over, and was short or over.',
      },
      parameters: ['from', 'to'],
    },
    permission: 'handovers.read',
    read: readCollectors,
  },
]
