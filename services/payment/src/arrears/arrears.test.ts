import { inMarket } from '@tienve/db'
import { balances, boardAccounts } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chargesOf, type Charging } from '../testing-charges.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

let service: TestService
let charging: Charging
let accountant: Session
let collector: Session
const stallAt = (at: number) => service.markets[0]?.stalls[at]?.id ?? ''

beforeAll(async () => {
  service = await startService({ now: new Date('2026-11-24T03:00:00Z') })
  accountant = await service.logIn('accountant')
  collector = await service.logIn('collector')
  charging = chargesOf(service, accountant.marketId)
})
afterAll(async () => {
  await charging.stop()
  await service.stop()
})

const read = async (list: 'arrears' | 'promises', query: Record<string, string> = {}) =>
  (
    await service.call(`/v1/markets/${accountant.marketId}/${list}?${new URLSearchParams(query)}`, {
      session: accountant,
    })
  ).body
const arrears = async (asOf?: string) => read('arrears', asOf === undefined ? {} : { asOf })
/** All pages of a list, of one row each. */
const pagesOf = async (list: 'arrears' | 'promises') => {
  const pages = [await read(list, { limit: '1' })]
  while (pages.at(-1).nextCursor !== null && pages.length < 10) {
    pages.push(await read(list, { limit: '1', cursor: pages.at(-1).nextCursor }))
  }
  return pages
}
/** A charge due on the 15th of a month, issued on its first, or some days ago. */
const issue = async (stallId: string, period: string, netVnd: bigint, issuedOn = `${period}-01`) => {
  const charge = await charging.issue(stallId, period, [{ netVnd }])
  await inMarket(charging.owner, accountant.marketId, (tx) =>
    tx.execute(sql`update charge set issued_at = ${`${issuedOn}T02:00:00Z`} where id = ${charge.id}`),
  )
  return charge
}
const receivable = async (): Promise<number> =>
  inMarket(charging.owner, accountant.marketId, async (tx) => {
    const accounts = service.markets[0]?.stalls.map(({ id }) => boardAccounts.receivable(id)) ?? []
    const rows = await balances(tx, accountant.marketId, accounts)
    return Number(rows.reduce((sum, { balanceVnd }) => sum + balanceVnd, 0n))
  })

describe('the ages of debts', () => {
  it('add up to 131 to the đồng, with part payments and what is not due yet apart', async () => {
    await issue(stallAt(0), '2026-12', 100_001n, '2026-11-20')
    await issue(stallAt(0), '2026-11', 200_002n)
    await issue(stallAt(1), '2026-10', 300_003n)
    await issue(stallAt(1), '2026-09', 400_004n)
    const old = await issue(stallAt(2), '2026-06', 500_005n)
    await service.tell({ id: 1, account: '0001999999', amountVnd: 123_456n, memo: old.code })
    await until(async () => (await arrears()).total.over90Vnd === 376_549, 'the payment to be settled')
    const { total, zones, items: stalls } = await arrears()
    expect(total).toEqual({
      stalls: 3,
      notDueVnd: 100_001,
      to30Vnd: 200_002,
      to60Vnd: 300_003,
      to90Vnd: 400_004,
      over90Vnd: 376_549,
      owedVnd: 1_376_559,
    })
    expect(total.owedVnd).toBe(await receivable())
    const sum = (rows: { owedVnd: number }[]) => rows.reduce((all, { owedVnd }) => all + owedVnd, 0)
    expect([sum(zones), sum(stalls)]).toEqual([total.owedVnd, total.owedVnd])
    expect(stalls.map(({ stallId }: { stallId: string }) => stallId)).toEqual([
      stallAt(1),
      stallAt(2),
      stallAt(0),
    ])
  })

  it('each open to the charges that make them', async () => {
    const { total, dueBetween } = await arrears()
    for (const [age, { from, to }] of Object.entries<{ from: string | null; to: string | null }>(
      dueBetween,
    )) {
      const query = new URLSearchParams({ status: 'outstanding' })
      if (from !== null) query.set('dueFrom', from)
      if (to !== null) query.set('dueTo', to)
      const { body } = await service.call(`/v1/markets/${accountant.marketId}/charges?${query}`, {
        session: accountant,
      })
      expect([age, body.totals.outstandingVnd]).toEqual([age, total[`${age}Vnd`]])
    }
  })

  it('of a day that is past are what was owed then, and of a day to come are refused', async () => {
    expect((await arrears('2026-11-23')).total).toMatchObject({ over90Vnd: 500_005 })
    expect((await arrears('2026-10-31')).total).toMatchObject({ notDueVnd: 0, to30Vnd: 300_003, stalls: 2 })
    expect((await arrears('2026-11-25')).code).toBe('day_invalid')
  })

  it('come by the page, each stall once, with the sums of all on every page', async () => {
    const whole = await arrears()
    // Who owes as much as another comes after it by code.
    await issue(stallAt(5), '2026-10', 100n)
    await issue(stallAt(6), '2026-10', 100n)
    const pages = await pagesOf('arrears')
    expect(pages.flatMap(({ items }) => items.map(({ stallId }: { stallId: string }) => stallId))).toEqual([
      ...whole.items.map(({ stallId }: { stallId: string }) => stallId),
      stallAt(5),
      stallAt(6),
    ])
    for (const { total, zones } of pages) {
      expect(total).toMatchObject({ stalls: 5, owedVnd: whole.total.owedVnd + 200 })
      expect(zones).toEqual(pages[0].zones)
    }
    expect((await read('arrears', { cursor: 'x' })).code).toBe('request_invalid')
  })
})

