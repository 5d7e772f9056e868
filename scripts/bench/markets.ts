import { spawnSync } from 'node:child_process'
import { statfs } from 'node:fs/promises'
import pg from 'pg'
import { fillMarket } from './fill.ts'
import { say } from './measure.ts'
import type { Database, Server } from './server.ts'

/** A market with 100,000 payments and one with 10 million, each in a database of its own on one server. */
export type Markets = {
  small: Database
  big: Database
  smallTransfers: number
  bigTransfers: number
  fillSeconds: number
}

export const SMALL = 100_000
export const BIG = 10_000_000

/** What a payment with its posting takes on the disk, indexes and the log of writing them included, and some to spare. */
const BYTES_A_PAYMENT = 3_000

/** For the filling only. What is measured afterwards runs with the server's usual settings. */
const HASTY = {
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_wal_size: '32GB',
  checkpoint_timeout: '1h',
}

/** How many payments the big market shall have: what was asked for, or less where the disk has no room for it. */
export async function affordable({ admin }: Server, asked: number): Promise<number> {
  const { rows } = await admin.query<{ place: string }>(`select current_setting('data_directory') as place`)
  const { bavail, bsize } = await statfs(rows[0]?.place ?? '')
  const room = (bavail * bsize) / BYTES_A_PAYMENT
  if (room >= asked) return asked
  const fitting = Math.max(SMALL, 10 ** Math.floor(Math.log10(room)))
  say(`the disk has no room for ${told(asked)} payments: taking ${told(fitting)}`)
  return fitting
}

/** Fills both markets. No table has statistics afterwards, and none gets any until `settle`. */
export async function fillMarkets(server: Server, bigTransfers: number): Promise<Markets> {
  say(`filling one market with ${told(SMALL)} payments and one with ${told(bigTransfers)}`)
  for (const [name, value] of Object.entries(HASTY))
    await server.admin.query(`alter system set ${name} = '${value}'`)
  await server.admin.query('select pg_reload_conf()')
  const small = await server.makeDatabase('bench_small')
  const big = await server.makeDatabase('bench_big')
  await fillMarket(small, SMALL)
  const fillSeconds = Math.round(await fillMarket(big, bigTransfers))
  for (const name of Object.keys(HASTY))
    if (name !== 'autovacuum') await server.admin.query(`alter system reset ${name}`)
  await rest(server)
  return { small, big, smallTransfers: SMALL, bigTransfers, fillSeconds }
}

/** Vacuums and analyses as autovacuum does with tables that have grown, and lets it take over from there. */
export async function settle(server: Server, { small, big }: Markets): Promise<void> {
  say('vacuuming and analysing both markets, as autovacuum would')
  for (const { adminUrl } of [small, big]) {
    const client = new pg.Client({ connectionString: adminUrl })
    await client.connect()
    await client.query('vacuum analyze')
    await client.end()
  }
  await server.admin.query('alter system reset all')
  await rest(server)
}

/** Everything on the disk and nothing left to write, so that what is measured next is not charged for what came before. */
async function rest(server: Server): Promise<void> {
  await server.admin.query('select pg_reload_conf()')
  await server.admin.query('checkpoint')
  spawnSync('sync')
}

export function told(count: number): string {
  return count.toLocaleString('en')
}
