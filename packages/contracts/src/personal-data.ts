import type { Role } from './roles.ts'

type Words = { vi: string; en: string }

/** What an act of law asks for, as far as it was checked: where it was read of, when, and whether its own text was seen. */
type Fact = { says: Words; act: string; readIn: string; checkedOn: string; sawText: boolean }

export const FACTS = {
  reply: {
    says: {
      vi: 'Trả lời yêu cầu của chủ thể dữ liệu trong 2 ngày làm việc',
      en: 'A request about one’s own data is answered within 2 working days',
    },
    act: 'Law 91/2025/QH15, Decree 356/2025/NĐ-CP',
    readIn: 'frasersvn.com; plo.vn 889644; tuvanluat.vn; atlaslaw.vn',
    checkedOn: '2026-11-23',
    sawText: false,
  },
  consent: {
    says: {
      vi: 'Không đồng ý mặc định, không lựa chọn gây nhầm lẫn',
      en: 'No consent by default, and no confusing choices',
    },
    act: 'Law 91/2025/QH15, Decree 356/2025/NĐ-CP',
    readIn: 'frasersvn.com; plo.vn 889644; tuvanluat.vn; atlaslaw.vn',
    checkedOn: '2026-11-23',
    sawText: false,
  },
  bank_history: {
    says: {
      vi: 'Lịch sử giao dịch ngân hàng là dữ liệu nhạy cảm',
      en: 'The history of bank transactions is sensitive data',
    },
    act: 'Law 91/2025/QH15, Decree 356/2025/NĐ-CP',
    readIn: 'frasersvn.com; plo.vn 889644; tuvanluat.vn; atlaslaw.vn',
    checkedOn: '2026-11-23',
    sawText: false,
  },
  household_books: {
    says: {
      vi: 'Hộ kinh doanh giữ sổ sách ít nhất 5 năm',
      en: 'A household business keeps its books for at least 5 years',
    },
    act: 'Circular 152/2025/TT-BTC',
    readIn: 'thanhnien.vn 07/01/2026',
    checkedOn: '2026-11-23',
    sawText: false,
  },
} as const satisfies Record<string, Fact>
export type FactName = keyof typeof FACTS

/** Two working days: Saturdays and Sundays do not count. Public holidays are not known here, so an answer is due earlier then. */
export const REPLY_WORKING_DAYS = 2

type Kept = {
  vi: string
  en: string
  /** What becomes of it when a person asks that it goes. */
  onErasure: 'erased' | 'kept'
  /** After how many days it goes by itself, every night; null for what no clock takes away. */
  days: number | null
  why: Words
  /** What the law has to do with it; null for a setting of ours, which nobody's law was checked for. */
  fact: FactName | null
}

/**
 * Everything that is kept of a person: how long, why, and what becomes of it on request. The nightly job, what an erasure
 * answers and docs/PRIVACY.md all come from here.
 */
