import {
  booksHashOf,
  dayNumberOf,
  HASH_VERSIONS,
  leafOf,
  requestHashOf,
  startBlockHash,
  type HashedAccount,
  type HashedBlock,
  type HashedLeg,
  type HashedTxn,
} from './hash.ts'
import { isDay, isSealed, NONE_CLOSED, type Close, type Seal } from './seal.ts'

/** The tables that are checked: the ledger's own, and the messages of banks whose digests it knows. */
type CheckedTable =
  | 'ledger_account'
  | 'ledger_txn'
  | 'ledger_transfer'
  | 'ledger_block'
  | 'ledger_head'
  | 'ledger_balance'
  | 'ledger_day'
  | 'ledger_close'
  | 'ledger_seal'
  | 'feed_inbox'

/** The first row that is not as it was posted: which table, which row, and what does not hold. */
export type Wrong = { what: CheckedTable; where: string; why: string }

export type Verification = {
  ok: boolean
  /** What was recomputed: from the first row, or from the block after `fromHeight`. */
  transfers: number
  blocks: number
  fromHeight: bigint
  /** Txns shown by their leaf alone, in an export that hides a book. They hold the chain together and show nothing. */
  hidden: number
  /** The highest seal that holds, and how many do; null when there is none. `unsealed` txns came after it. */
  sealed: { height: bigint; businessDay: string; sealedAt: Date; count: number } | null
  unsealed: bigint
  firstWrong?: Wrong
}

export type TxnRow = HashedTxn & { requestHash: Buffer; leaf: Buffer; block: bigint; isDayTooEarly: boolean }
export type LegRow = HashedLeg & { seq: bigint; leg: number }
export type TxnEntry = { txn: TxnRow; legs: readonly LegRow[] } | { hidden: { seq: bigint; leaf: Buffer } }
export type BlockRow = HashedBlock & { hash: Buffer }
export type Head = { lastSeq: bigint; height: bigint; hash: Buffer; closedThrough: string | null }

/** A market's ledger, wherever it is read from: the database, or an exported file. */
export type LedgerRows = {
  marketId: string
  head: Head | undefined
  accounts: readonly HashedAccount[]
  closes: readonly Close[]
  seals: readonly Seal[]
  /** In their order, those after `height` or `seq`. */
  blocks(height: bigint): AsyncIterable<BlockRow>
  txns(seq: bigint): AsyncIterable<TxnEntry>
  /** What does not add up, once everything was read: balances, days, transfers that belong to no txn. */
  checkSums(end: { lastSeq: bigint; isWhole: boolean }): Promise<Wrong | undefined>
}

export type VerifyOptions = {
  /** Seals kept outside the database. With them a rewritten chain and a cut tail are found. */
  seals?: readonly Seal[]
  /** The keys that may have signed, 32 bytes each. Without any, seals are held against the chain but not their signatures. */
  publicKeys?: readonly Buffer[]
  /** Start after a block that a seal vouches for, instead of at the first. */
  from?: BlockRow | undefined
}

/** How far the chain was found right, and where each sealed height ended. */
type Chain = {
  lastSeq: bigint
  height: bigint
  hash: Buffer
  transfers: number
  hidden: number
  seqAt: Map<bigint, bigint>
}

/** Below any number a row can have, so that rows numbered 0 or less are not overlooked. */
const BEFORE_ALL = -(2n ** 63n)
const NO_HASH = Buffer.alloc(32)

/**
 * Recomputes everything a ledger claims: that numbers have no gap, every request hash, leaf and block, that closed days
 * stayed closed, every seal, the head, and (by the source) every balance and day. Stops at the first row that is wrong and
 * names it. Holds one chunk of rows at a time, so a ledger of any length needs the same memory.
 */
