/**
 * Who may do what, as data: the service enforces it and the apps explain it. Role names are part of the public
 * contract. Collector, accountant and cashier are kept apart, because whoever takes money must not also clear it.
 */
export const ROLES = [
  'head',
  'accountant',
  'cashier',
  'collector',
  'technician',
  'leader',
  'ward',
  'admin',
  'stallholder',
  'helper',
] as const
export type Role = (typeof ROLES)[number]

/** What each role is called inside a sentence. */
export const ROLE_WORDS: Record<Role, { vi: string; en: string }> = {
  head: { vi: 'trưởng ban', en: 'the head of the board' },
  accountant: { vi: 'kế toán', en: 'the accountant' },
  cashier: { vi: 'thủ quỹ', en: 'the cashier' },
  collector: { vi: 'nhân viên thu', en: 'the collector' },
  technician: { vi: 'nhân viên kỹ thuật', en: 'the technician' },
  leader: { vi: 'tổ trưởng ngành hàng', en: 'the section leader' },
  ward: { vi: 'cán bộ phường', en: 'the ward official' },
  admin: { vi: 'quản trị hệ thống', en: 'the system administrator' },
  stallholder: { vi: 'chủ sạp', en: 'the stallholder' },
  helper: { vi: 'người phụ bán', en: 'the helper' },
}

const BOARD = ['head', 'accountant', 'cashier', 'admin'] as const

export const PERMISSIONS = {
  'stall.read': [
    'stallholder',
    'helper',
    'head',
    'accountant',
    'cashier',
    'collector',
    'technician',
    'admin',
  ],
  'stall.sell': ['stallholder', 'helper'],
  'stall.sales': ['stallholder', 'helper', 'head', 'accountant', 'admin'],
  'stall.totals': ['stallholder', 'head', 'accountant', 'admin'],
  'stall.history': ['stallholder'],
  'stall.taxes': ['stallholder'],
  'sales.refund': ['stallholder'],
  'stall.credits': ['stallholder'],
  'shifts.work': ['stallholder', 'helper'],
  'shifts.confirm': ['stallholder'],
  'stall.consent': ['stallholder'],
  'stall.consents': ['stallholder'],
  'stall.looks': ['stallholder', 'helper'],
  'data.ask': ['stallholder'],
  'data.requests': ['head', 'accountant', 'admin'],
  'data.answer': ['head', 'admin'],
  'stall.connections': ['stallholder'],
  'stall.helpers': ['stallholder'],
  'people.enrol': ['head', 'accountant', 'admin'],
  'stalls.list': [...BOARD, 'collector'],
  'codes.check': [...BOARD, 'collector', 'technician', 'leader', 'stallholder', 'helper'],
  'codes.alerts': [...BOARD, 'collector'],
  'codes.settle': ['head', 'accountant'],
  'overview.read': [...BOARD, 'ward'],
  'sales.read': ['head', 'accountant', 'ward', 'admin'],
  'charges.read': ['stallholder', ...BOARD, 'collector'],
  'rounds.read': [...BOARD, 'collector'],
  'charges.issue': ['accountant'],
  'charges.approve': ['head'],
  'charges.change': ['accountant'],
  'register.read': [...BOARD, 'collector', 'technician'],
  'register.write': ['accountant', 'admin'],
  'tariffs.write': ['accountant'],
  'readings.read': ['head', 'accountant', 'technician', 'admin'],
  'readings.write': ['technician', 'accountant'],
  'receipts.invoice': ['accountant'],
  'cash.collect': ['collector'],
  'cash.undo': ['collector', 'accountant'],
  'cash.count': ['cashier'],
  'books.issue': ['accountant', 'cashier'],
  'books.void': ['collector', 'accountant', 'cashier'],
  'handovers.read': [...BOARD, 'collector'],
  'arrears.read': [...BOARD, 'collector'],
  'reminders.send': ['accountant'],
  'disputes.open': ['stallholder'],
  'disputes.read': ['stallholder', ...BOARD],
  'notices.read': ['stallholder'],
  'disputes.answer': ['accountant', 'head'],
  'reports.read': [...BOARD, 'ward'],
  'ledger.read': BOARD,
  'ledger.close': ['head', 'accountant'],
  'ledger.export': ['head', 'accountant', 'admin'],
  'suspense.read': BOARD,
  'suspense.resolve': ['accountant'],
  'suspense.approve': ['head'],
  'refunds.read': BOARD,
  'refunds.promise': ['accountant'],
  'reconciliation.read': BOARD,
  'reconciliation.sign': ['accountant'],
  'reconciliation.approve': ['head'],
  'connections.read': ['stallholder', ...BOARD],
  'connections.write': ['stallholder', 'accountant', 'admin'],
  'feeds.read': BOARD,
  'feeds.write': ['accountant', 'admin'],
  'statements.import': ['stallholder', 'accountant'],
  'zone.help': ['leader', 'head'],
  'staff.read': ['head', 'admin'],
  'staff.write': ['admin'],
  'staff.totp': ['head', 'admin'],
  'duties.delegate': ['head'],
  'audit.read': ['head', 'admin'],
  'api-keys.write': ['admin'],
  'memberships.write': ['admin'],
  'markets.compare': ['ward'],
} as const satisfies Record<string, readonly Role[]>
export type Permission = keyof typeof PERMISSIONS

