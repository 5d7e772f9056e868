import type {
  RefundStatus,
  SIGHTING_REASONS,
  SuggestionReason,
  SuspenseReason,
  SuspenseResolutionKind,
} from '@tienve/contracts'
import type { Words } from '@tienve/ui'

/** Why an item waits, in a sentence, and so what to look for. */
export const WHY_WORDS: Words<SuspenseReason> = {
  no_code: {
    vi: 'Người chuyển không ghi mã, nên không biết nộp cho khoản nào.',
    en: 'The payer wrote no code, so it is not known what it pays.',
  },
  several_codes: {
    vi: 'Nội dung có nhiều mã. Có thể là tiền của nhiều khoản: chia ra.',
    en: 'The memo holds several codes. It may be for several charges: split it.',
  },
  unknown_code: {
    vi: 'Mã đọc được nhưng không thuộc khoản nào của chợ.',
    en: 'The code can be read and names nothing of this market.',
  },
  hint_disagrees: {
    vi: 'Ngân hàng và máy đọc ra hai mã khác nhau.',
    en: 'The provider read another code than we did.',
  },
  foreign_account: {
    vi: 'Tiền vào tài khoản không phải của chợ hay của sạp nào. Sổ không ghi khoản này.',
    en: 'It came to an account of nobody here. The books do not hold it.',
  },
  changed_event: {
    vi: 'Ngân hàng báo lại giao dịch cũ với nội dung khác. Sổ giữ lần báo đầu.',
    en: 'The bank told of an old transfer in another way. The books keep the first telling.',
  },
  overpaid_twice: {
    vi: 'Vé này đã có người nộp. Thường phải trả lại.',
    en: 'This ticket was paid already. It usually goes back.',
  },
  wrong_amount: {
    vi: 'Đúng mã vé nhưng sai giá vé.',
    en: 'The code of a ticket, and not its price.',
  },
  ambiguous: {
    vi: 'Có thể là khoản đã ghi rồi, được báo lại. Sổ chưa ghi khoản này. Xem sao kê ngân hàng rồi chọn.',
    en: 'It may be money that we have, told again. The books do not hold it. Look at the bank’s statement, then choose.',
  },
  unconfirmed: {
    vi: 'Nguồn chính của tài khoản chưa báo khoản này. Sổ chưa ghi. Xem sao kê ngân hàng rồi chọn.',
    en: 'The account’s own feed has not told of it. The books do not hold it. Look at the bank’s statement, then choose.',
  },
  outgoing: {
    vi: 'Tiền ra khỏi tài khoản của chợ. Nếu là trả lại cho ai, mở khoản trả lại và chọn giao dịch này.',
    en: 'It left the market’s account. If it went back to somebody, name it at that refund.',
  },
}

export const HINT_WORDS: Words<SuggestionReason> = {
  code_one_off: { vi: 'mã sai một chữ, đúng ra là {code}', en: 'a code one character off {code}' },
  same_payer: { vi: 'người này từng nộp cho sạp này', en: 'this payer has paid for this stall before' },
  like_before: { vi: 'lần trước xử lý như vậy', en: 'it was resolved so before' },
  exact_charge: { vi: 'đúng bằng số còn nợ của một khoản', en: 'exactly what one charge owes' },
  exact_debt: { vi: 'đúng bằng cả nợ của một sạp', en: 'exactly all that one stall owes' },
  thousandfold: { vi: 'thiếu ba số 0 so với một khoản', en: 'a charge’s sum without three zeros' },
  open_request: {
    vi: 'sạp này đang chờ khách trả đúng số đó',
    en: 'this stall waits for a shopper’s transfer of it',
  },
}

/** How surely a telling is of a transaction. */
export const SIGHTING_WORDS: Words<(typeof SIGHTING_REASONS)[number] | 'alike'> = {
  reference: { vi: 'trùng số giao dịch', en: 'the same reference' },
  memo: { vi: 'cùng lúc, trùng nội dung', en: 'the same time and memo' },
  count: { vi: 'cùng lúc, cùng số tiền', en: 'the same time and sum' },
  doubt: { vi: 'gần nhau, nội dung khác', en: 'near in time, with another memo' },
  alike: { vi: 'chỉ cùng tài khoản và số tiền', en: 'the same account and sum alone' },
}

/** What money in suspense became. */
export const RESOLUTION_WORDS: Words<SuspenseResolutionKind> = {
  charge: { vi: 'Nộp một khoản thu', en: 'Pays a charge' },
  debt: { vi: 'Nộp nợ của sạp', en: 'Pays what a stall owes' },
  not_ours: { vi: 'Không phải tiền của chợ, ghi sổ kế toán chung', en: 'Not the market’s: general books' },
  return: { vi: 'Trả lại', en: 'Goes back' },
  sighting: { vi: 'Là giao dịch đã ghi, được báo lại', en: 'A transaction that the books have, told again' },
  split: { vi: 'Chia nhiều phần', en: 'Split' },
}

export const REFUND_WORDS: Words<RefundStatus> = {
  offered: { vi: 'Thừa, có thể trả lại', en: 'Too much: may go back' },
  due: { vi: 'Chờ chuyển trả', en: 'To be sent back' },
  paid: { vi: 'Đã trả, ngân hàng đã báo', en: 'Sent back: the bank has told' },
  cancelled: { vi: 'Thôi không trả', en: 'Not sent back' },
}
