import { inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSources } from '../origin/service.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { createWorker } from './worker.ts'

const ACCOUNT = '0001000001'
const NOW = new Date('2026-11-24T03:00:00Z')
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000)

describe('a sale that the bank takes back', () => {
  let service: TestService
  let stall: Session
  let told = 1_000

  beforeAll(async () => {
    service = await startService({ now: NOW, worker: false })
    stall = await service.logIn('stallholder')
  })
  afterAll(() => service.stop())

  const tell = (type: 'in' | 'out', amountVnd: bigint, reference: string, at: Date) =>
    service.tell({ id: told++, account: ACCOUNT, amountVnd, memo: 'tien rau', type, reference, at })
  const read = async (what: string, day = '2026-11-24') =>
    (await service.call(`/v1/stalls/${stall.stallId}/${what}?day=${day}`, { session: stall })).body
  /** The events of her stream as they stand in it, until there is one of this kind more than `before`. */
  const hear = async (kind: string, count: number) => {
    const stop = new AbortController()
    const response = await fetch(`${service.url}/v1/stalls/${stall.stallId}/live?after=0`, {
      headers: { cookie: stall.cookie },
      signal: stop.signal,
    })
    let text = ''
    const found = () =>
      [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].filter(([, name]) => name === kind)
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (found().length >= count) break
    }
    stop.abort()
    return found().map(([, , data]): Record<string, unknown> => JSON.parse(data ?? ''))
  }
  /** What is listed of a day comes to what is shown above the list. */
  const addsUp = async (day: string): Promise<{ totalVnd: number; count: number }> => {
    const { items } = await read('takings', day)
    const { totalVnd, count } = await read('summary', day)
    const sumOf = (one: { kind: string; payment?: Sum; reversal?: Sum }): number =>
      one.kind === 'bank' ? (one.payment?.amountVnd ?? 0) : -(one.reversal?.amountVnd ?? 0)
    expect(items.map(sumOf).reduce((sum: number, vnd: number) => sum + vnd, 0)).toBe(totalVnd)
    return { totalVnd, count }
  }
  type Sum = { amountVnd: number }

  it('is heard by the stall, stands in its day as taken back, and lowers it, though both come at one moment', async () => {
    await tell('in', 35_000n, 'FT35', minutes(-9))
    await tell('in', 20_000n, 'FT20', minutes(-8))
    await tell('out', 35_000n, 'FT35', minutes(-7))
    const worker = createWorker(service.ctx, service.workerDb, service.database.workerUrl)
    worker.start()
    try {
      const [reversal] = await hear('reversal', 1)
      const payments = await hear('payment', 2)
      const sold = payments.find(({ amountVnd }) => amountVnd === 35_000)
      expect(reversal).toMatchObject({
        paymentId: sold?.['paymentId'],
        amountVnd: 35_000,
        bankCode: 'VCB',
        occurredAt: '2026-11-24T09:53:00.000+07:00',
      })
      const { items } = await read('takings')
      expect(items).toMatchObject([
        { kind: 'reversal', reversal: { paymentId: sold?.['paymentId'], amountVnd: 35_000 } },
        { kind: 'bank', payment: { amountVnd: 20_000, reversedAt: null } },
        { kind: 'bank', payment: { amountVnd: 35_000, reversedAt: '2026-11-24T09:53:00.000+07:00' } },
      ])
      expect(await addsUp('2026-11-24')).toEqual({ totalVnd: 20_000, count: 1 })

      // Her own money that leaves, of the same sum: it undoes nothing, and is nobody's to hear.
      await tell('out', 20_000n, 'FT99', minutes(-6))
      // What goes back a day later lowers the day on which it goes.
      service.setNow(minutes(24 * 60))
      await tell('out', 20_000n, 'FT20', minutes(24 * 60 - 1))
      expect(await hear('reversal', 2)).toMatchObject([{ amountVnd: 35_000 }, { amountVnd: 20_000 }])
      expect(await addsUp('2026-11-24')).toEqual({ totalVnd: 20_000, count: 1 })
      expect(await addsUp('2026-11-25')).toEqual({ totalVnd: -20_000, count: -1 })
      expect((await read('takings', '2026-11-25')).items).toMatchObject([{ kind: 'reversal' }])
      const { body: sales } = await service.call(
        `/v1/markets/${stall.marketId}/sales?from=2026-11-25&to=2026-11-25`,
        { session: await service.logIn('head') },
      )
      expect(sales.byDay).toMatchObject([{ day: '2026-11-25', bankVnd: -20_000 }])
      await until(
        async () => (await read('takings')).items[1]?.payment.reversedAt !== null,
        'the sale to stand as taken back',
      )
      expect(await verifyMarket(service.workerDb, stall.marketId)).toMatchObject({ ok: true })
      const sources = await inMarket(service.workerDb, stall.marketId, (tx) =>
        checkSources(tx, stall.marketId, 0n),
      )
      expect(sources).toEqual({ checked: 4, erased: 0 })
    } finally {
      await worker.stop()
    }
  })
})
