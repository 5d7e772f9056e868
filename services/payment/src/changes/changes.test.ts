import { inMarket } from '@tienve/db'
import { balances, boardAccounts, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chargesOf, type Charging, type TestCharge } from '../testing-charges.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

let service: TestService
let charging: Charging
let accountant: Session
let head: Session
const marketId = (): string => head.marketId
const stallOf = (at: number): string => service.markets[0]?.stalls[at]?.id ?? ''

beforeAll(async () => {
  service = await startService()
  accountant = await service.logIn('accountant')
  head = await service.logIn('head')
  charging = chargesOf(service, head.marketId)
})
afterAll(async () => {
  await charging.stop()
  await service.stop()
})

const propose = (charge: TestCharge, body: object, session = accountant) =>
  service.call(`/v1/charges/${charge.id}/changes`, {
    body: { reason: 'cháy chợ ngày 3/11', ...body },
    session,
  })
const decide = (id: string, name: 'approve' | 'refuse', body: object, session = head) =>
  service.call(`/v1/charge-changes/${id}/${name}`, { body, session })
const approve = (
  change: { id: string; amountVnd: number; now: { outstandingVnd: number } },
  session = head,
) =>
  decide(
    change.id,
    'approve',
    { seen: { amountVnd: change.amountVnd, outstandingVnd: change.now.outstandingVnd } },
    session,
  )
const chargeOf = async (charge: TestCharge) =>
  (await service.call(`/v1/charges/${charge.id}`, { session: head })).body
let told = 0
const pay = async (charge: TestCharge, amountVnd: bigint, done: string) => {
  await service.tell({ id: ++told, account: '0001999999', amountVnd, memo: charge.code })
  await until(async () => (await chargeOf(charge)).status === done, `a charge to be ${done}`)
}
const moved = async (id: string) => {
  const [of] = await inMarket(service.ctx.db, marketId(), (tx) => balances(tx, marketId(), [id]))
  return of?.balanceVnd ?? 0n
}
const inBalance = async (stallId: string) => {
  const { owedVnd, receivableVnd, paidVnd, settledVnd } = await charging.standing(stallId)
  expect([owedVnd, paidVnd]).toEqual([receivableVnd, settledVnd])
  const { creditVnd, advanceVnd } = await charging.advances()
  expect(creditVnd).toBe(advanceVnd)
}

const TAXED = [
  { netVnd: 1_000_000n, vatPercent: '8', vatVnd: 80_000n },
  { netVnd: 320_000n, passThrough: true },
]

