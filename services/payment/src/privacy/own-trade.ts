import { sql, type SQL } from 'drizzle-orm'
import type { Section, Subject } from './own.ts'

/** A condition on a moment: within the days on which the stall was this person's. */
export function within({ since, until }: Subject, column: SQL): SQL {
  const day = sql`(${column} at time zone 'Asia/Ho_Chi_Minh')::date`
  return sql`${day} >= coalesce(${since}::date, '-infinity') and ${day} <= coalesce(${until}::date, 'infinity')`
}

export function soldOf(of: Subject): Section[] {
  const { marketId, stallId } = of
  return [
    {
      name: 'payments',
      title: 'Tiền về qua ngân hàng',
      query: sql`select occurred_at as "occurredAt", amount_vnd as "amountVnd", purpose, verdict, memo_tail as "memoTail",
        undone_at as "undoneAt" from payment
        where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`occurred_at`)}
        order by occurred_at desc, id`,
      columns: [
        ['occurredAt', 'Lúc', 'text'],
        ['purpose', 'Cho', 'text'],
        ['amountVnd', 'Số tiền (đ)', 'money'],
        ['memoTail', 'Cuối nội dung', 'text'],
      ],
    },
    {
      name: 'cashSales',
      title: 'Tiền mặt tự ghi',
      query: sql`select occurred_at as "occurredAt", amount_vnd as "amountVnd", note, undone_at as "undoneAt" from cash_sale
        where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`occurred_at`)}
        order by occurred_at desc, id`,
      columns: [
        ['occurredAt', 'Lúc', 'text'],
        ['amountVnd', 'Số tiền (đ)', 'money'],
        ['note', 'Ghi chú', 'text'],
      ],
    },
    {
      name: 'paymentRequests',
      title: 'Lần thu theo số tiền',
      query: sql`select created_at as "createdAt", code, amount_vnd as "amountVnd", paid_vnd as "paidVnd", note, status
        from payment_request where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`created_at`)}
        order by created_at desc, id`,
      columns: [
        ['createdAt', 'Lúc', 'text'],
        ['amountVnd', 'Số tiền (đ)', 'money'],
        ['status', 'Tình trạng', 'text'],
        ['note', 'Ghi chú', 'text'],
      ],
    },
    {
      name: 'saleRefunds',
      title: 'Trả lại khách',
      query: sql`select promised_at as "promisedAt", amount_vnd as "amountVnd", to_whom as "toWhom", status, paid_at as "paidAt"
        from sale_refund where market_id = ${marketId} and stall_id = ${stallId} and ${within(of, sql`promised_at`)}
        order by promised_at desc, id`,
      columns: [
        ['promisedAt', 'Lúc', 'text'],
        ['amountVnd', 'Số tiền (đ)', 'money'],
        ['toWhom', 'Trả ai', 'text'],
      ],
    },
    {
      name: 'shiftsOfStall',
      title: 'Các ca bán của sạp',
      query: sql`select s.started_at as "startedAt", s.ended_at as "endedAt", u.name, s.opening_vnd as "openingVnd",
        s.expected_vnd as "expectedVnd", s.counted_vnd as "countedVnd", s.note from shift s
        join app_user u on u.market_id = s.market_id and u.id = s.user_id
        where s.market_id = ${marketId} and s.stall_id = ${stallId} and ${within(of, sql`s.started_at`)}
        order by s.started_at desc, s.id`,
      columns: [
        ['startedAt', 'Từ', 'text'],
        ['endedAt', 'Đến', 'text'],
        ['name', 'Ai', 'text'],
        ['countedVnd', 'Đếm được (đ)', 'money'],
      ],
    },
  ]
}

/** Whom she lets buy on credit: of other people, and hers to keep. */
export function creditOf(of: Subject): Section[] {
  const { marketId, stallId } = of
  return [
    {
      name: 'creditEntries',
      title: 'Sổ mua chịu',
      query: sql`select e.at, c.name, c.phone, e.kind, e.amount_vnd as "amountVnd", e.surplus_vnd as "surplusVnd",
        e.owed_after_vnd as "owedAfterVnd", e.note from credit_entry e
        join credit_customer c on c.market_id = e.market_id and c.id = e.customer_id
        where c.market_id = ${marketId} and c.stall_id = ${stallId} and ${within(of, sql`c.created_at`)}
        order by e.at desc, e.id`,
      columns: [
        ['at', 'Lúc', 'text'],
        ['name', 'Khách', 'text'],
        ['kind', 'Việc', 'text'],
        ['amountVnd', 'Thêm vào nợ (đ)', 'money'],
        ['owedAfterVnd', 'Còn nợ (đ)', 'money'],
      ],
    },
  ]
}

/** What she said that the heads of her tax books are to say. */
export function taxProfileOf({ marketId, userId }: Subject): Section {
  return {
    name: 'taxProfile',
    title: 'Thông tin thuế',
    query: sql`select tax_code as "taxCode", name, address, trade, began_on as "beganOn" from tax_profile
      where market_id = ${marketId} and user_id = ${userId}`,
    columns: [
      ['taxCode', 'Mã số thuế', 'text'],
      ['name', 'Tên hộ', 'text'],
      ['address', 'Địa chỉ', 'text'],
    ],
  }
}

/** When somebody of a stall sold there, and what they counted. */
export function workedOf({ marketId, userId }: Subject): Section {
  return {
    name: 'shifts',
    title: 'Ca bán của mình',
    query: sql`select started_at as "startedAt", ended_at as "endedAt", opening_vnd as "openingVnd",
      counted_vnd as "countedVnd", confirmed_at as "confirmedAt" from shift
      where market_id = ${marketId} and user_id = ${userId} order by started_at desc, id`,
    columns: [
      ['startedAt', 'Từ', 'text'],
      ['endedAt', 'Đến', 'text'],
      ['countedVnd', 'Đếm được (đ)', 'money'],
    ],
  }
}
