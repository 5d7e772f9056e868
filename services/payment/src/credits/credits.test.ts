import { createDb, inMarket, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trimPersonalData } from '../privacy/jobs.ts'
import { scansOf, startService, until, type Session, type TestService } from '../testing.ts'
import { findEntry, listCustomers } from './repository.ts'

let service: TestService
let owner: Session
let account: string
const NOW = new Date('2026-11-24T03:00:00Z')
const NAME = 'Cô Bảy Hẻm 12'
const PHONE = '0900 765 432'
beforeAll(async () => {
  service = await startService({ now: NOW })
  owner = await service.logIn('stallholder')
  account = service.markets[0]?.stalls.find(({ id }) => id === owner.stallId)?.account ?? ''
})
afterAll(() => service.stop())

const post = (path: string, body: unknown, session = owner) =>
  service.call(path, { method: 'POST', body, session })
const sell = (body: Record<string, unknown>, session = owner) =>
  post(`/v1/stalls/${owner.stallId}/credit-sales`, body, session)
const of = (id: string, what: string) => `/v1/credit-customers/${id}/${what}`
const read = async (id: string) => (await service.call(`/v1/credit-customers/${id}`, { session: owner })).body
const summary = async () =>
  (await service.call(`/v1/stalls/${owner.stallId}/summary`, { session: owner })).body
const rows = (text: string, db = service.ctx.db) =>
  inMarket(db, owner.marketId, async (tx) => (await tx.execute(sql.raw(text))).rows)
let next = 1
const pay = (amountVnd: bigint, memo: string, told: object = {}) =>
  service.tell({ id: next++, account, amountVnd, memo, ...told })
/** A new shopper who owes so much. */
const owing = async (amountVnd: number): Promise<string> => {
  const { status, body } = await sell({ name: `Khách ${next++}`, amountVnd })
  expect(status).toBe(201)
  return body.customerId
}
const ask = async (id: string, amountVnd: number): Promise<string> =>
  (await post(of(id, 'payment-requests'), { amountVnd })).body.code
const soon = (id: string, seen: object) =>
  until(
    async () => {
      const { owedVnd, surplusVnd } = await read(id)
      const is = JSON.stringify({ owedVnd, surplusVnd })
      return is === JSON.stringify(seen)
    },
    `the book to show ${JSON.stringify(seen)}`,
  )
const wrong = async () => {
  const session = await service.logIn('accountant')
  const { body } = await service.call(`/v1/markets/${owner.marketId}/ledger/verify`, { session })
  return body.firstWrong ?? null
}

describe('a sale on credit', () => {
  it('is owed and is no money that came, until it is paid in cash like any sale', async () => {
    const before = await summary()
    const { body } = await sell({ name: NAME, phone: PHONE, amountVnd: 80_000, note: 'ba cân cá' })
    expect(body).toMatchObject({ owedVnd: 80_000, surplusVnd: 0 })
    const id = body.customerId
    expect((await sell({ customerId: id, amountVnd: 20_000 })).body.owedVnd).toBe(100_000)
    expect(await summary()).toEqual(before)
    expect((await post(of(id, 'cash-payments'), { amountVnd: 100_001 })).body.code).toBe('credit_too_much')
    expect((await post(of(id, 'cash-payments'), { amountVnd: 60_000 })).body.owedVnd).toBe(40_000)
    expect((await summary()).cashVnd).toBe(before.cashVnd + 60_000)
    expect((await post(of(id, 'forgive'), { amountVnd: 10_000, reason: 'khách quen' })).body.owedVnd).toBe(
      30_000,
    )
    expect(await read(id)).toMatchObject({
      name: NAME,
      phone: PHONE,
      owedVnd: 30_000,
      entries: [
        { number: 4, kind: 'forgiven', amountVnd: -10_000, note: 'khách quen' },
        { number: 3, kind: 'paid_cash', amountVnd: -60_000, owedAfterVnd: 40_000 },
        { number: 2, kind: 'sale', amountVnd: 20_000 },
        { number: 1, kind: 'sale', amountVnd: 80_000, note: 'ba cân cá' },
      ],
    })
  })

  it('is taken back by a line that says the opposite, once, and a payment in cash with its sale', async () => {
    const id = await owing(50_000)
    await post(of(id, 'cash-payments'), { amountVnd: 30_000 })
    const cash = (await summary()).cashVnd
    const [paid, sale] = (await read(id)).entries
    expect((await post(`/v1/credit-entries/${sale.id}/reverse`, undefined)).body.code).toBe('credit_too_much')
    expect((await post(`/v1/credit-entries/${paid.id}/reverse`, undefined)).body.owedVnd).toBe(50_000)
    expect((await summary()).cashVnd).toBe(cash - 30_000)
    const [back] = (await read(id)).entries
    for (const entry of [paid, back])
      expect((await post(`/v1/credit-entries/${entry.id}/reverse`, undefined)).body.code).toBe(
        'credit_entry_final',
      )
    // The same from where cash is undone.
    await post(of(id, 'cash-payments'), { amountVnd: 20_000 })
    const [again] = await rows(`select cash_sale_id as id from credit_entry where id =
      (select id from credit_entry where customer_id = '${id}' order by number desc limit 1)`)
    await post(`/v1/cash-sales/${again?.['id']}/undo`, undefined)
    await post(`/v1/cash-sales/${again?.['id']}/undo`, undefined)
    expect((await read(id)).owedVnd).toBe(50_000)
    expect((await post(`/v1/credit-entries/${sale.id}/reverse`, undefined)).body.owedVnd).toBe(0)
  })
})

