import { IMPORT_COLUMNS, IMPORT_COLUMN_NAMES, type ImportColumn } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeXlsx } from '../documents/sheet.ts'
import type { Cell } from '../documents/table.ts'
import { startService, type Session, type TestService } from '../testing.ts'

const MARKET = '/v1/markets/mkt_caulim'
const TODAY = '2026-11-24'

let service: TestService
let accountant: Session
let made = 0
beforeAll(async () => {
  service = await startService({ worker: false, now: new Date(`${TODAY}T03:00:00Z`) })
  accountant = await service.logIn('accountant', 1)
})
afterAll(async () => service.stop())
/** Codes of its own for each test: the market keeps what an earlier one imported. */
beforeEach(() => {
  made += 1
})

type SheetRow = Partial<Record<ImportColumn, Cell>>
const codeOf = (at: number): string => `T${made}X${String(at).padStart(2, '0')}`

/** A row that is right, of a stall with a contract, a deposit and two meters. */
const row = (at: number, change: SheetRow = {}): SheetRow => ({
  zone: at % 2 === 0 ? 'Rau, củ' : 'Hàng mới',
  code: codeOf(at),
  name: `Sạp số ${at}`,
  kind: 'Quầy',
  rowLabel: `M${made}`,
  lot: String(at),
  areaM2: '4,5',
  positionGrade: '2',
  holder: `Nguyễn Thị Số ${at}`,
  phone: `09${String(10_000_000 + made * 1_000 + at)}`,
  number: `HĐ ${made}/${at}`,
  contractKind: 'Thuê',
  startsOn: '2026-01-01',
  endsOn: '2026-12-31',
  depositVnd: '3.000.000',
  electricitySerial: `D${made}-${at}`,
  electricityValue: '120,5',
  waterSerial: `N${made}-${at}`,
  waterValue: '7',
  ...change,
})
const rowsOf = (count: number): SheetRow[] => Array.from({ length: count }, (_, at) => row(at + 1))

async function sheetOf(
  rows: readonly SheetRow[],
  heads: readonly string[] = IMPORT_COLUMN_NAMES.map((name) => IMPORT_COLUMNS[name].head),
): Promise<string> {
  const kindOf = (name: ImportColumn | undefined) =>
    name === 'startsOn' || name === 'endsOn' ? 'day' : 'text'
  const bytes = await buffer(
    writeXlsx({
      name: 'Sạp',
      columns: heads.map((head, at) => ({ head, kind: kindOf(IMPORT_COLUMN_NAMES[at]) })),
      rows: rows.map((one) => IMPORT_COLUMN_NAMES.map((name) => one[name] ?? null)),
    }),
  )
  return bytes.toString('base64')
}

const call = (path: string, body?: unknown) =>
  service.call(`${MARKET}/register${path}`, {
    session: accountant,
    ...(body === undefined ? {} : { body }),
  })
const preview = async (rows: readonly SheetRow[]) => call('/preview', { file: await sheetOf(rows) })

async function importRows(rows: readonly SheetRow[]) {
  const file = await sheetOf(rows)
  const { body } = await call('/preview', { file })
  return call('/import', { file, digest: body.digest })
}

async function countOf(table: string): Promise<number> {
  const { rows } = await inMarket(service.ctx.db, 'mkt_caulim', (tx) =>
    tx.$client.query(`select count(*)::int as count from ${table}`),
  )
  return rows[0].count
}
const TABLES = ['zone', 'stall', 'stall_zone', 'stallholder', 'contract', 'meter', 'payment_code'] as const
const counts = async () => Promise.all(TABLES.map(countOf))

