import { sql, type SQL } from 'drizzle-orm'
import type { Column } from '../documents/table.ts'
import type { Actor } from '../http/types.ts'
import { creditOf, soldOf, taxProfileOf, within, workedOf } from './own-trade.ts'

/** Whose data it is: a person, and of a stall the days on which it was theirs. */
export type Subject = Actor & {
  name: string
  marketName: string
  demo: boolean
  /** The people of the register who this person is. */
  holders: readonly string[]
  /** False where the stall is let and nobody can tell which of its people this is. */
  isKnown: boolean
  /** The first and the last day that the stall was theirs; null where nobody else is known to have had it. */
  since: string | null
  until: string | null
}

/** One list of what is kept, the newest first. `columns` are what paper has of it; a file has all. */
export type Section = {
  name: string
  title: string
  query: SQL
  columns: readonly (readonly [key: string, head: string, kind: Column['kind']])[]
}

/** Everything that is kept of a person, list by list; of a stall for its holder alone. */
export function sectionsOf(of: Subject): Section[] {
  const always = [
    ...personOf(of),
    of.stallId === null ? lookedOf(of) : workedOf(of),
    ...(of.role === 'stallholder' ? [taxProfileOf(of)] : []),
  ]
  return of.role === 'stallholder' && of.isKnown
    ? [...always, ...registerOf(of), ...owedOf(of), ...soldOf(of), ...creditOf(of), ...toldOf(of)]
    : always
}

function personOf({ marketId, userId }: Subject): Section[] {
  return [
    {
      name: 'person',
      title: 'Tài khoản đăng nhập',
      query: sql`select name, login, role from app_user where market_id = ${marketId} and id = ${userId}`,
      columns: [
        ['name', 'Tên', 'text'],
        ['login', 'Tên đăng nhập', 'text'],
        ['role', 'Vai trò', 'text'],
      ],
    },
    {
      name: 'sessions',
      title: 'Phiên đăng nhập',
      query: sql`select created_at as "createdAt", expires_at as "expiresAt" from session
        where market_id = ${marketId} and user_id = ${userId} order by created_at desc`,
      columns: [
        ['createdAt', 'Vào lúc', 'text'],
        ['expiresAt', 'Hết hạn', 'text'],
      ],
    },
    {
      name: 'devices',
      title: 'Máy đã vào app',
      query: sql`select name, created_at as "createdAt", last_seen_at as "lastSeenAt" from device
        where market_id = ${marketId} and user_id = ${userId} and revoked_at is null order by created_at desc`,
      columns: [
        ['name', 'Máy', 'text'],
        ['createdAt', 'Vào lần đầu', 'text'],
        ['lastSeenAt', 'Lần cuối', 'text'],
      ],
    },
    {
      name: 'push',
      title: 'Máy được báo lên màn hình',
      query: sql`select created_at as "createdAt" from push_subscription
        where market_id = ${marketId} and user_id = ${userId} order by created_at desc`,
      columns: [['createdAt', 'Bật lúc', 'text']],
    },
    {
      name: 'codeChecks',
      title: 'Lần soi mã ở sạp',
      query: sql`select c.checked_at as "checkedAt", s.code as "stallCode", c.result from code_check c
        join stall s on s.market_id = c.market_id and s.id = c.stall_id
        where c.market_id = ${marketId} and c.checked_by = ${userId} order by c.checked_at desc, c.id`,
      columns: [
        ['checkedAt', 'Lúc', 'text'],
        ['stallCode', 'Sạp', 'text'],
        ['result', 'Kết quả', 'text'],
      ],
    },
    {
      name: 'requests',
      title: 'Yêu cầu về dữ liệu',
      query: sql`select asked_at as "askedAt", due_at as "dueAt", status, reason, outcome from data_request
        where market_id = ${marketId} and user_id = ${userId} order by asked_at desc`,
      columns: [
        ['askedAt', 'Gửi lúc', 'text'],
        ['status', 'Tình trạng', 'text'],
        ['reason', 'Lý do', 'text'],
      ],
    },
  ]
}

