import type { Viewer } from '@tienve/contracts'
import { createHash, randomBytes } from 'node:crypto'

/** A value that may be erased: where it stands in its entry, what it is about, and the salt of its digest. */
export type PersonalValue = { path: string; about: string; salt: Buffer; value: string }

/** An entry as its hash has it; the order of the fields is that of the bytes. */
export type HashedEntry = {
  marketId: string
  seq: bigint
  at: Date
  actorId: string | null
  actorRole: string
  action: string
  objectKind: string
  objectId: string
  stallId: string | null
  requestId: string | null
  route: string | null
  origin: string | null
  sessionId: string | null
  before: string | null
  after: string | null
  prevHash: Buffer
}

/**
 * Changes that leave no entry, each with its reason. One more needs a reason here, or the walk over the routes fails
 * (`audit.test.ts`).
 */
export const NOT_IN_TRAIL: Readonly<Record<string, string>> = {
  'POST /v1/stalls/:id/payment-requests':
    "the stall's own trade, many times a day; the request itself says who asked",
  'POST /v1/payment-requests/:id/cancel': "the stall's own trade; the request itself says so",
  'POST /v1/stalls/:id/cash-sales':
    "the stall's own trade; the sale is in the ledger, which is a chain itself",
  'POST /v1/cash-sales/:id/undo': 'a reversal in the ledger',
  'POST /v1/stalls/:id/shifts': "the stall's own affair; the shift says who began it and when",
  'POST /v1/shifts/:id/end': "the stall's own affair; the shift says who ended it and when",
  'POST /v1/shifts/:id/confirm':
    "the stall's own affair; the shift says it, and nothing changes it afterwards",
  'POST /v1/stalls/:id/credit-sales':
    "the stall's own book; its lines are never changed, and say who wrote them. A shopper's name stands there alone",
  'POST /v1/credit-customers/:id/payment-requests': "the stall's own trade, like any request",
  'POST /v1/credit-customers/:id/cash-payments': "a line of the stall's own book, and a sale in the ledger",
  'POST /v1/credit-customers/:id/forgive': "a line of the stall's own book, with its reason",
  'POST /v1/credit-customers/:id/surplus': "a line of the stall's own book",
  'POST /v1/credit-customers/:id/erase': "the stall's own book; what was erased must not stand elsewhere",
  'POST /v1/credit-entries/:id/reverse': "a line of the stall's own book",
  'POST /v1/stalls/:id/code-checks': 'the check itself says who looked, when, and what was found',
  'PUT /v1/stalls/:id/notices/read': 'changes nothing but what is shown as new',
  'POST /v1/push-subscriptions': 'whether a phone is woken is of its owner alone',
  'DELETE /v1/push-subscriptions/:id': 'whether a phone is woken is of its owner alone',
  'POST /v1/markets/:id/register/preview': 'keeps nothing',
  'POST /v1/receiving-accounts/:id/statements/preview': 'keeps nothing',
}

const SALT_BYTES = 16
const ENTRY_FIRST = Buffer.from([0x41, 1])
const VALUE_FIRST = Buffer.from([0x56, 1])
/** Postgres counts its times from 2000-01-01, and JavaScript from 1970-01-01. */
const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n

/** What is secret is in no entry, not even by its digest: a PIN is soon guessed. */
const SECRET = /secret|password|pin$|otp|token|recovery|^keys?$|^api_?key$|^endpoint$|^address$|url$/i
/** Fields whose text is a word of a known list, a mark of a place or a number of a paper, and nobody's. */
const OPEN_FIELDS = new Set(
  'kind status as unit service method direction format provider scheme outcome stallKind whilePaused positionGrade rowLabel lot role channel percentOf formSymbol what newValue lastValue initialValue serial words'.split(
    ' ',
  ),
)
/** Ids, days, months, moments and short measures; phones, account numbers and PINs are longer or have a name of their own. */
const OPEN_TEXT =
  /^(?:[a-z]{3}_[0-9a-z_]{1,40}|\d{4}-\d\d(?:-\d\d)?|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)|\d{1,5}(?:\.\d{1,6})?)$/
const LONGEST_VALUE = 1_000

/**
 * JSON of a change for the chain: keys in order, no space, every personal value in place of its digest. Numbers, ids, days
 * and words of known lists stand as they are, and all other text is taken for personal: whoever adds a field need not think of it.
 */
export function protect(
  value: object,
  root: 'before' | 'after',
  about: string,
  open: readonly string[] = [],
): { json: string; values: PersonalValue[] } {
  const values: PersonalValue[] = []
  const walk = (one: unknown, name: string, path: string): unknown => {
    if (one === null || typeof one === 'boolean' || typeof one === 'number') return one
    if (typeof one === 'bigint') return Number(one)
    if (one instanceof Date) return one.toISOString()
    if (SECRET.test(name) || (name === 'code' && /^\d+$/.test(String(one)))) return { secret: true }
    if (Array.isArray(one)) return one.map((each, at) => walk(each, name, `${path}.${at}`))
    if (typeof one === 'object')
      return Object.fromEntries(
        Object.entries(one)
          .filter(([, each]) => each !== undefined)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, each]) => [key, walk(each, key, `${path}.${key.replaceAll('.', '%2e')}`)]),
      )
    const text = String(one)
    if (OPEN_FIELDS.has(name) || open.includes(name) || OPEN_TEXT.test(text)) return text
    // A file or the like lies where it was put: its digest says which it was.
    if (text.length > LONGEST_VALUE) return { sha256: createHash('sha256').update(text).digest('hex') }
    const personal = conceal(path, about, text)
    values.push(personal)
    return { digest: digestOf(personal) }
  }
  return { json: JSON.stringify(walk(value, '', root)), values }
}

