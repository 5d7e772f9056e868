import { type Contract, type ContractPage, type Me } from '@tienve/contracts'
import { Empty, Field, fullDateOf, Money, Select, useWords } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More, Table, type Column } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { CONTRACT_STATE_WORDS } from './words.ts'

const WORDS = {
  title: { vi: 'Hợp đồng', en: 'Contracts' },
  show: { vi: 'Xem', en: 'Show' },
  active: { vi: 'Còn hiệu lực', en: 'In force' },
  expiring: { vi: 'Sắp hết hạn', en: 'About to end' },
  expired: { vi: 'Quá hạn, chưa thanh lý', en: 'Past their end, not ended' },
  coming: { vi: 'Chưa bắt đầu', en: 'To come' },
  ended: { vi: 'Đã kết thúc', en: 'Ended' },
  within: { vi: 'Trong mấy ngày tới', en: 'Within days' },
  nothing: { vi: 'Không có hợp đồng nào như vậy.', en: 'There is no such contract.' },
  number: { vi: 'Số hợp đồng', en: 'Number' },
  stall: { vi: 'Sạp', en: 'Stall' },
  holder: { vi: 'Người thuê', en: 'Tenant' },
  phone: { vi: 'Điện thoại', en: 'Phone' },
  from: { vi: 'Từ ngày', en: 'From' },
  to: { vi: 'Đến ngày', en: 'To' },
  open: { vi: 'không thời hạn', en: 'open-ended' },
  state: { vi: 'Tình trạng', en: 'State' },
  deposit: { vi: 'Tiền cọc', en: 'Deposit' },
}
const STATUSES = ['active', 'expiring', 'expired', 'coming', 'ended'] as const

/** The contracts of the market; what ends soonest comes first where the end is asked for. */
export function ContractsView({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const status = STATUSES.find((one) => one === query.get('status')) ?? 'expiring'
  const expiringDays = query.get('expiringDays') ?? '60'
  const pages = usePages<ContractPage>(
    ['contracts', me.market.id, status, expiringDays],
    `/v1/markets/${me.market.id}/contracts`,
    { status, limit: 100, ...(status === 'expiring' ? { expiringDays } : {}) },
  )
  const columns = useColumns()
  return (
    <>
      <div className="filters">
        <Select
          id="contracts"
          label={w.show}
          value={status}
          onChange={(event) => goTo('register/contracts', { status: event.target.value })}
        >
          {STATUSES.map((one) => (
            <option key={one} value={one}>
              {w[one]}
            </option>
          ))}
        </Select>
        {status === 'expiring' ? (
          <Field
            id="within"
            type="number"
            min={0}
            max={3_650}
            inputMode="numeric"
            label={w.within}
            value={expiringDays}
            onChange={(event) => goTo('register/contracts', { status, expiringDays: event.target.value })}
          />
        ) : null}
      </div>
      <Answer of={pages}>
        {({ pages: all }) => {
          const rows = all.flatMap(({ items }) => items)
          if (rows.length === 0) return <Empty>{w.nothing}</Empty>
          return <Table caption={w.title} rows={rows} keyOf={({ id }) => id} columns={columns} />
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function useColumns(): Column<Contract>[] {
  const w = useWords(WORDS)
  const states = useWords(CONTRACT_STATE_WORDS)
  return [
    {
      head: w.stall,
      card: 'title',
      cell: ({ stallId, stallCode, stallName }) => (
        <a className="cell-link" href={addressOf('register/stall', { id: stallId })}>
          {stallCode} · {stallName}
        </a>
      ),
    },
    { head: w.number, card: 'line', cell: ({ number }) => number },
    { head: w.holder, card: 'line', cell: ({ holder }) => holder.name },
    { head: w.phone, card: 'line', cell: ({ holder }) => holder.phone ?? '–' },
    { head: w.from, card: 'line', cell: ({ startsOn }) => fullDateOf(startsOn) },
    {
      head: w.to,
      card: 'figure',
      cell: ({ endedOn, endsOn }) => {
        const last = endedOn ?? endsOn
        return last === null ? w.open : fullDateOf(last)
      },
    },
    { head: w.state, card: 'line', cell: ({ state }) => states[state] },
    {
      head: w.deposit,
      number: true,
      card: 'line',
      cell: ({ depositVnd }) => (depositVnd === 0 ? '–' : <Money vnd={depositVnd} />),
    },
  ]
}
