import { DEMO_OVERPRINT } from '@tienve/vietqr/image'
import type { Content } from 'pdfmake/interfaces.js'
import { INK_SOFT, makePdf, RED } from '../documents/pdf.ts'
import { qrOf } from '../documents/report.ts'

export type StallCard = {
  code: string
  name: string
  marketName: string
  demo: boolean
  holder: string
  bankName: string
  /** The whole number: the card hangs at the stall for everybody, and the code on it says it too. */
  number: string
  payload: string
}

/** 80 mm, read from an arm's length; longer names and a demo's label still leave room for it on the one page. */
const CODE_WIDTH = 226

/** The card to print and hang at a stall, A6: the code, whom it pays, and nobody's logo. */
export function cardPdf(card: StallCard, madeAt: Date): Promise<Buffer> {
  const centred = (text: string, fontSize: number, more: object = {}): Content => ({
    text,
    fontSize,
    alignment: 'center',
    lineHeight: 1.05,
    ...more,
  })
  return makePdf({
    title: `Mã của sạp ${card.code} · ${card.name}`,
    madeAt,
    page: 'a6',
    content: [
      ...(card.demo ? [centred(DEMO_OVERPRINT, 12, { bold: true, color: RED })] : []),
      centred(card.marketName, 10, { color: INK_SOFT }),
      centred(`Sạp ${card.code}`, 22, { bold: true }),
      centred(card.name, sizeOf(card.name), { bold: true }),
      qrOf(card.payload, { demo: card.demo, width: CODE_WIDTH }),
      centred(card.holder, sizeOf(card.holder), { bold: true }),
      centred(`${card.bankName} · ${card.number}`, 12),
      centred('Quét mã bằng app ngân hàng bất kỳ', 11, { bold: true, margin: [0, 5, 0, 0] }),
      centred('Tiền vào thẳng tài khoản của sạp', 11),
    ],
  })
}

/** Long names in smaller type, so that everything stays on the one side of the card. */
function sizeOf(name: string): number {
  return name.length <= 20 ? 16 : name.length <= 36 ? 13 : 10
}
