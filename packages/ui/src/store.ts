/** What is kept on this device, by key, until it is taken away: a closed page, a killed app and a flat battery lose nothing. */
export type Store = {
  read<T>(key: string): Promise<T | undefined>
  /** Replaces what is kept by what `next` makes of it, in one piece: of two tabs the second sees what the first has written. */
  change<T>(key: string, next: (kept: T | undefined) => T | undefined): Promise<T | undefined>
}

const SHELF = 'kept'

/** A store in the browser's own database, opened anew for each piece of work, since a phone closes what it likes. */
export function browserStore(name: string): Store {
  const within = async <T>(
    mode: IDBTransactionMode,
    work: (shelf: IDBObjectStore, answer: (value: T) => void) => void,
  ): Promise<T> => {
    const database = await open(name)
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction(SHELF, mode, { durability: 'strict' })
        let answered: { value: T } | null = null
        work(transaction.objectStore(SHELF), (value) => {
          answered = { value }
        })
        // Only a transaction that is complete is on the disk.
        transaction.addEventListener('complete', () => {
          if (answered === null) reject(new Error('nothing was answered'))
          else resolve(answered.value)
        })
        transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('not kept')))
      })
    } finally {
      database.close()
    }
  }
  return {
    read: <T>(key: string) =>
      within<T | undefined>('readonly', (shelf, answer) => {
        const read = shelf.get(key)
        // Whoever reads a key is whoever wrote it: the type is the one it was kept as.
        read.addEventListener('success', () => answer(read.result as T | undefined))
      }),
    change: <T>(key: string, next: (kept: T | undefined) => T | undefined) =>
      within<T | undefined>('readwrite', (shelf, answer) => {
        const read = shelf.get(key)
        read.addEventListener('success', () => {
          // As above.
          const value = next(read.result as T | undefined)
          if (value === undefined) shelf.delete(key)
          else shelf.put(value, key)
          answer(value)
        })
      }),
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1)
    asked.addEventListener('upgradeneeded', () => asked.result.createObjectStore(SHELF))
    asked.addEventListener('success', () => resolve(asked.result))
    asked.addEventListener('error', () => reject(asked.error ?? new Error('the store does not open')))
  })
}
