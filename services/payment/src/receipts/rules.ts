import type { Receipt } from '@tienve/contracts'
import { vndToJson } from '@tienve/money'
import { toMoment } from '../days.ts'
import type { ReceiptRow } from './repository.ts'

/** A receipt's number as people read it out: `2026-000123`. */
export function receiptNumber(year: number, number: number): string {
  return `${year}-${String(number).padStart(6, '0')}`
}

/** A page of a collector's book as it is printed and read out: `B12-0007`. */
export function pageName(bookCode: string, page: number): string {
  return `${bookCode}-${String(page).padStart(4, '0')}`
}

/** A receipt as lists show it. */
export function toReceipt(publicUrl: string, row: ReceiptRow): Receipt {
  return {
    id: row.id,
    number: receiptNumber(row.year, row.number),
    url: receiptUrl(publicUrl, row.token),
    amountVnd: vndToJson(row.amountVnd),
    paidAt: toMoment(row.occurredAt),
    paidBy: row.byBank ? 'bank' : 'cash',
    bookPage: row.bookPage,
    invoiceNumber: row.invoiceNumber,
    voidReason: row.voidReason,
  }
}

/** Where anybody who is shown it can check a receipt. */
export function receiptUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/r/${token}`
}
