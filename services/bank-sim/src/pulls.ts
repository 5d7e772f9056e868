import { payosOrderOf, readVietnamTime, vietnamTimeText } from '@tienve/bank-feeds'
import { createHash } from 'node:crypto'
import { signedVnd, type Entry } from './book.ts'
import type { PayosOrder } from './orders.ts'

/** The query of a list, as its provider names the parameters. */
export type Asked = Readonly<Record<string, string | undefined>>

/** The most that SePay's version 2 gives at once, and the least that one may ask for. */
const V2_PER_PAGE = { least: 20, most: 100 }

/** The most that SePay's version 1 gives at once. */
const V1_LIMIT = 5_000

const CASSO_PAGE_SIZE = 100

/**
 * SePay's list, version 2 (developer.sepay.vn/en/sepay-api/v2/giao-dich/danh-sach): whole amounts, pages, and ids that
 * are no webhook's. `entries` oldest first, as in all of these.
 */
export function sepayV2Page(entries: readonly Entry[], asked: Asked): object {
  const perPage = clamp(asked['per_page'], V2_PER_PAGE.least, V2_PER_PAGE.most, V2_PER_PAGE.least)
  const page = clamp(asked['page'], 1, 1_000_000, 1)
  const within = between(entries, asked['transaction_date_from'], asked['transaction_date_to'])
  const sorted = asked['transaction_date_sort'] === 'asc' ? within : within.toReversed()
  const rows = sorted.slice((page - 1) * perPage, page * perPage)
  const lastPage = Math.max(1, Math.ceil(sorted.length / perPage))
  return {
    status: 'success',
    data: rows.map((entry) => ({
      id: uuidOf(entry),
      transaction_date: vietnamTimeText(entry.occurredAt),
      account_number: entry.accountNumber,
      va: '',
      transfer_type: entry.direction,
      amount_in: entry.direction === 'in' ? Number(entry.amountVnd) : 0,
      amount_out: entry.direction === 'out' ? Number(entry.amountVnd) : 0,
      accumulated: Number(entry.balanceVnd),
      transaction_content: entry.content,
      reference_number: entry.reference,
      code: null,
      bank_brand_name: entry.bankName,
      bank_account_id: uuidOf({ id: Number(entry.bin) }),
      va_id: null,
      webhook_success: entry.lost ? 0 : 1,
    })),
    meta: {
      pagination: {
        total: sorted.length,
        per_page: perPage,
        current_page: page,
        last_page: lastPage,
        has_more: page < lastPage,
      },
    },
  }
}

/** SePay's list, version 1 (developer.sepay.vn/en/sepay-api/v1/api-giao-dich): ids and amounts are text, newest first. */
export function sepayV1List(entries: readonly Entry[], asked: Asked): object {
  const number = asked['account_number']
  const decimals = (vnd: bigint): string => `${vnd}.00`
  const rows = between(entries, asked['transaction_date_min'], asked['transaction_date_max'])
    .filter(({ accountNumber }) => number === undefined || accountNumber === number)
    .toReversed()
    .slice(0, clamp(asked['limit'], 1, V1_LIMIT, V1_LIMIT))
  return {
    status: 200,
    error: null,
    messages: { success: true },
    transactions: rows.map((entry) => ({
      id: String(entry.id),
      bank_brand_name: entry.bankName,
      account_number: entry.accountNumber,
      transaction_date: vietnamTimeText(entry.occurredAt),
      amount_out: decimals(entry.direction === 'out' ? entry.amountVnd : 0n),
      amount_in: decimals(entry.direction === 'in' ? entry.amountVnd : 0n),
      accumulated: decimals(entry.balanceVnd ?? 0n),
      transaction_content: entry.content,
      reference_number: entry.reference,
      code: null,
      sub_account: null,
      bank_account_id: entry.bin,
    })),
  }
}

