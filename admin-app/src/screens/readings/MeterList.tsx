import type { MeterReading } from '@tienve/contracts'
import { Mark, useWords } from '@tienve/ui'
import { Table } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { decimalText, METER_UNITS } from '../../services.ts'

const WORDS = {
  caption: { vi: 'Công tơ của tháng, theo đường đi', en: 'The meters of the month, in walking order' },
  stall: { vi: 'Sạp', en: 'Stall' },
  meter: { vi: 'Công tơ', en: 'Meter' },
  electricity: { vi: 'Điện', en: 'Electricity' },
  water: { vi: 'Nước', en: 'Water' },
  old: { vi: 'Cũ', en: 'Old' },
  new: { vi: 'Mới', en: 'New' },
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
        { head: w.old, number: true, card: 'line', cell: (row) => text(row.oldValue) },
        { head: w.new, number: true, card: 'line', cell: (row) => text(row.newValue) },
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
