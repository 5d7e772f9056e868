import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scansOf, startService, until, type Session, type TestService } from '../testing.ts'
import { getCurrentShift } from './service.ts'

let service: TestService
let owner: Session
let helper: Session
let account: string
let at = Date.parse('2026-11-24T03:00:00Z')
beforeAll(async () => {
  service = await startService()
  owner = await service.logIn('stallholder')
  helper = await service.logIn('helper')
  account = service.markets[0]?.stalls.find(({ id }) => id === owner.stallId)?.account ?? ''
})
afterAll(() => service.stop())

const post = (path: string, body: unknown, session = helper) =>
  service.call(path, { method: 'POST', body, session })
const start = (session = helper, body: unknown = {}) =>
  post(`/v1/stalls/${owner.stallId}/shifts`, body, session)
const end = (id: string, countedVnd: number, session = helper) =>
  post(`/v1/shifts/${id}/end`, { countedVnd }, session)
const confirm = (id: string, seenVnd: number, session = owner, note?: string) =>
  post(`/v1/shifts/${id}/confirm`, { seenVnd, note }, session)
const sell = (amountVnd: number, session = helper) =>
  post(`/v1/stalls/${owner.stallId}/cash-sales`, { amountVnd }, session)
const list = async () =>
  (await service.call(`/v1/stalls/${owner.stallId}/shifts`, { session: owner })).body.items
const rows = (text: string) =>
  inMarket(service.ctx.db, owner.marketId, async (tx) => (await tx.execute(sql.raw(text))).rows)
/** A minute later. */
const wait = (): void => service.setNow(new Date((at += 60_000)))
/** What is wrong with the books; nothing where they balance. */
const wrong = async () => {
  const session = await service.logIn('accountant')
  const { body } = await service.call(`/v1/markets/${owner.marketId}/ledger/verify`, { session })
  return body.firstWrong ?? null
}