describe('a sheet of 60 stalls', () => {
  it('is shown first and then imported whole, accounts, codes, contracts and meters with it', async () => {
    const before = await counts()
    const file = await sheetOf(rowsOf(60))
    const shown = await call('/preview', { file })
    expect([shown.status, shown.body.counts]).toEqual([200, { new: 60, changed: 0, same: 0, error: 0 }])
    expect(shown.body.newZones).toEqual([{ code: 'HM', name: 'Hàng mới' }])
    expect(shown.body.rows[0]).toMatchObject({ line: 2, code: `CL-${codeOf(1)}`, verdict: 'new', errors: [] })
    expect(await counts()).toEqual(before)

    const done = await call('/import', { file, digest: shown.body.digest })
    expect([done.status, done.body]).toEqual([
      201,
      { zones: 1, stalls: 60, changedStalls: 0, contracts: 60, changedContracts: 0, meters: 120 },
    ])
    const [zones, stalls, places, people, contracts, meters, codes] = await counts()
    expect(
      [zones, stalls, places, people, contracts, meters, codes].map((n, at) => Number(n) - (before[at] ?? 0)),
      // A code for each stall, for its whole debt and for its deposit.
    ).toEqual([1, 60, 60, 60, 60, 120, 180])
    const found = (await call(`?q=CL-${codeOf(7)}`)).body.items[0]
    expect(found).toMatchObject({
      kind: 'counter',
      rowLabel: `M${made}`,
      lot: 7,
      areaM2: '4.50',
      state: 'active',
      contract: { number: `HĐ ${made}/7`, holderName: 'Nguyễn Thị Số 7', endsOn: '2026-12-31' },
    })
    const record = await service.call(`/v1/stalls/${found.id}/register`, { session: accountant })
    expect(record.body).toMatchObject({
      deposit: { agreedVnd: 3_000_000, missingVnd: 3_000_000, code: expect.any(String) },
      meters: [{ serial: `D${made}-7` }, { serial: `N${made}-7` }],
      contracts: [{ kind: 'rent', holder: { phone: `09${10_000_000 + made * 1_000 + 7}` } }],
    })
  })

  it('changes nothing when it comes again, and shows what is another in a row that was changed', async () => {
    const rows = rowsOf(3)
    await importRows(rows)
    const before = await counts()
    const again = await importRows(rows)
    expect([again.status, Object.values(again.body)]).toEqual([201, [0, 0, 0, 0, 0, 0]])
    expect(await counts()).toEqual(before)

    const changed = [
      row(1, { areaM2: '6', endsOn: '2027-12-31', phone: '0988000111' }),
      row(2, { lot: '3' }),
      row(3, { lot: '2' }),
    ]
    const shown = (await preview(changed)).body
    expect(shown.counts).toEqual({ new: 0, changed: 3, same: 0, error: 0 })
    expect(shown.rows[0].changes).toEqual([
      { column: 'areaM2', from: '4,50', to: '6,00' },
      { column: 'endsOn', from: '31/12/2026', to: '31/12/2027' },
      { column: 'phone', from: `09${10_000_000 + made * 1_000 + 1}`, to: '0988000111' },
    ])
    expect((await importRows(changed)).body).toMatchObject({
      changedStalls: 3,
      changedContracts: 1,
      stalls: 0,
    })
    expect((await preview(changed)).body.counts.same).toBe(3)
    const places = (await call(`?q=CL-T${made}X`)).body.items.map(({ lot }: { lot: number }) => lot)
    expect(places).toEqual([1, 3, 2])
  })

  it('comes out as it is in the register, and comes back as nothing new', async () => {
    await importRows([row(1, { seller: 'Cháu Bán' })])
    const answer = await fetch(`${service.url}${MARKET}/register/sheet.xlsx`, {
      headers: { cookie: accountant.cookie },
    })
    const file = Buffer.from(await answer.arrayBuffer()).toString('base64')
    const shown = await call('/preview', { file })
    expect(shown.body.counts).toEqual({ new: 0, changed: 0, same: await countOf('stall'), error: 0 })
  })

  it('has a template with the headings, in Vietnamese, and no row', async () => {
    const answer = await fetch(`${service.url}${MARKET}/register/sheet.xlsx?rows=none`, {
      headers: { cookie: accountant.cookie },
    })
    const file = Buffer.from(await answer.arrayBuffer()).toString('base64')
    expect((await call('/preview', { file })).body.code).toBe('sheet_too_long')
  })
})

