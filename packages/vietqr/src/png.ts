import { crc32, deflateSync } from 'node:zlib'
import { DARK, LIGHT, OVERPRINT, overprintPlace, QUIET_ZONE, qrModules, type ImageOptions } from './image.ts'
import { overprintDots } from './overprint.ts'

const PALETTE = [LIGHT, DARK, OVERPRINT]
/** Already a picture of four thousand pixels a side: more is a mistake, and would eat the memory. */
const SCALE_MAX = 64
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * A code as a PNG picture, `scale` pixels a module: by default more than a thousand a side, which galleries keep sharp, chats
 * may shrink, and a printer puts on 10 cm at 300 dots an inch.
 * Throws `RangeError` for a scale that is not a whole number from 1 to 64.
 */
export function qrPng(payload: string, options: ImageOptions & { scale?: number } = {}): Buffer {
  const { scale = 24 } = options
  if (!Number.isInteger(scale) || scale < 1 || scale > SCALE_MAX)
    throw new RangeError('the scale must be 1 to 64')
  const modules = qrModules(payload)
  const size = modules.length + 2 * QUIET_ZONE
  const pixels = paint(modules, size * scale, scale)
  if (options.demo === true) paintOverprint(pixels, size, scale)
  return writePng(pixels, size * scale)
}

/** Row by row of modules: the rows of pixels within one are alike, and a picture of a million pixels is made while a phone waits. */
function paint(modules: boolean[][], side: number, scale: number): Uint8Array {
  const pixels = new Uint8Array(side * side)
  for (const [y, row] of modules.entries()) {
    const line = new Uint8Array(side)
    for (const [x, isDark] of row.entries())
      if (isDark) line.fill(1, (x + QUIET_ZONE) * scale, (x + QUIET_ZONE + 1) * scale)
    for (let at = 0; at < scale; at++) pixels.set(line, ((y + QUIET_ZONE) * scale + at) * side)
  }
  return pixels
}

function paintOverprint(pixels: Uint8Array, size: number, scale: number): void {
  const dots = overprintDots()
  const { dot, left, top } = overprintPlace(size)
  const side = size * scale
  const pixelOf = (start: number, dotAt: number): number => Math.round((start + dotAt * dot) * scale)
  for (let y = 0; y < dots.height; y++) {
    for (let x = 0; x < dots.width; x++) {
      if (!dots.at(x, y)) continue
      for (let row = pixelOf(top, y); row < pixelOf(top, y + 1); row++)
        pixels.fill(2, row * side + pixelOf(left, x), row * side + pixelOf(left, x + 1))
    }
  }
}

/** A palette PNG: three colours, one byte a pixel, no filter (PNG specification, third edition). */
function writePng(pixels: Uint8Array, side: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const rows = Buffer.alloc((side + 1) * side)
  for (let y = 0; y < side; y++) rows.set(pixels.subarray(y * side, (y + 1) * side), y * (side + 1) + 1)
  const palette = Buffer.from(PALETTE.map((colour) => colour.slice(1)).join(''), 'hex')
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    // The quickest level: a row repeats the one above, and somebody waits at a stall.
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
