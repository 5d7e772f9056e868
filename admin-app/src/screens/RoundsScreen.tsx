import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { roleCan, type BillingRounds, type Me, type Tariffs } from '@tienve/contracts'
import { Button, Card, dateOf, ErrorPanel, Field, Loading, Money, monthOf, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { Table } from '../parts.tsx'

const WORDS = {
  title: { vi: 'Kỳ thu', en: 'Billing rounds' },
  period: { vi: 'Kỳ (tháng)', en: 'Month' },
  due: { vi: 'Hạn nộp', en: 'Due' },
  status: { vi: 'Tình trạng', en: 'Status' },
  issued: { vi: 'Đã phát hành', en: 'Issued' },
  proposed: { vi: 'Chờ duyệt', en: 'Proposed' },
  by: { vi: 'Người đề xuất', en: 'Proposed by' },
  approvedBy: { vi: 'Người duyệt', en: 'Approved by' },
  count: { vi: 'Số khoản', en: 'Charges' },
  total: { vi: 'Phải thu', en: 'Billed' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  approve: { vi: 'Duyệt và phát hành', en: 'Approve and issue' },
  propose: { vi: 'Đề xuất kỳ thu', en: 'Propose a round' },
  two: {
    vi: 'Kế toán đề xuất, trưởng ban duyệt. Một người không làm cả hai.',
    en: 'The accountant proposes, the head approves. Nobody does both.',
  },
  tariffs: { vi: 'Biểu giá', en: 'Tariff' },
  name: { vi: 'Tên', en: 'Name' },
  price: { vi: 'Đơn giá mỗi m² một tháng', en: 'Price a m² and month' },
  decision: { vi: 'Quyết định', en: 'Decision' },
  since: { vi: 'Từ ngày', en: 'Since' },
}

export function RoundsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const market = me.market.id
  const rounds = useQuery({
    queryKey: ['rounds', market],
    queryFn: () => api.get<BillingRounds>(`/v1/markets/${market}/billing-rounds`),
  })
  const tariffs = useQuery({
    queryKey: ['tariffs', market],
    queryFn: () => api.get<Tariffs>(`/v1/markets/${market}/tariffs`),
  })
  const refresh = () => queries.invalidateQueries()
  const approve = useMutation({
    mutationFn: (id: string) => api.post(`/v1/billing-rounds/${id}/approve`),
    onSuccess: refresh,
  })
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <p className="tv-quiet">{w.two}</p>
      {roleCan(me.user.role, 'charges.issue') ? <Propose market={market} onDone={refresh} /> : null}
      {approve.isError ? <ErrorPanel error={approve.error} /> : null}
      {rounds.isPending ? <Loading /> : null}
      {rounds.isError ? <ErrorPanel error={rounds.error} onRetry={() => void rounds.refetch()} /> : null}
      {rounds.data === undefined ? null : (
        <Table
          caption={w.title}
          rows={rounds.data.items}
          keyOf={({ id }) => id}
          columns={[
            { head: w.period, cell: (row) => monthOf(row.period) },
            { head: w.due, cell: (row) => dateOf(row.dueOn) },
            {
              head: w.status,
              cell: (row) =>
                row.status === 'proposed' && roleCan(me.user.role, 'charges.approve') ? (
                  <Button
                    className="small"
                    disabled={approve.isPending}
                    onClick={() => approve.mutate(row.id)}
                  >
                    {w.approve}
                  </Button>
                ) : (
                  w[row.status]
                ),
            },
            { head: w.by, cell: (row) => row.proposedBy },
            { head: w.approvedBy, cell: (row) => row.approvedBy ?? '–' },
            { head: w.count, number: true, cell: (row) => row.chargeCount },
            { head: w.total, number: true, cell: (row) => <Money vnd={row.totalVnd} /> },
            { head: w.owed, number: true, cell: (row) => <Money vnd={row.outstandingVnd} /> },
          ]}
        />
      )}
      <Card title={w.tariffs}>
        {tariffs.isError ? <ErrorPanel error={tariffs.error} /> : null}
        <Table
          caption={w.tariffs}
          rows={tariffs.data?.items ?? []}
          keyOf={({ id }) => id}
          columns={[
            { head: w.name, cell: (row) => row.name },
            { head: w.price, number: true, cell: (row) => <Money vnd={row.unitPriceVnd} /> },
            { head: w.decision, cell: (row) => row.decision },
            { head: w.since, cell: (row) => `${dateOf(row.effectiveFrom)}/${row.effectiveFrom.slice(0, 4)}` },
          ]}
        />
      </Card>
    </div>
  )
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
        label={w.period}
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
