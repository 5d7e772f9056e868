import { inMarket, type Tx } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseRows, verifyMarket } from './rows.ts'
import { addSeal, makeSeal, type Seal } from './seal.ts'
import {
  aMarket,
  codeOf,
  FORBIDDEN,
  ledgerDatabase,
  sealNow,
  snapshotOf,
  type LedgerDatabase,
} from './testing.ts'
import { amount, ATTACKS, forgeTail, hashAll, M, set, type Step } from './testing-attacks.ts'
import { aSealedLedger, KEY, OTHER_KEY } from './testing-sealed.ts'
import { verifyRows, type Verification, type VerifyOptions } from './verify.ts'

/**
 * Every way we know to make books lie, in plain SQL, by the three roles of the service. `tv_api` and `tv_worker` are
 * refused. `tv_owner` is not: it owns the tables, takes the constraints down first and can hash as well as we do. What it
 * does is found afterwards, by seals that are kept outside and the public key. What even they do not show is at the end.
 */
let db: LedgerDatabase
let ledger: Awaited<ReturnType<typeof aSealedLedger>>
let another: typeof ledger
beforeAll(async () => {
  db = await ledgerDatabase()
  ledger = await aSealedLedger(db)
  another = await aSealedLedger(db)
  await takeFencesDown()
})
afterAll(async () => db.drop())

/** As the owner: no foreign key and no check is left on a table of the ledger. */
async function takeFencesDown(): Promise<void> {
  const { rows } = await db.owner.pool.query<{ drop: string }>(`
    select format('alter table %s drop constraint %I cascade', conrelid::regclass, conname) as drop
    from pg_constraint where conrelid::regclass::text like 'ledger\\_%' and contype in ('f', 'c')`)
  expect(rows.length).toBeGreaterThan(20)
  for (const { drop } of rows) await db.owner.pool.query(drop)
}

const ROLES = [() => db.api, () => db.worker]
const outside = (): Required<Omit<VerifyOptions, 'from'>> => ({
  seals: ledger.seals,
  publicKeys: [KEY.publicKey],
})

/** What verify says at the end of the attacker's transaction, which is then taken back: one ledger serves all. */
async function afterwards(steps: readonly Step[], ...options: VerifyOptions[]): Promise<Verification[]> {
  const { marketId } = ledger
  const said: Verification[] = []
  const undone = inMarket(db.owner, marketId, async (tx) => {
    await take(tx, steps)
    for (const one of options) said.push(await verifyRows(await databaseRows(tx, marketId), one))
    throw new Error('undo')
  })
  await expect(undone).rejects.toThrow('undo')
  return said
}

async function take(tx: Tx, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    await (typeof step === 'string' ? tx.execute(step) : step(tx, ledger.marketId, another.seals))
  }
}

describe.each(Object.entries(ATTACKS))('%s', (_, { steps, found }) => {
  test('is refused to the api and the worker, statement by statement', async () => {
    const { marketId } = ledger
    const before = await inMarket(db.api, marketId, snapshotOf)
    for (const step of steps) {
      if (typeof step !== 'string' || step === 'select') continue
      for (const role of ROLES) {
        const code = await codeOf(inMarket(role(), marketId, (tx) => tx.execute(step)))
        expect([step, code]).toEqual([step, FORBIDDEN])
      }
    }
    expect(await inMarket(db.api, marketId, snapshotOf)).toBe(before)
  })

  test('by the owner is found with the seals kept outside', async () => {
    const [said] = await afterwards(steps, outside())
    expect({ ok: said?.ok, what: said?.firstWrong?.what, where: said?.firstWrong?.where }).toEqual({
      ok: false,
      what: found.what,
      where: typeof found.where === 'string' ? found.where : expect.stringMatching(found.where),
    })
  })
})

test('a ledger that nobody attacked verifies, and tells how many txns no seal covers', async () => {
  expect(await verifyMarket(db.api, ledger.marketId, outside())).toMatchObject({
    ok: true,
    transfers: 13,
    blocks: 5,
    sealed: { height: 4n, businessDay: '2026-11-22', count: 2 },
    unsealed: 2n,
  })
})

