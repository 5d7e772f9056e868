import { insertMany, inMarket, newId, type Db } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { feeds, movementRequest, proofOf } from '@tienve/bank-feeds'
import { postAll } from '@tienve/ledger'
import { findBank } from '@tienve/vietqr'
import { saleInCash } from '../../services/payment/src/books/postings.ts'
import { cashSale } from '../../services/payment/src/cash/tables.ts'
import { dayOf, hourOf, startOfDay } from '../../services/payment/src/days.ts'
import { createIntake, type Message } from '../../services/payment/src/feeds/intake.ts'
import { listDueMarkets } from '../../services/payment/src/feeds/repository.ts'
import { processDue } from '../../services/payment/src/feeds/worker.ts'
import { createMetrics } from '../../services/payment/src/metrics.ts'
import { REQUEST_LIFETIME_MS } from '../../services/payment/src/payments/rules.ts'
import { paymentRequest } from '../../services/payment/src/payments/tables.ts'
import { addToStallDays } from '../../services/payment/src/payments/totals.ts'
import { takeCodes } from '../../services/payment/src/stalls/repository.ts'
import type { Book } from '../../services/bank-sim/src/book.ts'
import type { DemoConnection } from '../../services/payment/src/demo/connections.ts'
import { HOURS, LUNAR_DAYS, type MarketPlan } from '../../services/payment/src/demo/demo-markets.ts'
import type { DemoStall } from '../../services/payment/src/demo/people.ts'
import { chanceOf, type Chance } from '../../services/payment/src/demo/random.ts'
import type { Watch } from './failure.ts'

export type Databases = { owner: Db; api: Db; worker: Db; watch: Watch }

/** A market of the demo as the seed knows it. */
export type Seeded = {
  plan: MarketPlan
  stalls: readonly DemoStall[]
  connections: readonly DemoConnection[]
  memos: ReadonlyMap<string, string>
  /** The bank's own ledger, which the fake bank goes on with. */
  book: Book
}

/** A transfer that a bank will tell of. */
export type Transfer = {
  bin: string
  account: string
  amountVnd: bigint
  memo: string
  at: Date
  delayMs: number
}

type Sale = { stall: DemoStall; amountVnd: bigint; at: Date; cash: boolean; chance: Chance }

const BATCH = 500

/**
 * Sells for one day at every stall, up to a moment, by the same way that a live sale goes. Sales that are there already
 * stay as they are, so that a day which was cut off, or had not ended, is completed. Answers how many were added.
 */
export async function seedDay(db: Databases, seeded: Seeded, day: string, until: Date): Promise<number> {
  const known = await findSold(db.api, seeded.plan.id, day)
  const sales = seeded.stalls
    .flatMap((stall) => salesOf(stall, day))
    .filter(({ at, stall }) => at <= until && !known.has(saleKey(stall.id, at)))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
  const cash = sales.filter((sale) => sale.cash && sale.stall.notesCash)
  const byBank = sales.filter((sale) => !sale.cash && sale.stall.heard)
  await Promise.all([
    sellAllForCash(db.api, seeded.plan.id, cash),
    askFor(db.owner, seeded, byBank).then((transfers) => tellByBank(db, seeded, transfers)),
  ])
  return cash.length + byBank.length
}

/**
 * Sends transfers as the bank's signed messages would arrive, and processes them with the worker's own code. What could
 * not be processed is in `watch.failures`; throws when something could not be stored.
 */
export async function tellByBank(
  db: Databases,
  seeded: Seeded,
  transfers: readonly Transfer[],
): Promise<void> {
  const intake = createIntake({ db: db.api, log: db.watch.log })
  const inOrder = transfers.toSorted((a, b) => a.at.getTime() - b.at.getTime())
  for (let at = 0; at < inOrder.length; at += BATCH) {
    const messages = inOrder.slice(at, at + BATCH).map((transfer) => toMessage(seeded, transfer))
    await Promise.all(messages.map((message) => intake.store(message))).catch((refusal: unknown) => {
      // To a bank it says only to come again; it has just logged why.
      throw db.watch.failures.at(-1) ?? refusal
    })
    const now = messages.reduce(
      (latest, { receivedAt }) => (receivedAt > latest ? receivedAt : latest),
      new Date(0),
    )
    await processAll(db, now)
  }
}

