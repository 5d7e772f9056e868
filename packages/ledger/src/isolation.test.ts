import { inMarket, type Db } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { post } from './post.ts'
import {
  aMarket,
  anItem,
  codeOf,
  FORBIDDEN,
  ledgerDatabase,
  snapshotOf,
  type LedgerDatabase,
} from './testing.ts'

/**
 * No function of the ledger reaches into another market, whatever a session says of its own. The functions and their
 * arguments are read from the database: one that is added later is tried here too, or fails for want of an argument.
 */
type LedgerFunction = { name: string; args: { name: string; type: string }[]; isGuarded: boolean }

let db: LedgerDatabase
let ours: string
let theirs: string
let functions: LedgerFunction[]
let blockHash: string
beforeAll(async () => {
  db = await ledgerDatabase()
  ours = await aMarket(db.worker)
  theirs = await aMarket(db.worker)
  const cashSale = anItem({
    transfers: [{ book: 'stl_one', debit: 'stl_one:111', credit: 'stl_one:511', amountVnd: 20_000n }],
  })
  for (const marketId of [ours, theirs]) {
    await inMarket(db.worker, marketId, (tx) => post(tx, marketId, [cashSale], { as: 'worker' }))
  }
  const found = await db.admin.pool.query<LedgerFunction>(`
    select proname as name, prosecdef as "isGuarded", array(
      select json_build_object('name', a.name, 'type', format_type(a.type, null))
      from unnest(proargnames, coalesce(proallargtypes, proargtypes::oid[]), proargmodes) with ordinality
        as a (name, type, mode, at) where coalesce(a.mode, 'i') in ('i', 'b') order by a.at) as args
    from pg_proc where proname like 'ledger\\_%' and pronamespace = 'public'::regnamespace order by 1`)
  functions = found.rows
  const block = await db.admin.pool.query<{ hash: string }>(
    `select quote_literal(hash) as hash from ledger_block where market_id = $1`,
    [ours],
  )
  blockHash = block.rows[0]?.hash ?? ''
})
afterAll(async () => db.drop())

/** Arguments that are right in themselves, so that only the market can be what a call is refused for. */
const ARGUMENTS: Record<string, string | (() => string)> = {
  'p_amount bigint[]': 'array[1]',
  'p_book text[]': `array['stl_one']`,
  'p_books_hash bytea': `sha256('')`,
  'p_business_day date': `'2000-01-01'`,
  'p_by text': `'usr_x'`,
  'p_code text[]': `array['new']`,
  'p_credit text[]': `array['stl_one:511']`,
  'p_day date': `'2026-11-20'`,
  'p_deaf_count integer': '0',
  'p_debit text[]': `array['stl_one:111']`,
  'p_difference_vnd bigint': '0',
  'p_gl_code text[]': `array['511']`,
  'p_hash bytea': () => blockHash,
  'p_hash bytea[]': `array[sha256('')]`,
  'p_height bigint': '1',
  'p_id text[]': `array['stl_one:new']`,
  'p_idem text': `'new'`,
  'p_idem text[]': `array['new']`,
  'p_item integer[]': 'array[1]',
  'p_keeps_side boolean[]': 'array[false]',
  'p_kept text[]': `array['stl_one:3388']`,
  'p_key_id text': `'0011223344556677'`,
  'p_kind text[]': `array['sale_cash']`,
  'p_last_seq bigint': '1',
  'p_name text[]': `array['X']`,
  'p_occurred timestamp with time zone': 'now()',
  'p_occurred timestamp with time zone[]': 'array[now()]',
  'p_office boolean': 'false',
  'p_reverses bigint[]': 'array[null]::bigint[]',
  'p_sealed_at timestamp with time zone': 'now()',
  'p_seq bigint': '1',
  'p_side text[]': `array['credit']`,
  'p_signature bytea': `decode(repeat('00', 64), 'hex')`,
  'p_source_hash bytea': 'null',
  'p_source_hash bytea[]': 'array[null]::bytea[]',
  'p_source_id text': `'x'`,
  'p_source_id text[]': `array['x']`,
  'p_source_kind text': `'x'`,
  'p_source_kind text[]': `array['x']`,
  'p_suspense_count integer': '0',
  'p_suspense_vnd bigint': '0',
  'p_text text': `'x'`,
  'p_used_hashes bytea[]': `'{}'`,
  'p_used_keys text[]': `'{}'`,
  'p_used_seqs bigint[]': `'{}'`,
  'p_why text[]': 'array[null]::text[]',
}

function callOf({ name, args }: LedgerFunction, marketId: string | null): string {
  const values = args.map((arg) => {
    if (arg.name === 'p_market') return marketId === null ? 'null' : `'${marketId}'`
    const value = ARGUMENTS[`${arg.name} ${arg.type}`]
    if (value === undefined)
      throw new Error(`${name} takes ${arg.name} ${arg.type}: say here what to give it`)
    return typeof value === 'string' ? value : value()
  })
  return `select ${name}(${args.map((arg, at) => `${arg.name} => ${values[at]}`).join(', ')})`
}

