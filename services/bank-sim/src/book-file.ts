import { findBank } from '@tienve/vietqr'
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { createBook, signedVnd, type Book, type NewEntry } from './book.ts'

/** A movement as a line of the file: a list, for there are some ten thousand in a month. */
const Line = z.tuple([
  z.int(),
  z.string(),
  z.string(),
  z.string().nullable(),
  z.int(),
  z.int(),
  z.string(),
  z.string(),
  z.string(),
  z.int().nullable(),
  z.boolean(),
])

/**
 * The ledger of the fake bank in a file to which each movement is added at once, so that a restart forgets nothing. Without
 * a file it lives in memory alone. `isNew` throws away what a file of that name holds.
 */
export function openBook(
  file: string | undefined,
  { isNew = false }: { isNew?: boolean } = {},
): { book: Book; close: () => void } {
  if (file === undefined) return { book: createBook(), close: () => {} }
  const past = isNew || !existsSync(file) ? [] : readFileSync(file, 'utf8').split('\n').flatMap(toEntry)
  const handle = openSync(file, isNew ? 'w' : 'a', 0o600)
  return {
    // The line begins with its end, so that one which a crash cut short spoils no other.
    book: createBook(past, (entry) => void writeSync(handle, `\n${toLine(entry)}`)),
    close: () => closeSync(handle),
  }
}

function toLine(entry: NewEntry): string {
  const { id, bin, accountNumber, connectionId, occurredAt, memo, content, reference, reversesId, lost } =
    entry
  const line: z.infer<typeof Line> = [
    id,
    bin,
    accountNumber,
    connectionId,
    Number(signedVnd(entry)),
    occurredAt.getTime(),
    memo,
    content,
    reference,
    reversesId,
    lost,
  ]
  return JSON.stringify(line)
}

/** Nothing for a line that was cut short. */
function toEntry(text: string): NewEntry[] {
  const read = Line.safeParse(parse(text))
  if (!read.success) return []
  const [id, bin, accountNumber, connectionId, signed, at, memo, content, reference, reversesId, lost] =
    read.data
  return [
    {
      id,
      bin,
      accountNumber,
      bankName: findBank(bin)?.shortName ?? 'Bank',
      connectionId,
      direction: signed > 0 ? 'in' : 'out',
      amountVnd: BigInt(Math.abs(signed)),
      occurredAt: new Date(at),
      memo,
      content,
      reference,
      reversesId,
      lost,
    },
  ]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
