import type { Handover } from '@tienve/contracts'
import { Card, Empty, fill, useWords, whenOf } from '@tienve/ui'

const WORDS = {
  title: { vi: 'Chờ đếm', en: 'To be counted' },
  none: { vi: 'Không ai chờ nộp quỹ.', en: 'Nobody is waiting.' },
  of: { vi: '{collections} biên nhận, {tickets} vé', en: '{collections} receipts, {tickets} tickets' },
  count: { vi: 'Đếm tiền', en: 'Count' },
  countOf: { vi: 'Đếm tiền của {name}', en: 'Count {name}’s cash' },
}

/** Who has signed and waits for the cashier: no sum is shown before she has counted. */
export function Waiting({ handovers }: { handovers: readonly Handover[] }) {
  const w = useWords(WORDS)
  return (
    <>
      <h2>{w.title}</h2>
      {handovers.length === 0 ? <Empty>{w.none}</Empty> : null}
      {handovers.map(({ id, collectorName, collectorSignedAt, collections, tickets }) => (
        <Card key={id} title={collectorName}>
          <p>
            {whenOf(collectorSignedAt)} · {fill(w.of, { collections, tickets })}
          </p>
          <a
            className="tv-button"
            href={`#/handovers/${id}/count`}
            aria-label={fill(w.countOf, { name: collectorName })}
          >
            {w.count}
          </a>
        </Card>
      ))}
    </>
  )
}
