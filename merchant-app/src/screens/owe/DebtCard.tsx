import type { StallDebt } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, fill, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { PayCode } from './PayCode.tsx'

const WORDS = {
  all: { vi: 'Còn nợ tất cả', en: 'Owed in all' },
  overdue: { vi: 'Trong đó quá hạn: {amount}', en: 'Of it past due: {amount}' },
  credit: { vi: 'Nộp trước còn {amount}', en: 'Paid ahead: {amount}' },
  creditWhy: { vi: 'Tự trừ vào khoản sau.', en: 'It is set against what comes next.' },
  pay: { vi: 'Nộp hết một lần', en: 'Pay all at once' },
  hide: { vi: 'Đóng mã', en: 'Close' },
}

/** All that is owed, with one code for the whole of it, and what was paid ahead. */
export function DebtCard({ debt, demo }: { debt: StallDebt; demo: boolean }) {
  const w = useWords(WORDS)
  const [isOpen, setOpen] = useState(false)
  const { outstandingVnd, overdueVnd, creditVnd, payload, payee, charges } = debt
  if (outstandingVnd === 0 && creditVnd === 0) return null
  return (
    <Card>
      {outstandingVnd === 0 ? null : (
        <>
          <p>{w.all}</p>
          <p className="total" data-testid="debt">
            <Money vnd={outstandingVnd} />
          </p>
        </>
      )}
      {overdueVnd > 0 ? <p className="late">{fill(w.overdue, { amount: formatVnd(overdueVnd) })}</p> : null}
      {creditVnd > 0 ? (
        <p data-testid="credit">
          <b>{fill(w.credit, { amount: formatVnd(creditVnd) })}.</b> {w.creditWhy}
        </p>
      ) : null}
      {payload === null || charges.length < 2 ? null : (
        <Button kind={isOpen ? 'quiet' : 'main'} onClick={() => setOpen(!isOpen)}>
          {isOpen ? w.hide : w.pay}
        </Button>
      )}
      {isOpen && payload !== null ? (
        <PayCode payload={payload} payee={payee} demo={demo} label={w.all} />
      ) : null}
    </Card>
  )
}
