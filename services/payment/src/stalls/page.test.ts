import { readPicture } from '@tienve/vietqr/testing'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type Session, type TestService } from '../testing.ts'

let service: TestService
let stall: Session
beforeAll(async () => {
  service = await startService({ worker: false })
  stall = await service.logIn('stallholder')
})
afterAll(() => service.stop())

/** The rows of a palette PNG without filters, and in each how many pixels are of one colour (`rrggbb`). */
function countByRow(png: Buffer, colour: string): number[] {
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const side = chunks.get('IHDR')?.readUInt32BE(0) ?? 0
  const wanted = (chunks.get('PLTE')?.toString('hex').indexOf(colour) ?? -1) / 6
  const bytes = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  return Array.from({ length: side }, (_, row) => {
    const pixels = bytes.subarray(row * (side + 1) + 1, (row + 1) * (side + 1))
    return pixels.filter((index) => index === wanted).length
  })
}

describe('a stall’s page for shoppers', () => {
  it('shows and saves the code as a PNG large enough to keep, overprinted in a demo, that still pays the stall', async () => {
    const { body } = await service.call(`/v1/stalls/${stall.stallId}`, { session: stall })
    const page = await service.call(`/p/${body.code}`)
    const picture = /<img src="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const saved = /href="([^"]+)" download="([^"]+)"/.exec(page.body)
    expect([saved?.[1], saved?.[2]]).toEqual([picture, `${body.code}.png`])
    const answer = await fetch(`${service.url}${picture}`)
    expect(answer.headers.get('content-type')).toBe('image/png')
    const png = Buffer.from(await answer.arrayBuffer())
    const red = countByRow(png, 'c8102e')
    expect(red.length).toBeGreaterThanOrEqual(1_000)
    // The overprint lies across the middle, and nowhere else.
    const printed = [...red.keys()].filter((row) => (red[row] ?? 0) > 0)
    expect(printed.length).toBeGreaterThan(red.length * 0.05)
    expect(printed[0]).toBeGreaterThan(red.length * 0.4)
    expect(printed.at(-1)).toBeLessThan(red.length * 0.6)
    expect(await readPicture(png)).toEqual([body.payload])
  })

  it('says in plain words that there is no such stall, however odd the code', async () => {
    for (const code of ['NOBODY', 'x'.repeat(21)]) {
      const answer = await service.call(`/p/${code}`)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.body).toMatch(/<h1>Không có (sạp|trang) này<\/h1>/)
      const { body } = await service.call(`/p/${code}`, { headers: { accept: 'application/json' } })
      expect(['not_found', 'request_invalid']).toContain(body.code)
    }
  })
})
