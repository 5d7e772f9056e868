import type { Handover, Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { fill, Mark, Money, useWords, whenOf } from '@tienve/ui'
import { Table } from '../../parts.tsx'

const WORDS = {
  title: { vi: 'Các lần nộp quỹ', en: 'Cash handed over' },
  at: { vi: 'Lúc', en: 'When' },
  by: { vi: 'Người nộp', en: 'Collector' },
  to: { vi: 'Thủ quỹ', en: 'Cashier' },
  sum: { vi: 'Đã nhận', en: 'Received' },
  outcome: { vi: 'Kết quả', en: 'Outcome' },
  waiting: { vi: 'Chờ đếm', en: 'To be counted' },
  exact: { vi: 'Đủ', en: 'Exact' },
  missing: { vi: 'Thiếu {sum}', en: '{sum} missing' },
  over: { vi: 'Thừa {sum}', en: '{sum} over' },
  open: { vi: 'Biên bản {at} của {name}', en: 'The record of {name} at {at}' },
}

/** Every hand-over that this person may see, the newest first. */
export function History({ me, handovers }: { me: Me; handovers: readonly Handover[] }) {
  const w = useWords(WORDS)
  return (
    <Table
      caption={w.title}
      rows={handovers}
      keyOf={({ id }) => id}
      columns={[
        {
          head: w.at,
          card: 'title',
          cell: ({ id, collectorSignedAt, collectorName }) => (
            <a
              className="text-link touch-link"
              href={`#/handovers/${id}`}
              aria-label={fill(w.open, { at: whenOf(collectorSignedAt), name: collectorName })}
            >
              {whenOf(collectorSignedAt)}
            </a>
          ),
        },
        { head: w.by, card: 'line', cell: ({ collectorName }) => collectorName },
        { head: w.to, card: 'line', cell: ({ cashierName }) => cashierName ?? '–' },
        {
          head: w.sum,
          number: true,
          card: 'figure',
          cell: ({ cashierVnd, collectorVnd, collectorId }) => {
            // A cashier who is still to count sees no sum.
            const vnd = cashierVnd ?? (collectorId === me.user.id ? collectorVnd : null)
            return vnd === null ? '–' : <Money vnd={vnd} />
          },
        },
        { head: w.outcome, card: 'note', cell: ({ differenceVnd }) => <Outcome vnd={differenceVnd} /> },
      ]}
    />
  )
}

function Outcome({ vnd }: { vnd: number | null }) {
  const w = useWords(WORDS)
  if (vnd === null) return <Mark kind="none">{w.waiting}</Mark>
  if (vnd === 0) return <Mark kind="good">{w.exact}</Mark>
  return (
    <Mark kind={vnd < 0 ? 'bad' : 'warn'}>
      {fill(vnd < 0 ? w.missing : w.over, { sum: formatVnd(Math.abs(vnd)) })}
    </Mark>
  )
}
