import { AppError, type Report, type ReportCell, type ReportInfo } from '@tienve/contracts'
import type { Content } from 'pdfmake/interfaces.js'
import { dayOf, toMoment } from '../days.ts'
import { DEMO_LABEL, reportPdf, signatures, tableOf } from '../documents/report.ts'
import { writeWorkbook, writeXlsx } from '../documents/sheet.ts'
import { formatDay, type Cell, type Table as DocumentTable } from '../documents/table.ts'
import { formatPeriod } from './rules.ts'
import type { Table } from './shape.ts'

/** A report and everything that its paper says of it. */
export type Printed = {
  info: ReportInfo
  asked: Report['asked']
  marketName: string
  demo: boolean
  madeAt: Date
  madeBy: string
  tables: readonly Table[]
}

/** More rows than this are some hundred pages, and take the thread that lays out too long. */
const MOST_ROWS_ON_PAPER = 3_000
const COLUMNS_ON_A_TALL_PAGE = 6

/** A report on A4, to sign. Errors: `report_too_long`. */
export async function reportToPdf(printed: Printed): Promise<Buffer> {
  const { info, tables } = printed
  const rowCount = tables.reduce((sum, { rows }) => sum + rows.length, 0)
  if (rowCount > MOST_ROWS_ON_PAPER) throw new AppError('report_too_long')
  return reportPdf({
    title: info.title.vi,
    subtitle: `${askedInWords(printed.asked)} · Người lập: ${printed.madeBy}`,
    marketName: printed.marketName,
    demo: printed.demo,
    madeAt: printed.madeAt,
    wide: tables.some(({ columns }) => columns.length > COLUMNS_ON_A_TALL_PAGE),
    content: [...tables.flatMap((table) => sectionOf(table)), signatures(dayOf(printed.madeAt))],
  })
}

function sectionOf({ title, note, columns, rows, total }: Table): Content[] {
  const heads = columns.map(({ head, kind, width }) => ({
    head: head.vi,
    kind,
    ...(width === undefined ? {} : { width }),
  }))
  return [
    { text: title.vi, bold: true, fontSize: 12, margin: [0, 6, 0, 4], headlineLevel: 1 },
    rows.length === 0
      ? { text: 'Không có dòng nào.', italics: true, margin: [0, 0, 0, 12] }
      : tableOf(
          heads,
          rows.map(({ cells }) => cells.map(toCell)),
          total?.cells.map(toCell),
        ),
    ...(note === null
      ? []
      : [{ text: note.vi, fontSize: 8, italics: true, margin: [0, -6, 0, 12] } as Content]),
  ]
}

/**
 * A report as a spreadsheet, a sheet a table: the rows, what they add up to, and below whose it is, who made it and when. A
 * report of one table, which may be long, goes out as it is read.
 */
export async function reportToXlsx(printed: Printed): Promise<Buffer | ReadableStream<Uint8Array>> {
  const sheets = printed.tables.map((table, at) => sheetOf(printed, table, at))
  const [only] = sheets
  return only !== undefined && sheets.length === 1 ? writeXlsx(only) : writeWorkbook(sheets)
}

function sheetOf(printed: Printed, { title, columns, rows, total }: Table, at: number) {
  const blank = columns.map((): Cell => null)
  const told = (text: string): Cell[] => [text, ...blank.slice(1)]
  const signed = `${printed.madeBy} lập lúc ${momentOf(printed.madeAt)}`
  const market = printed.demo ? `${printed.marketName} · ${DEMO_LABEL}` : printed.marketName
  return {
    name: sheetName(title.vi, at),
    columns: columns.map(({ head, kind, width }) => ({
      head: head.vi,
      kind,
      ...(width === undefined ? {} : { width }),
    })),
    rows: [
      ...rows.map(({ cells }) => cells.map(toCell)),
      ...(total === null ? [] : [total.cells.map(toCell)]),
      blank,
      told(`${printed.info.title.vi} · ${askedInWords(printed.asked)}`),
      told(market),
      told(signed),
    ],
  } satisfies DocumentTable
}

const LONGEST_SHEET_NAME = 31

/** A sheet's name is short, has none of some signs, and is no other sheet's. */
function sheetName(title: string, at: number): string {
  const number = `${at + 1} `
  return `${number}${title.replaceAll(/[[\]:*?/\\]/g, ' ')}`.slice(0, LONGEST_SHEET_NAME).trim()
}

function toCell(cell: ReportCell): Cell {
  return cell !== null && typeof cell === 'object' ? cell.vi : cell
}

/** What a report was asked for, as its paper says it. */
function askedInWords({ day, from, to, asOf, period, withinDays }: Report['asked']): string {
  const parts = [
    day === undefined ? '' : `Ngày ${formatDay(day)}`,
    from === undefined || to === undefined ? '' : `Từ ${formatDay(from)} đến ${formatDay(to)}`,
    period === undefined ? '' : `Tháng ${formatPeriod(period)}`,
    asOf === undefined ? '' : `Đến hết ngày ${formatDay(asOf)}`,
    withinDays === undefined ? '' : `trong ${withinDays} ngày tới`,
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

function momentOf(at: Date): string {
  const [day = '', time = ''] = toMoment(at).split('T')
  return `${time.slice(0, 5)} ngày ${formatDay(day)}`
}

/** The name of a report's file: what it is and what it was made for, in plain letters. */
export function fileNameOf({ info, asked }: Pick<Printed, 'info' | 'asked'>): string {
  const plain = info.title.vi
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
  return [plain, ...Object.values(asked)].join('-')
}