export const PERSONAL_DATA = {
  name: {
    vi: 'Tên trong hợp đồng và chứng từ',
    en: 'The name in contracts and documents',
    onErasure: 'kept',
    days: null,
    why: {
      vi: 'Hợp đồng và chứng từ kế toán phải cho biết là của ai',
      en: 'Contracts and accounting documents must say whose they are',
    },
    fact: null,
  },
  contact: {
    vi: 'Số điện thoại, thư điện tử trong sổ sạp',
    en: 'Phone and e-mail in the register',
    onErasure: 'erased',
    days: null,
    why: { vi: 'Để gọi khi có việc', en: 'To be reached' },
    fact: null,
  },
  login: {
    vi: 'Tài khoản đăng nhập',
    en: 'The log-in',
    onErasure: 'erased',
    days: null,
    why: { vi: 'Để vào app', en: 'To enter the app' },
    fact: null,
  },
  tax_profile: {
    vi: 'Mã số thuế, tên hộ, địa chỉ kinh doanh do mình ghi',
    en: 'Tax code, name of the household and its address, as its owner wrote them',
    onErasure: 'erased',
    days: null,
    why: {
      vi: 'Để sổ thuế khỏi phải viết tay; ngoài mình không ai xem được',
      en: 'So that tax books need no writing; shown to nobody else',
    },
    fact: null,
  },
  sessions: {
    vi: 'Phiên đăng nhập',
    en: 'Sessions',
    onErasure: 'erased',
    days: 0,
    why: { vi: 'Hết hạn là xóa trong đêm', en: 'Taken away the night they run out' },
    fact: null,
  },
  devices: {
    vi: 'Máy đã vào app: loại máy, lần cuối dùng',
    en: 'Devices that were logged in with: what they call themselves, when last seen',
    onErasure: 'erased',
    days: 400,
    why: {
      vi: 'Để máy quen khỏi hỏi lại; trình duyệt cũng chỉ giữ bấy lâu',
      en: 'To know a phone again, for as long as a browser keeps its cookie',
    },
    fact: null,
  },
  trail: {
    vi: 'Chữ và địa chỉ máy trong nhật ký ai đã làm gì',
    en: 'What was typed, and from which address, in the trail of who did what',
    onErasure: 'erased',
    days: 730,
    why: {
      vi: 'Để tra khi có việc; dòng nhật ký ở lại, chữ thì xóa',
      en: 'To be looked up; the entry stays, what was typed goes',
    },
    fact: null,
  },
  push: {
    vi: 'Địa chỉ để báo lên màn hình điện thoại',
    en: 'Addresses to wake a phone by',
    onErasure: 'erased',
    days: null,
    why: {
      vi: 'Đến khi tắt báo, ra khỏi sạp hay máy bị cho ra',
      en: 'Until it is turned off, somebody logs out or the phone is thrown out',
    },
    fact: null,
  },
  contracts: {
    vi: 'Hợp đồng, tạm nghỉ',
    en: 'Contracts and pauses',
    onErasure: 'kept',
    days: null,
    why: { vi: 'Căn cứ của các khoản đã thu', en: 'What the charges were made by' },
    fact: null,
  },
  charges: {
    vi: 'Khoản phải đóng, biên nhận, lần báo sai',
    en: 'Charges, receipts and disputes',
    onErasure: 'kept',
    days: null,
    why: { vi: 'Chứng từ kế toán của Ban quản lý chợ', en: 'The board’s accounting documents' },
    fact: null,
  },
  sales: {
    vi: 'Số tiền và giờ của từng khoản bán',
    en: 'Amount and time of each sale',
    onErasure: 'kept',
    days: null,
    why: {
      vi: 'Sổ của chính hộ kinh doanh; sổ cái đã khóa, không có tên ai trong đó',
      en: 'The household’s own books; the ledger is closed and holds nobody’s name',
    },
    fact: 'household_books',
  },
  memos: {
    vi: 'Nội dung chuyển khoản',
    en: 'Memos of transfers',
    onErasure: 'erased',
    days: 365,
    why: { vi: 'Để xem lại khi có khiếu nại', en: 'To look again when something is disputed' },
    fact: 'bank_history',
  },
  messages: {
    vi: 'Tin báo gốc của ngân hàng',
    en: 'The banks’ messages as they came',
    onErasure: 'erased',
    days: 365,
    why: {
      vi: 'Bằng chứng cho sổ cái; dấu của tin ở lại mãi',
      en: 'Proof for the ledger; the digest of each stays for good',
    },
    fact: 'bank_history',
  },
  accounts: {
    vi: 'Số tài khoản nhận tiền và tên chủ tài khoản',
    en: 'The receiving account’s number and holder',
    onErasure: 'erased',
    days: null,
    why: { vi: 'Để khách trả và để nghe tiền về', en: 'To be paid to, and to hear what arrives' },
    fact: 'bank_history',
  },
  notes: {
    vi: 'Ghi chú bà viết khi thu tiền hay nhận ca, ghi chú của người đi thu',
    en: 'Notes of a sale, a request or a shift, and of a collector’s visit',
    onErasure: 'erased',
    days: 365,
    why: { vi: 'Để nhớ là bán gì, hẹn gì', en: 'To know what was sold, or promised' },
    fact: null,
  },
  shoppers: {
    vi: 'Tên khách được trả lại tiền',
    en: 'Names of shoppers who got money back',
    onErasure: 'erased',
    days: null,
    why: { vi: 'Để biết đã trả ai', en: 'To know who was paid' },
    fact: null,
  },
  credit_customers: {
    vi: 'Tên, số điện thoại của khách mua chịu, và đã mua gì',
    en: 'Names and phones of shoppers who buy on credit, and what they bought',
    onErasure: 'erased',
    days: 365,
    why: {
      vi: 'Để biết ai còn nợ; hết nợ một năm thì xóa, số tiền ở lại. Chủ sạp xóa từng khách được.',
      en: 'To know who owes; gone a year after nothing is owed, the sums stay. The stallholder can erase each shopper',
    },
    fact: null,
  },
  shifts: {
    vi: 'Ca bán: ai, từ lúc nào, tiền đếm được',
    en: 'Shifts: who, from when to when, and what was counted',
    onErasure: 'kept',
    days: 730,
    why: { vi: 'Để chủ sạp và người phụ đối chiếu', en: 'For the stallholder and the helper to compare' },
    fact: null,
  },
  consents: {
    vi: 'Những lần cho hay thôi cho xem doanh thu',
    en: 'Each time consent was given or withdrawn',
    onErasure: 'kept',
    days: null,
    why: { vi: 'Để chứng minh Ban đã được phép', en: 'To prove that the board was allowed to look' },
    fact: 'consent',
  },
  looks: {
    vi: 'Ai của Ban đã xem doanh thu',
    en: 'Who of the board looked at the sales',
    onErasure: 'kept',
    days: 730,
    why: { vi: 'Để chủ sạp biết và hỏi', en: 'For the stallholder to know and to ask' },
    fact: null,
  },
  code_checks: {
    vi: 'Ai đã soi mã ở sạp nào, và bốn số cuối của tài khoản lạ',
    en: 'Who read the code at which stall, and the last four digits of a strange account',
    onErasure: 'kept',
    days: 400,
    why: {
      vi: 'Để biết mã ở sạp đúng đến hôm nào, và hỏi lại người thấy mã sai',
      en: 'To know until when a stall’s code was right, and to ask whoever found a wrong one',
    },
    fact: null,
  },
  notices: {
    vi: 'Lời nhắn của Ban',
    en: 'The board’s notices',
    onErasure: 'erased',
    days: 400,
    why: { vi: 'Để đọc lại trong năm', en: 'To read again within the year' },
    fact: null,
  },
  live_events: {
    vi: 'Tin cho app đang mở',
    en: 'What open apps are told',
    onErasure: 'erased',
    days: 7,
    why: { vi: 'Để máy vừa có mạng lại nghe đủ', en: 'For a phone that was without a network' },
    fact: null,
  },
  answers: {
    vi: 'Câu trả lời giữ cho lần gửi lại',
    en: 'Answers kept for a repeated request',
    onErasure: 'erased',
    days: 30,
    why: { vi: 'Để bấm hai lần không thành hai', en: 'So that twice is not two' },
    fact: null,
  },
  requests: {
    vi: 'Yêu cầu về dữ liệu và câu trả lời',
    en: 'Requests about data, and their answers',
    onErasure: 'kept',
    days: null,
    why: { vi: 'Để chứng minh đã trả lời đúng hạn', en: 'To prove that they were answered in time' },
    fact: 'reply',
  },
} as const satisfies Record<string, Kept>
export type PersonalKind = keyof typeof PERSONAL_DATA

