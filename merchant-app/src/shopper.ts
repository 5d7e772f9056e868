import { keepDraft, readDraft } from './offline/kept.ts'
import type { Latest } from './screens/helping/answer.ts'

/** Who stands before the stall: the code that was made for them, and what has come since they stepped up. */
export type Shopper = { requestId: string | null; latest: Latest | null }

/** Whoever stood there when the app was closed, as far as their code is still open. */
export function readShopper(): Shopper {
  return { requestId: readDraft().request?.id ?? null, latest: null }
}

/** A code is made for them. It carries their sum from here on, and the keypad is empty for the next. */
export function askShopper(requestId: string): Shopper {
  keepDraft({ amount: '' })
  return { requestId, latest: null }
}

/** The next one steps up: nothing of the one before is on the screen or on the disk, a yes least of all. */
export function nextShopper(): Shopper {
  keepDraft({ amount: '', request: undefined })
  return { requestId: null, latest: null }
}
