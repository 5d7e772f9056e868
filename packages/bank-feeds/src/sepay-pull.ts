import type {
  FeedEvent,
  FeedEventKind,
  FeedPull,
  PullAnswer,
  PullPage,
  PullQuery,
  PullRequest,
} from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { Fields } from './fields.ts'
import { fieldsOf, findText, getText, getWhole, listOf, memberOf, readWhole } from './fields.ts'
import { ofAccount, pageOf, pullFault, readAnswer } from './pull.ts'
import { readVietnamTime, vietnamTimeText } from './vietnam-time.ts'

/** Version 1 gives up to 5000 rows at once; fewer keep an answer under half a megabyte. */
const V1_LIMIT = 1000

/** The most that version 2 gives. */
const V2_PER_PAGE = 100

/**
 * SePay's list, version 2 (developer.sepay.vn/en/sepay-api/v2/giao-dich/danh-sach). Its ids are UUIDs and do not join with
 * the webhook's. It takes no account number, so what is of other accounts is left out here.
 */
export const sepayPull = {
  baseUrl: 'https://userapi.sepay.vn',
  requestsPerSecond: 3,
  request: requestV2,
  read: readV2,
} as const satisfies FeedPull

/**
 * SePay's list, version 1 (docs.sepay.vn/api-giao-dich.html), which is deprecated and works. That its ids are the
 * webhook's is likely and not confirmed, so they have a namespace of their own.
 */
export const sepayPullV1 = {
  baseUrl: 'https://my.sepay.vn',
  requestsPerSecond: 2,
  request: requestV1,
  read: readV1,
} as const satisfies FeedPull

/**
 * SePay's test mode and "send test" button reach the same address, signed by the same secret, as real money does. They
 * show by the bank reference, `SB…`, and by virtual accounts `SBSEPAY…`. No bank's references are known to begin so.
 */
export function isSepayTest(reference: string | null, virtualAccount: string | null): boolean {
  return (reference?.startsWith('SB') ?? false) || (virtualAccount?.startsWith('SBSEPAY') ?? false)
}

/** SePay writes 0 where the bank did not tell the balance. A balance we cannot read is not worth losing a payment for. */
export function readSepayBalance(fields: Fields): bigint | null {
  const text = findText(fields, 'accumulated')
  return (text === null ? null : readWhole(text)) || null
}

function requestV2({ baseUrl, secret, from, to, cursor }: PullQuery): PullRequest {
  const params = new URLSearchParams({
    transaction_date_from: vietnamTimeText(from),
    transaction_date_to: vietnamTimeText(to),
    // Oldest first, so that money that comes in meanwhile does not push rows from one page to the next.
    transaction_date_sort: 'asc',
    page: String(pageOf(cursor)),
    per_page: String(V2_PER_PAGE),
  })
  return {
    method: 'GET',
    url: `${baseUrl}/v2/transactions?${params}`,
    headers: { authorization: `Bearer ${secret}` },
  }
}

function readV2(answer: PullAnswer, query: PullQuery): PullPage {
  return readAnswer(answer, (body): PullPage => {
    const events = listOf(body, 'data').map((row) => readV2Row(fieldsOf(row)))
    const pagination = memberOf(memberOf(body, 'meta'), 'pagination')
    const hasMore = memberOf(pagination, 'has_more') === true
    return {
      ok: true,
      events: ofAccount(events, query.accountNumber),
      // An empty page that promises more would be asked for without end.
      next: hasMore && events.length > 0 ? String(pageOf(query.cursor) + 1) : null,
    }
  })
}

/**
 * The list gives the newest rows up to its limit, and no page of it says in what order. So the next page ends where the
 * oldest row of this one was: rows of that second come twice, which their ids settle.
 */
function requestV1({ baseUrl, secret, accountNumber, from, to, cursor }: PullQuery): PullRequest {
  const params = new URLSearchParams({
    ...(accountNumber === null ? {} : { account_number: accountNumber }),
    transaction_date_min: vietnamTimeText(from),
    transaction_date_max: cursor ?? vietnamTimeText(to),
    limit: String(V1_LIMIT),
  })
  return {
    method: 'GET',
    url: `${baseUrl}/userapi/transactions/list?${params}`,
    headers: { authorization: `Bearer ${secret}` },
  }
}

function readV1(answer: PullAnswer, query: PullQuery): PullPage {
  // A wrong token is answered so: HTTP 200 and nothing (developer.sepay.vn, API version 1).
  if (answer.status === 200 && answer.rawBody.toString('latin1').trim() === '')
    return pullFault('unauthorised')
  return readAnswer(
    answer,
    (body): PullPage => {
      const events = listOf(body, 'transactions').map((row) => readV1Row(fieldsOf(row)))
      const oldest = Math.min(...events.map(({ occurredAt }) => occurredAt.getTime()))
      const next = events.length < V1_LIMIT ? null : vietnamTimeText(new Date(oldest))
      // A whole page of one second: there is no way past it, and to stop here would be to lose what lies behind it.
      if (next !== null && next === query.cursor) return pullFault('unreadable')
      return { ok: true, events: ofAccount(events, query.accountNumber), next }
    },
    'x-sepay-userapi-retry-after',
  )
}

function readV2Row(fields: Fields): FeedEvent {
  const id = getText(fields, 'id')
  if (!/^[\w-]{1,64}$/.test(id)) throw new FeedParseError('event_id_invalid', 'id')
  return readRow(fields, `sepay:v2:${id.toLowerCase()}`, 'va')
}

function readV1Row(fields: Fields): FeedEvent {
  const id = readWhole(getText(fields, 'id'))
  if (id === null || id <= 0n) throw new FeedParseError('event_id_invalid', 'id')
  return readRow(fields, `sepay:v1:${id}`, 'sub_account')
}

function readRow(fields: Fields, providerEventId: string, virtualAccountName: string): FeedEvent {
  const time = readVietnamTime(getText(fields, 'transaction_date'))
  if (time === null) throw new FeedParseError('time_unreadable', 'transaction_date')
  const virtualAccount = findText(fields, virtualAccountName)
  const bankReference = findText(fields, 'reference_number')
  const { direction, amount } = readAmounts(fields)
  return {
    kind: isSepayTest(bankReference, virtualAccount) ? 'test' : direction,
    providerEventId,
    accountNumber: getText(fields, 'account_number'),
    virtualAccount,
    amount,
    bankReference,
    content: findText(fields, 'transaction_content') ?? '',
    rawDescription: null,
    codeHint: findText(fields, 'code'),
    occurredAt: time.occurredAt,
    precision: time.precision,
    balanceAfter: readSepayBalance(fields),
    counterparty: null,
    orderRef: null,
  }
}

/** Both lists have a column for money in and one for money out, of which exactly one is filled. */
function readAmounts(fields: Fields): { direction: FeedEventKind; amount: bigint } {
  const moneyIn = getWhole(fields, 'amount_in')
  const moneyOut = getWhole(fields, 'amount_out')
  if (moneyIn > 0n && moneyOut === 0n) return { direction: 'credit', amount: moneyIn }
  if (moneyOut > 0n && moneyIn === 0n) return { direction: 'debit', amount: moneyOut }
  throw new FeedParseError(
    moneyIn === 0n || moneyOut === 0n ? 'amount_not_positive' : 'amount_unreadable',
    'amount_in',
  )
}
