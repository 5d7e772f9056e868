import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** Tables without row-level security, each with its reason and with all that a role of the service may do there. */
const OPEN_TABLES: Readonly<Record<string, { why: string; may: readonly string[] }>> = {
  directory: { why: 'asked before a market is known, by functions alone, one exact key at a time', may: [] },
  feed_lane: {
    why: 'one market out of all is claimed; a row is a market and two times',
    may: ['tv_api SELECT', 'tv_api UPDATE', 'tv_worker SELECT', 'tv_worker UPDATE'],
  },
  inbox_queue: {
    why: 'the oldest message of all markets is claimed; a row is two ids and a time',
    may: ['tv_worker DELETE', 'tv_worker INSERT', 'tv_worker SELECT', 'tv_worker UPDATE'],
  },
  person_market: {
    why: 'of which markets a person is, by functions alone, which answer for the holder of one session',
    may: [],
  },
  pull_queue: {
    why: 'the feed of all markets that is due is claimed; a row is two ids and a time',
    may: ['tv_worker DELETE', 'tv_worker SELECT', 'tv_worker UPDATE'],
  },
}

/** Functions that run as the owner before a market is known, each with its reason. */
const OPEN_FUNCTIONS: Readonly<Record<string, string>> = {
  directory_find: 'finds the market of one exact key, for a log-in, a webhook, a receipt or a stall’s page',
  intake_store: 'stores for several markets, each row where the directory says that its connection belongs',
}

