import type { NoticeKind } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'

/** What a notice is about, as the outbox keeps it: codes, days and sums, never a name. */
export type NoticeWords = {
  chargeId?: string
  period?: string
  dueOn?: string
  /** What the charge comes to, and what is owed of it. */
  totalVnd?: number
  outstandingVnd?: number
  /** Of a dispute. */
  outcome?: 'upheld' | 'rejected'
  /** Of a change: what it was, and by how much the charge is more or (below zero) less. */
  change?: 'adjusted' | 'relieved' | 'written_off'
  amountVnd?: number
}

type Text = { vi: string; en: string }
type Template = { title: Text; body: Text }

const TEMPLATES: Record<NoticeKind, Template> = {
  charge_issued: {
    title: { vi: 'Tiền chợ tháng {month}', en: 'Market charges of {month}' },
    body: {
      vi: '{total}, hạn nộp {due}. Mở Nợ chợ để xem cách tính và mã để nộp.',
      en: '{total}, due {due}. Open What I owe to see how it is worked out, and the code to pay.',
    },
  },
  reminder: {
    title: { vi: 'Sắp đến hạn nộp tiền chợ', en: 'Market charges are due soon' },
    body: {
      vi: 'Tháng {month} còn {owed}, hạn nộp {due}.',
      en: '{owed} of {month} is due {due}.',
    },
  },
  overdue: {
    title: { vi: 'Tiền chợ đã quá hạn', en: 'Market charges are past due' },
    body: {
      vi: 'Tháng {month} còn {owed}, hạn nộp là {due}. Thấy sai thì bấm Tôi thấy sai trong Nợ chợ.',
      en: '{owed} of {month} was due {due}. If it is wrong, say so under What I owe.',
    },
  },
  changed: {
    title: { vi: 'Khoản tháng {month} đã thay đổi', en: 'The charge of {month} has changed' },
    body: {
      vi: '{change} {amount}. Còn phải nộp {owed}.',
      en: '{change} {amount}. Still owed: {owed}.',
    },
  },
  dispute_answered: {
    title: { vi: 'Ban quản lý chợ đã trả lời', en: 'The board has answered' },
    body: {
      vi: 'Khoản tháng {month}: {outcome}. Mở Nợ chợ để đọc.',
      en: 'The charge of {month}: {outcome}. Open What I owe to read it.',
    },
  },
  code_wrong: {
    title: { vi: 'Mã ở sạp có thể bị dán đè', en: 'A code may be pasted over yours' },
    body: {
      vi: 'Có người soi thấy mã dán ở sạp không trả vào tài khoản của sạp. Xem lại mã ngay; khách quét mã trong app này.',
      en: 'Somebody read a code at your stall that does not pay you. Look at it now; let shoppers scan the code in this app.',
    },
  },
}

const OUTCOMES: Record<NonNullable<NoticeWords['outcome']>, Text> = {
  upheld: { vi: 'Ban nhận là sai', en: 'the board agrees' },
  rejected: { vi: 'Ban thấy là đúng', en: 'the board sees it otherwise' },
}

const CHANGES: Record<NonNullable<NoticeWords['change']>, Text> = {
  adjusted: { vi: 'Điều chỉnh', en: 'Adjusted by' },
  relieved: { vi: 'Miễn giảm', en: 'Relieved by' },
  written_off: { vi: 'Xóa nợ', en: 'Written off:' },
}

/** A notice in words, in both languages. */
export function textOf(kind: NoticeKind, words: NoticeWords): Template {
  const { title, body } = TEMPLATES[kind]
  return {
    title: { vi: fillIn(title, words, 'vi'), en: fillIn(title, words, 'en') },
    body: { vi: fillIn(body, words, 'vi'), en: fillIn(body, words, 'en') },
  }
}

function fillIn(text: Text, words: NoticeWords, language: 'vi' | 'en'): string {
  const { period = '', dueOn = '', amountVnd = 0, outcome, change } = words
  // A sum that only gets smaller is said without a sign; an adjustment may be either.
  const signed = change === 'adjusted' && amountVnd > 0 ? '+' : change === 'adjusted' ? '−' : ''
  const values: Record<string, string> = {
    month: `${period.slice(5, 7)}/${period.slice(0, 4)}`,
    due: `${dueOn.slice(8, 10)}/${dueOn.slice(5, 7)}/${dueOn.slice(0, 4)}`,
    total: formatVnd(words.totalVnd ?? 0),
    owed: formatVnd(words.outstandingVnd ?? 0),
    amount: `${signed}${formatVnd(Math.abs(amountVnd))}`,
    outcome: outcome === undefined ? '' : OUTCOMES[outcome][language],
    change: change === undefined ? '' : CHANGES[change][language],
  }
  return text[language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