export async function verifyRows(rows: LedgerRows, options: VerifyOptions = {}): Promise<Verification> {
  const { from, publicKeys = [] } = options
  const outside = options.seals?.filter(({ marketId }) => marketId === rows.marketId)
  const seals = [...(outside ?? []), ...rows.seals]
  const known = new Set(rows.accounts.map(({ id }) => id))
  const chain: Chain = {
    lastSeq: from?.lastSeq ?? 0n,
    height: from?.height ?? 0n,
    hash: from?.hash ?? NO_HASH,
    transfers: 0,
    hidden: 0,
    seqAt: new Map(from === undefined ? [] : [[from.height, from.lastSeq]]),
  }
  const firstWrong =
    checkDates(rows, seals) ??
    checkSeals(rows, seals, publicKeys, from) ??
    (await walkChain(rows, chain, known, seals, from)) ??
    checkHead(rows, chain, seals) ??
    (await rows.checkSums({ lastSeq: chain.lastSeq, isWhole: from === undefined }))
  // The seals outside decide where there are any: those in the database could have been taken away together with rows.
  const held = (outside ?? rows.seals).filter(({ height }) => height <= chain.height)
  const newest = held.toSorted((a, b) => Number(b.height - a.height))[0]
  return {
    ok: firstWrong === undefined,
    transfers: chain.transfers,
    blocks: Number(chain.height - (from?.height ?? 0n)),
    fromHeight: from?.height ?? 0n,
    hidden: chain.hidden,
    sealed:
      newest === undefined
        ? null
        : {
            height: newest.height,
            businessDay: newest.businessDay,
            sealedAt: newest.sealedAt,
            count: held.length,
          },
    unsealed: chain.lastSeq - (newest === undefined ? 0n : (chain.seqAt.get(newest.height) ?? 0n)),
    ...(firstWrong === undefined ? {} : { firstWrong }),
  }
}

/** Whether days and times are any: what is compared with none compares as neither, and would let everything pass. */
function checkDates({ closes }: LedgerRows, seals: readonly Seal[]): Wrong | undefined {
  const close = closes.find((one) => !isDay(one.businessDay) || Number.isNaN(one.closedAt.getTime()))
  if (close !== undefined)
    return wrong('ledger_close', close.businessDay, 'names a day or a time that is none')
  const seal = seals.find((one) => !isDay(one.businessDay) || Number.isNaN(one.sealedAt.getTime()))
  return seal && wrong('ledger_seal', `height ${seal.height}`, 'names a day or a time that is none')
}

/** Whether each seal was made by a key we know, and still fits the accounts and the closed days. */
function checkSeals(
  { marketId, accounts, closes }: LedgerRows,
  seals: readonly Seal[],
  publicKeys: readonly Buffer[],
  from: BlockRow | undefined,
): Wrong | undefined {
  // Hours of a day are sealed over the same accounts and days, and a seal outside over those of the one inside. What each
  // takes in only grows, so its two counts name it.
  const digests = new Map<string, Buffer>()
  for (const seal of seals) {
    const where = `height ${seal.height}`
    if (seal.marketId !== marketId) return wrong('ledger_seal', where, 'is of another market')
    if (publicKeys.length > 0 && !isSealed(seal, publicKeys)) {
      return wrong('ledger_seal', where, 'is not signed by a key that may sign')
    }
    if (from !== undefined && seal.height === from.height && !seal.hash.equals(from.hash)) {
      return wrong(
        'ledger_block',
        where,
        `is not the block that was sealed at ${seal.sealedAt.toISOString()}`,
      )
    }
    const opened = accounts.filter(({ openedHeight }) => openedHeight < seal.height)
    const closed = closes.filter(({ businessDay }) => businessDay <= seal.businessDay)
    const counts = `${opened.length} ${closed.length}`
    const booksHash = digests.get(counts) ?? booksHashOf(opened, closed)
    digests.set(counts, booksHash)
    if (!booksHash.equals(seal.booksHash)) {
      return wrong(
        'ledger_account',
        where,
        'an account, or a closed day, is not as it was when this was sealed',
      )
    }
  }
  return undefined
}

