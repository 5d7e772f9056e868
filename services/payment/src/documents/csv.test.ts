import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { writeCsv } from './csv.ts'
import type { Column, Table } from './table.ts'

const COLUMNS: Column[] = [
  { head: 'Tên', kind: 'text' },
  { head: 'Ngày', kind: 'day' },
  { head: 'Tiền (đ)', kind: 'money' },
]
const write = (rows: Table['rows']): Promise<string> =>
  text(writeCsv({ name: 'Thử', columns: COLUMNS, rows }))

describe('comma-separated values', () => {
  it('begin with the mark of UTF-8, end every row with CRLF and keep Vietnamese', async () => {
    expect(await write([['Nguyễn Thị Ướt Ỷ', '2026-11-24', 35_000n]])).toBe(
      '\u{feff}Tên,Ngày,Tiền (đ)\r\nNguyễn Thị Ướt Ỷ,2026-11-24,35000\r\n',
    )
  })

  it('quote what would break a row', async () => {
    expect(await write([['a "b", c\nd', null, 0n]])).toContain('"a ""b"", c\nd",,0\r\n')
  })

  it('never hand a spreadsheet a formula, and leave our own minus alone', async () => {
    for (const first of ['=', '+', '-', '@', '\t', '\r', '\n'])
      expect(await write([[`${first}HYPERLINK("http://x")`, null, -5n]])).toMatch(/"'.HYPERLINK.*,,-5\r\n$/s)
  })

  it('keep every digit of an amount of any size', async () => {
    expect(await write([['', null, 10n ** 18n + 1n]])).toContain('1000000000000000001')
  })

  it('come in pieces, and ask for rows only as they are read', async () => {
    let asked = 0
    let ended = false
    const rows = function* () {
      try {
        for (;;) yield [`dòng ${asked++}`, null, 1n]
      } finally {
        ended = true
      }
    }
    for await (const piece of writeCsv({ name: 'Thử', columns: COLUMNS, rows: rows() })) {
      expect(piece.length).toBeGreaterThan(16_000)
      if (asked > 3_000) break
    }
    expect(asked).toBeLessThan(6_000)
    expect(ended).toBe(true)
  })
})
