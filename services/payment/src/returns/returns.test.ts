import { inMarket, type Tx } from '@tienve/db'
import { balances, stallAccounts, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSources } from '../origin/service.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

const ACCOUNT = '0001000001'
const NOW = new Date('2026-11-24T03:00:00Z')
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000)

let service: TestService
let stall: Session
let told = 5_000
beforeAll(async () => {
  service = await startService({ now: NOW })
  stall = await service.logIn('stallholder')
})
afterAll(() => service.stop())

const refunds = () => `/v1/stalls/${stall.stallId}/sale-refunds`
const read = async (what: string, day = '2026-11-24') =>
  (await service.call(`/v1/stalls/${stall.stallId}/${what}?day=${day}`, { session: stall })).body
const list = async () => (await read('sale-refunds')).items
const promise = (paymentId: string, amountVnd: number, session = stall, toWhom = 'chị Hà, VCB 0011') =>
  service.call(refunds(), { body: { paymentId, amountVnd, toWhom }, session })
const cancel = (id: string, session = stall) =>
  service.call(`/v1/sale-refunds/${id}/cancel`, { method: 'POST', session })
const ask = async (amountVnd: number): Promise<string> =>
  (
    await service.call(`/v1/stalls/${stall.stallId}/payment-requests`, {
      body: { amountVnd },
      session: stall,
    })
  ).body.code
