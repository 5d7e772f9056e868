import { readPicture } from '@tienve/vietqr/testing'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { makePdf, type PdfDefinition } from './pdf.ts'
import { DEMO_LABEL, qrOf, reportPdf, signatures, tableOf } from './report.ts'
import type { Column } from './table.ts'
import { readPdf, type ReadPage } from './testing.ts'

const AT = new Date('2026-11-24T13:05:00Z')
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="/etc/hostname"/></svg>'
const COLUMNS: Column[] = [
  { head: 'Mã sạp', kind: 'text', width: 12 },
  { head: 'Tên sạp', kind: 'text', width: 32 },
  { head: 'Ngày', kind: 'day' },
  { head: 'Tổng (đ)', kind: 'money' },
  { head: 'Số lần', kind: 'count' },
]

const make = (content: PdfDefinition['content']): Promise<Buffer> =>
  makePdf({ title: 'Thử', madeAt: AT, page: 'a4', content })

describe('a document', () => {
  it('keeps Vietnamese, its title, its language and its date', async () => {
    const pdf = await make([{ text: 'Nguyễn Thị Ướt Ỷ – 1.250.000 đ' }])
    const [page] = await readPdf(pdf)
    expect(page?.text).toContain('Nguyễn Thị Ướt Ỷ – 1.250.000 đ')
    expect(pdf.toString('latin1')).toMatch(/\/Lang \(vi\)/)
    expect(pdf.toString('latin1')).toContain('(D:20261124130500Z)')
  })

  it('is the same bytes for the same definition', async () => {
    const content = () => [{ text: 'Như nhau' }, qrOf('mã', { demo: true, width: 100 })]
    expect(await make(content())).toEqual(await make(content()))
  })

  it('reads no file and fetches no address', async () => {
    const own = fileURLToPath(new URL('../../../../docs/images/m-code-phone.png', import.meta.url))
    for (const node of [
      { image: own },
      { image: `file://${own}` },
      { image: 'https://example.com/logo.png' },
      { attachment: { src: own } },
      { svg: SVG },
      { stack: [{ columns: [{ svg: SVG.replace('<image', '< IMAGE') }] }] },
    ])
      await expect(make([node])).rejects.toThrow(/denied|refused|Invalid|attachment/)
  })

  it('is made after one that failed', async () => {
    const failed = make([{ image: '/etc/hostname' }])
    // No function can go to the other thread.
    const lost = make([{ table: { body: [['a']] }, layout: { hLineWidth: () => 1 } }])
    const next = make([{ text: 'Vẫn được' }])
    await expect(failed).rejects.toThrow(/denied/)
    await expect(lost).rejects.toThrow(/cloned/)
    expect((await readPdf(await next))[0]?.text).toContain('Vẫn được')
  })

  it('does not hold the event loop while it is laid out', async () => {
    const rows = Array.from({ length: 300 }, (_, at) => [`S-${at}`, 'Tên', '2026-11-24', BigInt(at), at])
    let longest = 0
    let last = performance.now()
    const clock = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    const begun = performance.now()
    await make([tableOf(COLUMNS, rows)])
    clearInterval(clock)
    expect(longest).toBeLessThan((performance.now() - begun) / 2)
  })
})

describe('a report', () => {
  let pages: ReadPage[] = []

  beforeAll(async () => {
    const rows = Array.from({ length: 60 }, (_, at) => [
      `SD-AU-${at}`,
      at === 3 ? 'VQX'.repeat(40) : 'Nguyễn Thị Ướt Ỷ',
      '2026-11-24',
      BigInt(at) * 1_250_000n,
      at,
    ])
    const pdf = await reportPdf({
      title: 'Báo cáo ngày',
      subtitle: 'Ngày 24/11/2026',
      marketName: 'Chợ Sông Đào',
      demo: true,
      madeAt: AT,
      content: [
        tableOf(COLUMNS, rows, ['Cộng', null, null, 1_000_000_000_000n, 1_770]),
        signatures('2026-11-24'),
        qrOf('kiểm tra', { demo: true, width: 120 }),
      ],
    })
    pages = await readPdf(pdf)
  })

  it('says whose it is, of what, and when it was made', () => {
    const text = pages[0]?.text ?? ''
    for (const words of ['Chợ Sông Đào', 'Báo cáo ngày', 'Ngày 24/11/2026', 'Lập lúc 20:05 ngày 24/11/2026'])
      expect(text).toContain(words)
  })

  it('says on every page that it is a demo’s, which page it is, and what the columns are', () => {
    expect(pages.length).toBeGreaterThan(1)
    for (const [at, { text }] of pages.entries()) {
      expect(text).toContain(DEMO_LABEL)
      expect(text).toContain(`Trang ${at + 1}/${pages.length}`)
      if (at + 1 < pages.length) expect(text).toContain('Tổng (đ)')
    }
  })

  it('writes days and amounts as people here do, to the last digit', () => {
    const text = pages.map((page) => page.text).join('\n')
    expect(text).toContain('24/11/2026')
    expect(text).toContain('73.750.000')
    expect(text).toContain('1.000.000.000.000')
    expect(text).toContain('1.770')
    expect(text).toContain('SD-AU-59')
  })

  it('has places to sign, together on one page', () => {
    const last = pages.find(({ text }) => text.includes('Người lập'))?.text ?? ''
    for (const words of ['Kế toán trưởng', 'Trưởng ban', 'Ngày 24 tháng 11 năm 2026'])
      expect(last).toContain(words)
    expect(last.split('(Ký, ghi rõ họ tên)')).toHaveLength(4)
  })

  it('carries a code that scans', async () => {
    const picture = await pages.at(-1)?.paint(2)
    expect(await readPicture(picture ?? new Uint8Array())).toEqual(['kiểm tra'])
  })
})