describe('what is owed and asked for by a code', () => {
  it('is less by itself once the bank says that it came, short as much as came', async () => {
    const id = await owing(90_000)
    const code = await ask(id, 90_000)
    await pay(50_000n, code)
    await soon(id, { owedVnd: 40_000, surplusVnd: 0 })
    await pay(40_000n, code)
    await soon(id, { owedVnd: 0, surplusVnd: 0 })
    expect((await read(id)).entries[0]).toMatchObject({ kind: 'paid_bank', amountVnd: -40_000 })
    expect((await post(of(id, 'payment-requests'), { amountVnd: 1 })).body.code).toBe('credit_too_much')
  })

  it('and paid too much, twice, or when nothing is owed any more is never less than nothing: the rest is to go back', async () => {
    const id = await owing(60_000)
    const code = await ask(id, 50_000)
    await pay(55_000n, code)
    // As it was spoken: five thousand too much, and not five thousand off the rest.
    await soon(id, { owedVnd: 10_000, surplusVnd: 5_000 })
    await pay(50_000n, code)
    await soon(id, { owedVnd: 10_000, surplusVnd: 55_000 })
    const late = await ask(id, 10_000)
    await post(of(id, 'cash-payments'), { amountVnd: 10_000 })
    await pay(10_000n, late)
    await soon(id, { owedVnd: 0, surplusVnd: 65_000 })
    await sell({ customerId: id, amountVnd: 20_000 })
    const settle = (as: string, amountVnd: number) => post(of(id, 'surplus'), { as, amountVnd })
    expect((await settle('offset', 20_001)).body.code).toBe('credit_too_much')
    expect((await settle('offset', 20_000)).body).toMatchObject({ owedVnd: 0, surplusVnd: 45_000 })
    expect((await settle('given_back', 45_001)).body.code).toBe('credit_too_much')
    expect((await settle('given_back', 45_000)).body).toMatchObject({ owedVnd: 0, surplusVnd: 0 })
  })

  it('is owed again when the bank takes the payment back, what went back to the shopper included', async () => {
    const id = await owing(40_000)
    const code = await ask(id, 40_000)
    await pay(42_000n, code, { reference: 'FT77' })
    await soon(id, { owedVnd: 0, surplusVnd: 2_000 })
    await post(of(id, 'surplus'), { as: 'given_back', amountVnd: 2_000 })
    await pay(42_000n, `HOAN TIEN ${code}`, { type: 'out', reference: 'FT77' })
    await soon(id, { owedVnd: 42_000, surplusVnd: 0 })
    expect((await read(id)).entries[0]).toMatchObject({ kind: 'taken_back', amountVnd: 42_000 })
  })

  it('is paid by the same code again once the bank took the payment back, be both heard at once or not', async () => {
    const id = await owing(90_000)
    const code = await ask(id, 90_000)
    await pay(90_000n, code, { reference: 'FT90' })
    await soon(id, { owedVnd: 0, surplusVnd: 0 })
    const takeBack = (reference: string) => pay(90_000n, `HOAN TIEN ${code}`, { type: 'out', reference })
    await takeBack('FT90')
    await soon(id, { owedVnd: 90_000, surplusVnd: 0 })
    await pay(90_000n, code, { reference: 'FT91' })
    await soon(id, { owedVnd: 0, surplusVnd: 0 })
    // The worker waits for its lane, so that both are of one batch.
    await inMarket(service.workerDb, owner.marketId, async (tx) => {
      await tx.execute(sql`select from feed_lane for update`)
      await takeBack('FT91')
      await pay(90_000n, code)
    })
    await until(async () => (await read(id)).entries.length === 6, 'both to be heard')
    expect(await read(id)).toMatchObject({ owedVnd: 0, surplusVnd: 0 })
    // What comes beyond that is to go back, as ever.
    await pay(90_000n, code)
    await soon(id, { owedVnd: 0, surplusVnd: 90_000 })
    expect(await wrong()).toBeNull()
  })

  it('and paid too much goes back by the book alone, which changes no figure of the day', async () => {
    const id = await owing(40_000)
    await pay(50_000n, await ask(id, 40_000))
    await soon(id, { owedVnd: 0, surplusVnd: 10_000 })
    const [row] = await rows(
      `select payment_id as id from credit_entry where customer_id = '${id}' and kind = 'paid_bank'`,
    )
    const { items } = (await service.call(`/v1/stalls/${owner.stallId}/takings`, { session: owner })).body
    expect(items.find((one: { payment?: { id: string } }) => one.payment?.id === row?.['id'])).toMatchObject({
      kind: 'bank',
      paidCredit: true,
    })
    const refund = { paymentId: row?.['id'], amountVnd: 10_000, toWhom: 'chị Hà, VCB 0011' }
    expect((await post(`/v1/stalls/${owner.stallId}/sale-refunds`, refund)).body.code).toBe(
      'refund_in_credit_book',
    )
    const before = await summary()
    expect((await post(of(id, 'surplus'), { as: 'given_back', amountVnd: 10_000 })).body.surplusVnd).toBe(0)
    expect(await summary()).toEqual(before)
  })

  it('is never paid below nothing by several at once, and adds up to the sum of its lines', async () => {
    const id = await owing(100_000)
    const codes = [await ask(id, 60_000), await ask(id, 60_000)]
    const answers = await Promise.all([
      post(of(id, 'cash-payments'), { amountVnd: 70_000 }),
      post(of(id, 'cash-payments'), { amountVnd: 70_000 }),
      ...codes.map((code) => pay(60_000n, code)),
      ...Array.from({ length: 10 }, () => post(of(id, 'forgive'), { amountVnd: 9_000, reason: 'thử' })),
    ])
    expect(answers.map(({ status }) => status).every((status) => status < 500)).toBe(true)
    await until(async () => {
      const { entries } = await read(id)
      return entries.filter(({ kind }: { kind: string }) => kind === 'paid_bank').length === 2
    }, 'both payments')
    const { owedVnd, surplusVnd, entries } = await read(id)
    const sum = (of: string) =>
      entries.reduce((total: number, entry: Record<string, number>) => total + (entry[of] ?? 0), 0)
    expect([owedVnd, surplusVnd]).toEqual([sum('amountVnd'), sum('surplusVnd')])
    expect(Math.min(...entries.map((entry: { owedAfterVnd: number }) => entry.owedAfterVnd))).toBe(0)
    expect(await wrong()).toBeNull()
  })
})

