import { beforeAll, describe, expect, it } from 'vitest'
import { qrModules, qrSvg, QUIET_ZONE } from './image.ts'
import { qrPng } from './png.ts'
import { readPicture } from './testing.ts'
import { encodeVietQr } from './vietqr.ts'

const payload = encodeVietQr({
  bin: '970436',
  account: '0001234567890',
  amountVnd: 499_999_999n,
  memo: 'VQX00000000 CHO BEN XE',
})

/** The picture's rectangles painted in turn, six pixels a module, as a PPM: what a browser would show. */
function drawSvg(svg: string): Uint8Array {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]) * 6
  const pixels = new Uint8Array(side * side * 3)
  for (const [, colour = '', path = ''] of svg.matchAll(/<path fill="#(\w{6})" d="([^"]+)"/g))
    for (const rectangle of path.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)/g)) {
      const [x = 0, y = 0, width = 0, height = 0] = rectangle.slice(1).map((number) => Number(number) * 6)
      for (let row = Math.round(y); row < Math.round(y + height); row++)
        for (let column = Math.round(x); column < Math.round(x + width); column++)
          pixels.set(Buffer.from(colour, 'hex'), (row * side + column) * 3)
    }
  return Buffer.concat([Buffer.from(`P6\n${side} ${side}\n255\n`), pixels])
}

describe('the picture of a code', () => {
  beforeAll(() => {
    expect(payload.length).toBeGreaterThan(120)
  })

  it('is read back from its pixels', async () => {
    expect(await readPicture(qrPng(payload))).toEqual([payload])
    expect(await readPicture(qrPng(payload, { scale: 4 }))).toEqual([payload])
  })

  it('still scans with the demo’s overprint across it', async () => {
    for (const scale of [4, 8, 12])
      expect(await readPicture(qrPng(payload, { demo: true, scale }))).toEqual([payload])
  })

  it('still scans so for codes of every size, drawn from the SVG as a browser would', async () => {
    for (let length = 1; length <= 25; length += 3) {
      const code = encodeVietQr({
        bin: '970436',
        account: '0'.repeat(length > 19 ? 19 : length),
        memo: 'x'.repeat(length),
        ...(length > 10 ? { merchantName: 'n'.repeat(length), billNumber: 'b'.repeat(length) } : {}),
      })
      for (const demo of [false, true])
        expect(await readPicture(drawSvg(qrSvg(code, { demo })))).toEqual([code])
    }
  })

  it('is refused at a scale that is no whole number of pixels', () => {
    for (const scale of [0, -1, 1.5, 65, Number.NaN])
      expect(() => qrPng(payload, { scale })).toThrow(RangeError)
  })

  it('has the same modules as SVG and a quiet zone of four', () => {
    const modules = qrModules(payload)
    const svg = qrSvg(payload)
    expect(svg).toContain(
      `viewBox="0 0 ${modules.length + 2 * QUIET_ZONE} ${modules.length + 2 * QUIET_ZONE}"`,
    )
    const runs = [...svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g)].map(([, x, y, width]) => [
      Number(x),
      Number(y),
      Number(width),
    ])
    const dark = runs.reduce((sum, [, , width = 0]) => sum + width, 0)
    expect(dark).toBe(modules.flat().filter(Boolean).length)
    for (const [x = 0, y = 0] of runs) expect(modules[y - QUIET_ZONE]?.[x - QUIET_ZONE]).toBe(true)
  })

  it('uses byte mode, as EMVCo asks, also where letters alone would fit a smaller symbol', () => {
    // 37 modules is what the same text takes in alphanumeric mode.
    expect(qrModules('A'.repeat(130)).length).toBeGreaterThan(37)
  })
})
