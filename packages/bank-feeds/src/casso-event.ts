import { createHash } from 'node:crypto'
import type { FeedCounterparty, FeedEvent } from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { Fields } from './fields.ts'
import { findText, getText, getWhole, readWhole } from './fields.ts'
import { readVietnamTime } from './vietnam-time.ts'

/** What one of Casso's interfaces calls a thing; several names where captures differ, the first that is filled counts. */
export interface CassoNames {
  /** Before the id: it is not confirmed that one movement has the same id in all of Casso's interfaces. */
  readonly namespace: string
  readonly reference: string
  readonly time: string
  readonly account: readonly string[]
  readonly balance: readonly string[]
  readonly virtualAccount: string
  readonly counterparty: { readonly name: string; readonly account: string; readonly bankId: string }
}

/** Reads one movement. The sign of `amount` is its direction: negative is money out. Throws `FeedParseError`. */
export function readCassoEvent(fields: Fields, names: CassoNames): FeedEvent {
  const id = readWhole(getText(fields, 'id'))
  if (id === null || id < 0n) throw new FeedParseError('event_id_invalid', 'id')
  const amount = getWhole(fields, 'amount')
  if (amount === 0n) throw new FeedParseError('amount_not_positive', 'amount')
  const time = readVietnamTime(getText(fields, names.time))
  if (time === null) throw new FeedParseError('time_unreadable', names.time)
  const direction = amount > 0n ? 'credit' : 'debit'
  return {
    // "Send test" in Casso's dashboard is signed as real money is and has the id 0 (official samples for version 2).
    kind: id === 0n ? 'test' : direction,
    providerEventId: `${names.namespace}:${id === 0n ? `test:${digestOf(fields)}` : id}`,
    accountNumber: findFirst(fields, names.account) ?? getText(fields, names.account[0] ?? ''),
    virtualAccount: findText(fields, names.virtualAccount),
    amount: amount > 0n ? amount : -amount,
    bankReference: findText(fields, names.reference),
    content: findText(fields, 'description') ?? '',
    rawDescription: null,
    codeHint: null,
    occurredAt: time.occurredAt,
    precision: time.precision,
    balanceAfter: readWhole(findFirst(fields, names.balance) ?? ''),
    counterparty: readCounterparty(fields, names.counterparty),
    orderRef: null,
  }
}

/** All tests share one id: without this, a second one would look like a first one whose story has changed. */
function digestOf(fields: Fields): string {
  return createHash('sha256')
    .update(JSON.stringify([...fields]))
    .digest('hex')
    .slice(0, 16)
}

function readCounterparty(fields: Fields, names: CassoNames['counterparty']): FeedCounterparty | null {
  const name = findText(fields, names.name)
  const account = findText(fields, names.account)
  const bankId = findText(fields, names.bankId)
  if (name === null && account === null && bankId === null) return null
  return { ...(name && { name }), ...(account && { account }), ...(bankId && { bankId }) }
}

function findFirst(fields: Fields, names: readonly string[]): string | null {
  return names.map((name) => findText(fields, name)).find((text) => text !== null) ?? null
}
