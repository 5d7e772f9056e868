import type { Charge, ChargeStatus, Dispute } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, dateOf, fill, Money, monthOf, useWords, type Words } from '@tienve/ui'
import { useState } from 'react'
import { Changes } from './Changes.tsx'
import { DisputeBox } from './DisputeBox.tsx'
import { PayCode } from './PayCode.tsx'

const WORDS = {
  month: { vi: 'Tháng', en: 'Month' },
  due: { vi: 'Hạn nộp', en: 'Due' },
  overdue: { vi: 'Quá hạn', en: 'Overdue' },
  days: { vi: 'ngày', en: 'days' },
  pay: { vi: 'Xem mã để nộp', en: 'Show the code to pay' },
  hide: { vi: 'Đóng mã', en: 'Close' },
  why: { vi: 'Tính thế nào', en: 'How it is worked out' },
  sum: { vi: 'Cộng', en: 'Sum' },
  before: {
    vi: 'Lúc ra khoản này còn nợ cũ {amount}, không tính vào đây.',
    en: 'When this was issued {amount} was owed from before; it is no part of this.',
  },
  already: { vi: 'Đã nộp {paid}, còn {owed}', en: '{paid} paid, {owed} owed' },
  receipt: { vi: 'Biên nhận', en: 'Receipt' },
}

const STATUS_WORDS: Words<ChargeStatus> = {
  issued: { vi: 'Còn nợ', en: 'Owed' },
  part_paid: { vi: 'Nộp một phần, còn', en: 'Part-paid, owed' },
  paid: { vi: 'Đã nộp', en: 'Paid' },
  overpaid: { vi: 'Nộp thừa', en: 'Overpaid' },
  relieved: { vi: 'Được miễn', en: 'Relieved' },
  written_off: { vi: 'Đã xóa nợ', en: 'Written off' },
}

/** A month's charge: what it comes to and why, its code, its changes, its receipts, and the way to say that it is wrong. */
export function ChargeCard({
  charge,
  dispute,
  demo,
  isOnly,
}: {
  charge: Charge
  dispute: Dispute | null
  demo: boolean
  /** The only one owed: its code is then the main way to pay. */
  isOnly: boolean
}) {
  const w = useWords(WORDS)
  const status = useWords(STATUS_WORDS)
  const [isOpen, setOpen] = useState(false)
  const isSettled = charge.outstandingVnd === 0
  const month = monthOf(charge.period)
  const shownVnd = !isSettled
    ? charge.outstandingVnd
    : charge.status === 'relieved' || charge.status === 'written_off'
      ? charge.totalVnd
      : charge.paidVnd
  return (
    <Card title={`${w.month} ${month}`}>
      <p
        className={`charge-status ${isSettled ? 'good' : 'bad'}`}
        data-testid="charge-status"
        data-status={charge.status}
      >
        {status[charge.status]}: <Money vnd={shownVnd} />
      </p>
      <p>
        {w.due} {dateOf(charge.dueOn)}
        {charge.overdueDays > 0 ? ` · ${w.overdue} ${charge.overdueDays} ${w.days}` : ''}
      </p>
      {charge.status === 'part_paid' ? (
        <p>{fill(w.already, { paid: formatVnd(charge.paidVnd), owed: formatVnd(charge.outstandingVnd) })}</p>
      ) : null}
      <details>
        <summary>{w.why}</summary>
        {charge.lines.map((line) => (
          <p key={line.name}>
            {line.name}: {line.formula} = {formatVnd(line.amountVnd)} ({line.decision})
          </p>
        ))}
        <p>
          <b>
            {w.sum}: <Money vnd={charge.totalVnd} />
          </b>
        </p>
        {charge.arrearsVnd > 0 ? (
          <p className="hint">{fill(w.before, { amount: formatVnd(charge.arrearsVnd) })}</p>
        ) : null}
        {isSettled ? <DisputeBox charge={charge} dispute={dispute} /> : null}
      </details>
      {charge.dueVnd === charge.totalVnd ? null : <Changes chargeId={charge.id} />}
      {isSettled ? null : (
        <>
          <Button kind={isOnly && !isOpen ? 'main' : 'quiet'} onClick={() => setOpen(!isOpen)}>
            {isOpen ? w.hide : w.pay}
          </Button>
          {isOpen ? (
            <PayCode
              payload={charge.payload}
              payee={charge.payee}
              demo={demo}
              label={`${w.month} ${month}`}
            />
          ) : null}
          <DisputeBox charge={charge} dispute={dispute} />
        </>
      )}
      {charge.receipts.map((receipt) => (
        <a key={receipt.id} className="receipt" href={receipt.url} target="_blank" rel="noreferrer">
          {w.receipt} {receipt.number} · <Money vnd={receipt.amountVnd} />
        </a>
      ))}
    </Card>
  )
}
