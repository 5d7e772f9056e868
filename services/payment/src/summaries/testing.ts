import { createDb, inMarket, insertMany, newId, type Tx } from '@tienve/db'
import { boardAccounts, collectorChart, openAccounts, postAll, type PostItem } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { cashDuty } from '../approvals/tables.ts'
import { ticketSold } from '../books/postings.ts'
import { billingRound, charge, chargeChange, chargeLine } from '../charges/tables.ts'
import { book, bookPage, collection, dayTicket } from '../collection/tables.ts'
import { contractPause } from '../contracts/tables.ts'
import { startOfDay } from '../days.ts'
import { handover } from '../handovers/tables.ts'
import { meter, meterReading } from '../meters/tables.ts'
import { settlement } from '../settlements/tables.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import { approvedByTwo } from '../testing-charges.ts'
import type { TestService } from '../testing.ts'

/** What the market of these tests is made of: the stalls by number, and what each was billed when. */
const BILLED = [
  { stall: 0, period: '2026-08', dueOn: '2026-08-15' },
  { stall: 1, period: '2026-09', dueOn: '2026-09-15' },
  { stall: 2, period: '2026-10', dueOn: '2026-10-15' },
  { stall: 0, period: '2026-11', dueOn: '2026-11-15' },
  { stall: 1, period: '2026-11', dueOn: '2026-11-15' },
  { stall: 2, period: '2026-11', dueOn: '2026-11-30' },
  { stall: 40, period: '2026-11', dueOn: '2026-11-15' },
] as const

const LINES = [
  { service: 'space', netVnd: 300_000n, vatVnd: 24_000n, passThrough: false },
  { service: 'cleaning', netVnd: 60_000n, vatVnd: 4_800n, passThrough: false },
  { service: 'electricity', netVnd: 111_111n, vatVnd: 0n, passThrough: true },
] as const
export const CHARGE_VND = LINES.reduce((sum, { netVnd, vatVnd }) => sum + netVnd + vatVnd, 0n)
export const RELIEF_VND = 100_000n

export type Filled = { stallIds: string[]; codes: Map<string, string>; collectorId: string }

/**
 * For tests: a market with four months of charges, a collector who took cash and handed it over 20.000 short, day tickets, a
 * relief, a pause, an ended contract, and two odd readings. Everything is posted as docs/MONEY.md has it.
 */
export async function fillMarket(service: TestService): Promise<Filled> {
  const owner = createDb(service.database.ownerUrl, { max: 1 })
  const [market] = service.markets
  if (market === undefined) throw new Error('there is no market')
  const stallIds = market.stalls.map(({ id }) => id)
  try {
    return await inMarket(owner, market.id, async (tx) => {
      const collectorId = await findCollector(tx, market.id)
      await openAccounts(tx, market.id, collectorChart(collectorId, 'enterprise', '2026-11-01'))
      const charges = await bill(tx, market.id, stallIds)
      const items = [
        ...charges.items,
        ...(await relieve(tx, market.id, charges.ids.at(-1) ?? '', stallIds[40] ?? '')),
        ...(await collect(tx, market.id, collectorId, charges.ids[0] ?? '', stallIds[0] ?? '')),
      ]
      await fillPlaces(tx, market.id, stallIds)
      await postAll(tx, market.id, items, { as: 'worker' })
      return { stallIds, codes: charges.codes, collectorId }
    })
  } finally {
    await owner.pool.end()
  }
}

