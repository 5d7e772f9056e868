import { bigint, customType } from 'drizzle-orm/pg-core'

/** Bytes as Postgres keeps them; the driver gives and takes a Buffer. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** A column of whole đồng: `bigint` in Postgres and in code, never a float. */
export const vndColumn = (name: string) => bigint(name, { mode: 'bigint' })
