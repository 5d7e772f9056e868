import {
  AppError,
  type ApproveRound,
  type BillingRound,
  type ProposeRound,
  type RoundCheck,
} from '@tienve/contracts'
import { insertMany, newId, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { approve, propose } from '../approvals/service.ts'
import { chargeIssued } from '../books/postings.ts'
import type { Context } from '../context.ts'
import type { Actor } from '../http/types.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import * as repository from './repository.ts'
import { spaceLine } from './rules.ts'
import { getRounds } from './service.ts'
import { billingRound, charge, chargeLine } from './tables.ts'

/** Proposes to bill every stall for a month. Nobody is billed until another person approves. Errors: `round_already_issued`. */
export async function proposeRound(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  input: ProposeRound,
): Promise<BillingRound> {
  const now = ctx.now()
  const before = await repository.findRoundOfPeriod(tx, actor.marketId, input.period)
  if (before !== null)
    throw new AppError('round_already_issued', undefined, { fields: { period: 'already billed' } })
  const id = newId('rnd')
  const approvalId = await propose(tx, actor, { kind: 'billing_round', objectId: id }, now)
  await tx
    .insert(billingRound)
    .values({ marketId: actor.marketId, id, ...input, status: 'proposed', approvalId })
  return findRound(tx, actor.marketId, id)
}

/** What a proposed round would bill now. Errors: `not_found`, `round_already_issued`, `resolution_invalid` (a stall without a price). */
export async function getRoundCheck(tx: Tx, marketId: string, id: string): Promise<RoundCheck> {
  const { period, status, dueOn, proposedBy, proposedAt } = await findRound(tx, marketId, id)
  if (status === 'issued' || proposedBy === null || proposedAt === null) {
    throw new AppError('round_already_issued')
  }
  const drafts = await draftCharges(tx, marketId, period)
  const byAmount = drafts.toSorted((a, b) => Number(b.line.amountVnd - a.line.amountVnd))
  return {
    id,
    period,
    dueOn,
    proposedBy,
    proposedAt,
    ...seenOf(drafts),
    prices: [...Map.groupBy(drafts, ({ price }) => price)]
      .toSorted(([a], [b]) => a.positionGrade - b.positionGrade)
      .map(([price, of]) => ({
        tariffId: price.id,
        name: price.name,
        unitPriceVnd: vndToJson(price.unitPriceVnd),
        decision: price.decision,
        ...seenOf(of),
      })),
    largest: toDraft(byAmount[0]),
    smallest: toDraft(byAmount.at(-1)),
  }
}

/**
 * Approves a proposed round and issues it: a charge for every stall in use, each with its own code, posted as owed. Whoever
 * approves says what was on the screen; when it would bill something else by now, nothing is issued. Errors: `not_found`,
 * `round_already_issued`, `round_changed`, `approval_own_proposal`, `stall_without_account` (the board's).
 */
export async function approveRound(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  { seen }: ApproveRound,
): Promise<BillingRound> {
  const { marketId } = actor
  const round = await repository.lockRound(tx, marketId, id)
  if (round === null) throw new AppError('not_found')
  if (round.status === 'issued') throw new AppError('round_already_issued')
  const now = ctx.now()
  if (round.approvalId === null) throw new AppError('not_found')
  await approve(tx, actor, round.approvalId, now)
  const drafts = await draftCharges(tx, marketId, round.period)
  requireSeen(seen, seenOf(drafts))
  await repository.setRoundIssued(tx, marketId, id, now)
  await issueCharges(tx, marketId, round, drafts, now)
  return findRound(tx, marketId, id)
}

type Draft = Awaited<ReturnType<typeof draftCharges>>[number]

/** A charge for every stall in use at the prices of a month, as they would be issued now. */
async function draftCharges(tx: Tx, marketId: string, period: string) {
  const prices = await repository.listPricesOn(tx, marketId, `${period}-01`)
  const byGrade = new Map(prices.map((price) => [price.positionGrade, price]))
  const stalls = await repository.listBillableStalls(tx, marketId)
  return stalls.map((stall) => {
    const price = byGrade.get(stall.positionGrade)
    if (price === undefined) {
      throw new AppError(
        'resolution_invalid',
        `No price is in force for position grade ${stall.positionGrade}`,
      )
    }
    return { stall, price, line: spaceLine(stall.areaM2, price), id: newId('chg') }
  })
}

function seenOf(drafts: readonly Draft[]): ApproveRound['seen'] {
  return {
    chargeCount: drafts.length,
    totalVnd: vndToJson(drafts.reduce((sum, { line }) => sum + line.amountVnd, 0n)),
  }
}

function requireSeen(seen: ApproveRound['seen'], now: ApproveRound['seen']): void {
  const changed = (['chargeCount', 'totalVnd'] as const).filter((name) => seen[name] !== now[name])
  if (changed.length === 0) return
  throw new AppError('round_changed', undefined, {
    fields: Object.fromEntries(changed.map((name) => [`seen.${name}`, `now ${now[name]}`])),
  })
}

function toDraft(draft: Draft | undefined): RoundCheck['largest'] {
  if (draft === undefined) return null
  const { stall, line } = draft
  return {
    stallCode: stall.code,
    stallName: stall.name,
    formula: line.formula,
    amountVnd: vndToJson(line.amountVnd),
  }
}

async function issueCharges(
  tx: Tx,
  marketId: string,
  round: { id: string; dueOn: string },
  drafts: readonly Draft[],
  issuedAt: Date,
): Promise<void> {
  const [account] = await listAccounts(tx, marketId, null)
  if (account === undefined) throw new AppError('stall_without_account', 'The board has no receiving account')
  const codes = await takeCodes(
    tx,
    marketId,
    'charge',
    drafts.map(({ id }) => id),
  )
  const base = { marketId, roundId: round.id, accountId: account.id, dueOn: round.dueOn, issuedAt }
  await insertMany(
    tx,
    charge,
    drafts.map(({ id, stall, line }) => ({
      ...base,
      code: codes.get(id) ?? '',
      id,
      stallId: stall.id,
      totalVnd: line.amountVnd,
    })),
  )
  await insertMany(
    tx,
    chargeLine,
    drafts.map(({ id, line, stall }) => ({
      marketId,
      chargeId: id,
      line: 1,
      service: 'space',
      quantity: stall.areaM2,
      netVnd: line.amountVnd,
      vatPercent: '0',
      vatVnd: 0n,
      passThrough: false,
      ...line,
    })),
  )
  await postAll(
    tx,
    marketId,
    drafts.map(({ id, stall, line }) =>
      chargeIssued({ chargeId: id, stallId: stall.id, totalVnd: line.amountVnd, issuedAt }),
    ),
    { as: 'api' },
  )
}

async function findRound(tx: Tx, marketId: string, id: string): Promise<BillingRound> {
  const round = (await getRounds(tx, marketId)).find((one) => one.id === id)
  if (round === undefined) throw new AppError('not_found')
  return round
}
