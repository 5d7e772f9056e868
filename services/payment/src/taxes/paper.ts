import type { Content } from 'pdfmake/interfaces.js'
import { makePdf } from '../documents/pdf.ts'
import { DEMO_LABEL, signatures, tableOf } from '../documents/report.ts'
import { writeWorkbook } from '../documents/sheet.ts'
import type { Cell } from '../documents/table.ts'
import type { Book, Part } from './books.ts'

type Printing = { demo: boolean; madeAt: Date }

const SIGNER = 'NGƯỜI ĐẠI DIỆN HỘ KINH DOANH/CÁ NHÂN KINH DOANH'
const UNIT = 'Đơn vị tính: đồng'
/** What nobody has told us is left to be written by hand. */
const BLANK = '……………………………………'

/** A book on A4 with the head and foot of the circular, to be signed. */
export function bookPdf(book: Book, { demo, madeAt }: Printing): Promise<Buffer> {
  const { form, household, taxCode, address, place, period, parts, notes } = book
  return makePdf({
    title: `${form.number} ${household ?? ''}`.trim(),
    madeAt,
    page: 'a4',
    numbered: true,
    ...(demo ? { label: DEMO_LABEL } : {}),
    content: [
      {
        columns: [
          [
            { text: `HỘ, CÁ NHÂN KINH DOANH: ${household ?? BLANK}`, bold: true },
            { text: `Địa chỉ: ${address}` },
            { text: `Mã số thuế: ${taxCode ?? BLANK}` },
          ],
          {
            width: 200,
            alignment: 'center',
            stack: [
              { text: form.label, bold: true },
              { text: form.source, italics: true, fontSize: 8 },
            ],
          },
        ],
      },
      { text: form.title, bold: true, fontSize: 15, alignment: 'center', margin: [0, 16, 0, 2] },
      { text: `Địa điểm kinh doanh: ${place}`, alignment: 'center' },
      { text: `Kỳ kê khai: ${period}`, alignment: 'center', margin: [0, 0, 0, 6] },
      ...(hasMoney(book)
        ? [{ text: UNIT, italics: true, alignment: 'right', margin: [0, 0, 0, 4] } as Content]
        : []),
      ...parts.flatMap(onPaper),
      ...notes.map((text): Content => ({ text, italics: true, fontSize: 8 })),
      signatures(undefined, [SIGNER]),
    ],
  })
}

function hasMoney({ parts }: Book): boolean {
  return parts.some(({ columns }) => columns.some(({ kind }) => kind === 'money'))
}

function onPaper({ title, columns, rows, totals }: Part): Content[] {
  const [last] = totals.slice(-1)
  return [
    ...(title === null ? [] : [{ text: title, bold: true, margin: [0, 4, 0, 4] } as Content]),
    tableOf(columns, [...rows, ...totals.slice(0, -1)], last),
  ]
}

/** A book as a spreadsheet, a sheet a part, with the same head above each. */
export function bookXlsx(book: Book, { demo }: Printing) {
  const { form, household, taxCode, address, place, period, parts, notes } = book
  const above = [
    ...(demo ? [DEMO_LABEL] : []),
    `HỘ, CÁ NHÂN KINH DOANH: ${household ?? BLANK}`,
    `Địa chỉ: ${address}`,
    `Mã số thuế: ${taxCode ?? BLANK}`,
    `${form.label} ${form.source}`,
    form.title,
    `Địa điểm kinh doanh: ${place}`,
    `Kỳ kê khai: ${period}`,
    ...(hasMoney(book) ? [UNIT] : []),
  ]
  return writeWorkbook(
    parts.map(({ title, columns, rows, totals }, at) => ({
      // A sheet's name has no slash.
      name: [form.number.replace('/', '-'), ...(parts.length === 1 ? [] : [at + 1])].join(' '),
      columns,
      above: title === null ? above : [...above, title],
      rows: [...rows, ...totals, ...notes.map((note): Cell[] => inText(note, columns))],
    })),
  )
}

/** A note under a table stands in its first column of text, where a number would not be. */
function inText(note: string, columns: Part['columns']): Cell[] {
  const at = columns.findIndex(({ kind, width = 0 }) => kind === 'text' && width > 20)
  return columns.map((_, column) => (column === at ? note : null))
}
