import type { ContractKind, ImportColumn, ImportProblem, ImportRow, StallKind } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { formatDay } from '../documents/table.ts'
import {
  CONTRACT_KIND_NAMES,
  KIND_NAMES,
  problemOf,
  type ImportError,
  type ParsedContract,
  type ParsedRow,
} from './cells.ts'
import { plain } from './rules.ts'

/** What the register holds, as far as an import looks at it. */
export type Held = {
  zones: { id: string; code: string; name: string }[]
  stalls: HeldStall[]
  contracts: HeldContract[]
  meters: { stallId: string; service: string; serial: string; removedOn: string | null }[]
  /** Stalls that have changed their zone today, and so cannot again. */
  movedToday: ReadonlySet<string>
  /** New codes of the file that belong to another market. */
  foreignCodes: ReadonlySet<string>
}
export type HeldStall = {
  id: string
  code: string
  name: string
  zoneId: string
  kind: StallKind
  rowLabel: string | null
  lot: number | null
  areaM2: string
  positionGrade: number
  status: string
}
export type HeldContract = {
  id: string
  number: string
  stallId: string
  kind: ContractKind
  startsOn: string
  endsOn: string | null
  endedOn: string | null
  depositVnd: bigint
  holder: { id: string; name: string; phone: string | null }
  sellerName: string | null
}

/** What an import would do: the rows as they are shown, and what is to be written, by the codes of zones and stalls. */
export type ImportPlan = {
  rows: ImportRow[]
  zones: { code: string; name: string }[]
  stalls: PlannedStall[]
  changed: PlannedStall[]
  contracts: (ParsedContract & { stallCode: string })[]
  changedContracts: { id: string; holderId: string; endsOn?: string; phone?: string; seller?: string }[]
  meters: { stallCode: string; service: string; serial: string; value: string }[]
}
export type PlannedStall = Omit<HeldStall, 'id' | 'zoneId' | 'status'> & { zoneCode: string }

type Change = ImportRow['changes'][number]

/** Decides what the rows of a sheet would change in the register. Pure, so that what was previewed can be decided again. */
export function planImport(parsed: readonly ParsedRow[], held: Held): ImportPlan {
  const zones = planZones(parsed, held)
  const plan: ImportPlan = {
    rows: [],
    zones: zones.added,
    stalls: [],
    changed: [],
    contracts: [],
    changedContracts: [],
    meters: [],
  }
  const seen = new Map<string, number>()
  const places = planPlaces(parsed, held)
  for (const row of parsed) {
    const errors = [...row.errors]
    const changes: Change[] = []
    const fail = (column: ImportColumn, problem: ImportProblem, value: string, other = '') => {
      if (!errors.some((one) => one.column === column)) errors.push(problemOf(column, problem, value, other))
    }
    const once = (column: ImportColumn, key: string, value: string) => {
      const line = seen.get(`${column} ${key}`)
      if (line !== undefined) fail(column, 'twice', value, String(line))
      seen.set(`${column} ${key}`, line ?? row.line)
    }
    const at: Row = { row, held, errors, changes, fail, once, plan }
    const before = planStall(at, zones.codeOf(row.zone), places)
    if (row.contract !== null) planContract(at, row.contract, before)
    for (const meter of row.meters) planMeter(at, meter, before)
    plan.rows.push({
      line: row.line,
      code: row.code,
      name: row.name,
      verdict: verdictOf(errors, changes, before),
      changes,
      errors,
    })
  }
  return plan
}

type Row = {
  row: ParsedRow
  held: Held
  errors: ImportError[]
  changes: Change[]
  fail: (column: ImportColumn, problem: ImportProblem, value: string, other?: string) => void
  once: (column: ImportColumn, key: string, value: string) => void
  plan: ImportPlan
}

function verdictOf(
  errors: readonly ImportError[],
  changes: readonly Change[],
  before: HeldStall | undefined,
) {
  if (errors.length > 0) return 'error'
  if (before === undefined) return 'new'
  return changes.length > 0 ? 'changed' : 'same'
}