async function findCollector(tx: Tx, marketId: string): Promise<string> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select id from app_user where market_id = ${marketId} and role = 'collector' order by id limit 1`,
  )
  return rows[0]?.id ?? ''
}

async function bill(tx: Tx, marketId: string, stallIds: readonly string[]) {
  const [account] = await listAccounts(tx, marketId, null)
  const { rows: tariffs } = await tx.execute<{ id: string }>(
    sql`select id from tariff where market_id = ${marketId} limit 1`,
  )
  const rounds = new Map<string, string>(
    [...new Set(BILLED.map(({ period }) => period))].map((period) => [period, newId('rnd')]),
  )
  for (const [period, id] of rounds) {
    await tx.insert(billingRound).values({
      marketId,
      id,
      period,
      dueOn: `${period}-15`,
      status: 'issued',
      ...(await approvedByTwo(tx, marketId)),
      issuedAt: startOfDay(`${period}-01`),
    })
  }
  const ids = BILLED.map(() => newId('chg'))
  const codes = await takeCodes(tx, marketId, 'charge', ids)
  await insertMany(
    tx,
    charge,
    BILLED.map(({ stall, period, dueOn }, at) => ({
      marketId,
      id: ids[at] ?? '',
      roundId: rounds.get(period) ?? '',
      stallId: stallIds[stall] ?? '',
      code: codes.get(ids[at] ?? '') ?? '',
      accountId: account?.id ?? '',
      totalVnd: CHARGE_VND,
      dueOn,
      issuedAt: startOfDay(`${period}-01`),
    })),
  )
  await insertMany(
    tx,
    chargeLine,
    ids.flatMap((chargeId) =>
      LINES.map((line, at) => ({
        marketId,
        chargeId,
        line: at + 1,
        name: line.service,
        formula: '1 × 1',
        quantity: '1',
        vatPercent: '8',
        amountVnd: line.netVnd + line.vatVnd,
        tariffId: tariffs[0]?.id ?? '',
        ...line,
      })),
    ),
  )
  return {
    ids,
    codes,
    items: BILLED.map((one, at) => issued(ids[at] ?? '', stallIds[one.stall] ?? '', one.period)),
  }
}

function issued(chargeId: string, stallId: string, period: string): PostItem {
  return {
    idemKey: `charge:${chargeId}`,
    kind: 'charge_issued',
    occurredAt: startOfDay(`${period}-01`),
    sourceKind: 'charge',
    sourceId: chargeId,
    transfers: [
      { credit: boardAccounts.revenue, amountVnd: 360_000n },
      { credit: boardAccounts.vat, amountVnd: 28_800n },
      { credit: boardAccounts.utility, amountVnd: 111_111n },
    ].map((leg) => ({ book: 'board', debit: boardAccounts.receivable(stallId), ...leg })),
  }
}

async function relieve(tx: Tx, marketId: string, chargeId: string, stallId: string): Promise<PostItem[]> {
  const id = newId('chx')
  const decidedAt = new Date('2026-11-20T03:00:00Z')
  await tx.insert(chargeChange).values({
    marketId,
    id,
    chargeId,
    kind: 'relieved',
    netVnd: -RELIEF_VND,
    vatVnd: 0n,
    amountVnd: -RELIEF_VND,
    reason: 'ngập nước',
    ...(await approvedByTwo(tx, marketId)),
    status: 'approved',
    decidedAt,
    ledgerSeq: 1n,
  })
  await tx.execute(
    sql`update charge set relieved_vnd = ${RELIEF_VND.toString()}::bigint where market_id = ${marketId} and id = ${chargeId}`,
  )
  const leg = { book: 'board', debit: boardAccounts.relief, credit: boardAccounts.receivable(stallId) }
  return [
    {
      idemKey: `change:${id}`,
      kind: 'charge_relieved',
      occurredAt: decidedAt,
      sourceKind: 'change',
      sourceId: id,
      transfers: [{ ...leg, amountVnd: RELIEF_VND }],
    },
  ]
}

/** 200.000 of a charge and three tickets of 10.000 in cash on the 23rd; 210.000 counted of the 230.000 handed over. */
async function collect(
  tx: Tx,
  marketId: string,
  collectorId: string,
  chargeId: string,
  stallId: string,
): Promise<PostItem[]> {
  const at = new Date('2026-11-23T02:00:00Z')
  const { rows: tariffs } = await tx.execute<{ id: string }>(
    sql`select id from tariff where market_id = ${marketId} limit 1`,
  )
  const tariffId = tariffs[0]?.id ?? ''
  const [receipts, tickets, id, handoverId] = [newId('bok'), newId('bok'), newId('col'), newId('hnd')]
  const common = {
    marketId,
    collectorId,
    deviceId: 'dev',
    pages: 9,
    issuedBy: collectorId,
    issuedAt: at,
  }
  await insertMany(tx, book, [
    { ...common, id: receipts, code: 'B01', kind: 'receipt', tariffId: null },
    { ...common, id: tickets, code: 'B02', kind: 'ticket', tariffId },
  ])
  // Page 2 of the tickets was passed over.
  const pages = [receipts, ...Array.from({ length: 4 }, () => tickets)].map((bookId, page) => ({
    marketId,
    bookId,
    page: page === 0 ? 1 : page,
    token: newId('rcp'),
    usedAt: page === 2 ? null : at,
  }))
  await insertMany(tx, bookPage, pages)
  await tx.insert(cashDuty).values([
    { marketId, day: '2026-11-23', userId: collectorId, duty: 'collect' },
    { marketId, day: '2026-11-23', userId: 'usr_sdcashier', duty: 'count' },
  ])
  await tx.insert(handover).values({
    marketId,
    id: handoverId,
    collectorId,
    day: '2026-11-23',
    expectedVnd: 230_000n,
    collectorCounts: {},
    collectorVnd: 230_000n,
    collectorSignedAt: at,
    cashierId: 'usr_sdcashier',
    cashierCounts: {},
    cashierVnd: 210_000n,
    cashierSignedAt: at,
    ledgerSeq: 1n,
  })
  const when = { day: '2026-11-23', receivedAt: at, handoverId, ledgerSeq: 1n }
  await tx.insert(collection).values({
    marketId,
    id,
    stallId,
    collectorId,
    bookId: receipts,
    page: 1,
    amountVnd: 200_000n,
    settledVnd: 200_000n,
    takenAt: at,
    ...when,
  })
  const sold = [1, 3, 4].map((page) => ({
    marketId,
    id: newId('tkt'),
    bookId: tickets,
    page,
    tariffId,
    collectorId,
    priceVnd: 10_000n,
    vatVnd: 741n,
    soldAt: at,
    paidBy: 'cash',
    ...when,
  }))
  await insertMany(tx, dayTicket, sold)
  await tx
    .insert(settlement)
    .values({ marketId, id: newId('stt'), chargeId, collectionId: id, amountVnd: 200_000n, settledAt: at })
  await tx.execute(
    sql`update charge set paid_vnd = 200000 where market_id = ${marketId} and id = ${chargeId}`,
  )
  const cash = boardAccounts.collected(collectorId)
  const post = (kind: string, sourceId: string, legs: [string, string, bigint][]): PostItem => ({
    idemKey: `${kind}:${sourceId}`,
    kind,
    occurredAt: at,
    sourceKind: kind,
    sourceId,
    transfers: legs.map(([debit, credit, amountVnd]) => ({ book: 'board', debit, credit, amountVnd })),
  })
  return [
    post('cash_collected', id, [[cash, boardAccounts.receivable(stallId), 200_000n]]),
    ...sold.map((one) =>
      ticketSold({ ticketId: one.id, from: cash, occurredAt: at, priceVnd: 10_000n, vatVnd: 741n }),
    ),
    post('cash_handed_over', handoverId, [
      [boardAccounts.cash, cash, 210_000n],
      [boardAccounts.owedBy(collectorId), cash, 20_000n],
    ]),
  ]
}

/** Stall 3 is paused, stall 4's contract is ended, stall 5's is past its end and stall 6's ends in ten days; two odd readings. */
async function fillPlaces(tx: Tx, marketId: string, stallIds: readonly string[]): Promise<void> {
  const of = (at: number) => sql`market_id = ${marketId} and stall_id = ${stallIds[at] ?? ''}`
  await tx.execute(sql`update contract set ends_on = null where market_id = ${marketId}`)
  const { rows } = await tx.execute<{ id: string }>(sql`select id from contract where ${of(3)}`)
  await tx.insert(contractPause).values({
    marketId,
    id: newId('pau'),
    contractId: rows[0]?.id ?? '',
    fromDay: '2026-11-10',
    reason: 'ốm',
    noticedOn: '2026-11-09',
    createdBy: 'usr_sdaccountant',
  })
  await tx.execute(sql`update contract set ended_on = '2026-10-31', end_reason = 'terminated' where ${of(4)}`)
  await tx.execute(sql`update contract set ends_on = '2026-11-20' where ${of(5)}`)
  await tx.execute(sql`update contract set ends_on = '2026-12-04' where ${of(6)}`)
  for (const [at, anomaly, confirmedBy] of [
    [7, 'high', 'usr_sdaccountant'],
    [8, 'zero', null],
  ] as const) {
    const id = newId('mtr')
    await tx.insert(meter).values({
      marketId,
      id,
      stallId: stallIds[at] ?? '',
      service: 'electricity',
      serial: `CT-T${at}`,
      initialValue: '0',
      installedOn: '2026-01-01',
    })
    await tx.insert(meterReading).values({
      marketId,
      meterId: id,
      period: '2026-11',
      oldValue: '1000',
      newValue: anomaly === 'zero' ? '1000' : '1520.5',
      readOn: '2026-10-28',
      readBy: 'usr_sdtechnician',
      anomaly,
      confirmedBy,
      createdAt: startOfDay('2026-10-28'),
    })
  }
}
