import {
  AppError,
  IMPORT_COLUMNS,
  IMPORT_COLUMN_NAMES,
  IMPORT_PROBLEMS,
  type ContractKind,
  type ImportColumn,
  type ImportProblem,
  type ImportRow,
  type StallKind,
} from '@tienve/contracts'
import { parseVnd } from '@tienve/money'
import type { SheetCell } from '../documents/sheet.ts'
import { formatDay } from '../documents/table.ts'
import { fullCode, plain } from './rules.ts'

export type ImportError = ImportRow['errors'][number]

/** What a row says, as far as it can be read; null is an empty cell, which leaves as it is what is there already. */
export type ParsedRow = {
  line: number
  zone: string
  code: string
  name: string
  kind: StallKind | null
  rowLabel: string | null
  lot: number | null
  areaM2: string
  positionGrade: number
  contract: ParsedContract | null
  meters: { service: 'electricity' | 'water'; serial: string; value: string | null }[]
  errors: ImportError[]
}
export type ParsedContract = {
  number: string
  holder: string
  phone: string | null
  kind: ContractKind | null
  startsOn: string
  endsOn: string | null
  depositVnd: bigint | null
  seller: string | null
}

/** The kinds as the sheet says them, the first word of each the one that we write. */
export const KIND_NAMES: Record<StallKind, readonly [string, ...string[]]> = {
  stall: ['Sạp'],
  counter: ['Quầy'],
  kiosk: ['Ki-ốt', 'Ki ốt', 'Kiốt', 'Kiosk'],
  pitch: ['Nền'],
}
export const CONTRACT_KIND_NAMES: Record<ContractKind, readonly [string, ...string[]]> = {
  use: ['Sử dụng', 'Hợp đồng sử dụng'],
  rent: ['Thuê', 'Hợp đồng thuê'],
}
const CONTRACT_COLUMNS = ['holder', 'number', 'startsOn'] as const
const MOST_CHARACTERS: Partial<Record<ImportColumn, number>> = {
  zone: 120,
  name: 120,
  rowLabel: 10,
  holder: 120,
  number: 60,
  seller: 120,
  electricitySerial: 40,
  waterSerial: 40,
}

export function problemOf(
  column: ImportColumn,
  problem: ImportProblem,
  value: string,
  other = '',
): ImportError {
  const said = IMPORT_PROBLEMS[problem].vi.replaceAll('{value}', value).replaceAll('{other}', other)
  return { column, problem, value, other, message: `${IMPORT_COLUMNS[column].head}: ${said}` }
}

/**
 * Reads the rows of a sheet under their headings, in whatever order these are. Rows that are wholly empty are passed over.
 * Errors: `sheet_headings_wrong` with each heading that is missing, unknown or there twice, `sheet_too_long` beyond
 * `maxRows` or without a row.
 */
export function parseRows(
  sheet: readonly (readonly SheetCell[])[],
  marketCode: string,
  maxRows: number,
): ParsedRow[] {
  const [head = [], ...body] = sheet
  const columns = readHeadings(head)
  const rows = body.flatMap((cells, at) => {
    const isEmpty = cells.every(({ value, isFormula }) => !isFormula && (value === null || value === ''))
    return isEmpty ? [] : [parseRow(cells, columns, at + 2, marketCode)]
  })
  if (rows.length === 0 || rows.length > maxRows) throw new AppError('sheet_too_long')
  return rows
}

function readHeadings(head: readonly SheetCell[]): Map<ImportColumn, number> {
  const found = new Map<ImportColumn, number>()
  const fields: Record<string, string> = {}
  head.forEach(({ value }, at) => {
    const text = typeof value === 'string' ? value.trim() : value === null ? '' : `${value}`
    if (text === '') return
    const name = IMPORT_COLUMN_NAMES.find((one) => plain(IMPORT_COLUMNS[one].head) === plain(text))
    if (name === undefined) fields[text.slice(0, 60)] = 'unknown'
    else if (found.has(name)) fields[IMPORT_COLUMNS[name].head] = 'twice'
    else found.set(name, at)
  })
  for (const name of IMPORT_COLUMN_NAMES) {
    if (IMPORT_COLUMNS[name].required && !found.has(name)) fields[IMPORT_COLUMNS[name].head] = 'missing'
  }
  if (Object.keys(fields).length > 0) throw new AppError('sheet_headings_wrong', undefined, { fields })
  return found
}

