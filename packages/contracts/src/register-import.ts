import { z } from 'zod'

/** The columns of the sheet that a register is imported from: what heads each, and whether a row may leave it empty. */
export const IMPORT_COLUMNS = {
  zone: { head: 'Khu', en: 'Zone', required: true },
  code: { head: 'Mã sạp', en: 'Stall code', required: true },
  name: { head: 'Tên sạp', en: 'Stall name', required: true },
  kind: { head: 'Loại', en: 'Kind', required: false },
  rowLabel: { head: 'Dãy', en: 'Row', required: false },
  lot: { head: 'Lô', en: 'Lot', required: false },
  areaM2: { head: 'Diện tích m²', en: 'Area m²', required: true },
  positionGrade: { head: 'Vị trí', en: 'Position', required: true },
  holder: { head: 'Người thuê', en: 'Tenant', required: false },
  phone: { head: 'SĐT', en: 'Phone', required: false },
  number: { head: 'Số hợp đồng', en: 'Contract number', required: false },
  contractKind: { head: 'Loại hợp đồng', en: 'Contract kind', required: false },
  startsOn: { head: 'Từ ngày', en: 'From', required: false },
  endsOn: { head: 'Đến ngày', en: 'To', required: false },
  depositVnd: { head: 'Tiền cọc', en: 'Deposit', required: false },
  seller: { head: 'Người bán', en: 'Seller', required: false },
  electricitySerial: { head: 'Công tơ điện', en: 'Electricity meter', required: false },
  electricityValue: { head: 'Chỉ số điện', en: 'Electricity reading', required: false },
  waterSerial: { head: 'Công tơ nước', en: 'Water meter', required: false },
  waterValue: { head: 'Chỉ số nước', en: 'Water reading', required: false },
} as const
export type ImportColumn = keyof typeof IMPORT_COLUMNS
// The keys of the table above are the columns' names.
export const IMPORT_COLUMN_NAMES = Object.keys(IMPORT_COLUMNS) as [ImportColumn, ...ImportColumn[]]

/** What can be wrong with one cell; `{value}` is what stands in it, `{other}` what it clashes with. */
export const IMPORT_PROBLEMS = {
  missing: { vi: 'còn trống', en: 'is empty' },
  formula: { vi: 'là công thức: dán giá trị vào', en: 'is a formula: paste its value' },
  too_long: { vi: '“{value}” quá dài', en: '“{value}” is too long' },
  not_a_code: {
    vi: '“{value}” không phải mã: chỉ chữ không dấu, số và gạch nối',
    en: '“{value}” is not a code: letters without marks, digits and hyphens only',
  },
  not_a_kind: {
    vi: '“{value}” không có trong danh sách: {other}',
    en: '“{value}” is none of these: {other}',
  },
  not_a_number: { vi: '“{value}” không phải là số', en: '“{value}” is not a number' },
  out_of_range: { vi: '{value} nằm ngoài khoảng {other}', en: '{value} is outside {other}' },
  not_a_day: { vi: '“{value}” không phải là ngày', en: '“{value}” is not a day' },
  not_an_amount: { vi: '“{value}” không phải là số tiền', en: '“{value}” is not an amount' },
  not_a_phone: { vi: '“{value}” không phải số điện thoại', en: '“{value}” is not a phone number' },
  ends_before: { vi: '{value} trước ngày bắt đầu {other}', en: '{value} is before the start, {other}' },
  row_without_lot: { vi: 'có dãy thì phải có lô và ngược lại', en: 'a row needs a lot, and a lot a row' },
  twice: { vi: '“{value}” đã có ở dòng {other}', en: '“{value}” stands in line {other} already' },
  lot_taken: { vi: 'chỗ này của sạp {other}', en: 'this place is that of stall {other}' },
  code_taken: { vi: '“{value}” đã thuộc chợ khác', en: '“{value}” belongs to another market' },
  removed: { vi: 'sạp “{value}” đã xóa khỏi sổ', en: 'stall “{value}” was removed from the register' },
  overlaps: {
    vi: 'trùng ngày với hợp đồng {other} của sạp này',
    en: 'overlaps contract {other} of this stall',
  },
  other_stall: { vi: '“{value}” là của sạp {other}', en: '“{value}” belongs to stall {other}' },
  contract_fixed: {
    vi: 'hợp đồng đã có ghi {other}: sửa ở trang của sạp, không sửa bằng tệp',
    en: 'the contract at hand says {other}: change it on the stall’s page, not by a file',
  },
  meter_in_place: {
    vi: 'sạp đang dùng công tơ {other}: thay công tơ ở trang công tơ',
    en: 'the stall has meter {other}: change meters on their own page',
  },
  zone_moved_today: { vi: 'sạp đã đổi khu hôm nay', en: 'the stall has changed its zone today already' },
} as const
export type ImportProblem = keyof typeof IMPORT_PROBLEMS
// The keys of the table above are the problems.
const PROBLEM_NAMES = Object.keys(IMPORT_PROBLEMS) as [ImportProblem, ...ImportProblem[]]

export const IMPORT_VERDICTS = ['new', 'changed', 'same', 'error'] as const
export type ImportVerdict = (typeof IMPORT_VERDICTS)[number]

/** Most rows of one file, and most bytes. */
export const IMPORT_MAX_ROWS = 2_000
export const IMPORT_MAX_BYTES = 2 * 1024 * 1024

const Column = z.enum(IMPORT_COLUMN_NAMES)

/** One row of the sheet, by its number there, and what would come of it. */
const ImportRow = z.object({
  line: z.int(),
  code: z.string(),
  name: z.string(),
  verdict: z.enum(IMPORT_VERDICTS),
  /** What would be another than it is: `from` is null for what is new. */
  changes: z.array(z.object({ column: Column, from: z.string().nullable(), to: z.string() })),
  errors: z.array(
    z.object({
      column: Column,
      problem: z.enum(PROBLEM_NAMES),
      value: z.string(),
      other: z.string(),
      /** The same in Vietnamese, for whoever reads the answer itself. */
      message: z.string(),
    }),
  ),
})
export type ImportRow = z.infer<typeof ImportRow>

/** `POST /v1/markets/:id/register/preview`, and `…/import` with the digest of what was previewed. `file` is the XLSX, base64. */
export const PreviewImport = z
  .object({ file: z.string().max(Math.ceil(IMPORT_MAX_BYTES / 3) * 4) })
  .meta({ id: 'PreviewImport' })
export const CommitImport = PreviewImport.extend({ digest: z.string().max(64) }).meta({ id: 'CommitImport' })

/** `digest` names the bytes of the file and all that they would change: an import of anything else is refused. */
export const ImportPreview = z
  .object({
    digest: z.string(),
    counts: z.record(z.enum(IMPORT_VERDICTS), z.int()),
    newZones: z.array(z.object({ code: z.string(), name: z.string() })),
    rows: z.array(ImportRow),
  })
  .meta({ id: 'ImportPreview' })
export type ImportPreview = z.infer<typeof ImportPreview>

export const ImportResult = z
  .object({
    stalls: z.int(),
    changedStalls: z.int(),
    contracts: z.int(),
    changedContracts: z.int(),
    meters: z.int(),
    zones: z.int(),
  })
  .meta({ id: 'ImportResult' })
export type ImportResult = z.infer<typeof ImportResult>
