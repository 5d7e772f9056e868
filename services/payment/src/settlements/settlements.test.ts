import { inMarket } from '@tienve/db'
import { balances, boardAccounts, depositChart, openAccounts, verifyMarket } from '@tienve/ledger'
import { decodeVietQr } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeCodes } from '../stalls/repository.ts'
import { chargesOf, type Charging, type TestCharge } from '../testing-charges.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

const BOARD = '0001999999'
let service: TestService
let charging: Charging
let head: Session
let stall: Session
beforeAll(async () => {
  service = await startService()
  head = await service.logIn('head')
  stall = await service.logIn('stallholder')
  charging = chargesOf(service, head.marketId)
})
afterAll(async () => {
  await charging.stop()
  await service.stop()
})

const stallOf = (at: number): string => service.markets[0]?.stalls[at]?.id ?? ''
const get = async (path: string, session = head) => (await service.call(path, { session })).body
const chargeOf = (charge: TestCharge) => get(`/v1/charges/${charge.id}`)
const debtOf = (stallId: string, session = head) => get(`/v1/stalls/${stallId}/debt`, session)
let told = 0
const pay = (memo: string, amountVnd: bigint) => service.tell({ id: ++told, account: BOARD, amountVnd, memo })
const owner = <T>(work: Parameters<typeof inMarket<T>>[2]) => inMarket(charging.owner, head.marketId, work)
const balanceOf = async (id: string) =>
  (await owner((tx) => balances(tx, head.marketId, [id])))[0]?.balanceVnd ?? 0n

describe('the code of a stall’s whole debt', () => {
  it('is one for the stall, for all that it owes, and pays the oldest first', async () => {
    const stallId = stall.stallId ?? ''
    const late = await charging.issue(stallId, '2026-10', [{ netVnd: 300_000n }])
    const early = await charging.issue(stallId, '2026-09', [{ netVnd: 200_000n }])
    const debt = await debtOf(stallId, stall)
    expect(debt).toMatchObject({ outstandingVnd: 500_000, overdueVnd: 500_000, creditVnd: 0 })
    expect(debt.charges.map(({ period }: { period: string }) => period)).toEqual(['2026-09', '2026-10'])
    expect((await debtOf(stallId)).code).toBe(debt.code)
    const decoded = decodeVietQr(debt.payload)
    expect(decoded.ok && decoded.value).toMatchObject({
      account: BOARD,
      amountVnd: 500_000n,
      memo: debt.code,
    })
    await pay(debt.code, 250_000n)
    await until(async () => (await debtOf(stallId)).outstandingVnd === 250_000, 'the debt to shrink')
    expect(await chargeOf(early)).toMatchObject({ status: 'paid', outstandingVnd: 0 })
    expect(await chargeOf(late)).toMatchObject({ status: 'part_paid', outstandingVnd: 250_000 })
    const { items } = await get(`/v1/stalls/${stallId}/payments`, stall)
    expect(items).toEqual([])
    const [receipt] = (await get(`/v1/stalls/${stallId}/receipts`, stall)).items
    expect(receipt).toMatchObject({
      amountVnd: 250_000,
      creditVnd: 0,
      settled: [
        { chargeId: early.id, amountVnd: 200_000 },
        { chargeId: late.id, amountVnd: 50_000 },
      ],
    })
    await pay(debt.code, 300_000n)
    await until(async () => (await debtOf(stallId)).creditVnd === 50_000, 'the rest to be credit')
    expect(await debtOf(stallId)).toMatchObject({ outstandingVnd: 0, payload: null, charges: [] })
  })

  it('of another market’s stall, or for another stall’s people, is not found', async () => {
    const foreign = service.markets[1]?.stalls[0]?.id ?? ''
    for (const [stallId, session] of [
      [foreign, head],
      [stallOf(5), stall],
    ] as const) {
      const { status } = await service.call(`/v1/stalls/${stallId}/debt`, { session })
      expect(status).toBe(404)
      expect((await service.call(`/v1/stalls/${stallId}/receipts`, { session })).status).toBe(404)
    }
  })
})

