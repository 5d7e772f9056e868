import { useQuery } from '@tanstack/react-query'
import {
  roleCan,
  type Me,
  type Tariff,
  type TariffDecision,
  type TariffDecisions,
  type Tariffs,
} from '@tienve/contracts'
import { Card, Empty, fullDateOf, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { Answer, Table } from '../../parts.tsx'
import { useRoute } from '../../route.ts'
import { DecisionForm } from './DecisionForm.tsx'
import { PriceForm } from './PriceForm.tsx'
import { PriceList } from './PriceList.tsx'
import { VatRatesCard } from './VatRatesCard.tsx'

const WORDS = {
  title: { vi: 'Biểu giá', en: 'Prices' },
  lead: {
    vi: 'Mỗi giá theo một quyết định, có mức tối đa và ngày áp dụng. Giá đã dùng để phát hành thì giữ nguyên; đổi giá là thêm giá mới.',
    en: 'Each price stands on a decision, with a ceiling and a first day. What was billed stays; a change is a new price.',
  },
  add: { vi: '+ Thêm giá', en: '+ Add a price' },
  none: {
    vi: 'Chưa có giá nào. Ghi quyết định trước, rồi thêm giá.',
    en: 'No price yet. Enter the decision first.',
  },
  decisions: { vi: 'Quyết định', en: 'Decisions' },
  number: { vi: 'Số', en: 'Number' },
  about: { vi: 'Về việc', en: 'About' },
  issuer: { vi: 'Nơi ban hành', en: 'Issued by' },
  issuedOn: { vi: 'Ngày', en: 'Day' },
  prices: { vi: 'Số giá', en: 'Prices' },
  readOnly: { vi: 'Kế toán ghi giá. Vai trò của bạn xem được.', en: 'The accountant enters prices.' },
}

/** Prices as decided: what is in force, since when, by which decision, and what was before. */
export function TariffsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { path } = useRoute()
  const market = me.market.id
  const mayWrite = roleCan(me.user.role, 'tariffs.write')
  const tariffs = useQuery({
    queryKey: ['tariffs', market],
    queryFn: () => api.get<Tariffs>(`/v1/markets/${market}/tariffs`),
  })
  const decisions = useQuery({
    queryKey: ['tariff-decisions', market],
    queryFn: () => api.get<TariffDecisions>(`/v1/markets/${market}/tariff-decisions`),
  })
  if (path === 'tariffs/new' && mayWrite) {
    return <Answer of={decisions}>{({ items }) => <PriceForm me={me} decisions={items} />}</Answer>
  }
  return (
    <div className="stack">
      <div className="row title-row">
        <h1>{w.title}</h1>
        {mayWrite ? (
          <a className="tv-button" href="#/tariffs/new">
            {w.add}
          </a>
        ) : null}
      </div>
      <p className="tv-quiet">{w.lead}</p>
      {mayWrite ? null : <p className="tv-quiet">{w.readOnly}</p>}
      <Answer of={tariffs}>
        {({ items }) =>
          items.length === 0 ? <Empty>{w.none}</Empty> : <PriceList me={me} tariffs={items} />
        }
      </Answer>
      <VatRatesCard me={me} />
      <Card title={w.decisions}>
        <Answer of={decisions}>
          {({ items }) => <Decisions decisions={items} tariffs={tariffs.data?.items ?? []} />}
        </Answer>
        {mayWrite ? <DecisionForm market={market} /> : null}
      </Card>
    </div>
  )
}

function Decisions({
  decisions,
  tariffs,
}: {
  decisions: readonly TariffDecision[]
  tariffs: readonly Tariff[]
}) {
  const w = useWords(WORDS)
  return (
    <Table
      caption={w.decisions}
      rows={decisions}
      keyOf={({ id }) => id}
      columns={[
        { head: w.number, card: 'title', cell: ({ number }) => number },
        { head: w.issuedOn, card: 'line', cell: ({ issuedOn }) => fullDateOf(issuedOn) },
        { head: w.issuer, card: 'line', cell: ({ issuer }) => issuer },
        { head: w.about, card: 'note', cell: ({ title }) => title },
        {
          head: w.prices,
          number: true,
          card: 'line',
          cell: ({ id }) => tariffs.filter(({ decisionId }) => decisionId === id).length,
        },
      ]}
    />
  )
}
