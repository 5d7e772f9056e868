import { createHash } from 'node:crypto'
import type {
  FeedAdapter,
  FeedEvent,
  FeedEventKind,
  FeedKey,
  FeedOutcome,
  FeedReply,
  FeedRequest,
} from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { Fields } from './fields.ts'
import { fieldsOf, findText, getAmount, getText, readJson } from './fields.ts'
import { issueToken, readBasic, verifyToken } from './token.ts'
import type { ReadTime } from './vietnam-time.ts'
import { readVietnamTime } from './vietnam-time.ts'
import { vietqrvnRequest, vietqrvnTokenRequest } from './vietqrvn-request.ts'

/** What the documentation's answer says (api.vietqr.vn, "API Get Token"); an older page says 59. */
const TOKEN_SECONDS = 300

/**
 * The codes of errors are the receiver's to choose and to declare to VietQR.vn, which sends again only for those that were
 * declared so (api.vietqr.vn, "Retry Process"). These two mean at VietQR.vn itself what they mean here.
 */
const ERRORS = { unauthorised: 'E74', unavailable: 'E05' } as const

const RETRY_AFTER_SECONDS = '60'

/**
 * VietQR.vn's transaction-sync, and MB's balance change, which is the same contract with more fields: one movement of
 * money per request, with a token that it fetched from us with Basic credentials just before. The token is the only
 * proof: `sign` is optional and its algorithm unpublished, so nothing rests on it.
 */
export const vietqrvn = {
  provider: 'vietqrvn',
  capabilities: {
    signed: false,
    replayProtected: false,
    // There is a question about one order or one reference at a time, and no list of what was missed.
    pull: 'none',
    balance: false,
    va: true,
    counterparty: true,
  },
  // A token is a secret for as long as it lives and is not kept.
  proofHeaders: [],
  verify: verifyToken,
  parse: (rawBody: Buffer, contentType: string | undefined) => [readEvent(readMessage(rawBody, contentType))],
  ack: acknowledgeVietqrvn,
  token: { path: 'api/token_generate', eventPath: 'bank/api/transaction-sync', issue: issueVietqrvnToken },
  request: vietqrvnRequest,
  tokenRequest: vietqrvnTokenRequest,
} as const satisfies FeedAdapter & { request: unknown; tokenRequest: unknown }

function issueVietqrvnToken(request: FeedRequest, keys: readonly FeedKey[], now: Date): FeedReply {
  const token = issueToken(readBasic(request.headers), keys, now, TOKEN_SECONDS)
  if (token === null) return { status: 401, body: { status: 'FAILED', message: ERRORS.unauthorised } }
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS },
  }
}

/** One page of the documentation writes the names `bankAccount`, others `bankaccount`: here they are all in lower case. */
function readMessage(rawBody: Buffer, contentType: string | undefined): Fields {
  const fields = new Map<string, string | null>()
  for (const [written, value] of fieldsOf(readJson(rawBody, contentType))) {
    const name = written.toLowerCase()
    if (fields.has(name)) throw new FeedParseError('field_repeated', name)
    fields.set(name, value)
  }
  return fields
}

function readEvent(fields: Fields): FeedEvent {
  const { occurredAt, precision } = readTime(fields)
  return {
    kind: readKind(fields),
    providerEventId: readEventId(fields),
    accountNumber: getText(fields, 'bankaccount'),
    virtualAccount: findText(fields, 'va'),
    amount: getAmount(fields, 'amount'),
    bankReference: findText(fields, 'referencenumber'),
    content: findText(fields, 'content') ?? '',
    rawDescription: null,
    codeHint: null,
    occurredAt,
    precision,
    balanceAfter: null,
    counterparty: readCounterparty(fields),
    orderRef: findText(fields, 'orderid'),
  }
}

/**
 * The documentation tells receivers to know repeats by `referencenumber`. That is the bank's reference, which banks
 * repeat and which money sent back may carry again, so `transactionid` goes first; older pages call both optional.
 */
function readEventId(fields: Fields): string {
  const id = findText(fields, 'transactionid')
  const text = id ?? getText(fields, 'referencenumber')
  if (/^0+$/.test(text))
    throw new FeedParseError('event_id_invalid', id === null ? 'referencenumber' : 'transactionid')
  return id === null ? `vietqrvn:ref:${text}` : `vietqrvn:tx:${text}`
}

function readKind(fields: Fields): FeedEventKind {
  switch (findText(fields, 'transtype')?.toUpperCase()) {
    case 'C':
      return 'credit'
    case 'D':
      return 'debit'
    default:
      return 'unsupported'
  }
}

/**
 * Milliseconds by the newest page and the server's source. Older pages say "String" and no more, so seconds and a
 * written time of Vietnam are read too: neither can be taken for the other.
 */
function readTime(fields: Fields): ReadTime {
  const text = getText(fields, 'transactiontime')
  if (/^[1-9]\d{12}$/.test(text)) return { occurredAt: new Date(Number(text)), precision: 'second' }
  if (/^[1-9]\d{9}$/.test(text)) return { occurredAt: new Date(Number(text) * 1000), precision: 'second' }
  const time = readVietnamTime(text)
  if (time === null) throw new FeedParseError('time_unreadable', 'transactiontime')
  return time
}

/** Only MB itself tells who paid. */
function readCounterparty(fields: Fields): FeedEvent['counterparty'] {
  const account = findText(fields, 'reciprocalaccount')
  if (account === null) return null
  const bankId = findText(fields, 'reciprocalbankcode')
  return bankId === null ? { account } : { account, bankId }
}

/** VietQR.vn counts a 2xx without our `reftransactionid` as a failure, by its server's source. */
function acknowledgeVietqrvn(outcome: FeedOutcome, rawBody?: Buffer): FeedReply {
  switch (outcome) {
    case 'stored':
    case 'duplicate':
    case 'test':
    case 'malformed':
      return {
        status: 200,
        body: {
          error: false,
          errorReason: '000',
          toastMessage: '',
          object: { reftransactionid: refTransactionId(rawBody ?? Buffer.alloc(0)) },
        },
      }
    case 'unauthorised':
      return refusal(401, ERRORS.unauthorised, 'The token was not accepted')
    case 'unavailable':
      return {
        ...refusal(503, ERRORS.unavailable, 'Not stored, send again'),
        headers: { 'retry-after': RETRY_AFTER_SECONDS },
      }
  }
}

function refusal(status: number, errorReason: string, toastMessage: string): FeedReply {
  return { status, body: { error: true, errorReason, toastMessage, object: null } }
}

/** Our id of the movement: the same for every repeat, however its bytes are laid out, with nothing to look up. */
function refTransactionId(rawBody: Buffer): string {
  return createHash('sha256').update(identityOf(rawBody)).digest('hex').slice(0, 32)
}

function identityOf(rawBody: Buffer): string | Buffer {
  try {
    return readEventId(readMessage(rawBody, undefined))
  } catch (error) {
    if (!(error instanceof FeedParseError)) throw error
    return rawBody
  }
}
