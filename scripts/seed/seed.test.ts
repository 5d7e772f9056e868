import { createDb, inMarket } from '@tienve/db'
import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import { boardAccounts, sealKeyOf, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finishRounds } from '../../services/payment/src/charges/jobs.ts'
import { proposeRound } from '../../services/payment/src/charges/rounds.ts'
import { lastDayOf } from '../../services/payment/src/days.ts'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import { findSubject } from '../../services/payment/src/origin/repository.ts'
import { seedDemo, topUpDemo, type SeedOptions } from './seed.ts'
import { openBooks, sidesOf, type Books, type Sums } from './testing.ts'

/** Sales by market and day. */
type Counts = Record<string, number>

let database: TestDatabase
let other: TestDatabase
let said: string[] = []

const optionsAt = (on: TestDatabase, time: string, days = 1): SeedOptions => ({
  ...on,
  masterKey: randomBytes(32),
  sealing: { key: sealKeyOf(randomBytes(32)), file: undefined },
  baseUrl: 'http://localhost:1',
  bankSimUrl: 'http://localhost:2',
  now: new Date(`${time}+07:00`),
  days,
  onProgress: (line) => said.push(line),
})

/** What is in the database; a transfer that a shopper made twice is one sale. */
async function countSales({ adminUrl }: TestDatabase): Promise<Counts> {
  const db = createDb(adminUrl, { max: 1 })
  const pages = await Promise.all(
    MARKETS.map(async ({ id, name }) => {
      const { rows } = await inMarket(db, id, (tx) =>
        tx.execute<{ day: string; count: number }>(sql`
          select day::text, count(*)::integer as count from (
            select day from payment where market_id = ${id} and purpose = 'sale' and verdict <> 'repeated'
            union all select day from cash_sale where market_id = ${id}) s
          group by day`),
      )
      return rows.map(({ day, count }) => [`${name}: ${day}`, count] as const)
    }),
  )
  await db.pool.end()
  return Object.fromEntries(pages.flat())
}

/** What the lines of the progress say, which are taken away with that. */
function takeTold(): Counts {
  const lines = said.splice(0).flatMap((line) => {
    const [, place, count] = /^(.*), (?:thêm )?(\d+) lần bán$/.exec(line) ?? []
    return place === undefined ? [] : [[place, Number(count)] as const]
  })
  return Object.fromEntries(lines)
}

function minus(after: Counts, before: Counts): Counts {
  const places = Object.keys(after).filter((place) => after[place] !== before[place])
  return Object.fromEntries(places.map((place) => [place, (after[place] ?? 0) - (before[place] ?? 0)]))
}

beforeAll(async () => {
  database = await testDatabase()
  other = await testDatabase()
})
afterAll(async () => {
  await database.drop()
  await other.drop()
})

it('says how many sales there are and how many a start adds, and a start that failed half-way leaves none out', async () => {
  const demo = await seedDemo(optionsAt(database, '2026-11-23T18:30:00'))
  const filled = await countSales(database)
  expect(takeTold()).toEqual(filled)

  const morning = await topUpDemo(optionsAt(database, '2026-11-24T05:40:00'), demo)
  const early = await countSales(database)
  expect(takeTold()).toEqual(minus(early, filled))
  expect(morning.stalls.map(({ memo }) => memo)).toEqual(demo.stalls.map(({ memo }) => memo))

  await hideTable(database, 'bank_transaction', async () => {
    await topUpDemo(optionsAt(database, '2026-11-24T06:00:00'), demo)
    expect(said.join('\n')).toContain(
      'The demo lacks something: a stored message could not be processed (relation "bank_transaction" does not exist).',
    )
  })
  said = []
  await topUpDemo(optionsAt(database, '2026-11-24T06:20:00'), demo)
  await topUpDemo(optionsAt(database, '2026-11-24T06:20:00'), demo)
  await seedDemo(optionsAt(other, '2026-11-24T06:20:00', 2))
  expect(await countSales(database)).toEqual(await countSales(other))
}, 120_000)

