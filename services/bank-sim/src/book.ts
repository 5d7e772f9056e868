import type { Movement } from '@tienve/bank-feeds'

/** A movement as the fake bank keeps it. */
export type Entry = Movement & {
  bin: string
  /** Whom the bank was to tell; null when no feed hears the account. */
  connectionId: string | null
  /** Nobody was ever told: it is in the lists and statements alone. */
  lost: boolean
}

/** A movement before it is booked. */
export type NewEntry = Omit<Entry, 'balanceVnd'>

/** The ledger of the fake bank: every movement by its account, in the order in which it was booked. */
export type Book = {
  /** Books a movement and gives the balance after it. */
  enter(entry: NewEntry): Entry
  /** The movements of an account, oldest first. */
  list(bin: string, accountNumber: string): readonly Entry[]
}

/** `past` is booked first. `keep` is told of each movement after it, so that a restart can give it back as `past`. */
export function createBook(past: Iterable<NewEntry> = [], keep: (entry: NewEntry) => void = () => {}): Book {
  const accounts = new Map<string, Entry[]>()
  const book = (entry: NewEntry): Entry => {
    const key = `${entry.bin} ${entry.accountNumber}`
    const entries = accounts.get(key) ?? []
    accounts.set(key, entries)
    const before = entries.at(-1)?.balanceVnd ?? openingVndOf(entry.accountNumber)
    const booked = { ...entry, balanceVnd: before + signedVnd(entry) }
    entries.push(booked)
    return booked
  }
  for (const entry of past) book(entry)
  return {
    enter: (entry) => {
      keep(entry)
      return book(entry)
    },
    list: (bin, accountNumber) => accounts.get(`${bin} ${accountNumber}`) ?? [],
  }
}

/** What an account of the demo held before its first movement: enough that nothing that goes out makes it negative. */
export function openingVndOf(accountNumber: string): bigint {
  return 20_000_000n + (BigInt(accountNumber) % 97n) * 10_000n
}

/** What a movement adds to its account. */
export function signedVnd({ direction, amountVnd }: Pick<Movement, 'direction' | 'amountVnd'>): bigint {
  return direction === 'in' ? amountVnd : -amountVnd
}

/** The name by which a movement is known outside. */
export function transactionIdOf({ id }: Pick<Movement, 'id'>): string {
  return `sim_${id}`
}

export type Told = {
  transactionId: string
  connectionId: string | null
  bin: string
  account: string
  direction: 'in' | 'out'
  amountVnd: number
  reference: string
  lost: boolean
}

/** A movement as the simulator's own answers tell of it. */
export function toTold(entry: Entry): Told {
  return {
    transactionId: transactionIdOf(entry),
    connectionId: entry.connectionId,
    bin: entry.bin,
    account: entry.accountNumber,
    direction: entry.direction,
    amountVnd: Number(entry.amountVnd),
    reference: entry.reference,
    lost: entry.lost,
  }
}
