import type { Catalogue, Citus, ForeignKey, Routine, Table } from './catalogue.ts'

/** One statement, and what it does in words. */
export type Step = { name: string; sql: string }

export type Plan = {
  steps: Step[]
  done: string[]
  /** What stays as it is on a single server, and why. */
  kept: { name: string; why: string }[]
  /** What would no longer work afterwards: the steps are not to be carried out while there is any. */
  blockers: string[]
}

/** Every market's own row. The shards of this table decide where all the other rows of a market lie. */
const ANCHOR = 'public.market'

/** Markets are spread over so many shards. It bounds how many nodes can ever be used, and is Citus's usual number. */
const SHARDS = 32

/**
 * The tables that do not go by market, each with its reason; a name without a dot is a whole schema. Whoever adds a
 * table without `market_id` decides here. None of them is a reference table: each write to one of those goes to all the
 * nodes and waits for the slowest, and no other node ever asks for these.
 */
const KEPT_TABLES: Record<string, string> = {
  'public.directory':
    'asked before any market is known, hence at the coordinator, and written beside each payment of a charge',
  'public.person_market':
    'says which markets one person works in, hence belongs to none of them; beside the directory it is asked with',
  'public.feed_lane':
    'the worker takes one market out of all with FOR UPDATE SKIP LOCKED, which no statement over several shards may do',
  'public.inbox_queue':
    'looked through for all markets at once together with feed_lane; it is empty most of the time',
  'public.pull_queue':
    'looked through for all markets at once, like inbox_queue; it has a row for each feed we ask',
  drizzle: 'the journal of the migrations, which run at the coordinator',
  graphile_worker:
    'jobs belong to no market, and the NOTIFY that wakes their worker is heard on one node only',
}

/** Why a function that is not the ledger's stays where it is called. */
const KEPT_FUNCTIONS: Record<string, string> = {
  audit_append:
    'one entry of what a person did; each of its statements names the market and goes to its node',
  audit_erase: 'erases values now and then; its statements name the market and go to its node',
  directory_find: 'reads the directory, which stays',
  directory_add_receipts: 'writes the directory, which stays',
  directory_add_stalls: 'writes the directory, which stays',
  directory_add_connections: 'writes the directory, which stays',
  directory_add_enrolment: 'writes the directory, which stays',
  directory_set_login: 'writes the directory, which stays',
  person_invite: 'writes beside the directory, which stays',
  person_end: 'writes beside the directory, which stays',
  person_markets: 'reads the directory, which stays',
  person_answer: 'writes beside the directory, which stays',
  inbox_requeue: 'writes the queue, which stays',
  inbox_retrying: 'reads the queue, which stays',
  pull_schedule: 'writes the queue, which stays',
  person_erase: 'writes the directory, which stays',
  intake_store: 'writes for several markets, and the queue, which stays',
}

/**
 * Plans the way from any state to a database distributed by market: the statements that are left, in the order in which
 * they must run. Throws one sentence where the catalogue holds what nobody has decided about, or what was distributed in
 * another way.
 */
export function planDistribution({ tables, foreignKeys, functions, citus }: Catalogue): Plan {
  const tenants = tables.filter(isTenant)
  refuseUndecided(tenants, foreignKeys)
  const group = citus?.tables.get(ANCHOR)?.group
  const ordered = inOrder(tenants, foreignKeys)
  const steps: Step[] = []
  const done: string[] = []
  for (const table of ordered) {
    if (isDistributed(table, citus, group)) done.push(`table ${nameOf(table)}`)
    else steps.push(distributeTable(nameOf(table)))
  }
  for (const routine of functions.filter(isLedger)) {
    const known = citus?.functions.get(routine.signature)
    if (known !== undefined && (!isDelegated(routine) || known === group))
      done.push(`function ${routine.signature}`)
    else steps.push(isDelegated(routine) ? delegateFunction(routine) : copyFunction(routine))
  }
  // After the function is on every node, since only then the change of it goes there as well.
  steps.push(...functions.filter((one) => isLedger(one) && one.isGeneric).map(planEachCall))
  // Last: until every table that refers to another is distributed, the old rows hold each other.
  steps.push(...ordered.filter(({ bytes }) => bytes > 0).map((table) => dropOldRows(nameOf(table))))
  return { steps, done, kept: keptOf(tables, functions), blockers: functions.flatMap(blockersOf) }
}

export const nameOf = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string => `${schema}.${name}`

/** True for a table whose rows each belong to one market: every table that is not kept for a reason. */
export function isTenant(table: Pick<Table, 'schema' | 'name'>): boolean {
  return KEPT_TABLES[nameOf(table)] === undefined && KEPT_TABLES[table.schema] === undefined
}

const isLedger = ({ name }: Routine): boolean => name.startsWith('ledger_')

/** The ways into the ledger run whole on the node that holds the market; what they call in turn runs there with them. */
const isDelegated = ({ isDefiner, takesMarket }: Routine): boolean => isDefiner && takesMarket

