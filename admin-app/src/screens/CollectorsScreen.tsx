import { useQuery } from '@tanstack/react-query'
import type { CollectionReport, CollectorReport, Me } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Card, Empty, Field, fill, Mark, Money, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { Answer, Table } from '../parts.tsx'
import { goTo, useRoute } from '../route.ts'

const WORDS = {
  title: { vi: 'Bảng kê người thu', en: 'By collector' },
  from: { vi: 'Từ ngày', en: 'From' },
  to: { vi: 'Đến ngày', en: 'To' },
  none: { vi: 'Không ai thu trong các ngày này.', en: 'Nobody collected on these days.' },
  name: { vi: 'Người thu', en: 'Collector' },
  receipts: { vi: 'Biên nhận', en: 'Receipts' },
  tickets: { vi: 'Vé', en: 'Tickets' },
  cash: { vi: 'Tiền mặt', en: 'Cash' },
  bank: { vi: 'Vé quét mã', en: 'Tickets by bank' },
  counted: { vi: 'Đã nộp', en: 'Handed over' },
  difference: { vi: 'Chênh lệch', en: 'Difference' },
  inHand: { vi: 'Đang cầm', en: 'In hand' },
  gaps: { vi: 'Trang thiếu', en: 'Pages missing' },
  sum: { vi: 'Cộng', en: 'Total' },
  missing: { vi: 'thiếu {sum}', en: '{sum} missing' },
  surplus: { vi: 'thừa {sum}', en: '{sum} too much' },
  exact: { vi: 'Đủ', en: 'Exact' },
  explain: { vi: 'Cần giải trình', en: 'To be explained' },
  gapsOf: { vi: 'Trang chưa ai giải trình: {pages}', en: 'Pages nobody has accounted for: {pages}' },
  spoilt: { vi: 'Trang hỏng {number}: {reason} ({at})', en: 'Spoilt page {number}: {reason} ({at})' },
  undone: { vi: 'Đã bỏ {count} biên nhận, {sum}', en: '{count} receipts taken back, {sum}' },
  unpaid: { vi: '{count} vé quét mã chưa về tiền', en: '{count} tickets the bank has not told of' },
}

/** What each collector took, handed over and cannot account for, side by side. */
export function CollectorsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const [today] = useState(() => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10))
  const from = query.get('from') ?? today
  const to = query.get('to') ?? today
  const report = useQuery({
    queryKey: ['collection-report', me.market.id, from, to],
    queryFn: () => api.get<CollectionReport>(`/v1/markets/${me.market.id}/collection-report`, { from, to }),
  })
  const choose = (next: { from?: string; to?: string }) => {
    if (Object.values(next).every((day) => day !== '')) goTo('collectors', { from, to, ...next })
  }
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <div className="filters">
        <Field
          id="from"
          type="date"
          label={w.from}
          value={from}
          max={to}
          onChange={(event) => choose({ from: event.target.value })}
        />
        <Field
          id="to"
          type="date"
          label={w.to}
          value={to}
          min={from}
          max={today}
          onChange={(event) => choose({ to: event.target.value })}
        />
      </div>
      <Answer of={report}>
        {(data) => (data.items.length === 0 ? <Empty>{w.none}</Empty> : <Figures report={data} />)}
      </Answer>
    </div>
  )
}

function Figures({ report }: { report: CollectionReport }) {
  const w = useWords(WORDS)
  const { items, totals } = report
  return (
    <>
      <Table
        caption={w.title}
        rows={items}
        keyOf={({ collectorId }) => collectorId}
        columns={[
          { head: w.name, card: 'title', cell: ({ name }) => <b>{name}</b> },
          {
            head: w.receipts,
            number: true,
            card: 'line',
            cell: ({ receipts }) => `${formatNumber(receipts.count)} · ${formatVnd(receipts.amountVnd)}`,
          },
          { head: w.tickets, number: true, card: 'line', cell: (one) => formatNumber(ticketsOf(one)) },
          { head: w.cash, number: true, card: 'line', cell: ({ cashVnd }) => <Money vnd={cashVnd} /> },
          { head: w.bank, number: true, card: 'line', cell: ({ bankVnd }) => <Money vnd={bankVnd} /> },
          {
            head: w.counted,
            number: true,
            card: 'line',
            cell: ({ handovers }) => (
              <a className="text-link touch-link" href="#/handovers">
                <Money vnd={handovers.countedVnd} />
              </a>
            ),
          },
          {
            head: w.difference,
            card: 'line',
            cell: ({ handovers }) => <Differences {...handovers} />,
          },
          { head: w.inHand, number: true, card: 'line', cell: ({ inHandVnd }) => <Money vnd={inHandVnd} /> },
          { head: w.gaps, number: true, card: 'line', cell: ({ gaps }) => formatNumber(gaps.length) },
        ]}
        foot={[
          w.sum,
          '',
          '',
          <Money key="cash" vnd={totals.cashVnd} />,
          <Money key="bank" vnd={totals.bankVnd} />,
          <Money key="counted" vnd={totals.countedVnd} />,
          <Differences key="difference" {...totals} />,
          <Money key="hand" vnd={totals.inHandVnd} />,
          formatNumber(totals.gaps),
        ]}
      />
      {items.map((one) => (
        <ToExplain key={one.collectorId} of={one} />
      ))}
    </>
  )
}

function ticketsOf({ tickets }: CollectorReport): number {
  return tickets.reduce((sum, { cashCount, bankCount }) => sum + cashCount + bankCount, 0)
}

/** What was missing and what was too much stand apart: one must not make up for the other. */
function Differences({ missingVnd, surplusVnd }: { missingVnd: number; surplusVnd: number }) {
  const w = useWords(WORDS)
  if (missingVnd === 0 && surplusVnd === 0) return <Mark kind="good">{w.exact}</Mark>
  const parts = [
    ...(missingVnd === 0 ? [] : [fill(w.missing, { sum: formatVnd(missingVnd) })]),
    ...(surplusVnd === 0 ? [] : [fill(w.surplus, { sum: formatVnd(surplusVnd) })]),
  ]
  return <Mark kind={missingVnd === 0 ? 'warn' : 'bad'}>{parts.join(', ')}</Mark>
}

function ToExplain({ of: { name, gaps, spoilt, tickets, undone } }: { of: CollectorReport }) {
  const w = useWords(WORDS)
  const unpaid = tickets.reduce((sum, { unpaidCount }) => sum + unpaidCount, 0)
  if (gaps.length + spoilt.length + undone.count + unpaid === 0) return null
  return (
    <Card title={`${w.explain} · ${name}`}>
      {gaps.length === 0 ? null : <Mark kind="bad">{fill(w.gapsOf, { pages: gaps.join(', ') })}</Mark>}
      {undone.count === 0 ? null : (
        <p>{fill(w.undone, { count: undone.count, sum: formatVnd(undone.amountVnd) })}</p>
      )}
      {unpaid === 0 ? null : <p>{fill(w.unpaid, { count: unpaid })}</p>}
      {spoilt.map(({ number, reason, at }) => (
        <p key={number}>{fill(w.spoilt, { number, reason, at: whenOf(at) })}</p>
      ))}
    </Card>
  )
}