describe('a change of an issued charge', () => {
  it('is proposed by one person, changes nothing, and is approved by another who has seen its sums', async () => {
    const charge = await charging.issue(stallOf(0), '2026-07', TAXED)
    const { status, body } = await propose(charge, { kind: 'adjusted', line: 1, up: false, netVnd: 20_000 })
    expect([status, body.status]).toEqual([201, 'proposed'])
    expect(body).toMatchObject({ netVnd: -20_000, vatVnd: -1_600, amountVnd: -21_600, lineName: 'line 1' })
    expect((await chargeOf(charge)).dueVnd).toBe(1_400_000)
    expect((await propose(charge, { kind: 'written_off' })).body.code).toBe('change_already_proposed')
    expect((await approve(body, accountant)).body.code).toBe('role_forbidden')
    const unseen = await decide(body.id, 'approve', { seen: { amountVnd: -21_600, outstandingVnd: 1 } })
    expect([unseen.body.code, unseen.body.fields]).toEqual([
      'change_outdated',
      { 'seen.outstandingVnd': 'now 1400000' },
    ])
    const { body: done } = await approve(body)
    expect(done).toMatchObject({ status: 'approved', now: { dueVnd: 1_378_400, outstandingVnd: 1_378_400 } })
    expect((await approve(body)).body.code).toBe('approval_already_decided')
    expect(await chargeOf(charge)).toMatchObject({
      adjustedVnd: -21_600,
      totalVnd: 1_400_000,
      status: 'issued',
    })
    await inBalance(stallOf(0))
  })

  it('cannot be approved or refused by who proposed it, whatever the code does', async () => {
    const charge = await charging.issue(stallOf(1), '2026-07', TAXED)
    const { body } = await propose(charge, { kind: 'relieved', by: { percent: 50 } })
    for (const name of ['approved', 'refused']) {
      const attempt = inMarket(charging.owner, marketId(), (tx) =>
        tx.execute(sql`update approval set ${sql.raw(name)}_by = proposed_by, ${sql.raw(name)}_at = now()
          ${sql.raw(name === 'refused' ? ", refused_reason = 'x'" : '')} where object_id = ${body.id}`),
      )
      await expect(attempt).rejects.toThrow()
    }
    const { body: refused } = await decide(body.id, 'refuse', { reason: 'chưa có đơn' })
    expect(refused).toMatchObject({
      status: 'refused',
      refusedReason: 'chưa có đơn',
      decidedBy: expect.any(String),
    })
    expect((await decide(body.id, 'refuse', { reason: 'lần nữa' })).body.code).toBe(
      'approval_already_decided',
    )
    expect((await chargeOf(charge)).dueVnd).toBe(1_400_000)
    expect((await propose(charge, { kind: 'relieved', by: { percent: 10 } })).status).toBe(201)
  })

  it('relieves by a share with its tax, on an account of its own', async () => {
    const charge = await charging.issue(stallOf(2), '2026-07', [
      { netVnd: 1_000_000n, vatPercent: '8', vatVnd: 80_000n },
    ])
    const before = [await moved(boardAccounts.relief), await moved(boardAccounts.vat)] as const
    const { body } = await propose(charge, { kind: 'relieved', by: { percent: 50 } })
    expect(body).toMatchObject({ netVnd: -500_000, vatVnd: -40_000, amountVnd: -540_000 })
    await approve(body)
    expect(await moved(boardAccounts.relief)).toBe(before[0] + 500_000n)
    expect(await moved(boardAccounts.vat)).toBe(before[1] - 40_000n)
    const rest = await propose(charge, { kind: 'relieved', by: { amountVnd: 540_000 } })
    expect(rest.body).toMatchObject({ netVnd: -500_000, vatVnd: -40_000 })
    await approve(rest.body)
    expect(await chargeOf(charge)).toMatchObject({ status: 'relieved', dueVnd: 0, relievedVnd: 1_080_000 })
    await inBalance(stallOf(2))
  })

  it('gives back what was paid as credit, which pays what else the stall owes', async () => {
    const paid = await charging.issue(stallOf(3), '2026-07', [
      { netVnd: 500_000n, vatPercent: '8', vatVnd: 40_000n },
    ])
    await pay(paid, 540_000n, 'paid')
    const { body } = await propose(paid, { kind: 'adjusted', line: 1, up: false, netVnd: 100_000 })
    await approve(body)
    expect(await chargeOf(paid)).toMatchObject({
      status: 'overpaid',
      dueVnd: 432_000,
      paidVnd: 540_000,
      creditVnd: 108_000,
      settlements: [
        { source: 'bank', amountVnd: 540_000, receipt: { number: expect.any(String) } },
        { source: 'change', amountVnd: -108_000 },
      ],
    })
    await inBalance(stallOf(3))
    const next = await charging.issue(stallOf(3), '2026-08', [{ netVnd: 300_000n }])
    const up = await propose(next, { kind: 'adjusted', line: 1, up: true, netVnd: 50_000 })
    await approve(up.body)
    expect(await chargeOf(next)).toMatchObject({
      status: 'part_paid',
      dueVnd: 350_000,
      outstandingVnd: 242_000,
    })
    expect(await chargeOf(paid)).toMatchObject({ status: 'paid', creditVnd: 0 })
    await inBalance(stallOf(3))
  })

  it('writes off what is owed, tax included, and is proposed anew when a part was paid meanwhile', async () => {
    const charge = await charging.issue(stallOf(4), '2026-07', TAXED)
    const { body } = await propose(charge, { kind: 'written_off' })
    await pay(charge, 400_000n, 'part_paid')
    const late = await decide(body.id, 'approve', {
      seen: { amountVnd: -1_400_000, outstandingVnd: 1_000_000 },
    })
    expect([late.status, late.body.code]).toEqual([409, 'change_outdated'])
    await decide(body.id, 'refuse', { reason: 'đã nộp một phần' })
    const again = await propose(charge, { kind: 'written_off' })
    expect(again.body).toMatchObject({ amountVnd: -1_000_000, vatVnd: 0 })
    const expense = await moved(boardAccounts.expense)
    await approve(again.body)
    expect(await moved(boardAccounts.expense)).toBe(expense + 1_000_000n)
    expect(await chargeOf(charge)).toMatchObject({
      status: 'written_off',
      outstandingVnd: 0,
      writtenOffVnd: 1_000_000,
    })
    expect((await propose(charge, { kind: 'written_off' })).body.code).toBe('change_not_possible')
    await inBalance(stallOf(4))
  })

  it('never takes a charge or one of its lines below zero, and is of a line that there is', async () => {
    const charge = await charging.issue(stallOf(5), '2026-07', TAXED)
    for (const [body, code] of [
      [{ kind: 'relieved', by: { amountVnd: 1_400_001 } }, 'change_not_possible'],
      [{ kind: 'adjusted', line: 2, up: false, netVnd: 320_001 }, 'change_not_possible'],
      [{ kind: 'adjusted', line: 3, up: false, netVnd: 1 }, 'request_invalid'],
      [{ kind: 'adjusted', line: 1, up: false, netVnd: 0 }, 'request_invalid'],
      [{ kind: 'written_off', reason: ' ' }, 'request_invalid'],
    ] as const) {
      expect((await propose(charge, body)).body.code).toBe(code)
    }
    const utility = await moved(boardAccounts.utility)
    const { body } = await propose(charge, { kind: 'adjusted', line: 2, up: false, netVnd: 320_000 })
    await approve(body)
    expect(await moved(boardAccounts.utility)).toBe(utility - 320_000n)
    expect((await propose(charge, { kind: 'adjusted', line: 2, up: false, netVnd: 1 })).body.code).toBe(
      'change_not_possible',
    )
  })

  it('is listed for the board, and shown to its stall only once it is approved', async () => {
    const stall = await service.logIn('stallholder')
    const charge = await charging.issue(stall.stallId ?? '', '2026-06', TAXED)
    const { body } = await propose(charge, { kind: 'relieved', by: { percent: 5 } })
    const { body: open } = await service.call(`/v1/markets/${marketId()}/charge-changes?status=proposed`, {
      session: head,
    })
    expect(open.items.map(({ id }: { id: string }) => id)).toContain(body.id)
    const seen = async () => (await service.call(`/v1/charges/${charge.id}`, { session: stall })).body.changes
    const told = async () =>
      (
        await inMarket(charging.owner, marketId(), (tx) =>
          tx.execute(
            sql`select words from notice where kind = 'changed' and words ->> 'chargeId' = ${charge.id}`,
          ),
        )
      ).rows
    expect([await seen(), await told()]).toEqual([[], []])
    await approve(body)
    expect(await told()).toMatchObject([
      { words: { change: 'relieved', amountVnd: -70_000, outstandingVnd: 1_330_000 } },
    ])
    expect(await seen()).toMatchObject([{ id: body.id, reason: 'cháy chợ ngày 3/11' }])
    const { status } = await service.call(`/v1/markets/${marketId()}/charge-changes`, { session: stall })
    expect(status).toBe(403)
    expect(await verifyMarket(service.ctx.db, marketId())).toMatchObject({ ok: true })
  })
})
