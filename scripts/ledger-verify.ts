import type { AuditVerify, DemoFile } from '@tienve/contracts'
import { createDb, inMarket } from '@tienve/db'
import {
  fileRows,
  LedgerFileError,
  NONE_CLOSED,
  sealFromText,
  sealKeyOf,
  verifyMarket,
  verifyRows,
  type Seal,
  type Verification,
  type Wrong,
} from '@tienve/ledger'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { verifyTrail } from '../services/payment/src/audit/verify.ts'
import { checkSources } from '../services/payment/src/origin/service.ts'
import { DATA_DIR } from './stack/stack.ts'

const USAGE = `npm run ledger:verify -- [EXPORT] [--seals FILE] [--keys BASE64,…] [--market ID] [--json]

Recomputes every number, hash, balance, closed day and seal, and the trail of who did what, and names the first row that is
wrong.
  --seals   the seal file kept away from the database: with it a rewritten chain and a cut tail are found
  --keys    the public keys that may have signed (or SEAL_PUBLIC_KEYS)
  --market  one market instead of all
EXPORT is an exported ledger (JSON lines, also after --file) instead of a database.
The database is the one DATABASE_URL names (as tv_owner or tv_worker), or the demo that is running.`

/** An Ed25519 public key. */
const KEY_BYTES = 32

type Found = Verification & {
  marketId: string
  sources: { checked: number; erased: number } | null
  trail: AuditVerify | null
}

const values = readArguments()

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seals: { type: 'string' },
        keys: { type: 'string' },
        file: { type: 'string' },
        market: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const [file = values.file, ...rest] = positionals
    if (rest.length > 0) throw new Error('One file at a time.')
    return { ...values, file }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    process.exit(1)
  }
}

async function main(): Promise<boolean> {
  if (values.help) {
    console.log(USAGE)
    return true
  }
  const startedAt = performance.now()
  const options = {
    publicKeys: await readKeys(),
    ...(values.seals === undefined ? {} : { seals: await readSeals(values.seals) }),
  }
  const found =
    values.file === undefined ? await verifyDatabase(options) : [await verifyFile(values.file, options)]
  const seconds = (performance.now() - startedAt) / 1_000
  if (values.json) console.log(JSON.stringify(found, toJson, 2))
  else for (const one of found) console.log(inWords(one, options))
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  console.error(`${seconds.toFixed(1)} s, at most ${megabytes} MB of memory`)
  return found.every(({ ok, trail }) => ok && trail?.ok !== false)
}

type Options = { publicKeys: Buffer[]; seals?: Seal[] }

async function verifyDatabase(options: Options): Promise<Found[]> {
  const url = process.env.DATABASE_URL ?? (await readDemo())?.ownerDatabaseUrl
  if (url === undefined)
    throw new Error('Which database? Set DATABASE_URL, or start the demo with npm start.')
  const db = createDb(url, { max: 2, applicationName: 'tienve-verify' })
  try {
    const lanes = await db.pool.query<{ market_id: string }>('select market_id from feed_lane order by 1')
    const ids = lanes.rows.map(({ market_id }) => market_id)
    const chosen = values.market === undefined ? ids : ids.filter((id) => id === values.market)
    if (chosen.length === 0) throw new Error('There is no such market in this database.')
    const found: Found[] = []
    for (const marketId of chosen) {
      const ledger = await verifyMarket(db, marketId, options)
      const { firstWrong, ...sources } = await inMarket(db, marketId, (tx) => checkSources(tx, marketId, 0n))
      const trail = await inMarket(db, marketId, (tx) => verifyTrail(tx, marketId))
      found.push({ marketId, ...failedBy(ledger, firstWrong), sources, trail })
    }
    return found
  } finally {
    await db.pool.end()
  }
}

async function verifyFile(path: string, options: Options): Promise<Found> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
  const rows = await fileRows(lines)
  if (values.market !== undefined && values.market !== rows.marketId)
    throw new Error(`${path} is the ledger of ${rows.marketId}.`)
  return { marketId: rows.marketId, ...(await verifyRows(rows, options)), sources: null, trail: null }
}

function failedBy(ledger: Verification, wrong: Wrong | undefined): Verification {
  return ledger.firstWrong !== undefined || wrong === undefined
    ? ledger
    : { ...ledger, ok: false, firstWrong: wrong }
}

/** What is proved, and up to when. */
function inWords(found: Found, { seals, publicKeys }: Options): string {
  const { marketId, firstWrong, sealed, unsealed, hidden, sources, trail } = found
  if (trail?.firstWrong !== undefined)
    return `✗ ${marketId}: the trail of who did what, entry ${trail.firstWrong.seq}: ${trail.firstWrong.why}.`
  if (firstWrong !== undefined) {
    return `✗ ${marketId}: ${firstWrong.what}, ${firstWrong.where}: ${firstWrong.why}.`
  }
  const lines = [
    `✓ ${marketId}: ${found.transfers} transfers in ${found.blocks} blocks recomputed; debits equal credits and no row was changed.`,
  ]
  if (hidden > 0)
    lines.push(`  ${hidden} txns are shown by their leaf alone: in the chain, with nothing told of them.`)
  if (sources !== null && sources.checked > 0) {
    lines.push(
      `  ${sources.checked} messages of banks are those that were posted; ${sources.erased} were erased since.`,
    )
  }
  lines.push(
    sealed === null
      ? '  Nothing is sealed: whoever owns the database could have written all of it anew.'
      : `  Sealed up to block ${sealed.height} at ${sealed.sealedAt.toISOString()}${sealed.businessDay === NONE_CLOSED ? '' : `, days closed up to ${sealed.businessDay}`}; ${unsealed} txns are newer and unsealed.`,
  )
  if (seals === undefined)
    lines.push(
      '  The seals are the database’s own: give the file kept outside with --seals to rule out a rewritten chain.',
    )
  if (trail !== null && trail.entries > 0)
    lines.push(
      `  The trail of who did what: ${trail.entries} entries recomputed, ${trail.erased} values erased since; it ends with ${trail.headHash}.`,
    )
  if (publicKeys.length === 0) lines.push('  No public key was given, so the signatures were not checked.')
  return lines.join('\n')
}

async function readSeals(path: string): Promise<Seal[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, at) => {
    const seal = sealFromText(line)
    if (seal === null) throw new Error(`${path}, line ${at + 1}: this is not a seal.`)
    return seal
  })
}

async function readKeys(): Promise<Buffer[]> {
  const text = values.keys ?? process.env.SEAL_PUBLIC_KEYS
  if (text !== undefined && text !== '') return text.split(',').map(readKey)
  if (process.env.DATABASE_URL !== undefined || values.file !== undefined) return []
  const secrets = await readFile(join(DATA_DIR, 'secrets.json'), 'utf8').catch(() => '{}')
  const { sealKey } = JSON.parse(secrets) as { sealKey?: string }
  return sealKey === undefined ? [] : [sealKeyOf(Buffer.from(sealKey, 'base64')).publicKey]
}

function readKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64')
  if (key.length !== KEY_BYTES) throw new Error(`${text} is no public key: 32 bytes in base 64.`)
  return key
}

async function readDemo(): Promise<DemoFile | null> {
  const text = await readFile(join(DATA_DIR, 'demo.json'), 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as DemoFile)
}

function toJson(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

const isRight = await main().catch((error: Error) => {
  const said = error instanceof LedgerFileError ? `✗ ${values.file}: ${error.message}` : error.message
  console.error(said)
  return false
})
process.exit(isRight ? 0 : 1)
