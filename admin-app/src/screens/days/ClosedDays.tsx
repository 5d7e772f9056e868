import type { ClosedDay } from '@tienve/contracts'
import { Empty, fill, fullDateOf, Mark, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'
import { Table } from '../../parts.tsx'
import { leftOf } from './Confirm.tsx'

const WORDS = {
  title: { vi: 'Các ngày đã chốt', en: 'Days that are closed' },
  none: { vi: 'Chưa chốt ngày nào.', en: 'No day is closed yet.' },
  day: { vi: 'Ngày', en: 'Day' },
  by: { vi: 'Người chốt', en: 'Closed by' },
  seen: { vi: 'Lúc chốt', en: 'At the closing' },
  seal: { vi: 'Niêm phong', en: 'Seal' },
  report: { vi: 'Báo cáo', en: 'Report' },
  clean: { vi: 'Sạch: không treo, không chênh lệch', en: 'Clean: no suspense, no difference' },
  suspense: { vi: 'treo {count} ({sum})', en: 'suspense {count} ({sum})' },
  difference: { vi: 'chênh lệch {sum}', en: 'difference {sum}' },
  deaf: { vi: '{count} tài khoản im', en: 'quiet accounts: {count}' },
  sealed: { vi: 'Đã niêm phong lúc {at}', en: 'Sealed at {at}' },
  sealing: { vi: 'Đang niêm phong …', en: 'Being sealed …' },
  print: { vi: 'Bản in (PDF)', en: 'Print (PDF)' },
  printOf: { vi: 'Bản in (PDF) ngày {day}, mở trang mới', en: 'Print (PDF) of {day}, in a new tab' },
}

export function ClosedDays({ base, days }: { base: string; days: readonly ClosedDay[] }) {
  const w = useWords(WORDS)
  if (days.length === 0) return <Empty>{w.none}</Empty>
  const seen = (day: ClosedDay): string => {
    const left = leftOf(day, w)
    return left.length === 0 ? w.clean : left.join(', ')
  }
  return (
    <Table
      caption={w.title}
      rows={days}
      keyOf={({ day }) => day}
      columns={[
        { head: w.day, card: 'title', cell: ({ day }) => <b>{fullDateOf(day)}</b> },
        {
          head: w.by,
          card: 'line',
          cell: ({ closedBy, closedAt }) => (
            <>
              {closedBy} <small>{whenOf(closedAt)}</small>
            </>
          ),
        },
        { head: w.seen, card: 'line', cell: seen },
        {
          head: w.seal,
          card: 'note',
          cell: ({ seal }) =>
            seal === null ? (
              <Mark kind="none">{w.sealing}</Mark>
            ) : (
              <Mark kind="good">{fill(w.sealed, { at: whenOf(seal.sealedAt) })}</Mark>
            ),
        },
        {
          head: w.report,
          card: 'note',
          cell: ({ day }) => (
            <a
              className="tv-button quiet small"
              href={api.address(`${base}/${day}/report.pdf`)}
              target="_blank"
              rel="noreferrer"
              aria-label={fill(w.printOf, { day: fullDateOf(day) })}
            >
              {w.print}
            </a>
          ),
        },
      ]}
    />
  )
}