describe('the api and the worker cannot take the fences down, nor become somebody who can', () => {
  const statements = [
    'alter table ledger_txn no force row level security',
    'alter table ledger_txn disable trigger all',
    'alter table ledger_transfer drop constraint ledger_transfer_amount',
    'alter table ledger_txn owner to current_user',
    'alter table ledger_balance alter column kept_side drop default',
    'drop table ledger_seal',
    'drop policy market on ledger_txn',
    'create policy mine on ledger_txn using (true)',
    'create index on ledger_txn (kind)',
    'create rule r as on insert to ledger_txn do instead nothing',
    'create table public.ledger_more ()',
    `create function public.ledger_bytes(p_text varchar) returns bytea language sql as $$ select ''::bytea $$`,
    'create or replace function ledger_require_market(p_market text) returns void language sql as $$ select $$',
    'alter function ledger_require_market(text) rename to x',
    'alter function ledger_require_market(text) set search_path = pg_temp',
    'drop function ledger_require_market(text)',
    'grant tv_owner to current_user',
    'set role tv_owner',
    'set session authorization tv_owner',
    `set session_replication_role = 'replica'`,
    'alter role current_user bypassrls',
    'alter default privileges for role tv_owner grant all on tables to public',
    `copy ledger_txn from program 'true'`,
    `select pg_read_file('PG_VERSION')`,
    'merge into ledger_head h using ledger_block b on false when matched then delete',
    'with gone as (delete from ledger_txn returning 1) select count(*) from gone',
    'select 1 from ledger_head for no key update',
    'lock table ledger_head in exclusive mode',
  ]
  test.each(statements)('%s', async (statement) => {
    const before = await inMarket(db.api, ledger.marketId, snapshotOf)
    for (const role of ROLES) {
      const code = await codeOf(inMarket(role(), ledger.marketId, (tx) => tx.execute(statement)))
      expect(code).toBe(FORBIDDEN)
    }
    expect(await inMarket(db.api, ledger.marketId, snapshotOf)).toBe(before)
  })

  test('a grant of what one does not have gives nothing', async () => {
    const grants = async () =>
      (
        await db.admin.pool.query(
          `select relname, relacl::text from pg_class where relname like 'ledger\\_%'`,
        )
      ).rows
    const before = await grants()
    for (const role of ROLES)
      await codeOf(role().pool.query('grant all on ledger_txn to public, tv_api, tv_worker'))
    expect(await grants()).toEqual(before)
  })

  test('row security that is switched off shows no row, but an error', async () => {
    for (const role of ROLES) {
      const off = inMarket(role(), ledger.marketId, async (tx) => {
        await tx.execute('set local row_security = off')
        await tx.execute('select * from ledger_txn')
      })
      expect(await codeOf(off)).toBe(FORBIDDEN)
    }
  })
})

describe('the owner', () => {
  test('cannot switch off the triggers behind foreign keys, only drop the keys', async () => {
    expect(await codeOf(db.owner.pool.query('alter table stall_zone disable trigger all'))).toBe(FORBIDDEN)
  })

  test('who lifts the policies and changes every market at once is found in every one', async () => {
    const markets = await Promise.all([aSealedLedger(db), aSealedLedger(db)])
    await db.owner.pool.query('alter table ledger_transfer no force row level security')
    await db.owner.pool.query(
      'update ledger_transfer set amount_vnd = amount_vnd + 1 where market_id = any ($1)',
      [markets.map(({ marketId }) => marketId)],
    )
    for (const { marketId, seals } of markets) {
      const said = await verifyMarket(db.worker, marketId, { seals, publicKeys: [KEY.publicKey] })
      expect(said.firstWrong).toMatchObject({ what: 'ledger_txn', where: 'seq 1' })
    }
    await db.owner.pool.query('alter table ledger_transfer force row level security')
  })

  test('who opens a day again that the release before closed is found by the day that the seals name', async () => {
    // That release kept the last closed day and no word of who closed it.
    const { marketId } = await aSealedLedger(db)
    const legacy = async (day: string | null): Promise<void> => {
      await inMarket(db.owner, marketId, async (tx) => {
        await tx.execute(`delete from ledger_close where ${M}`)
        await tx.execute(`delete from ledger_seal where ${M}`)
        await tx.execute(set('ledger_head', `closed_through = ${day === null ? 'null' : `'${day}'`}`, 'true'))
      })
    }
    await legacy('2026-11-22')
    const seal = await sealNow(db.worker, marketId, KEY)
    const options = { seals: [seal], publicKeys: [KEY.publicKey] }
    expect(await verifyMarket(db.api, marketId, options)).toMatchObject({ ok: true, unsealed: 0n })
    await legacy(null)
    const { firstWrong } = await verifyMarket(db.api, marketId, options)
    expect(firstWrong).toMatchObject({ what: 'ledger_head', where: marketId })
  })
})

