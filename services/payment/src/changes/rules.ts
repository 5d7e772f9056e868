import {
  AppError,
  CHANGE_KINDS,
  CHANGE_STATUSES,
  type ChangeKind,
  type ChargeChange,
  type ProposeChange,
} from '@tienve/contracts'
import { multiplyRate, vndToJson } from '@tienve/money'
import { readOne } from '../columns.ts'
import { toMoment } from '../days.ts'
import type { ChangeRow, Standing } from './repository.ts'

/** What a change comes to, signed as the debt feels it. `passThroughVnd` of the net sum is no revenue of the board's. */
export type ChangeSums = {
  line: number | null
  netVnd: bigint
  vatVnd: bigint
  amountVnd: bigint
  passThroughVnd: bigint
}

/** What the charge comes to now, after all its changes: what was paid of it and what is owed. */
export function dueOf({ paidVnd, outstandingVnd }: Pick<Standing, 'paidVnd' | 'outstandingVnd'>): bigint {
  return paidVnd + outstandingVnd
}

/**
 * What a proposal comes to, for the charge as it stands. Errors: `change_not_possible` for more than the charge, or its
 * line, comes to, and for a charge of a closed round; `request_invalid` for a line that it does not have.
 */
export function sumsOf(proposal: ProposeChange, standing: Standing): ChangeSums {
  if (standing.roundStatus === 'closed') throw notPossible('The round is closed')
  const sums = rawSumsOf(proposal, standing)
  requirePossible(proposal.kind, sums, standing)
  return sums
}

/** Errors: `change_not_possible` when the charge no longer comes to what the change would take off. */
export function requirePossible(
  kind: ChangeKind,
  { amountVnd }: Pick<ChangeSums, 'amountVnd'>,
  standing: Pick<Standing, 'paidVnd' | 'outstandingVnd'>,
): void {
  const mostVnd = kind === 'written_off' ? standing.outstandingVnd : dueOf(standing)
  if (amountVnd === 0n || -amountVnd > mostVnd) throw notPossible(`At most ${mostVnd} đồng can be taken off`)
}

function rawSumsOf(proposal: ProposeChange, standing: Standing): ChangeSums {
  switch (proposal.kind) {
    case 'adjusted':
      return adjust(proposal, standing)
    case 'relieved':
      return relieve(proposal, standing)
    case 'written_off':
      // A cost, tax included: the tax is owed all the same.
      return whole(-standing.outstandingVnd)
  }
}

function adjust(
  { line, up, netVnd }: Extract<ProposeChange, { kind: 'adjusted' }>,
  { lines }: Standing,
): ChangeSums {
  const of = lines.find((one) => one.line === line)
  if (of === undefined) {
    throw new AppError('request_invalid', undefined, { fields: { line: `one of 1 to ${lines.length}` } })
  }
  const net = BigInt(netVnd)
  const taxVnd = percentOf(net, of.vatPercent)
  if (up) {
    const passThroughVnd = of.passThrough ? net : 0n
    return { line, netVnd: net, vatVnd: taxVnd, amountVnd: net + taxVnd, passThroughVnd }
  }
  if (net > of.netVnd) throw notPossible(`The line comes to ${of.netVnd} đồng before tax`)
  // All of a line takes all of its tax, whatever the rounding had been.
  const offVnd = net === of.netVnd || taxVnd > of.vatVnd ? of.vatVnd : taxVnd
  return {
    line,
    netVnd: -net,
    vatVnd: -offVnd,
    amountVnd: -net - offVnd,
    passThroughVnd: of.passThrough ? -net : 0n,
  }
}

/** A price given up, and its share of the tax. What is passed on to a supplier is owed to it all the same. */
function relieve({ by }: Extract<ProposeChange, { kind: 'relieved' }>, standing: Standing): ChangeSums {
  const dueVnd = dueOf(standing)
  const amountVnd = 'percent' in by ? percentOf(dueVnd, `${by.percent}.00`) : BigInt(by.amountVnd)
  const taxedVnd = dueVnd + standing.writtenOffVnd
  const taxVnd = standing.lines.reduce((sum, { vatVnd }) => sum + vatVnd, standing.relievedVatVnd)
  const offVnd = taxedVnd === 0n ? 0n : (2n * amountVnd * taxVnd + taxedVnd) / (2n * taxedVnd)
  return {
    line: null,
    netVnd: -(amountVnd - offVnd),
    vatVnd: -offVnd,
    amountVnd: -amountVnd,
    passThroughVnd: 0n,
  }
}

function whole(amountVnd: bigint): ChangeSums {
  return { line: null, netVnd: amountVnd, vatVnd: 0n, amountVnd, passThroughVnd: 0n }
}

/** A percentage with two places (`8.00`) of a sum, rounded half up to the đồng. */
function percentOf(baseVnd: bigint, percent: string): bigint {
  const digits = percent.replace('.', '').padStart(5, '0')
  return multiplyRate(`${digits.slice(0, -4)}.${digits.slice(-4)}`, baseVnd)
}

function notPossible(detail: string): AppError {
  return new AppError('change_not_possible', detail)
}

/** A change as the wire shows it. */
export function toChange(row: ChangeRow): ChargeChange {
  return {
    id: row.id,
    chargeId: row.chargeId,
    stallId: row.stallId,
    stallCode: row.stallCode,
    stallName: row.stallName,
    period: row.period,
    kind: readOne(CHANGE_KINDS, row.kind),
    lineName: row.lineName,
    netVnd: vndToJson(row.netVnd),
    vatVnd: vndToJson(row.vatVnd),
    amountVnd: vndToJson(row.amountVnd),
    reason: row.reason,
    status: readOne(CHANGE_STATUSES, row.status),
    proposedBy: row.proposedBy,
    proposedAt: toMoment(row.occurredAt),
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt === null ? null : toMoment(row.decidedAt),
    refusedReason: row.refusedReason,
    now: {
      totalVnd: vndToJson(row.totalVnd),
      dueVnd: vndToJson(row.dueVnd),
      paidVnd: vndToJson(row.paidVnd),
      outstandingVnd: vndToJson(row.outstandingVnd),
    },
  }
}
