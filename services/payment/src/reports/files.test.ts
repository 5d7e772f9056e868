import { openXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'

describe('sales as a file', () => {
  let service: TestService
  let head: Session

  const get = (kind: string, session: Session, marketId = session.marketId): Promise<Response> =>
    fetch(`${service.url}/v1/markets/${marketId}/sales.${kind}?day=2026-11-24`, {
      headers: { cookie: session.cookie },
    })

  beforeAll(async () => {
    service = await startService()
    head = await service.logIn('head')
    const selling = (service.markets[0]?.stalls ?? []).filter(({ consents }) => consents).slice(0, 3)
    for (const [at, stall] of selling.entries()) {
      await service.tell({
        id: at + 1,
        account: stall.account,
        amountVnd: BigInt(at + 1) * 35_000n,
        memo: service.markets[0]?.memos.get(stall.id) ?? '',
      })
    }
    await until(async () => {
      const { body } = await service.call(`/v1/markets/${head.marketId}/sales?day=2026-11-24`, {
        session: head,
      })
      return body.stalls.length === selling.length
    }, 'the sales')
  })
  afterAll(() => service.stop())

  it('has the same rows as CSV and as XLSX', async () => {
    const csv = await get('csv', head)
    const xlsx = await get('xlsx', head)
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(xlsx.headers.get('content-type')).toContain('spreadsheetml')
    for (const [answer, kind] of [
      [csv, 'csv'],
      [xlsx, 'xlsx'],
    ] as const)
      expect(answer.headers.get('content-disposition')).toBe(
        `attachment; filename="doanh-thu-2026-11-24-2026-11-24.${kind}"`,
      )
    const [sheet] = (await openXlsx(new Uint8Array(await xlsx.arrayBuffer()))).sheets
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await csv.arrayBuffer())
    expect(text.startsWith('\u{feff}Khu,Mã sạp,Tên sạp,')).toBe(true)
    const quote = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
    expect(
      sheet?.rows.map((row) => row.map((cell) => quote(String(cell ?? ''))).join(',')).join('\r\n'),
    ).toBe(text.slice(1, -2))
    expect(sheet?.rows.filter(([, code]) => code !== null).map((row) => row[5])).toEqual(
      expect.arrayContaining([35_000, 70_000, 105_000]),
    )
  })

  it('is refused with a problem document', async () => {
    for (const kind of ['csv', 'xlsx']) {
      const foreign = await get(kind, head, service.markets[1]?.id)
      expect(foreign.status).toBe(404)
      const collector = await get(kind, await service.logIn('collector'))
      expect(collector.status).toBe(403)
      const late = await fetch(`${service.url}/v1/markets/${head.marketId}/sales.${kind}?day=2026-11-25`, {
        headers: { cookie: head.cookie },
      })
      expect(late.status).toBe(422)
      expect(late.headers.get('content-type')).toContain('application/problem+json')
      expect(await late.json()).toMatchObject({ code: 'day_invalid' })
    }
  })
})
