import type { Reconciliation } from '@tienve/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'

describe('the reconciliation of a day', () => {
  const BOARD = '0001999999'
  let service: TestService
  let head: Session
  const read = async (): Promise<Reconciliation> =>
    (await service.call(`/v1/markets/${head.marketId}/reconciliation`, { session: head })).body
  const isBoard = ({ number }: Reconciliation['accounts'][number]) => number !== null

  beforeAll(async () => {
    service = await startService()
    head = await service.logIn('head')
  })
  afterAll(() => service.stop())

  it('is even while the ledger has whatever the bank told of', async () => {
    const [stall] = service.markets[0]?.stalls ?? []
    await service.tell({ id: 1, account: stall?.account ?? '', amountVnd: 35_000n, memo: '' })
    await service.tell({ id: 2, account: BOARD, amountVnd: 90_000n, memo: 'nop tien cho' })
    const even = await until(async () => {
      const now = await read()
      return now.accounts.length === 2 && now.suspenseVnd > 0 && now
    }, 'both messages')
    expect(even).toMatchObject({ differenceVnd: 0, suspenseVnd: 90_000 })
    expect(even.accounts.flatMap(({ rows }) => rows)).toEqual([])
  })

  it('names each movement that makes its difference, and why; of no stall’s account, when', async () => {
    const at = new Date('2026-11-24T02:30:00Z')
    await service.tell({ id: 3, account: BOARD, amountVnd: 20_000n, memo: 'tra tien dien', type: 'out', at })
    await service.tell({ id: 4, account: '0001888888', amountVnd: 70_000n, memo: 'nham', at })
    const uneven = await until(async () => {
      const now = await read()
      return now.accounts.find(isBoard)?.bankVnd === 70_000 && now.differenceVnd === 70_000 && now
    }, 'the movement that is not posted')
    // What left the board's account is in the books at once, on a claim that waits for somebody to say what it was.
    expect(uneven.accounts.find(isBoard)).toMatchObject({ ledgerVnd: 70_000, differenceVnd: 0, rows: [] })
    const { body: open } = await service.call(`/v1/markets/${head.marketId}/suspense?status=open`, {
      session: head,
    })
    expect(open.items).toContainEqual(expect.objectContaining({ reason: 'outgoing', amountVnd: 20_000 }))
    const others = uneven.accounts.find((one) => !isBoard(one))
    expect(others?.rows).toMatchObject([{ amountVnd: 70_000, why: 'foreign_account', occurredAt: null }])
    for (const { differenceVnd, rows } of uneven.accounts) {
      expect(rows.reduce((sum, { amountVnd }) => sum + amountVnd, 0)).toBe(differenceVnd)
    }
  })
})
