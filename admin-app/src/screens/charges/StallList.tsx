import type { Me, StallCharges, StallChargesPage } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Empty, Money, useWords } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More, Table } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import type { ChargesAsked } from './Filters.tsx'
import { Totals } from './Totals.tsx'

const WORDS = {
  title: { vi: 'Khoản phải thu theo sạp', en: 'Charges by stall' },
  nothing: { vi: 'Không có khoản nào như vậy.', en: 'There is no such charge.' },
  stall: { vi: 'Sạp', en: 'Stall' },
  name: { vi: 'Tên', en: 'Name' },
  zone: { vi: 'Khu', en: 'Zone' },
  count: { vi: 'Số khoản', en: 'Charges' },
  billed: { vi: 'Phải thu', en: 'Billed' },
  collected: { vi: 'Đã thu', en: 'Collected' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  total: { vi: 'Cộng mọi sạp', en: 'All stalls' },
  order: { vi: 'Sạp nợ nhiều nhất ở trên.', en: 'Whoever owes most is at the top.' },
}

/** What each stall was billed, has paid and owes; a stall opens to its charges. */
export function StallList({ me, asked }: { me: Me; asked: ChargesAsked }) {
  const w = useWords(WORDS)
  const pages = usePages<StallChargesPage>(
    ['charges-by-stall', me.market.id, asked],
    `/v1/markets/${me.market.id}/charges/by-stall`,
    { ...asked, limit: 100 },
    { lookAgainMs: () => 5_000 },
  )
  return (
    <>
      <Answer of={pages}>
        {({ pages: [first, ...rest] }) => {
          if (first === undefined) return null
          const { totals } = first
          if (totals.count === 0) return <Empty>{w.nothing}</Empty>
          return (
            <>
              <Totals me={me} of={totals} asked={asked} />
              <p className="tv-quiet">{w.order}</p>
              <Table
                caption={w.title}
                rows={[first, ...rest].flatMap(({ items }) => items)}
                keyOf={({ stallId }) => stallId}
                columns={[
                  { head: w.stall, card: 'figure', cell: ({ stallCode }) => stallCode },
                  {
                    head: w.name,
                    card: 'title',
                    cell: ({ stallId, stallName }) => (
                      <a className="cell-link" href={addressOf('charges', { ...asked, stallId })}>
                        {stallName}
                      </a>
                    ),
                  },
                  { head: w.zone, card: 'line', cell: ({ zoneCode }) => zoneCode },
                  { head: w.count, number: true, card: 'line', cell: ({ count }) => formatNumber(count) },
                  { head: w.billed, number: true, card: 'line', cell: (row) => <Money vnd={row.totalVnd} /> },
                  { head: w.collected, number: true, card: 'line', cell: (row) => <Collected of={row} /> },
                  {
                    head: w.owed,
                    number: true,
                    card: 'line',
                    cell: (row) => <Money vnd={row.outstandingVnd} />,
                  },
                ]}
                foot={[
                  '',
                  w.total,
                  '',
                  formatNumber(totals.count),
                  <Money key="billed" vnd={totals.totalVnd} />,
                  <Collected key="collected" of={totals} />,
                  <Money key="owed" vnd={totals.outstandingVnd} />,
                ]}
              />
            </>
          )
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function Collected({ of }: { of: Pick<StallCharges, 'totalVnd' | 'changedVnd' | 'outstandingVnd'> }) {
  return <Money vnd={of.totalVnd + of.changedVnd - of.outstandingVnd} />
}
