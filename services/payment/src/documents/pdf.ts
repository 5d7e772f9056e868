import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Content } from 'pdfmake/interfaces.js'

export const INK = '#14201a'
export const INK_SOFT = '#4a5850'
export const RED = '#c8102e'

export type PdfDefinition = {
  title: string
  /** The file's date. There is no clock here: the same definition gives the same bytes. */
  madeAt: Date
  /** A bare page has no margins: its content says where it stands. */
  page: 'a4' | 'a4-wide' | 'a6' | 'a6-bare' | 'a5-bare' | 'a4-bare'
  /** Nodes of pdfmake as plain data, without functions: they go to another thread. */
  content: Content[]
  /** Stands at the top of every page, in red. */
  label?: string
  /** *Trang 1/3* at the foot of every page. */
  numbered?: boolean
}

/** What the other thread answers. */
export type Answer = { pdf: Uint8Array } | { refusal: string }

/** A document that needs more than this is a mistake, and must not take the service, or the next document, with it. */
const MEMORY_MB = 512
const LONGEST_MS = 60_000

let worker: Worker | undefined
let lane: Promise<unknown> = Promise.resolve()

/**
 * Lays out a document in Vietnamese with Be Vietnam Pro, one at a time in a thread of its own: a page takes some 40 ms,
 * for which the streams that tell of payments must not wait. Throws an `Error` for a picture, font or attachment from
 * an address or a file.
 */
export function makePdf(definition: PdfDefinition): Promise<Buffer> {
  const made = lane.then(() => ask(definition))
  lane = made.catch(() => {})
  return made
}

async function ask(definition: PdfDefinition): Promise<Buffer> {
  const asked = (worker ??= startWorker())
  asked.ref()
  try {
    asked.postMessage(definition)
    // `once` also throws what the thread itself died of.
    const [answer]: Answer[] = await once(asked, 'message', { signal: AbortSignal.timeout(LONGEST_MS) })
    if (answer !== undefined && 'pdf' in answer) return Buffer.from(answer.pdf)
    throw new Error(answer?.refusal ?? 'no document came')
  } catch (error) {
    // Whatever state a failed layout has left behind ends with its thread.
    await asked.terminate()
    throw error
  } finally {
    asked.unref()
  }
}

/** The thread is kept, because reading the library takes longer than a page does; an idle one holds nobody back. */
function startWorker(): Worker {
  const started = new Worker(new URL('pdf-worker.ts', import.meta.url), {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  })
  // Told to whoever waits for a document; without a listener of its own it would end the service.
  started.on('error', () => {})
  started.once('exit', () => {
    if (worker === started) worker = undefined
  })
  return started
}