/** Casso's list (oauth.casso.vn/v2/transactions): its shape is that of client code in public repositories. */
export function cassoPage(entries: readonly Entry[], asked: Asked): object {
  const pageSize = clamp(asked['pageSize'], 1, CASSO_PAGE_SIZE, CASSO_PAGE_SIZE)
  const page = clamp(asked['page'], 1, 1_000_000, 1)
  const within = between(entries, asked['fromDate'], undefined)
  const sorted = asked['sort'] === 'DESC' ? within.toReversed() : within
  return {
    error: 0,
    message: 'success',
    data: {
      page,
      pageSize,
      totalRecords: sorted.length,
      records: sorted.slice((page - 1) * pageSize, page * pageSize).map((entry) => ({
        id: entry.id,
        tid: entry.reference,
        description: entry.content,
        amount: Number(signedVnd(entry)),
        cusumBalance: Number(entry.balanceVnd),
        when: vietnamTimeText(entry.occurredAt),
        bankSubAccId: entry.accountNumber,
      })),
    },
  }
}

/**
 * An order of payOS with all that was paid on it (payos.vn/docs/api), asked for by its number or its id; null when there is no
 * such order. One that nobody told of is there once it was paid.
 */
export function payosOrder(
  entries: readonly Entry[],
  orders: readonly PayosOrder[],
  asked: string,
): object | null {
  const isAsked = ({ orderCode, paymentLinkId }: Pick<PayosOrder, 'orderCode' | 'paymentLinkId'>): boolean =>
    String(orderCode) === asked || paymentLinkId === asked
  const paid = entries.filter((entry) => entry.direction === 'in' && isAsked(payosOrderOf(entry)))
  const told = orders.find(isAsked)
  const [first] = paid
  const name = told ?? (first === undefined ? undefined : payosOrderOf(first))
  if (name === undefined) return null
  const amountPaid = paid.reduce((sum, { amountVnd }) => sum + Number(amountVnd), 0)
  const amount = told?.amount ?? amountPaid
  return {
    code: '00',
    desc: 'success',
    data: {
      id: name.paymentLinkId,
      orderCode: name.orderCode,
      amount,
      amountPaid,
      amountRemaining: Math.max(amount - amountPaid, 0),
      status: amountPaid === 0 ? 'PENDING' : amountPaid < amount ? 'UNDERPAID' : 'PAID',
      transactions: paid.map((entry) => ({
        reference: entry.reference,
        amount: Number(entry.amountVnd),
        accountNumber: entry.accountNumber,
        description: entry.memo,
        // With the zone here and without it in the webhook (payos.vn/docs/api).
        transactionDateTime: `${vietnamTimeText(entry.occurredAt).replace(' ', 'T')}+07:00`,
        virtualAccountName: null,
        virtualAccountNumber: null,
        counterAccountBankId: null,
        counterAccountBankName: null,
        counterAccountName: null,
        counterAccountNumber: null,
      })),
      cancellationReason: null,
      canceledAt: null,
    },
  }
}

/** Says when somebody asked too often: more than so many times within one second. */
export function createLimiter(perSecond: number): (who: string, now: Date) => boolean {
  const asked = new Map<string, number[]>()
  return (who, now) => {
    const recent = (asked.get(who) ?? []).filter((at) => at > now.getTime() - 1_000)
    const allowed = recent.length < perSecond
    asked.set(who, allowed ? [...recent, now.getTime()] : recent)
    return allowed
  }
}

/** The movements of a stretch of time, both ends included, to the second as all providers tell it. */
function between(entries: readonly Entry[], from: string | undefined, to: string | undefined): Entry[] {
  const secondOf = (at: Date): number => Math.floor(at.getTime() / 1_000)
  const first = readVietnamTime(from ?? '')?.occurredAt
  const last = readVietnamTime(to ?? '')?.occurredAt
  return entries.filter(
    ({ occurredAt }) =>
      (first === undefined || secondOf(first) <= secondOf(occurredAt)) &&
      (last === undefined || secondOf(occurredAt) <= secondOf(last)),
  )
}

function clamp(text: string | undefined, least: number, most: number, otherwise: number): number {
  return /^\d{1,9}$/.test(text ?? '') ? Math.min(Math.max(Number(text), least), most) : otherwise
}

function uuidOf({ id }: Pick<Entry, 'id'>): string {
  const hex = createHash('sha256').update(String(id)).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
