import { useQuery } from '@tanstack/react-query'
import { mayDo, type BillingRound, type BillingRounds, type Me } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Button, Empty, Field, fullDateOf, Money, monthOf, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Table, type Column } from '../../parts.tsx'
import { goTo, useRoute } from '../../route.ts'
import { todayHere } from '../../services.ts'
import { RoundScreen } from './RoundScreen.tsx'
import { isOverdue, STATUS_WORDS } from './round.ts'

const WORDS = {
  title: { vi: 'Kỳ thu', en: 'Billing rounds' },
  month: { vi: 'Kỳ (tháng)', en: 'Month' },
  open: { vi: 'Mở kỳ', en: 'Open the month' },
  lead: {
    vi: 'Mỗi tháng một kỳ: đọc chỉ số, xem trước, kế toán đề xuất, trưởng ban duyệt. Một người không làm cả hai. Chưa phát hành thì chưa sạp nào được báo.',
    en: 'A round a month: readings, preview, the accountant proposes, the head approves. Nobody does both, and nobody is told before.',
  },
  none: { vi: 'Chưa có kỳ thu nào. Chọn tháng rồi mở kỳ.', en: 'No round yet. Choose a month and open it.' },
  period: { vi: 'Kỳ', en: 'Month' },
  due: { vi: 'Hạn nộp', en: 'Due' },
  status: { vi: 'Tình trạng', en: 'Status' },
  count: { vi: 'Số khoản', en: 'Charges' },
  total: { vi: 'Phải thu', en: 'Billed' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  overdue: { vi: 'Quá hạn', en: 'Overdue' },
  look: { vi: 'Chờ duyệt: xem và duyệt', en: 'Proposed: look and approve' },
}

/** The months that are billed, and one of them with its steps. */
export function RoundsScreen({ me }: { me: Me }) {
  const [, period = ''] = useRoute().path.split('/')
  if (/^\d{4}-\d\d$/.test(period)) return <RoundScreen key={period} me={me} period={period} />
  return <Rounds me={me} />
}

function Rounds({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const columns = useColumns(me)
  const rounds = useQuery({
    queryKey: ['rounds', me.market.id],
    queryFn: () => api.get<BillingRounds>(`/v1/markets/${me.market.id}/billing-rounds`),
  })
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <p className="tv-quiet">{w.lead}</p>
      <OpenMonth />
      <Answer of={rounds}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{w.none}</Empty>
          ) : (
            <Table caption={w.title} rows={items} keyOf={({ id }) => id} columns={columns} />
          )
        }
      </Answer>
    </div>
  )
}

function OpenMonth() {
  const w = useWords(WORDS)
  const [period, setPeriod] = useState(() => todayHere().slice(0, 7))
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault()
        goTo(`rounds/${period}`)
      }}
    >
      <Field
        id="period"
        type="month"
        label={w.month}
        required
        value={period}
        onChange={(event) => setPeriod(event.target.value)}
      />
      <Button type="submit">{w.open}</Button>
    </form>
  )
}

function useColumns(me: Me): Column<BillingRound>[] {
  const w = useWords(WORDS)
  const statuses = useWords(STATUS_WORDS)
  const mayApprove = mayDo(me, 'charges.approve')
  const isBilled = ({ status }: BillingRound) => status !== 'preparing'
  return [
    {
      head: w.period,
      card: 'title',
      cell: (row) => (
        <a className="cell-link" href={`#/rounds/${row.period}`}>
          {monthOf(row.period)}
        </a>
      ),
    },
    {
      head: w.status,
      card: 'figure',
      cell: (row) =>
        row.status === 'proposed' && mayApprove ? (
          <a className="tv-button small" href={`#/rounds/${row.period}`}>
            {w.look}
          </a>
        ) : isOverdue(row) ? (
          <b className="tv-bad">{w.overdue}</b>
        ) : (
          statuses[row.status]
        ),
    },
    { head: w.due, card: 'line', cell: (row) => fullDateOf(row.dueOn) },
    {
      head: w.count,
      number: true,
      card: 'line',
      cell: (row) => (isBilled(row) ? formatNumber(row.chargeCount) : '–'),
    },
    {
      head: w.total,
      number: true,
      card: 'line',
      cell: (row) => (isBilled(row) ? <Money vnd={row.totalVnd} /> : '–'),
    },
    {
      head: w.owed,
      number: true,
      card: 'line',
      cell: (row) =>
        row.status === 'issued' || row.status === 'closed' ? <Money vnd={row.outstandingVnd} /> : '–',
    },
  ]
}
