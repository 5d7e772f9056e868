import { CARD_SIZES } from '@tienve/contracts'
import { readPicture } from '@tienve/vietqr/testing'
import { DEMO_OVERPRINT } from '@tienve/vietqr/image'
import { encodeVietQr } from '@tienve/vietqr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPdf } from '../documents/testing.ts'
import { startService, type Session, type TestService } from '../testing.ts'
import { cardPdf } from './card.ts'

const MM = 72 / 25.4
const CARD = {
  code: 'SD-AU-07',
  name: 'Nguyễn Thị Ướt Ỷ – thực phẩm chế biến sẵn, giò chả gia truyền Phố Hiến',
  marketName: 'Chợ đầu mối nông sản thực phẩm Sông Đào',
  holder: 'CONG TY TRACH NHIEM HUU HAN MOT THANH VIEN THUONG MAI DICH VU UOT Y',
  bankName: 'Vietcombank',
  number: '0001000000001',
  payload: encodeVietQr({ bin: '970436', account: '0001000000001', memo: 'VQX00000000' }),
  checkUrl: 'https://tienve.example/p/SD-AU-07',
}
const AT = new Date('2026-11-24T03:00:00Z')

describe('the printed card of a stall', () => {
  let service: TestService
  let stallholder: Session

  const get = (stallId: string | null, session?: Session, query = ''): Promise<Response> =>
    fetch(`${service.url}/v1/stalls/${stallId}/card.pdf${query}`, {
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
      'Kiểm tra mã này',
      'Không phải mã trả tiền',
      `localhost/p/${stall.code}`,
    ])
      expect(page?.text).toContain(words)
    for (const scale of [2, 4]) {
      const picture = await page?.paint(scale)
      // The small one leads to the page that says whom the large one must pay.
      const codes = await readPicture(picture ?? new Uint8Array())
      expect(codes.toSorted()).toEqual([stall.payload, `http://localhost/p/${stall.code}`])
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

  it.each([
    ['a5', 148, 210, 1, 1],
    ['tent', 210, 297, 2, 2],
    ['sticker', 210, 297, 8, 0],
  ] as const)(
    'is made as %s too, every code of it readable, and in no other size',
    async (size, width, height, pay, check) => {
      const answer = await get(stallholder.stallId, stallholder, `?size=${size}`)
      expect(answer.headers.get('content-disposition')).toContain(`-${size}.pdf`)
      const pages = await readPdf(new Uint8Array(await answer.arrayBuffer()))
      expect(pages).toHaveLength(1)
      expect(pages[0]?.width).toBeCloseTo(width * MM, 1)
      expect(pages[0]?.height).toBeCloseTo(height * MM, 1)
      const { body: stall } = await service.call(`/v1/stalls/${stallholder.stallId}`, {
        session: stallholder,
      })
      const codes = await readPicture((await pages[0]?.paint(2)) ?? new Uint8Array())
      expect(codes.filter((code) => code === stall.payload)).toHaveLength(pay)
      expect(codes.filter((code) => code === `http://localhost/p/${stall.code}`)).toHaveLength(check)
      expect(codes).toHaveLength(pay + check)
      expect(pages[0]?.text.split(DEMO_OVERPRINT.slice(0, 3))).toHaveLength(1 + Math.max(1, pay))
      expect((await get(stallholder.stallId, stallholder, '?size=a3')).status).toBe(400)
    },
  )

  it('stands as a tent with both sides the right way up', async () => {
    const [page] = await readPdf(await cardPdf({ ...CARD, demo: false }, 'tent', AT))
    const picture = Buffer.from((await page?.paint(1)) ?? [])
    const pixels = picture.subarray(picture.indexOf('255\n') + 4)
    // Turned by half, the sheet is the same again: what is above the fold is below it, upside down.
    const turned = pixels.toReversed()
    const differing = pixels.filter((value, at) => Math.abs(value - (turned[at] ?? 0)) > 128).length
    expect(differing / pixels.length).toBeLessThan(0.02)
  })

  it('stays on one side however long the names are, and of a real market says nothing of a sample', async () => {
    for (const size of CARD_SIZES)
      for (const demo of size === 'a6' ? [true, false] : [false]) {
        const pages = await readPdf(await cardPdf({ ...CARD, demo }, size, AT))
        expect(pages).toHaveLength(1)
        const text = pages[0]?.text.replaceAll(/\s+/g, ' ') ?? ''
        for (const words of [CARD.name, CARD.holder, 'Tiền vào thẳng']) expect(text).toContain(words)
        expect(text.includes('MẪU')).toBe(demo)
        const codes = await readPicture((await pages[0]?.paint(size === 'a6' ? 3 : 2)) ?? new Uint8Array())
        expect(codes).toContain(CARD.payload)
      }
  })
})