it('does not go on with a new demo when a single message could not be processed, and says why', async () => {
  const strict = await testDatabase()
  const admin = createDb(strict.adminUrl, { max: 1 })
  // What the first of the stray sums on the board's account comes to, and few charges if any.
  await admin.pool.query('alter table bank_transaction add constraint odd check (amount_vnd <> 90000)')
  await expect(seedDemo(optionsAt(strict, '2026-11-24T06:00:00'))).rejects.toThrow(
    'The demo lacks something: a stored message could not be processed (new row for relation "bank_transaction" violates check constraint "odd").',
  )
  await admin.pool.end()
  await strict.drop()
}, 120_000)

describe('the months that the demo billed', () => {
  const PERIODS = ['2026-08', '2026-09', '2026-10', '2026-11']
  const NOW = new Date('2026-11-24T06:20:00+07:00')
  const TODAY = '2026-11-24'
  const books = new Map<string, Books>()
  beforeAll(async () => {
    for (const { id } of MARKETS) books.set(id, await openBooks(other, id, NOW))
  })
  afterAll(async () => {
    for (const one of books.values()) await one.close()
  })

  it('were paid by bank and in cash, whole, in part, too much and not at all', async () => {
    for (const period of PERIODS) {
      const ways = await Promise.all([...books.values()].map(async ({ one }) => one(WAYS, [period])))
      for (const way of ['bank', 'cash', 'part', 'over', 'none'])
        expect(
          ways.some((of) => (of[way] ?? 0n) > 0n),
          `${period} ${way}`,
        ).toBe(true)
    }
  })

  it('come to the same đồng in lines, charges, rounds, the ledger and the report of the round', async () => {
    for (const { one, report } of books.values()) {
      for (const period of PERIODS) {
        const { total = 0n, lines, net, vat, passed, owed, ...posted } = await one(BILLED, [period])
        expect(total).toBeGreaterThan(0n)
        expect({ lines, ...posted }).toEqual({
          lines: total,
          posted_total: total,
          posted_net: net,
          posted_vat: vat,
          posted_passed: passed,
        })
        const { changedVnd = 0n, collectedVnd, ...told } = await report('round', 'round', { period })
        expect(told).toEqual({
          netVnd: net,
          vatVnd: vat,
          passThroughVnd: passed,
          totalVnd: total,
          owedVnd: owed,
        })
        expect(collectedVnd).toBe(total + changedVnd - (owed ?? 0n))
      }
    }
  })

  it('leave owed what 131 holds stall by stall, with money ahead, bank and cash apart from it', async () => {
    for (const { one, each, balances } of books.values()) {
      const held = await balances()
      const receivables = [...held].filter(
        ([id, vnd]) => id.startsWith(boardAccounts.receivable('')) && vnd !== 0n,
      )
      expect(new Map(receivables)).toEqual(await each(OWED_BY_STALL))
      const sums = await one(MONEY)
      expect(sidesOf(held)).toEqual({
        owed: sums['owed'],
        ahead: sums['ahead'],
        bank: sums['banked'],
        safe: sums['handed'],
        carried: (sums['cash'] ?? 0n) - (sums['expected'] ?? 0n),
        unplaced: sums['unplaced'],
      })
      expect(sums['settled']).toBe(
        (sums['paid'] ?? 0n) + (sums['collected'] ?? 0n) - (sums['credited'] ?? 0n),
      )
      expect(sums['unlike']).toBe(0n)
    }
  })

  it('age by the days since they were due, and are reported so; what came is reported as it came', async () => {
    const seen: Sums[] = []
    for (const { one, each, report } of books.values()) {
      const ages = { notDueVnd: 0n, to30Vnd: 0n, to60Vnd: 0n, to90Vnd: 0n, over90Vnd: 0n, owedVnd: 0n }
      for (const [dueOn, vnd] of await each(OWED_BY_DUE_DAY)) {
        const days = (Date.parse(TODAY) - Date.parse(dueOn)) / 86_400_000
        const age =
          days < 0
            ? 'notDueVnd'
            : days <= 30
              ? 'to30Vnd'
              : days <= 60
                ? 'to60Vnd'
                : days <= 90
                  ? 'to90Vnd'
                  : 'over90Vnd'
        ages[age] += vnd
        ages.owedVnd += vnd
      }
      seen.push(ages)
      expect(await report('ageing', 'ageing-zones', { asOf: TODAY })).toEqual(ages)
      expect(await report('ageing', 'ageing-stalls', { asOf: TODAY })).toEqual(ages)
      for (const period of PERIODS) {
        const { paid, cash, tickets } = await one(CAME, [period])
        expect(await report('bank-payers', 'bank-payers', { period })).toMatchObject({ paidVnd: paid })
        const span = { from: `${period}-01`, to: period === TODAY.slice(0, 7) ? TODAY : lastDayOf(period) }
        expect(await report('collectors', 'collectors', span)).toMatchObject({
          receiptsVnd: cash,
          ticketsVnd: tickets,
        })
      }
    }
    for (const age of ['notDueVnd', 'to30Vnd', 'to60Vnd', 'to90Vnd', 'over90Vnd'])
      expect(
        seen.some((of) => (of[age] ?? 0n) > 0n),
        age,
      ).toBe(age !== 'notDueVnd')
  })

  it('are posted for something that can be shown, whatever it was', async () => {
    const api = createDb(other.apiUrl, { max: 1 })
    const kinds = new Set<string>()
    for (const marketId of books.keys()) {
      const found = await inMarket(api, marketId, async (tx) => {
        const { rows } = await tx.execute<{ kind: string; id: string }>(sql`
          select distinct on (source_kind) source_kind as kind, source_id as id from ledger_txn order by source_kind, seq desc`)
        return Promise.all(
          rows.map(async ({ kind, id }) => [kind, await findSubject(tx, marketId, kind, id)] as const),
        )
      })
      expect(found.filter(([, subject]) => subject === null)).toEqual([])
      for (const [kind] of found) kinds.add(kind)
    }
    await api.pool.end()
    expect([...kinds].toSorted()).toEqual([
      'cash_sale',
      'charge',
      'charge_change',
      'collection',
      'day_ticket',
      'handover',
      'payment',
      'settlement',
      'suspense',
    ])
  })

  it('cannot be billed again, and going on with them changes nothing', async () => {
    const [api, worker] = [createDb(other.apiUrl, { max: 1 }), createDb(other.workerUrl, { max: 1 })]
    const now = (): Date => NOW
    for (const [marketId, { balances }] of books) {
      const before = await balances()
      const accountant = { marketId, userId: 'usr_anyone', role: 'accountant' as const, stallId: null }
      for (const period of PERIODS) {
        const again = inMarket(api, marketId, (tx) =>
          proposeRound({ now }, tx, accountant, { period, dueOn: `${period}-15` }),
        )
        await expect(again).rejects.toMatchObject({ code: 'round_already_issued' })
      }
      expect(await finishRounds(worker, marketId, now)).toBe(0)
      expect(await balances()).toEqual(before)
      expect(await verifyMarket(worker, marketId)).toMatchObject({ ok: true })
    }
    await Promise.all([api.pool.end(), worker.pool.end()])
  })
})

