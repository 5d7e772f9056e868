import { REPORTS } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { closeDay } from '@tienve/ledger'
import fc from 'fast-check'
import { expect } from 'vitest'
import { createCashSale } from '../cash/service.ts'
import { nameOf } from '../http/testing.ts'
import { LEAST_STALLS } from '../reports/rules.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { addressesOf, BOARD, queriesOf, read, routesOf } from './testing-walk.ts'

/**
 * An accountant who calls all that she may call and adds and subtracts what she sees. Every sale is a power of two, so
 * that each figure says by itself which sales are in it; what can be made of all figures together is then their row space,
 * and nothing in it may be about one to four unnamed stalls.
 */
export const DAYS = ['2026-11-22', '2026-11-23', '2026-11-24'] as const
const UNNAMED = 8
const NAMED = 2
const COLUMNS = UNNAMED * DAYS.length * 2
const NO_SEEN = { suspenseCount: 0, suspenseVnd: 0n, differenceVnd: 0n, deafCount: 0 }

type Sale = { stall: number; day: number; way: 'bank' | 'cash'; isLate: boolean }
/** Cash first, since a sale in cash may not be as large as what a bank may tell of. */
const columnOf = ({ stall, day, way }: Sale): number =>
  (way === 'cash' ? 0 : UNNAMED * DAYS.length) + day * UNNAMED + stall

/** Days around the rule's edge are likely: who of the eight sells at all, in which ways, and whose bank is late. */
export const market = fc
  .tuple(
    fc.array(fc.record({ sellers: fc.constantFrom(3, 4, 5, 5, 6, 8), turn: fc.nat(7), cash: fc.nat(6) }), {
      minLength: DAYS.length,
      maxLength: DAYS.length,
    }),
    fc.option(fc.record({ stall: fc.nat(UNNAMED - 1), day: fc.nat(1) }), { freq: 1 }),
  )
  .map(([days, late]) =>
    days.flatMap(({ sellers, turn, cash }, day) =>
      Array.from({ length: sellers }, (_, at): Sale[] => {
        const stall = (at + turn) % UNNAMED
        const isLate = late !== null && late.stall === stall && late.day === day
        const byBank: Sale = { stall, day, way: 'bank', isLate }
        return at < cash ? [byBank, { stall, day, way: 'cash', isLate: false }] : [byBank]
      }).flat(),
    ),
  )

/** Lets the sales happen: each day's own, then its closing, and on the last day what banks told late. */
export async function trade(service: TestService, sales: readonly Sale[]): Promise<void> {
  const stalls = service.markets[0]?.stalls.filter(({ heard }) => heard) ?? []
  const unnamed = stalls.filter(({ consents }) => !consents)
  // Of several zones, so that there is something to merge.
  const zones = [...new Set(unnamed.map(({ zoneId }) => zoneId))].slice(0, 3)
  const chosen = zones
    .flatMap((zone, at) => unnamed.filter(({ zoneId }) => zoneId === zone).slice(0, [5, 2, 1][at]))
    .slice(0, UNNAMED)
  expect(chosen.length).toBe(UNNAMED)
  const named = stalls.filter(({ consents }) => consents).slice(0, NAMED)
  const marketId = service.markets[0]?.id ?? ''
  let posted = 0
  const tell = async (account: string, column: number, at: Date): Promise<void> => {
    posted += 1
    await service.tell({ id: posted, account, amountVnd: 2n ** BigInt(column), memo: '', at })
  }
  const settled = () =>
    until(async () => {
      const { rows } = await inMarket(service.ctx.db, marketId, (tx) =>
        tx.execute<{ seq: bigint }>('select last_seq as seq from ledger_head'),
      )
      return rows[0]?.seq === BigInt(posted)
    }, 'the sales in the books')
  const make = async (sale: Sale): Promise<void> => {
    const stall = chosen[sale.stall]
    if (stall === undefined) throw new Error('no such stall')
    const column = columnOf(sale)
    if (sale.way === 'bank') return tell(stall.account, column, noonOf(sale.day))
    posted += 1
    const actor = { marketId, userId: 'usr_test', role: 'stallholder' as const, stallId: stall.id }
    await inMarket(service.ctx.db, marketId, (tx) =>
      createCashSale(service.ctx, tx, actor, stall.id, { amountVnd: 2 ** column }),
    )
  }
  for (const day of DAYS.keys()) {
    service.setNow(noonOf(day))
    for (const sale of sales) if (sale.day === day && !sale.isLate) await make(sale)
    for (const [at, stall] of named.entries())
      if (day === at + 1) await tell(stall.account, COLUMNS + at, noonOf(day))
    await settled()
    if (day === DAYS.length - 1) continue
    await inMarket(service.workerDb, marketId, (tx) =>
      closeDay(tx, marketId, DAYS[day] ?? '', { by: 'usr_test', seen: NO_SEEN }),
    )
  }
  for (const sale of sales) if (sale.isLate) await make(sale)
  await settled()
}

