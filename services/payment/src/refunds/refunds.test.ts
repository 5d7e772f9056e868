import { inMarket } from '@tienve/db'
import { boardAccounts, postAll } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyCredits } from '../settlements/service.ts'
import { startDesk, type TestDesk } from '../suspense/testing.ts'
import { until } from '../testing.ts'
import { closeNamedRefunds } from './service.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await startDesk()
})
afterAll(() => desk.stop())

const list = async (status: string) =>
  (
    await desk.service.call(`/v1/markets/${desk.head.marketId}/refunds?status=${status}`, {
      session: desk.accountant,
    })
  ).body.items
const act = (id: string, name: string, body: object) =>
  desk.service.call(`/v1/refunds/${id}/${name}`, { body, session: desk.accountant })
const differenceVnd = async () =>
  (await desk.service.call(`/v1/markets/${desk.head.marketId}/reconciliation`, { session: desk.head })).body
    .differenceVnd
let told = 0
const overpay = async (stall: number, owedVnd: bigint, paidVnd: bigint) => {
  told += 1
  const charge = await desk.charging.issue(desk.stallOf(stall), `2025-0${told}`, [{ netVnd: owedVnd }])
  await desk.service.tell({ id: told, account: '0001999999', amountVnd: paidVnd, memo: charge.code })
  return until(
    async () =>
      (await list('offered')).find((one: { stallId: string }) => one.stallId === desk.stallOf(stall)),
    'the offer',
  )
}
const promise = (id: string, amountVnd: number) =>
  act(id, 'promise', { amountVnd, toWhom: 'chị Hà, VCB 0011', reason: 'nộp thừa' })

describe('a payment of a charge that brought too much', () => {
  it('is offered back, held for it once promised, and closed by the transfer that the bank shows', async () => {
    const offer = await overpay(0, 100_000n, 130_000n)
    expect(offer).toMatchObject({ status: 'offered', amountVnd: 30_000, code: null })
    expect((await promise(offer.id, 30_001)).body.code).toBe('refund_not_possible')
    const { body: due } = await promise(offer.id, 25_000)
    expect(due).toMatchObject({ status: 'due', amountVnd: 25_000, toWhom: 'chị Hà, VCB 0011' })
    const next = await desk.charging.issue(desk.stallOf(0), '2025-11', [{ netVnd: 100_000n }])
    const bank = await desk.balanceOf(boardAccounts.bank)
    await desk.leave(25_000n, `hoan tien ${due.code}`)
    const [paid] = await list('paid')
    expect(paid).toMatchObject({ id: offer.id, amountVnd: 25_000, candidates: [] })
    expect(await desk.balanceOf(boardAccounts.bank)).toBe(bank - 25_000n)
    expect(await differenceVnd()).toBe(0)
    expect(next.totalVnd).toBe(100_000n)
    expect((await act(offer.id, 'cancel', { reason: 'thôi' })).body.code).toBe('refund_already_final')
    await desk.balanced()
  })

  it('is not taken by a charge while it is promised, and is again once the promise is taken back', async () => {
    const offer = await overpay(1, 100_000n, 160_000n)
    await promise(offer.id, 50_000)
    const used = async () =>
      (
        await desk.rows(
          sql`select used_vnd::text, held_vnd::text from stall_credit where stall_id = ${desk.stallOf(1)}`,
        )
      )[0]
    await desk.charging.issue(desk.stallOf(1), '2025-12', [{ netVnd: 40_000n }])
    const apply = () =>
      inMarket(desk.service.ctx.db, desk.head.marketId, async (tx) => {
        const { marketId } = desk.head
        const posts = await applyCredits(tx, marketId, [desk.stallOf(1)], desk.service.ctx.now())
        await postAll(tx, marketId, posts, { as: 'api' })
        return posts.length
      })
    expect(await apply()).toBe(1)
    expect(await used()).toEqual({ used_vnd: '10000', held_vnd: '50000' })
    await expect(
      desk.rows(sql`update stall_credit set used_vnd = 10001 where held_vnd > 0`),
    ).rejects.toThrow()
    expect((await act(offer.id, 'cancel', { reason: 'sạp để trừ kỳ sau' })).body.status).toBe('cancelled')
    expect(await used()).toEqual({ used_vnd: '10000', held_vnd: '0' })
    expect(await apply()).toBe(1)
    expect((await promise(offer.id, 30_000)).body.code).toBe('refund_not_possible')
    expect((await promise(offer.id, 10_000)).body.status).toBe('due')
    await act(offer.id, 'cancel', { reason: 'thôi' })
    await desk.balanced()
  })
})