/** How many charges of a month were paid in each way. */
const WAYS = `
  with made as (select c.* from charge c join billing_round b on b.market_id = c.market_id and b.id = c.round_id
    where c.market_id = $1 and b.period = $2)
  select count(*) filter (where outstanding_vnd = 0 and exists (select from settlement s
      where s.market_id = made.market_id and s.charge_id = made.id and s.payment_id is not null)) as bank,
    count(*) filter (where outstanding_vnd = 0 and exists (select from settlement s
      where s.market_id = made.market_id and s.charge_id = made.id and s.collection_id is not null)) as cash,
    count(*) filter (where paid_vnd > 0 and outstanding_vnd > 0) as part,
    count(*) filter (where exists (select from settlement s join stall_credit k on k.market_id = s.market_id
      and k.source_id in (s.payment_id, s.collection_id)
      where s.market_id = made.market_id and s.charge_id = made.id)) as over,
    count(*) filter (where paid_vnd = 0 and outstanding_vnd > 0) as none
  from made`

/** What a month was billed, and what of it stands in the ledger under which account. */
const BILLED = `
  with made as (select c.* from charge c join billing_round b on b.market_id = c.market_id and b.id = c.round_id
    where c.market_id = $1 and b.period = $2),
  line as (select l.* from charge_line l where l.market_id = $1 and l.charge_id in (select id from made)),
  leg as (select t.* from ledger_txn x join ledger_transfer t on t.market_id = x.market_id and t.seq = x.seq
    where x.market_id = $1 and x.kind = 'charge_issued' and x.source_id in (select id from made)
      and t.debit_account like 'board:131.%')
  select (select sum(total_vnd) from made)::bigint as total, (select sum(outstanding_vnd) from made)::bigint as owed,
    (select sum(amount_vnd) from line)::bigint as lines,
    (select sum(net_vnd) from line where not pass_through)::bigint as net,
    (select sum(vat_vnd) from line)::bigint as vat,
    (select sum(net_vnd) from line where pass_through)::bigint as passed,
    (select sum(amount_vnd) from leg)::bigint as posted_total,
    (select sum(amount_vnd) from leg where credit_account = '${boardAccounts.revenue}')::bigint as posted_net,
    (select sum(amount_vnd) from leg where credit_account = '${boardAccounts.vat}')::bigint as posted_vat,
    (select sum(amount_vnd) from leg where credit_account = '${boardAccounts.utility}')::bigint as posted_passed`

