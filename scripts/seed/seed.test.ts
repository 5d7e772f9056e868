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
import * as rowsOf from './statements.ts'
import {
  byColumn,
  countSales,
  countsOf,
  hideTable,
  hundredthsOf,
  moneyOf,
  openBooks,
  requireShown,
  sidesOf,
  worded,
  type Books,
  type Counts,
  type Sums,
} from './testing.ts'

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
}, 300_000)

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
}, 300_000)

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
      const ways = await Promise.all([...books.values()].map(async ({ one }) => one(rowsOf.WAYS, [period])))
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
        const { total = 0n, lines, net, vat, passed, owed, ...posted } = await one(rowsOf.BILLED, [period])
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
      expect(new Map(receivables)).toEqual(await each(rowsOf.OWED_BY_STALL))
      const sums = await one(rowsOf.MONEY)
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
      for (const [dueOn, vnd] of await each(rowsOf.OWED_BY_DUE_DAY)) {
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
        const { paid, cash, tickets } = await one(rowsOf.CAME, [period])
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

  it('fill the cash book till by till and day by day, from receipts, tickets and hand-overs', async () => {
    for (const { rows, tables } of books.values()) {
      const held = new Map<string, bigint>()
      const byDay = Map.groupBy(await rows(rowsOf.CASH_BY_DAY), ([key]) => key.split(' ')[1] ?? '')
      expect(byDay.size).toBeGreaterThan(0)
      for (const day of [...byDay.keys()].toSorted()) {
        const book = await tables('cash-book', { day })
        for (const [key, { came = 0n, went = 0n }] of byDay.get(day) ?? []) {
          const till = key.split(' ')[0] ?? ''
          const opening = held.get(till) ?? 0n
          held.set(till, opening + came - went)
          const page = requireShown(book, till)
          expect(moneyOf(page, page.total ?? {}), key).toEqual({ in: came, out: went, held: held.get(till) })
          let running = opening
          for (const [at, row] of page.rows.entries()) {
            const moved = moneyOf(page, row)
            if (at > 0) running += (moved['in'] ?? 0n) - (moved['out'] ?? 0n)
            expect(moved['held'], `${key} ${at}`).toBe(running)
          }
          expect(running).toBe(held.get(till))
        }
        const others = [...book].filter(
          ([till]) => !(byDay.get(day) ?? []).some(([key]) => key.startsWith(`${till} `)),
        )
        for (const [till, page] of others) {
          expect(moneyOf(page, page.total ?? {}), till).toEqual({
            in: 0n,
            out: 0n,
            held: held.get(till) ?? 0n,
          })
        }
      }
    }
  })

  it('are reported zone by zone and service by service, and who paid them by bank stall by stall', async () => {
    for (const { rows, tables } of books.values()) {
      for (const period of PERIODS) {
        const zones = await rows(rowsOf.BILLED_BY_ZONE, [period])
        expect(zones.size).toBeGreaterThan(0)
        const ward = await tables('ward-month', { period })
        const round = requireShown(ward, 'round-zones')
        const billed = { net: 'netVnd', vat: 'vatVnd', passed: 'passThroughVnd', total: 'totalVnd' }
        const after = { changed: 'changedVnd', settled: 'collectedVnd', owed: 'owedVnd' }
        expect(byColumn(round, ['zone'], { ...billed, ...after })).toEqual(zones)

        const services = requireShown(await tables('round', { period }), 'round')
        expect(
          byColumn(services, ['zone', 'service'], { charges: 'charges', total: 'totalVnd', vat: 'vatVnd' }),
        ).toEqual(worded(await rows(rowsOf.BILLED_BY_SERVICE, [period])))

        const payers = requireShown(await tables('bank-payers', { period }), 'bank-payers')
        const sent = await rows(rowsOf.SENT_BY_STALL, [period])
        expect(byColumn(payers, ['stall'], { paid: 'paidVnd', payments: 'payments' })).toEqual(sent)
        expect(countsOf(ward)[0]).toBe(BigInt(sent.size))
      }
    }
  })

  it('show what share came without cash, with both sides of the division', async () => {
    const period = PERIODS.at(-1) ?? ''
    for (const { one, tables } of books.values()) {
      const all: Sums[] = []
      const cashless = requireShown(await tables('cashless', { period }), 'cashless')
      const told = new Map(cashless.rows.map((row) => [row['period'], row]))
      for (const month of PERIODS) {
        const {
          charge_bank = 0n,
          charge_cash = 0n,
          ticket_bank = 0n,
          ticket_cash = 0n,
        } = await one(rowsOf.TAKEN, [month])
        const bank = charge_bank + ticket_bank
        const whole = bank + charge_cash + ticket_cash
        expect(whole).toBeGreaterThan(0n)
        const row = told.get(month.split('-').toReversed().join('/')) ?? {}
        expect(moneyOf(cashless, row)).toEqual({
          chargeBankVnd: charge_bank,
          chargeCashVnd: charge_cash,
          ticketBankVnd: ticket_bank,
          ticketCashVnd: ticket_cash,
          bankVnd: bank,
          allVnd: whole,
        })
        const share = (Math.round((1000 * Number(bank)) / Number(whole)) / 10).toFixed(1)
        expect(row['share']).toBe(`${share.replace('.', ',')}\u{a0}%`)
        all.push(moneyOf(cashless, row))
        expect((await tables('ward-month', { period: month })).get('cashless')?.rows[0]).toEqual(row)
      }
      const sum = (name: string): bigint => all.reduce((vnd, of) => vnd + (of[name] ?? 0n), 0n)
      const total = moneyOf(cashless, cashless.total ?? {})
      expect(total).toEqual(Object.fromEntries(Object.keys(total).map((name) => [name, sum(name)])))
    }
  })

  it('leave the register as its contracts, pauses and meters say, and the ward reads the same counts', async () => {
    const seen = { paused: 0n, ending: 0, odd: 0 }
    for (const { rows, tables } of books.values()) {
      for (const period of PERIODS) {
        const last = lastDayOf(period)
        const asOf = last < TODAY ? last : TODAY
        const ward = await tables('ward-month', { period })
        const places = await rows(rowsOf.PLACES, [asOf])
        const columns = { places: 'stalls', held: 'let', paused: 'paused', vacant: 'vacant' }
        const occupancy = await tables('occupancy', { asOf })
        expect(byColumn(requireShown(occupancy, 'occupancy'), ['zone'], columns)).toEqual(places)
        expect(ward.get('occupancy')).toEqual(occupancy.get('occupancy'))
        const sum = (name: string): bigint =>
          [...places.values()].reduce((count, of) => count + (of[name] ?? 0n), 0n)
        expect(requireShown(occupancy, 'empty').rows).toHaveLength(Number(sum('paused') + sum('vacant')))

        const ending = await rows(rowsOf.ENDING, [asOf])
        const contracts = requireShown(await tables('contracts', { asOf }), 'contracts')
        expect(byColumn(contracts, ['number'], { deposit: 'depositVnd' })).toEqual(
          new Map([...ending].map(([number, { deposit = 0n }]) => [number, { deposit }])),
        )
        const past = [...ending.values()].filter((of) => of['past'] === 1n).length

        const odd = await rows(rowsOf.ODD, [period])
        const meters = requireShown(await tables('meters', { period }), 'meters')
        expect(new Map(meters.rows.map((row) => [row['serial'], hundredthsOf(row['used'])]))).toEqual(
          new Map([...odd].map(([serial, { used }]) => [serial, used])),
        )
        const open = [...odd.values()].filter(({ confirmed }) => confirmed === 0n).length
        expect(meters.rows.filter((row) => row['confirmedBy'] === 'Chưa ai xác nhận')).toHaveLength(open)
        expect(countsOf(ward).slice(1)).toEqual([ending.size - past, past, odd.size, open].map(BigInt))
        seen.paused += sum('paused')
        seen.ending += ending.size
        seen.odd += odd.size
      }
    }
    for (const [what, count] of Object.entries(seen)) expect(Number(count), what).toBeGreaterThan(0)
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
