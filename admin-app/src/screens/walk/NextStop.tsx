import type { Me } from '@tienve/contracts'
import { fill, useWords } from '@tienve/ui'
import { useEffect, useState } from 'react'
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
  const [after, setAfter] = useState<readonly string[]>([])
  useEffect(() => {
    const ids = walked === undefined ? null : stopsAfter(walked, afterId)
    if (ids !== null) setAfter(ids)
  }, [walked, afterId])
  const next = walked === undefined ? undefined : nextStop(walked, queue, after)
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
