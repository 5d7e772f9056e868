import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { roleCan, type BillingRound, type BillingRounds, type Me, type Tariffs } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Button, Card, dateOf, ErrorPanel, Field, Money, monthOf, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Parts, Table, type Column } from '../../parts.tsx'
import { addressOf, useRoute } from '../../route.ts'
import { RoundToApprove } from './RoundToApprove.tsx'

const WORDS = {
  title: { vi: 'Kỳ thu', en: 'Billing rounds' },
  month: { vi: 'Kỳ (tháng)', en: 'Month' },
  period: { vi: 'Kỳ', en: 'Month' },
  due: { vi: 'Hạn nộp', en: 'Due' },
  status: { vi: 'Tình trạng', en: 'Status' },
  issued: { vi: 'Đã phát hành', en: 'Issued' },
  by: { vi: 'Người đề xuất', en: 'Proposed by' },
  approvedBy: { vi: 'Người duyệt', en: 'Approved by' },
  count: { vi: 'Số khoản', en: 'Charges' },
  total: { vi: 'Phải thu', en: 'Billed' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  look: { vi: 'Xem và duyệt', en: 'Look and approve' },
  lookOnly: { vi: 'Chờ duyệt · xem', en: 'Proposed · look' },
  propose: { vi: 'Đề xuất kỳ thu', en: 'Propose a round' },
  two: {
    vi: 'Kế toán đề xuất, trưởng ban duyệt. Một người không làm cả hai.',
    en: 'The accountant proposes, the head approves. Nobody does both.',
  },
  tariffs: { vi: 'Biểu giá', en: 'Tariff' },
  name: { vi: 'Tên', en: 'Name' },
  price: { vi: 'Mỗi m² một tháng', en: 'Price a m² and month' },
  decision: { vi: 'Quyết định', en: 'Decision' },
  since: { vi: 'Từ ngày', en: 'Since' },
}

export function RoundsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { path, query } = useRoute()
  const id = path === 'rounds/approve' ? query.get('id') : null
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      {id === null ? <Rounds me={me} /> : <RoundToApprove key={id} me={me} id={id} />}
    </div>
  )
}

function Rounds({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const market = me.market.id
  const columns = useColumns(me)
  const rounds = useQuery({
    queryKey: ['rounds', market],
    queryFn: () => api.get<BillingRounds>(`/v1/markets/${market}/billing-rounds`),
  })
  const tariffs = useQuery({
    queryKey: ['tariffs', market],
    queryFn: () => api.get<Tariffs>(`/v1/markets/${market}/tariffs`),
  })
  return (
    <>
      <p className="tv-quiet">{w.two}</p>
      {roleCan(me.user.role, 'charges.issue') ? (
        <Propose market={market} onDone={() => queries.invalidateQueries()} />
      ) : null}
      <Answer of={rounds}>
        {({ items }) => <Table caption={w.title} rows={items} keyOf={({ id }) => id} columns={columns} />}
      </Answer>
      <Card title={w.tariffs}>
        <Answer of={tariffs}>
          {({ items }) => (
            <Table
              caption={w.tariffs}
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                { head: w.name, card: 'title', cell: (row) => row.name },
                {
                  head: w.price,
                  number: true,
                  card: 'line',
                  cell: (row) => (row.unitPriceVnd === null ? '' : <Money vnd={row.unitPriceVnd} />),
                },
                { head: w.decision, card: 'line', cell: (row) => row.decision },
                {
                  head: w.since,
                  card: 'line',
                  cell: (row) => `${dateOf(row.effectiveFrom)}/${row.effectiveFrom.slice(0, 4)}`,
                },
              ]}
            />
          )}
        </Answer>
      </Card>
    </>
  )
}

/** A round that is only proposed has no charges yet: what it would bill is on the page that it opens. */
function useColumns(me: Me): Column<BillingRound>[] {
  const w = useWords(WORDS)
  const mayApprove = roleCan(me.user.role, 'charges.approve')
  const billed = (row: BillingRound, vnd: number) => (row.status === 'proposed' ? '–' : <Money vnd={vnd} />)
  return [
    { head: w.period, card: 'title', cell: (row) => monthOf(row.period) },
    { head: w.due, card: 'line', cell: (row) => dateOf(row.dueOn) },
    {
      head: w.status,
      card: 'figure',
      cell: (row) =>
        row.status === 'proposed' ? (
          <a
            className={`tv-button small ${mayApprove ? '' : 'quiet'}`}
            href={addressOf('rounds/approve', { id: row.id })}
          >
            {mayApprove ? w.look : w.lookOnly}
          </a>
        ) : (
          w.issued
        ),
    },
    { head: w.by, card: 'line', cell: (row) => <Parts of={row.proposedBy ?? '–'} /> },
    { head: w.approvedBy, card: 'line', cell: (row) => <Parts of={row.approvedBy ?? '–'} /> },
    {
      head: w.count,
      number: true,
      card: 'line',
      cell: (row) => (row.status === 'proposed' ? '–' : formatNumber(row.chargeCount)),
    },
    { head: w.total, number: true, card: 'line', cell: (row) => billed(row, row.totalVnd) },
    { head: w.owed, number: true, card: 'line', cell: (row) => billed(row, row.outstandingVnd) },
  ]
}

function Propose({ market, onDone }: { market: string; onDone: () => unknown }) {
  const w = useWords(WORDS)
  const [period, setPeriod] = useState('')
  const [key] = useState(() => crypto.randomUUID())
  const propose = useMutation({
    mutationFn: () =>
      api.post(
        `/v1/markets/${market}/billing-rounds`,
        { period, dueOn: `${period}-15` },
        { idempotencyKey: `${key}-${period}` },
      ),
    onSuccess: onDone,
  })
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault()
        propose.mutate()
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
      <Button type="submit" disabled={propose.isPending}>
        {w.propose}
      </Button>
      {propose.isError ? <ErrorPanel error={propose.error} /> : null}
    </form>
  )
}