/** Walks blocks and their txns side by side; moves `chain` over what has been found right. */
async function walkChain(
  rows: LedgerRows,
  chain: Chain,
  known: ReadonlySet<string>,
  seals: readonly Seal[],
  from: BlockRow | undefined,
): Promise<Wrong | undefined> {
  const sealed = Map.groupBy(seals, ({ height }) => height)
  const txns = rows.txns(from?.lastSeq ?? BEFORE_ALL)[Symbol.asyncIterator]()
  // Where a day was closed, and where a seal says that it was: no later block may hold a txn of that day or before.
  const closed = [...rows.closes, ...seals].toSorted((a, b) => Number(a.height - b.height))
  let closedDay = Number.NEGATIVE_INFINITY
  for await (const block of rows.blocks(from?.height ?? BEFORE_ALL)) {
    const wrongBlock = checkBlockPlace(block, chain)
    if (wrongBlock !== undefined) return wrongBlock
    const blockHash = startBlockHash(rows.marketId, block)
    for (let next = closed[0]; next !== undefined && next.height < block.height; next = closed[0]) {
      closedDay = Math.max(closedDay, dayNumberOf(next.businessDay))
      closed.shift()
    }
    for (let seq = block.firstSeq; seq <= block.lastSeq; seq++) {
      const { value: entry, done } = await txns.next()
      if (done === true || entry === undefined) return wrong('ledger_txn', `seq ${seq}`, 'is missing')
      const wrongTxn = checkEntry(rows.marketId, entry, seq, block, closedDay) ?? checkLegs(entry, known)
      if (wrongTxn !== undefined) return wrongTxn
      blockHash.update('hidden' in entry ? entry.hidden.leaf : entry.txn.leaf)
      chain.lastSeq = seq
      if ('hidden' in entry) chain.hidden += 1
      else chain.transfers += entry.legs.length
    }
    const where = `height ${block.height}`
    if (!blockHash.digest().equals(block.hash)) {
      return wrong('ledger_block', where, 'its hash is not that of its leaves and the block before')
    }
    const other = sealed.get(block.height)?.find(({ hash }) => !hash.equals(block.hash))
    if (other !== undefined) {
      return wrong(
        'ledger_block',
        where,
        `is not the block that was sealed at ${other.sealedAt.toISOString()}`,
      )
    }
    chain.height = block.height
    chain.hash = block.hash
    if (sealed.has(block.height)) chain.seqAt.set(block.height, block.lastSeq)
  }
  const { value: beyond, done } = await txns.next()
  return done === true || beyond === undefined
    ? undefined
    : wrong('ledger_txn', `seq ${'hidden' in beyond ? beyond.hidden.seq : beyond.txn.seq}`, 'is in no block')
}

function checkBlockPlace(block: BlockRow, chain: Chain): Wrong | undefined {
  const where = `height ${block.height}`
  if (block.height !== chain.height + 1n)
    return wrong('ledger_block', `height ${chain.height + 1n}`, 'is missing')
  if (!HASH_VERSIONS.includes(block.version))
    return wrong('ledger_block', where, 'is hashed by an unknown version')
  if (!block.prevHash.equals(chain.hash))
    return wrong('ledger_block', where, 'does not follow the block before it')
  if (block.firstSeq !== chain.lastSeq + 1n || block.lastSeq < block.firstSeq) {
    return wrong('ledger_block', where, 'does not begin where the block before it ended')
  }
  return undefined
}

