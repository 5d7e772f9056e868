import { DemoFile } from '@tienve/contracts'
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

/** What somebody told the simulator of a connection, as a line of the file; the last line of each holds. */
export const KeptConnection = z.object({
  id: z.string(),
  isSilent: z.boolean(),
  /** Null for one of the demo's own, of which all else is in `.data/demo.json`. */
  added: DemoFile.shape.connections.element.nullable(),
})
export type KeptConnection = z.infer<typeof KeptConnection>

export type OpenBook = {
  book: Book
  connections: readonly KeptConnection[]
  keepConnection: (kept: KeptConnection) => void
  close: () => void
}

/**
 * The ledger of the fake bank in a file to which each movement is added at once, so that a restart forgets nothing. Without
 * a file it lives in memory alone. `isNew` throws away what a file of that name holds.
 */
export function openBook(file: string | undefined, { isNew = false }: { isNew?: boolean } = {}): OpenBook {
  if (file === undefined)
    return { book: createBook(), connections: [], keepConnection: () => {}, close: () => {} }
  const past = isNew || !existsSync(file) ? [] : readFileSync(file, 'utf8').split('\n').map(parse)
  const handle = openSync(file, isNew ? 'w' : 'a', 0o600)
  // The line begins with its end, so that one which a crash cut short spoils no other.
  const write = (line: string): void => void writeSync(handle, `\n${line}`)
  return {
    book: createBook(past.flatMap(toEntry), (entry) => write(toLine(entry))),
    connections: past.flatMap((line) => KeptConnection.safeParse(line).data ?? []),
    keepConnection: (kept) => write(JSON.stringify(kept)),
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

/** Nothing for a line that was cut short, or that is of a connection. */
function toEntry(line: unknown): NewEntry[] {
  const read = Line.safeParse(line)
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
