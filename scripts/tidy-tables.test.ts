import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCatalogue } from './distribute/catalogue.ts'
import { isTenant, nameOf } from './distribute/plan.ts'

/**
 * What every table of markets' rows must be like, asked of the migrated database itself: what row-level security and a
 * later distribution by market rest upon. Each rule lists what breaks it among the tables `$1`, and is tried on a sample.
 */
const RULES = {
  'has a market in every row': {
    faults: `
      select t.oid::regclass::text as fault from pg_class t
      where t.oid = any ($1::regclass[]) and not exists (
        select from pg_attribute a
        where a.attrelid = t.oid and a.attname = 'market_id' and a.atttypid = 'text'::regtype and a.attnotnull)`,
    bad: ['create table sample (market_id text, id text)', 'create table sample (market_id int primary key)'],
  },
  'is keyed by the market: the primary key, every unique constraint and every unique index': {
    faults: `
      select i.indexrelid::regclass::text as fault from pg_index i
      where i.indrelid = any ($1::regclass[]) and i.indisunique and not exists (
        select from pg_attribute a join unnest((i.indkey::smallint[])[0:i.indnkeyatts - 1]) as k (at) on k.at = a.attnum
        where a.attrelid = i.indrelid and a.attname = 'market_id')
      union all
      select t.oid::regclass || ' has no primary key' from pg_class t
      where t.oid = any ($1::regclass[]) and not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)`,
    bad: [
      'create table sample (market_id text not null, id text primary key)',
      'create table sample (market_id text primary key, code text unique)',
      'create table sample (market_id text primary key, code text); create unique index on sample (lower(code))',
      'create table sample (market_id text primary key, code text); create unique index on sample (code) include (market_id)',
      'create table sample (market_id text not null, id text)',
    ],
  },
  'refers by the market: every foreign key leads from market_id to market_id': {
    faults: `
      select f.conname as fault from pg_constraint f
      where f.contype = 'f' and f.conrelid = any ($1::regclass[]) and not exists (
        select from unnest(f.conkey, f.confkey) as k (here, there)
          join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.here
          join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.there
        where a.attname = 'market_id' and b.attname = 'market_id')`,
    bad: [
      'create table sample (market_id text primary key, kind text, key text, foreign key (kind, key) references directory)',
      `create table other (market_id text not null, id text not null, unique (id, market_id));
       create table sample (market_id text primary key, id text, foreign key (market_id, id) references other (id, market_id))`,
    ],
  },
  'counts for itself: no identity and no sequence, which other nodes do not share': {
    faults: `
      select a.attrelid::regclass || '.' || a.attname as fault
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = any ($1::regclass[]) and a.attnum > 0
        and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like '%nextval(%')`,
    bad: [
      'create table sample (market_id text primary key, number bigint generated always as identity)',
      'create table sample (market_id text primary key, number bigserial)',
    ],
  },
  'has no trigger: constraints and functions do the work': {
    faults: `
      select t.tgrelid::regclass || '.' || t.tgname as fault from pg_trigger t
      where t.tgrelid = any ($1::regclass[]) and not t.tgisinternal`,
    bad: [
      `create table sample (market_id text primary key);
       create trigger watch before update on sample for each row execute function suppress_redundant_updates_trigger()`,
    ],
  },
  'shows its rows inside their market only, to its owner too': {
    faults: `
      select t.oid::regclass::text as fault from pg_class t
      where t.oid = any ($1::regclass[]) and not (t.relrowsecurity and t.relforcerowsecurity and exists (
        select from pg_policy p
        where p.polrelid = t.oid and p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
          and pg_get_expr(p.polqual, p.polrelid) like '(market_id = NULLIF(current_setting(''app.market_id''%'
          and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
      ) and not exists (
        select from pg_policy p
        where p.polrelid = t.oid and p.polpermissive and p.polname <> 'market'))`,
    bad: [
      'create table sample (market_id text primary key)',
      `create table sample (market_id text primary key);
       alter table sample enable row level security;
       create policy market on sample using (market_id = nullif(current_setting('app.market_id', true), ''))
         with check (market_id = nullif(current_setting('app.market_id', true), ''))`,
      `create table sample (market_id text primary key);
       alter table sample enable row level security; alter table sample force row level security;
       create policy market on sample using (market_id = nullif(current_setting('app.market_id', true), ''))
         with check (market_id = nullif(current_setting('app.market_id', true), ''));
       create policy anybody on sample using (true)`,
    ],
  },
} as const

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
  const tables = (await readCatalogue(client)).tables.filter(isTenant).map(nameOf)
  expect(tables.length).toBeGreaterThan(35)
  const { rows } = await client.query<{ fault: string }>(rule, [tables])
  return rows.map(({ fault }) => fault).toSorted()
}

describe.each(Object.entries(RULES))('a table of markets’ rows %s', (_, { faults, bad }) => {
  it('everywhere', async () => {
    expect(await faultsOf(faults)).toEqual([])
  })

  it.each(bad)('which would be noticed: %s', async (sample) => {
    await client.query(`begin; ${sample}`)
    const found = await faultsOf(faults)
    await client.query('rollback')
    expect(found).toEqual([expect.stringContaining('sample')])
  })
})
