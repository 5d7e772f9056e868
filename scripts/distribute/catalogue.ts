import type pg from 'pg'

/** A table of ours, wherever it lives. `bytes` is what lies on this node itself, not in shards. */
export type Table = { schema: string; name: string; hasMarket: boolean; bytes: number }

/** A foreign key between two different tables, both as `schema.name`. */
export type ForeignKey = { from: string; to: string }

/** A function of ours: its signature as Postgres writes it, and what decides where it runs. */
export type Routine = {
  signature: string
  name: string
  isDefiner: boolean
  /** It has an argument `p_market`. */
  takesMarket: boolean
  /** Its plans are made without looking at the arguments. */
  isGeneric: boolean
  /** It enters a market by calling `set_config`. */
  callsSetConfig: boolean
}

/** What Citus has been told so far. */
export type Citus = {
  /** Distributed tables by `schema.name`: how (`h` is by hash) and in which co-location group. */
  tables: Map<string, { method: string; group: number }>
  /** Functions that every node has, by signature: the group whose rows a call goes to, or null where it does not. */
  functions: Map<string, number | null>
}

/** Everything that the plan is made of, as the database says it, so that a new table needs no line of code. */
export type Catalogue = {
  tables: Table[]
  foreignKeys: ForeignKey[]
  functions: Routine[]
  /** Null where the extension is not installed in this database. */
  citus: Citus | null
}

/** What lies in the system's schemas, or belongs to an extension, is none of ours. */
const ours = (catalogue: 'pg_class' | 'pg_proc', alias: string): string => `
  n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and not exists (
    select from pg_depend e
    where e.classid = '${catalogue}'::regclass and e.objid = ${alias}.oid and e.deptype = 'e')`

/** Arguments by type alone, which is what tells one function from another of the same name. */
const SIGNATURE = `n.nspname || '.' || p.proname || '(' || array_to_string(array(
  select format_type(type, null) from unnest(p.proargtypes) with ordinality as a (type, position) order by position
), ', ') || ')'`

/** Reads the catalogue of a migrated database and no row of it, so any role that may log in can do it. */
export async function readCatalogue(client: pg.Client): Promise<Catalogue> {
  return {
    tables: await readTables(client),
    foreignKeys: await readForeignKeys(client),
    functions: await readFunctions(client),
    citus: await readCitus(client),
  }
}

async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select n.nspname as schema, c.relname as name, pg_relation_size(c.oid)::float8 as bytes, exists (
        select from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'market_id' and not a.attisdropped) as "hasMarket"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and ${ours('pg_class', 'c')}
    order by 1, 2`)
  return rows
}

async function readForeignKeys(client: pg.Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(`
    select distinct n.nspname || '.' || c.relname as from, m.nspname || '.' || d.relname as to
    from pg_constraint f
      join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class d on d.oid = f.confrelid join pg_namespace m on m.oid = d.relnamespace
    where f.contype = 'f' and f.conrelid <> f.confrelid and ${ours('pg_class', 'c')}
    order by 1, 2`)
  return rows
}

async function readFunctions(client: pg.Client): Promise<Routine[]> {
  const { rows } = await client.query<Routine>(`
    select ${SIGNATURE} as signature, p.proname as name, p.prosecdef as "isDefiner",
      coalesce('p_market' = any (p.proargnames), false) as "takesMarket",
      coalesce('plan_cache_mode=force_generic_plan' = any (p.proconfig), false) as "isGeneric",
      p.prosrc ~* 'set_config\\s*\\(\\s*''app\\.market_id''' as "callsSetConfig"
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and ${ours('pg_proc', 'p')}
    order by 1`)
  return rows
}

async function readCitus(client: pg.Client): Promise<Citus | null> {
  const { rowCount } = await client.query(`select from pg_extension where extname = 'citus'`)
  if (rowCount === 0) return null
  const tables = await client.query<{ name: string; method: string; group: number }>(`
    select n.nspname || '.' || c.relname as name, d.partmethod as method, d.colocationid as group
    from pg_dist_partition d join pg_class c on c.oid = d.logicalrelid join pg_namespace n on n.oid = c.relnamespace`)
  const functions = await client.query<{ signature: string; group: number | null }>(`
    select ${SIGNATURE} as signature,
      case when o.force_delegation and o.distribution_argument_index is not null then o.colocationid end as group
    from pg_dist_object o join pg_proc p on p.oid = o.objid join pg_namespace n on n.oid = p.pronamespace
    where o.classid = 'pg_proc'::regclass`)
  return {
    tables: new Map(tables.rows.map(({ name, method, group }) => [name, { method, group }])),
    functions: new Map(functions.rows.map(({ signature, group }) => [signature, group])),
  }
}