const noonOf = (day: number): Date => new Date(`${DAYS[day]}T05:00:00Z`)

/** Every figure that the accountant can see, whatever it is called. */
export async function lookAtEverything(service: TestService, session: Session): Promise<number[]> {
  const base = `/v1/markets/${session.marketId}`
  const spans = DAYS.flatMap((from, at) => DAYS.slice(at).map((to) => `from=${from}&to=${to}`))
  const paths = [
    'overview',
    'suspense',
    'ledger/accounts',
    'ledger/trial-balance',
    'ledger/days',
    ...DAYS.flatMap((day) => [
      `sales?day=${day}`,
      `reconciliation?day=${day}`,
      `ledger/trial-balance?day=${day}`,
      `ledger/days/${day}/check`,
    ]),
    ...spans.flatMap((span) => [
      `sales?${span}`,
      `ledger/trial-balance?${span}`,
      `ledger/roll-up?by=zone&${span}`,
      `ledger/roll-up?by=book&${span}`,
    ]),
  ]
  const see = async (path: string) => {
    const { status, body } = await service.call(path.startsWith('/') ? path : `${base}/${path}`, { session })
    expect([path, status]).toEqual([path, 200])
    return body
  }
  const figures: number[] = []
  for (const path of paths) figures.push(...figuresIn(await see(path)))
  for (const span of spans) figures.push(...figuresInFile(await see(`sales.csv?${span}`)))
  const file: string = await see('ledger/export')
  figures.push(...[...file.matchAll(/"(?:amount|debit|credit)Vnd":"(\d+)"/g)].map(([, vnd]) => Number(vnd)))
  const journal: Row[] = (await see('ledger/transfers?limit=200')).items
  for (const kind of ['sale_bank', 'sale_cash'])
    expect((await see(`ledger/transfers?limit=200&kind=${kind}`)).items).toEqual(
      journal.filter((row) => row.kind === kind),
    )
  // Rows of an open day say nothing of whose they are: what is known of them is what they come to.
  const isNobodys = ({ book, sourceKind }: Row): boolean => book === 'stalls' && sourceKind !== 'stalls'
  const groups = Map.groupBy(journal.filter(isNobodys), ({ kind, businessDay }) => `${kind} ${businessDay}`)
  for (const rows of groups.values()) figures.push(rows.reduce((sum, { amountVnd }) => sum + amountVnd, 0))
  figures.push(...journal.filter((row) => !isNobodys(row)).map(({ amountVnd }) => amountVnd))
  return [...new Set(figures)].filter((figure) => figure !== 0)
}

type Row = { book: string; sourceKind: string; kind: string; businessDay: string; amountVnd: number }

function figuresIn(value: unknown, name = ''): number[] {
  if (typeof value === 'number') return name.endsWith('Vnd') ? [Math.abs(value)] : []
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, one]) => figuresIn(one, Array.isArray(value) ? name : key))
}

/** Bank, cash and total stand before the last column of a sales file. */
function figuresInFile(csv: string): number[] {
  return csv
    .trim()
    .split('\r\n')
    .slice(1)
    .flatMap((line) => line.split(',').slice(-4, -1).map(Number))
}

/** Which unnamed sales are in a figure; the named ones are known, so they can be taken out of every sum. */
export function rowOf(figure: number): number[] {
  expect(figure).toBeLessThan(2 ** (COLUMNS + NAMED))
  return Array.from({ length: COLUMNS }, (_, column) => Number((BigInt(figure) >> BigInt(column)) & 1n))
}

/** Small enough that a product of two is exact; a rank modulo a prime is never too large. */
const PRIME = 67_108_859

export function rankOf(rows: readonly (readonly number[])[]): number {
  let left = rows.map((row) => [...row])
  let rank = 0
  for (let column = 0; column < COLUMNS; column++) {
    const pivot = left.find((row) => row[column] !== 0 && row[column] !== undefined)
    if (pivot === undefined) continue
    rank += 1
    const unit = inverseOf(pivot[column] ?? 0)
    left = left
      .filter((row) => row !== pivot)
      .map((row) => {
        const times = ((row[column] ?? 0) * unit) % PRIME
        return times === 0
          ? row
          : row.map((value, at) => (value + PRIME - ((times * (pivot[at] ?? 0)) % PRIME)) % PRIME)
      })
  }
  return rank
}

