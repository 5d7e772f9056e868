import { bigint, customType } from 'drizzle-orm/pg-core'

/** Bytes as Postgres keeps them; the driver gives and takes a Buffer. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** A column of whole đồng: `bigint` in Postgres and in code, never a float. */
export const vndColumn = (name: string) => bigint(name, { mode: 'bigint' })

/** The database holds a word of a known list as text; one outside the list means that the two have come apart. */
export function readOne<const T extends string>(known: readonly T[], text: string): T {
  const found = known.find((one) => one === text)
  if (found === undefined) throw new Error(`the database holds a word that the code does not know: ${text}`)
  return found
}