/** What somebody of the board looked at by name: that is kept of them too. */
function lookedOf({ marketId, userId }: Subject): Section {
  return {
    name: 'looked',
    title: 'Đã xem doanh thu của sạp',
    query: sql`select l.at, s.code as "stallCode", l.what, l.from_day as "fromDay", l.to_day as "toDay"
      from look l join stall s on s.market_id = l.market_id and s.id = l.stall_id
      where l.market_id = ${marketId} and l.user_id = ${userId} order by l.at desc, l.id`,
    columns: [
      ['at', 'Lúc', 'text'],
      ['stallCode', 'Sạp', 'text'],
      ['what', 'Xem gì', 'text'],
    ],
  }
}

function registerOf({ marketId, stallId, holders }: Subject): Section[] {
  const own = sql`any(${sql.param([...holders])}::text[])`
  return [
    {
      name: 'register',
      title: 'Trong sổ sạp',
      query: sql`select name, registered_name as "registeredName", phone, email, created_at as "createdAt"
        from stallholder where market_id = ${marketId} and id = ${own} order by id`,
      columns: [
        ['name', 'Tên', 'text'],
        ['phone', 'Điện thoại', 'text'],
        ['email', 'Thư điện tử', 'text'],
      ],
    },
    {
      name: 'stall',
      title: 'Sạp',
      query: sql`select code, name, area_m2::text as "areaM2", position_grade as "positionGrade", kind, status,
        memo_code as "memoCode" from stall where market_id = ${marketId} and id = ${stallId}`,
      columns: [
        ['code', 'Mã sạp', 'text'],
        ['name', 'Tên sạp', 'text'],
        ['areaM2', 'm²', 'text'],
      ],
    },
    {
      name: 'contracts',
      title: 'Hợp đồng',
      query: sql`select number, kind, signed_on as "signedOn", starts_on as "startsOn", ends_on as "endsOn",
        ended_on as "endedOn", end_reason as "endReason", deposit_vnd as "depositVnd",
        (select coalesce(jsonb_agg(jsonb_build_object('fromDay', p.from_day, 'toDay', p.to_day, 'reason', p.reason)), '[]')
          from contract_pause p where p.market_id = k.market_id and p.contract_id = k.id) as pauses
        from contract k where market_id = ${marketId} and (stallholder_id = ${own} or seller_id = ${own})
        order by starts_on desc`,
      columns: [
        ['number', 'Số', 'text'],
        ['startsOn', 'Từ', 'day'],
        ['endsOn', 'Đến', 'day'],
        ['depositVnd', 'Tiền cọc (đ)', 'money'],
      ],
    },
    {
      name: 'accounts',
      title: 'Tài khoản nhận tiền',
      query: sql`select bin, number, holder, is_default as "isDefault" from receiving_account
        where market_id = ${marketId} and stall_id = ${stallId} order by id`,
      columns: [
        ['bin', 'Ngân hàng', 'text'],
        ['number', 'Số tài khoản', 'text'],
        ['holder', 'Chủ tài khoản', 'text'],
      ],
    },
    {
      name: 'connections',
      title: 'Kết nối ngân hàng của sạp',
      query: sql`select provider, name, created_at as "createdAt", revoked_at as "revokedAt" from connection
        where market_id = ${marketId} and stall_id = ${stallId} order by created_at desc`,
      columns: [
        ['provider', 'Bên báo', 'text'],
        ['createdAt', 'Nối lúc', 'text'],
        ['revokedAt', 'Thôi lúc', 'text'],
      ],
    },
  ]
}

