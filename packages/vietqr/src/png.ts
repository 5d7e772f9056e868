import { crc32, deflateSync } from 'node:zlib'
import { DARK, LIGHT, OVERPRINT, overprintPlace, QUIET_ZONE, qrModules, type ImageOptions } from './image.ts'
import { overprintDots } from './overprint.ts'

const PALETTE = [LIGHT, DARK, OVERPRINT]
/** Already a picture of four thousand pixels a side: more is a mistake, and would eat the memory. */
const SCALE_MAX = 64
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * A code as a PNG picture, `scale` pixels a module: large enough by default to print at 5 cm and 300 dots an inch.
 * Throws `RangeError` for a scale that is not a whole number from 1 to 64.
 */
export function qrPng(payload: string, options: ImageOptions & { scale?: number } = {}): Buffer {
  const { scale = 12 } = options
  if (!Number.isInteger(scale) || scale < 1 || scale > SCALE_MAX)
    throw new RangeError('the scale must be 1 to 64')
  const modules = qrModules(payload)
  const size = modules.length + 2 * QUIET_ZONE
  const pixels = paint(modules, size * scale, scale)
  if (options.demo === true) paintOverprint(pixels, size, scale)
  return writePng(pixels, size * scale)
}

function paint(modules: boolean[][], side: number, scale: number): Uint8Array {
  const pixels = new Uint8Array(side * side)
  for (let y = 0; y < side; y++) {
    const row = modules[Math.floor(y / scale) - QUIET_ZONE]
    for (let x = 0; x < side; x++)
      if (row?.[Math.floor(x / scale) - QUIET_ZONE] === true) pixels[y * side + x] = 1
  }
  return pixels
}

function paintOverprint(pixels: Uint8Array, size: number, scale: number): void {
  const dots = overprintDots()
  const { dot, left, top } = overprintPlace(size)
  const side = size * scale
  for (let y = Math.floor(top * scale); y < side; y++) {
    for (let x = left * scale; x < side; x++) {
      const inside = dots.at(Math.floor((x / scale - left) / dot), Math.floor((y / scale - top) / dot))
      if (inside) pixels[y * side + x] = 2
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
    chunk('IDAT', deflateSync(rows, { level: 9 })),
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
