import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'

/** The rule of five holds in every view of a day, or one view would give away what another withholds. */
describe('a day on which unnamed stalls sold', () => {
  const DAY = '2026-11-24'
  const PRICE = 35_000
  let service: TestService
  let head: Session

  const see = async (path: string) =>
    (await service.call(`/v1/markets/${head.marketId}/${path}`, { session: head })).body
  const takings = async () => (await see('overview')).sales?.totalVnd ?? null
  const ofStalls = async () =>
    (await see(`reconciliation?day=${DAY}`)).accounts.find(
      ({ number }: { number: string | null }) => number === null,
    )
  const sell = async (consents: boolean, from: number, to: number): Promise<void> => {
    const { stalls = [], memos } = service.markets[0] ?? {}
    const some = stalls.filter((stall) => stall.heard && stall.consents === consents).slice(from, to)
    for (const [at, stall] of some.entries()) {
      const memo = memos?.get(stall.id) ?? ''
      const id = (consents ? 100 : 200) + from + at
      await service.tell({ id, account: stall.account, amountVnd: BigInt(PRICE), memo })
    }
  }

  beforeAll(async () => {
    service = await startService()
    head = await service.logIn('head')
    await sell(true, 0, 2)
    await until(async () => (await takings()) === 2 * PRICE, 'the named sales')
  })
  afterAll(() => service.stop())

  it('shows sums while nobody unnamed sold', async () => {
    expect(await ofStalls()).toMatchObject({ bankVnd: 2 * PRICE, ledgerVnd: 2 * PRICE })
  })

  it('shows no sum that less the named sales is theirs, on any screen, while they are fewer than five', async () => {
    await sell(false, 0, 4)
    await until(async () => {
      const { rows } = await inMarket(service.ctx.db, head.marketId, (tx) =>
        tx.execute<{ count: number }>(sql`select count(*)::int as count from payment where day = ${DAY}`),
      )
      return rows[0]?.count === 6
    }, 'the unnamed sales')
    expect(await see(`sales?day=${DAY}`)).toMatchObject({ withheld: true, totals: null })
    expect((await see('overview')).sales).toBeNull()
    expect(await ofStalls()).toMatchObject({ bankVnd: null, ledgerVnd: null, differenceVnd: 0 })
  })

  it('shows them again from the fifth on', async () => {
    await sell(false, 4, 5)
    await until(async () => (await takings()) === 7 * PRICE, 'the fifth')
    expect(await see(`sales?day=${DAY}`)).toMatchObject({ withheld: false, totals: { totalVnd: 7 * PRICE } })
    expect(await ofStalls()).toMatchObject({ bankVnd: 7 * PRICE, ledgerVnd: 7 * PRICE })
  })

  it('shows money that another feed told of on an unnamed account, and not whose it is', async () => {
    const { stalls = [], connections = [] } = service.markets[0] ?? {}
    const unheard = stalls.find((stall) => !stall.heard && !stall.consents)
    expect(connections.flatMap(({ accounts }) => accounts).map(({ number }) => number)).not.toContain(
      unheard?.account,
    )
    await service.tell({ id: 300, account: unheard?.account ?? '', amountVnd: 71_000n, memo: 'gui hang' })
    const item = await until(
      async () =>
        (await see('suspense')).items.find((one: { amountVnd: number }) => one.amountVnd === 71_000),
      'the money in suspense',
    )
    expect(item).toMatchObject({ reason: 'foreign_account', accountMasked: null, content: null })
  })
})
