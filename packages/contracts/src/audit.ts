import { z } from 'zod'
import { Day, Moment, PageQuery, pageOf } from './primitives.ts'
import { ROLES } from './roles.ts'

/** Who did something that no person did while logged in. */
const NOBODY = ['unknown', 'worker', 'system'] as const
export const AUDIT_ROLES = [...ROLES, 'key', ...NOBODY] as const

/** What one comes to the trail for, and the first words of the actions that belong to it. */
export const AUDIT_TOPICS = {
  people: [
    'sessions',
    'users',
    'devices',
    'enrolments',
    'helpers',
    'staff',
    'delegations',
    'api-keys',
    'stalls',
  ],
  prices: ['tariffs', 'tariff-decisions', 'vat-rates'],
  billing: [
    'billing-rounds',
    'charges',
    'charge-changes',
    'receipts',
    'reminders',
    'disputes',
    'meters',
    'readings',
  ],
  register: ['zones', 'register', 'contracts', 'code-alerts'],
  cash: ['collections', 'day-tickets', 'visits', 'books', 'pages', 'handovers'],
  money: ['suspense', 'refunds', 'reconciliation', 'sign-offs', 'days', 'receiving-accounts'],
  banks: ['connections', 'secrets', 'feeds', 'dead-letters'],
  reading: ['looks', 'files'],
} as const
export type AuditTopic = keyof typeof AUDIT_TOPICS

export const AUDIT_TOPIC_NAMES = Object.keys(AUDIT_TOPICS) as [AuditTopic, ...AuditTopic[]]

/**
 * What each action is in a sentence whose subject is the person. A route that changes something without a word here fails the
 * walk over the routes (`audit.test.ts`).
 */
