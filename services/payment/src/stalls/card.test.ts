import { readPicture } from '@tienve/vietqr/testing'
import { DEMO_OVERPRINT } from '@tienve/vietqr/image'
import { encodeVietQr } from '@tienve/vietqr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPdf } from '../documents/testing.ts'
import { startService, type Session, type TestService } from '../testing.ts'
import { cardPdf } from './card.ts'

const MM = 72 / 25.4
const AT = new Date('2026-11-24T03:00:00Z')

describe('the printed card of a stall', () => {
  let service: TestService
  let stallholder: Session

  const get = (stallId: string | null, session?: Session): Promise<Response> =>
    fetch(`${service.url}/v1/stalls/${stallId}/card.pdf`, {
      headers: session === undefined ? {} : { cookie: session.cookie },
    })

  beforeAll(async () => {
    service = await startService({ worker: false })
    stallholder = await service.logIn('stallholder')
  })
  afterAll(() => service.stop())

  it('says whom it pays, and its code scans as the stall’s own', async () => {
    const answer = await get(stallholder.stallId, stallholder)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="ma-sap-[\w-]+\.pdf"$/)
    const pages = await readPdf(new Uint8Array(await answer.arrayBuffer()))
    expect(pages).toHaveLength(1)
    const [page] = pages
    expect(page?.width).toBeCloseTo(105 * MM, 1)
    expect(page?.height).toBeCloseTo(148 * MM, 1)
    const { body: stall } = await service.call(`/v1/stalls/${stallholder.stallId}`, { session: stallholder })
    const [account] = stall.accounts
    for (const words of [
      stall.code,
      stall.name,
      stall.marketName,
      account.holder,
      account.bankName,
      account.number,
      DEMO_OVERPRINT,
      'Quét mã bằng app ngân hàng bất kỳ',
      'Tiền vào thẳng tài khoản của sạp',
    ])
      expect(page?.text).toContain(words)
    for (const scale of [2, 4]) {
      const picture = await page?.paint(scale)
      expect(await readPicture(picture ?? new Uint8Array())).toEqual([stall.payload])
    }
  })

  it('is the board’s too, and nobody else’s', async () => {
    const other = service.markets[0]?.stalls.find(({ id }) => id !== stallholder.stallId)?.id ?? ''
    const foreign = service.markets[1]?.stalls[0]?.id ?? ''
    const board = await service.logIn('head')
    expect((await get(other, board)).status).toBe(200)
    const refused: [string, Session | undefined, number, string][] = [
      [other, stallholder, 404, 'not_found'],
      [foreign, board, 404, 'not_found'],
      ['stl_none', board, 404, 'not_found'],
      [other, await service.logIn('ward'), 403, 'role_forbidden'],
      [other, undefined, 401, 'session_required'],
    ]
    for (const [stallId, session, status, code] of refused) {
      const answer = await get(stallId, session)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(await answer.json()).toMatchObject({ status, code })
    }
  })

  it('stays on one side however long the names are, and of a real market says nothing of a sample', async () => {
    const card = {
      code: 'SD-AU-07',
      name: 'Nguyễn Thị Ướt Ỷ – thực phẩm chế biến sẵn, giò chả gia truyền Phố Hiến',
      marketName: 'Chợ đầu mối nông sản thực phẩm Sông Đào',
      holder: 'CONG TY TRACH NHIEM HUU HAN MOT THANH VIEN THUONG MAI DICH VU UOT Y',
      bankName: 'Vietcombank',
      number: '0001000000001',
      payload: encodeVietQr({ bin: '970436', account: '0001000000001', memo: 'VQX00000000' }),
    }
    for (const demo of [true, false]) {
      const pages = await readPdf(await cardPdf({ ...card, demo }, AT))
      expect(pages).toHaveLength(1)
      const text = pages[0]?.text.replaceAll(/\s+/g, ' ') ?? ''
      expect(text).toContain(card.name)
      expect(text).toContain('Tiền vào thẳng')
      expect(text.includes('MẪU')).toBe(demo)
      const picture = await pages[0]?.paint(3)
      expect(await readPicture(picture ?? new Uint8Array())).toEqual([card.payload])
    }
  })
})
