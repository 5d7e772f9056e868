import type { Permission, ReportCell, ReportInfo, ReportRow, ReportWay, ReportWords } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import type { Column as DocumentColumn } from '../documents/table.ts'

/** What a report is made for: every parameter with its default, and what the reader's role may see. */
export type Asked = {
  marketId: string
  today: string
  day: string
  from: string
  to: string
  asOf: string
  period: string
  withinDays: number
  may: (permission: Permission) => boolean
}

/** One report as data: who may read it, and how its tables are read. The catalogue holds all of them. */
export type Definition = {
  info: ReportInfo
  /** Beside `reports.read`, which every report asks for. */
  permission: Permission
  read: (tx: Tx, asked: Asked) => Promise<Table[]>
}

/** A column told once for the screen, the spreadsheet and paper. `way` says where its figure opens to its rows. */
export type Column<Row> = {
  id: string
  head: ReportWords
  kind: DocumentColumn['kind']
  /** In characters, as documents take it. */
  width?: number
  /** What a phone shows first. */
  main?: true
  cell: (row: Row) => ReportCell | bigint
  way?: (row: Row) => ReportWay | null
  /** Numbers stand in the total unless this is false; text does only where this is true. */
  totalled?: boolean
}

export type Table = {
  id: string
  title: ReportWords
  note: ReportWords | null
  columns: { id: string; head: ReportWords; kind: DocumentColumn['kind']; main: boolean; width?: number }[]
  rows: ReportRow[]
  total: ReportRow | null
}

const ALL: ReportWords = { vi: 'Cộng', en: 'Total' }

/** Rows as a table. `total` has the shape of a row; its first cell says that it is one, by `totalHead` where given. */
export function tableOf<Row>({
  columns,
  rows,
  total,
  note = null,
  totalHead = ALL,
  ...named
}: {
  id: string
  title: ReportWords
  note?: ReportWords | null
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  total?: Row | undefined
  totalHead?: ReportWords
}): Table {
  return {
    ...named,
    note,
    columns: columns.map(({ id, head, kind, width, main = false }) => ({
      id,
      head,
      kind,
      main,
      ...(width === undefined ? {} : { width }),
    })),
    rows: rows.map((row) => ({
      cells: columns.map(({ cell }) => toCell(cell(row))),
      ways: columns.map(({ way }) => way?.(row) ?? null),
    })),
    total:
      total === undefined
        ? null
        : {
            cells: columns.map((column, at) =>
              at === 0 ? totalHead : isTotalled(column) ? toCell(column.cell(total)) : null,
            ),
            ways: columns.map((column) => (isTotalled(column) ? (column.way?.(total) ?? null) : null)),
          },
  }
}

function isTotalled<Row>({ kind, totalled = kind === 'money' || kind === 'count' }: Column<Row>): boolean {
  return totalled
}

function toCell(cell: ReportCell | bigint): ReportCell {
  return typeof cell === 'bigint' ? vndToJson(cell) : cell
}

type Query = Record<string, string | undefined>

/** Where a figure opens: a page of the board's app; what is undefined is not asked. */
export function wayTo(page: string, query: Query): ReportWay {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return { page, query: Object.fromEntries(asked) }
}

/** Pages of the app that a figure may open to, with what they ask of a role; a report asks what its definition says. */
export const PAGE_PERMISSIONS: Readonly<Record<string, Permission>> = {
  charges: 'charges.read',
  'charges/stalls': 'charges.read',
  handovers: 'handovers.read',
  books: 'books.issue',
  'ledger/account': 'ledger.read',
  'ledger/txn': 'ledger.read',
}