describe('what is wrong in a sheet', () => {
  /** Each fault: what makes it, in which column it shows, and what it says. */
  const FAULTS: [SheetRow, ImportColumn, string][] = [
    [{ zone: null }, 'zone', 'Khu: còn trống'],
    [{ code: null }, 'code', 'Mã sạp: còn trống'],
    [{ code: 'Mã số 1' }, 'code', 'Mã sạp: “Mã số 1” không phải mã: chỉ chữ không dấu, số và gạch nối'],
    [{ name: 'x'.repeat(121) }, 'name', `Tên sạp: “${'x'.repeat(60)}” quá dài`],
    [{ kind: 'Lều' }, 'kind', 'Loại: “Lều” không có trong danh sách: Sạp, Quầy, Ki-ốt, Nền'],
    [{ lot: '0' }, 'lot', 'Lô: 0 nằm ngoài khoảng 1–999'],
    [{ lot: null }, 'lot', 'Lô: có dãy thì phải có lô và ngược lại'],
    [{ areaM2: 'rộng' }, 'areaM2', 'Diện tích m²: “rộng” không phải là số'],
    [{ areaM2: '0' }, 'areaM2', 'Diện tích m²: “0” không phải là số'],
    [{ positionGrade: '4' }, 'positionGrade', 'Vị trí: 4 nằm ngoài khoảng 1–3'],
    [{ phone: '12' }, 'phone', 'SĐT: “12” không phải số điện thoại'],
    [{ holder: null }, 'holder', 'Người thuê: còn trống'],
    [{ number: null }, 'number', 'Số hợp đồng: còn trống'],
    [{ startsOn: null }, 'startsOn', 'Từ ngày: còn trống'],
    [{ endsOn: '2025-12-31' }, 'endsOn', 'Đến ngày: 31/12/2025 trước ngày bắt đầu 01/01/2026'],
    [{ depositVnd: '5,5 triệu' }, 'depositVnd', 'Tiền cọc: “5,5 triệu” không phải là số tiền'],
    [{ contractKind: 'mua' }, 'contractKind', 'Loại hợp đồng: “mua” không có trong danh sách: Sử dụng, Thuê'],
    [{ electricitySerial: null }, 'electricitySerial', 'Công tơ điện: còn trống'],
    [{ waterValue: null }, 'waterValue', 'Chỉ số nước: còn trống'],
    [{ waterValue: 'đầy' }, 'waterValue', 'Chỉ số nước: “đầy” không phải là số'],
  ]

  it('is told by row and column, and keeps the whole sheet out', async () => {
    const before = await counts()
    const rows = FAULTS.map(([change], at) => row(at + 1, change))
    const shown = (await preview([...rows, row(50)])).body
    FAULTS.forEach(([, column, message], at) => {
      const { line, verdict, errors } = shown.rows[at]
      expect([
        line,
        verdict,
        errors[0]?.column,
        errors.map((one: { message: string }) => one.message),
      ]).toEqual([at + 2, 'error', column, [message]])
    })
    expect(shown.counts).toMatchObject({ error: FAULTS.length, new: 1 })
    const file = await sheetOf([...rows, row(50)])
    const refused = await call('/import', { file, digest: shown.digest })
    expect([refused.status, refused.body.code]).toEqual([422, 'import_has_errors'])
    expect(await counts()).toEqual(before)
  })

  it('is what clashes with another row, with a contract, a place or a meter that is there', async () => {
    const bare = { electricitySerial: null, electricityValue: null, waterSerial: null, waterValue: null }
    await importRows([row(1), row(2), row(8)])
    const shown = (
      await preview([
        row(1, { ...bare, number: `HĐ KHÁC ${made}` }),
        row(3, { ...bare, code: codeOf(1), lot: '1' }),
        row(4, { ...bare, number: `HĐ ${made}/8` }),
        row(5, { ...bare, lot: '2' }),
        row(6, { ...bare, electricitySerial: `D${made}-1` }),
        row(2, { electricitySerial: `D${made}-MOI`, startsOn: '2026-02-01', endsOn: '2026-11-30' }),
        row(7, { ...bare, number: `HĐ ${made}/5` }),
      ])
    ).body
    const messages = shown.rows.map(({ errors }: { errors: { message: string }[] }) =>
      errors.map(({ message }) => message),
    )
    expect(messages).toEqual([
      [`Từ ngày: trùng ngày với hợp đồng HĐ ${made}/1 của sạp này`],
      [
        `Mã sạp: “CL-${codeOf(1)}” đã có ở dòng 2`,
        `Từ ngày: trùng ngày với hợp đồng HĐ ${made}/1 của sạp này`,
      ],
      [`Số hợp đồng: “HĐ ${made}/8” là của sạp CL-${codeOf(8)}`],
      [`Lô: chỗ này của sạp CL-${codeOf(2)}`],
      [`Công tơ điện: “D${made}-1” là của sạp CL-${codeOf(1)}`],
      [
        'Từ ngày: hợp đồng đã có ghi 01/01/2026: sửa ở trang của sạp, không sửa bằng tệp',
        'Đến ngày: hợp đồng đã có ghi 31/12/2026: sửa ở trang của sạp, không sửa bằng tệp',
        `Công tơ điện: sạp đang dùng công tơ D${made}-2: thay công tơ ở trang công tơ`,
      ],
      [`Số hợp đồng: “HĐ ${made}/5” đã có ở dòng 5`],
    ])
  })

  it('is a heading that is missing, unknown or there twice, each by its name', async () => {
    const heads = IMPORT_COLUMN_NAMES.map((name) => IMPORT_COLUMNS[name].head as string)
    heads[6] = 'Rộng'
    heads[4] = 'Lô'
    const refused = await call('/preview', { file: await sheetOf([row(1)], heads) })
    expect([refused.status, refused.body.code, refused.body.fields]).toEqual([
      422,
      'sheet_headings_wrong',
      { Rộng: 'unknown', 'Diện tích m²': 'missing', Lô: 'twice' },
    ])
  })
})

