import { writeEnrolmentCode } from '@tienve/contracts'
import type { Content } from 'pdfmake/interfaces.js'
import { dayOf, hourOf } from '../days.ts'
import { INK_SOFT, makePdf, RED } from '../documents/pdf.ts'
import { qrOf } from '../documents/report.ts'

export type Slip = {
  stallCode: string
  marketName: string
  demo: boolean
  name: string
  code: string
  link: string
  publicUrl: string
  expiresAt: Date
}

const CODE_WIDTH = 170

/** The slip that a stallholder takes home, A6: a code to scan, the same to type, and until when. */
export function slipPdf(slip: Slip, madeAt: Date): Promise<Buffer> {
  const centred = (text: string, fontSize: number, more: object = {}): Content => ({
    text,
    fontSize,
    alignment: 'center',
    lineHeight: 1.1,
    ...more,
  })
  const [year, month, day] = dayOf(slip.expiresAt).split('-')
  return makePdf({
    title: `Phiếu vào app của sạp ${slip.stallCode}`,
    madeAt,
    page: 'a6',
    content: [
      ...(slip.demo ? [centred('MẪU', 12, { bold: true, color: RED })] : []),
      centred(slip.marketName, 10, { color: INK_SOFT }),
      centred(`Sạp ${slip.stallCode}`, 20, { bold: true }),
      centred(slip.name, slip.name.length <= 30 ? 14 : 11, { bold: true }),
      // No sum is asked for here, so nothing is written across it.
      qrOf(slip.link, { demo: false, width: CODE_WIDTH }),
      centred(writeEnrolmentCode(slip.code), 20, { bold: true }),
      centred('1. Mở máy ảnh của điện thoại, quét mã trên.', 11, { margin: [0, 4, 0, 0] }),
      centred(`Không quét được: mở ${slip.publicUrl}/m rồi gõ mã.`, 9, { color: INK_SOFT }),
      centred('2. Tự chọn 6 số PIN. Không nói PIN cho ai.', 11),
      centred(`Mã dùng một lần, đến ${hourOf(slip.expiresAt)} giờ ngày ${day}/${month}/${year}.`, 10, {
        bold: true,
        margin: [0, 4, 0, 0],
      }),
    ],
  })
}
