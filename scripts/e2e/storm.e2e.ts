import { feeds, isProvider } from '@tienve/bank-feeds'
import type { ChargePage, Reconciliation } from '@tienve/contracts'
import { createDb, inMarket, type Db } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { decodeVietQr } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logIn, type Person } from '../stack/person.ts'
import type { Stack } from '../stack/stack.ts'
import { openStack } from './demo.ts'

/** One storm with one kill in the tests; more kills, and another seed each time, in the soak. So many movements a market. */
const SEED = process.env['SOAK_SEED'] ?? 'ba'
const KILLS = process.env['SOAK_SEED'] === undefined ? 1 : 5
const TRANSFERS = 60 + 20 * KILLS

/** The promise: a day ends by itself so soon after its last message. */
const SETTLES_MS = 3 * 60_000
/** With the storm itself before it. */
const PATIENCE_MS = SETTLES_MS + 5 * 60_000

type Movement = {
  transactionId: string
  bin: string
  account: string
  direction: 'in' | 'out'
  amountVnd: number
  reference: string
  lost: boolean
}
type Storm = {
  transfers: number
  lost: number
  duplicated: number
  unknowable: string[]
  movements: Movement[]
  statements: { account: string; isTaken: boolean }[]
}

/** A market with who reads its books, and what may be paid on its board's account. */
type Market = { id: string; accountant: Person; codes: { memo: string; amountVnd: number }[] }

let stack: Stack
let opened: Awaited<ReturnType<typeof openStack>>
let db: Db
let markets: Market[]

beforeAll(async () => {
  opened = await openStack()
  ;({ stack } = opened)
  stack.service.process.removeAllListeners('exit')
  db = createDb(stack.demo.databaseUrl, { max: 2 })
  markets = await Promise.all(
    stack.demo.markets.map(async ({ id }) => {
      const accountant = await logIn(stack, 'accountant', id)
      return { id, accountant, codes: await codesOfCharges(id, accountant) }
    }),
  )
})
afterAll(async () => {
  await db?.pool.end()
  await opened?.close()
})

/** What may be paid on the board's account: charges by their codes, as many as a part of the storm will want. */
async function codesOfCharges(marketId: string, accountant: Person): Promise<Market['codes']> {
  const { items } = await accountant.get<ChargePage>(
    `/v1/markets/${marketId}/charges?status=outstanding&limit=20`,
  )
  return items.flatMap(({ payload, outstandingVnd }) => {
    const read = decodeVietQr(payload ?? '')
    return read.ok && read.value.memo !== undefined
      ? [{ memo: read.value.memo, amountVnd: outstandingVnd }]
      : []
  })
}

async function storm({ id: marketId, codes }: Market): Promise<Storm> {
  const response = await fetch(`${stack.demo.bankSimUrl}/storms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ seed: SEED, marketId, transfers: TRANSFERS, codes }),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as Storm
}

/** Kills the service in the midst of it all, again and again, and starts it anew each time. */
async function killMeanwhile(): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 700))
    stack.service.process.kill('SIGKILL')
    await stack.startService()
    stack.service.process.removeAllListeners('exit')
  }
}

/** The board's account as the bank's own file has it, brought by the accountant. */
async function bringStatement({ id: marketId, accountant }: Market): Promise<void> {
  const [board] = stack.demo.connections.find((one) => one.marketId === marketId)?.accounts ?? []
  const day = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
  const response = await fetch(`${stack.demo.bankSimUrl}/statements`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ bin: board?.bin, account: board?.number, day, format: 'xlsx' }),
  })
  expect(response.status).toBe(200)
  const file = Buffer.from(await response.arrayBuffer())
  const accountId = await inMarket(db, marketId, async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(
      sql`select id from receiving_account where number = ${board?.number}`,
    )
    return rows[0]?.id ?? ''
  })
  await accountant.bring(`/v1/receiving-accounts/${accountId}/statements`, file)
}

type Row = {
  reference: string | null
  direction: string
  account: string
  amount_vnd: bigint
  code: string | null
  open: boolean
}

/** How often each movement of the storm is known, by its reference, and what the books say it was for. */
async function known(marketId: string, movements: readonly Movement[]): Promise<Row[]> {
  const rows = await inMarket(db, marketId, async (tx) => {
    const found = await tx.execute<Row>(sql`
      select b.reference, b.direction, b.account_number as account, b.amount_vnd, k.code,
        exists (select from suspense s where s.market_id = b.market_id and s.bank_transaction_id = b.id and s.status = 'open') as open
      from bank_transaction b
      left join payment p on p.market_id = b.market_id and p.bank_transaction_id = b.id
      left join payment_code k on k.market_id = p.market_id and k.kind = 'charge' and k.object_id = p.charge_id
      where b.market_id = ${marketId}
        and (b.reference is null or b.reference = any(${sql.param(movements.map((one) => one.reference))}::text[]))`)
    return found.rows
  })
  return withReferences(rows, movements)
}

/** Most banks' files have no reference: what a statement told of first is the movement of its sum that has no other row. */
function withReferences(rows: readonly Row[], movements: readonly Movement[]): Row[] {
  const heard = new Set(rows.map((row) => signature(row, row.amount_vnd)))
  const unheard = movements.filter((one) => !heard.has(signature(one, one.amountVnd)))
  return rows.map((row) => {
    if (row.reference !== null) return row
    const index = unheard.findIndex(
      (one) =>
        one.account === row.account &&
        one.direction === row.direction &&
        BigInt(one.amountVnd) === row.amount_vnd,
    )
    const [movement] = index < 0 ? [] : unheard.splice(index, 1)
    return { ...row, reference: movement?.reference ?? null }
  })
}

/** What happened and is not known. */
async function missing(marketId: string, movements: readonly Movement[]): Promise<Movement[]> {
  const heard = new Set((await known(marketId, movements)).map((row) => signature(row, row.amount_vnd)))
  return movements.filter((one) => !heard.has(signature(one, one.amountVnd)))
}

const signature = (
  one: { reference: string | null; direction: string; account: string },
  vnd: bigint | number,
): string => [one.reference, one.direction, one.account, vnd].join(' ')

/**
 * Loses a payment on an account of every feed without a list, whatever the seed of the storm loses: only the statement that its
 * bank delivers at the day's end has it.
 */
async function loseWithoutList({ id: marketId }: Market): Promise<Movement[]> {
  const { connections, bankSimUrl } = stack.demo
  const told = connections.filter(
    ({ marketId: of, provider, statementsOnly }) =>
      of === marketId &&
      statementsOnly !== true &&
      isProvider(provider) &&
      feeds[provider].capabilities.pull !== 'list',
  )
  const lost = await Promise.all(
    told.map(async ({ accounts: [account] }) => {
      const response = await fetch(`${bankSimUrl}/transfers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          bin: account?.bin,
          account: account?.number,
          amountVnd: 35_000,
          memo: 'x',
          fault: 'lost',
        }),
      })
      return ((await response.json()) as { movements: Movement[] }).movements
    }),
  )
  return lost.flat()
}

