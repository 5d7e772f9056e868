import type { MeterReading } from '@tienve/contracts'
import { Button, Mark, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { Table } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { decimalText, METER_UNITS } from '../../services.ts'

const WORDS = {
  caption: { vi: 'Công tơ của tháng, theo đường đi', en: 'The meters of the month, in walking order' },
  stall: { vi: 'Sạp', en: 'Stall' },
  meter: { vi: 'Công tơ', en: 'Meter' },
  electricity: { vi: 'Điện', en: 'Electricity' },
  water: { vi: 'Nước', en: 'Water' },
  values: { vi: 'Cũ → mới', en: 'Old → new' },
  show: { vi: 'Xem', en: 'Show' },
  all: { vi: 'Tất cả', en: 'All' },
  left: { vi: 'Chưa đọc', en: 'Not read' },
  odd: { vi: 'Số lạ', en: 'Odd ones' },
  more: { vi: 'Xem thêm', en: 'More' },
  install: { vi: '+ Lắp công tơ mới', en: '+ Put up a meter' },
  used: { vi: 'Dùng', en: 'Used' },
  average: { vi: 'TB 3 tháng', en: 'Average of 3' },
  state: { vi: 'Tình trạng', en: 'State' },
  unread: { vi: 'Chưa đọc', en: 'Not read' },
  fine: { vi: 'Đã đọc', en: 'Read' },
  zero: { vi: 'Không dùng', en: 'Nothing used' },
  high: { vi: 'Cao bất thường', en: 'Oddly high' },
  low: { vi: 'Thấp bất thường', en: 'Oddly low' },
  removed: { vi: 'đã tháo', en: 'removed' },
}

/** Rows that are drawn at once: a phone should not have to lay out hundreds. */
const AT_ONCE = 40

const SHOWN = {
  all: () => true,
  left: ({ newValue }: MeterReading) => newValue === null,
  odd: ({ anomaly }: MeterReading) => anomaly !== null,
} as const
type Shown = keyof typeof SHOWN
const SHOWN_NAMES: readonly Shown[] = ['all', 'left', 'odd']

/** Every meter of the month with what was read, what is odd, and who said that it is right. */
export function MeterList({
  meters,
  period,
  canWrite,
}: {
  meters: readonly MeterReading[]
  period: string
  canWrite: boolean
}) {
  const w = useWords(WORDS)
  const [show, setShow] = useState<Shown>('all')
  const [count, setCount] = useState(AT_ONCE)
  const some = meters.filter(SHOWN[show])
  return (
    <>
      <div className="filters">
        <Select
          id="readings-show"
          label={w.show}
          value={show}
          onChange={(event) => setShow(SHOWN_NAMES.find((one) => one === event.target.value) ?? 'all')}
        >
          {SHOWN_NAMES.map((one) => (
            <option key={one} value={one}>
              {w[one]} ({meters.filter(SHOWN[one]).length})
            </option>
          ))}
        </Select>
        {canWrite ? (
          <a className="text-link" href={addressOf('readings/meter', { period })}>
            {w.install}
          </a>
        ) : null}
      </div>
      <Rows meters={some.slice(0, count)} period={period} canWrite={canWrite} />
      {some.length > count ? (
        <Button kind="quiet" onClick={() => setCount(count + AT_ONCE)}>
          {w.more}
        </Button>
      ) : null}
    </>
  )
}

function Rows({
  meters,
  period,
  canWrite,
}: {
  meters: readonly MeterReading[]
  period: string
  canWrite: boolean
}) {
  const w = useWords(WORDS)
  const text = (value: string | null) => (value === null ? '–' : decimalText(value))
  return (
    <Table
      caption={w.caption}
      rows={meters}
      keyOf={({ meterId }) => meterId}
      columns={[
        {
          head: w.stall,
          card: 'title',
          cell: (row) => {
            const words = `${row.stallCode} · ${row.stallName}`
            return canWrite ? (
              <a className="cell-link" href={addressOf('readings', { period, meter: row.meterId })}>
                {words}
              </a>
            ) : (
              words
            )
          },
        },
        {
          head: w.meter,
          card: 'line',
          cell: (row) => `${w[row.service]} ${row.serial}${row.removedOn === null ? '' : ` (${w.removed})`}`,
        },
        {
          head: w.values,
          number: true,
          card: 'line',
          cell: (row) => `${text(row.oldValue)} → ${text(row.newValue)}`,
        },
        {
          head: w.used,
          number: true,
          card: 'line',
          cell: (row) => (row.usage === null ? '–' : `${text(row.usage)} ${METER_UNITS[row.service]}`),
        },
        { head: w.average, number: true, card: 'line', cell: (row) => text(row.averageUsage) },
        { head: w.state, card: 'note', cell: (row) => <State of={row} /> },
      ]}
    />
  )
}

function State({ of }: { of: MeterReading }) {
  const w = useWords(WORDS)
  if (of.newValue === null) return <Mark kind="none">{w.unread}</Mark>
  if (of.anomaly === null) return <Mark kind="good">{w.fine}</Mark>
  if (of.confirmedBy === null) return <Mark kind="bad">{w[of.anomaly]}</Mark>
  return (
    <Mark kind="good">
      {w[of.anomaly]}. {of.confirmedNote} ({of.confirmedBy})
    </Mark>
  )
}
