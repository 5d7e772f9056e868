import type { CardSize } from '@tienve/contracts'
import { DEMO_OVERPRINT, qrSvg } from '@tienve/vietqr/image'
import { INK, INK_SOFT, makePdf, RED, type PdfDefinition } from '../documents/pdf.ts'
import { textBlock, type Block } from '../documents/svg-text.ts'

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
  /** Where anybody reads whom this stall's code must pay. */
  checkUrl: string
}

type Sheet = { page: PdfDefinition['page']; width: number; height: number; draw: (card: StallCard) => string }

/** Millimetres, as everything below. */
const A4 = { width: 210, height: 297 }
const A6 = { width: 105, height: 148 }
const LABEL = { width: 105, height: 74.25 }

const SHEETS: Record<CardSize, Sheet> = {
  a6: { page: 'a6-bare', ...A6, draw: tall },
  a5: { page: 'a5-bare', width: 148, height: 210, draw: (card) => at(tall(card), 0, 0.7, 148 / A6.width) },
  tent: { page: 'a4-bare', ...A4, draw: tent },
  sticker: { page: 'a4-bare', ...A4, draw: stickers },
}

/** The card to print and hang at a stall: the code, whom it pays, where that is checked, and nobody's logo. */
export function cardPdf(card: StallCard, size: CardSize, madeAt: Date): Promise<Buffer> {
  const { page, width, height, draw } = SHEETS[size]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${draw(card)}</svg>`
  return makePdf({
    title: `Mã của sạp ${card.code} · ${card.name}`,
    madeAt,
    page,
    content: [{ svg, width: (width * 72) / 25.4, absolutePosition: { x: 0, y: 0 } }],
  })
}

/** Both sides read the right way up once it is folded and stands: the upper one is printed upside down. */
function tent(card: StallCard): string {
  const side = at(wide(card, true), 0, 0, A4.width / LABEL.width)
  return `<g transform="rotate(180 ${A4.width / 2} ${A4.height / 4})">${side}</g>${at(side, 0, A4.height / 2)}${cut(0, A4.height / 2, A4.width, A4.height / 2)}`
}

function stickers(card: StallCard): string {
  const one = wide(card, false)
  const rows = [0, 1, 2, 3]
  return [
    ...rows.flatMap((row) => [0, 1].map((column) => at(one, column * LABEL.width, row * LABEL.height))),
    cut(LABEL.width, 0, LABEL.width, A4.height),
    ...rows.slice(1).map((row) => cut(0, row * LABEL.height, A4.width, row * LABEL.height)),
  ].join('')
}

/** Upright, for A6 and A5. */
function tall(card: StallCard): string {
  const code = 64
  const place = { x: 52.5, width: 95, align: 'middle' as const }
  const lines: Block[] = [
    ...(card.demo ? [{ text: DEMO_OVERPRINT, size: 4.2, bold: true, colour: RED }] : []),
    { text: card.marketName, size: 3.5, colour: INK_SOFT },
    { text: `Sạp ${card.code}`, size: 7.5, bold: true },
    { text: card.name, size: 5.6, bold: true, lines: 2 },
  ]
  const head = textBlock(lines, { ...place, y: 5 })
  const below = textBlock(
    [
      { text: card.holder, size: 5.4, bold: true, lines: 2 },
      { text: `${card.bankName} · ${card.number}`, size: 4.4 },
      { text: 'Quét mã bằng app ngân hàng bất kỳ', size: 4, bold: true },
      { text: 'Tiền vào thẳng tài khoản của sạp', size: 3.6 },
    ],
    { ...place, y: head.bottom + code },
  )
  return `${head.svg}${picture(card.payload, card.demo, (A6.width - code) / 2, head.bottom, code)}${below.svg}${cut(5, 130, 100, 130)}${checkPart(card, 5, 131.5, 14, 78)}`
}

/** Lying, for stickers and, twice as large, for the sides of a tent. */
function wide(card: StallCard, withCheckCode: boolean): string {
  const code = 58
  const place = { x: 63.5, width: 38.5, align: 'start' as const }
  const head = textBlock(
    [
      ...(card.demo ? [{ text: DEMO_OVERPRINT, size: 3, bold: true, colour: RED, lines: 2 }] : []),
      { text: card.marketName, size: 2.6, colour: INK_SOFT, lines: 2 },
      { text: `Sạp ${card.code}`, size: 5.2, bold: true },
      { text: card.name, size: 3.8, bold: true, lines: 3 },
      { text: card.holder, size: 3.8, bold: true, lines: 3 },
      { text: card.bankName, size: 3.2 },
      { text: card.number, size: 4, bold: true },
    ],
    { ...place, y: 5 },
  )
  const how = textBlock(
    [
      { text: 'Quét mã bằng app ngân hàng bất kỳ', size: 3, bold: true },
      { text: 'Tiền vào thẳng tài khoản của sạp', size: 2.6 },
    ],
    { x: 32, width: 58, align: 'middle', y: 62 },
  )
  const check = withCheckCode
    ? checkPart(card, 61.5, 55.5, 12, 28)
    : textBlock(
        [
          { text: 'Kiểm tra mã này', size: 2.6, bold: true },
          { text: addressOf(card), size: 2.4, lines: 2 },
        ],
        { ...place, y: 61.5 },
      ).svg
  return `${picture(card.payload, card.demo, 3, 3, code)}${head.svg}${how.svg}${check}`
}

/** Where the card itself is checked: small, apart, and said to be no code to pay by. */
function checkPart(card: StallCard, x: number, y: number, code: number, width: number): string {
  const words = textBlock(
    [
      { text: 'Kiểm tra mã này', size: code / 4, bold: true },
      { text: 'Không phải mã trả tiền', size: code / 5.2, colour: INK_SOFT },
      { text: addressOf(card), size: code / 5.2, lines: 2 },
    ],
    { x: x + code + 1, y: y + code / 12, width, align: 'start' },
  )
  return `${picture(card.checkUrl, false, x, y, code)}${words.svg}`
}

const addressOf = ({ checkUrl }: StallCard): string => checkUrl.replace(/^https?:\/\//, '')

/** A code of `side` mm, quiet zone included. A demo's says across itself that it is one, and still scans. */
function picture(payload: string, demo: boolean, x: number, y: number, side: number): string {
  return qrSvg(payload, { demo }).replace(
    '<svg ',
    `<svg x="${x}" y="${y.toFixed(2)}" width="${side}" height="${side}" `,
  )
}

function at(drawing: string, x: number, y: number, scale = 1): string {
  return `<g transform="translate(${x} ${y}) scale(${scale})">${drawing}</g>`
}

/** Where to cut or to fold. */
function cut(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${INK}" stroke-width="0.15" stroke-dasharray="2 1.5" fill="none"/>`
}
