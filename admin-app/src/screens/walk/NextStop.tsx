import type { Me } from '@tienve/contracts'
import { fill, useWords } from '@tienve/ui'
import { useQueue, useWalk } from '../../walk/phone.ts'
import { nextStop } from '../../walk/stops.ts'

const WORDS = {
  next: { vi: 'Sạp kế tiếp: {stall}', en: 'Next: {stall}' },
  list: { vi: 'Về danh sách', en: 'Back to the list' },
}

/** The way on to the next stall that owes, or to the list when there is none after this one. */
export function NextStop({ me, afterId }: { me: Me; afterId: string }) {
  const w = useWords(WORDS)
  const walk = useWalk(me)
  const queue = useQueue(me)
  const next = walk.data === undefined ? undefined : nextStop(walk.data.value, queue, afterId)
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