describe('money that names a charge', () => {
  it('pays that charge first, then the oldest; where the market chose so, the oldest before it', async () => {
    const [first, second] = [stallOf(10), stallOf(11)]
    const of = async (stallId: string) => ({
      old: await charging.issue(stallId, '2026-08', [{ netVnd: 100_000n }]),
      named: await charging.issue(stallId, '2026-09', [{ netVnd: 100_000n }]),
    })
    const one = await of(first)
    await pay(one.named.code, 150_000n)
    await until(async () => (await debtOf(first)).outstandingVnd === 50_000, 'the first stall’s payment')
    expect(await chargeOf(one.named)).toMatchObject({ status: 'paid' })
    expect(await chargeOf(one.old)).toMatchObject({ status: 'part_paid', outstandingVnd: 50_000 })
    await owner((tx) =>
      tx.execute(
        sql`insert into charge_policy (market_id, settle_order) values (${head.marketId}, 'oldest_first')`,
      ),
    )
    const two = await of(second)
    await pay(two.named.code, 150_000n)
    await until(async () => (await debtOf(second)).outstandingVnd === 50_000, 'the second stall’s payment')
    expect(await chargeOf(two.old)).toMatchObject({ status: 'paid' })
    expect(await chargeOf(two.named)).toMatchObject({ status: 'part_paid', outstandingVnd: 50_000 })
    await owner((tx) => tx.execute(sql`delete from charge_policy`))
  })

  it('and came more than once or too much is the stall’s credit, which its charge shows until it is used', async () => {
    const charge = await charging.issue(stallOf(12), '2026-09', [{ netVnd: 100_000n }])
    await pay(charge.code, 130_000n)
    await pay(charge.code, 100_000n)
    const over = await until(async () => {
      const now = await chargeOf(charge)
      return now.paidVnd === 230_000 && now
    }, 'both payments')
    expect(over).toMatchObject({
      status: 'overpaid',
      dueVnd: 100_000,
      creditVnd: 130_000,
      stallCreditVnd: 130_000,
    })
    expect(over.receipts.map(({ amountVnd }: { amountVnd: number }) => amountVnd)).toEqual([130_000, 100_000])
    const { totals } = await get(`/v1/stalls/${stallOf(12)}/charges`)
    expect(totals).toMatchObject({ outstandingVnd: 0, paidVnd: 230_000, creditVnd: 130_000 })
    const { body } = await service.call(new URL(over.receipts[1].url).pathname, {
      headers: { accept: 'application/json' },
    })
    expect(body).toMatchObject({ amountVnd: 100_000, creditVnd: 100_000, charges: [{ amountVnd: 0 }] })
  })
})

describe('the code of a deposit', () => {
  it('brings money to the stall’s own account of deposits, with a receipt, and settles nothing', async () => {
    const stallId = stallOf(13)
    await owner((tx) => openAccounts(tx, head.marketId, depositChart(stallId, 'enterprise', '2026-11-01')))
    const contractId = `ctr_${stallId.slice(4)}`
    const codes = await owner((tx) => takeCodes(tx, head.marketId, 'deposit', [contractId]))
    const charge = await charging.issue(stallId, '2026-09', [{ netVnd: 100_000n }])
    await pay(codes.get(contractId) ?? '', 5_000_000n)
    const receipt = await until(
      async () => (await get(`/v1/stalls/${stallId}/receipts`)).items[0],
      'the deposit’s receipt',
    )
    expect(receipt).toMatchObject({ purpose: 'deposit', amountVnd: 5_000_000, settled: [], creditVnd: 0 })
    expect(await balanceOf(boardAccounts.deposit(stallId))).toBe(5_000_000n)
    expect(await chargeOf(charge)).toMatchObject({ status: 'issued' })
    const { body: page } = await service.call(new URL(receipt.url).pathname)
    expect(page).toContain('Tiền cọc')
  })
})

