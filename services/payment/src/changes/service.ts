import {
  AppError,
  CHANGE_KINDS,
  type ApproveChange,
  type ChangeStatus,
  type ChargeChange,
  type ChargeChangePage,
  type ProposeChange,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { approve, propose, refuse } from '../approvals/service.ts'
import { chargeChanged } from '../books/postings.ts'
import { readOne } from '../columns.ts'
import { noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { queueNotices } from '../notices/service.ts'
import { lockCharges, writeSettlements } from '../settlements/repository.ts'
import { applyCredits } from '../settlements/service.ts'
import * as repository from './repository.ts'
import { requirePossible, sumsOf, toChange } from './rules.ts'

/** Changes of a market's charges, the newest first. */
export async function getChanges(
  tx: Tx,
  marketId: string,
  query: {
    status?: ChangeStatus | undefined
    chargeId?: string | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<ChargeChangePage> {
  const found = await repository.listChanges(tx, marketId, query, {
    limit: query.limit,
    after: readCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPage(found, query.limit)
  return { items: rows.map(toChange), nextCursor }
}

/**
 * Proposes to change an issued charge; nothing changes before another person approves. Errors: `not_found`,
 * `request_invalid` (no such line), `change_not_possible`, `change_already_proposed`.
 */
export async function proposeChange(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  chargeId: string,
  proposal: ProposeChange,
): Promise<ChargeChange> {
  const { marketId } = actor
  const standing = await repository.findStanding(tx, marketId, chargeId)
  if (standing === null) throw new AppError('not_found')
  const sums = sumsOf(proposal, standing)
  const id = newId('chx')
  const approvalId = await propose(tx, actor, { kind: 'charge_change', objectId: id }, ctx.now())
  const { kind, reason } = proposal
  const row = { marketId, id, chargeId, kind, ...sums, reason, approvalId, status: 'proposed' }
  if (!(await repository.tryInsertChange(tx, row))) throw new AppError('change_already_proposed')
  return findChange(tx, marketId, id)
}

/**
 * Approves somebody else's proposal, having seen its sums, and posts it. What is taken off the part that was paid becomes
 * the stall's credit, which at once pays what else the stall owes. Errors: `not_found`, `approval_own_proposal`,
 * `approval_already_decided`, `change_outdated`, `change_not_possible`.
 */
export async function approveChange(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  { seen }: ApproveChange,
): Promise<ChargeChange> {
  const { marketId } = actor
  const now = ctx.now()
  const change = await repository.lockChange(tx, marketId, id)
  if (change === null) throw new AppError('not_found')
  await approve(tx, actor, change.approvalId, now)
  const before = await repository.findStanding(tx, marketId, change.chargeId)
  if (before === null) throw new AppError('not_found')
  await lockCharges(tx, marketId, [before.stallId])
  // Read again behind the lock: a payment may have come while we waited for it.
  const standing = (await repository.findStanding(tx, marketId, change.chargeId)) ?? before
  const kind = readOne(CHANGE_KINDS, change.kind)
  requireSeen(seen, { amountVnd: change.amountVnd, outstandingVnd: standing.outstandingVnd })
  if (kind === 'written_off' && -change.amountVnd !== standing.outstandingVnd)
    throw new AppError('change_outdated')
  requirePossible(kind, change, standing)
  const creditVnd = await carryOut(tx, marketId, { ...change, kind }, standing, now)
  const applied = await applyCredits(tx, marketId, [standing.stallId], now)
  const { stallId } = standing
  const [ledgerSeq] = await postAll(
    tx,
    marketId,
    [chargeChanged({ ...change, kind, changeId: id, stallId, creditVnd, at: now }), ...applied],
    { as: 'api' },
  )
  await repository.setDecided(tx, marketId, id, {
    status: 'approved',
    approvedBy: actor.userId,
    decidedAt: now,
    ...(ledgerSeq === undefined ? {} : { ledgerSeq }),
  })
  noteChange(actor, {
    stallId,
    before: { status: 'proposed', outstandingVnd: standing.outstandingVnd },
    after: { status: 'approved', kind, amountVnd: change.amountVnd },
  })
  const changed = await findChange(tx, marketId, id)
  await tellStall(tx, marketId, changed, now)
  return changed
}

/** Refuses somebody else's proposal, and says why. Errors: `not_found`, `approval_own_proposal`, `approval_already_decided`. */
export async function refuseChange(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<ChargeChange> {
  const { marketId } = actor
  const change = await repository.lockChange(tx, marketId, id)
  if (change === null) throw new AppError('not_found')
  await refuse(tx, actor, change.approvalId, reason, ctx.now())
  await repository.setDecided(tx, marketId, id, { status: 'refused', decidedAt: ctx.now() })
  noteChange(actor, { before: { status: 'proposed' }, after: { status: 'refused', reason } })
  return findChange(tx, marketId, id)
}

/** The stall hears of a change once it is decided. */
async function tellStall(tx: Tx, marketId: string, change: ChargeChange, now: Date): Promise<void> {
  const { id, chargeId, stallId, period, kind, amountVnd } = change
  await queueNotices(tx, marketId, [
    {
      stallId,
      kind: 'changed',
      dedupeKey: `changed:${id}`,
      words: { chargeId, period, change: kind, amountVnd, outstandingVnd: change.now.outstandingVnd },
      dueAt: now,
      createdAt: now,
    },
  ])
}

/** Writes what a change does to its charge, and answers what of the paid part it gave back as credit. */
async function carryOut(
  tx: Tx,
  marketId: string,
  change: { id: string; chargeId: string; kind: keyof typeof SIGNS; amountVnd: bigint },
  { stallId, outstandingVnd }: repository.Standing,
  now: Date,
): Promise<bigint> {
  const { id, chargeId, kind, amountVnd } = change
  const offVnd = amountVnd < 0n ? -amountVnd : 0n
  const creditVnd = offVnd > outstandingVnd ? offVnd - outstandingVnd : 0n
  // The paid part first: a charge is never paid beyond what it comes to, not for one statement.
  if (creditVnd > 0n) {
    const creditId = newId('crd')
    await writeSettlements(tx, marketId, {
      credits: [
        {
          marketId,
          id: creditId,
          stallId,
          chargeId,
          sourceKind: 'change',
          sourceId: id,
          amountVnd: creditVnd,
          createdAt: now,
        },
      ],
      settlements: [
        { marketId, id: newId('stt'), chargeId, creditId, amountVnd: -creditVnd, settledAt: now },
      ],
    })
  }
  await repository.addToCharge(tx, marketId, chargeId, kind, SIGNS[kind] * amountVnd)
  return creditVnd
}

/** A charge keeps its adjustments as they are signed, and what it was relieved and written off by as sums. */
const SIGNS = { adjusted: 1n, relieved: -1n, written_off: -1n } as const

function requireSeen(seen: ApproveChange['seen'], now: { amountVnd: bigint; outstandingVnd: bigint }): void {
  const changed = (['amountVnd', 'outstandingVnd'] as const).filter(
    (name) => seen[name] !== vndToJson(now[name]),
  )
  if (changed.length === 0) return
  throw new AppError('change_outdated', undefined, {
    fields: Object.fromEntries(changed.map((name) => [`seen.${name}`, `now ${now[name]}`])),
  })
}

async function findChange(tx: Tx, marketId: string, id: string): Promise<ChargeChange> {
  const [row] = await repository.listChanges(tx, marketId, { id }, { limit: 1, after: null })
  if (row === undefined) throw new AppError('not_found')
  return toChange(row)
}