describe('money in suspense that goes back', () => {
  it('stays in the books’ suspense until the bank shows it left, and cannot be undone after', async () => {
    const id = await desk.arrive(70_000n)
    await desk.resolve(id, { as: 'return', toWhom: 'người chuyển nhầm' })
    expect(await desk.balanceOf(boardAccounts.suspense)).toBe(70_000n)
    await desk.balanced()
    await desk.leave(70_000n, 'hoan tra')
    expect(await desk.read(id)).toMatchObject({ status: 'resolved', refundStatus: 'paid' })
    expect(await desk.balanceOf(boardAccounts.suspense)).toBe(0n)
    expect((await desk.act(id, 'undo', { reason: 'nhầm' })).body.code).toBe('resolution_used')
    expect(await differenceVnd()).toBe(0)
    await desk.balanced()
  })

  it('of two of one sum is left to a person, who names the transfer; the worker posts it', async () => {
    const [one, two] = [await desk.arrive(80_000n), await desk.arrive(80_000n)]
    for (const id of [one, two]) await desk.resolve(id, { as: 'return', toWhom: 'người chuyển nhầm' })
    await desk.leave(80_000n, 'hoan tra')
    const due = (await list('due')).filter((item: { amountVnd: number }) => item.amountVnd === 80_000)
    expect(due).toHaveLength(2)
    const refund = due.find((item: { suspenseId: string }) => item.suspenseId === two)
    expect(refund.candidates).toMatchObject([{ amountVnd: 80_000, content: 'hoan tra' }])
    const [candidate] = refund.candidates
    const wrong = await act(refund.id, 'paid-by', { bankTransactionId: 'btx_x' })
    expect(wrong.body.code).toBe('refund_transfer_wrong')
    const named = await act(refund.id, 'paid-by', { bankTransactionId: candidate.bankTransactionId })
    expect(named.body).toMatchObject({ status: 'due', isNamed: true, candidates: [] })
    const other = due.find((item: { suspenseId: string }) => item.suspenseId === one)
    const taken = await act(other.id, 'paid-by', { bankTransactionId: candidate.bankTransactionId })
    expect(taken.body.code).toBe('refund_transfer_wrong')
    expect((await desk.act(two, 'undo', { reason: 'nhầm' })).body.code).toBe('resolution_used')
    await closeNamedRefunds(desk.service.workerDb, desk.head.marketId)
    await closeNamedRefunds(desk.service.workerDb, desk.head.marketId)
    expect(await desk.balanceOf(boardAccounts.outgoing)).toBe(0n)
    expect(await desk.read(two)).toMatchObject({ refundStatus: 'paid' })
    expect(await desk.read(one)).toMatchObject({ refundStatus: 'due' })
    expect(await differenceVnd()).toBe(0)
    await desk.balanced()
  })

  it('cannot be called paid but by the worker, which has heard the bank', async () => {
    const id = await desk.arrive(90_000n)
    await desk.resolve(id, { as: 'return', toWhom: 'người chuyển nhầm' })
    const attempts = [
      sql`update refund set status = 'paid' where status = 'due'`,
      sql`update refund set status = 'cancelled' where status = 'paid'`,
      sql`update refund set paid_by = null where status = 'paid'`,
    ]
    for (const attempt of attempts)
      await expect(
        inMarket(desk.service.ctx.db, desk.head.marketId, (tx) => tx.execute(attempt)),
      ).rejects.toThrow()
    await desk.balanced()
  })
})