/** What is claimed elsewhere stands on these: without seals outside, who owns the database can write any history. */
describe('without seals kept outside', () => {
  const keysOnly = { publicKeys: [KEY.publicKey] }
  const noSeals = `delete from ledger_seal where ${M}`
  const cut = [
    `delete from ledger_transfer where ${M} and seq > 4`,
    `delete from ledger_txn where ${M} and seq > 4`,
    noSeals,
    `delete from ledger_block where ${M} and height > 2`,
  ]

  test.each([
    ['a chain that was written anew verifies', [amount, noSeals, hashAll], 'ledger_block'],
    ['a chain that was cut short verifies', [...cut, hashAll], 'ledger_block'],
    [
      'an account that was renamed verifies',
      [noSeals, set('ledger_account', `name = 'X'`, 'true')],
      'ledger_account',
    ],
  ])('%s, and with them it does not', async (_, steps, what) => {
    const [without, within] = await afterwards(steps, keysOnly, outside())
    expect(without).toMatchObject({ ok: true, sealed: null })
    expect(within?.firstWrong).toMatchObject({ what })
  })

  test('those in the database still show a rewritten chain while they are left there', async () => {
    const [said] = await afterwards([amount, hashAll], keysOnly)
    expect(said?.firstWrong).toMatchObject({ what: 'ledger_block', where: 'height 2' })
  })

  test('and without keys, seals of anybody are taken', async () => {
    const sealed: Step = async (tx, marketId) => {
      const seal = await makeSeal(tx, marketId, OTHER_KEY, new Date())
      if (seal !== null) await addSeal(tx, seal)
    }
    const steps = [amount, noSeals, hashAll, sealed]
    const [noKeys, withKeys] = await afterwards(steps, {}, keysOnly)
    expect(noKeys).toMatchObject({ ok: true, sealed: { height: 5n } })
    expect(withKeys?.firstWrong).toMatchObject({ what: 'ledger_seal', where: 'height 5' })
  })
})

describe('what the newest seal outside does not cover', () => {
  test('can be written anew or forged and still verifies, but is counted as unsealed', async () => {
    const rewritten = [set('ledger_transfer', 'amount_vnd = 1', 'seq = 8'), hashAll]
    expect(await afterwards(rewritten, outside())).toMatchObject([{ ok: true, unsealed: 2n }])
    expect(await afterwards([...forgeTail(), hashAll], outside())).toMatchObject([{ ok: true, unsealed: 3n }])
  })

  test('counts every txn while nothing is sealed, and none when the head is', async () => {
    const rows = (seals: readonly Seal[]) => verifyMarket(db.api, ledger.marketId, { ...outside(), seals })
    expect(await rows([])).toMatchObject({ ok: true, sealed: null, unsealed: 9n })
    expect(await rows(ledger.seals.slice(0, 1))).toMatchObject({
      ok: true,
      sealed: { height: 2n },
      unsealed: 5n,
    })
    const fresh = await aSealedLedger(db)
    const seals = [await sealNow(db.worker, fresh.marketId, KEY)]
    expect(await verifyMarket(db.api, fresh.marketId, { ...outside(), seals })).toMatchObject({
      unsealed: 0n,
    })
  })

  test('is all that a check from the newest seal looks at, and it says where it began', async () => {
    const { marketId, seals } = await aSealedLedger(db)
    await inMarket(db.owner, marketId, (tx) => tx.execute(amount))
    const short = await verifyMarket(db.api, marketId, { ...outside(), seals, from: 'seal' })
    expect(short).toMatchObject({ ok: true, fromHeight: 4n, blocks: 1, transfers: 3, unsealed: 2n })
    expect(await verifyMarket(db.api, marketId, { ...outside(), seals })).toMatchObject({ ok: false })
  })
})

describe('a seal outside', () => {
  test('holds where the database has lost its own: nothing is wrong, and nothing less is covered', async () => {
    const said = await afterwards([`delete from ledger_seal where ${M}`], outside())
    expect(said).toMatchObject([{ ok: true, sealed: { height: 4n, count: 2 }, unsealed: 2n }])
  })

  test('of another market is no seal of this one, also when it says that it is', async () => {
    const marketId = await aMarket(db.worker)
    expect(await verifyMarket(db.api, marketId, outside())).toMatchObject({ ok: true, sealed: null })
    const seals = another.seals.map((seal) => ({ ...seal, marketId: ledger.marketId }))
    const { firstWrong } = await verifyMarket(db.api, ledger.marketId, { ...outside(), seals })
    expect(firstWrong).toMatchObject({ what: 'ledger_seal', where: 'height 2' })
  })
})
