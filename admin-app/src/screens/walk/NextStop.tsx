import type { Me, Walk } from '@tienve/contracts'
import { fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { useQueue, useWalk } from '../../walk/phone.ts'
import { nextStop, stopsAfter } from '../../walk/stops.ts'

const WORDS = {
  next: { vi: 'Sạp kế tiếp: {stall}', en: 'Next: {stall}' },
  list: { vi: 'Về danh sách', en: 'Back to the list' },
}

/** The way on to the next stall that owes, or to the list when there is none after this one. */
export function NextStop({ me, afterId }: { me: Me; afterId: string }) {
  const w = useWords(WORDS)
  const walk = useWalk(me)
  const queue = useQueue(me)
  const walked = walk.data?.value
  // A stall that has paid leaves the walk once it is fetched again: the way on is what it was before that.
  const [known, setKnown] = useState<{ walked?: Walk; afterId: string; ids: readonly string[] }>({
    afterId,
    ids: [],
  })
  if (walked !== undefined && (walked !== known.walked || afterId !== known.afterId)) {
    const before = afterId === known.afterId ? known.ids : []
    setKnown({ walked, afterId, ids: stopsAfter(walked, afterId) ?? before })
  }
  const next = walked === undefined ? undefined : nextStop(walked, queue, known.ids)
  return next === undefined ? (
    <a className="tv-button" href="#/walk">
      {w.list}
    </a>
  ) : (
    <a className="tv-button" href={`#/walk/stop/${next.stallId}`}>
      {fill(w.next, { stall: next.stallCode })}
    </a>
  )
}
