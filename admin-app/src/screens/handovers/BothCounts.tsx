import { DENOMINATIONS, type Handover } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Money, useWords } from '@tienve/ui'
import { Table } from '../../parts.tsx'
import { sumOf } from './counts.ts'

const WORDS = {
  title: { vi: 'Bảng kê mệnh giá', en: 'Denominations' },
  note: { vi: 'Mệnh giá', en: 'Note' },
  collector: { vi: 'Người thu', en: 'Collector' },
  cashier: { vi: 'Thủ quỹ', en: 'Cashier' },
  amount: { vi: 'Thành tiền', en: 'Amount' },
  sum: { vi: 'Cộng', en: 'Sum' },
  expected: { vi: 'Phải nộp theo biên nhận, vé', en: 'By receipts and tickets' },
}

type Counted = Pick<Handover, 'collectorCounts' | 'cashierCounts' | 'expectedVnd'>

/** Both counts, note by note, beside each other. */
export function BothCounts({ handover }: { handover: Counted }) {
  const w = useWords(WORDS)
  const { collectorCounts, cashierCounts, expectedVnd } = handover
  const of = (counts: Counted['cashierCounts'], note: number) => counts?.[String(note)] ?? 0
  const notes = DENOMINATIONS.filter((note) => of(collectorCounts, note) + of(cashierCounts, note) > 0)
  const counted = cashierCounts ?? collectorCounts
  return (
    <div className="stack both-counts">
      <Table
        caption={w.title}
        rows={notes}
        keyOf={String}
        classOf={(note) =>
          cashierCounts !== null && of(collectorCounts, note) !== of(cashierCounts, note)
            ? 'odd-row'
            : undefined
        }
        columns={[
          { head: w.note, number: true, cell: (note) => <b>{formatNumber(note)}</b> },
          { head: w.collector, number: true, cell: (note) => formatNumber(of(collectorCounts, note)) },
          ...(cashierCounts === null
            ? []
            : [
                {
                  head: w.cashier,
                  number: true,
                  cell: (note: number) => formatNumber(of(cashierCounts, note)),
                },
              ]),
          { head: w.amount, number: true, cell: (note) => <Money vnd={note * of(counted, note)} /> },
        ]}
      />
      <div className="sums">
        <p>
          <span>
            {w.sum} · {w.collector}
          </span>
          <b>{formatVnd(sumOf(collectorCounts))}</b>
        </p>
        {cashierCounts === null ? null : (
          <p>
            <span>
              {w.sum} · {w.cashier}
            </span>
            <b>{formatVnd(sumOf(cashierCounts))}</b>
          </p>
        )}
        <p>
          <span>{w.expected}</span>
          <b>{formatVnd(expectedVnd)}</b>
        </p>
      </div>
    </div>
  )
}
