import { useQuery } from '@tanstack/react-query'
import type { Charge, ChargePage, Stall } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import {
  Banner,
  Button,
  Card,
  dateOf,
  Empty,
  ErrorPanel,
  Loading,
  Money,
  monthOf,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { QrCode } from '../QrCode.tsx'

const WORDS = {
  title: { vi: 'Nợ chợ', en: 'What I owe the market' },
  none: { vi: 'Không nợ gì. Cảm ơn cô chú.', en: 'Nothing is owed.' },
  empty: { vi: 'Chưa có khoản thu nào.', en: 'No charge yet.' },
  month: { vi: 'Tháng', en: 'Month' },
  due: { vi: 'Hạn nộp', en: 'Due' },
  overdue: { vi: 'Quá hạn', en: 'Overdue' },
  days: { vi: 'ngày', en: 'days' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  paid: { vi: 'Đã nộp', en: 'Paid' },
  part: { vi: 'Nộp một phần', en: 'Part-paid' },
  over: { vi: 'Nộp thừa', en: 'Overpaid' },
  pay: { vi: 'Xem mã để nộp', en: 'Show the code to pay' },
  hide: { vi: 'Đóng mã', en: 'Close' },
  why: { vi: 'Tính thế nào', en: 'How it is worked out' },
  receipt: { vi: 'Biên nhận', en: 'Receipt' },
  to: { vi: 'Nộp cho', en: 'Payee' },
}

export function OweScreen({ stall }: { stall: Stall }) {
  const w = useWords(WORDS)
  const charges = useQuery({
    queryKey: ['charges', stall.id],
    queryFn: () => api.get<ChargePage>(`/v1/stalls/${stall.id}/charges`, { limit: 24 }),
    refetchInterval: 15_000,
  })
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {charges.isPending ? <Loading /> : null}
      {charges.isError ? <ErrorPanel error={charges.error} onRetry={() => void charges.refetch()} /> : null}
      {charges.data === undefined ? null : <Owed of={charges.data} demo={stall.demo} />}
    </section>
  )
}

function Owed({ of: { items, totals }, demo }: { of: ChargePage; demo: boolean }) {
  const w = useWords(WORDS)
  return (
    <>
      {totals.outstandingVnd === 0 ? (
        <Banner kind="good">{w.none}</Banner>
      ) : (
        <p className="total">
          <Money vnd={totals.outstandingVnd} />
        </p>
      )}
      {items.length === 0 ? <Empty>{w.empty}</Empty> : null}
      {items.map((charge) => (
        <ChargeCard key={charge.id} charge={charge} demo={demo} />
      ))}
    </>
  )
}

function ChargeCard({ charge, demo }: { charge: Charge; demo: boolean }) {
  const w = useWords(WORDS)
  const [open, setOpen] = useState(false)
  const settled = charge.outstandingVnd === 0
  const status = settled
    ? charge.status === 'overpaid'
      ? w.over
      : w.paid
    : charge.status === 'part_paid'
      ? w.part
      : w.owed
  return (
    <Card title={`${w.month} ${monthOf(charge.period)}`}>
      <p
        className={`charge-status ${settled ? 'good' : 'bad'}`}
        data-testid="charge-status"
        data-status={charge.status}
      >
        {status}: <Money vnd={settled ? charge.paidVnd : charge.outstandingVnd} />
      </p>
      <p>
        {w.due} {dateOf(charge.dueOn)}
        {charge.overdueDays > 0 ? ` · ${w.overdue} ${charge.overdueDays} ${w.days}` : ''}
      </p>
      <details>
        <summary>{w.why}</summary>
        {charge.lines.map((line) => (
          <p key={line.name}>
            {line.name}: {line.formula} = {formatVnd(BigInt(line.amountVnd))} ({line.decision})
          </p>
        ))}
      </details>
      {settled ? null : (
        <Button kind={open ? 'quiet' : 'main'} onClick={() => setOpen(!open)}>
          {open ? w.hide : w.pay}
        </Button>
      )}
      {open && !settled ? (
        <div className="charge-code" ref={showWhole}>
          <QrCode payload={charge.payload} demo={demo} label={`${w.month} ${monthOf(charge.period)}`} />
          <p>
            {w.to} <b>{charge.payee.holder}</b> · {charge.payee.bankName} {charge.payee.number}
          </p>
        </div>
      ) : null}
      {charge.receipts.map((receipt) => (
        <a key={receipt.id} className="receipt" href={receipt.url} target="_blank" rel="noreferrer">
          {w.receipt} {receipt.number} · <Money vnd={receipt.amountVnd} />
        </a>
      ))}
    </Card>
  )
}

/** One function for good, so that a redraw does not scroll again under her finger. */
function showWhole(shown: HTMLElement | null): void {
  shown?.scrollIntoView({ block: 'end' })
}
