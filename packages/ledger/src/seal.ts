import { isMarketId, type Tx } from '@tienve/db'
import { sql, type SQL } from 'drizzle-orm'
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { booksHashOf, sealBytes, type HashedAccount, type HashedClose, type HashedSeal } from './hash.ts'

/** A height of the chain, signed. As text it is one line, the same in the seal file, in the day report's QR and on paper. */
export type Seal = HashedSeal & { keyId: string; signature: Buffer }

export type Close = HashedClose

/** Signs seals. It lies outside the database: whoever owns the database cannot make one. */
export type SealKey = { id: string; privateKey: KeyObject; publicKey: Buffer }

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8, and before a public one. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_BYTES = 32
const KEY_ID_BYTES = 8
const SIGNATURE_BYTES = 64
const FORM = 'tienve-seal/1'

/** The last closed day of a market that has closed none: the day from which the hashes count. */
export const NONE_CLOSED = '2000-01-01'

/** Makes the key out of its 32 secret bytes. */
export function sealKeyOf(secret: Buffer): SealKey {
  if (secret.length !== KEY_BYTES) throw new Error('a seal key is 32 bytes')
  const privateKey = createPrivateKey({
    key: Buffer.concat([PRIVATE_PREFIX, secret]),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey(privateKey)
    .export({ format: 'der', type: 'spki' })
    .subarray(PUBLIC_PREFIX.length)
  return { id: keyIdOf(publicKey), privateKey, publicKey }
}

/** The name of a public key (32 bytes) in a seal. */
export function keyIdOf(publicKey: Buffer): string {
  return createHash('sha256').update(publicKey).digest().subarray(0, KEY_ID_BYTES).toString('hex')
}

/** True when one of these public keys (32 bytes each) made the seal. */
export function isSealed(seal: Seal, publicKeys: readonly Buffer[]): boolean {
  const publicKey = publicKeys.find((key) => keyIdOf(key) === seal.keyId)
  if (publicKey === undefined) return false
  const key = createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, sealBytes(seal), key, seal.signature)
}

/** A seal as its line of text. */
export function sealToText(seal: Seal): string {
  const bytes = (value: Buffer): string => value.toString('base64url')
  return [
    FORM,
    seal.marketId,
    seal.businessDay,
    seal.height,
    bytes(seal.hash),
    bytes(seal.booksHash),
    seal.sealedAt.toISOString(),
    seal.keyId,
    bytes(seal.signature),
  ].join(' ')
}

/** Reads a line of text back; null when it is no seal. Whether it is genuine is for `isSealed` to say. */
export function sealFromText(text: string): Seal | null {
  const [form, marketId, businessDay, height, hash, booksHash, sealedAt, keyId, signature, ...rest] = text
    .trim()
    .split(' ')
  if (form !== FORM || marketId === undefined || signature === undefined || rest.length > 0) return null
  const seal = {
    marketId,
    businessDay: businessDay ?? '',
    height: /^\d{1,18}$/.test(height ?? '') ? BigInt(height ?? '') : 0n,
    hash: Buffer.from(hash ?? '', 'base64url'),
    booksHash: Buffer.from(booksHash ?? '', 'base64url'),
    sealedAt: new Date(sealedAt ?? ''),
    keyId: keyId ?? '',
    signature: Buffer.from(signature, 'base64url'),
  }
  return sealToTextOrNull(seal) === text.trim() ? seal : null
}

/**
 * Signs where a market's chain stands now; null when there is nothing new to sign. The caller appends the line to the
 * file outside the database first and keeps the seal (`addSeal`) after, so that none is in the database alone.
 */
export async function makeSeal(tx: Tx, marketId: string, key: SealKey, now: Date): Promise<Seal | null> {
  const { rows } = await tx.execute<{
    height: bigint
    hash: Buffer
    businessDay: string
    isSealed: boolean
  }>(sql`
    select h.height, h.hash, coalesce(h.closed_through, ${NONE_CLOSED}::date)::text as "businessDay",
      exists (select from ledger_seal s where s.market_id = h.market_id and s.height = h.height
        and s.business_day = coalesce(h.closed_through, ${NONE_CLOSED}::date)) as "isSealed"
    from ledger_head h where h.market_id = ${marketId}`)
  const [head] = rows
  if (head === undefined || head.height === 0n || head.isSealed) return null
  const { height, hash, businessDay } = head
  const booksHash = await readBooksHash(tx, marketId, height, businessDay)
  const unsigned = { marketId, businessDay, height, hash, booksHash, sealedAt: now }
  return { ...unsigned, keyId: key.id, signature: sign(null, sealBytes(unsigned), key.privateKey) }
}

/** Keeps a seal in the database too, where screens find it. For the worker; keeping it twice is no error. */
export async function addSeal(tx: Tx, seal: Seal): Promise<void> {
  await tx.execute(sql`
    select ledger_add_seal(${seal.marketId}, ${seal.businessDay}::date, ${seal.height.toString()}::bigint, ${seal.hash},
      ${seal.booksHash}, ${seal.signature}, ${seal.keyId}, ${seal.sealedAt.toISOString()}::timestamptz)`)
}

/** Where a page of seals ended. */
export type SealPlace = { businessDay: string; height: bigint }

type SealRow = Omit<Seal, 'sealedAt'> & { sealedAt: string }
const SEAL_COLUMNS =
  sql.raw(`s.market_id as "marketId", s.business_day::text as "businessDay", s.height, s.hash,
  s.books_hash as "booksHash", s.signature, s.key_id as "keyId", s.sealed_at as "sealedAt"`)

/** The seals of a market, the newest first (the last closed day never goes back, so it goes before): all, or a page. */
export async function listSeals(
  tx: Tx,
  marketId: string,
  page?: { after?: SealPlace | undefined; limit: number },
): Promise<Seal[]> {
  const after = page?.after
  const { rows } = await tx.execute<SealRow>(sql`
    select ${SEAL_COLUMNS} from ledger_seal s
    where s.market_id = ${marketId} ${
      after === undefined
        ? sql``
        : sql`and (s.business_day, s.height) < (${after.businessDay}::date, ${after.height.toString()}::bigint)`
    }
    order by s.business_day desc, s.height desc limit ${page?.limit ?? null}`)
  return rows.map(toSeal)
}

/** The first seal that covers each of these closed days, by the day: as high as the closing, and made after it. */
export async function findSealsOf(
  tx: Tx,
  marketId: string,
  closes: readonly Pick<Close, 'businessDay' | 'height'>[],
): Promise<Map<string, Seal>> {
  const { rows } = await tx.execute<SealRow & { day: string }>(sql`
    select c.day::text, s.* from unnest(${sql.param(closes.map(({ businessDay }) => businessDay))}::date[],
      ${sql.param(closes.map(({ height }) => height.toString()))}::bigint[]) as c (day, height)
    cross join lateral (
      select ${SEAL_COLUMNS} from ledger_seal s
      where s.market_id = ${marketId} and s.business_day >= c.day and s.height >= c.height
      order by s.business_day, s.height limit 1
    ) as s`)
  return new Map(rows.map(({ day, ...row }) => [day, toSeal(row)]))
}

function toSeal(row: SealRow): Seal {
  return { ...row, sealedAt: new Date(row.sealedAt) }
}

/** The digest of the accounts opened before block `height` and of the days closed up to `businessDay`. */
export async function readBooksHash(
  tx: Tx,
  marketId: string,
  height: bigint,
  businessDay: string,
): Promise<Buffer> {
  const accounts = await readSealedAccounts(tx, marketId)
  const closes = await readCloses(tx, marketId)
  return booksHashOf(
    accounts.filter(({ openedHeight }) => openedHeight < height),
    closes.filter((close) => close.businessDay <= businessDay),
  )
}

/** What seals take in of a market's accounts, in the order of the digest. */
export async function readSealedAccounts(tx: Tx, marketId: string): Promise<HashedAccount[]> {
  const { rows } = await tx.execute<HashedAccount>(sql`
    select id, gl_code as "glCode", side, keeps_side as "keepsSide", name, opened_height as "openedHeight"
    from ledger_account where market_id = ${marketId} order by id collate "C"`)
  return rows
}

/** The days that were closed, each with what whoever closed it saw, the oldest first. */
export async function readCloses(tx: Tx, marketId: string): Promise<Close[]> {
  return selectCloses(tx, sql`where market_id = ${marketId} order by business_day`)
}

/** How a day was closed; undefined while it is open, or where it was closed together with a later one. */
export async function findClose(tx: Tx, marketId: string, day: string): Promise<Close | undefined> {
  const [close] = await selectCloses(tx, sql`where market_id = ${marketId} and business_day = ${day}::date`)
  return close
}

/** A page of the closed days, the newest first; `after` is the day that the page before ended with. */
export async function listCloses(
  tx: Tx,
  marketId: string,
  page: { after?: string | undefined; limit: number },
): Promise<Close[]> {
  return selectCloses(
    tx,
    sql`where market_id = ${marketId} and business_day < ${page.after ?? 'infinity'}::date
      order by business_day desc limit ${page.limit}`,
  )
}

async function selectCloses(tx: Tx, which: SQL): Promise<Close[]> {
  const { rows } = await tx.execute<Omit<Close, 'closedAt'> & { closedAt: string }>(sql`
    select business_day::text as "businessDay", height, closed_at as "closedAt", closed_by as "closedBy",
      suspense_count as "suspenseCount", suspense_vnd as "suspenseVnd", difference_vnd as "differenceVnd",
      deaf_count as "deafCount"
    from ledger_close ${which}`)
  return rows.map((row) => ({ ...row, closedAt: new Date(row.closedAt) }))
}

/** A line that does not come back the same was not written by us: a day that is none, a hash of another length. */
function sealToTextOrNull(seal: Seal): string | null {
  const isWhole =
    seal.hash.length === KEY_BYTES &&
    seal.booksHash.length === KEY_BYTES &&
    seal.signature.length === SIGNATURE_BYTES &&
    /^[0-9a-f]{16}$/.test(seal.keyId) &&
    isMarketId(seal.marketId)
  return isWhole && !Number.isNaN(seal.sealedAt.getTime()) && isDay(seal.businessDay)
    ? sealToText(seal)
    : null
}

/** True for `YYYY-MM-DD` where the calendar has such a day. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(text)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
