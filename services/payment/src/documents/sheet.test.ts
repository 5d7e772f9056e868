import { unpacksWithin } from '@tienve/statements'
import { openXlsx, writeXlsx as makeXlsx } from 'hucre/xlsx'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { readXlsx, writeXlsx } from './sheet.ts'
import type { Cell, Table } from './table.ts'

const TABLE = {
  name: 'Nhật ký chung',
  columns: [
    { head: 'Tên', kind: 'text', width: 30 },
    { head: 'Ngày', kind: 'day' },
    { head: 'Tiền (đ)', kind: 'money' },
    { head: 'Số lần', kind: 'count' },
  ],
} as const satisfies Omit<Table, 'rows'>

async function open(rows: Cell[][]) {
  const bytes = await buffer(writeXlsx({ ...TABLE, rows }))
  const [sheet] = (await openXlsx(bytes, { readStyles: true })).sheets
  if (sheet === undefined) throw new Error('the file has no sheet')
  return sheet
}

describe('a spreadsheet', () => {
  it('opens again with Vietnamese, whole amounts and days as what they are', async () => {
    const sheet = await open([['Nguyễn Thị Ướt Ỷ', '2026-11-24', 1_000_000_000_000n, 7]])
    expect(sheet.name).toBe('Nhật ký chung')
    expect(sheet.rows).toEqual([
      ['Tên', 'Ngày', 'Tiền (đ)', 'Số lần'],
      ['Nguyễn Thị Ướt Ỷ', new Date('2026-11-24T00:00:00Z'), 1_000_000_000_000, 7],
    ])
  })

  it('shows a bold head that stays in sight, and formats by column', async () => {
    const sheet = await open([['a', '2026-11-24', 1n, 1]])
    const style = (at: string) => sheet.cells?.get(at)?.style
    for (const column of [0, 1, 2, 3]) expect(style(`0,${column}`)?.font?.bold).toBe(true)
    for (const column of [0, 1, 2, 3]) expect(style(`1,${column}`)?.font?.bold).not.toBe(true)
    expect([0, 1, 2, 3].map((column) => style(`1,${column}`)?.numFmt)).toEqual([
      '@',
      'dd/mm/yyyy',
      '#,##0',
      '#,##0',
    ])
    expect(sheet.freezePane).toMatchObject({ rows: 1 })
    expect(sheet.columns?.map(({ width }) => width)).toEqual([30, 12, 18, 12])
  })

  it('keeps a text that begins like a formula, and signs that XML forbids, as text', async () => {
    const texts = ['=1+1', '+84', '-a', '@SUM(A1)', '<b>&"', '\u0000\u000b', '0001000000001', ' hai  dấu ']
    const sheet = await open(texts.map((text) => [text, null, null, null]))
    expect(sheet.rows.slice(1).map(([text]) => text)).toEqual(texts)
    expect([...(sheet.cells?.values() ?? [])].filter(({ formula }) => formula !== undefined)).toEqual([])
  })

  it('is exact to the last đồng a spreadsheet can hold, and refuses the next', async () => {
    const most = 2n ** 53n - 1n
    const sheet = await open([
      ['', null, most, 0],
      ['', null, -most, 0],
    ])
    expect(sheet.rows.slice(1).map(([, , amount]) => BigInt(Number(amount)))).toEqual([most, -most])
    for (const amount of [2n ** 53n, -(2n ** 53n), 2 ** 53])
      await expect(open([['', null, amount, 0]])).rejects.toThrow(RangeError)
    await expect(open([['', null, 0.5, 0]])).rejects.toThrow(RangeError)
    await expect(open([['', '2026-13-01', 0n, 0]])).rejects.toThrow(RangeError)
  })

  it('asks for rows as it is read, and lets go of them when nobody reads on', async () => {
    let asked = 0
    let ended = false
    const rows = async function* () {
      try {
        for (; asked < 1_000_000; asked++)
          yield [`dòng ${Math.sin(asked)}`, '2026-11-24', BigInt(asked), asked]
      } finally {
        ended = true
      }
    }
    const stream = Readable.from(writeXlsx({ ...TABLE, rows: rows() }))
    let size = 0
    for await (const piece of stream) {
      size += piece.length
      if (size > 100_000) break
    }
    expect(asked).toBeLessThan(100_000)
    await expect.poll(() => ended).toBe(true)
  })
})

describe('a spreadsheet that somebody sends', () => {
  it('is read cell by cell up to a row, with what is a formula marked and not computed', async () => {
    const day = new Date('2026-01-02T00:00:00Z')
    const bytes = await makeXlsx({
      sheets: [
        {
          name: 'A',
          rows: [['Khu', 'Lô'], [], ['a', 4.5, day], ['b', true], ['không đọc']],
          cells: new Map([['2,1', { value: 9, formula: 'SUM(1,8)', formulaResult: 9 }]]),
        },
        { name: 'B', rows: [['trang khác']] },
      ],
    })
    const rows = await readXlsx(Buffer.from(bytes), 4)
    expect(rows.map((row) => row.map(({ value }) => value))).toEqual([
      ['Khu', 'Lô', null],
      [null, null, null],
      ['a', 9, day],
      ['b', true, null],
    ])
    expect(rows.flat().filter(({ isFormula }) => isFormula)).toHaveLength(1)
  })

  it('is refused when it is none, or would unpack to more than a sheet ever has', async () => {
    const bytes = await buffer(writeXlsx({ ...TABLE, rows: [['a'.repeat(30_000), null, null, null]] }))
    expect(unpacksWithin(bytes, 40_000)).toBe(true)
    expect(unpacksWithin(bytes, 30_000)).toBe(false)
    // The size that an archive gives for its part is not believed: this one says that it unpacks to nothing.
    const liar = Buffer.from(bytes)
    for (let at = liar.indexOf('PK\u0001\u0002'); at >= 0; at = liar.indexOf('PK\u0001\u0002', at + 1))
      liar.writeUInt32LE(0, at + 24)
    expect(unpacksWithin(liar, 30_000)).toBe(false)
    for (const none of [Buffer.alloc(0), Buffer.from('Khu;Lô'), bytes.subarray(0, bytes.length / 2)])
      await expect(readXlsx(none, 10)).rejects.toMatchObject({ code: 'sheet_unreadable' })
  })
})