describe('a shift', () => {
  it('shows its helper what they typed and how many sales, and its owner what it took and what is missing', async () => {
    const { status, body: begun } = await start(helper, { openingVnd: 200_000 })
    expect(status).toBe(201)
    expect((await start()).body.code).toBe('shift_open')
    wait()
    await sell(35_000)
    const { body: wrongSale } = await sell(99_000)
    await post(`/v1/cash-sales/${wrongSale.id}/undo`, undefined)
    // The owner's own cash is not of the helper's drawer.
    await sell(500_000, owner)
    await service.tell({ id: 1, account, amountVnd: 70_000n, memo: 'mua ca', at: new Date(at) })
    await until(async () => (await list())[0]?.bankCount === 1, 'the payment to be heard')
    wait()
    const { body: ended } = await end(begun.id, 215_000)
    expect(ended).toEqual({
      id: begun.id,
      stallId: owner.stallId,
      startedAt: begun.startedAt,
      endedAt: expect.any(String),
      openingVnd: 200_000,
      countedVnd: 215_000,
      sales: 2,
      confirmedAt: null,
    })
    const { body: current } = await service.call(`/v1/stalls/${owner.stallId}/shifts/current`, {
      session: helper,
    })
    expect(current.shift).toEqual(ended)
    expect((await list())[0]).toMatchObject({
      id: begun.id,
      bankVnd: 70_000,
      cashVnd: 35_000,
      cashCount: 1,
      expectedVnd: 235_000,
      countedVnd: 215_000,
      differenceVnd: -20_000,
    })
    expect((await end(begun.id, 235_000)).body.code).toBe('shift_not_open')
  })

  it('is accepted by its owner as she was shown it, and then nothing of it changes', async () => {
    const [shown] = await list()
    expect((await confirm(shown.id, 1)).body).toMatchObject({ code: 'shift_changed' })
    expect((await confirm(shown.id, shown.expectedVnd, helper)).body.code).toBe('role_forbidden')
    const { body } = await confirm(shown.id, shown.expectedVnd, owner, 'Cháu thối nhầm')
    expect(body).toMatchObject({ differenceVnd: -20_000, note: 'Cháu thối nhầm' })
    expect((await confirm(shown.id, shown.expectedVnd)).body.code).toBe('shift_already_confirmed')
    const [sale] = await rows(`select id from cash_sale where amount_vnd = 35000 and undone_at is null`)
    await post(`/v1/cash-sales/${sale?.['id']}/undo`, undefined)
    expect((await list())[0]).toMatchObject({ cashVnd: 35_000, expectedVnd: 235_000, differenceVnd: -20_000 })
    expect(await rows(`update shift set counted_vnd = 235000 where id = '${shown.id}' returning id`)).toEqual(
      [],
    )
    await expect(rows(`delete from shift`)).rejects.toThrow()
  })

  it('is not ended or accepted by another stall, nor by another helper, and may be ended by the owner', async () => {
    wait()
    const { body: begun } = await start()
    const others = service.markets[0]?.stalls.find(({ id }) => id !== owner.stallId)
    const other = await service.logInAs(others ?? { login: '' })
    for (const session of [other, await service.logIn('stallholder', 1)]) {
      expect((await end(begun.id, 0, session)).body.code).toBe('not_found')
      expect((await confirm(begun.id, 0, session)).body.code).toBe('not_found')
    }
    expect((await confirm(begun.id, 0)).body.code).toBe('shift_not_ended')
    for (const role of ['head', 'accountant', 'collector', 'admin', 'ward'])
      expect((await end(begun.id, 0, await service.logIn(role))).body.code).toBe('role_forbidden')
    expect((await end(begun.id, 0, owner)).status).toBe(200)
  })

  it('has every sale of its time and none of the next, be they made at the moment it ends', async () => {
    const total = async () => {
      const [row] = await rows(`select coalesce(sum(amount_vnd), 0) as vnd from cash_sale
        where undone_at is null and user_id = (select id from app_user where stall_id = '${owner.stallId}' and role = 'helper')`)
      return Number(row?.['vnd'])
    }
    wait()
    const before = await total()
    const { body: first } = await start()
    await sell(1_000)
    wait()
    // All at one moment: sales, the end, and the beginning of the next as soon as it may.
    const begin = async (): Promise<string> => {
      const { status, body } = await start()
      return status === 201 ? body.id : begin()
    }
    const [, second] = await Promise.all([
      end(first.id, 0),
      begin(),
      ...Array.from({ length: 12 }, (_, n) => sell(10_000 + n)),
    ])
    const shifts = await list()
    const of = (id: string): number => shifts.find((one: { id: string }) => one.id === id).cashVnd
    expect(of(first.id)).toBe(1_000)
    expect(of(first.id) + of(second)).toBe((await total()) - before)
    expect(of(second)).toBe(120_066)
    await end(second, of(second))
    expect(await wrong()).toBeNull()
  })

  it('is one at a time for the database too, and ends after it began', async () => {
    wait()
    const { body: begun } = await start()
    const [row] = await rows(`select user_id from shift where id = '${begun.id}'`)
    const insert = (id: string, from: string) =>
      rows(`insert into shift (market_id, id, stall_id, user_id, started_at)
        values ('${owner.marketId}', '${id}', '${owner.stallId}', '${row?.['user_id']}', '${from}')`)
    await expect(insert('shf_x', '2030-01-01T00:00:00Z')).rejects.toMatchObject({
      cause: { constraint: 'shift_open_key' },
    })
    await end(begun.id, 0)
    await expect(insert('shf_y', '2026-11-24T00:00:00Z')).rejects.toMatchObject({
      cause: { constraint: 'shift_one_at_a_time' },
    })
    for (const [set, constraint] of [
      [`ended_at = started_at - interval '1 minute'`, 'shift_ended'],
      ['counted_vnd = -1', 'shift_sums'],
      ['ended_at = null', 'shift_counted'],
      ['confirmed_at = now()', 'shift_confirmed'],
    ])
      await expect(rows(`update shift set ${set} where id = '${begun.id}'`)).rejects.toMatchObject({
        cause: { constraint },
      })
  })

  it('is added up alone for its helper, however many others wait for the owner', async () => {
    const [of] = await rows(`select user_id as id, count(*) as waiting from shift where confirmed_at is null
      group by user_id order by count(*) desc`)
    expect(Number(of?.['waiting'])).toBeGreaterThan(1)
    const actor = {
      marketId: owner.marketId,
      userId: String(of?.['id']),
      role: 'helper',
      stallId: owner.stallId,
    } as const
    const scans = await scansOf(service.ctx.db, owner.marketId, (tx) =>
      getCurrentShift(tx, actor, owner.stallId ?? ''),
    )
    const sold = scans.filter(({ by }) => by.startsWith('cash_sale'))
    expect(sold.map(({ times }) => times)).toEqual(sold.map(() => 1))
    expect(sold.length).toBeGreaterThan(0)
  })
})
