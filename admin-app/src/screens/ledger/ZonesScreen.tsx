import { useQuery } from '@tanstack/react-query'
import type { LedgerRollUp, Me } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Button, fill, fullDateOf, Money, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { Answer, Table, type Column } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { Withheld } from '../../Withheld.tsx'
import { Period } from './Period.tsx'

const WORDS = {
  title: { vi: 'Sổ của các sạp', en: 'The stalls’ books' },
  how: { vi: 'Cộng theo', en: 'Add up by' },
  zone: { vi: 'Khu', en: 'Zone' },
  book: { vi: 'Sạp', en: 'Stall' },
  span: { vi: 'Từ {from} đến hết {to}.', en: 'From {from} to {to}.' },
  rule: {
    vi: 'Sạp nào đồng ý mới hiện tên. Ngày nào khu có dưới năm sạp không nêu tên thì gộp với khu khác hoặc không hiện, để không lộ doanh thu của ai.',
    en: 'Only stalls that agreed are named. On a day when a zone has fewer than five unnamed stalls, it is merged with another or left out, so that nobody’s sales show.',
  },
  stalls: { vi: 'Số sạp', en: 'Stalls' },
  bank: { vi: 'Chuyển khoản', en: 'By bank' },
  cash: { vi: 'Tiền mặt', en: 'Cash' },
  revenue: { vi: 'Doanh thu', en: 'Revenue' },
  total: { vi: 'Cộng', en: 'Total' },
}

type Row = LedgerRollUp['rows'][number]

export function ZonesScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const by = query.get('by') === 'book' ? 'book' : 'zone'
  const from = query.get('from') ?? undefined
  const to = query.get('to') ?? undefined
  const rollUp = useQuery({
    queryKey: ['roll-up', me.market.id, by, from, to],
    queryFn: () => api.get<LedgerRollUp>(`/v1/markets/${me.market.id}/ledger/roll-up`, { by, from, to }),
  })
  return (
    <>
      <h2>{w.title}</h2>
      <div className="filters" role="group" aria-label={w.how}>
        {(['zone', 'book'] as const).map((one) => (
          <Button
            key={one}
            kind="quiet"
            className={one === by ? 'chosen' : ''}
            aria-pressed={one === by}
            onClick={() => goTo('ledger/zones', { by: one, from, to })}
          >
            {w[one]}
          </Button>
        ))}
      </div>
      <Period
        from={from ?? rollUp.data?.from}
        to={to ?? rollUp.data?.to}
        onChange={(from, to) => goTo('ledger/zones', { by, from, to })}
      />
      <Answer of={rollUp}>{(data) => <RollUp of={data} />}</Answer>
    </>
  )
}

function RollUp({ of }: { of: LedgerRollUp }) {
  const w = useWords(WORDS)
  const { by, from, to, rows, withheldDays } = of
  const count: Column<Row> = {
    head: w.stalls,
    number: true,
    card: 'line',
    cell: ({ stallCount }) => formatNumber(stallCount),
  }
  const sum = (part: (row: Row) => number): number => rows.reduce((all, row) => all + part(row), 0)
  return (
    <>
      <p className="tv-quiet">
        {fill(w.span, { from: fullDateOf(from), to: fullDateOf(to) })} {w.rule}
      </p>
      {by === 'zone' ? <Withheld of="books" days={withheldDays} /> : null}
      <Table
        caption={w.title}
        rows={rows}
        keyOf={({ id }) => id}
        classOf={() => (by === 'book' ? 'linked' : undefined)}
        columns={[
          {
            head: w[by],
            card: 'note',
            cell: ({ id, code, name }) =>
              by === 'book' ? (
                <a className="row-link" href={addressOf('ledger', { book: id, fromDay: from, toDay: to })}>
                  {code} · {name}
                </a>
              ) : (
                `${code} · ${name}`
              ),
          },
          ...(by === 'zone' ? [count] : []),
          { head: w.bank, number: true, card: 'line', cell: ({ bankVnd }) => <Money vnd={bankVnd} /> },
          { head: w.cash, number: true, card: 'line', cell: ({ cashVnd }) => <Money vnd={cashVnd} /> },
          {
            head: w.revenue,
            number: true,
            card: 'line',
            cell: ({ revenueVnd }) => (
              <b>
                <Money vnd={revenueVnd} />
              </b>
            ),
          },
        ]}
        foot={[
          w.total,
          ...(by === 'zone' ? [formatNumber(sum(({ stallCount }) => stallCount))] : []),
          <Money key="bank" vnd={sum(({ bankVnd }) => bankVnd)} />,
          <Money key="cash" vnd={sum(({ cashVnd }) => cashVnd)} />,
          <Money key="revenue" vnd={sum(({ revenueVnd }) => revenueVnd)} />,
        ]}
      />
    </>
  )
}
