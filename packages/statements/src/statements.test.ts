import { writeXlsx } from 'hucre/xlsx'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { previewTable, readStatement, StatementError, type ColumnProfile } from './statements.ts'

const sample = (name: string): string => {
  const { rawBody }: { rawBody: string } = JSON.parse(
    readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8'),
  )
  return rawBody
}
const read = (text: string, profile?: ColumnProfile) => readStatement(Buffer.from(text), { profile })
const refusal = (given: string | Buffer): Promise<unknown> =>
  readStatement(Buffer.from(given)).then(
    () => 'read',
    (error: unknown) => (error instanceof StatementError ? error : Promise.reject(error)),
  )
const brief = ({ rows }: Awaited<ReturnType<typeof read>>) =>
  rows.map(({ direction, amountVnd }) => (direction === 'in' ? amountVnd : -amountVnd))

const HEAD = 'Ngày giao dịch;Nợ;Có;Số dư;Nội dung'

describe('the samples of the message formats', () => {
  it('MT940: a credit, the reversal that takes it back, and a fee', async () => {
    const statement = await read(sample('statement.mt940.synthetic.json'))
    expect(statement).toMatchObject({
      format: 'mt940',
      accountNumber: '0011000000002',
      fromDay: '2026-11-23',
      toDay: '2026-11-23',
      openingVnd: 1_500_000n,
      closingVnd: 1_480_000n,
      checked: 'balances',
    })
    expect(brief(statement)).toEqual([150_000n, -150_000n, -20_000n])
    expect(statement.rows.map(({ reversal }) => reversal)).toEqual([false, true, false])
    expect(statement.rows[0]).toMatchObject({
      line: 6,
      reference: 'FT26327123456789',
      precision: 'day',
      occurredAt: new Date('2026-11-22T17:00:00Z'),
      content:
        'MBVCB.3278907687.042064.K12 ST0471 tien rau.CT tu 0071000000001 NGUYEN VAN A toi 0011000000002',
    })
  })

  it('camt.053: a booked entry; one that waits is no money, and a batch is its transactions when they add up', async () => {
    const xml = sample('statement.camt053.v08.synthetic.json')
    const statement = await read(xml)
    expect(statement).toMatchObject({
      format: 'camt053',
      accountNumber: '0011000000002',
      closingVnd: 1_650_000n,
    })
    expect(statement.rows).toMatchObject([
      {
        line: 1,
        direction: 'in',
        amountVnd: 150_000n,
        reference: 'FT26327123456789',
        content: 'K12 ST0471 tien rau',
        occurredAt: new Date('2026-11-23T03:15:00Z'),
        precision: 'second',
      },
    ])
    await expect(refusal(xml.replace('<Cd>BOOK</Cd>', '<Cd>PDNG</Cd>'))).resolves.toMatchObject({
      code: 'balances_mismatch',
      mismatch: { expectedVnd: 1_500_000n, foundVnd: 1_650_000n },
    })
    const part = (vnd: number) =>
      `<TxDtls><Amt Ccy="VND">${vnd}</Amt><RmtInf><Ustrd>a &amp; ${vnd}</Ustrd></RmtInf></TxDtls>`
    const batch = (...amounts: number[]) =>
      read(xml.replace(/<TxDtls>.*<\/TxDtls>/, amounts.map(part).join('')))
    expect(brief(await batch(100_000, 50_000))).toEqual([100_000n, 50_000n])
    expect((await batch(100_000, 50_000)).rows.map(({ content }) => content)).toEqual([
      'a & 100000',
      'a & 50000',
    ])
    expect(brief(await batch(100_000, 40_000))).toEqual([150_000n])
  })

  it('another currency, another account and an entity of its own are refused', async () => {
    const xml = sample('statement.camt053.v08.synthetic.json')
    const mt940 = sample('statement.mt940.synthetic.json')
    await expect(refusal(xml.replaceAll('VND', 'USD'))).resolves.toMatchObject({
      code: 'currency_unsupported',
    })
    await expect(refusal(xml.replace('?>', '?><!DOCTYPE a [<!ENTITY b "c">]>'))).resolves.toMatchObject({
      code: 'file_unreadable',
    })
    await expect(refusal(mt940.replaceAll('VND', 'USD'))).resolves.toMatchObject({
      code: 'currency_unsupported',
      line: 5,
      field: ':60F:',
    })
    await expect(refusal(`${mt940}\n${mt940.replace(':25:0011', ':25:0099')}`)).resolves.toMatchObject({
      code: 'several_accounts',
    })
  })
})

