import type { LedgerTransfer } from '@tienve/contracts'
import type { Seen } from './repository.ts'

/** The books that are of nobody who can be named: the board's own, and that of the stalls that are shown as one. */
const NOBODYS_BOOKS: readonly string[] = ['board', 'stalls']

/** The stalls that these books name, each once, as seen over `span`; nothing for the board's book and the folded one. */
export function stallsOfBooks(
  books: readonly string[],
  span: { fromDay?: string | undefined; toDay?: string | undefined },
): Seen[] {
  const named = new Set(books.filter((book) => !NOBODYS_BOOKS.includes(book)))
  return [...named].map((stallId) => ({
    stallId,
    fromDay: span.fromDay ?? null,
    toDay: span.toDay ?? null,
  }))
}

/** The stalls that a page of the journal names, each with the days of its own rows. */
export function stallsOfRows(rows: readonly Pick<LedgerTransfer, 'book' | 'businessDay'>[]): Seen[] {
  return [...Map.groupBy(rows, ({ book }) => book)].flatMap(([book, of]) => {
    const days = of.map(({ businessDay }) => businessDay).toSorted()
    return stallsOfBooks([book], { fromDay: days[0], toDay: days.at(-1) })
  })
}