async function expectEven({ id: marketId, accountant, codes }: Market, told: Storm): Promise<void> {
  const rows = await known(marketId, told.movements)
  expect(rows.map((row) => signature(row, row.amount_vnd)).toSorted()).toEqual(
    told.movements.map((one) => signature(one, one.amountVnd)).toSorted(),
  )
  const { differenceVnd } = await accountant.get<Reconciliation>(`/v1/markets/${marketId}/reconciliation`)
  expect(differenceVnd).toBe(0)

  const unknowable = new Set(told.unknowable)
  const isUnknowable = new Map(
    told.movements.map(({ reference, transactionId }) => [reference, unknowable.has(transactionId)]),
  )
  const waiting = rows.filter(({ open, direction }) => open && direction === 'in')
  expect(waiting.filter(({ reference }) => isUnknowable.get(reference ?? '') !== true)).toEqual([])
  expect(rows.filter(({ reference, open }) => isUnknowable.get(reference ?? '') === true && !open)).toEqual(
    [],
  )
  const names = new Set(codes.map(({ memo }) => memo))
  expect(rows.filter(({ code }) => code !== null && !names.has(code))).toEqual([])
  expect(await verifyMarket(db, marketId)).toMatchObject({ ok: true })
}

describe('a storm over both markets, with the service killed in the midst of it', () => {
  it(
    'ends by itself with every movement once, difference 0, and in suspense only what nobody can know',
    { timeout: PATIENCE_MS },
    async () => {
      const [songDao, cauLim] = markets
      if (songDao === undefined || cauLim === undefined) throw new Error('the demo has two markets')
      for (const { codes } of markets) expect(codes.length).toBeGreaterThan(2)
      const lost = await loseWithoutList(cauLim)
      expect(lost.map((one) => one.lost)).toEqual([true, true])
      const [[ofSongDao, ofCauLim]] = await Promise.all([
        Promise.all([storm(songDao), storm(cauLim)]),
        killMeanwhile(),
      ])
      const told: [Market, Storm][] = [
        [songDao, ofSongDao],
        [cauLim, { ...ofCauLim, movements: [...ofCauLim.movements, ...lost] }],
      ]
      const began = Date.now()
      // Nobody brings one of the other market: what has no list there is made up for by what its bank delivers.
      await bringStatement(songDao)
      expect(ofCauLim.statements.length).toBeGreaterThan(0)
      expect(ofCauLim.statements.filter(({ isTaken }) => !isTaken)).toEqual([])
      for (const one of [ofSongDao, ofCauLim]) expect(one.movements).toHaveLength(one.transfers)
      for (const [market, one] of told) {
        await expect
          .poll(() => missing(market.id, one.movements), { timeout: SETTLES_MS, interval: 500 })
          .toEqual([])
        console.log(
          `${market.id}: ${one.movements.length} movements, ${one.movements.filter((each) => each.lost).length} lost, ${one.duplicated} told twice, ${KILLS} kills: whole ${Math.round((Date.now() - began) / 1000)} s after the last message`,
        )
      }
      // What else might come would be the same money again: everybody is asked once more.
      await bringStatement(songDao)
      await new Promise((resolve) => setTimeout(resolve, 5_000))
      for (const [market, storm] of told) await expectEven(market, storm)
    },
  )
})