describe('a table', () => {
  it('is read below a preamble and a header of two rows, from newest to oldest, with its pages', async () => {
    const statement = await read(
      [
        'NGÂN HÀNG TMCP;;;;',
        'Số tài khoản: 0011 0000 00002;;Loại tiền: VND;;',
        'Từ ngày 01/11/2026 đến ngày 30/11/2026;;;;',
        'Số dư đầu kỳ;;1.000.000;;',
        'Ngày;Số tiền;;Số dư;Nội dung',
        ';Ghi nợ;Ghi có;;',
        '(1);(2);(3);(4);(5)',
        '24/11/2026 08:05;20.000;;1.130.000;phi',
        ';;;;chuyen tien',
        'Trang 1/2;;;;',
        'Ngày;Số tiền;;Số dư;Nội dung',
        ';Ghi nợ;Ghi có;;',
        '23/11/2026;;150.000;1.150.000;K12 tien rau',
        'Tổng cộng;20.000;150.000;;',
        'Số dư cuối kỳ;;;1.130.000;',
        'Chứng từ in từ hệ thống;;;;',
      ].join('\n'),
    )
    expect(statement).toMatchObject({
      accountNumber: '0011000000002',
      fromDay: '2026-11-01',
      toDay: '2026-11-30',
      openingVnd: 1_000_000n,
      closingVnd: 1_130_000n,
      checked: 'balances',
    })
    expect(statement.rows).toMatchObject([
      { line: 13, direction: 'in', amountVnd: 150_000n, precision: 'day' },
      { line: 8, direction: 'out', occurredAt: new Date('2026-11-24T01:05:00Z'), content: 'phi chuyen tien' },
    ])
  })

  it('of one column of amounts takes the side from its sign', async () => {
    const older =
      'Ngày giao dịch,Số tham chiếu,+/-,Số tiền,Mô tả\n2026-11-23,FT1,+,"150,000",rau\n2026-11-23,FT2,-,"20,000",phi'
    const statement = await read(older)
    expect(statement).toMatchObject({ profile: 'vietcombank', checked: 'none', openingVnd: null })
    expect(brief(statement)).toEqual([150_000n, -20_000n])
    const unsigned = 'Ngày,Số tiền,Nội dung\n23/11/2026,150000,a\n23/11/2026,20000,b'
    await expect(refusal(unsigned)).resolves.toMatchObject({
      code: 'direction_unknown',
      line: 2,
      field: 'Số tiền',
    })
    expect(brief(await read(unsigned.replace(',20000', ',-20000')))).toEqual([150_000n, -20_000n])
  })

  it('without opening and closing is proved by its running balances', async () => {
    const rows = ['23/11/2026;;5.000;105.000;a', '23/11/2026;2.000;;103.000;b', '23/11/2026;;1.000;104.000;c']
    expect(await read([HEAD, ...rows].join('\n'))).toMatchObject({
      checked: 'running',
      openingVnd: 100_000n,
      closingVnd: 104_000n,
    })
    await expect(refusal([HEAD, ...rows].join('\n').replace('2.000;;', '3.000;;'))).resolves.toMatchObject({
      code: 'running_balance_mismatch',
      line: 3,
      field: 'Số dư',
      mismatch: { expectedVnd: 102_000n, foundVnd: 103_000n },
    })
    // A last row that nothing vouches for leaves the file unproved.
    expect(await read([HEAD, ...rows, '24/11/2026;;1.000;;d'].join('\n'))).toMatchObject({ checked: 'none' })
  })

  it('is refused with the row and column that cannot be read', async () => {
    const cases = [
      ['23/11/2026;;1.500,50;;a', 'amount_fractional', 'Có'],
      ['23/11/2026;;1,500;;a\n23/11/2026;;1.500;;b', 'amount_ambiguous', 'Có', 3],
      ['23/11/2026;;1.50.0;;a', 'amount_unreadable', 'Có'],
      ['23/11/2026;10;20;;a', 'amount_two_sided', 'Có'],
      ['23/11/2026;;;;a', 'amount_missing', 'Có'],
      ['23/11/2026;-10;;;a', 'amount_negative', 'Nợ'],
      ['31/02/2026;;10;;a', 'date_unreadable', 'Ngày giao dịch'],
      ['11/23/2026;;10;;a', 'date_unreadable', 'Ngày giao dịch'],
      [';;10;;Cong ty A', 'date_unreadable', 'Ngày giao dịch'],
      ['hỏng;;;;\n23/11/2026;;10;;a', 'row_unreadable', 'hỏng'],
    ] as const
    for (const [rows, code, field, line = 2] of cases)
      await expect(refusal(`${HEAD}\n${rows}`)).resolves.toMatchObject({ code, line, field })
    await expect(refusal(`${HEAD.replace('Có', 'Có (USD)')}\n`)).resolves.toMatchObject({
      code: 'currency_unsupported',
    })
  })

  it('of unknown columns is shown to a person, whose mapping then reads it', async () => {
    const text = 'Quầy 12\nKhi nào\tVào\tRa\tLý do\n23/11/2026\t5000\t\trau\n'
    await expect(refusal(text)).resolves.toMatchObject({ code: 'columns_unknown', line: null })
    expect((await previewTable(Buffer.from(text))).rows[1]).toEqual({
      line: 2,
      cells: ['Khi nào', 'Vào', 'Ra', 'Lý do'],
    })
    const headers = { occurredAt: ['Khi nào'], credit: ['Vào'], debit: ['Ra'], content: ['Lý do'] }
    expect(await read(text, { name: 'quầy', headers })).toMatchObject({
      profile: 'quầy',
      rows: [{ amountVnd: 5000n }],
    })
    expect(await previewTable(Buffer.from(HEAD))).toMatchObject({
      headerLine: 1,
      columns: [
        { title: 'Ngày giao dịch', roles: ['occurredAt'] },
        { roles: ['debit'] },
        {},
        {},
        { roles: ['content'] },
      ],
    })
  })
})

