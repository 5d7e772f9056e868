import { inMarket } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chargesOf, type Charging } from '../testing-charges.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { issueReceipts, voidReceipt } from './service.ts'

let service: TestService
let charging: Charging
let accountant: Session
let stall: Session
beforeAll(async () => {
  service = await startService()
  accountant = await service.logIn('accountant')
  stall = await service.logIn('stallholder')
  charging = chargesOf(service, accountant.marketId)
})
afterAll(async () => {
  await charging.stop()
  await service.stop()
})

const receiptsOf = async (session = stall, query = '') =>
  (await service.call(`/v1/stalls/${stall.stallId}/receipts?${query}`, { session })).body
const within = <T>(work: Parameters<typeof inMarket<T>>[2]) =>
  inMarket(service.ctx.db, accountant.marketId, work)

describe('receipts', () => {
  it('have numbers without a gap in their market and year, however many are written at once or fail', async () => {
    const write = async (year: number, fails: boolean) =>
      within(async (tx) => {
        const at = new Date(`${year}-06-01T03:00:00Z`)
        const planned = ['a', 'b'].map((name) => ({
          source: { kind: 'collection' as const, id: `col_${year}${name}${Math.random()}` },
          stallId: stall.stallId,
          chargeId: null,
          amountVnd: 1_000n,
          paidAt: at,
          page: null,
        }))
        const numbers = await issueReceipts(tx, accountant.marketId, planned)
        if (fails) throw new Error('taken back')
        return numbers.map(({ number }) => number)
      })
    const attempts = Array.from({ length: 40 }, (_, at) => write(at % 2 === 0 ? 2024 : 2025, at % 5 === 0))
    const done = (await Promise.allSettled(attempts)).flatMap((one, at) =>
      one.status === 'fulfilled' ? one.value.map((number) => [at % 2, number] as const) : [],
    )
    for (const year of [0, 1]) {
      const numbers = done.filter(([of]) => of === year).map(([, number]) => number)
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, at) => at + 1))
    }
  })

  it('are the stall’s and the board’s to read, page by page, the newest first', async () => {
    const first = await receiptsOf(stall, 'limit=30')
    const second = await receiptsOf(accountant, `limit=60&cursor=${first.nextCursor}`)
    const all = [...first.items, ...second.items]
    expect([all.length, second.nextCursor]).toEqual([64, null])
    expect(new Set(all.map(({ id }) => id)).size).toBe(64)
    const times = all.map(({ paidAt }) => paidAt)
    expect(times).toEqual(times.toSorted().toReversed())
  })

  it('carry the invoice’s number that the accountant notes, and no other role may', async () => {
    const charge = await charging.issue(stall.stallId ?? '', '2026-09', [{ netVnd: 100_000n }])
    await service.tell({ id: 1, account: '0001999999', amountVnd: 100_000n, memo: charge.code })
    const receipt = await until(async () => {
      const [newest] = (await receiptsOf()).items
      return newest?.settled[0]?.chargeId === charge.id && newest
    }, 'the receipt')
    const note = (session: Session, invoiceNumber: string) =>
      service.call(`/v1/receipts/${receipt.id}/invoice`, { body: { invoiceNumber }, session })
    expect((await note(stall, '1C26TAA 00000017')).body.code).toBe('role_forbidden')
    expect((await note(accountant, ' ')).body).toMatchObject({
      code: 'request_invalid',
      fields: { invoiceNumber: expect.any(String) },
    })
    const { status, body } = await note(accountant, '1C26TAA 00000017')
    expect([status, body.invoiceNumber]).toEqual([201, '1C26TAA 00000017'])
    const { body: page } = await service.call(new URL(receipt.url).pathname)
    expect(page).toContain('1C26TAA 00000017')
    expect(page).toContain('Đây là biên nhận, không phải hóa đơn')
    const missing = await service.call('/v1/receipts/rcp_none/invoice', {
      body: { invoiceNumber: '1' },
      session: accountant,
    })
    expect(missing.status).toBe(404)
  })

  it('can be printed by whoever holds the address, and by nobody else', async () => {
    const [receipt] = (await receiptsOf()).items
    const paper = await fetch(`${service.url}${new URL(receipt.url).pathname}.pdf`)
    expect([paper.status, paper.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect(paper.headers.get('content-disposition')).toContain(`bien-nhan-${receipt.number}.pdf`)
    expect(
      Buffer.from(await paper.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    expect((await fetch(`${service.url}/r/nobody.pdf`)).status).toBe(404)
  })

  it('keep their number when their cash is taken back, and say why', async () => {
    const at = service.ctx.now()
    const source = { kind: 'collection', id: 'col_taken_back' } as const
    const [issued] = await within((tx) =>
      issueReceipts(tx, accountant.marketId, [
        { source, stallId: stall.stallId, chargeId: null, amountVnd: 5_000n, paidAt: at, page: null },
      ]),
    )
    await within((tx) => voidReceipt(tx, accountant.marketId, { source, reason: 'thu nhầm sạp', at }))
    const { body } = await service.call(`/r/${issued?.token}`, { headers: { accept: 'application/json' } })
    expect(body).toMatchObject({
      state: 'void',
      voidReason: 'thu nhầm sạp',
      number: expect.stringMatching(/^2026-/),
    })
    const { body: page } = await service.call(`/r/${issued?.token}`)
    expect(page).toMatch(/Biên nhận đã hủy.*thu nhầm sạp/s)
  })
})
