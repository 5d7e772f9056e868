import { INK } from './pdf.ts'

/** One text of a card: in millimetres its size where it is short, and on how many lines it may stand before it gets smaller. */
export type Block = { text: string; size: number; bold?: boolean; colour?: string; lines?: number }
export type Place = { x: number; y: number; width: number; align: 'start' | 'middle' }

const LEADING = 1.22
/** Never smaller than this, and rather a line more than was asked for. */
const SMALLEST = 2.2
const SMALLER_TO_SAVE_A_LINE = 0.75

/** Texts one under the other as SVG, and where they end. */
export function textBlock(
  blocks: readonly Block[],
  { x, y, width, align }: Place,
): { svg: string; bottom: number } {
  let bottom = y
  let svg = ''
  for (const { text, size, bold = false, colour = INK, lines = 1 } of blocks) {
    const fitted = fit(text, size, bold, width, lines)
    for (const line of fitted.lines) {
      bottom += fitted.size * LEADING
      svg += `<text x="${x}" y="${(bottom - fitted.size * 0.28).toFixed(2)}" font-family="BeVietnamPro" font-size="${fitted.size.toFixed(2)}" font-weight="${bold ? 'bold' : 'normal'}" text-anchor="${align}" fill="${colour}">${escapeXml(line)}</text>`
    }
  }
  return { svg, bottom: bottom + 0.6 }
}

/** The largest type in which a text stands on its lines: on fewer rather than much larger. */
function fit(text: string, size: number, bold: boolean, width: number, most: number) {
  for (let count = 1; count <= most; count++) {
    const least = count < most ? size * SMALLER_TO_SAVE_A_LINE : SMALLEST
    for (let smaller = size; smaller > least; smaller -= 0.2) {
      const lines = wrap(text, width / smaller, bold)
      if (lines.length <= count) return { size: smaller, lines }
    }
  }
  return { size: SMALLEST, lines: wrap(text, width / SMALLEST, bold) }
}

/** Lines no wider than `width` ems, broken after spaces and slashes and, in a word that is wider alone, anywhere. */
function wrap(text: string, width: number, bold: boolean): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<=[\s/])/)) {
    if (widthOf((line + word).trimEnd(), bold) <= width) {
      line += word
      continue
    }
    if (line !== '') lines.push(line.trimEnd())
    line = ''
    for (const letter of word) {
      if (widthOf(line + letter, bold) > width) {
        lines.push(line)
        line = ''
      }
      line += letter
    }
  }
  return [...lines, line.trimEnd()]
}

/** Be Vietnam Pro's letters, on the wide side: there is nothing here that measures them, and a card must not be cut off. */
function widthOf(text: string, bold: boolean): number {
  let ems = 0
  for (const letter of text.normalize('NFD').replaceAll(/\p{M}/gu, ''))
    ems += /[\s.,:;'il|·/-]/.test(letter)
      ? 0.34
      : /[A-ZĐ]/.test(letter)
        ? 0.72
        : /[mw]/.test(letter)
          ? 0.9
          : 0.6
  return bold ? ems * 1.05 : ems
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
