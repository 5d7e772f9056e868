import type { DraftCharge, RoundPreview } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Card, Money, useWords, type Words } from '@tienve/ui'
import { Table } from '../../parts.tsx'
import { SERVICE_WORDS } from '../../services.ts'

const WORDS = {
  totals: { vi: 'Cộng cả kỳ', en: 'The whole month' },
  total: { vi: 'Phải thu', en: 'Billed' },
  count: { vi: 'Số khoản', en: 'Charges' },
  net: { vi: 'Chưa thuế', en: 'Net' },
  vat: { vi: 'Thuế GTGT', en: 'VAT' },
  passed: { vi: 'Trả lại nhà cung cấp', en: 'Passed on' },
  last: { vi: 'Tháng trước', en: 'The month before' },
  difference: { vi: 'Khác tháng trước', en: 'Difference' },
  services: { vi: 'Theo dịch vụ', en: 'By service' },
  service: { vi: 'Dịch vụ', en: 'Service' },
  changes: { vi: 'Từng sạp, khác nhiều nhất ở trên', en: 'Each stall, the largest difference first' },
  stall: { vi: 'Sạp', en: 'Stall' },
  why: { vi: 'Vì sao', en: 'Why' },
  lines: { vi: 'Cách tính', en: 'How it is reckoned' },
  same: { vi: 'như tháng trước', en: 'as the month before' },
}

const REASON_WORDS: Words<DraftCharge['reasons'][number]> = {
  new: { vi: 'mới có hợp đồng', en: 'new contract' },
  price: { vi: 'đổi giá', en: 'price' },
  area: { vi: 'đổi diện tích', en: 'area' },
  usage: { vi: 'điện, nước', en: 'usage' },
  days: { vi: 'số ngày', en: 'days' },
  gone: { vi: 'hết hợp đồng', en: 'contract over' },
  services: { vi: 'thêm, bớt dịch vụ', en: 'services' },
}

/** What a month bills: in all, by service, and stall by stall beside the month before. */
export function Preview({ of, items }: { of: RoundPreview; items: readonly DraftCharge[] }) {
  const w = useWords(WORDS)
  const services = useWords(SERVICE_WORDS)
  const { totals } = of
  const figures = [
    [w.total, totals.totalVnd],
    [w.net, totals.netVnd],
    [w.vat, totals.vatVnd],
    [w.passed, totals.passThroughVnd],
    ...(totals.lastVnd === null ? [] : [[w.last, totals.lastVnd] as const]),
  ] as const
  return (
    <>
      <Card title={w.totals}>
        <div className="three" data-testid="round-totals">
          {figures.map(([words, vnd]) => (
            <p key={words}>
              {words}{' '}
              <b>
                <Money vnd={vnd} />
              </b>
            </p>
          ))}
        </div>
        <Table
          caption={w.services}
          rows={totals.byService}
          keyOf={({ service }) => service}
          columns={[
            { head: w.service, card: 'title', cell: ({ service }) => services[service] },
            { head: w.count, number: true, card: 'line', cell: (row) => formatNumber(row.chargeCount) },
            { head: w.total, number: true, card: 'figure', cell: (row) => <Money vnd={row.totalVnd} /> },
          ]}
        />
      </Card>
      <h2>{w.changes}</h2>
      <Stalls items={items} />
    </>
  )
}

function Stalls({ items }: { items: readonly DraftCharge[] }) {
  const w = useWords(WORDS)
  const reasons = useWords(REASON_WORDS)
  return (
    <Table
      caption={w.changes}
      rows={items}
      keyOf={({ stallId }) => stallId}
      columns={[
        {
          head: w.stall,
          card: 'title',
          cell: (row) => (
            <>
              {row.stallCode} · {row.stallName}
              <Lines of={row} />
            </>
          ),
        },
        { head: w.total, number: true, card: 'figure', cell: (row) => <Money vnd={row.totalVnd} /> },
        {
          head: w.last,
          number: true,
          card: 'line',
          cell: (row) => (row.lastVnd === null ? '–' : <Money vnd={row.lastVnd} />),
        },
        { head: w.difference, number: true, card: 'line', cell: (row) => signed(row.differenceVnd) },
        {
          head: w.why,
          card: 'line',
          cell: (row) =>
            row.reasons.length === 0 ? w.same : row.reasons.map((reason) => reasons[reason]).join(', '),
        },
      ]}
    />
  )
}

function Lines({ of }: { of: DraftCharge }) {
  const w = useWords(WORDS)
  if (of.lines.length === 0) return null
  return (
    <details>
      <summary className="touch-summary">{w.lines}</summary>
      <ul className="lines">
        {of.lines.map((line) => (
          <li key={`${line.name} ${line.formula}`}>
            {line.name}: {line.formula} = <b>{formatVnd(line.amountVnd)}</b>
            <br />
            <small className="tv-quiet">{line.decision}</small>
          </li>
        ))}
      </ul>
    </details>
  )
}

function signed(vnd: number): string {
  if (vnd === 0) return '0 đ'
  return `${vnd > 0 ? '+' : '−'}${formatVnd(Math.abs(vnd))}`
}