describe('a credit book', () => {
  it('is its stallholder’s alone', async () => {
    const id = await owing(1_000)
    const others = service.markets[0]?.stalls.find((stall) => stall.id !== owner.stallId)
    for (const session of [
      await service.logInAs(others ?? { login: '' }),
      await service.logIn('stallholder', 1),
    ]) {
      expect((await service.call(`/v1/credit-customers/${id}`, { session })).body.code).toBe('not_found')
      expect((await post(of(id, 'forgive'), { amountVnd: 1, reason: 'của ai' }, session)).body.code).toBe(
        'not_found',
      )
    }
    for (const role of ['helper', 'head', 'accountant', 'cashier', 'collector', 'admin', 'ward'])
      expect((await sell({ name: 'Ai', amountVnd: 1 }, await service.logIn(role))).body.code).toBe(
        'role_forbidden',
      )
    // Nor does the trail of the board hold a name.
    expect(
      await rows(`select 1 from audit_value where value like '%Khách%' or value like '%${NAME}%'`),
    ).toEqual([])
  })

  it('is held together by the database: no line is changed, forged, or leads below nothing', async () => {
    const id = await owing(5_000)
    const add = (number: number, [before, amount]: [number, number], more = '') =>
      rows(`insert into credit_entry (market_id, id, customer_id, number, kind, amount_vnd, surplus_vnd, owed_before_vnd,
        owed_after_vnd, surplus_before_vnd, surplus_after_vnd, at, user_id, note) values ('${owner.marketId}', 'cen_x${number}',
        '${id}', ${number}, ${more === '' ? "'forgiven'" : more}, ${amount}, 0, ${before}, ${before + amount}, 0, 0, now(), 'usr_x', 'x')`)
    const broken = (constraint: string) => ({ cause: { constraint } })
    await expect(add(2, [9_000, -1_000])).rejects.toMatchObject(broken('credit_entry_before_fk'))
    await expect(add(3, [5_000, -1_000])).rejects.toMatchObject(broken('credit_entry_before_fk'))
    await expect(add(1, [0, 5_000], "'sale'")).rejects.toMatchObject(broken('credit_entry_number_key'))
    await expect(add(2, [5_000, -6_000])).rejects.toMatchObject(broken('credit_entry_owed'))
    await expect(add(2, [5_000, -5_000], "'paid_bank'")).rejects.toThrow(/Failed query/)
    await expect(rows(`update credit_entry set amount_vnd = 1`)).rejects.toThrow()
    await expect(rows(`delete from credit_entry`)).rejects.toThrow()
    await expect(add(2, [5_000, -5_000], "'forgiven'")).resolves.toEqual([])
    await expect(rows(`select credit_pay('${owner.marketId}', '{}', now())`)).rejects.toThrow()
  })

  it('lists who owes most first, and forgets a shopper but not the sums', async () => {
    const list = async () =>
      (await service.call(`/v1/stalls/${owner.stallId}/credit-customers`, { session: owner })).body
    const { items, owedVnd } = await list()
    const owed: number[] = items.map((one: { owedVnd: number }) => one.owedVnd)
    expect(owed).toEqual(owed.toSorted((a, b) => b - a))
    expect(owedVnd).toBe(owed.reduce((sum, one) => sum + one, 0))
    const { id } = items.find(({ name }: { name: string }) => name === NAME)
    const { body } = await post(of(id, 'erase'), undefined)
    expect(body).toMatchObject({ name: '', phone: null, owedVnd: 30_000 })
    expect((await list()).owedVnd).toBe(owedVnd)
    const texts =
      await rows(`select c::text as row from credit_customer c union all select e::text from credit_entry e
      union all select answer::text from idempotency_key`)
    expect(JSON.stringify(texts)).not.toMatch(/Cô Bảy|765 432|ba cân cá|khách quen/)
    expect((await sell({ customerId: id, amountVnd: 1_000 })).body.code).toBe('not_found')
  })

  it('is read by its own lines, however many others the market has', async () => {
    const admin = createDb(service.database.adminUrl, { max: 1 })
    const [, other] = service.markets[0]?.stalls ?? []
    // Only plans are looked at: the keys between the lines are left out.
    for (const text of [
      `set session_replication_role = 'replica'`,
      `insert into credit_customer (market_id, id, stall_id, name, created_at)
        select '${owner.marketId}', 'cus_m' || n, '${other?.id}', 'Khách', now() from generate_series(1, 400) n`,
      `insert into credit_entry (market_id, id, customer_id, number, kind, amount_vnd, surplus_vnd, owed_before_vnd, owed_after_vnd,
          surplus_before_vnd, surplus_after_vnd, at, user_id, cash_sale_id)
        select '${owner.marketId}', 'cen_m' || c || '_' || n, 'cus_m' || c, n, 'paid_cash', -1, 0, 100 - n, 99 - n, 0, 0, now(), 'usr_x',
          'cas_m' || c || '_' || n
        from generate_series(1, 400) c, generate_series(2, 50) n`,
      'analyze credit_customer, credit_entry',
    ])
      await admin.pool.query(text)
    await admin.pool.end()
    const scans = (work: (tx: Tx) => Promise<unknown>) => scansOf(service.ctx.db, owner.marketId, work)
    expect(await scans((tx) => findEntry(tx, owner.marketId, { cashSaleId: 'cas_m7_7' }))).toEqual([
      { by: 'credit_entry_cash_key', times: 1, rows: 1 },
    ])
    const days = { since: null, until: null }
    const read = await scans((tx) => listCustomers(tx, owner.marketId, owner.stallId ?? '', days))
    expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(200)
  })

  it('forgets by itself who has owed nothing for a year, and nobody else', async () => {
    const gone = await owing(2_000)
    await post(of(gone, 'cash-payments'), { amountVnd: 2_000 })
    const kept = await owing(3_000)
    const trim = (days: number) =>
      inMarket(service.workerDb, owner.marketId, (tx) =>
        trimPersonalData(tx, owner.marketId, new Date(NOW.getTime() + days * 86_400_000)),
      )
    await trim(364)
    expect((await read(gone)).name).not.toBe('')
    await trim(366)
    expect(
      await rows(`select name from credit_customer where id in ('${gone}', '${kept}') order by name`),
    ).toEqual([{ name: '' }, { name: expect.stringMatching(/^Khách/) }])
  })
})