function checkEntry(
  marketId: string,
  entry: TxnEntry,
  seq: bigint,
  block: BlockRow,
  closedDay: number,
): Wrong | undefined {
  const where = `seq ${seq}`
  if ('hidden' in entry) {
    if (entry.hidden.seq !== seq) return wrong('ledger_txn', where, 'is missing')
    return entry.hidden.leaf.length === NO_HASH.length ? undefined : wrong('ledger_txn', where, 'has no leaf')
  }
  const { txn, legs } = entry
  if (txn.seq !== seq) return wrong('ledger_txn', where, 'is missing')
  if (txn.block !== block.height)
    return wrong('ledger_txn', where, 'names another block than the one that holds it')
  const gap = legs.findIndex(({ leg }, at) => leg !== at + 1)
  if (legs.length === 0 || gap >= 0) {
    return wrong('ledger_transfer', `seq ${seq} leg ${gap < 0 ? 1 : gap + 1}`, 'is missing')
  }
  const leaf = leafOf(marketId, txn, txn.requestHash, block.version)
  if (!leaf.equals(txn.leaf)) return wrong('ledger_txn', where, 'its leaf is not that of its row')
  if (!requestHashOf(txn, legs).equals(txn.requestHash)) {
    const [first] = legs
    const rows = legs.length === 1 ? `amount ${first?.amountVnd ?? 0n}` : `${legs.length} transfers`
    return wrong('ledger_txn', where, `what it says, or its transfers (${rows}), is not what was posted`)
  }
  // The hashes write these as nothing, so they would not tell a nothing that was put in from one that is not there.
  if (txn.sourceHash !== null && (block.version === 1 || txn.sourceHash.length !== NO_HASH.length))
    return wrong('ledger_txn', where, 'names a digest of its source that it cannot have')
  if (txn.reversesSeq !== null && (txn.reversesSeq < 1n || txn.reversesSeq >= seq))
    return wrong('ledger_txn', where, 'reverses what is no earlier txn')
  if (txn.isDayTooEarly) return wrong('ledger_txn', where, 'its business day is before the day it happened')
  if (txn.businessDayNumber <= closedDay)
    return wrong('ledger_txn', where, 'its business day was closed before it was posted')
  return undefined
}

/** What the tables' constraints say, for a file has none, and who owns a database can take them away. */
function checkLegs(entry: TxnEntry, known: ReadonlySet<string>): Wrong | undefined {
  if ('hidden' in entry) return undefined
  for (const { seq, leg, book, debit, credit, amountVnd } of entry.legs) {
    const where = `seq ${seq} leg ${leg}`
    const stranger = [debit, credit].find((id) => !known.has(id))
    if (stranger !== undefined)
      return wrong('ledger_transfer', where, `moves ${stranger}, which was never opened`)
    if (!debit.startsWith(`${book}:`) || !credit.startsWith(`${book}:`))
      return wrong('ledger_transfer', where, 'crosses books')
    if (debit === credit || amountVnd < 1n) return wrong('ledger_transfer', where, 'moves nothing')
  }
  return undefined
}

function checkHead({ marketId, head, closes }: LedgerRows, chain: Chain, seals: readonly Seal[]) {
  const beyond = seals.find(({ height }) => height > chain.height)
  if (beyond !== undefined) {
    return wrong(
      'ledger_block',
      `height ${chain.height + 1n}`,
      `is missing, and everything after it: height ${beyond.height} was sealed at ${beyond.sealedAt.toISOString()}`,
    )
  }
  if (head === undefined)
    return chain.height === 0n ? undefined : wrong('ledger_head', marketId, 'is missing')
  if (head.lastSeq !== chain.lastSeq || head.height !== chain.height || !head.hash.equals(chain.hash)) {
    return wrong('ledger_head', marketId, `does not stand at the end of the chain (height ${chain.height})`)
  }
  // The release before kept no row of a close, but its seals name the day.
  const sealedDay =
    seals
      .map(({ businessDay }) => businessDay)
      .toSorted()
      .at(-1) ?? NONE_CLOSED
  if (sealedDay > (head.closedThrough ?? NONE_CLOSED))
    return wrong('ledger_head', marketId, `the days up to ${sealedDay} were closed when this was sealed`)
  const closed = closes.at(-1)?.businessDay
  return closed === undefined || closed === head.closedThrough
    ? undefined
    : wrong('ledger_head', marketId, `the last closed day is ${closed}, and not the one it names`)
}

export function wrong(what: CheckedTable, where: string, why: string): Wrong {
  return { what, where, why }
}