const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  inMarket(service.workerDb, stall.marketId, work)
const isQueueEmpty = async (): Promise<boolean> =>
  (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0
/** Something moves on the stall's account, and is processed. */
const move = async (type: 'in' | 'out', amountVnd: bigint, memo: string, at = minutes(0)) => {
  told += 1
  await service.tell({ id: told, account: ACCOUNT, amountVnd, memo, type, reference: `FT${told}`, at })
  await until(isQueueEmpty, 'an empty queue')
}
/** A sale that came for a request, as it stands in the day: the one told of last. */
const sell = async (code: string, amountVnd: bigint) => {
  await move('in', amountVnd, code)
  const { items } = await read('payments')
  return items.find((one: { amountVnd: number }) => one.amountVnd === Number(amountVnd))
}
const accounts = () => stallAccounts(stall.stallId ?? '')
const balanceOf = async (account: string): Promise<bigint> =>
  (await within((tx) => balances(tx, stall.marketId, [account])))[0]?.balanceVnd ?? 0n
type Sum = { amountVnd: number }
type One = { kind: string; payment?: Sum; refund?: Sum }
/** What is listed of the day comes to what is shown above it and to what the books have, and they verify. */
const balanced = async (totalVnd: number, count: number): Promise<void> => {
  const { items } = await read('takings')
  const sumOf = (one: One): number => (one.payment?.amountVnd ?? 0) - (one.refund?.amountVnd ?? 0)
  expect(items.map(sumOf).reduce((sum: number, vnd: number) => sum + vnd, 0)).toBe(totalVnd)
  expect(await read('summary')).toMatchObject({ totalVnd, bankVnd: totalVnd, count })
  const { bank, revenue } = accounts()
  expect(await balanceOf(bank)).toBe(BigInt(totalVnd))
  expect(await balanceOf(revenue)).toBe(BigInt(totalVnd))
  expect(await verifyMarket(service.workerDb, stall.marketId)).toMatchObject({ ok: true })
  expect(await within((tx) => checkSources(tx, stall.marketId, 0n))).not.toHaveProperty('firstWrong')
}

describe('a sale that came too much', () => {
  it('is promised back by her once and for no more than that, and only the transfer that the bank shows closes it', async () => {
    const sale = await sell(await ask(35_000), 40_000n)
    expect(sale).toMatchObject({ verdict: 'over', expectedVnd: 35_000 })
    expect((await promise(sale.id, 5_001)).body.code).toBe('refund_not_possible')
    expect((await promise('pay_nobody', 5_000)).status).toBe(404)
    const { status, body: due } = await promise(sale.id, 5_000)
    expect(status).toBe(201)
    expect(due).toMatchObject({ status: 'due', amountVnd: 5_000, toWhom: 'chị Hà, VCB 0011', paidAt: null })
    expect((await promise(sale.id, 1_000)).body.code).toBe('refund_already_final')
    await balanced(40_000, 1)

    // Another sum, and what left before it was promised, are her own affair.
    await move('out', 4_000n, 'mua rau')
    await move('out', 5_000n, 'mua rau', minutes(-5))
    expect(await list()).toMatchObject([{ id: due.id, status: 'due' }])
    await move('out', 5_000n, 'tra lai', minutes(1))
    expect(await list()).toMatchObject([{ id: due.id, status: 'paid', code: null }])
    expect((await read('takings')).items[0]).toMatchObject({
      kind: 'refund',
      refund: { id: due.id, paymentId: sale.id, amountVnd: 5_000, bankCode: 'VCB' },
    })
    expect((await cancel(due.id)).body.code).toBe('refund_already_final')
    expect((await promise(sale.id, 5_000)).body.code).toBe('refund_already_final')
    // The same sum once more is no second refund.
    await move('out', 5_000n, 'tra lai', minutes(2))
    await balanced(35_000, 1)
  })

  it('of one that was enough nothing goes back', async () => {
    const sale = await sell(await ask(21_000), 21_000n)
    expect((await promise(sale.id, 1)).body.code).toBe('refund_not_possible')
  })
})

describe('a sale that came twice', () => {
  it('goes back whole; of two of one sum each is closed by its own code, and a promise taken back by nothing', async () => {
    const codes = [await ask(60_000), await ask(60_000)]
    for (const code of codes) {
      await move('in', 60_000n, code)
      await move('in', 60_000n, code)
    }
    const repeated = (await read('payments')).items.filter(
      (one: { verdict: string }) => one.verdict === 'repeated',
    )
    expect(repeated).toHaveLength(2)
    const dues = []
    for (const { id } of repeated) dues.push((await promise(id, 60_000)).body)
    await balanced(296_000, 6)
    await move('out', 60_000n, 'tra lai', minutes(3))
    expect((await list()).filter((one: { status: string }) => one.status === 'due')).toHaveLength(2)
    await move('out', 60_000n, `tra lai ${dues[1].code}`, minutes(4))
    expect((await list()).filter((one: { status: string }) => one.status === 'due')).toMatchObject([
      { id: dues[0].id },
    ])
    expect((await cancel(dues[0].id)).body).toMatchObject({ status: 'cancelled', code: null })
    await move('out', 60_000n, `tra lai ${dues[0].code}`, minutes(5))
    expect((await list()).map((one: { id: string }) => one.id)).not.toContain(dues[0].id)
    await balanced(236_000, 6)
    // What was taken back may be promised anew.
    const { body: anew } = await promise(repeated[0].id, 60_000)
    expect((await cancel(anew.id)).status).toBe(201)
  })
})

describe('a refund of a sale', () => {
  it('is hers alone: not her helper’s, not another stall’s, not the board’s, in whose list it never stands', async () => {
    const sale = await sell(await ask(10_000), 17_000n)
    const { body: due } = await promise(sale.id, 7_000)
    for (const role of ['helper', 'head', 'accountant', 'admin']) {
      const session = await service.logIn(role)
      expect((await service.call(refunds(), { session })).body.code).toBe('role_forbidden')
      expect((await promise(sale.id, 7_000, session)).body.code).toBe('role_forbidden')
      expect((await cancel(due.id, session)).body.code).toBe('role_forbidden')
    }
    // Nor to whom she sent it, though she shows her sales by name.
    const consent = await service.call(`/v1/stalls/${stall.stallId}/consent`, {
      method: 'PUT',
      body: { salesConsent: true, words: '2026-11' },
      session: stall,
    })
    expect(consent.status).toBe(200)
    const paid = await within((tx) =>
      tx.execute<{ seq: bigint }>(
        sql`select ledger_seq as seq from sale_refund where status = 'paid' limit 1`,
      ),
    )
    const accountant = await service.logIn('accountant')
    const origin = `/v1/markets/${stall.marketId}/ledger/txns/${paid.rows[0]?.seq}/origin`
    expect((await service.call(origin, { session: accountant })).body.code).toBe('not_found')
    const sold = `/v1/markets/${stall.marketId}/ledger/txns/1/origin`
    expect((await service.call(sold, { session: accountant })).status).toBe(200)
    const other = await service.logIn('stallholder', 1)
    expect((await cancel(due.id, other)).status).toBe(404)
    expect((await service.call(refunds(), { session: other })).status).toBe(404)
    const head = await service.logIn('head')
    const { body } = await service.call(`/v1/markets/${stall.marketId}/refunds`, { session: head })
    expect(body.items).toEqual([])
    expect((await cancel(due.id)).status).toBe(201)
  })

  it('cannot be called paid but by the worker, which has heard the bank', async () => {
    const attempts = [
      sql`update sale_refund set status = 'paid', cancelled_at = null where status = 'cancelled'`,
      sql`update sale_refund set status = 'cancelled', cancelled_at = now() where status = 'paid'`,
      sql`update sale_refund set paid_by = null`,
      sql`update sale_refund set amount_vnd = 1`,
    ]
    for (const attempt of attempts)
      await expect(inMarket(service.ctx.db, stall.marketId, (tx) => tx.execute(attempt))).rejects.toThrow()
  })
})