/** The zones that the sheet names by code or by name; one that is not there yet gets a code from its first letters. */
function planZones(parsed: readonly ParsedRow[], held: Held) {
  const codes = new Map(held.zones.flatMap(({ code, name }) => [[plain(name), code] as const]))
  for (const { code } of held.zones) codes.set(plain(code), code)
  const taken = new Set(held.zones.map(({ code }) => code))
  const added: { code: string; name: string }[] = []
  for (const { zone } of parsed) {
    if (zone === '' || codes.has(plain(zone))) continue
    const code = newZoneCode(zone, taken)
    taken.add(code)
    codes.set(plain(zone), code)
    added.push({ code, name: zone })
  }
  return { added, codeOf: (text: string) => codes.get(plain(text)) ?? '' }
}

function newZoneCode(name: string, taken: ReadonlySet<string>): string {
  const words = plain(name)
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '')
  const letters = words.length === 1 ? (words[0] ?? '') : words.map(([letter]) => letter).join('')
  const stem = letters.slice(0, 4) || 'K'
  for (let number = 1; ; number++) {
    const code = number === 1 ? stem : `${stem}${number}`
    if (!taken.has(code)) return code
  }
}

/**
 * Which stall would stand on each lot once the whole sheet is taken in: a row may take the place that another row leaves.
 * Whoever stays where it is comes before whoever arrives.
 */
function planPlaces(parsed: readonly ParsedRow[], held: Held): Map<string, string> {
  const byCode = new Map(held.stalls.map((one) => [one.code, placeOf(one)]))
  const asked = new Map(
    parsed.map((row) => {
      const before = held.stalls.find(({ code }) => code === row.code)
      return [row.code, placeOf({ rowLabel: row.rowLabel ?? before?.rowLabel, lot: row.lot ?? before?.lot })]
    }),
  )
  const stay = [...byCode].filter(([code, place]) => (asked.get(code) ?? place) === place)
  const places = new Map<string, string>()
  for (const [code, place] of [...stay, ...asked]) {
    if (place !== null && !places.has(place)) places.set(place, code)
  }
  return places
}

function placeOf({
  rowLabel,
  lot,
}: {
  rowLabel?: string | null | undefined
  lot?: number | null | undefined
}) {
  return rowLabel == null || lot == null ? null : `${rowLabel} ${lot}`
}

/** Answers the stall as it is; undefined for a new one. */
function planStall(at: Row, zoneCode: string, places: ReadonlyMap<string, string>): HeldStall | undefined {
  const { row, held, fail, once, plan } = at
  const before = held.stalls.find(({ code }) => code === row.code)
  const stall: PlannedStall = {
    code: row.code,
    name: row.name,
    zoneCode,
    kind: row.kind ?? before?.kind ?? 'stall',
    rowLabel: row.rowLabel ?? before?.rowLabel ?? null,
    lot: row.lot ?? before?.lot ?? null,
    areaM2: row.areaM2,
    positionGrade: row.positionGrade,
  }
  once('code', row.code, row.code)
  if (held.foreignCodes.has(row.code)) fail('code', 'code_taken', row.code)
  if (before?.status === 'removed') fail('code', 'removed', row.code)
  if ((stall.rowLabel === null) !== (stall.lot === null)) fail('lot', 'row_without_lot', '')
  const holder = places.get(placeOf(stall) ?? '')
  if (holder !== undefined && holder !== row.code) fail('lot', 'lot_taken', '', holder)
  const zone = held.zones.find(({ id }) => id === before?.zoneId)
  const changes = changesOf(showStall(stall), before && showStall({ ...before, zoneCode: zone?.code ?? '' }))
  at.changes.push(...changes)
  if (before === undefined) plan.stalls.push(stall)
  else if (changes.length > 0) {
    plan.changed.push(stall)
    if (held.movedToday.has(before.id) && zone?.code !== zoneCode) fail('zone', 'zone_moved_today', '')
  }
  return before
}

function planContract(at: Row, asked: ParsedContract, stall: HeldStall | undefined): void {
  const { row, held, fail, once, plan } = at
  once('number', asked.number, asked.number)
  const before = held.contracts.find(({ number }) => number === asked.number)
  if (before !== undefined) return changeContract(at, asked, before, stall)
  const other = held.contracts.find(
    ({ stallId, endedOn }) => stallId === stall?.id && (endedOn === null || endedOn >= asked.startsOn),
  )
  if (other !== undefined) fail('startsOn', 'overlaps', formatDay(asked.startsOn), other.number)
  at.changes.push(...changesOf(showContract(asked)))
  plan.contracts.push({ ...asked, stallCode: row.code })
}

