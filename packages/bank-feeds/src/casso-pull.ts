import { type CassoNames, readCassoEvent } from './casso-event.ts'
import type { FeedPull, PullAnswer, PullPage, PullQuery, PullRequest } from './feed.ts'
import { fieldsOf, findText, listOf, memberOf, readWhole } from './fields.ts'
import { ofAccount, pageOf, readAnswer } from './pull.ts'
import { vietnamTimeText } from './vietnam-time.ts'

const PAGE_SIZE = 100

/** The names in client code of public repositories: no official page of this list could be read. */
const NAMES: CassoNames = {
  namespace: 'casso:api',
  reference: 'tid',
  time: 'when',
  account: ['bankSubAccId', 'bank_sub_acc_id', 'subAccId'],
  balance: ['cusumBalance', 'cusum_balance'],
  virtualAccount: 'virtualAccount',
  counterparty: { name: 'corresponsiveName', account: 'corresponsiveAccount', bankId: 'corresponsiveBankId' },
}

/** Casso's list of transactions (oauth.casso.vn/v2/transactions); a secret opens all accounts of its owner. */
export const cassoPull = {
  baseUrl: 'https://oauth.casso.vn',
  // No limit is published; a page a second is slow enough for any.
  requestsPerSecond: 1,
  request: requestPage,
  read: readPage,
} as const satisfies FeedPull

/** The list takes a first day and no last moment: what came after `to` comes along, and is no less true. */
function requestPage({ baseUrl, secret, from, cursor }: PullQuery): PullRequest {
  const params = new URLSearchParams({
    fromDate: vietnamTimeText(from).slice(0, 'YYYY-MM-DD'.length),
    page: String(pageOf(cursor)),
    pageSize: String(PAGE_SIZE),
    sort: 'ASC',
  })
  return {
    method: 'GET',
    url: `${baseUrl}/v2/transactions?${params}`,
    headers: { authorization: `Apikey ${secret}` },
  }
}

function readPage(answer: PullAnswer, query: PullQuery): PullPage {
  return readAnswer(answer, (body): PullPage => {
    const data = memberOf(body, 'data')
    const records = listOf(data, 'records')
    const events = records.map((record) => readCassoEvent(fieldsOf(record), NAMES))
    // The answer says how large its pages are, which may be less than was asked for.
    const pageSize = readWhole(findText(fieldsOf(data), 'pageSize') ?? '') ?? BigInt(PAGE_SIZE)
    const isFull = records.length > 0 && records.length >= pageSize
    return {
      ok: true,
      events: ofAccount(events, query.accountNumber),
      next: isFull ? String(pageOf(query.cursor) + 1) : null,
    }
  })
}
