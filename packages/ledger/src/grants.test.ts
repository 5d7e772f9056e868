import { inMarket, type Db } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LedgerRefusal, openAccounts, post, postAll, reverse, type PostItem } from './post.ts'
import { listTransfers } from './journal.ts'
import { balances } from './read.ts'
import { aMarket, anItem, codeOf, FORBIDDEN, ledgerDatabase, snapshotOf } from './testing.ts'

let db: Awaited<ReturnType<typeof ledgerDatabase>>
let ours: string
let theirs: string
beforeAll(async () => {
  db = await ledgerDatabase()
  ours = await aMarket(db.worker)
  theirs = await aMarket(db.worker)
  for (const marketId of [ours, theirs]) {
    await inMarket(db.worker, marketId, (tx) => post(tx, marketId, [anItem()], { as: 'worker' }))
  }
})
afterAll(async () => db.drop())

const TABLES = ['head', 'account', 'balance', 'day', 'txn', 'transfer', 'block', 'close', 'seal'].map(
  (name) => `ledger_${name}`,
)
const ROLES = [() => db.api, () => db.worker]

const cashSale = (): PostItem =>
  anItem({
    transfers: [{ book: 'stl_one', debit: 'stl_one:111', credit: 'stl_one:511', amountVnd: 20_000n }],
  })

async function everything(): Promise<string> {
  const parts = [ours, theirs].map((marketId) => inMarket(db.api, marketId, snapshotOf))
  return (await Promise.all(parts)).join('\n')
}

/** Runs `work` as each of the two roles inside our market: how each was answered, and whether the ledger is the same. */
async function attempt(work: (as: Db) => Promise<unknown>) {
  const before = await everything()
  const api = await codeOf(work(db.api))
  const worker = await codeOf(work(db.worker))
  return { api, worker, isUnchanged: (await everything()) === before }
}

const REFUSED = { api: FORBIDDEN, worker: FORBIDDEN, isUnchanged: true }

describe.each(TABLES)('%s', (table) => {
  const writes = {
    UPDATE: `update ${table} set market_id = market_id`,
    DELETE: `delete from ${table}`,
    TRUNCATE: `truncate ${table} cascade`,
    INSERT: `insert into ${table} select * from ${table}`,
    'SELECT FOR UPDATE': `select 1 from ${table} for update`,
    'ALTER TABLE': `alter table ${table} disable row level security`,
    'CREATE TRIGGER': `create trigger t before insert on ${table} for each row execute function suppress_redundant_updates_trigger()`,
  }
  test.each(Object.entries(writes))('%s fails for both roles', async (_, statement) => {
    expect(await attempt((as) => inMarket(as, ours, (tx) => tx.execute(statement)))).toEqual(REFUSED)
  })

  test('shows no row of another market, and none at all outside a market', async () => {
    for (const pool of ROLES) {
      const inside = await inMarket(pool(), ours, (tx) =>
        tx.execute<{ market: string }>(`select distinct market_id as market from ${table}`),
      )
      expect(inside.rows.filter(({ market }) => market !== ours)).toEqual([])
      const outside = await pool().pool.query(`select from ${table}`)
      expect(outside.rowCount).toBe(0)
    }
  })
})

describe('a function', () => {
  test('can be run by a role only if it was granted to it', async () => {
    const { rows } = await db.admin.pool.query<{ role: string; name: string }>(`
      select role, proname as name from pg_proc, unnest(array['tv_api', 'tv_worker', 'public']) as role
      where proname like 'ledger\\_%' and pronamespace = 'public'::regnamespace and case role when 'public'
        then exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0)
        else has_function_privilege(role, oid, 'EXECUTE') end
      order by 1, 2`)
    expect(rows.map(({ role, name }) => `${role} ${name}`)).toEqual([
      'tv_api ledger_close_day',
      'tv_api ledger_open_accounts',
      'tv_api ledger_post_office',
      'tv_api ledger_reverse',
      'tv_worker ledger_add_seal',
      'tv_worker ledger_close_day',
      'tv_worker ledger_open_accounts',
      'tv_worker ledger_post',
      'tv_worker ledger_post_office',
      'tv_worker ledger_reverse',
    ])
  })

  test('that changes rows pins its search path and runs as tv_owner, who is under the same policies', async () => {
    const { rows } = await db.admin.pool.query<{ name: string; owner: string; path: boolean }>(`
      select proname as name, proowner::regrole::text as owner,
        coalesce('search_path=pg_catalog, public, pg_temp' = any (proconfig), false) as path
      from pg_proc where prosecdef and proname like 'ledger\\_%'`)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.filter(({ owner, path }) => owner !== 'tv_owner' || !path)).toEqual([])
    const forced = await db.admin.pool.query(
      'select from pg_class where relname = any ($1) and relrowsecurity and relforcerowsecurity',
      [TABLES],
    )
    expect(forced.rowCount).toBe(TABLES.length)
    const owner = await db.admin.pool.query(
      `select from pg_roles where rolname in ('tv_owner', 'tv_api', 'tv_worker') and not rolsuper and not rolbypassrls`,
    )
    expect(owner.rowCount).toBe(3)
  })
})

describe('bank money', () => {
  test('cannot be posted by the api through either function', async () => {
    const before = await everything()
    const inOffice = await inMarket(db.api, ours, (tx) => post(tx, ours, [anItem()], { as: 'api' }))
    expect(inOffice).toEqual([
      {
        outcome: 'refused',
        why: "account stl_one:112 holds bank money, which only a bank's word may move",
      },
    ])
    expect(await codeOf(inMarket(db.api, ours, (tx) => post(tx, ours, [anItem()], { as: 'worker' })))).toBe(
      FORBIDDEN,
    )
    expect(await everything()).toBe(before)
  })

  test('cannot be reversed by the api, while cash can', async () => {
    const [cash] = await inMarket(db.api, ours, (tx) => postAll(tx, ours, [cashSale()], { as: 'api' }))
    const undo = { occurredAt: new Date(), sourceKind: 'test', sourceId: 'x' }
    const bank = inMarket(db.api, ours, (tx) => reverse(tx, ours, { seq: 1n, idemKey: 'undo:bank', ...undo }))
    await expect(bank).rejects.toThrow(LedgerRefusal)
    const undone = await inMarket(db.api, ours, (tx) =>
      reverse(tx, ours, { seq: cash ?? 0n, idemKey: 'undo:cash', ...undo }),
    )
    expect(undone).toBe((cash ?? 0n) + 1n)
  })

  test('is known by the chart’s number, whatever the account is called', async () => {
    const account = {
      book: 'stl_one',
      code: 'second',
      glCode: '112',
      side: 'debit',
      keepsSide: false,
      name: 'Tiền gửi',
    } as const
    await inMarket(db.api, ours, (tx) => openAccounts(tx, ours, [{ id: 'stl_one:second', ...account }]))
    const item = anItem({
      transfers: [{ book: 'stl_one', debit: 'stl_one:second', credit: 'stl_one:511', amountVnd: 1n }],
    })
    const [result] = await inMarket(db.api, ours, (tx) => post(tx, ours, [item], { as: 'api' }))
    expect(result).toMatchObject({ outcome: 'refused', why: expect.stringMatching(/bank money/) })
  })
})

test('both roles can read the ledger of their session’s market', async () => {
  for (const pool of ROLES) {
    expect(await inMarket(pool(), ours, (tx) => listTransfers(tx, ours, { limit: 1 }))).toHaveLength(1)
    expect(await inMarket(pool(), ours, (tx) => balances(tx, theirs))).toEqual([])
  }
})