/** A contract that is there: a later end, a phone and a seller may come by a sheet; all else is for the stall's own page. */
function changeContract(
  { held, changes, fail, plan }: Row,
  asked: ParsedContract,
  before: HeldContract,
  stall: HeldStall | undefined,
): void {
  if (before.stallId !== stall?.id) {
    const owner = held.stalls.find(({ id }) => id === before.stallId)
    return fail('number', 'other_stall', asked.number, owner?.code ?? '')
  }
  const was = showContract({
    ...before,
    holder: before.holder.name,
    phone: before.holder.phone,
    seller: before.sellerName,
  })
  const is = showContract(asked)
  const change: ImportPlan['changedContracts'][number] = { id: before.id, holderId: before.holder.id }
  for (const column of [
    'holder',
    'contractKind',
    'startsOn',
    'endsOn',
    'depositVnd',
    'phone',
    'seller',
  ] as const) {
    const [from = null, to] = [was[column], is[column]]
    if (to === undefined || to === from) continue
    const isLater = before.endedOn === null && before.endsOn !== null && before.endsOn < (asked.endsOn ?? '')
    if (column === 'phone' && asked.phone !== null) change.phone = asked.phone
    else if (column === 'seller' && from === null && asked.seller !== null) change.seller = asked.seller
    else if (column === 'endsOn' && isLater && asked.endsOn !== null) change.endsOn = asked.endsOn
    else fail(column, 'contract_fixed', to, from ?? '–')
    changes.push({ column, from, to })
  }
  if (Object.keys(change).length > 2) plan.changedContracts.push(change)
}

function planMeter(
  { row, held, changes, fail, once, plan }: Row,
  { service, serial, value }: ParsedRow['meters'][number],
  stall: HeldStall | undefined,
): void {
  once(`${service}Serial`, serial, serial)
  const meters = held.meters.filter((one) => one.service === service)
  const known = meters.find((one) => one.serial === serial)
  if (known !== undefined) {
    if (known.stallId === stall?.id && known.removedOn === null) return
    const owner = held.stalls.find(({ id }) => id === known.stallId)
    return fail(`${service}Serial`, 'other_stall', serial, owner?.code ?? '')
  }
  const inPlace = meters.find((one) => one.stallId === stall?.id && one.removedOn === null)
  if (inPlace !== undefined) fail(`${service}Serial`, 'meter_in_place', serial, inPlace.serial)
  if (value === null) return fail(`${service}Value`, 'missing', '')
  changes.push({ column: `${service}Serial`, from: null, to: serial })
  changes.push({ column: `${service}Value`, from: null, to: value })
  plan.meters.push({ stallCode: row.code, service, serial, value })
}

/** What is shown of a stall and of a contract, column by column, as the sheet would say it. */
type Shown = Partial<Record<ImportColumn, string>>

function showStall(stall: PlannedStall): Shown {
  return {
    zone: stall.zoneCode,
    name: stall.name,
    kind: KIND_NAMES[stall.kind][0],
    ...(stall.rowLabel === null ? {} : { rowLabel: stall.rowLabel }),
    ...(stall.lot === null ? {} : { lot: String(stall.lot) }),
    areaM2: stall.areaM2.replace('.', ','),
    positionGrade: String(stall.positionGrade),
  }
}

function showContract(of: Omit<ParsedContract, 'number'> & { number?: string }): Shown {
  return {
    ...(of.number === undefined ? {} : { number: of.number }),
    holder: of.holder,
    ...(of.phone === null ? {} : { phone: of.phone }),
    ...(of.kind === null ? {} : { contractKind: CONTRACT_KIND_NAMES[of.kind][0] }),
    startsOn: formatDay(of.startsOn),
    ...(of.endsOn === null ? {} : { endsOn: formatDay(of.endsOn) }),
    ...(of.depositVnd === null ? {} : { depositVnd: formatNumber(of.depositVnd) }),
    ...(of.seller === null ? {} : { seller: of.seller }),
  }
}

function changesOf(is: Shown, was: Shown = {}): Change[] {
  // The keys of what is shown are columns.
  return (Object.entries(is) as [ImportColumn, string][])
    .filter(([column, to]) => was[column] !== to)
    .map(([column, to]) => ({ column, from: was[column] ?? null, to }))
}
