import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type TestService } from '../testing.ts'

let service: TestService
let api: pg.Client
let worker: pg.Client
beforeAll(async () => {
  service = await startService()
  api = new pg.Client({ connectionString: service.database.apiUrl })
  worker = new pg.Client({ connectionString: service.database.workerUrl })
  await Promise.all([api.connect(), worker.connect()])
})
afterAll(async () => {
  await Promise.all([api.end(), worker.end()])
  await service.stop()
})

/** Every table with a policy that this role may read. */
async function readable(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relrowsecurity and c.relforcerowsecurity and has_table_privilege(c.oid, 'select')`)
  return rows.map(({ name }) => name)
}

describe('a market’s rows', () => {
  it('are seen by nobody who has not entered a market', async () => {
    for (const client of [api, worker]) {
      const tables = await readable(client)
      expect(tables.length).toBeGreaterThan(20)
      for (const table of tables) {
        const { rowCount } = await client.query(`select from ${table} limit 1`)
        expect([table, rowCount]).toEqual([table, 0])
      }
    }
  })

  it('are not seen from another market', async () => {
    for (const client of [api, worker]) {
      await client.query(`begin; set local app.market_id = 'mkt_caulim'`)
      for (const table of await readable(client)) {
        const { rows } = await client.query(`select from ${table} where market_id <> 'mkt_caulim' limit 1`)
        expect([table, rows.length]).toEqual([table, 0])
      }
      expect((await client.query('select from stall')).rowCount).toBe(14)
      await client.query('rollback')
    }
  })

  it('cannot be written into another market', async () => {
    await api.query(`begin; set local app.market_id = 'mkt_caulim'`)
    const forged = api.query(
      `insert into payment_code (market_id, code, kind, object_id) values ('mkt_songdao', 'X', 'stall', 'y')`,
    )
    await expect(forged).rejects.toThrow(/row-level security/)
    await api.query('rollback')
  })

  it('cannot be listed through the directory', async () => {
    await expect(api.query('select from directory')).rejects.toThrow(/permission denied/)
    expect((await api.query(`select * from directory_find('login', 'head.sd')`)).rows).toMatchObject([
      { market_id: 'mkt_songdao' },
    ])
  })
})

describe('a payment', () => {
  it('cannot be made up by the process that answers HTTP', async () => {
    await api.query(`begin; set local app.market_id = 'mkt_songdao'`)
    const forged = api.query(`
      insert into payment (market_id, id, bank_transaction_id, purpose, stall_id, account_id, amount_vnd, verdict, matched_by, memo_tail, occurred_at, received_at, day)
      values ('mkt_songdao', 'pay_x', 'btx_x', 'sale', 'stl_sdau01', 'acc_sdau01', 1000, 'exact', 'request', '', now(), now(), now())`)
    await expect(forged).rejects.toThrow(/row-level security/)
    await api.query('rollback')
    await expect(api.query('update feed_inbox set raw_body = null')).rejects.toThrow(/permission denied/)
    await expect(api.query('delete from feed_inbox')).rejects.toThrow(/permission denied/)
    await expect(api.query('update payment set amount_vnd = 1')).rejects.toThrow(/permission denied/)
  })
})