/** Processes what is stored and due at a moment; `watch.failures` has what was put aside or could not be read. */
export async function processAll({ worker, watch }: Databases, now: Date): Promise<void> {
  const metrics = createMetrics()
  const ctx = { now: () => now, metrics, log: watch.log }
  // Markets are filled side by side, and each processes what it finds: one that is at work on a lane sees nothing in it.
  while ((await processDue(ctx, worker)) > 0 || (await listDueMarkets(worker, now)).length > 0);
  const { values } = await metrics.processed.get()
  const malformed = values.find(({ labels }) => labels.outcome === 'malformed')
  // Nobody logs these, for the bytes are a bank's and the service is not at fault; here they are ours.
  if (malformed !== undefined) watch.log.error({}, `${malformed.value} bank messages could not be read`)
}

/** The sales of a day that are there, by the stall and the second, which is all that a bank tells of the time. */
async function findSold(api: Db, marketId: string, day: string): Promise<Set<string>> {
  const { rows } = await inMarket(api, marketId, (tx) =>
    tx.execute<{ stallId: string; at: Date }>(sql`
      select stall_id as "stallId", occurred_at as at from payment where purpose = 'sale' and day = ${day}
      union all select stall_id, occurred_at from cash_sale where day = ${day}`),
  )
  return new Set(rows.map(({ stallId, at }) => saleKey(stallId, new Date(at))))
}

function saleKey(stallId: string, at: Date): string {
  return `${stallId} ${Math.floor(at.getTime() / 1_000)}`
}

function salesOf(stall: DemoStall, day: string): Sale[] {
  const chance = chanceOf(`${stall.code} ${day}`)
  const weekday = startOfDay(day).getUTCDay()
  // Midnight in Vietnam is 17:00 UTC of the day before, so Saturday is UTC's Friday.
  const week = weekday === 5 || weekday === 6 ? 1.18 : weekday === 0 ? 0.92 : 1
  const lunar = LUNAR_DAYS.has(day) && ['TC', 'DV'].includes(stall.zone.code) ? 1.6 : 1
  const count = Math.round(stall.zone.salesADay * stall.factor * week * lunar * (0.8 + 0.4 * chance.next()))
  return Array.from({ length: count }, () => ({
    stall,
    amountVnd: amountOf(stall, chance),
    at: momentOf(stall, day, chance),
    cash: chance.next() > stall.zone.cashlessShare,
    chance,
  }))
}

/** Most amounts end in 000, one in ten in 500. */
function amountOf(stall: DemoStall, chance: Chance): bigint {
  const step = chance.next() < 0.1 ? 500 : 1_000
  const raw = stall.zone.saleVnd * chance.logNormal(0.7)
  return BigInt(Math.max(5_000, Math.round(raw / step) * step))
}

function momentOf(stall: DemoStall, day: string, chance: Chance): Date {
  const shares = HOURS[stall.zone.hours]
  let left = chance.next() * shares.reduce((sum, share) => sum + share, 0)
  let hour = 5
  for (const share of shares) {
    if (left < share) break
    left -= share
    hour += 1
  }
  return new Date(startOfDay(day).getTime() + hour * 3_600_000 + chance.whole(0, 3_599) * 1_000)
}

async function sellAllForCash(api: Db, marketId: string, sales: readonly Sale[]): Promise<void> {
  for (let at = 0; at < sales.length; at += BATCH)
    await sellForCash(api, marketId, sales.slice(at, at + BATCH))
}

async function sellForCash(api: Db, marketId: string, sales: readonly Sale[]): Promise<void> {
  await inMarket(api, marketId, async (tx) => {
    const rows = sales.map(({ stall, amountVnd, at }) => ({
      id: newId('csh'),
      stallId: stall.id,
      amountVnd,
      occurredAt: at,
    }))
    await addToStallDays(
      tx,
      marketId,
      rows.map(({ stallId, amountVnd, occurredAt }) => ({
        stallId,
        day: dayOf(occurredAt),
        hour: hourOf(occurredAt),
        bin: '',
        cash: true,
        amountVnd,
        count: 1n,
      })),
    )
    const posted = await postAll(
      tx,
      marketId,
      rows.map((row) => saleInCash({ cashSaleId: row.id, ...row })),
      { as: 'api' },
    )
    await insertMany(
      tx,
      cashSale,
      rows.map((row, at) => ({
        marketId,
        ...row,
        note: null,
        userId: `usr_${row.stallId.slice(4)}`,
        day: dayOf(row.occurredAt),
        ledgerSeq: posted[at] ?? 0n,
      })),
    )
  })
}

