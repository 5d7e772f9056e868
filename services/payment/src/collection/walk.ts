import { AppError, type Walk, type WalkStop } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { sql } from 'drizzle-orm'
import { listLines } from '../charges/repository.ts'
import { payeeOf, payloadOf } from '../charges/service.ts'
import { getCodesToCheck } from '../codechecks/service.ts'
import { readOne } from '../columns.ts'
import type { Desk } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import { debtCodes, listAccounts } from '../stalls/repository.ts'
import { findTicketVat, listTicketTariffs } from './repository.ts'
import { ticketPrice } from './rules.ts'

const OUTCOMES = ['promised', 'refused', 'absent'] as const

/**
 * Every stall that owes, in walking order, with all that a phone needs to go on without a network: what it owes and why,
 * the code of its whole debt, and what was said the last time. Errors: `stall_without_account` (the board's).
 */
export async function getWalk(ctx: Pick<Desk, 'now'>, tx: Tx, marketId: string): Promise<Walk> {
  const now = ctx.now()
  const today = dayOf(now)
  const charges = await listOwed(tx, marketId)
  const stalls = await listStops(tx, marketId)
  const [account] = await listAccounts(tx, marketId, null)
  if (account === undefined) throw new AppError('stall_without_account', 'The board has no receiving account')
  const { bankName, number, holder } = payeeOf(account)
  const stallIds = stalls.map(({ id }) => id)
  const codes = await debtCodes(tx, marketId, stallIds)
  const printed = await getCodesToCheck(tx, marketId, stallIds, today)
  const lines = Map.groupBy(
    await listLines(
      tx,
      marketId,
      charges.map(({ id }) => id),
    ),
    ({ chargeId }) => chargeId,
  )
  const byStall = Map.groupBy(charges, ({ stall_id }) => stall_id)
  return {
    asOf: toMoment(now),
    stops: stalls.map((stall): WalkStop => {
      const own = byStall.get(stall.id) ?? []
      const sum = (some: typeof own): bigint => some.reduce((all, one) => all + one.outstanding_vnd, 0n)
      const owedVnd = sum(own)
      return {
        stallId: stall.id,
        stallCode: stall.code,
        stallName: stall.name,
        zoneCode: stall.zone_code,
        zoneName: stall.zone_name,
        rowLabel: stall.row_label,
        lot: stall.lot,
        outstandingVnd: vndToJson(owedVnd),
        overdueVnd: vndToJson(sum(own.filter(({ due_on }) => due_on < today))),
        creditVnd: vndToJson(stall.credit_vnd),
        disputed: stall.disputed,
        payload: payloadOf(account, owedVnd, codes.get(stall.id) ?? ''),
        payee: { bankName, number, holder },
        charges: own.map((charge) => ({
          id: charge.id,
          period: charge.period,
          dueOn: charge.due_on,
          totalVnd: vndToJson(charge.total_vnd),
          outstandingVnd: vndToJson(charge.outstanding_vnd),
          why: (lines.get(charge.id) ?? []).map(({ name, formula, amountVnd }) => ({
            name,
            formula,
            amountVnd: vndToJson(amountVnd),
          })),
        })),
        printed: printed.get(stall.id) ?? { digests: [], last: null },
        lastVisit: toVisit(stall),
      }
    }),
    tickets: await getTicketPrices(tx, marketId, today),
  }
}

async function getTicketPrices(tx: Tx, marketId: string, day: string): Promise<Walk['tickets']> {
  const vatPercent = await findTicketVat(tx, marketId, day)
  const prices = await listTicketTariffs(tx, marketId, day)
  return prices.flatMap(({ id, name, unitPriceVnd, vatIncluded }) =>
    unitPriceVnd === null
      ? []
      : [
          {
            tariffId: id,
            name,
            priceVnd: vndToJson(ticketPrice(unitPriceVnd, vatIncluded, vatPercent).priceVnd),
          },
        ],
  )
}

/** The charges that something is owed of, what was due first coming first. */
async function listOwed(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{
    id: string
    stall_id: string
    period: string
    due_on: string
    total_vnd: bigint
    outstanding_vnd: bigint
  }>(sql`
    select c.id, c.stall_id, r.period, c.due_on::text,
      c.total_vnd + c.adjusted_vnd - c.relieved_vnd - c.written_off_vnd as total_vnd, c.outstanding_vnd
    from charge c join billing_round r on r.market_id = c.market_id and r.id = c.round_id
    where c.market_id = ${marketId} and c.outstanding_vnd > 0
    order by c.due_on, c.id`)
  return rows
}

type StopRow = Awaited<ReturnType<typeof listStops>>[number]

/** The stalls of these charges as one walks past them: by zone, then by row and lot where the map has them, then by code. */
async function listStops(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{
    id: string
    code: string
    name: string
    zone_code: string
    zone_name: string
    row_label: string | null
    lot: number | null
    credit_vnd: bigint
    disputed: boolean
    outcome: string | null
    visited_at: string | null
    note: string | null
    promised_on: string | null
  }>(sql`
    select s.id, s.code, s.name, z.code as zone_code, z.name as zone_name, s.row_label, s.lot,
      coalesce((select sum(k.amount_vnd - k.used_vnd) from stall_credit k
        where k.market_id = s.market_id and k.stall_id = s.id), 0)::bigint as credit_vnd,
      exists (select from dispute d
        where d.market_id = s.market_id and d.stall_id = s.id and d.answered_at is null) as disputed,
      v.outcome, v.visited_at, v.note, v.promised_on::text
    from stall s
    join zone z on z.market_id = s.market_id and z.id = s.zone_id
    left join lateral (
      select v.outcome, v.visited_at, v.note, v.promised_on from visit v
      where v.market_id = s.market_id and v.stall_id = s.id order by v.visited_at desc, v.id desc limit 1) v on true
    where s.market_id = ${marketId} and exists (select from charge c
      where c.market_id = s.market_id and c.stall_id = s.id and c.outstanding_vnd > 0)
    -- Row 10 comes after row 9, and row B after row A.
    order by z.position, z.code, length(s.row_label) nulls last, s.row_label, s.lot, s.code`)
  return rows
}

function toVisit({ outcome, visited_at, note, promised_on }: StopRow): WalkStop['lastVisit'] {
  if (outcome === null || visited_at === null) return null
  return {
    outcome: readOne(OUTCOMES, outcome),
    at: toMoment(new Date(visited_at)),
    note,
    promisedOn: promised_on,
  }
}
