import { roleCan, type Charge, type ChargePage, type Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, dateOf, ErrorPanel, Loading, Money, monthOf, useWords } from '@tienve/ui'
import { useEffect, useRef, useState } from 'react'
import { usePages } from '../pages.ts'
import { Table } from '../parts.tsx'
import { useRoute } from '../route.ts'
import { statementOf } from './ledger/accounts.tsx'

const WORDS = {
  title: { vi: 'Khoản phải thu', en: 'Charges' },
  all: { vi: 'Tất cả', en: 'All' },
  outstanding: { vi: 'Còn nợ', en: 'Outstanding' },
  paidOnes: { vi: 'Đã nộp đủ', en: 'Paid' },
  late: { vi: 'Quá hạn trên 60 ngày', en: 'Over 60 days' },
  billed: { vi: 'Phải thu', en: 'Billed' },
  collected: { vi: 'Đã thu', en: 'Collected' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  stall: { vi: 'Sạp', en: 'Stall' },
  name: { vi: 'Tên', en: 'Name' },
  period: { vi: 'Kỳ', en: 'Period' },
  due: { vi: 'Hạn', en: 'Due' },
  status: { vi: 'Tình trạng', en: 'Status' },
  issued: { vi: 'Chưa nộp', en: 'Unpaid' },
  part_paid: { vi: 'Nộp một phần', en: 'Part-paid' },
  paid: { vi: 'Đã nộp đủ', en: 'Paid' },
  overpaid: { vi: 'Nộp thừa', en: 'Overpaid' },
  more: { vi: 'Xem thêm', en: 'More' },
  detail: { vi: 'Chi tiết', en: 'Detail' },
  close: { vi: 'Đóng', en: 'Close' },
  receipt: { vi: 'Biên nhận', en: 'Receipt' },
}

const FILTERS = {
  all: {},
  outstanding: { status: 'outstanding' },
  paidOnes: { status: 'paid' },
  late: { overdueDays: 60 },
} as const
type Filter = keyof typeof FILTERS

export function ChargesScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const [filter, setFilter] = useState<Filter>(query.has('overdueDays') ? 'late' : 'all')
  const [open, setOpen] = useState<Charge | null>(null)
  const charges = usePages<ChargePage>(
    ['charges', me.market.id, filter],
    `/v1/markets/${me.market.id}/charges`,
    { ...FILTERS[filter], limit: 200 },
    { lookAgainMs: () => 5_000 },
  )
  const rows = charges.data?.pages.flatMap(({ items }) => items) ?? []
  const totals = charges.data?.pages[0]?.totals
  const shown = open === null ? null : (rows.find(({ id }) => id === open.id) ?? open)
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <div className="filters" role="group" aria-label={w.status}>
        {(Object.keys(FILTERS) as Filter[]).map((one) => (
          <Button
            key={one}
            kind={one === filter ? 'main' : 'quiet'}
            aria-pressed={one === filter}
            onClick={() => setFilter(one)}
          >
            {w[one]}
          </Button>
        ))}
      </div>
      {totals === undefined ? null : (
        <div className="three">
          <p>
            {w.billed}{' '}
            <b>
              <Money vnd={totals.totalVnd} />
            </b>
          </p>
          <p>
            {w.collected}{' '}
            <b>
              <Money vnd={totals.paidVnd} />
            </b>
          </p>
          <p>
            {w.owed}{' '}
            <b>
              <Money vnd={totals.outstandingVnd} />
            </b>
          </p>
        </div>
      )}
      {shown === null ? null : <Detail key={shown.id} charge={shown} onClose={() => setOpen(null)} />}
      {charges.isPending ? <Loading /> : null}
      {charges.isError ? <ErrorPanel error={charges.error} onRetry={() => void charges.refetch()} /> : null}
      {charges.data === undefined ? null : (
        <Table
          caption={w.title}
          rows={rows}
          keyOf={({ id }) => id}
          columns={[
            { head: w.stall, card: 'line', cell: (row) => row.stallCode },
            {
              head: w.name,
              card: 'title',
              cell: ({ stallId, stallName }) =>
                roleCan(me.user.role, 'ledger.read') ? (
                  <a className="cell-link" href={statementOf(`board:131.${stallId}`)}>
                    {stallName}
                  </a>
                ) : (
                  stallName
                ),
            },
            { head: w.period, card: 'line', cell: (row) => monthOf(row.period) },
            { head: w.due, card: 'line', cell: (row) => dateOf(row.dueOn) },
            { head: w.billed, number: true, card: 'line', cell: (row) => <Money vnd={row.totalVnd} /> },
            { head: w.collected, number: true, card: 'line', cell: (row) => <Money vnd={row.paidVnd} /> },
            { head: w.owed, number: true, card: 'line', cell: (row) => <Money vnd={row.outstandingVnd} /> },
            {
              head: w.status,
              card: 'figure',
              cell: (row) => (
                <span
                  className={`status ${row.status}`}
                  data-testid="charge-status"
                  data-charge={row.id}
                  data-status={row.status}
                >
                  {w[row.status]}
                </span>
              ),
            },
            {
              head: w.detail,
              card: 'note',
              cell: (row) => (
                <Button
                  kind="quiet"
                  className="small"
                  aria-label={`${w.detail} ${row.stallCode} ${monthOf(row.period)}`}
                  onClick={() => setOpen(row)}
                >
                  {w.detail}
                </Button>
              ),
            },
          ]}
        />
      )}
      {charges.hasNextPage ? (
        <Button
          kind="quiet"
          disabled={charges.isFetchingNextPage}
          onClick={() => void charges.fetchNextPage()}
        >
          {w.more}
        </Button>
      ) : null}
    </div>
  )
}

function Detail({ charge, onClose }: { charge: Charge; onClose: () => void }) {
  const w = useWords(WORDS)
  const place = useRef<HTMLDivElement>(null)
  // It opens above a long table: whoever asked for it far below would not see that anything happened.
  useEffect(() => {
    place.current?.focus({ preventScroll: true })
    place.current?.scrollIntoView({ block: 'start' })
  }, [])
  return (
    <div ref={place} tabIndex={-1}>
      <Card title={`${charge.stallCode} · ${charge.stallName} · ${monthOf(charge.period)}`}>
        {charge.lines.map((line) => (
          <p key={line.name}>
            {line.name}: {line.formula} = {formatVnd(line.amountVnd)} ({line.decision})
          </p>
        ))}
        <p>
          {w.collected} <b>{formatVnd(charge.paidVnd)}</b> · {w.owed}{' '}
          <b>{formatVnd(charge.outstandingVnd)}</b>
        </p>
        {charge.receipts.map((receipt) => (
          <a key={receipt.id} className="touch-link" href={receipt.url} target="_blank" rel="noreferrer">
            {w.receipt} {receipt.number} · {formatVnd(receipt.amountVnd)}
          </a>
        ))}
        <Button kind="quiet" onClick={onClose}>
          {w.close}
        </Button>
      </Card>
    </div>
  )
}