/** What lies in the schemas of Postgres itself is none of ours. */
const OURS = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`

/** Comments, then BEGIN, then nothing before the market of the argument is held against the session's. */
const GUARD = `BEGIN\\s+(PERFORM\\s+(public\\.)?ledger_require_market\\(p_market\\);|IF\\s+p_market\\s+IS\\s+NULL\\s+OR\\s+p_market\\s+IS\\s+DISTINCT\\s+FROM\\s+nullif\\(current_setting\\(''app\\.market_id'',\\s+true\\),\\s+''''\\)\\s+THEN\\s+RAISE\\s+EXCEPTION)`

const GUARDED_SAMPLE =
  `if p_market is null or p_market is distinct from nullif(current_setting('app.market_id', true), '') then
  raise exception 'no' using errcode = '42501'; end if;`.replaceAll(
    /\b(if|is|null|or|distinct|from|then|raise|exception)\b/g,
    (word) => (word === 'null' ? 'NULL' : word.toUpperCase()),
  )

const POLICY = `create policy market on sample using (market_id = nullif(current_setting('app.market_id', true), ''))
  with check (market_id = nullif(current_setting('app.market_id', true), ''))`
const FORCED = `create table sample (market_id text primary key); alter table sample enable row level security;
  alter table sample force row level security; ${POLICY}`

const definer = (body: string, rest = 'set search_path = pg_catalog, public, pg_temp'): string =>
  `create function sample(p_market text) returns void language plpgsql security definer ${rest} as $f$ ${body} $f$;
   revoke all on function sample(text) from public`
const owned = (made: string): string => `${made}; alter function sample(text) owner to tv_owner`
const PASSING = `BEGIN ${GUARDED_SAMPLE} END`

/** What must hold of the whole database: each rule lists what breaks it, and is tried on what would. */
const RULES: Readonly<Record<string, { faults: string; bad: readonly string[] }>> = {
  'a table is forced under the policy of its market, or named with a reason': {
    faults: `select t.relname as fault from pg_class t join pg_namespace n on n.oid = t.relnamespace
      where ${OURS} and n.nspname <> 'drizzle' and t.relkind in ('r', 'p') and not t.relname = any ($1) and not (
        t.relrowsecurity and t.relforcerowsecurity and exists (
          select from pg_policy p where p.polrelid = t.oid and p.polname = 'market' and p.polcmd = '*' and p.polpermissive
            and pg_get_expr(p.polqual, t.oid) = '(market_id = NULLIF(current_setting(''app.market_id''::text, true), ''''::text))'
            and pg_get_expr(p.polqual, t.oid) = pg_get_expr(p.polwithcheck, t.oid)))`,
    bad: [
      'create table sample (id text primary key)',
      'create table sample (market_id text primary key)',
      `create table sample (market_id text primary key); alter table sample enable row level security; ${POLICY}`,
      `${FORCED}; drop policy market on sample; create policy market on sample using (true)`,
      `${FORCED}; alter table sample no force row level security`,
    ],
  },
  'no policy lets more in than the market’s': {
    faults: `select p.polrelid::regclass || '.' || p.polname as fault from pg_policy p
      where p.polpermissive and p.polname <> 'market'`,
    bad: [`${FORCED}; create policy anybody on sample for select using (true)`],
  },
  'an open table grants no more than is named': {
    faults: `select t.relname || ': ' || g.grantee::regrole || ' ' || g.privilege_type as fault
      from pg_class t cross join lateral aclexplode(t.relacl) g
      where t.relname = any ($1) and g.grantee <> t.relowner
        and not (t.relname || ': ' || g.grantee::regrole || ' ' || g.privilege_type) = any ($2)`,
    bad: [
      'create table sample (id text primary key); alter table directory rename to old; alter table sample rename to directory; grant select on directory to tv_api',
    ],
  },
  'nothing is granted to PUBLIC': {
    faults: `
      select t.relname || ' ' || g.privilege_type as fault from pg_class t join pg_namespace n on n.oid = t.relnamespace
        cross join lateral aclexplode(t.relacl) g where ${OURS} and g.grantee = 0
      union all
      select a.attrelid::regclass || '.' || a.attname from pg_attribute a join pg_class t on t.oid = a.attrelid
        join pg_namespace n on n.oid = t.relnamespace cross join lateral aclexplode(a.attacl) g where ${OURS} and g.grantee = 0
      union all
      select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g where ${OURS} and g.grantee = 0
          and not exists (select from pg_depend e where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
      union all
      select n.nspname || ' CREATE' from pg_namespace n cross join lateral aclexplode(n.nspacl) g
        where ${OURS} and g.grantee = 0 and g.privilege_type = 'CREATE'`,
    bad: [
      `${FORCED}; grant select on sample to public`,
      `${FORCED}; grant update (market_id) on sample to public`,
      'create function sample() returns int language sql as $f$ select 1 $f$',
      'create schema sample; grant create on schema sample to public',
    ],
  },
  'a function that runs as its owner pins its search path, belongs to tv_owner and first asks for its market':
    {
      faults: `select p.proname || case
        when not coalesce('search_path=pg_catalog, public, pg_temp' = any (p.proconfig), false) then ': search_path'
        when p.proowner <> 'tv_owner'::regrole then ': owner'
        when p.proisstrict then ': answers null arguments without a look'
        else ': market' end as fault
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where ${OURS} and p.prosecdef and (
        not coalesce('search_path=pg_catalog, public, pg_temp' = any (p.proconfig), false)
        or p.proowner <> 'tv_owner'::regrole or p.proisstrict
        or not (p.proname = any ($1) or regexp_replace(p.prosrc, '--[^\\n]*', '', 'g') ~ '${GUARD}'))`,
      bad: [
        owned(definer(PASSING, '')),
        owned(definer(PASSING, 'set search_path = public')),
        owned(definer(PASSING, 'strict set search_path = pg_catalog, public, pg_temp')),
        definer(PASSING),
        owned(definer('BEGIN PERFORM 1; END')),
        owned(definer(`BEGIN PERFORM 1; ${GUARDED_SAMPLE} END`)),
      ],
    },
  'no role of the service passes by the policies, or becomes another': {
    faults: `
      select rolname::text as fault from pg_roles
        where rolname ~ '^(tv_|sample)' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
      union all
      select m.member::regrole || ' is ' || m.roleid::regrole from pg_auth_members m where m.member::regrole::text ~ '^(tv_|sample)'`,
    bad: [
      'create role sample bypassrls',
      'create role sample superuser',
      'create role sample; grant tv_owner to sample',
    ],
  },
  'a view reads as whoever asks, and none keeps rows of its own': {
    faults: `select t.relname::text as fault from pg_class t join pg_namespace n on n.oid = t.relnamespace
      where ${OURS} and (t.relkind = 'm' or (t.relkind = 'v' and not coalesce('security_invoker=true' = any (t.reloptions), false)))`,
    bad: [
      'create view sample as select market_id from market',
      'create materialized view sample as select market_id from market',
    ],
  },
}

let database: TestDatabase
let client: pg.Client
beforeAll(async () => {
  database = await testDatabase()
  client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

async function faultsOf(rule: string): Promise<string[]> {
  const tables = Object.keys(OPEN_TABLES)
  const grants = Object.entries(OPEN_TABLES).flatMap(([table, { may }]) =>
    may.map((one) => `${table}: ${one}`),
  )
  const given = [rule.includes('prosecdef') ? Object.keys(OPEN_FUNCTIONS) : tables, grants]
  const { rows } = await client.query<{ fault: string }>(
    rule,
    given.slice(0, rule.includes('$2') ? 2 : rule.includes('$1') ? 1 : 0),
  )
  return rows.map(({ fault }) => fault).toSorted()
}

describe.each(Object.entries(RULES))('%s', (_, { faults, bad }) => {
  it('holds everywhere', async () => {
    expect(await faultsOf(faults)).toEqual([])
  })

  it.each(bad)('which would be noticed: %s', async (sample) => {
    await client.query(`begin; ${sample}`)
    const found = await faultsOf(faults)
    await client.query('rollback')
    expect(found).toEqual([expect.stringMatching(/sample|directory/)])
  })
})

it('a function as it should be is no fault', async () => {
  await client.query(`begin; ${owned(definer(PASSING))}`)
  const found: string[] = []
  for (const { faults } of Object.values(RULES)) found.push(...(await faultsOf(faults)))
  await client.query('rollback')
  expect(found).toEqual([])
})

it('an open table or function that is named is there', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' union all select proname from pg_proc where prosecdef`,
  )
  const there = new Set(rows.map(({ name }) => name))
  expect(
    [...Object.keys(OPEN_TABLES), ...Object.keys(OPEN_FUNCTIONS)].filter((one) => !there.has(one)),
  ).toEqual([])
})