/**
 * What holding each permission lets somebody do: in Vietnamese after "Chỉ kế toán mới làm được việc này:", in English for
 * docs/ROLES.md and the second language of the apps.
 */
export const PERMISSION_WORDS: Record<Permission, { vi: string; en: string }> = {
  'stall.read': {
    vi: 'xem sạp và mã QR của sạp',
    en: 'See a stall, its printed code and a request for payment',
  },
  'stall.sell': {
    vi: 'bán hàng tại sạp',
    en: 'Sell at the stall: ask for a payment, note cash, hear what arrives',
  },
  'stall.sales': {
    vi: 'xem các khoản bán của sạp',
    en: "See a stall's payments one by one; the board only while the stall agrees",
  },
  'sales.refund': {
    vi: 'ghi trả lại khách',
    en: 'Note that what a sale of the stall brought too much goes back to the shopper',
  },
  'stall.credits': {
    vi: 'xem và ghi sổ mua chịu',
    en: 'Keep the credit book of the own stall: who owes it how much, and what was paid of it',
  },
  'shifts.work': {
    vi: 'bắt đầu và kết thúc ca bán',
    en: 'Begin and end a shift at the own stall, and count its drawer',
  },
  'shifts.confirm': {
    vi: 'xem và nhận các ca bán',
    en: 'See what the shifts at the own stall took, and accept them',
  },
  'stall.totals': {
    vi: 'xem tổng tiền bán của sạp',
    en: 'See what a stall took on a day; the board only while the stall agrees',
  },
  'stall.history': {
    vi: 'tìm khoản bán, xem từng tháng và tải sổ bán của sạp',
    en: "Search the own stall's sales, compare its days, read its months and take them away as files",
  },
  'stall.taxes': {
    vi: 'xem sổ và số nộp thuế của sạp',
    en: "Read and download the own stall's books for the tax office, and say what stands in their heads",
  },
  'stall.consent': {
    vi: 'cho hay thôi cho Ban quản lý chợ xem tiền bán',
    en: "Agree, or no longer agree, that the board sees the sales by the stall's name",
  },
  'stall.consents': {
    vi: 'xem những lần mình cho hay thôi cho xem tiền bán',
    en: 'Read what the own stall agreed to, and when',
  },
  'data.ask': {
    vi: 'yêu cầu xóa dữ liệu của mình',
    en: 'Ask that what is kept of oneself goes, read the answer, or take it back',
  },
  'data.requests': {
    vi: 'xem các yêu cầu về dữ liệu',
    en: 'See who asked that their data goes, and by when it is to be answered',
  },
  'data.answer': {
    vi: 'trả lời yêu cầu về dữ liệu',
    en: 'Carry out or refuse a request that data goes',
  },
  'stall.looks': { vi: 'xem ai đã xem sạp', en: "Read who looked at the stall's sales" },
  'stall.connections': {
    vi: 'nối ngân hàng của sạp',
    en: "Connect the bank of one's own stall, and forbid the board's feed to hear it",
  },
  'stall.helpers': {
    vi: 'mời và bớt người phụ bán',
    en: 'Invite those who help at the stall, and take them out again',
  },
  'people.enrol': {
    vi: 'in mã vào app cho chủ sạp',
    en: 'Print the one-time code by which a stallholder gets into the app',
  },
  'stalls.list': { vi: 'xem danh sách sạp', en: 'List every stall of the market' },
  'codes.check': { vi: 'soi mã dán ở sạp', en: 'Ask whether the code that hangs at a stall pays that stall' },
  'codes.alerts': { vi: 'xem các mã bị dán đè', en: 'See codes at stalls that pay somebody else' },
  'codes.settle': { vi: 'ghi đã xử lý mã bị dán đè', en: 'Say what was done about such a code' },
  'overview.read': { vi: 'xem trang đầu của chợ', en: "See the market's home page" },
  'sales.read': {
    vi: 'xem doanh số của chợ',
    en: "See the market's sales in cells that name nobody without consent",
  },
  'charges.read': {
    vi: 'xem các khoản phải đóng',
    en: 'See charges and receipts; a stallholder those of the own stall',
  },
  'rounds.read': { vi: 'xem đợt thu và bảng giá', en: 'See billing rounds, prices and proposed changes' },
  'charges.issue': { vi: 'lập đợt thu', en: 'Propose a billing round, or take it back' },
  'charges.approve': {
    vi: 'duyệt đợt thu và thay đổi khoản thu',
    en: 'Approve or refuse billing rounds and changes of charges, and close a round',
  },
  'charges.change': { vi: 'đề nghị sửa khoản thu', en: 'Propose a relief, a correction or a write-off' },
  'register.read': { vi: 'xem sổ sạp và hợp đồng', en: 'See the register of stalls and the contracts' },
  'register.write': { vi: 'ghi sổ sạp và hợp đồng', en: 'Write the register of stalls and the contracts' },
  'tariffs.write': { vi: 'ghi bảng giá', en: 'Enter prices, their decisions and tax rates' },
  'readings.read': { vi: 'xem số điện, nước', en: 'See meters and their readings' },
  'readings.write': { vi: 'ghi số điện, nước', en: 'Enter readings and change meters' },
  'receipts.invoice': { vi: 'ghi số hóa đơn', en: 'Note the number of the invoice that a receipt got' },
  'cash.collect': {
    vi: 'thu tiền mặt tại sạp',
    en: 'Take cash on the walk, sell day tickets, and hand the cash over',
  },
  'cash.undo': { vi: 'hủy lần thu tiền mặt', en: 'Take a collection back while its cash is not handed over' },
  'cash.count': { vi: 'đếm và nhận tiền nộp', en: 'Count and confirm the cash that is handed over' },
  'books.issue': {
    vi: 'giao và đóng quyển biên lai, vé',
    en: 'Give out books of receipts and tickets, and close them',
  },
  'books.void': { vi: 'hủy trang biên lai, vé', en: 'Void a page of a book' },
  'handovers.read': {
    vi: 'xem tiền thu và tiền nộp',
    en: 'See collections, day tickets, books and hand-overs',
  },
  'arrears.read': { vi: 'xem nợ đọng và lời hẹn', en: 'See arrears, promises and what was sent about them' },
  'reminders.send': { vi: 'nhắc nợ', en: 'Send reminders' },
  'disputes.open': {
    vi: 'báo sai khoản phải đóng',
    en: 'Say that a charge of the own stall is wrong, or no longer say so',
  },
  'disputes.read': {
    vi: 'xem các lần báo sai',
    en: 'See what was said to be wrong; a stallholder of the own stall',
  },
  'notices.read': {
    vi: 'xem lời nhắn của sạp',
    en: 'Read the notices of the own stall, and be woken by them',
  },
  'disputes.answer': { vi: 'trả lời báo sai', en: 'Answer what was said to be wrong' },
  'reports.read': {
    vi: 'xem báo cáo',
    en: 'Open the list of reports; each report asks for a permission of its own as well',
  },
  'ledger.read': {
    vi: 'xem sổ cái',
    en: 'Read the ledger: accounts, entries, proof and where a number comes from',
  },
  'ledger.close': { vi: 'chốt ngày', en: 'Close a day' },
  'ledger.export': { vi: 'tải sổ cái', en: 'Download the ledger' },
  'suspense.read': { vi: 'xem tiền chưa rõ', en: 'See money that nobody could place' },
  'suspense.resolve': {
    vi: 'xử lý tiền chưa rõ',
    en: 'Say what unplaced money is for, or propose it where it is much',
  },
  'suspense.approve': {
    vi: 'duyệt cách xử lý tiền chưa rõ',
    en: 'Approve or refuse what another proposed about unplaced money',
  },
  'refunds.read': { vi: 'xem tiền phải trả lại', en: 'See refunds' },
  'refunds.promise': {
    vi: 'hẹn trả lại tiền',
    en: 'Promise a refund, cancel it, and name the transfer that paid it',
  },
  'reconciliation.read': { vi: 'xem đối soát', en: 'See the reconciliation of a day' },
  'reconciliation.sign': { vi: 'ký đối soát', en: "Sign a day's reconciliation first" },
  'reconciliation.approve': {
    vi: 'ký duyệt đối soát',
    en: "Sign a day's reconciliation second, or refuse to",
  },
  'connections.read': {
    vi: 'xem kết nối ngân hàng',
    en: "See one's own bank feeds: a stallholder the stall's, the board the market's",
  },
  'connections.write': {
    vi: 'sửa kết nối ngân hàng',
    en: "Change one's own bank feeds: a stallholder the stall's, the board the market's",
  },
  'feeds.read': {
    vi: 'xem kết nối ngân hàng của chợ',
    en: "See the market's bank feeds, how well they hear, and messages that wait for a person",
  },
  'feeds.write': { vi: 'nối ngân hàng của chợ', en: 'Set up a bank feed of the market' },
  'statements.import': {
    vi: 'nạp sao kê',
    en: "Bring a bank statement: a stallholder of the stall's account, the accountant of the board's",
  },
  'zone.help': {
    vi: 'xem sạp nào trong khu cần giúp',
    en: 'See which stalls of the zone need help, and no money of theirs; a leader those of the own zone',
  },
  'staff.read': {
    vi: 'xem danh sách nhân sự và ủy quyền',
    en: "See the board's people and what is delegated",
  },
  'staff.write': {
    vi: 'thêm, đổi vai trò và cho nghỉ nhân sự',
    en: "Add people of the board, change their roles, end them and give them new set-up codes; never one's own",
  },
  'staff.totp': {
    vi: 'gỡ mã xác thực của người mất điện thoại',
    en: "Take off another's second step when the phone is lost; never one's own",
  },
  'duties.delegate': {
    vi: 'ủy quyền có thời hạn',
    en: 'Hand a permission on for a time, and take it back',
  },
  'audit.read': {
    vi: 'xem nhật ký ai đã làm gì',
    en: 'Read who did what; what people wrote is shown to the head alone',
  },
  'api-keys.write': {
    vi: 'tạo và thu hồi khóa kết nối',
    en: 'Make, list and revoke the keys of programs that read the market',
  },
  'memberships.write': {
    vi: 'mời người của chợ khác',
    en: 'Ask people of other markets to work in this one too, and end it',
  },
  'markets.compare': {
    vi: 'xem các chợ của phường',
    en: "See sums of each whole market in which one is the ward's or the city's official",
  },
}

