import { isProvider, type FeedScheme } from '@tienve/bank-feeds'
import type { DemoFile } from '@tienve/contracts'
import { createDb, inMarket, insertMany } from '@tienve/db'
import { closeDay } from '@tienve/ledger'
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { contractPause } from '../../services/payment/src/contracts/tables.ts'
import { sealMarket, type Sealing } from '../../services/payment/src/closing/jobs.ts'
import { readSeen } from '../../services/payment/src/closing/service.ts'
import { addDays, dayOf } from '../../services/payment/src/days.ts'
import { connection, connectionPull } from '../../services/payment/src/feeds/tables.ts'
import { appUser } from '../../services/payment/src/identity/tables.ts'
import { openBook } from '../../services/bank-sim/src/book-file.ts'
import { connectionsOf, pullUrlOf, type DemoConnection } from '../../services/payment/src/demo/connections.ts'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import { processAll, seedDay, type Databases, type Seeded } from './history.ts'
import { stallsOf, usersOf } from '../../services/payment/src/demo/people.ts'
import { pausesOf } from '../../services/payment/src/demo/places.ts'
import { createWatch } from './failure.ts'
import { seedRounds } from './rounds.ts'
import { setUpMarket, setUpOfficial } from '../../services/payment/src/demo/setup.ts'

/** How many days of sales the demo begins with. */
export const DAYS = 30
const ANALYZE_EVERY_DAYS = 4

/** What `demo.json` calls the secret of each scheme. */
const SECRET_NAMES = { hmac: 'hmacSecret', 'api-key': 'apiKey', token: 'tokenSecret' } as const
const SCHEMES = ['hmac', 'api-key', 'token'] as const satisfies readonly FeedScheme[]
const GROWING_TABLES =
  'bank_transaction, payment, payment_request, payment_code, feed_inbox, inbox_queue, feed_event, sighting, stall_day, ledger_txn, ledger_transfer, ledger_balance, ledger_day, charge, stall, receiving_account, cash_sale, live_event'

export type SeedOptions = {
  ownerUrl: string
  apiUrl: string
  workerUrl: string
  masterKey: Buffer
  /** Closed days are sealed as they would have been. */
  sealing: Sealing
  baseUrl: string
  bankSimUrl: string
  now: Date
  /** How many days of sales, today among them. */
  days?: number
  /** Where the fake bank keeps its ledger; nowhere when nobody will ask it. */
  bankFile?: string
  onProgress?: (line: string) => void
}

/** Fills an empty database with the demo's two markets and answers what a script needs to drive them. */
export async function seedDemo(options: SeedOptions): Promise<DemoFile> {
  const { now, days = DAYS, onProgress = () => {} } = options
  const today = dayOf(now)
  const firstDay = addDays(today, 1 - days)
  return withDatabases(options, async (db) => {
    const demo = emptyFile(options)
    const { book, close } = openBook(options.bankFile, { isNew: true })
    const filled = await Promise.all(
      MARKETS.map(async (plan) => {
        const stalls = stallsOf(plan)
        const users = usersOf(plan, stalls)
        const connections = connectionsOf(plan, stalls)
        const memos = await setUpMarket(
          db.owner,
          options.masterKey,
          plan,
          stalls,
          users,
          connections,
          firstDay,
          { bankSimUrl: options.bankSimUrl, from: now },
        )
        const seeded: Seeded = { plan, stalls, connections, memos, book }
        await seedRounds(db, seeded, { today, now, publicUrl: options.baseUrl })
        // After the bills of the months before, which were made without knowing of it.
        await inMarket(db.owner, plan.id, (tx) =>
          insertMany(tx, contractPause, pausesOf(plan, stalls, today)),
        )
        requireWhole(db)
        for (let day = firstDay, count = 0; day <= today; day = addDays(day, 1), count++) {
          if (count % ANALYZE_EVERY_DAYS === 0) await analyze(db)
          const sales = await seedDay(db, seeded, day, now)
          if (day < today) await closeSeededDay(db, plan.id, day, options)
          requireWhole(db)
          onProgress(`${plan.name}: ${day}, ${sales} lần bán`)
        }
        await noteHeard(db, plan.id, now)
        return { seeded, users }
      }),
    )
    close()
    await setUpOfficial(db.owner, MARKETS, now)
    await analyze(db)
    for (const { seeded, users } of filled) addToFile(demo, options.baseUrl, seeded, users)
    return demo
  })
}

