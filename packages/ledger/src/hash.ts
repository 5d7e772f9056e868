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
  sourceHash: Buffer | null
  reversesSeq: bigint | null
  salt: Buffer
}

/** `version` says how the block and its leaves were hashed: 2 takes the digest of a txn's source in, 1 knew none. */
export type HashedBlock = {
  height: bigint
  firstSeq: bigint
  lastSeq: bigint
  prevHash: Buffer
  version: number
}

export type HashedSeal = {
  marketId: string
  /** `YYYY-MM-DD` */
  businessDay: string
  height: bigint
  hash: Buffer
  booksHash: Buffer
  sealedAt: Date
}

export type HashedAccount = {
  id: string
  glCode: string
  side: string
  keepsSide: boolean
  name: string
  openedHeight: bigint
}

export type HashedClose = {
  businessDay: string
  height: bigint
  closedAt: Date
  closedBy: string
  suspenseCount: number
  suspenseVnd: bigint
  differenceVnd: bigint
  deafCount: number
}

const REQUEST = 0x52
const LEAF = 0x4c
const BLOCK = 0x42
const SEAL = 0x53
const BOOKS = 0x4b

/** What is asked for, and what is signed, are written in their first way; only leaves and blocks have had a second. */
const FIRST_VERSION = 1
export const HASH_VERSIONS: readonly number[] = [1, 2]

/** Postgres counts its times from 2000-01-01, and JavaScript from 1970-01-01. */
export const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n

const DAY_MS = 86_400_000
const writer = createWriter()

/** What an item asked for: what it says and all its transfers, without the moment it was recorded or its number. */
export function requestHashOf(txn: HashedTxn, legs: readonly HashedLeg[]): Buffer {
  writer.start(REQUEST, FIRST_VERSION)
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

/** The leaf of a txn: its salt, its place, its key, its times, the hash of what was asked for and of who said so. */
export function leafOf(marketId: string, txn: HashedTxn, requestHash: Buffer, version: number): Buffer {
  writer.start(LEAF, version, txn.salt)
  writer.text(marketId)
  writer.int8(txn.seq)
  writer.text(txn.idemKey)
  writer.int8(txn.recordedMicros - POSTGRES_EPOCH_MICROS)
  writer.int4(txn.businessDayNumber)
  writer.raw(requestHash)
  if (version > 1 && txn.sourceHash !== null) writer.raw(txn.sourceHash)
  return hash('sha256', writer.bytes(), 'buffer')
}

/** Starts a block's hash; the caller adds the leaves in the order of their numbers. */
export function startBlockHash(marketId: string, block: HashedBlock): ReturnType<typeof createHash> {
  writer.start(BLOCK, block.version)
  writer.text(marketId)
  writer.int8(block.height)
  writer.int8(block.firstSeq)
  writer.int8(block.lastSeq)
  writer.raw(block.prevHash)
  return createHash('sha256').update(writer.bytes())
}

/** What is beside the chain and must not change either: accounts by their ids, and closed days in their order. */
export function booksHashOf(accounts: readonly HashedAccount[], closes: readonly HashedClose[]): Buffer {
  const digest = createHash('sha256')
  writer.start(BOOKS, FIRST_VERSION)
  writer.int4(accounts.length)
  digest.update(writer.bytes())
  for (const account of accounts) {
    writer.clear()
    writer.text(account.id)
    writer.text(account.glCode)
    writer.text(account.side)
    writer.int4(account.keepsSide ? 1 : 0)
    writer.text(account.name)
    writer.int8(account.openedHeight)
    digest.update(writer.bytes())
  }
  for (const close of closes) {
    writer.clear()
    writer.int4(dayNumberOf(close.businessDay))
    writer.int8(close.height)
    writer.time(close.closedAt)
    writer.text(close.closedBy)
    writer.int4(close.suspenseCount)
    writer.int8(close.suspenseVnd)
    writer.int8(close.differenceVnd)
    writer.int4(close.deafCount)
    digest.update(writer.bytes())
  }
  return digest.digest()
}

/** A day as Postgres counts it, from 2000-01-01. */
export function dayNumberOf(day: string): number {
  return (Date.parse(day) - Number(POSTGRES_EPOCH_MICROS / 1000n)) / DAY_MS
}

/** The bytes that a seal signs: that every day up to `businessDay` is closed and the chain stands at this hash. */
export function sealBytes(seal: HashedSeal): Buffer {
  writer.start(SEAL, FIRST_VERSION)
  writer.text(seal.marketId)
  writer.int4(dayNumberOf(seal.businessDay))
  writer.int8(seal.height)
  writer.raw(seal.hash)
  writer.raw(seal.booksHash)
  writer.time(seal.sealedAt)
  return Buffer.from(writer.bytes())
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
  const int8 = (value: bigint): void => {
    room(8)
    length = buffer.writeBigInt64BE(value, length)
  }
  return {
    raw,
    clear(): void {
      length = 0
    },
    start(kind: number, version: number, salt?: Buffer): void {
      length = 0
      if (salt !== undefined) raw(salt)
      room(2)
      length = buffer.writeUInt8(kind, length)
      length = buffer.writeUInt8(version, length)
    },
    int4(value: number): void {
      room(4)
      length = buffer.writeInt32BE(value, length)
    },
    int8,
    time(value: Date): void {
      int8(BigInt(value.getTime()) * 1000n - POSTGRES_EPOCH_MICROS)
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
