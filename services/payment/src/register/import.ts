import {
  AppError,
  CONTRACT_KINDS,
  IMPORT_COLUMNS,
  IMPORT_COLUMN_NAMES,
  IMPORT_MAX_BYTES,
  IMPORT_MAX_ROWS,
  IMPORT_VERDICTS,
  STALL_KINDS,
  type ImportPreview,
  type ImportResult,
  type ImportVerdict,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { createHash } from 'node:crypto'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { openDeposits } from '../contracts/deposits.ts'
import { insertStallholders, listHandedOver } from '../contracts/repository.ts'
import { dayOf } from '../days.ts'
import { readXlsx } from '../documents/sheet.ts'
import type { Cell, Table } from '../documents/table.ts'
import type { Actor } from '../http/types.ts'
import { endConsent } from '../privacy/repository.ts'
import { shownTo } from '../privacy/rules.ts'
import { CONTRACT_KIND_NAMES, KIND_NAMES, parseRows } from './cells.ts'
import * as repository from './repository.ts'
import { planImport, type Held, type ImportPlan, type PlannedStall } from './plan.ts'
import { openStalls } from './service.ts'

type Clock = Pick<Context, 'now'>

/**
 * What the sheet would change, row by row, with every error; nothing is written. Errors: `sheet_unreadable`,
 * `sheet_headings_wrong`, `sheet_too_long`, `body_too_large`.
 */
export async function previewImport(
  ctx: Clock,
  tx: Tx,
  marketId: string,
  file: string,
): Promise<ImportPreview> {
  return toPreview(await readPlan(ctx, tx, marketId, file))
}

/**
 * Writes exactly what `digest` names, all of it or nothing. The plan is made again in this transaction, so that a register
 * that has changed meanwhile is noticed. Errors: those of the preview, `import_has_errors`, `import_changed`.
 */
export async function commitImport(
  ctx: Clock,
  tx: Tx,
  marketId: string,
  { file, digest }: { file: string; digest: string },
): Promise<ImportResult> {
  await repository.lockImports(tx, marketId)
  const made = await readPlan(ctx, tx, marketId, file)
  const preview = toPreview(made)
  if (preview.digest !== digest) throw new AppError('import_changed')
  if (preview.counts.error > 0) throw new AppError('import_has_errors')
  await writePlan(ctx, tx, marketId, made)
  const { plan } = made
  return {
    zones: plan.zones.length,
    stalls: plan.stalls.length,
    changedStalls: plan.changed.length,
    contracts: plan.contracts.length,
    changedContracts: plan.changedContracts.length,
    meters: plan.meters.length,
  }
}

type Made = { bytes: Buffer; held: Held; plan: ImportPlan }

async function readPlan(ctx: Clock, tx: Tx, marketId: string, file: string): Promise<Made> {
  const bytes = Buffer.from(file, 'base64')
  if (bytes.length > IMPORT_MAX_BYTES) throw new AppError('body_too_large')
  const { code } = await repository.findMarket(tx, marketId)
  // The heading, and one row more than may be, so that too many are noticed and not cut off.
  const parsed = parseRows(await readXlsx(bytes, IMPORT_MAX_ROWS + 2), code, IMPORT_MAX_ROWS)
  const held = await readHeld(
    tx,
    marketId,
    dayOf(ctx.now()),
    parsed.map((row) => row.code),
  )
  return { bytes, held, plan: planImport(parsed, held) }
}

async function readHeld(tx: Tx, marketId: string, today: string, codes: readonly string[]): Promise<Held> {
  const stalls = await repository.listRegister(tx, marketId, today)
  const contracts = await repository.listAllContracts(tx, marketId)
  return {
    zones: await repository.listZones(tx, marketId),
    stalls: stalls.map((row) => ({
      id: row.id,
      code: row.code,
      name: row.name,
      zoneId: row.zone_id,
      kind: readOne(STALL_KINDS, row.kind),
      rowLabel: row.row_label,
      lot: row.lot,
      areaM2: row.area_m2,
      positionGrade: row.position_grade,
      status: row.status,
    })),
    contracts: contracts.map(({ kind, ...row }) => ({ ...row, kind: readOne(CONTRACT_KINDS, kind) })),
    meters: await repository.listMeters(tx, marketId),
    movedToday: new Set(await repository.listMovedSince(tx, marketId, today)),
    foreignCodes: new Set(await repository.listForeignCodes(tx, marketId, codes)),
  }
}

/** The digest is over the file's bytes and over everything that was shown of it. */
function toPreview({ bytes, plan: { rows, zones } }: Made): ImportPreview {
  const count = (verdict: ImportVerdict) => rows.filter((row) => row.verdict === verdict).length
  return {
    digest: createHash('sha256')
      .update(bytes)
      .update(JSON.stringify([rows, zones]))
      .digest('hex'),
    counts: Object.fromEntries(
      IMPORT_VERDICTS.map((verdict) => [verdict, count(verdict)]),
    ) as ImportPreview['counts'],
    newZones: zones,
    rows,
  }
}

/** Writes a plan without errors. What another session has done since it was made breaks a constraint: `import_changed`. */
async function writePlan(ctx: Clock, tx: Tx, marketId: string, { held, plan }: Made): Promise<void> {
  const today = dayOf(ctx.now())
  const zoneIds = new Map(held.zones.map(({ id, code }) => [code, id]))
  for (const zone of plan.zones) {
    const id = newId('zon')
    whole(await repository.tryInsertZone(tx, marketId, { id, ...zone }))
    zoneIds.set(zone.code, id)
  }
  const before = new Map(held.stalls.map((one) => [one.code, one]))
  const ids = new Map(held.stalls.map(({ code, id }) => [code, id]))
  for (const { code } of plan.stalls) ids.set(code, newId('stl'))
  const idOf = (code: string) => ids.get(code) ?? ''
  const toStall = ({ zoneCode, ...stall }: PlannedStall) => ({
    ...stall,
    id: idOf(stall.code),
    zoneId: zoneIds.get(zoneCode) ?? '',
    status: before.get(stall.code)?.status ?? 'active',
  })
  const changed = plan.changed.map(toStall)
  const moved = changed.filter(({ code, zoneId }) => before.get(code)?.zoneId !== zoneId)
  whole(
    await repository.tryChangeStalls(
      tx,
      marketId,
      changed,
      moved.map(({ id, zoneId }) => ({ stallId: id, zoneId })),
      today,
    ),
  )
  whole(await openStalls(ctx, tx, marketId, plan.stalls.map(toStall)))
  await writeContracts(ctx, tx, marketId, held, plan, idOf)
  const meters = plan.meters.map(({ stallCode, value, ...meter }) => ({
    ...meter,
    marketId,
    id: newId('mtr'),
    stallId: idOf(stallCode),
    initialValue: value,
    installedOn: today,
  }))
  whole(await repository.tryInsertMeters(tx, meters))
}

async function writeContracts(
  ctx: Clock,
  tx: Tx,
  marketId: string,
  held: Held,
  plan: ImportPlan,
  idOf: (stallCode: string) => string,
): Promise<void> {
  const createdAt = ctx.now()
  const people: Parameters<typeof insertStallholders>[1][number][] = []
  /** One person for the same name and phone; without a phone nobody can say that two are the same. */
  const known = new Map(held.contracts.map(({ holder }) => [`${holder.phone} ${holder.name}`, holder.id]))
  const personOf = (name: string, phone: string | null): string => {
    const found = phone === null ? undefined : known.get(`${phone} ${name}`)
    if (found !== undefined) return found
    const id = newId('shd')
    people.push({ marketId, id, name, phone, createdAt })
    known.set(`${phone} ${name}`, id)
    return id
  }
  const contracts = plan.contracts.map((one) => ({
    marketId,
    id: newId('ctr'),
    number: one.number,
    stallId: idOf(one.stallCode),
    stallholderId: personOf(one.holder, one.phone),
    sellerId: one.seller === null ? null : personOf(one.seller, null),
    kind: one.kind ?? 'use',
    startsOn: one.startsOn,
    endsOn: one.endsOn,
    depositVnd: one.depositVnd ?? 0n,
    createdAt,
  }))
  const changes = plan.changedContracts.map(({ id, holderId, endsOn, phone, seller }) => ({
    id,
    holderId,
    endsOn: endsOn ?? null,
    phone: phone ?? null,
    sellerId: seller === undefined ? null : personOf(seller, null),
  }))
  await insertStallholders(tx, people)
  whole(await repository.tryInsertContracts(tx, contracts))
  await repository.changeContracts(tx, marketId, changes)
  const handedOver = await listHandedOver(
    tx,
    marketId,
    contracts.map(({ id }) => id),
  )
  // Each seller whom a change names is a new person.
  const sold = new Set(changes.filter(({ sellerId }) => sellerId !== null).map(({ id }) => id))
  const taken = held.contracts.filter(({ id }) => sold.has(id)).map(({ stallId }) => stallId)
  for (const stallId of new Set([...handedOver, ...taken])) await endConsent(tx, marketId, stallId, createdAt)
  const deposits = contracts.filter(({ depositVnd }) => depositVnd > 0n)
  await openDeposits(tx, marketId, deposits, dayOf(createdAt))
}

function whole(broken: string | null): void {
  if (broken !== null) throw new AppError('import_changed')
}

/**
 * The register as a sheet of the form that is imported: what is in it now, or only the headings. A sheet that was taken
 * out and comes back as it is changes nothing.
 */
export async function getSheet(
  ctx: Clock,
  tx: Tx,
  { marketId, role }: Pick<Actor, 'marketId' | 'role'>,
  filled: boolean,
): Promise<Table> {
  const today = dayOf(ctx.now())
  const columns = IMPORT_COLUMN_NAMES.map((name) => ({
    head: IMPORT_COLUMNS[name].head,
    kind: (['startsOn', 'endsOn'] as const).some((one) => one === name)
      ? ('day' as const)
      : name === 'depositVnd'
        ? ('money' as const)
        : ('text' as const),
    width: 16,
  }))
  if (!filled) return { name: 'Sổ sạp', columns, rows: [] }
  const stalls = await repository.listRegister(tx, marketId, today)
  const contracts = new Map((await repository.listAllContracts(tx, marketId)).map((one) => [one.id, one]))
  const meters = Map.groupBy(
    (await repository.listMeters(tx, marketId)).filter(({ removedOn }) => removedOn === null),
    ({ stallId }) => stallId,
  )
  const rows = stalls
    .filter(({ status }) => status !== 'removed')
    .map((row): Cell[] => {
      const contract = contracts.get(row.contract_id ?? '')
      const serialOf = (service: string) =>
        meters.get(row.id)?.find((one) => one.service === service)?.serial ?? null
      return [
        row.zone_code,
        row.code,
        row.name,
        KIND_NAMES[readOne(STALL_KINDS, row.kind)][0],
        row.row_label,
        row.lot === null ? null : String(row.lot),
        row.area_m2.replace('.', ','),
        String(row.position_grade),
        contract?.holder.name ?? null,
        contract?.holder.phone == null ? null : shownTo(role, 'phone', contract.holder.phone),
        contract?.number ?? null,
        contract === undefined ? null : CONTRACT_KIND_NAMES[readOne(CONTRACT_KINDS, contract.kind)][0],
        contract?.startsOn ?? null,
        contract?.endsOn ?? null,
        contract?.depositVnd ?? null,
        contract?.sellerName ?? null,
        serialOf('electricity'),
        null,
        serialOf('water'),
        null,
      ]
    })
  return { name: 'Sổ sạp', columns, rows }
}