describe('the code of a day ticket', () => {
  const ticket = async (page: number) => {
    const id = `tkt_test${page}`
    const codes = await owner((tx) => takeCodes(tx, head.marketId, 'ticket', [id]))
    const code = codes.get(id) ?? ''
    await owner(async (tx) => {
      await tx.execute(sql`
        insert into book (market_id, id, code, kind, collector_id, device_id, pages, tariff_id, issued_by, issued_at)
        select ${head.marketId}, 'bok_test', 'B1', 'ticket', u.id, 'device-1', 10, t.id, u.id, now()
        from app_user u, tariff t where u.role = 'collector' order by t.id limit 1 on conflict do nothing`)
      await tx.execute(sql`insert into book_page (market_id, book_id, page, token, used_at)
        values (${head.marketId}, 'bok_test', ${page}, ${`token-of-page-${page}`}, now())`)
      await tx.execute(sql`select directory_add_receipts(${head.marketId}, ${sql.param([`token-of-page-${page}`])}::text[],
        ${sql.param([`bok_test:${page}`])}::text[])`)
      await tx.execute(sql`insert into cash_duty (market_id, day, user_id, duty)
        select market_id, '2026-11-24', collector_id, 'collect' from book where id = 'bok_test' on conflict do nothing`)
      await tx.execute(sql`
        insert into day_ticket (market_id, id, book_id, page, tariff_id, collector_id, price_vnd, vat_vnd, sold_at,
          received_at, day, paid_by, code)
        select ${head.marketId}, ${id}, b.id, ${page}, b.tariff_id, b.collector_id, 10000, 741, now(), now(), '2026-11-24',
          'bank', ${code} from book b where b.id = 'bok_test'`)
    })
    return { id, code }
  }
  const receiptAt = (page: number, accept = 'application/json') =>
    service.call(`/r/token-of-page-${page}`, { headers: { accept } })

  it('sells it on the bank’s word, with its tax, on the page that the buyer holds', async () => {
    const { id, code } = await ticket(7)
    expect((await receiptAt(7)).body).toMatchObject({ state: 'waiting', number: null, bookPage: 'B1-0007' })
    expect((await receiptAt(7, 'text/html')).body).toContain('Chưa đồng bộ')
    const [revenue, vat] = [await balanceOf(boardAccounts.revenue), await balanceOf(boardAccounts.vat)]
    await pay(code, 10_000n)
    const { body } = await until(async () => {
      const answer = await receiptAt(7)
      return answer.body.state === 'valid' && answer
    }, 'the ticket to be paid')
    expect(body).toMatchObject({ purpose: 'ticket', amountVnd: 10_000, paidBy: 'bank', stallCode: null })
    expect(await balanceOf(boardAccounts.revenue)).toBe(revenue + 9_259n)
    expect(await balanceOf(boardAccounts.vat)).toBe(vat + 741n)
    const { rows } = await owner((tx) =>
      tx.execute(sql`select (select count(*) from payment p where p.bank_transaction_id = t.bank_transaction_id) as payments
        from day_ticket t where id = ${id} and bank_transaction_id is not null`),
    )
    expect(rows).toEqual([{ payments: 0n }])
  })

  it('paid twice, or with another sum, waits for a person', async () => {
    const { code } = await ticket(8)
    await pay(code, 9_000n)
    await pay(code, 10_000n)
    await pay(code, 10_000n)
    const items = await until(async () => {
      const { body } = await service.call(`/v1/markets/${head.marketId}/suspense?status=open`, {
        session: head,
      })
      return body.items.length === 2 && body.items
    }, 'two sums in suspense')
    expect(
      items
        .map(({ reason, amountVnd }: { reason: string; amountVnd: number }) => [reason, amountVnd])
        .toSorted(),
    ).toEqual([
      ['overpaid_twice', 10_000],
      ['wrong_amount', 9_000],
    ])
    expect((await receiptAt(8)).body.state).toBe('valid')
    expect(await verifyMarket(service.ctx.db, head.marketId)).toMatchObject({ ok: true })
  })
})
