import { qrSvg } from '@tienve/vietqr/image'
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import { toMoment } from '../days.ts'
import { INK_SOFT, makePdf } from './pdf.ts'
import { formatCell, formatDay, type Cell, type Column } from './table.ts'

/** At the top of every page that a demo prints. */
export const DEMO_LABEL = 'DỮ LIỆU MẪU – KHÔNG CÓ TIỀN THẬT'

const SIGNERS = ['Người lập', 'Kế toán trưởng', 'Trưởng ban']
/** A run of letters this long without a space may be broken anywhere, or it would push the amounts off the page. */
const LONGEST_WORD = 24
const WIDE_COLUMN = 20

export type Report = {
  title: string
  /** Under the title: the day, the month, the stall. */
  subtitle?: string
  marketName: string
  demo: boolean
  madeAt: Date
  content: Content[]
  /** Landscape, for tables of many columns. */
  wide?: boolean
}

/** A report of a market on A4: whose it is, its title, the content, *Trang 1/3*, and in a demo that nothing is real. */
export function reportPdf(report: Report): Promise<Buffer> {
  return makePdf({
    title: `${report.title} · ${report.marketName}`,
    madeAt: report.madeAt,
    page: report.wide === true ? 'a4-wide' : 'a4',
    numbered: true,
    ...(report.demo ? { label: DEMO_LABEL } : {}),
    content: [heading(report), ...report.content],
  })
}

function heading({ title, subtitle, marketName, madeAt }: Report): Content {
  const [day = '', time = ''] = toMoment(madeAt).split('T')
  return [
    {
      columns: [
        [
          { text: 'Ban quản lý chợ', color: INK_SOFT },
          { text: marketName, bold: true },
        ],
        {
          text: `Lập lúc ${time.slice(0, 5)} ngày ${formatDay(day)}`,
          color: INK_SOFT,
          alignment: 'right',
          width: 'auto',
        },
      ],
    },
    { text: title, bold: true, fontSize: 18, alignment: 'center', margin: [0, 14, 0, 0] },
    { text: subtitle ?? '', alignment: 'center', margin: [0, 0, 0, 12] },
  ]
}

/**
 * A table for paper: amounts and counts to the right as `1.250.000`, the head on every page, no row cut in two.
 * `total` is one more row, bold. The columns' heads say the unit (*Tổng (đ)*).
 */
export function tableOf(
  columns: readonly Column[],
  rows: Iterable<readonly Cell[]>,
  total?: readonly Cell[],
): Content {
  const lineOf = (row: readonly Cell[], bold = false): TableCell[] =>
    columns.map((column, at) => cellOf(formatCell(row[at] ?? null, column.kind), column, bold))
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: columns.map((column) => (isWide(column) ? '*' : 'auto')),
      body: [
        columns.map((column) => ({ ...cellOf(column.head, column, true), noWrap: false })),
        ...Array.from(rows, (row) => lineOf(row)),
        ...(total === undefined ? [] : [lineOf(total, true)]),
      ],
    },
    layout: 'report',
    fontSize: 9,
    margin: [0, 0, 0, 12],
  }
}

function isWide({ kind, width = WIDE_COLUMN }: Column): boolean {
  return kind === 'text' && width >= WIDE_COLUMN
}

function cellOf(text: string, column: Column, bold: boolean) {
  const number = column.kind === 'money' || column.kind === 'count'
  const long = text.split(/\s/).some((word) => word.length > LONGEST_WORD)
  return {
    text,
    bold,
    alignment: number ? ('right' as const) : ('left' as const),
    noWrap: !isWide(column),
    // Digits of one width, so that the thousands stand under each other.
    fontFeatures: number ? ['tnum' as const] : [],
    wordBreak: long ? ('break-all' as const) : ('normal' as const),
  }
}

/** Places to sign, side by side and never parted by the end of a page, under *Ngày … tháng … năm …*. */
export function signatures(day?: string, signers: readonly string[] = SIGNERS): Content {
  const [year = '……', month = '…', date = '…'] = day?.split('-') ?? []
  return {
    unbreakable: true,
    margin: [0, 16, 0, 0],
    stack: [
      {
        text: `Ngày ${date} tháng ${month} năm ${year}`,
        italics: true,
        alignment: 'right',
        margin: [0, 0, 0, 6],
      },
      {
        columns: signers.map((signer) => ({
          alignment: 'center',
          margin: [0, 0, 0, 64],
          stack: [
            { text: signer, bold: true },
            { text: '(Ký, ghi rõ họ tên)', italics: true, color: INK_SOFT },
          ],
        })),
      },
    ],
  }
}

/** A QR code of `width` points, quiet zone included. A demo's says across itself that it is one, and still scans. */
export function qrOf(payload: string, { demo, width }: { demo: boolean; width: number }): Content {
  return { svg: qrSvg(payload, { demo }), width, alignment: 'center' }
}
