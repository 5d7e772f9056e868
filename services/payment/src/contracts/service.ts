import {
  AppError,
  CONTRACT_END_REASONS,
  CONTRACT_KINDS,
  SHOWN,
  type Contract,
  type ContractPage,
  type CreateContract,
  type EndContract,
  type NewHolder,
  type PauseContract,
  type Stallholders,
  type TransferContract,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { readOne } from '../columns.ts'
import { noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { addDays, dayOf } from '../days.ts'
import { cutPageBy, readWords, writeWords } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { endConsent } from '../privacy/repository.ts'
import { plain } from '../register/rules.ts'
import { openDeposits } from './deposits.ts'
import * as repository from './repository.ts'
import { contractStateOf } from './rules.ts'

type Clock = Pick<Context, 'now'>
export type ContractQuery = {
  status?: repository.ContractFilter['status']
  expiringDays: number
  stallId?: string | undefined
  cursor?: string | undefined
  limit: number
}

/** A page of contracts. `expiring` are those that were agreed to end within `expiringDays` and are not ended. */
export async function getContracts(
  ctx: Clock,
  tx: Tx,
  marketId: string,
  query: ContractQuery,
): Promise<ContractPage> {
  const today = dayOf(ctx.now())
  const filter = { ...query, today, expiresBy: addDays(today, query.expiringDays) }
  const words = readWords(query.cursor, /^(\S{1,30}) (.{1,60})$/)
  const found = await repository.listContracts(tx, marketId, filter, {
    limit: query.limit + 1,
    after: words === null ? null : { key: words[0], number: words[1] },
  })
  const { rows, nextCursor } = cutPageBy(found, query.limit, (last) => writeWords(last.key, last.number))
  return { items: await toContracts(tx, marketId, rows, today), nextCursor }
}

/** Every contract of one stall, the latest first. */
export async function getContractsOfStall(ctx: Clock, tx: Tx, marketId: string, stallId: string) {
  const rows = await repository.listContractsOfStall(tx, marketId, stallId)
  return toContracts(tx, marketId, rows, dayOf(ctx.now()))
}

/**
 * Stallholders whose name has `q` in it, by name, each with the stalls that they have today. By phone finds only who sees
 * phones whole: a number that is tried out digit by digit is not hidden.
 */
export async function getStallholders(
  ctx: Clock,
  tx: Tx,
  { marketId, role }: Pick<Actor, 'marketId' | 'role'>,
  query: { q?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<Stallholders> {
  const words = readWords(query.cursor, /^(\S{1,60}) (.{1,120})$/)
  const asked = plain(query.q ?? '')
  const byPhone = SHOWN.phone[role] === 'full'
  const found = (await repository.listStallholders(tx, marketId, dayOf(ctx.now()))).filter(
    ({ name, phone }) => plain(`${name} ${byPhone ? (phone ?? '') : ''}`).includes(asked),
  )
  const at = words === null ? 0 : found.findIndex(({ id }) => id === words[0]) + 1
  const { rows, nextCursor } = cutPageBy(found.slice(at), query.limit, (last) =>
    writeWords(last.id, last.name),
  )
  return { items: rows, nextCursor }
}

/**
 * A new contract, with what its deposit needs; a stall that somebody else had is not seen by name any more. Errors: `not_found` for the stall, `contract_number_taken`,
 * `contract_overlaps` with the other's number in `fields.overlaps`, `contract_days_invalid`.
 */
export async function createContract(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  asked: CreateContract,
  transferredFrom: string | null = null,
): Promise<Contract> {
  const { marketId } = actor
  const place = await repository.lockStall(tx, marketId, asked.stallId)
  if (place === null || place.status === 'removed') throw new AppError('not_found')
  if (asked.endsOn != null && asked.endsOn < asked.startsOn) throw daysInvalid('endsOn')
  const now = ctx.now()
  const holderId = await holderOf(tx, marketId, asked.holder, now)
  const sellerId = asked.seller == null ? null : await holderOf(tx, marketId, asked.seller, now)
  const id = newId('ctr')
  const depositVnd = BigInt(asked.depositVnd)
  const broken = await repository.tryInsertContract(tx, {
    marketId,
    id,
    number: asked.number,
    stallId: place.id,
    stallholderId: holderId,
    sellerId,
    kind: asked.kind,
    signedOn: asked.signedOn ?? null,
    startsOn: asked.startsOn,
    endsOn: asked.endsOn ?? null,
    depositVnd,
    transferredFrom,
    createdAt: now,
  })
  if (broken === 'contract_number_key') {
    throw new AppError('contract_number_taken', undefined, { fields: { number: asked.number } })
  }
  if (broken === 'contract_one_at_a_time') {
    const other = await repository.findCovering(tx, marketId, place.id, asked.startsOn)
    throw overlaps(other?.number ?? '')
  }
  if (broken !== null) throw new Error(`a contract was refused by ${broken}`)
  for (const stallId of await repository.listHandedOver(tx, marketId, [id]))
    await endConsent(tx, marketId, stallId, now)
  if (depositVnd > 0n) await openDeposits(tx, marketId, [{ id, stallId: place.id }], dayOf(now))
  return getContract(ctx, tx, marketId, id)
}

/** Another agreed end. Errors: `not_found`, `contract_already_ended`, `contract_days_invalid` unless it is later. */
export async function renewContract(ctx: Clock, tx: Tx, actor: Actor, id: string, endsOn: string | null) {
  const { endsOn: before, startsOn, stallId } = await requireOpen(tx, actor.marketId, id)
  if (endsOn !== null && (endsOn < startsOn || (before !== null && endsOn <= before))) {
    throw daysInvalid('endsOn')
  }
  await repository.changeContract(tx, actor.marketId, id, { endsOn })
  noteChange(actor, { stallId, before: { endsOn: before }, after: { endsOn } })
  return getContract(ctx, tx, actor.marketId, id)
}

/** Ends a contract with its last day. Errors: `not_found`, `contract_already_ended`, `contract_days_invalid`. */
export async function endContract(ctx: Clock, tx: Tx, actor: Actor, id: string, asked: EndContract) {
  const { startsOn, endsOn, stallId } = await requireOpen(tx, actor.marketId, id)
  if (asked.endedOn < startsOn) throw daysInvalid('endedOn')
  await repository.changeContract(tx, actor.marketId, id, {
    endedOn: asked.endedOn,
    endReason: asked.reason,
  })
  noteChange(actor, { stallId, before: { endsOn, endedOn: null }, after: asked })
  return getContract(ctx, tx, actor.marketId, id)
}

/**
 * Sang nhượng: ends a contract and lets another begin on the day after, of the same kind, for the same stall. What was
 * left as a deposit stays where it is until it is given back. Answers the new one. Errors: those of ending and of creating.
 */
export async function transferContract(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  id: string,
  { lastDay, ...asked }: TransferContract,
): Promise<Contract> {
  const before = await requireOpen(tx, actor.marketId, id)
  if (lastDay < before.startsOn) throw daysInvalid('lastDay')
  await repository.changeContract(tx, actor.marketId, id, { endedOn: lastDay, endReason: 'transferred' })
  const kind = readOne(CONTRACT_KINDS, before.kind)
  const taken = { ...asked, kind, stallId: before.stallId, startsOn: addDays(lastDay, 1) }
  return createContract(ctx, tx, actor, taken, id)
}

/** Errors: `not_found`, `contract_days_invalid` outside the contract, `pause_overlaps` another pause. */
export async function pauseContract(ctx: Clock, tx: Tx, actor: Actor, id: string, asked: PauseContract) {
  const { marketId, userId } = actor
  const found = await repository.lockContract(tx, marketId, id)
  if (found === null) throw new AppError('not_found')
  const toDay = asked.toDay ?? null
  const last = toDay ?? asked.fromDay
  if (last < asked.fromDay) throw daysInvalid('toDay')
  if (asked.fromDay < found.startsOn) throw daysInvalid('fromDay')
  if (found.endedOn !== null && last > found.endedOn) throw daysInvalid(toDay === null ? 'fromDay' : 'toDay')
  const broken = await repository.tryInsertPause(tx, {
    marketId,
    id: newId('pau'),
    contractId: id,
    fromDay: asked.fromDay,
    toDay,
    reason: asked.reason,
    noticedOn: asked.noticedOn,
    createdBy: userId,
  })
  if (broken === 'contract_pause_one_at_a_time') throw new AppError('pause_overlaps')
  if (broken !== null) throw new Error(`a pause was refused by ${broken}`)
  return getContract(ctx, tx, marketId, id)
}

/** Ends the pause that `openOn` is in, on the day before. Errors: `not_found`, `pause_not_open`. */
export async function resumeContract(ctx: Clock, tx: Tx, actor: Actor, id: string, openOn: string) {
  const { marketId } = actor
  if ((await repository.lockContract(tx, marketId, id)) === null) throw new AppError('not_found')
  const pauses = await repository.listPauses(tx, marketId, [id])
  const open = pauses.find(({ fromDay, toDay }) => fromDay < openOn && (toDay === null || toDay >= openOn))
  if (open === undefined) throw new AppError('pause_not_open')
  await repository.setPauseEnd(tx, marketId, open.id, addDays(openOn, -1))
  return getContract(ctx, tx, marketId, id)
}

async function getContract(ctx: Clock, tx: Tx, marketId: string, id: string): Promise<Contract> {
  const row = await repository.findContract(tx, marketId, id)
  const [shown] = row === null ? [] : await toContracts(tx, marketId, [row], dayOf(ctx.now()))
  if (shown === undefined) throw new AppError('not_found')
  return shown
}

async function requireOpen(tx: Tx, marketId: string, id: string) {
  const found = await repository.lockContract(tx, marketId, id)
  if (found === null) throw new AppError('not_found')
  if (found.endedOn !== null) throw new AppError('contract_already_ended')
  return found
}

/** Somebody whom the register knows, or a new stallholder. Errors: `request_invalid` for an id of nobody. */
async function holderOf(tx: Tx, marketId: string, asked: NewHolder, now: Date): Promise<string> {
  if (asked.id != null) {
    if (await repository.hasStallholder(tx, marketId, asked.id)) return asked.id
    throw new AppError('request_invalid', undefined, { fields: { holder: 'nobody has this id' } })
  }
  const id = newId('shd')
  const { name, registeredName = null, phone = null, email = null } = asked
  await repository.insertStallholders(tx, [
    { marketId, id, name, registeredName, phone, email, createdAt: now },
  ])
  return id
}

async function toContracts(
  tx: Tx,
  marketId: string,
  rows: readonly repository.ContractRow[],
  today: string,
): Promise<Contract[]> {
  const ids = rows.map(({ id }) => id)
  const pauses = Map.groupBy(await repository.listPauses(tx, marketId, ids), ({ contractId }) => contractId)
  return rows.map((row) => ({
    ...row,
    kind: readOne(CONTRACT_KINDS, row.kind),
    state: contractStateOf(row, today),
    endReason: row.endReason === null ? null : readOne(CONTRACT_END_REASONS, row.endReason),
    depositVnd: vndToJson(row.depositVnd),
    pauses: pauses.get(row.id) ?? [],
  }))
}

function daysInvalid(field: string): AppError {
  return new AppError('contract_days_invalid', undefined, { fields: { [field]: 'outside the contract' } })
}

function overlaps(number: string): AppError {
  return new AppError('contract_overlaps', `Contract ${number} of this stall covers these days`, {
    fields: { overlaps: number },
  })
}
