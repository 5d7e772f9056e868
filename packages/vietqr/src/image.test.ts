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
