import type { ClosedDay, TrialBalance } from '@tienve/contracts'
import type { Content } from 'pdfmake/interfaces.js'
import { formatDay, type Column } from '../documents/table.ts'
import { dayOf } from '../days.ts'
import { qrOf, reportPdf, signatures, tableOf } from '../documents/report.ts'

const BALANCE: readonly Column[] = [
  { head: 'Tài khoản', kind: 'text', width: 10 },
  { head: 'Tên', kind: 'text', width: 30 },
  { head: 'Nợ (đ)', kind: 'money' },
  { head: 'Có (đ)', kind: 'money' },
]
const SEEN: readonly Column[] = [
  { head: 'Đã xem khi chốt', kind: 'text', width: 30 },
  { head: 'Số liệu', kind: 'money' },
]

/** What a day report says of a market: whose it is, and whether anything in it is real. */
export type Printed = { marketName: string; demo: boolean; madeAt: Date }

/**
 * The report of a closed day, and of those that were closed together with it, to print and sign: what was seen, what moved
 * on the board's accounts and in the stalls' books together, and the seal as a code that anybody can hold against the seal
 * file and the ledger.
 */
export function dayReportPdf(closed: ClosedDay, moved: TrialBalance, printed: Printed): Promise<Buffer> {
  const day = formatDay(closed.day)
  const isOneDay = moved.from === null || moved.from === closed.day
  const days = isOneDay ? `Ngày ${day}` : `Từ ngày ${formatDay(moved.from ?? '')} đến hết ngày ${day}`
  return reportPdf({
    ...printed,
    title: 'Báo cáo chốt ngày',
    subtitle: `${days} · ${closed.closedBy} chốt lúc ${momentOf(closed.closedAt)}`,
    content: [
      tableOf(SEEN, [
        ['Treo chờ xử lý, số khoản', closed.suspenseCount],
        ['Treo chờ xử lý (đ)', closed.suspenseVnd],
        ['Chênh lệch với ngân hàng (đ)', closed.differenceVnd],
        ['Nguồn báo tiền đang im', closed.deafCount],
      ]),
      heading(isOneDay ? 'Phát sinh trong ngày' : 'Phát sinh trong các ngày này'),
      tableOf(BALANCE, rowsOf(moved), ['', 'Cộng', moved.totalDebitVnd, moved.totalCreditVnd]),
      heading('Niêm phong'),
      ...sealOf(closed),
      signatures(dayOf(printed.madeAt)),
    ],
  })
}

/** One row an account of the chart: the board's own, then the stalls' together, since their books are their own. */
function rowsOf({ accounts }: TrialBalance) {
  const groups = Map.groupBy(
    accounts.filter(({ debitVnd, creditVnd }) => debitVnd + creditVnd > 0),
    ({ book, glCode }) => `${book === 'board' ? '1 ban' : '2 sạp'} ${glCode}`,
  )
  return [...groups.keys()].toSorted().map((key) => {
    const of = groups.get(key) ?? []
    const [first] = of
    const isBoard = first?.book === 'board'
    const name = (first?.name ?? '').split(' · ')[0] ?? ''
    return [
      first?.glCode ?? '',
      isBoard ? name : `${name} · sổ của các sạp`,
      of.reduce((sum, { debitVnd }) => sum + debitVnd, 0),
      of.reduce((sum, { creditVnd }) => sum + creditVnd, 0),
    ]
  })
}

/** The seal of a closed day, in words and as a code. */
export function sealOf({ seal, height }: ClosedDay): Content[] {
  if (seal === null) return [{ text: 'Đang niêm phong: in lại sau một phút.' }]
  const words: Content[] = [
    {
      text: `${height === seal.height ? `Khối ${height}` : `Khối ${height} đến ${seal.height}`}, niêm phong lúc ${momentOf(seal.sealedAt)}`,
    },
    { text: `Khóa ${seal.keyId}`, margin: [0, 2, 0, 2] },
    { text: seal.text, fontSize: 7 },
    {
      text: 'Dòng này cũng nằm trong tệp niêm phong giữ ngoài máy chủ. Ai sửa sổ của ngày này về sau sẽ không còn khớp với nó.',
      margin: [0, 6, 0, 0],
    },
  ]
  return [
    {
      table: {
        widths: ['auto', '*'],
        body: [
          [
            // No code to pay by: nobody can mistake it, and the page itself says that it is a sample.
            qrOf(seal.text, { demo: false, width: 120 }),
            { stack: words },
          ],
        ],
      },
      layout: 'noBorders',
      margin: [0, 0, 0, 12],
    },
  ]
}

/** A heading inside a report. */
export function heading(text: string): Content {
  return { text, bold: true, fontSize: 12, margin: [0, 6, 0, 4] }
}

/** `2026-11-24T18:45:02.000+07:00` as `18:45 24/11/2026`. */
export function momentOf(moment: string): string {
  return `${moment.slice(11, 16)} ${formatDay(moment.slice(0, 10))}`
}
