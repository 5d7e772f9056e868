import type { MeterReading } from '@tienve/contracts'
import { fill, useWords } from '@tienve/ui'

const WORDS = {
  electricity: { vi: '⚡ Công tơ điện {serial}', en: '⚡ Electricity {serial}' },
  water: { vi: '💧 Đồng hồ nước {serial}', en: '💧 Water {serial}' },
  zone: { vi: 'Khu {zone}', en: 'Zone {zone}' },
  row: { vi: 'dãy {row}, lô {lot}', en: 'row {row}, lot {lot}' },
  removed: { vi: 'đã tháo', en: 'removed' },
}

/** Where the meter hangs, as whoever looks for it says it: the stall first. */
export function Where({ of, at, count }: { of: MeterReading; at: number; count: number }) {
  const w = useWords(WORDS)
  return (
    <div className="meter-where">
      <div className="row">
        <h2>{of.stallCode}</h2>
        <span className="tv-quiet">
          {at}/{count}
        </span>
      </div>
      <p>
        {of.stallName} · {fill(w.zone, { zone: of.zoneCode })}
        {of.rowLabel === null ? null : `, ${fill(w.row, { row: of.rowLabel, lot: of.lot ?? '' })}`}
      </p>
      <p>
        <b>{fill(w[of.service], { serial: of.serial })}</b>
        {of.removedOn === null ? null : ` (${w.removed})`}
      </p>
    </div>
  )
}
