import { openXlsx } from 'hucre/xlsx'
import { REPORTS } from '@tienve/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPdf } from '../documents/testing.ts'
import { startService, type Session, type TestService } from '../testing.ts'

let service: TestService
let head: Session
beforeAll(async () => {
  service = await startService()
  head = await service.logIn('head')
})
afterAll(async () => service.stop())

describe('every report', () => {
  it('is answered on an empty market, as JSON, XLSX and PDF', async () => {
    for (const id of REPORTS) {
      const base = `/v1/markets/${head.marketId}/reports/${id}`
      const { status, body } = await service.call(base, { session: head })
      expect([id, status, body.code]).toEqual([id, 200, undefined])
      const xlsx = await fetch(`${service.url}${base}.xlsx`, { headers: { cookie: head.cookie } })
      const book = await openXlsx(new Uint8Array(await xlsx.arrayBuffer()))
      expect(book.sheets).toHaveLength(body.tables.length)
      const pdf = await fetch(`${service.url}${base}.pdf`, { headers: { cookie: head.cookie } })
      const [page] = await readPdf(new Uint8Array(await pdf.arrayBuffer()))
      expect(page?.text).toContain(body.info.title.vi)
    }
  })
})
