import { createHmac } from 'node:crypto'
import { canonicalJson, parseToSign } from './canonical-json.ts'
import type { FeedScheme } from './feed.ts'
import { vietnamTimeText } from './vietnam-time.ts'

/** A movement of money as Casso tells it. What is left out is sent as Casso sends "unknown": ''. */
export interface CassoTransaction {
  /** 0 is a test. */
  readonly id: number
  readonly reference: string
  readonly description: string
  /** Negative is money out. */
  readonly amount: bigint
  readonly balanceAfter: bigint
  readonly transactionAt: Date
  readonly accountNumber: string
  readonly virtualAccount?: string
  readonly counterparty?: { readonly name?: string; readonly account?: string; readonly bankId?: string }
}

export interface CassoRequestOptions {
  readonly secret: string
  /** `hmac` unless said, which is version 2; `api-key` is version 1. */
  readonly scheme?: FeedScheme
  /** The time of this attempt. */
  readonly now: Date
  /** How a string is written under the signature; `javascript` unless said. */
  readonly form?: CassoForm
  /** Further rows of the same request: version 1 alone can tell of several. */
  readonly also?: readonly CassoTransaction[]
}

/** A request ready to POST. `headers` holds the credentials and the content type. */
export interface CassoRequest {
  readonly headers: Record<string, string>
  readonly rawBody: Buffer
}

/**
 * The ways in which Casso's own samples write a string (github.com/CassoHQ/casso-webhook-v2-verify-signature). They
 * agree on plain ASCII without "/", "<", ">" and "&"; which one Casso signs Vietnamese text in is not confirmed.
 */
export const CASSO_FORMS = {
  javascript: (text: string) => JSON.stringify(text),
  php: (text: string) =>
    JSON.stringify(text)
      .replace(/[\u0080-\uffff]/g, escapeUnit)
      .replaceAll('/', '\\/'),
  python: (text: string) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeUnit),
  go: (text: string) => JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, escapeUnit),
} as const

export type CassoForm = keyof typeof CASSO_FORMS

/** The webhook that Casso would send for this movement, with valid credentials. */
export function cassoRequest(transaction: CassoTransaction, options: CassoRequestOptions): CassoRequest {
  const isV1 = options.scheme === 'api-key'
  const rows = [transaction, ...(options.also ?? [])]
  const data = isV1 ? rows.map(wireRow) : wireObject(transaction)
  const rawBody = Buffer.from(JSON.stringify({ error: 0, data }))
  const credentials = isV1 ? { 'secure-token': options.secret } : sign(rawBody, options)
  return { headers: { 'content-type': 'application/json', ...credentials }, rawBody }
}

function sign(rawBody: Buffer, options: CassoRequestOptions): Record<string, string> {
  const timestamp = options.now.getTime()
  const body = canonicalJson(parseToSign(rawBody), CASSO_FORMS[options.form ?? 'javascript'])
  const signature = createHmac('sha512', options.secret).update(`${timestamp}.${body}`).digest('hex')
  return { 'x-casso-signature': `t=${timestamp},v1=${signature}` }
}

/** A row of version 1, with the fields of the newer captures. */
function wireRow(transaction: CassoTransaction) {
  return {
    id: transaction.id,
    tid: transaction.reference,
    description: transaction.description,
    amount: Number(transaction.amount),
    cusum_balance: Number(transaction.balanceAfter),
    when: vietnamTimeText(transaction.transactionAt),
    bank_sub_acc_id: transaction.accountNumber,
    subAccId: transaction.accountNumber,
    virtualAccount: transaction.virtualAccount ?? '',
    virtualAccountName: '',
    corresponsiveName: transaction.counterparty?.name ?? '',
    corresponsiveAccount: transaction.counterparty?.account ?? '',
    corresponsiveBankId: transaction.counterparty?.bankId ?? '',
    corresponsiveBankName: '',
  }
}

/** The one object of version 2, in the order of the official sample. */
function wireObject(transaction: CassoTransaction) {
  return {
    id: transaction.id,
    reference: transaction.reference,
    description: transaction.description,
    amount: Number(transaction.amount),
    runningBalance: Number(transaction.balanceAfter),
    transactionDateTime: vietnamTimeText(transaction.transactionAt),
    accountNumber: transaction.accountNumber,
    bankName: '',
    bankAbbreviation: '',
    virtualAccountNumber: transaction.virtualAccount ?? '',
    virtualAccountName: '',
    counterAccountName: transaction.counterparty?.name ?? '',
    counterAccountNumber: transaction.counterparty?.account ?? '',
    counterAccountBankId: transaction.counterparty?.bankId ?? '',
    counterAccountBankName: '',
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