describe('a file', () => {
  it('that is no spreadsheet, or unpacks to too much, is refused as such', async () => {
    const bytes = Buffer.from(await sheetOf([row(1)]), 'base64')
    for (const file of [Buffer.from('Khu;Mã sạp'), Buffer.from('PK\u0003\u0004'), bytes.subarray(0, 900)]) {
      const refused = await call('/preview', { file: file.toString('base64') })
      expect([refused.status, refused.body.code]).toEqual([422, 'sheet_unreadable'])
    }
    const large = await call('/preview', { file: 'A'.repeat(4 * 1024 * 1024) })
    expect([large.status, large.body.code]).toEqual([413, 'body_too_large'])
    expect((await preview([])).body.code).toBe('sheet_too_long')
    const most = Array.from({ length: 2_001 }, () => ({ code: 'A' }))
    expect((await preview(most)).body.code).toBe('sheet_too_long')
    expect((await preview(most.slice(1))).body.counts.error).toBe(2_000)
  })

  it('other than the one that was shown, or shown before the register changed, is not imported', async () => {
    const file = await sheetOf([row(1), row(2)])
    const { digest } = (await call('/preview', { file })).body
    const other = await call('/import', { file: await sheetOf([row(1), row(3)]), digest })
    expect([other.status, other.body.code]).toEqual([409, 'import_changed'])
    await importRows([row(2)])
    const late = await call('/import', { file, digest })
    expect([late.status, late.body.code]).toEqual([409, 'import_changed'])
    expect((await call(`?q=CL-${codeOf(1)}`)).body.items).toEqual([])
  })

  it('sent twice at once is imported once', async () => {
    const file = await sheetOf(rowsOf(5))
    const { digest } = (await call('/preview', { file })).body
    const answers = await Promise.all([1, 2, 3].map(() => call('/import', { file, digest })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
    expect((await call(`?q=CL-T${made}X`)).body.items).toHaveLength(5)
  })

  it('is for who may write the register', async () => {
    const file = await sheetOf([row(1)])
    for (const role of ['technician', 'collector', 'head']) {
      const session = await service.logIn(role, 1)
      const answer = await service.call(`${MARKET}/register/preview`, { session, body: { file } })
      expect([role, answer.status]).toEqual([role, 403])
    }
  })
})
