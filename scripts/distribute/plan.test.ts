import { describe, expect, it } from 'vitest'
import type { Catalogue, Citus, Routine, Table } from './catalogue.ts'
import { planDistribution } from './plan.ts'

const table = (name: string, more: Partial<Table> = {}): Table => ({
  schema: 'public',
  name,
  hasMarket: true,
  bytes: 0,
  ...more,
})
const routine = (name: string, more: Partial<Routine> = {}): Routine => ({
  signature: `public.${name}(text)`,
  name,
  isDefiner: true,
  takesMarket: true,
  isGeneric: false,
  callsSetConfig: false,
  ...more,
})
const catalogue = (more: Partial<Catalogue> = {}): Catalogue => ({
  tables: [table('market')],
  foreignKeys: [],
  functions: [],
  citus: null,
  ...more,
})
const citus = (tables: [string, string, number][], functions: [string, number | null][] = []): Citus => ({
  tables: new Map(tables.map(([name, method, group]) => [name, { method, group }])),
  functions: new Map(functions),
})
const namesOf = (given: Catalogue): string[] => planDistribution(given).steps.map(({ name }) => name)

describe('a table', () => {
  it('comes after every table that it refers to, whatever their names', () => {
    const tables = ['a', 'b', 'c', 'market'].map((name) => table(name))
    const foreignKeys = [
      { from: 'public.a', to: 'public.b' },
      { from: 'public.b', to: 'public.c' },
    ]
    expect(namesOf(catalogue({ tables, foreignKeys }))).toEqual(
      ['market', 'c', 'b', 'a'].map((name) => `distribute table public.${name}`),
    )
  })

  it('that nobody has decided about stops the plan', () => {
    const forgotten = catalogue({ tables: [table('market'), table('setting', { hasMarket: false })] })
    expect(() => planDistribution(forgotten)).toThrow(/Nobody has decided .* public\.setting/)
    const elsewhere = catalogue({ tables: [table('market'), table('sale', { schema: 'archive' })] })
    expect(() => planDistribution(elsewhere)).toThrow(/archive\.sale/)
  })

  it('that refers to one which stays stops the plan, either way round', () => {
    const tables = [table('market'), table('sale'), table('feed_lane')]
    for (const [from, to] of [
      ['public.sale', 'public.feed_lane'],
      ['public.feed_lane', 'public.sale'],
    ] as const) {
      const foreignKeys = [{ from, to }]
      expect(() => planDistribution(catalogue({ tables, foreignKeys }))).toThrow(`${from} → ${to}`)
    }
  })

  it('in a circle of foreign keys stops the plan', () => {
    const foreignKeys = [
      { from: 'public.a', to: 'public.b' },
      { from: 'public.b', to: 'public.a' },
    ]
    const tables = [table('market'), table('a'), table('b')]
    expect(() => planDistribution(catalogue({ tables, foreignKeys }))).toThrow(/circle: public\.a, public\.b/)
  })

  it('that is distributed in another way stops the plan', () => {
    const tables = [table('market'), table('sale')]
    for (const sale of [
      ['public.sale', 'h', 8],
      ['public.sale', 'n', 7],
    ] as const) {
      const known = citus([['public.market', 'h', 7], [...sale]])
      expect(() => planDistribution(catalogue({ tables, citus: known }))).toThrow(/public\.sale is known/)
    }
  })

  it('gives up its old rows only when all are distributed', () => {
    const tables = [table('market', { bytes: 8192 }), table('sale')]
    expect(namesOf(catalogue({ tables })).at(-1)).toBe(
      'drop what the coordinator still holds of public.market',
    )
  })

  it('of a database that was never migrated stops the plan', () => {
    expect(() => planDistribution(catalogue({ tables: [] }))).toThrow(/db:migrate/)
  })
})

describe('a function', () => {
  const market: [string, string, number][] = [['public.market', 'h', 7]]

  it('of the ledger runs beside its market if it can be called from outside, and is only copied if not', () => {
    const functions = [routine('ledger_post'), routine('ledger_write', { isDefiner: false })]
    expect(namesOf(catalogue({ functions })).slice(1)).toEqual([
      'run public.ledger_post(text) beside its market',
      'give public.ledger_write(text) to every node',
    ])
  })

  it('is done when every node has it, and a way into the ledger only when calls of it go to the market', () => {
    const functions = [routine('ledger_post'), routine('ledger_write', { isDefiner: false })]
    const copied = citus(market, [
      ['public.ledger_post(text)', null],
      ['public.ledger_write(text)', null],
    ])
    expect(namesOf(catalogue({ functions, citus: copied }))).toEqual([
      'run public.ledger_post(text) beside its market',
    ])
    const delegated = citus(market, [
      ['public.ledger_post(text)', 7],
      ['public.ledger_write(text)', null],
    ])
    expect(planDistribution(catalogue({ functions, citus: delegated }))).toMatchObject({ steps: [] })
  })

  it('of the ledger with another signature is another function', () => {
    const functions = [routine('ledger_post', { signature: 'public.ledger_post(text, jsonb)' })]
    const old = citus(market, [['public.ledger_post(text)', 7]])
    expect(namesOf(catalogue({ functions, citus: old }))).toEqual([
      'run public.ledger_post(text, jsonb) beside its market',
    ])
  })

  it('that enters a market by set_config is in the way', () => {
    const { blockers } = planDistribution(
      catalogue({ functions: [routine('intake_store', { callsSetConfig: true })] }),
    )
    expect(blockers).toEqual([expect.stringContaining('public.intake_store(text)')])
  })
})
