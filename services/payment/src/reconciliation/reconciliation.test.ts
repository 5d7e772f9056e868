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
      return now.accounts.length === 2 && now
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
      return now.differenceVnd === 50_000 && now
    }, 'the movements that are not posted')
    const board = uneven.accounts.find(isBoard)
    expect(board?.rows).toEqual([
      {
        bankTransactionId: expect.stringMatching(/^btx_/),
        amountVnd: -20_000,
        why: 'outgoing',
        occurredAt: '2026-11-24T09:30:00.000+07:00',
      },
    ])
    const others = uneven.accounts.find((one) => !isBoard(one))
    expect(others?.rows).toMatchObject([{ amountVnd: 70_000, why: 'foreign_account', occurredAt: null }])
    for (const { differenceVnd, rows } of uneven.accounts) {
      expect(rows.reduce((sum, { amountVnd }) => sum + amountVnd, 0)).toBe(differenceVnd)
    }
  })
})
