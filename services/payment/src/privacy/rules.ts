import {
  REPLY_WORKING_DAYS,
  SHOWN,
  type LedgerTransfer,
  type MaskedKind,
  type Viewer,
  type Shown,
} from '@tienve/contracts'
import { addDays, dayOf, startOfDay } from '../days.ts'
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

/** As much of a personal value as a role is shown; null for nothing. */
export function shownTo(role: Viewer, kind: MaskedKind, value: string): string | null {
  const shown: Shown = SHOWN[kind][role]
  if (shown === 'full') return value
  return shown === 'none' ? null : `•••• ${value.slice(shown === 'last4' ? -4 : -3)}`
}

/** What an answer calls a phone and an address of letters, wherever it stands. */
const PERSONAL_KEYS: Readonly<Record<string, MaskedKind>> = { phone: 'phone', email: 'email' }

/**
 * An answer as a role may see it, whatever route it is of: the one place where phones and addresses are hidden. Account
 * numbers are not all of persons, so each is hidden where it is read (stalls/rules.ts).
 */
export function maskAnswer(role: Viewer, answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map((one) => maskAnswer(role, one))
  if (answer === null || typeof answer !== 'object' || Object.getPrototypeOf(answer) !== Object.prototype)
    return answer
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => {
      const kind = PERSONAL_KEYS[key]
      return [
        key,
        kind !== undefined && typeof value === 'string'
          ? shownTo(role, kind, value)
          : maskAnswer(role, value),
      ]
    }),
  )
}

/**
 * The end of the working day by which something asked at `askedAt` is to be answered. Holidays are not known here, which
 * makes it earlier and never later.
 */
export function replyDueAt(askedAt: Date): Date {
  let day = dayOf(askedAt)
  for (let left = REPLY_WORKING_DAYS; left > 0;) {
    day = addDays(day, 1)
    if (!isWeekend(day)) left -= 1
  }
  return startOfDay(addDays(day, 1))
}

function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
}

const SYSTEMS = [
  ['Android', /Android/],
  ['iPhone', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['Mac', /Macintosh/],
  ['Linux', /Linux/],
] as const

/** The kind of device that a browser says it is on, in a word that its owner knows; null for one we do not. */
export function deviceOf(userAgent: string | undefined): string | null {
  return SYSTEMS.find(([, pattern]) => pattern.test(userAgent ?? ''))?.[0] ?? null
}
