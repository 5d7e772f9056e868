import type { Charge } from '@tienve/contracts'
import { QrCode, useWords } from '@tienve/ui'

const WORDS = { to: { vi: 'Nộp cho', en: 'Payee' } }

/** A code to pay by, with whom it pays. */
export function PayCode({
  payload,
  payee,
  demo,
  label,
}: {
  payload: string
  payee: Charge['payee']
  demo: boolean
  label: string
}) {
  const w = useWords(WORDS)
  return (
    <div className="charge-code" ref={showWhole}>
      <QrCode payload={payload} demo={demo} label={label} />
      <p>
        {w.to} <b>{payee.holder}</b> · {payee.bankName} {payee.number}
      </p>
    </div>
  )
}

/** One function for good, so that a redraw does not scroll again under her finger. */
function showWhole(shown: HTMLElement | null): void {
  shown?.scrollIntoView({ block: 'end' })
}
