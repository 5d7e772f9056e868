import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const STORED = 0
const DEFLATED = 8

/**
 * True when `bytes` are a zip archive whose parts come to at most `maxBytes` when they are unpacked. Each part is unpacked
 * here, up to the limit, since what an archive says of its own sizes may be a lie.
 */
export function unpacksWithin(bytes: Buffer, maxBytes: number): boolean {
  try {
    const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
    if (end < 0 || bytes.readUInt32LE(end) !== END) return false
    const entries = bytes.readUInt16LE(end + 10)
    let at = bytes.readUInt32LE(end + 16)
    let room = maxBytes
    for (let entry = 0; entry < entries; entry++) {
      if (bytes.readUInt32LE(at) !== ENTRY) return false
      room -= sizeOf(bytes, at, room)
      if (room < 0) return false
      at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
    }
    return entries > 0
  } catch {
    // Beyond the end of the bytes, not deflated, or beyond the limit: in no case an archive to be read.
    return false
  }
}

/** How many bytes the part that the directory names at `at` has. Throws when it is more than `room`, or cannot be unpacked. */
function sizeOf(bytes: Buffer, at: number, room: number): number {
  const method = bytes.readUInt16LE(at + 10)
  const packed = bytes.readUInt32LE(at + 20)
  const local = bytes.readUInt32LE(at + 42)
  if (bytes.readUInt32LE(local) !== LOCAL) throw new RangeError('not a part of an archive')
  const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  if (from + packed > bytes.length) throw new RangeError('a part goes on beyond the end')
  if (method === STORED) return packed
  if (method !== DEFLATED) throw new RangeError('a part is packed in another way')
  return inflateRawSync(bytes.subarray(from, from + packed), { maxOutputLength: Math.max(1, room) }).length
}
