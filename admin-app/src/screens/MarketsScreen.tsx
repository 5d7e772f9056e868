import { useQuery } from '@tanstack/react-query'
import type { MarketMonth, Me, OfficialMarkets } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Field, fill, fullDateOf, Mark, Money, useWords } from '@tienve/ui'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { Answer } from '../parts.tsx'
import { goTo, queryText, useRoute } from '../route.ts'

const WORDS = {
  title: { vi: 'Các chợ của phường', en: 'The ward’s markets' },
  what: {
    vi: 'Mỗi chợ một bản số cộng, từ {from} đến {to}. Không nêu tên ai, không cộng chợ này với chợ kia.',
    en: 'Each market in sums of its own, from {from} to {to}. Nobody by name, and no market added to another.',
  },
  month: { vi: 'Tháng', en: 'Month' },
  xlsx: { vi: 'Tải Excel', en: 'Download Excel' },
  missing: {
    vi: 'Chưa đọc được số của chợ này. Không phải là số 0: thử lại sau.',
    en: 'The figures of this market could not be read. They are not zero: try again later.',
  },
  cashless: { vi: 'Thu không dùng tiền mặt', en: 'Collected without cash' },
  ofCollected: {
    vi: '{bank} chuyển khoản, {cash} tiền mặt',
    en: '{bank} by bank, {cash} in cash',
  },
  billed: { vi: 'Phải thu trong tháng', en: 'Billed this month' },
  collected: { vi: 'Đã thu của tháng', en: 'Collected of it' },
  outstanding: { vi: 'Còn nợ, mọi tháng', en: 'Owed, of all months' },
  stalls: { vi: 'Số sạp', en: 'Stalls' },
  sales: { vi: 'Doanh thu các sạp', en: 'Sales of the stalls' },
  withheld: {
    vi: 'Doanh thu các sạp không hiện: mỗi ngày có dưới năm sạp không nêu tên bán.',
    en: 'Sales of the stalls do not show: on each day fewer than five unnamed stalls sold.',
  },
  without: {
    vi: 'Doanh thu chưa cộng đủ {count} ngày, vì hôm ấy dưới năm sạp không nêu tên bán.',
    en: 'Sales are without {count} days, in part or whole, on which fewer than five unnamed stalls sold.',
  },
}

/** A month of every market in which one is the official, each by itself; what could not be read is missing, not zero. */
export function MarketsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const period = useRoute().query.get('period') ?? undefined
  const asked = { period }
  const markets = useQuery({
    queryKey: ['officials', me.user.id, period ?? ''],
    queryFn: () => api.get<OfficialMarkets>('/v1/officials/markets', asked),
  })
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <Answer of={markets}>
        {(shown) => (
          <>
            <div className="filters">
              <Field
                id="official-month"
                label={w.month}
                type="month"
                value={shown.period}
                onChange={(event) => {
                  if (event.target.value !== '') goTo('markets', { period: event.target.value })
                }}
              />
              <a
                className="tv-button quiet"
                href={api.address(`/v1/officials/markets.xlsx${queryText(asked)}`)}
                download
              >
                {w.xlsx}
              </a>
            </div>
            <p>{fill(w.what, { from: fullDateOf(shown.from), to: fullDateOf(shown.to) })}</p>
            <div className="cards">
              {shown.items.map(({ marketId, name, figures }) => (
                <section key={marketId} className="tile official" aria-label={name}>
                  <h2>{name}</h2>
                  {figures === null ? <Mark kind="warn">{w.missing}</Mark> : <Figures of={figures} />}
                </section>
              ))}
            </div>
          </>
        )}
      </Answer>
    </div>
  )
}

function Figures({ of }: { of: MarketMonth }) {
  const w = useWords(WORDS)
  const { collected, charges, sales } = of
  const percent = collected.cashlessPercent
  return (
    <>
      <span className="tile-more">{w.cashless}</span>
      <span className="tile-figure">{percent === null ? '–' : `${String(percent).replace('.', ',')} %`}</span>
      <span className="tile-more">
        {fill(w.ofCollected, {
          bank: `${formatNumber(collected.bankVnd)} đ`,
          cash: `${formatNumber(collected.cashVnd)} đ`,
        })}
      </span>
      <dl>
        <Row name={w.billed} value={<Money vnd={charges.billedVnd} />} />
        <Row name={w.collected} value={<Money vnd={charges.collectedVnd} />} />
        <Row name={w.outstanding} value={<Money vnd={charges.outstandingVnd} />} />
        <Row name={w.stalls} value={formatNumber(of.stallCount)} />
        {sales === null ? null : <Row name={w.sales} value={<Money vnd={sales.totalVnd} />} />}
      </dl>
      {sales === null && of.withheldDays > 0 ? <p className="tile-more">{w.withheld}</p> : null}
      {sales !== null && of.withheldDays > 0 ? (
        <p className="tile-more">{fill(w.without, { count: of.withheldDays })}</p>
      ) : null}
    </>
  )
}

function Row({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