/** Whoever looks at a new demo takes it for whole: throws what went wrong, if anything did. */
function requireWhole({ watch }: Databases): void {
  const [failure] = watch.failures
  if (failure !== undefined) throw failure
}

/**
 * Adds the sales that are missing up to now, for a demo that was stopped for a while or whose topping up was. Answers the
 * demo with each stall's fixed memo as it is now.
 */
export async function topUpDemo(options: SeedOptions, demo: DemoFile): Promise<DemoFile> {
  const { now, onProgress = () => {} } = options
  return withDatabases(options, async (db) => {
    // What a stopped topping up, or the service, had stored and not yet processed is no longer missing.
    await processAll(db, now)
    const memos = new Map<string, string>()
    const { book, close } = openBook(options.bankFile)
    for (const plan of MARKETS) {
      const seeded = { ...(await seededFrom(db, demo, plan)), book }
      await movePulls(db, seeded, options)
      for (const [stallId, memo] of seeded.memos) memos.set(stallId, memo)
      for (let day = await firstDayOpen(db, plan.id, now); day <= dayOf(now); day = addDays(day, 1)) {
        const sales = await seedDay(db, seeded, day, now)
        if (day < dayOf(now)) await closeSeededDay(db, plan.id, day, options)
        if (sales > 0) onProgress(`${plan.name}: ${day}, thêm ${sales} lần bán`)
      }
      await noteHeard(db, plan.id, now)
    }
    close()
    // A message of a visitor's may be among them, and must not keep the demo from starting: the service tries it again.
    for (const { message } of db.watch.failures) onProgress(message)
    return { ...demo, stalls: demo.stalls.map((one) => ({ ...one, memo: memos.get(one.id) ?? '' })) }
  })
}

/**
 * Every feed that was heard begins as one that was heard just now. A stall of a small market may go an hour without a sale:
 * its feed would be called deaf the moment the demo starts.
 */
async function noteHeard(db: Databases, marketId: string, now: Date): Promise<void> {
  await inMarket(db.owner, marketId, (tx) =>
    tx
      .update(connection)
      .set({ lastHeardAt: now })
      .where(
        and(
          eq(connection.marketId, marketId),
          isNotNull(connection.lastHeardAt),
          isNull(connection.deafSince),
        ),
      ),
  )
}

/** The fake bank may have another port at each start. */
async function movePulls(
  db: Databases,
  seeded: Omit<Seeded, 'book'>,
  { bankSimUrl }: SeedOptions,
): Promise<void> {
  await inMarket(db.owner, seeded.plan.id, async (tx) => {
    for (const { id } of seeded.connections)
      await tx
        .update(connectionPull)
        .set({ baseUrl: pullUrlOf(bankSimUrl, id) })
        .where(and(eq(connectionPull.marketId, seeded.plan.id), eq(connectionPull.connectionId, id)))
  })
}

/** The accountant of the demo closes each day in the evening, having seen what there was to see. */
async function closeSeededDay(db: Databases, marketId: string, day: string, { sealing }: SeedOptions) {
  await inMarket(db.api, marketId, async (tx) => {
    const [accountant] = await tx
      .select({ id: appUser.id })
      .from(appUser)
      .where(and(eq(appUser.marketId, marketId), eq(appUser.role, 'accountant')))
    const seen = await readSeen(tx, marketId, [day])
    await closeDay(tx, marketId, day, { by: accountant?.id ?? 'usr_unknown', seen })
  })
  // The closing was stamped by the database's clock, and its seal must not seem older than it.
  await sealMarket(db.worker, marketId, sealing, new Date())
}

/** A table that grows from nothing within seconds has no statistics yet, and without them plans go astray. */
async function analyze(db: Databases): Promise<void> {
  await db.owner.orm.execute(sql.raw(`ANALYZE ${GROWING_TABLES}`))
}

async function withDatabases<T>(options: SeedOptions, work: (db: Databases) => Promise<T>): Promise<T> {
  const db = {
    owner: createDb(hasty(options.ownerUrl), { max: 4 }),
    api: createDb(hasty(options.apiUrl), { max: 4 }),
    worker: createDb(hasty(options.workerUrl), { max: 4 }),
    watch: createWatch(),
  }
  try {
    return await work(db)
  } finally {
    await Promise.all([db.owner, db.api, db.worker].map(({ pool }) => pool.end()))
  }
}