/** How much of a value a role is shown: all of it, its last four characters, its last three, or nothing. */
export type Shown = 'full' | 'last4' | 'last3' | 'none'

/** Whoever is answered: a person of a role, or a program by its key. */
export type Viewer = Role | 'key'

/**
 * Which role sees how much of what is personal, in whatever the service answers. A stall's own people see their own stall
 * and no other, so theirs is whole. Names are shown to whoever may open the register at all, since a contract without a
 * name says nothing; a ward official may not. A program calls nobody.
 */
export const SHOWN = {
  /** Whole to whoever calls: the collector on the walk, the accountant, and the administrator who keeps the register. */
  phone: {
    head: 'last3',
    accountant: 'full',
    cashier: 'last3',
    collector: 'full',
    leader: 'none',
    technician: 'last3',
    ward: 'none',
    admin: 'full',
    stallholder: 'full',
    helper: 'none',
    key: 'none',
  },
  email: {
    head: 'none',
    accountant: 'full',
    cashier: 'none',
    collector: 'none',
    leader: 'none',
    technician: 'none',
    ward: 'none',
    admin: 'full',
    stallholder: 'full',
    helper: 'none',
    key: 'none',
  },
  /** Of a stall's account. The number that stands in a printed code is not hidden: the code hangs at the stall. */
  account: {
    head: 'last4',
    accountant: 'last4',
    cashier: 'last4',
    collector: 'last4',
    leader: 'last4',
    technician: 'last4',
    ward: 'last4',
    admin: 'last4',
    stallholder: 'full',
    helper: 'last4',
    key: 'last4',
  },
} as const satisfies Record<string, Record<Viewer, Shown>>
export type MaskedKind = keyof typeof SHOWN
