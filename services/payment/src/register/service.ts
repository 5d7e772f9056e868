import {
  AppError,
  STALL_KINDS,
  STALL_STATES,
  STALL_STATUSES,
  type CreateStall,
  type CreateZone,
  type MapStall,
  type RegisterPage,
  type RegisterStall,
  type StallMap,
  type StallRecord,
  type StallState,
  type UpdateStall,
  type UpdateZone,
  type Zone,
} from '@tienve/contracts'
import { brokenConstraint, newId, type Tx } from '@tienve/db'
import { openAccounts, stallChart } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { readOne } from '../columns.ts'
import { changedOf } from '../audit/rules.ts'
import { noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { getDeposit } from '../contracts/deposits.ts'
import { findCovering, lockStall } from '../contracts/repository.ts'
import { bindsOn } from '../contracts/rules.ts'
import { getContractsOfStall } from '../contracts/service.ts'
import { dayOf } from '../days.ts'
import { cutPageBy, readWords, writeWords } from '../http/cursor.ts'
import { can } from '../http/guard.ts'
import type { Actor } from '../http/types.ts'
import { addStallsToDirectory } from '../markets/directory.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import * as repository from './repository.ts'
import { fullCode, plain, stallStateOf, standingOf } from './rules.ts'

type Clock = Pick<Context, 'now'>
export type RegisterQuery = {
  q?: string | undefined
  zoneId?: string | undefined
  state?: StallState | undefined
  cursor?: string | undefined
  limit: number
}

/**
 * A page of stalls by code, found by what their code, name or tenant has of `q`. A stall that was removed shows only to who
 * asks for it.
 */
export async function getRegister(
  ctx: Clock,
  tx: Tx,
  marketId: string,
  query: RegisterQuery,
): Promise<RegisterPage> {
  const all = (await repository.listRegister(tx, marketId, dayOf(ctx.now()))).map(toRegisterStall)
  const asked = plain(query.q ?? '')
  const found = all.filter(
    (one) =>
      (query.zoneId === undefined || one.zoneId === query.zoneId) &&
      plain(`${one.code} ${one.name} ${one.contract?.holderName ?? ''}`).includes(asked),
  )
  const after = readWords(query.cursor, /^(code) (\S{1,30})$/)?.[1] ?? ''
  const shown = found.filter(
    ({ state, code }) =>
      (query.state === undefined ? state !== 'removed' : state === query.state) && code > after,
  )
  const page = cutPageBy(shown, query.limit, (last) => writeWords('code', last.code))
  const count = (state: StallState) => found.filter((one) => one.state === state).length
  return {
    items: page.rows,
    nextCursor: page.nextCursor,
    counts: Object.fromEntries(STALL_STATES.map((state) => [state, count(state)])) as RegisterPage['counts'],
  }
}

/** All that the register has of one stall. Errors: `not_found`. */
export async function getStallRecord(
  ctx: Clock,
  tx: Tx,
  marketId: string,
  stallId: string,
): Promise<StallRecord> {
  const today = dayOf(ctx.now())
  const [row] = await repository.listRegister(tx, marketId, today, stallId)
  if (row === undefined) throw new AppError('not_found')
  const contracts = await getContractsOfStall(ctx, tx, marketId, stallId)
  const current = contracts.find((one) => bindsOn(one, today)) ?? null
  const meters = await repository.listMeters(tx, marketId, stallId)
  return {
    ...toRegisterStall(row),
    demo: (await repository.findMarket(tx, marketId)).demo,
    hasAccount: (await listAccounts(tx, marketId, stallId)).length > 0,
    contracts,
    deposit: await getDeposit(tx, marketId, stallId, current),
    zones: await repository.listZonesOf(tx, marketId, stallId),
    meters: meters.map((one) => ({ ...one, service: readOne(['electricity', 'water'], one.service) })),
  }
}

/** The zones in the board's order. */
export async function getZones(tx: Tx, marketId: string): Promise<Zone[]> {
  const rows = await repository.listZones(tx, marketId)
  return rows.map(({ stall_count, ...zone }) => ({ ...zone, stallCount: Number(stall_count) }))
}

/** A new zone, behind all others. Errors: `zone_code_taken`. */
export async function createZone(tx: Tx, marketId: string, asked: CreateZone): Promise<Zone> {
  const id = newId('zon')
  const broken = await repository.tryInsertZone(tx, marketId, { id, ...asked })
  if (broken === 'zone_code_key') throw new AppError('zone_code_taken')
  if (broken !== null) throw new Error(`a zone was refused by ${broken}`)
  return requireZone(tx, marketId, id)
}

/** Another name, or another place among the zones. Errors: `not_found`. */
export async function updateZone(tx: Tx, actor: Actor, id: string, asked: UpdateZone): Promise<Zone> {
  const { marketId } = actor
  noteChange(actor, { ...changedOf(await requireZone(tx, marketId, id), asked), open: ['name'] })
  await repository.changeZone(tx, marketId, id, asked)
  return requireZone(tx, marketId, id)
}

async function requireZone(tx: Tx, marketId: string, id: string): Promise<Zone> {
  const found = (await getZones(tx, marketId)).find((zone) => zone.id === id)
  if (found === undefined) throw new AppError('not_found')
  return found
}

/**
 * A new stall with its accounts in the books and the memo of its printed code. Errors: `stall_code_taken`,
 * `stall_lot_taken`, `request_invalid`.
 */
export async function createStall(
  ctx: Clock,
  tx: Tx,
  { marketId }: Actor,
  asked: CreateStall,
): Promise<StallRecord> {
  const { code: marketCode } = await repository.findMarket(tx, marketId)
  const id = newId('stl')
  const code = fullCode(marketCode, asked.code)
  refuse(await openStalls(ctx, tx, marketId, [{ ...asked, id, code }]))
  return getStallRecord(ctx, tx, marketId, id)
}

/**
 * Inserts stalls with all that a stall needs: its printed code's memo, the code of its whole debt, its accounts in the books,
 * and its code where anybody may look it up. Answers the constraint that forbids one of them.
 */
export async function openStalls(
  ctx: Clock,
  tx: Tx,
  marketId: string,
  stalls: readonly (Omit<repository.NewStall, 'marketId' | 'memoCode'> & { id: string })[],
): Promise<string | null> {
  if (stalls.length === 0) return null
  const ids = stalls.map(({ id }) => id)
  const memos = await takeCodes(tx, marketId, 'stall', ids)
  const rows = stalls.map((one) => ({ ...one, marketId, memoCode: memos.get(one.id) ?? '' }))
  const broken = await repository.tryInsertStalls(tx, rows, dayOf(ctx.now()))
  if (broken !== null) return broken
  try {
    await addStallsToDirectory(tx, marketId, ids)
  } catch (error) {
    if (brokenConstraint(error) === null) throw error
    throw new AppError('stall_code_taken')
  }
  await takeCodes(tx, marketId, 'debt', ids)
  await openAccounts(tx, marketId, ids.flatMap(stallChart))
  return null
}

/**
 * Changes what the register says of a stall. Another zone holds from today on. Errors: `not_found`, `stall_lot_taken`,
 * `zone_already_changed` today, `stall_under_contract` for removing one that somebody has, `request_invalid`.
 */
export async function updateStall(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  id: string,
  asked: UpdateStall,
): Promise<StallRecord> {
  const { marketId } = actor
  const before = await lockStall(tx, marketId, id)
  if (before === null) throw new AppError('not_found')
  const today = dayOf(ctx.now())
  noteChange(actor, changedOf(await getStallRecord(ctx, tx, marketId, id), asked))
  const isRemoved = asked.status === 'removed'
  if (isRemoved && (await findCovering(tx, marketId, id, today)) !== null) {
    throw new AppError('stall_under_contract')
  }
  // A place that is no more leaves its lot to another.
  const place = isRemoved ? { rowLabel: null, lot: null } : {}
  const moved = before.zoneId === asked.zoneId ? [] : [{ stallId: id, zoneId: asked.zoneId }]
  refuse(await repository.tryChangeStalls(tx, marketId, [{ id, ...asked, ...place }], moved, today))
  return getStallRecord(ctx, tx, marketId, id)
}

/** The market as it stands: zones, rows, lots, each stall with its state and, for who may see charges, where it stands. */
export async function getStallMap(ctx: Clock, tx: Tx, actor: Actor): Promise<StallMap> {
  const { marketId } = actor
  const today = dayOf(ctx.now())
  const stalls = (await repository.listRegister(tx, marketId, today)).filter(
    ({ status }) => status !== 'removed',
  )
  const maySee = can(actor, 'charges.read')
  const standings = maySee
    ? new Map((await repository.listStandings(tx, marketId)).map((one) => [one.stall_id, one]))
    : null
  const toMapStall = (row: repository.StallRow): MapStall => {
    const { id, code, name, kind, lot, state, contract } = toRegisterStall(row)
    const owed = standings?.get(id)
    const of = owed && {
      count: Number(owed.count),
      outstandingVnd: owed.outstanding_vnd,
      oldestDueOn: owed.oldest_due_on,
    }
    const charges =
      standings === null
        ? null
        : { standing: standingOf(of, today), outstandingVnd: vndToJson(of?.outstandingVnd ?? 0n) }
    return { id, code, name, kind, lot, state, holderName: contract?.holderName ?? null, charges }
  }
  const byZone = Map.groupBy(stalls, ({ zone_id }) => zone_id)
  const zones = await repository.listZones(tx, marketId)
  return {
    zones: zones.map(({ id, code, name }) => ({
      id,
      code,
      name,
      rows: rowsOf(byZone.get(id) ?? [], toMapStall),
    })),
  }
}

/** The rows of a zone by their label, the stalls of each by lot; those without a place come last, by code. */
function rowsOf(stalls: readonly repository.StallRow[], show: (row: repository.StallRow) => MapStall) {
  const rows = [...Map.groupBy(stalls, ({ row_label }) => row_label)]
  const byLabel = new Intl.Collator('vi', { numeric: true }).compare
  return rows
    .toSorted(([a], [b]) => (a === null ? 1 : b === null ? -1 : byLabel(a, b)))
    .map(([label, of]) => ({
      label,
      stalls: of.toSorted((a, b) => (a.lot ?? 0) - (b.lot ?? 0)).map(show),
    }))
}

/** What a broken constraint of the register means to whoever asked. */
function refuse(broken: string | null): void {
  if (broken === null) return
  if (broken === 'stall_code_key') throw new AppError('stall_code_taken')
  if (broken === 'stall_lot_key') throw new AppError('stall_lot_taken')
  if (broken.startsWith('stall_zone_') && broken.endsWith('_pk')) throw new AppError('zone_already_changed')
  if (broken.includes('zone')) {
    throw new AppError('request_invalid', undefined, { fields: { zoneId: 'there is no such zone' } })
  }
  throw new Error(`the register was refused by ${broken}`)
}

function toRegisterStall(row: repository.StallRow): RegisterStall {
  const status = readOne(STALL_STATUSES, row.status)
  const { contract_id: id, contract_number: number, holder_name: holderName } = row
  const contract =
    id === null || number === null || holderName === null
      ? null
      : { id, number, holderName, endsOn: row.ends_on }
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    zoneId: row.zone_id,
    zoneCode: row.zone_code,
    kind: readOne(STALL_KINDS, row.kind),
    areaM2: row.area_m2,
    positionGrade: row.position_grade,
    rowLabel: row.row_label,
    lot: row.lot,
    status,
    state: stallStateOf(status, { contract: contract !== null, paused: row.paused }),
    salesConsent: row.consents,
    contract,
  }
}