const OWED_BY_STALL = `
  select '${boardAccounts.receivable('')}' || stall_id as id, sum(outstanding_vnd)::bigint as vnd
  from charge where market_id = $1 and outstanding_vnd > 0 group by stall_id`

const OWED_BY_DUE_DAY = `
  select due_on::text as id, sum(outstanding_vnd)::bigint as vnd from charge
  where market_id = $1 and outstanding_vnd > 0 group by due_on`

/** What is owed and where the board's money is, from the rows beside the ledger. */
const MONEY = `
  select (select sum(outstanding_vnd) from charge where market_id = $1)::bigint as owed,
    (select sum(amount_vnd - used_vnd) from stall_credit where market_id = $1)::bigint as ahead,
    (select sum(case direction when 'in' then amount_vnd else -amount_vnd end) from bank_transaction t
      join receiving_account a on a.market_id = t.market_id and a.id = t.account_id and a.stall_id is null
      where t.market_id = $1)::bigint as banked,
    (select sum(amount_vnd) from suspense where market_id = $1 and posted and resolved_at is null)::bigint as unplaced,
    (select sum(cashier_vnd) from handover where market_id = $1 and cashier_id is not null)::bigint as handed,
    (select sum(expected_vnd) from handover where market_id = $1 and cashier_id is not null)::bigint as expected,
    (select sum(amount_vnd) from collection where market_id = $1 and undone_at is null)::bigint
      + (select coalesce(sum(price_vnd), 0) from day_ticket where market_id = $1 and paid_by = 'cash')::bigint as cash,
    (select sum(amount_vnd) from collection where market_id = $1 and undone_at is null)::bigint as collected,
    (select sum(amount_vnd) from payment where market_id = $1 and purpose = 'charge')::bigint as paid,
    (select sum(amount_vnd) from stall_credit where market_id = $1 and source_kind <> 'change')::bigint as credited,
    (select sum(amount_vnd) from settlement where market_id = $1 and credit_id is null)::bigint as settled,
    (select count(*) from charge c where market_id = $1 and paid_vnd <> (select coalesce(sum(amount_vnd), 0)
      from settlement s where s.market_id = c.market_id and s.charge_id = c.id))::bigint as unlike`

/** What came in a month: by bank for charges, in cash, and for day tickets in cash. */
const CAME = `
  select (select coalesce(sum(amount_vnd), 0) from payment where market_id = $1 and purpose = 'charge' and to_char(day, 'YYYY-MM') = $2)::bigint as paid,
    (select coalesce(sum(amount_vnd), 0) from collection where market_id = $1 and to_char(day, 'YYYY-MM') = $2)::bigint as cash,
    (select coalesce(sum(price_vnd), 0) from day_ticket
      where market_id = $1 and paid_by = 'cash' and to_char(day, 'YYYY-MM') = $2)::bigint as tickets`

/** Runs something while a table cannot be found, as after a migration that went wrong. */
async function hideTable(
  { adminUrl }: TestDatabase,
  table: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const { pool } = createDb(adminUrl, { max: 1 })
  await pool.query(`alter table ${table} rename to hidden`)
  try {
    await work()
  } finally {
    await pool.query(`alter table hidden rename to ${table}`)
    await pool.end()
  }
}