/** Half of the shoppers pay a code made for them, most others the printed one, and a few type the account by hand. */
async function askFor(owner: Db, seeded: Seeded, sales: readonly Sale[]): Promise<Transfer[]> {
  const marketId = seeded.plan.id
  const ways = sales.map((sale) => ({ ...sale, way: sale.chance.next(), requestId: newId('req') }))
  const asked = ways.filter(({ way }) => way <= 0.52)
  const codes = await inMarket(owner, marketId, async (tx) => {
    const ids = asked.map(({ requestId }) => requestId)
    const taken = await takeCodes(tx, marketId, 'request', ids)
    await insertMany(
      tx,
      paymentRequest,
      asked.map((one) => toRequest(marketId, one, taken.get(one.requestId) ?? '')),
    )
    return taken
  })
  return ways.flatMap(({ stall, amountVnd, at, chance, way, requestId }): Transfer[] => {
    const base = { bin: stall.bin, account: stall.account, at, delayMs: delayOf(chance) }
    if (way > 0.97) return [{ ...base, amountVnd, memo: 'chuyen tien' }]
    if (way > 0.52) return [{ ...base, amountVnd, memo: seeded.memos.get(stall.id) ?? '' }]
    const slip = chance.next()
    const paidVnd =
      slip < 0.006 && amountVnd > 10_000n ? amountVnd - 5_000n : slip < 0.012 ? amountVnd + 5_000n : amountVnd
    const once = { ...base, amountVnd: paidVnd, memo: codes.get(requestId) ?? '' }
    return slip > 0.995 ? [once, { ...once, at: new Date(at.getTime() + 20_000) }] : [once]
  })
}

function toRequest(
  marketId: string,
  { stall, amountVnd, at, chance, requestId }: Sale & { requestId: string },
  code: string,
) {
  const createdAt = new Date(at.getTime() - chance.whole(8, 40) * 1_000)
  return {
    marketId,
    id: requestId,
    stallId: stall.id,
    accountId: stall.accountId,
    code,
    amountVnd,
    status: 'open',
    createdAt,
    expiresAt: new Date(createdAt.getTime() + REQUEST_LIFETIME_MS),
  }
}

function delayOf(chance: Chance): number {
  const luck = chance.next()
  if (luck > 0.997) return chance.whole(310, 1_200) * 1_000
  return luck > 0.97 ? chance.whole(11, 60) * 1_000 : chance.whole(1, 4) * 1_000
}

let told = 0

function toMessage({ plan, connections, book }: Seeded, transfer: Transfer): Message {
  const connection =
    connections.find(({ accounts }) => accounts.some(({ number }) => number === transfer.account)) ??
    connections[0]
  if (connection === undefined) throw new Error('the demo has no feed to tell of a transfer')
  const { provider, scheme } = connection
  // By the second it happened, so that a later top-up cannot meet an earlier one.
  const id = Math.floor(transfer.at.getTime() / 1_000) * 1_000 + (told++ % 1_000)
  const entry = book.enter({
    id,
    bin: transfer.bin,
    accountNumber: transfer.account,
    bankName: findBank(transfer.bin)?.shortName ?? 'Bank',
    connectionId: connection.id,
    direction: 'in',
    amountVnd: transfer.amountVnd,
    occurredAt: transfer.at,
    memo: transfer.memo,
    content: `MBVCB.${id % 10_000_000_000}.${transfer.memo}.CT tu 0000000000 toi ${transfer.account}`,
    reference: `FT${id}`,
    reversesId: null,
    lost: false,
  })
  const { rawBody, headers } = movementRequest(
    provider,
    // SePay and our own form may leave the balance out. The past is not told in order, so there it is.
    provider === 'casso' ? entry : { ...entry, balanceVnd: null },
    // A token is kept nowhere, so that any will do for what is past.
    { secret: scheme === 'token' ? 'past' : connection.secret, scheme, now: transfer.at },
  )
  return {
    marketId: plan.id,
    connectionId: connection.id,
    provider,
    keyId: connection.keyId,
    contentType: headers['content-type'] ?? 'application/json',
    rawBody,
    proof: proofOf(headers, feeds[provider].proofHeaders),
    receivedAt: new Date(transfer.at.getTime() + transfer.delayMs),
  }
}
