import { useQuery } from '@tanstack/react-query'
import type { Me, PaymentPromise, PaymentPromises, PromiseState } from '@tienve/contracts'
import { Empty, fullDateOf, Mark, Money, useWords, whenOf, type Words } from '@tienve/ui'
import { api } from '../../api.ts'
import { Answer, Table } from '../../parts.tsx'
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
/** What needs somebody comes first. */
const ORDER: readonly PromiseState[] = ['waiting', 'broken', 'kept']

/** What stalls promised the collector, those to look after first. */
export function Promises({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const promises = useQuery({
    queryKey: ['promises', me.market.id],
    queryFn: () => api.get<PaymentPromises>(`/v1/markets/${me.market.id}/promises`),
    refetchInterval: 30_000,
  })
  return (
    <Answer of={promises}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty>{w.none}</Empty>
        ) : (
          <PromiseTable items={items.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))} />
        )
      }
    </Answer>
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