function owedOf(of: Subject): Section[] {
  const { marketId, stallId } = of
  return [
    {
      name: 'charges',
      title: 'Khoản phải đóng',
      query: sql`select r.period, c.code, c.total_vnd as "totalVnd", c.paid_vnd as "paidVnd",
        c.outstanding_vnd as "outstandingVnd", c.due_on as "dueOn", c.issued_at as "issuedAt",
        (select jsonb_agg(jsonb_build_object('name', l.name, 'formula', l.formula, 'amountVnd', l.amount_vnd))
          from charge_line l where l.market_id = c.market_id and l.charge_id = c.id) as lines
        from charge c join billing_round r on r.market_id = c.market_id and r.id = c.round_id
        where c.market_id = ${marketId} and c.stall_id = ${stallId} and ${within(of, sql`c.issued_at`)}
        order by c.issued_at desc, c.id`,
      columns: [
        ['period', 'Kỳ', 'text'],
        ['totalVnd', 'Phải đóng (đ)', 'money'],
        ['paidVnd', 'Đã đóng (đ)', 'money'],
        ['outstandingVnd', 'Còn nợ (đ)', 'money'],
        ['dueOn', 'Hạn', 'day'],
      ],
    },
    {
      name: 'receipts',
      title: 'Biên nhận',
      query: sql`select number, book_page as "bookPage", amount_vnd as "amountVnd", paid_at as "paidAt",
        invoice_number as "invoiceNumber", voided_at as "voidedAt" from receipt
        where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`paid_at`)}
        order by paid_at desc, id`,
      columns: [
        ['number', 'Số', 'text'],
        ['amountVnd', 'Số tiền (đ)', 'money'],
        ['paidAt', 'Lúc', 'text'],
      ],
    },
    {
      name: 'disputes',
      title: 'Lần báo sai',
      query: sql`select reason, opened_at as "openedAt", outcome, answer, answered_at as "answeredAt" from dispute
        where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`opened_at`)}
        order by opened_at desc, id`,
      columns: [
        ['openedAt', 'Lúc', 'text'],
        ['reason', 'Báo', 'text'],
        ['answer', 'Trả lời', 'text'],
      ],
    },
    {
      name: 'visits',
      title: 'Người đi thu đã ghé',
      query: sql`select visited_at as "visitedAt", outcome, note, promised_on as "promisedOn" from visit
        where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`visited_at`)}
        order by visited_at desc, id`,
      columns: [
        ['visitedAt', 'Lúc', 'text'],
        ['outcome', 'Kết quả', 'text'],
        ['note', 'Ghi chú', 'text'],
      ],
    },
  ]
}

function toldOf(of: Subject): Section[] {
  const { marketId, stallId } = of
  return [
    {
      name: 'consents',
      title: 'Cho hay thôi cho xem doanh thu',
      query: sql`select at, given, words, device from consent_change
        where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`at`)} order by at desc, id`,
      columns: [
        ['at', 'Lúc', 'text'],
        ['given', 'Cho xem', 'text'],
        ['words', 'Bản lời hỏi', 'text'],
        ['device', 'Máy', 'text'],
      ],
    },
    {
      name: 'looks',
      title: 'Ai của Ban đã xem doanh thu',
      query: sql`select l.at, coalesce(u.name, l.user_id) as by, l.role, l.what, l.from_day as "fromDay", l.to_day as "toDay"
        from look l left join app_user u on u.market_id = l.market_id and u.id = l.user_id
        where l.market_id = ${marketId} and l.stall_id = ${stallId} and ${within(of, sql`l.at`)} order by l.at desc, l.id`,
      columns: [
        ['at', 'Lúc', 'text'],
        ['by', 'Ai', 'text'],
        ['what', 'Xem gì', 'text'],
      ],
    },
    {
      name: 'notices',
      title: 'Lời nhắn của Ban',
      query: sql`select created_at as "createdAt", kind, channel, words, sent_at as "sentAt", read_at as "readAt" from notice
        where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`created_at`)}
        order by created_at desc, id`,
      columns: [
        ['createdAt', 'Lúc', 'text'],
        ['kind', 'Về', 'text'],
        ['channel', 'Gửi qua', 'text'],
      ],
    },
  ]
}