/** The fields of what is asked for that are not so already, as they were and as they are to be. */
export function changedOf(was: object, asked: object): { before: object; after: object } {
  const of = new Map(Object.entries(was))
  const changed = Object.entries(asked).filter(
    ([name, value]) =>
      value !== undefined && JSON.stringify(of.get(name) ?? null) !== JSON.stringify(value ?? null),
  )
  return {
    before: Object.fromEntries(changed.map(([name]) => [name, of.get(name) ?? null])),
    after: Object.fromEntries(changed),
  }
}

/** A value with a salt of its own. */
export function conceal(path: string, about: string, value: string): PersonalValue {
  return { path, about, salt: randomBytes(SALT_BYTES), value }
}

/** What stands in an entry in place of a personal value. */
export function digestOf({ path, salt, value }: Pick<PersonalValue, 'path' | 'salt' | 'value'>): string {
  return createHash('sha256')
    .update(Buffer.concat([salt, VALUE_FIRST, bytesOf(path), bytesOf(value)]))
    .digest('hex')
}

/** Every digest of a personal value in an entry, by where it stands. */
export function digestsIn(entry: Pick<HashedEntry, 'origin' | 'before' | 'after'>): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (one: unknown, path: string): void => {
    if (typeof one !== 'object' || one === null) return
    if ('digest' in one && typeof one.digest === 'string' && /^[0-9a-f]{64}$/.test(one.digest)) {
      found.set(path, one.digest)
      return
    }
    for (const [key, each] of Object.entries(one)) walk(each, `${path}.${key.replaceAll('.', '%2e')}`)
  }
  if (entry.origin !== null) found.set('origin', entry.origin)
  if (entry.before !== null) walk(JSON.parse(entry.before), 'before')
  if (entry.after !== null) walk(JSON.parse(entry.after), 'after')
  return found
}

/** The hash of an entry, written apart from the SQL that appends, so that each checks the other. */
export function entryHashOf(entry: HashedEntry): Buffer {
  const texts = [
    entry.actorId,
    entry.actorRole,
    entry.action,
    entry.objectKind,
    entry.objectId,
    entry.stallId,
    entry.requestId,
    entry.route,
    entry.origin,
    entry.sessionId,
    entry.before,
    entry.after,
  ]
  return createHash('sha256')
    .update(
      Buffer.concat([
        ENTRY_FIRST,
        bytesOf(entry.marketId),
        int8(entry.seq),
        int8(BigInt(entry.at.getTime()) * 1000n - POSTGRES_EPOCH_MICROS),
        ...texts.map(bytesOf),
        entry.prevHash,
      ]),
    )
    .digest()
}

function bytesOf(text: string | null): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(text === null ? -1 : Buffer.byteLength(text))
  return text === null ? length : Buffer.concat([length, Buffer.from(text)])
}

function int8(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

/**
 * What doing something by a route is called, and what it is done to: `POST /v1/tariffs/:id/end` is `tariffs.end` of a tariff,
 * `POST /v1/markets/:id/zones` is `zones.create`. `params` are those that name the object together; none where it is not there yet.
 */
export function actionOf(method: string, url: string): { action: string; kind: string; params: string[] } {
  const parts = url.split('/').filter((part) => part !== '' && part !== 'v1')
  const own = parts[0] === 'markets' && parts.length > 2 ? parts.slice(2) : parts
  const names = own.filter((part) => !part.startsWith(':'))
  const all = own.filter((part) => part.startsWith(':')).map((part) => part.slice(1))
  // A page of a book has no name but with its book.
  const params = /id$/i.test(all.at(-1) ?? '') ? all.slice(-1) : all
  const last = names.at(-1) ?? 'markets'
  const before = names.at(-2)
  if (own.at(-1)?.startsWith(':') === true)
    return { action: `${last}.${method === 'DELETE' ? 'delete' : 'update'}`, kind: last, params }
  if (before === undefined) return { action: `${last}.create`, kind: last, params }
  return { action: `${before}.${last}`, kind: before, params }
}

/**
 * What the board, which bills stalls and does not watch them, does not read of a stall's own people: when and from where they
 * log in, the papers they take, their own bank's feed, what they do in their own trade, and that they write down for the tax office.
 */
export const OWN_BUSINESS =
  '^(sessions|files|sale-refunds|cash-sales|payment-requests|connections|secrets|feeds)[.]|^stalls[.](sale-refunds|cash-sales|payment-requests|connections|tax-profile)$'

/** A text without the phones, account numbers and addresses of letters in it: the last four digits tell numbers apart. */
export function maskDigits(text: string): string {
  return text.replaceAll(/\S+@\S+/g, '••••').replaceAll(/\+?\d(?:[ .]?\d){5,}/g, (run) =>
    // An amount has dots too, and begins with no zero.
    /[ .]/.test(run) && !/^(?:0|\+|84)/.test(run) ? run : `•••• ${run.replaceAll(/\D/g, '').slice(-4)}`,
  )
}

/** Whoever runs the system checks that nothing was changed, and does not read what people wrote. */
export function maySeeValues(role: Viewer): boolean {
  return role === 'head'
}
