import type { MatchedBy, Slip } from '@tienve/contracts'
import type { Words } from '@tienve/ui'

/** What the links of the chain behind a number are called, and what each finding about them means. */
export const SUBJECT_WORDS = {
  payment: { vi: 'Khoản tiền đã về', en: 'A payment' },
  charge: { vi: 'Khoản phải thu', en: 'A charge' },
  collection: { vi: 'Tiền mặt thu của sạp', en: 'Cash taken from a stall' },
  handover: { vi: 'Người thu nộp quỹ', en: 'Cash handed over to the cashier' },
  day_ticket: { vi: 'Vé chợ ngày', en: 'A day ticket' },
  charge_change: { vi: 'Thay đổi một khoản phải thu', en: 'A charge that was changed' },
  settlement: { vi: 'Tiền nộp trước trả một khoản', en: 'Money paid ahead, set against a charge' },
  cash_sale: { vi: 'Tiền mặt sạp tự ghi', en: 'A cash sale that the stall entered' },
  suspense: { vi: 'Khoản treo chờ xử lý', en: 'Money in suspense' },
  suspense_resolution: { vi: 'Cách xử lý một khoản treo', en: 'What money in suspense was' },
  refund: { vi: 'Tiền trả lại', en: 'Money given back' },
} as const

export const VERDICT_WORDS = {
  exact: { vi: 'Đủ', en: 'Exact' },
  short: { vi: 'Thiếu', en: 'Short' },
  over: { vi: 'Thừa', en: 'Over' },
  repeated: { vi: 'Chuyển hai lần', en: 'Repeated' },
  late: { vi: 'Đến muộn', en: 'Late' },
  unknown: { vi: 'Không có mã của chợ', en: 'Without a code of ours' },
} as const

export const SLIP_WORDS: Words<Slip> = {
  thousandfold: {
    vi: 'Gõ thiếu ba số 0: số phải trả gấp đúng 1.000 lần',
    en: 'Typed without three zeros: exactly 1,000 times as much was asked',
  },
}

/** By which rule it was known what a payment was for: docs/FEEDS.md. */
export const MATCHED_BY_WORDS: Words<MatchedBy> = {
  request: { vi: 'Khớp theo mã gọi tiền của sạp', en: 'By the code of a payment request' },
  stall: { vi: 'Khớp theo mã sạp', en: 'By the stall’s printed code' },
  virtual_account: { vi: 'Chỉ biết tài khoản ảo nhận tiền', en: 'By the virtual account alone' },
  account: { vi: 'Chỉ biết tài khoản nhận tiền', en: 'By the account alone' },
  charge: { vi: 'Khớp theo mã khoản thu', en: 'By the code of the charge' },
  debt: { vi: 'Khớp theo mã cả nợ của sạp', en: 'By the code of all that the stall owes' },
  deposit: { vi: 'Khớp theo mã tiền cọc', en: 'By the code of a deposit' },
  person: { vi: 'Do người xử lý tiền treo', en: 'By a person, out of suspense' },
}

export const PROVIDER_WORDS = {
  sepay: { vi: 'SePay', en: 'SePay' },
  casso: { vi: 'Casso', en: 'Casso' },
  payos: { vi: 'payOS', en: 'payOS' },
  vietqrvn: { vi: 'VietQR.vn', en: 'VietQR.vn' },
  standard: { vi: 'Standard Webhooks', en: 'Standard Webhooks' },
} as const

export const SIGNATURE_WORDS = {
  valid: {
    vi: 'Chữ ký đúng: vừa tính lại từ nguyên văn tin.',
    en: 'The signature is right: computed again from the bytes just now.',
  },
  invalid: {
    vi: 'Chữ ký sai: nguyên văn đang giữ không phải tin ngân hàng đã ký. Báo người phụ trách kỹ thuật.',
    en: 'The signature is wrong: these are not the bytes that were signed. Tell whoever runs the service.',
  },
  not_repeatable: {
    vi: 'Không ký lại được: tin này đến kèm khóa chứ không kèm chữ ký. Khóa đã đúng lúc nhận.',
    en: 'Cannot be checked again: it came with a key, not a signature. The key was right when it came.',
  },
  key_gone: {
    vi: 'Không kiểm lại được: khóa dùng lúc nhận đã thay. Chữ ký đã đúng lúc nhận.',
    en: 'Cannot be checked again: its key was replaced. It was right when it came.',
  },
} as const

export const DIGEST_WORDS = {
  matches: {
    vi: 'Vân tay khớp: nguyên văn đang giữ đúng là tin mà sổ đã ghi nhận.',
    en: 'The digest matches: these are the bytes that the ledger knows.',
  },
  erased: {
    vi: 'Nội dung đã xóa. Vân tay vẫn nằm trong sổ, nên không thể thay tin khác vào.',
    en: 'The content was erased. Its digest is still in the ledger, so nothing else can take its place.',
  },
  changed: {
    vi: 'Đã bị đổi: nguyên văn đang giữ khác tin mà sổ đã ghi nhận. Đừng ghi thêm; báo người phụ trách kỹ thuật.',
    en: 'Changed: these are not the bytes that the ledger knows. Post nothing more and tell whoever runs the service.',
  },
  none: {
    vi: 'Không có tin ngân hàng nào: người, hoặc quy tắc do người đặt, đã ghi bút toán này.',
    en: 'No bank told of it: a person did, or a rule that a person made.',
  },
} as const

export const SIGNATURE_MARKS = {
  valid: 'good',
  invalid: 'bad',
  not_repeatable: 'none',
  key_gone: 'warn',
} as const

export const DIGEST_MARKS = { matches: 'good', erased: 'warn', changed: 'bad', none: 'none' } as const
