import type { ChargePage, Reconciliation } from '@tienve/contracts'
import { createDb, inMarket, type Db } from '@tienve/db'
import { freePort } from '@tienve/db/embedded'
import { verifyMarket } from '@tienve/ledger'
import { decodeVietQr } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logIn, type Person } from '../stack/person.ts'
import { removeData, startStack, type Stack } from '../stack/stack.ts'

/** One storm with one kill in the tests; more kills, and another seed each time, in the soak. */
const SEED = process.env['SOAK_SEED'] ?? 'ba'
const KILLS = process.env['SOAK_SEED'] === undefined ? 1 : 5
const TRANSFERS = 120 + 40 * KILLS

/** The promise: a day ends by itself so soon after its last message. */
const SETTLES_MS = 3 * 60_000

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
}

let stack: Stack
let dataDir: string
let db: Db
let marketId: string
let accountant: Person

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tienve-storm-'))
  stack = await startStack({
    dataDir,
    ports: { service: await freePort(), bankSim: await freePort(), metrics: await freePort() },
    days: 1,
  })
  stack.service.process.removeAllListeners('exit')
  marketId = stack.demo.markets[0]?.id ?? ''
  db = createDb(stack.demo.databaseUrl, { max: 2 })
  accountant = await logIn(stack, 'accountant')
})
afterAll(async () => {
  await db?.pool.end()
  await stack?.stop()
  await removeData(dataDir)
})

/** What may be paid on the board's account: charges by their codes, as many as a part of the storm will want. */
async function codesOfCharges(): Promise<{ memo: string; amountVnd: number }[]> {
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

async function storm(codes: { memo: string; amountVnd: number }[]): Promise<Storm> {
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
async function bringStatement(): Promise<void> {
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
async function known(movements: readonly Movement[]): Promise<Row[]> {
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
async function missing(movements: readonly Movement[]): Promise<Movement[]> {
  const heard = new Set((await known(movements)).map((row) => signature(row, row.amount_vnd)))
  return movements.filter((one) => !heard.has(signature(one, one.amountVnd)))
}

const signature = (
  one: { reference: string | null; direction: string; account: string },
  vnd: bigint | number,
): string => [one.reference, one.direction, one.account, vnd].join(' ')

describe('a storm, with the service killed in the midst of it', () => {
  it('ends by itself with every movement once, difference 0, and in suspense only what nobody can know', async () => {
    const codes = await codesOfCharges()
    expect(codes.length).toBeGreaterThan(5)
    const [told] = await Promise.all([storm(codes), killMeanwhile()])
    const began = Date.now()
    await bringStatement()
    expect(told.movements).toHaveLength(told.transfers)
    await expect.poll(() => missing(told.movements), { timeout: SETTLES_MS, interval: 500 }).toEqual([])
    console.log(
      `${told.transfers} movements, ${told.lost} lost, ${told.duplicated} told twice, ${KILLS} kills: whole ${Math.round((Date.now() - began) / 1000)} s after the last message`,
    )
    // What else might come would be the same money again: everybody is asked once more.
    await bringStatement()
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    const rows = await known(told.movements)
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
  })
})
