import type { CreateVisit, WalkStop } from '@tienve/contracts'
import { dateOf, fill, useWords } from '@tienve/ui'
import type { Entry } from '../../walk/queue.ts'

const WORDS = {
  promised: { vi: 'Hẹn {day}', en: 'Promised for {day}' },
  refused: { vi: 'Không chịu nộp', en: 'Refused' },
  absent: { vi: 'Vắng', en: 'Nobody there' },
}

/** What came of the last visit in a few words, this phone's own before the service's; null when there was none. */
export function useVisit({ stallId, lastVisit }: WalkStop, queue: readonly Entry[]): string | null {
  const w = useWords(WORDS)
  const own = queue.findLast((entry) => entry.kind === 'visit' && entry.body.stallId === stallId)
  const visit: Pick<CreateVisit, 'outcome' | 'note' | 'promisedOn'> | null =
    own?.kind === 'visit' && (lastVisit === null || Date.parse(own.at) >= Date.parse(lastVisit.at))
      ? own.body
      : lastVisit
  if (visit === null) return null
  const { outcome, note = null, promisedOn = null } = visit
  const said = fill(w[outcome], { day: promisedOn === null ? '' : dateOf(promisedOn) })
  return note === null || note === '' ? said : `${said} · ${note}`
}
