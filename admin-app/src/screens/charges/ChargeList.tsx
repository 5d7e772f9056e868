import { roleCan, type Charge, type ChargePage, type Me } from '@tienve/contracts'
import { dateOf, Empty, Money, monthOf, useWords } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More, Table, type Column } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { statementOf } from '../ledger/accounts.tsx'
import type { ChargesAsked } from './Filters.tsx'
import { Totals } from './Totals.tsx'
import { STATUS_WORDS } from './words.ts'

const WORDS = {
  title: { vi: 'Từng khoản phải thu', en: 'Each charge' },
  nothing: { vi: 'Không có khoản nào như vậy.', en: 'There is no such charge.' },
  collected: { vi: 'Đã thu', en: 'Collected' },
  billed: { vi: 'Phải thu', en: 'Billed' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  stall: { vi: 'Sạp', en: 'Stall' },
  name: { vi: 'Tên', en: 'Name' },
  period: { vi: 'Kỳ', en: 'Period' },
  due: { vi: 'Hạn', en: 'Due' },
  status: { vi: 'Tình trạng', en: 'Status' },
  detail: { vi: 'Chi tiết', en: 'Detail' },
}

/** Every charge that was asked for; each opens to a page of its own. */
export function ChargeList({ me, asked }: { me: Me; asked: ChargesAsked }) {
  const w = useWords(WORDS)
  const columns = useColumns(me)
  const pages = usePages<ChargePage>(
    ['charges', me.market.id, asked],
    `/v1/markets/${me.market.id}/charges`,
    { ...asked, limit: 200 },
    { lookAgainMs: () => 5_000 },
  )
  return (
    <>
      <Answer of={pages}>
        {({ pages: [first, ...rest] }) => {
          if (first === undefined) return null
          if (first.totals.count === 0) return <Empty>{w.nothing}</Empty>
          const rows = [first, ...rest].flatMap(({ items }) => items)
          return (
            <>
              <Totals me={me} of={first.totals} asked={asked} />
              <Table caption={w.title} rows={rows} keyOf={({ id }) => id} columns={columns} />
            </>
          )
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function useColumns(me: Me): Column<Charge>[] {
  const w = useWords(WORDS)
  const s = useWords(STATUS_WORDS)
  return [
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
          {s[row.status]}
        </span>
      ),
    },
    {
      head: w.detail,
      card: 'note',
      cell: (row) => (
        <a
          className="text-link"
          aria-label={`${w.detail} ${row.stallCode} ${monthOf(row.period)}`}
          href={addressOf('charges/one', { id: row.id })}
        >
          {w.detail}
        </a>
      ),
    },
  ]
}
