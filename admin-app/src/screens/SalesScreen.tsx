import { useQuery } from '@tanstack/react-query'
import { roleCan, type Me, type Sales } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Banner, Card, dateOf, ErrorPanel, Field, fill, Loading, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { Bars, Table, type Column } from '../parts.tsx'
import { useRoute } from '../route.ts'
import { Withheld } from '../Withheld.tsx'
import { statementOf } from './ledger/accounts.tsx'

const WORDS = {
  title: { vi: 'Doanh thu', en: 'Sales' },
  from: { vi: 'Từ ngày', en: 'From' },
  to: { vi: 'Đến ngày', en: 'To' },
  xlsx: { vi: 'Tải Excel', en: 'Download Excel' },
  csv: { vi: 'Tải CSV', en: 'Download CSV' },
  named: { vi: 'Sạp đồng ý nêu tên', en: 'Stalls that agreed to be named' },
  cells: { vi: 'Các sạp không nêu tên, theo khu', en: 'Stalls not named, by zone' },
  rule: {
    vi: 'Ngày nào khu có dưới năm sạp không nêu tên bán hàng thì gộp với khu khác, để không lộ doanh thu của ai. Vì thế một khu có thể ở nhiều dòng: những ngày đứng riêng và những ngày gộp.',
    en: 'On a day when fewer than five unnamed stalls of a zone sold, it is merged with another, so that nobody’s sales show. So a zone may be in several rows: the days it stands alone, and those it is merged.',
  },
  logged: {
    vi: 'Mỗi lần xem được ghi lại. Chủ sạp đọc được ai đã xem, lúc nào.',
    en: 'Each look is noted. The stallholder can read who looked, and when.',
  },
  withheld: {
    vi: 'Mỗi ngày có dưới năm sạp không nêu tên bán hàng, nên không hiện tổng: trừ các sạp nêu tên ra là lộ. Bên dưới là các sạp nêu tên.',
    en: 'Fewer than five unnamed stalls sold on each day, so no total shows: less the named stalls it would give them away. Below are the named stalls.',
  },
  days: { vi: 'Số ngày', en: 'Days' },
  zone: { vi: 'Khu', en: 'Zone' },
  stall: { vi: 'Sạp', en: 'Stall' },
  name: { vi: 'Tên', en: 'Name' },
  bank: { vi: 'Chuyển khoản', en: 'By bank' },
  cash: { vi: 'Tiền mặt', en: 'Cash' },
  total: { vi: 'Tổng', en: 'Total' },
  count: { vi: 'Số lần', en: 'Sales' },
  byDay: { vi: 'Theo ngày', en: 'By day' },
  hour: { vi: '{hour} giờ', en: '{hour}:00' },
  byHour: { vi: 'Theo giờ, sạp nêu tên', en: 'By hour, named stalls' },
}

/** The days of which this is in no figure. */
function daysWithout({ withheldDays }: Sales, what: Sales['withheldDays'][number]['what']): string[] {
  return withheldDays.filter((one) => one.what === what).map(({ day }) => day)
}

type SalesCell = Sales['cells'][number]