describe('a file', () => {
  it('is decoded as UTF-16 or windows-1258 where it is not UTF-8', async () => {
    const text = `${HEAD}\n23/11/2026;;5.000;5.000;tiền rau\n`
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    expect((await readStatement(utf16)).rows[0]?.content).toBe('tiền rau')
    // "Nợ" and "tiền" as windows-1258 has them: a letter and a loose accent, 0xF2 and 0xCC.
    const old = Buffer.from(
      'Date;N\u00F5\u00F2;C\u00F3;Details\n23/11/2026;;5.000;ti\u00EA\u00CCn\n',
      'latin1',
    )
    expect((await readStatement(old)).rows[0]?.content).toBe('tiền')
  })

  it('of a spreadsheet has dates of its own, or dates as text, and never both', async () => {
    const sheet = async (...dates: (string | Date | number)[]) => {
      const rows = dates.map((date, at) => [date, null, 1000 * (at + 1), `memo ${at}`])
      const bytes = await writeXlsx({
        sheets: [{ name: 'A', rows: [[], ['Ngày', 'Nợ', 'Có', 'Nội dung'], ...rows] }],
      })
      return Buffer.from(bytes)
    }
    const noon = new Date('2026-11-23T12:00:00Z')
    expect((await readStatement(await sheet(noon, 46349.5))).rows).toMatchObject([
      { line: 3, occurredAt: new Date('2026-11-23T05:00:00Z'), precision: 'second' },
      { line: 4, occurredAt: new Date('2026-11-23T05:00:00Z') },
    ])
    await expect(refusal(await sheet(noon, '23/11/2026'))).resolves.toMatchObject({
      code: 'date_ambiguous',
      line: 4,
    })
  })

  it('named .xls is read when it is one HTML table, and refused by name when it is not', async () => {
    const row = (cells: string) =>
      `<tr>${cells
        .split('|')
        .map((cell) => `<td>${cell}</td>`)
        .join('')}</tr>`
    const table = `<html><table>${row('Ngày giao dịch<br>Số CT|Nợ|Có|Nội dung')}${row('23/11/2026<br>FT1||5.000|a &amp; b')}</table></html>`
    expect(await read(table)).toMatchObject({
      format: 'html',
      rows: [{ reference: 'FT1', amountVnd: 5000n, content: 'a & b' }],
    })
    const ole2 = Buffer.from('d0cf11e0a1b11ae1', 'hex')
    const cases = [
      [table + table, 'format_unknown'],
      [ole2, 'xls_binary'],
      [Buffer.concat([ole2, Buffer.from('EncryptedPackage', 'utf16le')]), 'file_encrypted'],
      [Buffer.from('PK\u0003\u0004 no archive'), 'file_unreadable'],
      [Buffer.from('%PDF-1.7\n\u0000\u0001'), 'format_unknown'],
      [Buffer.alloc(0), 'file_empty'],
    ] as const
    for (const [bytes, code] of cases)
      await expect(refusal(Buffer.from(bytes))).resolves.toMatchObject({ code })
  })

  it('of 20,000 rows is read between other work, with word of how far it is', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => `23/11/2026;;1;${at + 1};memo ${at}`)
    const counts: number[] = []
    let others = 0
    const timer = setInterval(() => others++, 0)
    await readStatement(Buffer.from([HEAD, ...rows].join('\n')), { onRows: (count) => counts.push(count) })
    clearInterval(timer)
    expect(counts.at(-1)).toBe(20_000)
    expect(counts.length).toBeGreaterThan(5)
    expect(others).toBeGreaterThan(2)
  })
})