function parseRow(
  cells: readonly SheetCell[],
  columns: ReadonlyMap<ImportColumn, number>,
  line: number,
  marketCode: string,
): ParsedRow {
  const errors: ImportError[] = []
  const fail = (column: ImportColumn, problem: ImportProblem, value: string, other = ''): null => {
    if (!errors.some((one) => one.column === column))
      errors.push(problemOf(column, problem, value.slice(0, 60), other))
    return null
  }
  /** The cell as text, null when it is empty or cannot be taken. */
  const text = (column: ImportColumn): string | null => {
    const cell = cells[columns.get(column) ?? -1]
    if (cell?.isFormula === true) return fail(column, 'formula', '')
    const said = toText(cell?.value ?? null)
    if (said === '') return IMPORT_COLUMNS[column].required ? fail(column, 'missing', '') : null
    return said.length > (MOST_CHARACTERS[column] ?? 60) ? fail(column, 'too_long', said) : said
  }
  /** The cell as `read` understands it, null with `problem` when it does not. */
  const read = <T>(
    column: ImportColumn,
    problem: ImportProblem,
    take: (text: string) => T | null,
    other = '',
  ): T | null => {
    const said = text(column)
    return said === null ? null : (take(said) ?? fail(column, problem, said, other))
  }
  const oneOf = <K extends string>(column: ImportColumn, names: Record<K, readonly [string, ...string[]]>) =>
    read(column, 'not_a_kind', (said) => findName(names, said), listNames(names))
  const parsed = {
    line,
    zone: text('zone') ?? '',
    code: read('code', 'not_a_code', (said) => toCode(said, marketCode)) ?? '',
    name: text('name') ?? '',
    kind: oneOf('kind', KIND_NAMES),
    rowLabel: text('rowLabel'),
    lot: read('lot', 'out_of_range', (said) => toWhole(said, 1, 999), '1–999'),
    areaM2: read('areaM2', 'not_a_number', toArea) ?? '',
    positionGrade: read('positionGrade', 'out_of_range', (said) => toWhole(said, 1, 3), '1–3') ?? 0,
    contract: {
      number: text('number'),
      holder: text('holder'),
      phone: read('phone', 'not_a_phone', toPhone),
      kind: oneOf('contractKind', CONTRACT_KIND_NAMES),
      startsOn: read('startsOn', 'not_a_day', toDay),
      endsOn: read('endsOn', 'not_a_day', toDay),
      depositVnd: read('depositVnd', 'not_an_amount', toDeposit),
      seller: text('seller'),
    },
    meters: (['electricity', 'water'] as const).flatMap((service) => {
      const serial = text(`${service}Serial`)
      const value = read(`${service}Value`, 'not_a_number', toReading)
      if (serial === null && value !== null) fail(`${service}Serial`, 'missing', '')
      return serial === null ? [] : [{ service, serial, value }]
    }),
  }
  return { ...parsed, contract: wholeContract(parsed.contract, fail), errors }
}

/** A contract needs its number, its holder and its first day; without any word of one there is none. */
function wholeContract(
  {
    number,
    holder,
    startsOn,
    ...rest
  }: Omit<ParsedContract, 'number' | 'holder' | 'startsOn'> & {
    number: string | null
    holder: string | null
    startsOn: string | null
  },
  fail: (column: ImportColumn, problem: ImportProblem, value: string, other?: string) => null,
): ParsedContract | null {
  const given = { number, holder, startsOn }
  if ([...Object.values(given), ...Object.values(rest)].every((value) => value === null)) return null
  for (const column of CONTRACT_COLUMNS) if (given[column] === null) fail(column, 'missing', '')
  if (number === null || holder === null || startsOn === null) return null
  if (rest.endsOn !== null && rest.endsOn < startsOn)
    fail('endsOn', 'ends_before', formatDay(rest.endsOn), formatDay(startsOn))
  return { number, holder, startsOn, ...rest }
}

function toText(value: SheetCell['value']): string {
  if (value === null) return ''
  // A spreadsheet's days have no zone: the library gives them as midnights of UTC.
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10)
  return String(value)
    .normalize('NFC')
    .replaceAll(/[\s\u00a0]+/g, ' ')
    .trim()
}

function findName<K extends string>(names: Record<K, readonly string[]>, said: string): K | null {
  const found = Object.entries<readonly string[]>(names).find(([, words]) =>
    words.some((word) => plain(word) === plain(said)),
  )
  // The keys of the table are its kinds.
  return found === undefined ? null : (found[0] as K)
}

function listNames(names: Record<string, readonly [string, ...string[]]>): string {
  return Object.values(names)
    .map(([name]) => name)
    .join(', ')
}

function toCode(text: string, marketCode: string): string | null {
  const code = text.toUpperCase()
  return /^[A-Z0-9]+(-[A-Z0-9]+)*$/.test(code) && code.length <= 16 ? fullCode(marketCode, code) : null
}

function toWhole(text: string, least: number, most: number): number | null {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return number >= least && number <= most ? number : null
}

/** Square metres, as the database writes them: two decimals. */
function toArea(text: string): string | null {
  const [, whole, part = ''] = /^(\d{1,4})(?:[.,](\d{1,2}))?$/.exec(text) ?? []
  if (whole === undefined || (Number(whole) === 0 && Number(part) === 0)) return null
  return `${Number(whole)}.${part.padEnd(2, '0')}`
}

function toReading(text: string): string | null {
  return /^\d{1,10}([.,]\d{1,2})?$/.test(text) ? text.replace(',', '.') : null
}

/** A spreadsheet takes a phone for a number and drops its 0. */
function toPhone(text: string): string | null {
  const digits = text.replaceAll(/[ .()-]/g, '').replace(/^\+?84(?=\d{9}$)/, '0')
  const phone = /^[1-9]\d{8}$/.test(digits) ? `0${digits}` : digits
  return /^0\d{8,10}$/.test(phone) ? phone : null
}

function toDay(text: string): string | null {
  const [, day, month, year] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text) ?? []
  const iso = day === undefined ? text : `${year}-${month?.padStart(2, '0')}-${day.padStart(2, '0')}`
  if (!/^(19[5-9]|20\d|21\d)\d-\d\d-\d\d$/.test(iso)) return null
  const moment = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(iso) ? iso : null
}

function toDeposit(text: string): bigint | null {
  const amount = parseVnd(text)
  return amount !== null && amount <= 10_000_000_000n ? amount : null
}
