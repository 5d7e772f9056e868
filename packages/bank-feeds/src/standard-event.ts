import type { FeedEvent, FeedEventKind } from './feed.ts'
import { FeedParseError } from './feed.ts'
import { type Fields, fieldsOf, findText, getAmount, getText, memberOf, readWhole } from './fields.ts'
import { readVietnamTime } from './vietnam-time.ts'

/**
 * One movement in our own form: what stands under `data` of a push, and each item of a list. `namespace` keeps their ids apart:
 * joining counts how often each of the two told of a movement. Throws `FeedParseError`.
 */
export function readStandardEvent(data: unknown, namespace: 'standard' | 'standard-list'): FeedEvent {
  const fields = fieldsOf(data)
  const id = getText(fields, 'id')
  if (/^0+$/.test(id) || id.length > 200) throw new FeedParseError('event_id_invalid', 'id')
  return {
    kind: readKind(fields, isTest(data)),
    providerEventId: `${namespace}:${id}`,
    accountNumber: getText(fields, 'accountNumber'),
    virtualAccount: findText(fields, 'virtualAccount'),
    amount: getAmount(fields, 'amountVnd'),
    bankReference: findText(fields, 'reference'),
    content: findText(fields, 'content') ?? '',
    rawDescription: null,
    codeHint: null,
    occurredAt: readOccurredAt(fields),
    precision: 'second',
    balanceAfter: readBalance(fields),
    counterparty: null,
    orderRef: null,
  }
}

/** Whether money is real is never guessed: anything but a boolean is refused. */
function isTest(data: unknown): boolean {
  const test = memberOf(data, 'test') ?? null
  if (test !== null && typeof test !== 'boolean') throw new FeedParseError('body_unreadable', 'test')
  return test === true
}

function readKind(fields: Fields, isTestEvent: boolean): FeedEventKind {
  if (isTestEvent) return 'test'
  switch (getText(fields, 'direction')) {
    case 'in':
      return 'credit'
    case 'out':
      return findText(fields, 'reverses') === null ? 'debit' : 'reversal'
    default:
      return 'unsupported'
  }
}

/** The offset must be written: a sender abroad and a sender here would mean different hours by a time without one. */
function readOccurredAt(fields: Fields): Date {
  const text = getText(fields, 'occurredAt')
  const time = /T.*(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)$/.test(text) ? readVietnamTime(text) : null
  if (time === null) throw new FeedParseError('time_unreadable', 'occurredAt')
  return time.occurredAt
}

/** Here a zero is a zero: who does not know the balance leaves it out. */
function readBalance(fields: Fields): bigint | null {
  const text = findText(fields, 'balanceVnd')
  return text === null ? null : readWhole(text)
}
