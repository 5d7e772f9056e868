import type { PublicReceipt } from '@tienve/contracts'
import { formatVnd, spellVnd } from '@tienve/money'
import type { Content } from 'pdfmake/interfaces.js'
import { periodName } from '../charges/rules.ts'
import { INK_SOFT, makePdf, RED } from '../documents/pdf.ts'
import { DEMO_LABEL, qrOf } from '../documents/report.ts'
import { whenOf } from './page.ts'

/** 25 mm: read from a hand's length, and small enough that a receipt of many lines stays on one page. */
const CODE_WIDTH = 71

/** A receipt on A6, with the code of its address, by which anybody can check that the paper is true. */
export function receiptPdf(receipt: PublicReceipt, url: string, madeAt: Date): Promise<Buffer> {
  const name = receipt.number ?? receipt.bookPage ?? ''
  const centred = (text: string, fontSize: number, more: object = {}): Content => ({
    text,
    fontSize,
    alignment: 'center',
    lineHeight: 1.05,
    ...more,
  })
  return makePdf({
    title: `Biên nhận ${name} · ${receipt.marketName}`,
    madeAt,
    page: 'a6',
    content: [
      ...(receipt.demo ? [centred(DEMO_LABEL, 8, { bold: true, color: RED })] : []),
      centred(`Ban quản lý ${receipt.marketName.replace(/^Chợ /, 'chợ ')}`, 9, { color: INK_SOFT }),
      centred('BIÊN NHẬN', 15, { bold: true, margin: [0, 2, 0, 0] }),
      centred(`Số ${name}`, 10),
      ...stateOf(receipt),
      ...(receipt.number === null ? [] : paid(receipt)),
      qrOf(url, { demo: false, width: CODE_WIDTH }),
      centred('Quét mã để kiểm tra biên nhận này', 7, { color: INK_SOFT }),
      centred('Biên nhận, không phải hóa đơn', 9, { bold: true, margin: [0, 2, 0, 0] }),
    ],
  })
}

function stateOf({ state, voidReason }: PublicReceipt): Content[] {
  const text = state === 'void' ? `ĐÃ HỦY: ${voidReason ?? ''}` : state === 'waiting' ? 'CHƯA ĐỒNG BỘ' : null
  return text === null ? [] : [{ text, bold: true, color: RED, alignment: 'center', margin: [0, 4, 0, 0] }]
}

function paid(receipt: PublicReceipt): Content[] {
  const rows: [string, string][] = [
    [receipt.stallCode === null ? 'Người nộp' : 'Sạp', receipt.stallCode ?? 'Người bán trong ngày'],
    [receipt.paidBy === 'bank' ? 'Chuyển khoản lúc' : 'Tiền mặt lúc', whenOf(receipt.paidAt ?? '')],
    ...whatFor(receipt),
    ...(receipt.creditVnd > 0
      ? [['Nộp thừa, trừ kỳ sau', formatVnd(BigInt(receipt.creditVnd))] satisfies [string, string]]
      : []),
    ...(receipt.bookPage === null ? [] : [['Trang sổ', receipt.bookPage] satisfies [string, string]]),
    ...(receipt.invoiceNumber === null
      ? []
      : [['Số hóa đơn', receipt.invoiceNumber] satisfies [string, string]]),
  ]
  return [
    {
      text: formatVnd(BigInt(receipt.amountVnd)),
      fontSize: 20,
      bold: true,
      alignment: 'center',
      margin: [0, 4, 0, 0],
    },
    { text: spellVnd(BigInt(receipt.amountVnd)), fontSize: 8, italics: true, alignment: 'center' },
    {
      margin: [0, 6, 0, 4],
      fontSize: 9,
      layout: 'report',
      table: {
        widths: ['auto', '*'],
        body: [
          [
            { text: 'Khoản', bold: true },
            { text: '', bold: true },
          ],
          ...rows.map(([name, value]) => [
            { text: name, color: INK_SOFT },
            { text: value, bold: true, alignment: 'right' as const },
          ]),
        ],
      },
    },
  ]
}

/** A receipt of more months than this says how many, and the page behind its code says which. */
const MOST_MONTHS = 4

function whatFor({ purpose, charges, ticket }: PublicReceipt): [string, string][] {
  if (purpose === 'deposit') return [['Khoản nộp', 'Tiền cọc']]
  if (purpose === 'ticket') return [['Khoản nộp', ticket ?? 'Vé ngày']]
  if (charges.length === 0) return [['Khoản nộp', 'Nộp trước cho kỳ sau']]
  if (charges.length > MOST_MONTHS) return [['Khoản nộp', `Tiền chợ ${charges.length} kỳ`]]
  return charges.map(({ period, amountVnd }) => [
    `Tiền chợ ${periodName(period)}`,
    formatVnd(BigInt(amountVnd)),
  ])
}