function keptOf(tables: readonly Table[], functions: readonly Routine[]): Plan['kept'] {
  const kept = tables.flatMap((table) => {
    const whole = KEPT_TABLES[table.schema]
    if (whole !== undefined) return [{ name: `schema ${table.schema}`, why: whole }]
    const why = KEPT_TABLES[nameOf(table)]
    return why === undefined ? [] : [{ name: `table ${nameOf(table)}`, why }]
  })
  const stay = functions
    .filter((one) => !isLedger(one))
    .map(({ signature, name }) => ({
      name: `function ${signature}`,
      why: KEPT_FUNCTIONS[name] ?? 'runs where it is called',
    }))
  return [...new Map([...kept, ...stay].map((one) => [one.name, one])).values()]
}

/** Tried on Citus 13.2: a setting made by `set_config` stays on its node, and the rows elsewhere are refused. */
function blockersOf({ signature, callsSetConfig }: Routine): string[] {
  if (!callsSetConfig) return []
  return [`${signature} enters a market by set_config, which other nodes do not hear: it must say SET LOCAL.`]
}

function refuseUndecided(tenants: readonly Table[], foreignKeys: readonly ForeignKey[]): void {
  if (!tenants.some((table) => nameOf(table) === ANCHOR))
    throw new Error(`There is no table ${ANCHOR} here: run npm run db:migrate first.`)
  const undecided = tenants.filter(({ hasMarket, schema }) => !hasMarket || schema !== 'public').map(nameOf)
  if (undecided.length > 0) {
    throw new Error(
      `Nobody has decided where these tables live: ${undecided.join(', ')}. Each needs a market_id, or a reason to stay in scripts/distribute/plan.ts.`,
    )
  }
  const names = new Set(tenants.map(nameOf))
  const across = foreignKeys.filter(({ from, to }) => names.has(from) !== names.has(to))
  if (across.length > 0) {
    const list = across.map(({ from, to }) => `${from} → ${to}`).join(', ')
    throw new Error(`A foreign key cannot join a market's rows and a table that stays: ${list}.`)
  }
}

/** Referenced tables before those that refer to them, since Citus refuses the other order; otherwise by name. */
function inOrder(tenants: readonly Table[], foreignKeys: readonly ForeignKey[]): Table[] {
  const ordered: Table[] = []
  const placed = new Set<string>()
  const isFree = (table: Table): boolean =>
    !placed.has(nameOf(table)) &&
    foreignKeys.every(({ from, to }) => from !== nameOf(table) || placed.has(to))
  // The others are laid beside the anchor, so it comes first and may refer to nothing.
  let free = tenants.filter((table) => nameOf(table) === ANCHOR && isFree(table))
  while (free.length > 0) {
    ordered.push(...free)
    for (const table of free) placed.add(nameOf(table))
    free = tenants.filter(isFree)
  }
  const stuck = tenants.map(nameOf).filter((name) => !placed.has(name))
  if (stuck.length > 0)
    throw new Error(`The foreign keys of these tables go in a circle: ${stuck.join(', ')}.`)
  return ordered
}

function isDistributed(table: Table, citus: Citus | null, group: number | undefined): boolean {
  const known = citus?.tables.get(nameOf(table))
  if (known === undefined) return false
  if (known.method !== 'h' || known.group !== group) {
    throw new Error(
      `${nameOf(table)} is known to Citus already, but not beside ${ANCHOR}: undo that first (undistribute_table).`,
    )
  }
  return true
}

function distributeTable(name: string): Step {
  const place =
    name === ANCHOR
      ? `colocate_with => 'none', shard_count => ${SHARDS}`
      : `colocate_with => ${literal(ANCHOR)}`
  return {
    name: `distribute table ${name}`,
    sql: `SELECT create_distributed_table(${literal(name)}, 'market_id', ${place})`,
  }
}

function delegateFunction({ signature }: Routine): Step {
  const place = `colocate_with => ${literal(ANCHOR)}, force_delegation => true`
  return {
    name: `run ${signature} beside its market`,
    sql: `SELECT create_distributed_function(${literal(signature)}, 'p_market', ${place})`,
  }
}

function copyFunction({ signature }: Routine): Step {
  return {
    name: `give ${signature} to every node`,
    sql: `SELECT create_distributed_function(${literal(signature)})`,
  }
}

/** Citus plans a statement by the market it is about, which a generic plan does not know (tried: it is refused). */
function planEachCall({ signature }: Routine): Step {
  return {
    name: `let ${signature} plan for its market`,
    sql: `ALTER FUNCTION ${signature} RESET plan_cache_mode`,
  }
}

function dropOldRows(name: string): Step {
  return {
    name: `drop what the coordinator still holds of ${name}`,
    sql: `SELECT truncate_local_data_after_distributing_table(${literal(name)})`,
  }
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
