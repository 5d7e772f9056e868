import type { Log } from '../../services/payment/src/context.ts'

/** An error and what caused it, the outermost first. */
export function chainOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : []
}

/**
 * What lies at the bottom of an error, in words. A failed statement itself would be its whole text with every parameter;
 * what the database said of it is short.
 */
export function reasonOf(error: unknown): string {
  const told = chainOf(error).filter(({ message }) => message !== '' && !message.startsWith('Failed query'))
  return told.at(-1)?.message ?? 'nothing says why'
}

/** What the service's code told a seeding of what went wrong: that code lives with it and tries again later. */
export type Watch = { log: Log; failures: Error[] }

export function createWatch(): Watch {
  const failures: Error[] = []
  const note = (details: unknown, text?: string): void => {
    const error = typeof details === 'object' && details !== null && 'err' in details ? details.err : null
    failures.push(
      new Error(`The demo lacks something: ${text ?? 'it failed'} (${reasonOf(error)}).`, { cause: error }),
    )
  }
  return { log: { debug: () => {}, info: () => {}, warn: note, error: note }, failures }
}