export const AUDIT_ACTIONS: Readonly<Record<string, { vi: string; en: string }>> = {
  'sessions.create': { vi: 'đăng nhập', en: 'logged in' },
  'sessions.refuse': { vi: 'nhập sai mật khẩu hoặc mã PIN của', en: 'gave a wrong password or PIN of' },
  'sessions.current': { vi: 'đăng xuất', en: 'logged out' },
  'data-requests.create': { vi: 'xin xóa dữ liệu của mình', en: 'asked that their data goes' },
  'data-requests.withdraw': { vi: 'rút yêu cầu xóa dữ liệu', en: 'took a request about their data back' },
  'data-requests.answer': { vi: 'trả lời yêu cầu về dữ liệu', en: 'answered a request about data' },
  'current.market': { vi: 'sang làm việc ở chợ khác', en: 'went on in another market' },
  'me.invitations': { vi: 'trả lời lời mời của chợ khác', en: 'answered another market that asked them' },
  'memberships.create': { vi: 'mời người của chợ khác', en: 'asked a person of another market' },
  'memberships.end': { vi: 'cho thôi làm ở chợ này', en: 'ended the work of a person of another market' },
  'api-keys.create': { vi: 'tạo khóa kết nối', en: 'made an API key' },
  'api-keys.revoke': { vi: 'thu hồi khóa kết nối', en: 'revoked an API key' },
  'sessions.delete': { vi: 'cho một máy của mình ra', en: 'threw a device of their own out' },
  'me.totp': { vi: 'bắt đầu bật mã xác thực', en: 'began to set up the second step' },
  'totp.confirm': { vi: 'bật mã xác thực', en: 'turned the second step on' },
  'me.recovery-codes': { vi: 'lấy mã dự phòng mới', en: 'took new recovery codes' },
  'me.password': { vi: 'đổi mật khẩu của mình', en: 'changed their own password' },
  'set-up.create': { vi: 'đặt mật khẩu bằng mã cài đặt', en: 'chose a password by a set-up code' },
  'memberships.accept': { vi: 'nhận làm ở chợ này', en: 'accepted to work in this market' },
  'memberships.decline': { vi: 'không nhận làm ở chợ này', en: 'declined to work in this market' },
  'staff.create': { vi: 'thêm người vào Ban', en: 'added a person to the board' },
  'staff.role': { vi: 'đổi vai trò của', en: 'changed the role of' },
  'staff.end': { vi: 'cho nghỉ', en: 'ended' },
  'staff.set-up-code': { vi: 'cấp mã cài đặt mới cho', en: 'gave a new set-up code to' },
  'staff.remove-totp': { vi: 'gỡ mã xác thực của', en: 'took off the second step of' },
  'delegations.create': { vi: 'ủy quyền', en: 'handed a duty on' },
  'delegations.end': { vi: 'cho thôi ủy quyền', en: 'ended what was handed on' },
  'stalls.enrolments': { vi: 'in mã vào máy cho sạp', en: 'printed a code for the stall' },
  'stalls.helpers': { vi: 'mời người phụ bán', en: 'invited a helper' },
  'helpers.delete': { vi: 'cho người phụ bán ra', en: 'took a helper out' },
  'stalls.consent': {
    vi: 'đổi việc cho Ban quản lý xem tiền bán',
    en: 'changed whether the board sees the sales',
  },
  'stalls.tax-profile': { vi: 'ghi thông tin thuế của mình', en: 'wrote the heads of their tax books' },
  'looks.named': { vi: 'xem tiền bán có tên sạp', en: "looked at a stall's sales by name" },
  'files.download': { vi: 'tải tệp về', en: 'took a file away' },
  'tariffs.create': { vi: 'đặt giá', en: 'set a price' },
  'tariffs.end': { vi: 'cho giá hết hiệu lực', en: 'ended a price' },
  'tariff-decisions.create': { vi: 'ghi quyết định giá', en: 'entered a decision on prices' },
  'vat-rates.create': { vi: 'đặt thuế suất GTGT', en: 'set a rate of VAT' },
  'billing-rounds.create': { vi: 'lập đợt thu', en: 'proposed a billing round' },
  'billing-rounds.approve': { vi: 'duyệt đợt thu', en: 'approved a billing round' },
  'billing-rounds.withdraw': { vi: 'rút đợt thu', en: 'took a billing round back' },
  'close.approve': { vi: 'duyệt đóng đợt thu', en: 'approved the closing of a round' },
  'close.refuse': { vi: 'không duyệt đóng đợt thu', en: 'refused to close a round' },
  'billing-rounds.close': { vi: 'đề nghị đóng đợt thu', en: 'proposed to close a billing round' },
  'charges.changes': { vi: 'đề nghị sửa khoản thu', en: 'proposed to change a charge' },
  'charge-changes.approve': { vi: 'duyệt sửa khoản thu', en: 'approved a change of a charge' },
  'charge-changes.refuse': { vi: 'từ chối sửa khoản thu', en: 'refused a change of a charge' },
  'charges.disputes': { vi: 'báo khoản thu sai', en: 'said that a charge is wrong' },
  'disputes.answer': { vi: 'trả lời khiếu nại', en: 'answered a dispute' },
  'disputes.withdraw': { vi: 'rút khiếu nại', en: 'took a dispute back' },
  'receipts.invoice': { vi: 'ghi số hoá đơn cho biên nhận', en: "noted a receipt's invoice" },
  'reminders.create': { vi: 'gửi nhắc nợ', en: 'sent reminders' },
  'meters.create': { vi: 'lắp công tơ', en: 'installed a meter' },
  'meters.replace': { vi: 'thay công tơ', en: 'replaced a meter' },
  'meters.remove': { vi: 'tháo công tơ', en: 'removed a meter' },
  'readings.create': { vi: 'ghi chỉ số', en: 'entered a reading' },
  'readings.confirm': { vi: 'xác nhận chỉ số lạ', en: 'confirmed an odd reading' },
  'zones.create': { vi: 'thêm khu', en: 'added a zone' },
  'zones.update': { vi: 'sửa khu', en: 'changed a zone' },
  'stalls.create': { vi: 'thêm sạp', en: 'added a stall' },
  'stalls.register': { vi: 'sửa sổ sạp', en: 'changed the register of a stall' },
  'register.import': { vi: 'nhập sổ sạp từ tệp', en: 'imported the register' },
  'contracts.create': { vi: 'lập hợp đồng', en: 'made a contract' },
  'contracts.renew': { vi: 'gia hạn hợp đồng', en: 'renewed a contract' },
  'contracts.end': { vi: 'chấm dứt hợp đồng', en: 'ended a contract' },
  'contracts.pause': { vi: 'cho sạp tạm nghỉ', en: 'paused a stall' },
  'contracts.resume': { vi: 'mở lại sạp tạm nghỉ', en: 'opened a paused stall again' },
  'contracts.transfer': { vi: 'ghi sang nhượng sạp', en: 'noted that a stall was taken over' },
  'code-alerts.settle': {
    vi: 'ghi đã xử lý mã bị dán đè',
    en: 'said what was done about a code that pays somebody else',
  },
  'visits.create': { vi: 'ghi lần đến sạp', en: 'noted a visit' },
  'collections.create': { vi: 'thu tiền mặt', en: 'took cash' },
  'collections.undo': { vi: 'huỷ lần thu tiền mặt', en: 'took a collection back' },
  'day-tickets.create': { vi: 'bán vé ngày', en: 'sold a day ticket' },
  'books.create': { vi: 'phát sổ biên nhận', en: 'gave out a book' },
  'books.take': { vi: 'nhận sổ biên nhận', en: 'took a book' },
  'books.close': { vi: 'đóng sổ biên nhận', en: 'closed a book' },
  'pages.void': { vi: 'huỷ một tờ biên nhận', en: 'voided a page' },
  'handovers.create': { vi: 'ký nộp quỹ', en: 'signed cash over' },
  'handovers.confirm': { vi: 'đếm và nhận tiền nộp quỹ', en: 'counted cash and took it' },
  'suspense.resolve': { vi: 'xử lý khoản treo', en: 'resolved money in suspense' },
  'suspense.bulk-resolve': { vi: 'xử lý nhiều khoản treo', en: 'resolved several sums in suspense' },
  'suspense.approve': { vi: 'duyệt xử lý khoản treo', en: 'approved what money in suspense is' },
  'suspense.refuse': { vi: 'từ chối xử lý khoản treo', en: 'refused what money in suspense is' },
  'suspense.undo': { vi: 'hoàn tác xử lý khoản treo', en: 'undid a resolution' },
  'suspense.book': { vi: 'ghi sổ khoản đang giữ', en: 'booked what was held' },
  'refunds.promise': { vi: 'hứa hoàn tiền', en: 'promised a refund' },
  'refunds.cancel': { vi: 'huỷ hoàn tiền', en: 'cancelled a refund' },
  'refunds.paid-by': { vi: 'chỉ ra giao dịch hoàn tiền', en: 'named the transfer of a refund' },
  'reconciliation.sign-offs': { vi: 'ký đối soát ngày', en: "signed a day's reconciliation" },
  'sign-offs.approve': { vi: 'duyệt đối soát ngày', en: "approved a day's reconciliation" },
  'sign-offs.refuse': { vi: 'từ chối đối soát ngày', en: "refused a day's reconciliation" },
  'days.close': { vi: 'chốt ngày', en: 'closed a day' },
  'receiving-accounts.statements': { vi: 'nạp sao kê ngân hàng', en: 'brought a bank statement' },
  'connections.create': { vi: 'thêm kết nối ngân hàng', en: 'added a bank connection' },
  'stalls.connections': { vi: 'nối ngân hàng của sạp', en: 'connected the bank of a stall' },
  'connections.secrets': { vi: 'đổi khoá kết nối ngân hàng', en: 'changed the key of a bank connection' },
  'secrets.delete': { vi: 'bỏ khoá kết nối ngân hàng', en: 'ended a key of a bank connection' },
  'connections.revoke': { vi: 'ngắt kết nối ngân hàng', en: 'ended a bank connection' },
  'connections.accounts': { vi: 'đổi tài khoản của kết nối', en: 'changed the accounts of a connection' },
  'connections.pull': { vi: 'đổi cách hỏi ngân hàng', en: 'changed how a bank is asked' },
  'feeds.delete': { vi: 'không cho chợ nghe tài khoản', en: "forbade the board's feed an account" },
  'dead-letters.replay': { vi: 'xử lý lại tin ngân hàng', en: "processed a bank's message again" },
  'sale-refunds.cancel': { vi: 'thôi trả lại khách', en: 'no longer gives back' },
  'stalls.sale-refunds': { vi: 'ghi trả lại khách', en: 'noted to give back' },
}