describe('a promise', () => {
  const promise = async (stallId: string, promisedVnd?: number, promisedOn = '2026-11-25') => {
    const { status } = await service.call('/v1/visits', {
      session: collector,
      body: {
        stallId,
        visitedAt: service.ctx.now().toISOString(),
        outcome: 'promised',
        promisedOn,
        ...(promisedVnd === undefined ? {} : { promisedVnd }),
      },
    })
    expect(status).toBe(201)
  }
  const states = async () => {
    const { items } = await read('promises')
    return new Map<string, [string, number]>(
      items.map((one: { stallId: string; state: string; paidVnd: number }) => [
        one.stallId,
        [one.state, one.paidVnd],
      ]),
    )
  }

  it('waits until its day is over, is kept by what was paid since, and broken by less', async () => {
    const charge = await issue(stallAt(3), '2026-10', 50_000n)
    const part = await issue(stallAt(4), '2026-10', 50_000n)
    service.setNow(new Date('2026-11-24T04:00:00Z'))
    await promise(stallAt(3))
    await promise(stallAt(4), 20_000)
    await promise(stallAt(1), 1_000)
    expect(await states()).toEqual(
      new Map([
        [stallAt(3), ['waiting', 0]],
        [stallAt(4), ['waiting', 0]],
        [stallAt(1), ['waiting', 0]],
      ]),
    )
    service.setNow(new Date('2026-11-25T04:00:00Z'))
    accountant = await service.logIn('accountant')
    await service.tell({ id: 2, account: '0001999999', amountVnd: 50_000n, memo: charge.code })
    await service.tell({ id: 3, account: '0001999999', amountVnd: 19_999n, memo: part.code })
    await until(async () => (await states()).get(stallAt(4))?.[1] === 19_999, 'both payments to be settled')
    expect((await states()).get(stallAt(3))).toEqual(['kept', 50_000])
    expect((await states()).get(stallAt(1))).toEqual(['waiting', 0])
    service.setNow(new Date('2026-11-25T18:00:00Z'))
    accountant = await service.logIn('accountant')
    expect((await states()).get(stallAt(4))).toEqual(['broken', 19_999])
    expect((await states()).get(stallAt(1))).toEqual(['broken', 0])
  })

  it('comes by the page, those first that need somebody, with the counts of all on every page', async () => {
    collector = await service.logIn('collector')
    await promise(stallAt(2), 1_000, '2026-11-27')
    await promise(stallAt(0), 1_000, '2026-11-28')
    // It owes nothing by then.
    await promise(stallAt(3), 1_000, '2026-11-29')
    const pages = await pagesOf('promises')
    const shown = pages.flatMap(({ items }) =>
      items.map(({ stallId, state }: { stallId: string; state: string }) => `${state} ${stallId}`),
    )
    // Two of one state and day have no order that a test may count on.
    const broken = [`broken ${stallAt(1)}`, `broken ${stallAt(4)}`]
    expect([...shown.slice(0, 2), shown.slice(2, 4).toSorted(), shown.slice(4)].flat()).toEqual([
      `waiting ${stallAt(0)}`,
      `waiting ${stallAt(2)}`,
      ...broken.toSorted(),
      `kept ${stallAt(3)}`,
      `kept ${stallAt(3)}`,
    ])
    for (const { counts } of pages) expect(counts).toEqual({ waiting: 2, broken: 2, kept: 2 })
    expect((await read('promises', { cursor: 'x' })).code).toBe('request_invalid')
  })
})