export function SalesScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const [from, setFrom] = useState(query.get('from') ?? '')
  const [to, setTo] = useState(query.get('to') ?? '')
  const span = { from: from === '' ? undefined : from, to: to === '' ? undefined : to }
  const sales = useQuery({
    queryKey: ['sales', me.market.id, from, to],
    queryFn: () => api.get<Sales>(`/v1/markets/${me.market.id}/sales`, span),
    refetchInterval: 10_000,
  })
  const { data } = sales
  const money = useMoneyColumns([])
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <div className="filters">
        <Field
          id="from"
          type="date"
          label={w.from}
          value={from === '' ? (data?.from ?? '') : from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <Field
          id="to"
          type="date"
          label={w.to}
          value={to === '' ? (data?.to ?? '') : to}
          onChange={(event) => setTo(event.target.value)}
        />
        {data === undefined
          ? null
          : (['xlsx', 'csv'] as const).map((kind) => (
              <a
                key={kind}
                className="tv-button quiet"
                href={api.address(
                  `/v1/markets/${me.market.id}/sales.${kind}?from=${data.from}&to=${data.to}`,
                )}
                download
              >
                {w[kind]}
              </a>
            ))}
      </div>
      {sales.isPending ? <Loading /> : null}
      {sales.isError ? <ErrorPanel error={sales.error} onRetry={() => void sales.refetch()} /> : null}
      {data === undefined ? null : (
        <>
          {data.totals === null ? (
            <Banner kind="info">{w.withheld}</Banner>
          ) : (
            <p className="figure" data-testid="sales-total">
              <Money vnd={data.totals.totalVnd} />
            </p>
          )}
          {(['all', 'bank', 'cash'] as const).map((what) =>
            data.totals === null && what === 'all' ? null : (
              <Withheld key={what} of={what} days={daysWithout(data, what)} />
            ),
          )}
          <div className="two">
            {data.byDay.length < 2 ? null : (
              <Bars
                caption={w.byDay}
                bars={data.byDay.map(({ day, totalVnd }) => ({ label: dateOf(day), vnd: totalVnd }))}
              />
            )}
            {data.byHour.length === 0 ? null : (
              <Bars
                caption={w.byHour}
                bars={data.byHour.map(({ hour, totalVnd }) => ({
                  label: fill(w.hour, { hour }),
                  vnd: totalVnd,
                }))}
              />
            )}
          </div>
          {data.withheld ? null : <Cells of={data} />}
          <Card title={w.named}>
            <p className="tv-quiet">{w.logged}</p>
            <Table
              caption={w.named}
              rows={data.stalls.toSorted((a, b) => b.totalVnd - a.totalVnd)}
              keyOf={(row) => row.stallId}
              columns={[
                { head: w.stall, card: 'line', cell: (row) => row.code },
                {
                  head: w.name,
                  card: 'title',
                  cell: ({ stallId, name }) =>
                    roleCan(me.user.role, 'ledger.read') ? (
                      <a
                        className="cell-link"
                        href={statementOf(`${stallId}:511`, { fromDay: data.from, toDay: data.to })}
                      >
                        {name}
                      </a>
                    ) : (
                      name
                    ),
                },
                ...money,
              ]}
            />
          </Card>
        </>
      )}
    </div>
  )
}

/** The unnamed stalls of the span, by the zones that stood together. */
function Cells({ of: { from, to, cells, withheldDays } }: { of: Sales }) {
  const w = useWords(WORDS)
  const money = useMoneyColumns(withheldDays.map(({ what }) => what))
  const days = { head: w.days, number: true, card: 'line' as const, cell: (cell: SalesCell) => cell.days }
  return (
    <Card title={w.cells}>
      <p className="tv-quiet">{w.rule}</p>
      <Table
        caption={w.cells}
        rows={cells}
        keyOf={(cell) => cell.zoneCodes.join()}
        columns={[
          { head: w.zone, card: 'title', cell: (cell) => cell.zoneNames.join(' + ') },
          ...(from === to ? [] : [days]),
          { head: w.stall, number: true, card: 'line', cell: (cell) => cell.sellingStalls },
          ...money,
        ]}
      />
    </Card>
  )
}

type Figures = { bankVnd: number; cashVnd: number; totalVnd: number; count: number }

/** What is left out of a row is not nothing: a zero of a way that is withheld shows as a dash. */
function useMoneyColumns(withheld: readonly string[]): Column<Figures>[] {
  const w = useWords(WORDS)
  const part = (vnd: number, way: string) => (vnd === 0 && withheld.includes(way) ? '–' : <Money vnd={vnd} />)
  return [
    { head: w.bank, number: true, card: 'line', cell: ({ bankVnd }) => part(bankVnd, 'bank') },
    { head: w.cash, number: true, card: 'line', cell: ({ cashVnd }) => part(cashVnd, 'cash') },
    { head: w.total, number: true, card: 'figure', cell: ({ totalVnd }) => <Money vnd={totalVnd} /> },
    { head: w.count, number: true, card: 'line', cell: ({ count }) => formatNumber(count) },
  ]
}
