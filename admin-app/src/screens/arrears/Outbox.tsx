import {
  NOTICE_STATES,
  type Me,
  type NoticeChannel,
  type NoticeDropReason,
  type NoticeKind,
  type NoticeState,
  type OutboxNotice,
  type OutboxPage,
} from '@tienve/contracts'
import { Empty, fill, fullDateOf, Mark, Select, useWords, whenOf, type Words } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More, Table } from '../../parts.tsx'
import { goTo, useRoute } from '../../route.ts'

const WORDS = {
  title: { vi: 'Tin gửi cho các sạp', en: 'What stalls were told' },
  none: { vi: 'Chưa có tin nào.', en: 'Nothing yet.' },
  show: { vi: 'Xem', en: 'Show' },
  all: { vi: 'Tất cả', en: 'All' },
  since: { vi: 'Từ {day}', en: 'Since {day}' },
  stall: { vi: 'Sạp', en: 'Stall' },
  kind: { vi: 'Việc', en: 'About' },
  channel: { vi: 'Qua', en: 'By' },
  when: { vi: 'Gửi lúc', en: 'When' },
  state: { vi: 'Tình trạng', en: 'State' },
  why: { vi: 'Vì sao', en: 'Why' },
  tries: { vi: '{count} lần thử, lỗi {error}', en: '{count} tries, {error}' },
}

const STATES: Words<NoticeState> = {
  waiting: { vi: 'Chờ gửi', en: 'Waiting' },
  sent: { vi: 'Đã gửi', en: 'Sent' },
  dropped: { vi: 'Thôi không gửi', en: 'Not sent any more' },
  failed: { vi: 'Gửi hỏng', en: 'Failed' },
}
const MARKS = { waiting: 'none', sent: 'good', dropped: 'none', failed: 'bad' } as const
const KINDS: Words<NoticeKind> = {
  charge_issued: { vi: 'Khoản mới', en: 'A new charge' },
  reminder: { vi: 'Nhắc trước hạn', en: 'Reminder' },
  overdue: { vi: 'Nhắc quá hạn', en: 'Past due' },
  changed: { vi: 'Khoản thay đổi', en: 'A change' },
  dispute_answered: { vi: 'Trả lời báo sai', en: 'An answer' },
  code_wrong: { vi: 'Mã bị dán đè', en: 'A wrong code' },
}
const CHANNELS: Words<NoticeChannel> = {
  app: { vi: 'App', en: 'App' },
  push: { vi: 'Màn hình', en: 'Screen' },
  email: { vi: 'Thư', en: 'E-mail' },
}
const REASONS: Words<NoticeDropReason> = {
  paid: { vi: 'Đã nộp rồi', en: 'Paid meanwhile' },
  disputed: { vi: 'Đang báo sai', en: 'Disputed' },
  no_address: { vi: 'Không còn nơi nhận', en: 'Nobody to send it to' },
  failed: { vi: 'Thử nhiều lần không được', en: 'Tried too often' },
}

/** What was sent to whom, what waits, and what was not sent and why. */
export function Outbox({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const states = useWords(STATES)
  const { path, query } = useRoute()
  const state = NOTICE_STATES.find((one) => one === query.get('state'))
  const pages = usePages<OutboxPage>(
    ['outbox', me.market.id, state],
    `/v1/markets/${me.market.id}/notices`,
    { state, limit: 100 },
    { lookAgainMs: () => 15_000 },
  )
  return (
    <>
      <div className="filters">
        <Select
          id="outbox-state"
          label={w.show}
          value={state ?? ''}
          onChange={(event) => goTo(path, { state: event.target.value })}
        >
          <option value="">{w.all}</option>
          {NOTICE_STATES.map((one) => (
            <option key={one} value={one}>
              {states[one]}
            </option>
          ))}
        </Select>
      </div>
      <Answer of={pages}>
        {({ pages: [first, ...rest] }) => {
          if (first === undefined) return null
          const rows = [first, ...rest].flatMap(({ items }) => items)
          return (
            <>
              <p className="three">
                <span>{fill(w.since, { day: fullDateOf(first.since) })}</span>
                {NOTICE_STATES.map((one) => (
                  <span key={one}>
                    {states[one]} <b>{first.counts[one]}</b>
                  </span>
                ))}
              </p>
              {rows.length === 0 ? <Empty>{w.none}</Empty> : <Rows rows={rows} />}
            </>
          )
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function Rows({ rows }: { rows: readonly OutboxNotice[] }) {
  const w = useWords(WORDS)
  const states = useWords(STATES)
  const kinds = useWords(KINDS)
  const channels = useWords(CHANNELS)
  const reasons = useWords(REASONS)
  const why = ({ dropReason, attempts, lastError }: OutboxNotice): string =>
    [
      dropReason === null ? '' : reasons[dropReason],
      lastError === null ? '' : fill(w.tries, { count: attempts, error: lastError }),
    ]
      .filter((part) => part !== '')
      .join(' · ')
  return (
    <Table
      caption={w.title}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { head: w.stall, card: 'title', cell: ({ stallCode }) => stallCode },
        { head: w.kind, card: 'line', cell: ({ kind }) => kinds[kind] },
        { head: w.channel, card: 'line', cell: ({ channel }) => channels[channel] },
        { head: w.when, card: 'line', cell: ({ sentAt, dueAt }) => whenOf(sentAt ?? dueAt) },
        {
          head: w.state,
          card: 'figure',
          cell: ({ state }) => <Mark kind={MARKS[state]}>{states[state]}</Mark>,
        },
        { head: w.why, card: 'note', cell: why },
      ]}
    />
  )
}
