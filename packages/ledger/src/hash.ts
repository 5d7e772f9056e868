import { createHash, hash } from 'node:crypto'

/**
 * The bytes behind every hash of the ledger, written a second time apart from the SQL that posts, so that each checks
 * the other. Numbers are big-endian; text is its length in bytes (4) and its UTF-8; times are microseconds, and days are
 * days, since 2000-01-01 as Postgres keeps them. The first bytes say what is hashed and by which version.
 */
export type HashedLeg = { book: string; debit: string; credit: string; amountVnd: bigint }

export type HashedTxn = {
  seq: bigint
  kind: string
  idemKey: string
  occurredMicros: bigint
  recordedMicros: bigint
  businessDayNumber: number
  sourceKind: string
  sourceId: string
  reversesSeq: bigint | null
  salt: Buffer
}

export type HashedBlock = { height: bigint; firstSeq: bigint; lastSeq: bigint; prevHash: Buffer }

const HASH_VERSION = 1
const REQUEST = 0x52
const LEAF = 0x4c
const BLOCK = 0x42

/** Postgres counts its times from 2000-01-01, and JavaScript from 1970-01-01. */
export const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n

const writer = createWriter()

/** What an item asked for: what it says and all its transfers, without the moment it was recorded or its number. */
export function requestHashOf(txn: HashedTxn, legs: readonly HashedLeg[]): Buffer {
  writer.start(REQUEST)
  writer.text(txn.kind)
  writer.int8(txn.occurredMicros - POSTGRES_EPOCH_MICROS)
  writer.text(txn.sourceKind)
  writer.text(txn.sourceId)
  writer.int8(txn.reversesSeq ?? 0n)
  writer.int4(legs.length)
  for (const leg of legs) {
    writer.text(leg.book)
    writer.text(leg.debit)
    writer.text(leg.credit)
    writer.int8(leg.amountVnd)
  }
  return hash('sha256', writer.bytes(), 'buffer')
}

/** The leaf of a txn: its salt, its place, its key, its times and the hash of what was asked for. */
export function leafOf(marketId: string, txn: HashedTxn, requestHash: Buffer): Buffer {
  writer.start(LEAF, txn.salt)
  writer.text(marketId)
  writer.int8(txn.seq)
  writer.text(txn.idemKey)
  writer.int8(txn.recordedMicros - POSTGRES_EPOCH_MICROS)
  writer.int4(txn.businessDayNumber)
  writer.raw(requestHash)
  return hash('sha256', writer.bytes(), 'buffer')
}

/** Starts a block's hash; the caller adds the leaves in the order of their numbers. */
export function startBlockHash(marketId: string, block: HashedBlock): ReturnType<typeof createHash> {
  writer.start(BLOCK)
  writer.text(marketId)
  writer.int8(block.height)
  writer.int8(block.firstSeq)
  writer.int8(block.lastSeq)
  writer.raw(block.prevHash)
  return createHash('sha256').update(writer.bytes())
}

/** One buffer, written over for each hash. */
function createWriter() {
  let buffer = Buffer.allocUnsafe(4096)
  let length = 0
  const room = (size: number): void => {
    if (length + size <= buffer.length) return
    const larger = Buffer.allocUnsafe(2 * (length + size))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }
  const raw = (bytes: Buffer): void => {
    room(bytes.length)
    length += bytes.copy(buffer, length)
  }
  return {
    raw,
    start(kind: number, salt?: Buffer): void {
      length = 0
      if (salt !== undefined) raw(salt)
      room(2)
      length = buffer.writeUInt8(kind, length)
      length = buffer.writeUInt8(HASH_VERSION, length)
    },
    int4(value: number): void {
      room(4)
      length = buffer.writeInt32BE(value, length)
    },
    int8(value: bigint): void {
      room(8)
      length = buffer.writeBigInt64BE(value, length)
    },
    text(value: string): void {
      const size = Buffer.byteLength(value)
      room(4 + size)
      length = buffer.writeInt32BE(size, length)
      length += buffer.write(value, length, 'utf8')
    },
    bytes: (): Buffer => buffer.subarray(0, length),
  }
}