/**
 * What the head may hand on for a time, and to whom. No approval goes to whoever takes or counts cash: a debt
 * that its collector could have written off would hide what was pocketed.
 */
export const DELEGABLE = {
  'charges.approve': ['accountant', 'admin'],
  'suspense.approve': ['accountant', 'admin'],
  'reconciliation.approve': ['accountant', 'admin'],
  'ledger.close': ['admin'],
  'disputes.answer': ['cashier', 'admin'],
} as const satisfies Partial<Record<Permission, readonly Role[]>>
export type DelegablePermission = keyof typeof DELEGABLE
export const DELEGABLE_PERMISSIONS = [
  'charges.approve',
  'suspense.approve',
  'reconciliation.approve',
  'ledger.close',
  'disputes.answer',
] as const satisfies readonly DelegablePermission[]

/** True when `permission` may be handed on to somebody who is `role`. */
export function mayReceive(role: Role, permission: DelegablePermission): boolean {
  const receivers: readonly Role[] = DELEGABLE[permission]
  return receivers.includes(role)
}

/** True when somebody holds `permission`, by role or by delegation. */
export function holds(
  { role, delegated }: { role: Role; delegated?: readonly Permission[] },
  permission: Permission,
): boolean {
  return roleCan(role, permission) || delegated?.includes(permission) === true
}

/** True when `role` holds `permission`. */
export function roleCan(role: Role, permission: Permission): boolean {
  const holders: readonly Role[] = PERMISSIONS[permission]
  return holders.includes(role)
}