function inverseOf(value: number): number {
  let [power, result] = [BigInt(value), 1n]
  for (let left = BigInt(PRIME - 2); left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * power) % BigInt(PRIME)
    power = (power * power) % BigInt(PRIME)
  }
  return Number(result)
}

/** The sets of four unnamed stalls about which something can be worked out that is about nobody else. */
export function solvable(figures: readonly number[]): number[][] {
  const rows = figures.map(rowOf)
  const rank = rankOf(rows)
  return setsOf(LEAST_STALLS - 1).filter((set) => {
    const others = rows.map((row) => row.map((value, column) => (set.includes(column % UNNAMED) ? 0 : value)))
    return rankOf(others) < rank
  })
}

function setsOf(size: number, from = 0): number[][] {
  if (size === 0) return [[]]
  return Array.from({ length: Math.max(0, UNNAMED - from) }, (_, at) => from + at).flatMap((first) =>
    setsOf(size - 1, first + 1).map((rest) => [first, ...rest]),
  )
}

export async function attack(sales: readonly Sale[]): Promise<{ solved: number[][]; figures: number[] }> {
  const service = await startService()
  try {
    await trade(service, sales)
    const figures = await lookAtEverything(service, await service.logIn('accountant'))
    return { solved: solvable(figures), figures }
  } finally {
    await service.stop()
  }
}

export const sold = (day: number, stalls: readonly number[], more: Partial<Sale> = {}): Sale[] =>
  stalls.map((stall) => ({ stall, day, way: 'bank', isLate: false, ...more }))
export const ALL = [0, 1, 2, 3, 4, 5, 6, 7]

/** Sums of sales by bank begin here, and hardly anything else is as large. */
const LEAST_BANK = 2 ** (UNNAMED * DAYS.length)

/**
 * Every number as large as a sale by bank that any role of the board is shown by any address that only reads, by every day,
 * span, book and kind of file, and the addresses that answered. A new address is asked as soon as it is there.
 */
export async function numbersEverywhere(
  service: TestService,
): Promise<{ numbers: number[]; routes: string[] }> {
  const { body } = await service.call(`/v1/markets/${service.markets[0]?.id}/ledger/accounts`, {
    session: await service.logIn('accountant'),
  })
  const accounts: string[] = body.items.map(({ id }: { id: string }) => id)
  const stalls = service.markets[0]?.stalls ?? []
  const values: Record<string, readonly string[]> = {
    markets: service.markets.slice(0, 1).map(({ id }) => id),
    stalls: [
      stalls.find(({ consents }) => !consents)?.id ?? '',
      stalls.find(({ consents }) => consents)?.id ?? '',
    ],
    accountId: accounts.filter((id) => id.startsWith('stalls:')),
    day: DAYS,
    seq: ['1', '2', '9', '17'],
    page: ['1'],
    report: REPORTS,
  }
  const numbers = new Set<number>()
  const routes = new Set<string>()
  for (const role of BOARD) {
    const session = await service.logIn(role)
    // It is enough that one role has looked, since no role is shown more than another of what both may open. Reports on paper
    // are laid out from what their pages show.
    const left = routesOf(service, role).filter(
      (route) => !routes.has(nameOf(route)) && !route.url.endsWith(').pdf'),
    )
    for (const route of left)
      for (const address of addressesOf(route, (kind, name) => values[name] ?? values[kind] ?? []))
        for (const query of queriesOf(route, DAYS, ['stalls'])) {
          const answer = await read(service, `${address}?${new URLSearchParams(query)}`, session)
          if (answer === null) continue
          routes.add(nameOf(route))
          for (const number of answer.numbers)
            if (number >= LEAST_BANK && number < 2 ** (COLUMNS + NAMED)) numbers.add(number)
        }
  }
  return { numbers: [...numbers], routes: [...routes] }
}

/** What the rows of days that are not closed come to one by one, which the journal shows without whose they are. */
export async function openRows(service: TestService): Promise<number[]> {
  const session = await service.logIn('accountant')
  const { body } = await service.call(`/v1/markets/${session.marketId}/ledger/transfers?limit=200`, {
    session,
  })
  return body.items.map(({ amountVnd }: Row) => amountVnd)
}
