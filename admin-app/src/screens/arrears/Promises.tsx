import {
  PROMISE_STATES,
  type Me,
  type PaymentPromise,
  type PromisePage,
  type PromiseState,
} from '@tienve/contracts'
import { Empty, fullDateOf, Mark, Money, useWords, whenOf, type Words } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More, Table } from '../../parts.tsx'
import { addressOf } from '../../route.ts'

const WORDS = {
  title: { vi: 'Lời hẹn nộp', en: 'Promises to pay' },
  none: { vi: 'Chưa ai hẹn nộp.', en: 'Nobody has promised anything.' },
  stall: { vi: 'Sạp', en: 'Stall' },
  name: { vi: 'Tên', en: 'Name' },
  day: { vi: 'Hẹn ngày', en: 'For' },
  promised: { vi: 'Hẹn nộp', en: 'Promised' },
  whole: { vi: 'hết nợ', en: 'all of it' },
  paid: { vi: 'Đã nộp từ lúc hẹn', en: 'Paid since' },
  owed: { vi: 'Nay còn nợ', en: 'Owed now' },
  said: { vi: 'Hẹn với', en: 'To whom' },
  state: { vi: 'Kết quả', en: 'Outcome' },
}

const STATES: Words<PromiseState> = {
  kept: { vi: 'Giữ lời', en: 'Kept' },
  broken: { vi: 'Lỡ hẹn', en: 'Broken' },
  waiting: { vi: 'Đang chờ', en: 'Waiting' },
}
const MARKS = { kept: 'good', broken: 'bad', waiting: 'none' } as const

/** What stalls promised the collector, those to look after first, under how many there are of each kind. */
export function Promises({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const states = useWords(STATES)
  const pages = usePages<PromisePage>(
    ['promises', me.market.id],
    `/v1/markets/${me.market.id}/promises`,
    { limit: 50 },
    { lookAgainMs: () => 30_000 },
  )
  return (
    <>
      <Answer of={pages}>
        {({ pages: [first, ...rest] }) => {
          if (first === undefined) return null
          if (first.items.length === 0) return <Empty>{w.none}</Empty>
          return (
            <>
              <p className="three">
                {PROMISE_STATES.map((one) => (
                  <span key={one}>
                    {states[one]} <b>{first.counts[one]}</b>
                  </span>
                ))}
              </p>
              <PromiseTable items={[first, ...rest].flatMap(({ items }) => items)} />
            </>
          )
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function PromiseTable({ items }: { items: readonly PaymentPromise[] }) {
  const w = useWords(WORDS)
  const states = useWords(STATES)
  return (
    <Table
      caption={w.title}
      rows={items}
      keyOf={({ visitId }) => visitId}
      columns={[
        { head: w.stall, card: 'note', cell: ({ stallCode }) => stallCode },
        {
          head: w.name,
          card: 'title',
          cell: ({ stallId, stallName }) => (
            <a className="cell-link" href={addressOf('charges', { stallId, status: 'outstanding' })}>
              {stallName}
            </a>
          ),
        },
        { head: w.day, card: 'line', cell: ({ promisedOn }) => fullDateOf(promisedOn) },
        {
          head: w.promised,
          number: true,
          card: 'line',
          cell: ({ promisedVnd }) => (promisedVnd === null ? w.whole : <Money vnd={promisedVnd} />),
        },
        { head: w.paid, number: true, card: 'line', cell: ({ paidVnd }) => <Money vnd={paidVnd} /> },
        { head: w.owed, number: true, card: 'line', cell: ({ owedVnd }) => <Money vnd={owedVnd} /> },
        {
          head: w.said,
          card: 'note',
          cell: ({ collectorName, visitedAt }) => `${collectorName}, ${whenOf(visitedAt)}`,
        },
        {
          head: w.state,
          card: 'figure',
          cell: ({ state }) => <Mark kind={MARKS[state]}>{states[state]}</Mark>,
        },
      ]}
    />
  )
}