/** Does not wait for the disk at each commit: a seeding that a power cut breaks is started over anyway. */
function hasty(url: string): string {
  const address = new URL(url)
  address.searchParams.set('options', '-c synchronous_commit=off')
  return address.href
}

/**
 * The first day that may lack sales, no more than a demo's days back: a day is closed when it is complete, but a visitor
 * may have closed the day of the last sale early.
 */
async function firstDayOpen(db: Databases, marketId: string, now: Date): Promise<string> {
  const { rows } = await inMarket(db.api, marketId, (tx) =>
    tx.execute<{ day: string | null }>(sql`
      select least((select closed_through + 1 from ledger_head where market_id = ${marketId}), (
        select case when h.closed_through is null then min(s.day) else max(s.day) end
        from (select day from payment where purpose = 'sale' union select day from cash_sale) s,
          (select closed_through from ledger_head where market_id = ${marketId}) h
        group by h.closed_through))::text as day`),
  )
  const earliest = addDays(dayOf(now), -DAYS)
  const day = rows[0]?.day ?? earliest
  return day < earliest ? earliest : day
}

async function seededFrom(
  db: Databases,
  demo: DemoFile,
  plan: Seeded['plan'],
): Promise<Omit<Seeded, 'book'>> {
  const { rows } = await inMarket(db.api, plan.id, (tx) =>
    tx.execute<{ id: string; memo_code: string }>(sql`select id, memo_code from stall`),
  )
  const keys = await inMarket(db.api, plan.id, (tx) =>
    tx.execute<{ id: string; connection_id: string }>(sql`select id, connection_id from connection_secret`),
  )
  return {
    plan,
    stalls: stallsOf(plan),
    memos: new Map(rows.map((row) => [row.id, row.memo_code])),
    connections: demo.connections
      .filter(({ marketId }) => marketId === plan.id)
      .map((one): DemoConnection => {
        const scheme = SCHEMES.find((known) => one.secrets[SECRET_NAMES[known]] !== undefined) ?? 'hmac'
        return {
          id: one.id,
          provider: isProvider(one.provider) ? one.provider : 'sepay',
          scheme,
          secret: one.secrets[SECRET_NAMES[scheme]] ?? '',
          keyId: keys.rows.find((row) => row.connection_id === one.id)?.id ?? '',
          pullKey: one.secrets['pullKey'] ?? null,
          statementsOnly: one.statementsOnly ?? false,
          accounts: one.accounts,
        }
      }),
  }
}

function emptyFile({ baseUrl, bankSimUrl, apiUrl, ownerUrl }: SeedOptions): DemoFile {
  return {
    baseUrl,
    bankSimUrl,
    markets: [],
    users: [],
    connections: [],
    stalls: [],
    databaseUrl: apiUrl,
    ownerDatabaseUrl: ownerUrl,
  }
}

function addToFile(
  demo: DemoFile,
  baseUrl: string,
  { plan, stalls, connections, memos }: Omit<Seeded, 'book'>,
  users: ReturnType<typeof usersOf>,
): void {
  demo.markets.push({ id: plan.id, name: plan.name })
  demo.users.push(
    ...users.map(({ login, secret, role, name, stallId, totpSecret }) => ({
      login,
      secret,
      role,
      name,
      marketId: plan.id,
      ...(stallId === undefined ? {} : { stallId }),
      ...(totpSecret === undefined ? {} : { totpSecret }),
    })),
  )
  demo.connections.push(...connections.map((one) => toFile(baseUrl, plan.id, one)))
  demo.stalls.push(
    ...stalls.map((stall) => ({
      id: stall.id,
      code: stall.code,
      name: stall.name,
      zone: stall.zone.code,
      marketId: plan.id,
      bin: stall.bin,
      account: stall.account,
      holder: stall.holder,
      memo: memos.get(stall.id) ?? '',
    })),
  )
}

/** A connection as `demo.json` has it. */
export function toFile(
  baseUrl: string,
  marketId: string,
  { id, provider, scheme, secret, pullKey, statementsOnly, accounts }: DemoConnection,
): DemoFile['connections'][number] {
  return {
    id,
    provider,
    marketId,
    webhookUrl: `${baseUrl}/webhooks/${provider}/${id}`,
    secrets: { [SECRET_NAMES[scheme]]: secret, ...(pullKey === null ? {} : { pullKey }) },
    accounts,
    ...(statementsOnly ? { statementsOnly } : {}),
  }
}
