import type { Me, WalkStop } from '@tienve/contracts'
import { formatVnd, spellVnd } from '@tienve/money'
import { fill, useWords } from '@tienve/ui'
import { NextStop } from './NextStop.tsx'

const WORDS = {
  arrived: { vi: 'Tiền đã về', en: 'The money has arrived' },
  left: { vi: 'Còn nợ lại {sum}', en: '{sum} stays owed' },
}

/** The bank's word, as large as the screen. */
export function Arrived({ me, stop, amountVnd }: { me: Me; stop: WalkStop; amountVnd: number }) {
  const w = useWords(WORDS)
  const leftVnd = stop.outstandingVnd - amountVnd
  return (
    <div className="stack with-actions">
      <section className="arrived" role="status" data-testid="arrived">
        <h1>✓ {w.arrived}</h1>
        <p className="cash-amount">{formatVnd(amountVnd)}</p>
        <p>{spellVnd(BigInt(amountVnd))}</p>
        <p>
          {stop.stallCode} {stop.stallName}
        </p>
        {leftVnd > 0 ? <p>{fill(w.left, { sum: formatVnd(leftVnd) })}</p> : null}
      </section>
      <div className="actions">
        <NextStop me={me} afterId={stop.stallId} />
      </div>
    </div>
  )
}