/**
 * A value that changed. `hidden` from this role, `erased` for good, `secret` and so never kept, `file` that is known by its
 * digest alone: these four show nothing.
 */
export const AuditValue = z
  .object({
    as: z.enum(['shown', 'hidden', 'erased', 'secret', 'file']),
    value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  })
  .meta({ id: 'AuditValue' })
export type AuditValue = z.infer<typeof AuditValue>

/** Who did what to what, and what was before and after, field by field. */
export const AuditEntry = z
  .object({
    seq: z.int(),
    at: Moment,
    actorId: z.string().nullable(),
    actorName: z.string().nullable(),
    actorRole: z.enum(AUDIT_ROLES),
    action: z.string(),
    objectKind: z.string(),
    objectId: z.string(),
    /** What people call it, where it has a name: a person, a zone, a stall. */
    objectName: z.string().nullable(),
    stallId: z.string().nullable(),
    stallCode: z.string().nullable(),
    requestId: z.string().nullable(),
    route: z.string().nullable(),
    sessionId: z.string().nullable(),
    address: AuditValue.nullable(),
    changes: z.array(
      z.object({ field: z.string(), before: AuditValue.nullable(), after: AuditValue.nullable() }),
    ),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditQuery = z.object({
  from: Day.optional(),
  to: Day.optional(),
  actor: z.string().max(60).optional(),
  action: z.string().max(60).optional(),
  topic: z.enum(AUDIT_TOPIC_NAMES).optional(),
  object: z.string().max(80).optional(),
  q: z.string().trim().max(80).optional(),
})
export type AuditQuery = z.infer<typeof AuditQuery>
export const AuditPageQuery = AuditQuery.extend(PageQuery.shape)

/** A page of the trail, the newest first, with those of the board who stand in it. */
export const AuditPage = pageOf(AuditEntry)
  .extend({ people: z.array(z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES) })) })
  .meta({ id: 'AuditPage' })
export type AuditPage = z.infer<typeof AuditPage>

/** The chain of the trail, recomputed: how long it is, how many personal values were erased, and the first entry that is wrong. */
export const AuditVerify = z
  .object({
    ok: z.boolean(),
    entries: z.int(),
    erased: z.int(),
    headHash: z.string().nullable(),
    firstWrong: z.object({ seq: z.int(), why: z.string() }).optional(),
  })
  .meta({ id: 'AuditVerify' })
export type AuditVerify = z.infer<typeof AuditVerify>