function functionCalled(name: string): LedgerFunction {
  const found = functions.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

const local = (market: string): string => `set local app.market_id = '${market}'`

/** How a session may stand, and the market that the call then names. */
const STATES: Record<string, () => { before: string[]; names: string | null }> = {
  'is in no market': () => ({ before: [], names: ours }),
  'is in the market that is no text': () => ({ before: [local('')], names: ours }),
  'is in the market that is no text, and names it': () => ({ before: [local('')], names: '' }),
  'is in another market': () => ({ before: [local(theirs)], names: ours }),
  'names no market': () => ({ before: [local(ours)], names: null }),
  'names no market and is in none': () => ({ before: [], names: null }),
  'is in ours but for a space': () => ({ before: [local(` ${ours}`)], names: ours }),
  'is in ours but for its case': () => ({ before: [local(ours.toUpperCase())], names: ours }),
  'was in ours, until SET LOCAL took it to another': () => ({
    before: [local(ours), local(theirs)],
    names: ours,
  }),
  'was in ours, until set_config took it to another': () => ({
    before: [local(ours), `select set_config('app.market_id', '${theirs}', true)`],
    names: ours,
  }),
  'was in ours, until RESET took it out': () => ({
    before: [local(ours), 'reset app.market_id'],
    names: ours,
  }),
  'was in ours, until its savepoint was rolled back': () => ({
    before: [local(theirs), 'savepoint s', local(ours), 'rollback to s'],
    names: ours,
  }),
  'is in ours as a session, but not as a transaction': () => ({
    before: [`set app.market_id = '${ours}'`, local(theirs)],
    names: ours,
  }),
  'posted in ours a statement before, and went on to another': () => ({
    before: [local(ours), callOf(functionCalled('ledger_post_office'), ours), local(theirs)],
    names: ours,
  }),
}

/** Runs statements in a transaction that is taken back, or kept as far as it gets; answers the SQLSTATE of the last. */
async function attempt(role: Db, statements: readonly string[], end = 'rollback'): Promise<string> {
  const client = await role.pool.connect()
  try {
    await client.query('begin')
    for (const statement of statements.slice(0, -1)) await client.query(statement)
    return await codeOf(client.query(statements.at(-1) ?? ''))
  } finally {
    await client.query(end)
    await client.query('reset app.market_id')
    client.release()
  }
}

async function everything(): Promise<string> {
  const parts = [ours, theirs].map((marketId) => inMarket(db.api, marketId, snapshotOf))
  return (await Promise.all(parts)).join('\n')
}

describe.each(Object.entries(STATES))('a session that %s', (_, state) => {
  test('is refused by every function that writes, whoever it is', async () => {
    const before = await everything()
    const { before: steps, names } = state()
    for (const one of functions.filter(({ isGuarded }) => isGuarded)) {
      for (const [role, pool] of Object.entries({ api: db.api, worker: db.worker, owner: db.owner })) {
        const code = await attempt(pool, [...steps, callOf(one, names)])
        expect([one.name, role, code]).toEqual([one.name, role, FORBIDDEN])
      }
    }
    expect(await everything()).toBe(before)
  })

  test('gets nowhere by the functions behind those, not even as their owner', async () => {
    const before = await everything()
    const { before: steps, names } = state()
    for (const one of functions.filter(({ isGuarded }) => !isGuarded)) {
      for (const role of [db.api, db.worker]) {
        const code = await attempt(role, [...steps, callOf(one, names)])
        expect([one.name, code]).toEqual([one.name, FORBIDDEN])
      }
      // What the owner gets done is kept, but for what it may do: post in the market that it is in.
      const calls = steps.filter((step) => !step.startsWith('select ledger_'))
      await attempt(db.owner, [...calls, callOf(one, names)], 'commit')
    }
    expect(await everything()).toBe(before)
  })
})

describe('a session inside its market', () => {
  test('is refused by no function that was granted to it', async () => {
    for (const [role, pool] of Object.entries({ tv_api: db.api, tv_worker: db.worker })) {
      const granted = await db.admin.pool.query<{ name: string }>(
        `select proname as name from pg_proc where proname like 'ledger\\_%' and has_function_privilege($1, oid, 'EXECUTE')`,
        [role],
      )
      expect(granted.rows.length).toBeGreaterThan(3)
      for (const { name } of granted.rows) {
        const code = await attempt(pool, [local(ours), callOf(functionCalled(name), ours)])
        expect([name, code]).toEqual([name, 'no error'])
      }
    }
  })

  test('can go on to another and write there: row security stops mistakes, not whoever chooses the market', async () => {
    const call = functionCalled('ledger_post_office')
    const both = [local(ours), callOf(call, ours), local(theirs), callOf(call, theirs)]
    expect(await attempt(db.worker, both, 'commit')).toBe('no error')
    for (const marketId of [ours, theirs]) {
      expect(await inMarket(db.api, marketId, snapshotOf)).toContain('(' + marketId + ',2,sale_cash,new,')
    }
  })
})
