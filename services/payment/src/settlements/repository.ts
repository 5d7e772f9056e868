import { insertMany, type Tx } from '@tienve/db'
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import type { Owed, SettleOrder } from './rules.ts'
import { settlement, stallCredit } from './tables.ts'

const ORDERS = ['named_first', 'oldest_first'] as const

/** What the market's board chose; a market that chose nothing has the default. */
export async function findSettleOrder(tx: Tx, marketId: string): Promise<SettleOrder> {
  const { rows } = await tx.execute<{ settle_order: string }>(
    sql`select settle_order from charge_policy where market_id = ${marketId}`,
  )
  return rows[0] === undefined ? 'named_first' : readOne(ORDERS, rows[0].settle_order)
}

/**
 * What these stalls owe, locked until the transaction ends, always in the same order, so that two who settle at once wait
 * for each other and never for ever. Who locks twice in one transaction takes `lockCharges` first.
 */
export async function lockOwed(tx: Tx, marketId: string, stallIds: readonly string[]): Promise<Owed[]> {
  if (stallIds.length === 0) return []
  const { rows } = await tx.execute<{
    id: string
    stall_id: string
    due_on: string
    outstanding_vnd: bigint
  }>(
    sql`select id, stall_id, due_on::text, outstanding_vnd from charge
      where market_id = ${marketId}
        and stall_id = any (${sql.param([...new Set(stallIds)])}::text[]) and outstanding_vnd > 0
      order by id for update`,
  )
  return rows.map((row) => ({
    chargeId: row.id,
    stallId: row.stall_id,
    dueOn: row.due_on,
    outstandingVnd: BigInt(row.outstanding_vnd),
  }))
}

/**
 * Locks every charge of these stalls, in the order of `lockOwed`. Whoever changes what is paid and then sets credits against
 * what is owed does so first: a charge that somebody else made owing meanwhile would be locked late and out of order, and
 * two would wait for each other.
 */
export async function lockCharges(tx: Tx, marketId: string, stallIds: readonly string[]): Promise<void> {
  await tx.execute(
    sql`select from charge where market_id = ${marketId} and stall_id = any (${sql.param([...stallIds])}::text[])
      order by id for update`,
  )
}

type NewRows = {
  settlements: (typeof settlement.$inferInsert)[]
  credits: (typeof stallCredit.$inferInsert)[]
}

/** Writes what was settled and what became credit, and lowers what the charges owe. All statements are sent at once. */
export async function writeSettlements(tx: Tx, marketId: string, rows: NewRows): Promise<void> {
  const paid = Map.groupBy(rows.settlements, ({ chargeId }) => chargeId)
  const sums = [...paid].map(([id, parts]) => ({
    id,
    paidVnd: parts.reduce((sum, { amountVnd }) => sum + amountVnd, 0n),
  }))
  await Promise.all([
    insertMany(tx, stallCredit, rows.credits),
    insertMany(tx, settlement, rows.settlements),
    sums.length === 0
      ? null
      : tx
          .execute(
            sql`update charge set paid_vnd = charge.paid_vnd + m.paid_vnd
              from unnest(${sql.param(sums.map(({ id }) => id))}::text[],
                ${sql.param(sums.map(({ paidVnd }) => paidVnd))}::bigint[]) as m (id, paid_vnd)
              where charge.market_id = ${marketId} and charge.id = m.id`,
          )
          .execute(),
  ])
}

/** Money these stalls paid ahead and that is not used, the oldest first; locked until the transaction ends, in one order. */
export async function lockCredits(tx: Tx, marketId: string, stallIds: readonly string[]) {
  if (stallIds.length === 0) return []
  const rows = await tx
    .select()
    .from(stallCredit)
    .where(
      and(
        eq(stallCredit.marketId, marketId),
        sql`${stallCredit.stallId} = any (${sql.param([...stallIds])}::text[])`,
        gt(stallCredit.amountVnd, sql`${stallCredit.usedVnd} + ${stallCredit.heldVnd}`),
      ),
    )
    .orderBy(asc(stallCredit.id))
    .for('update')
  return rows
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1))
    .map(({ id, stallId, amountVnd, usedVnd, heldVnd }) => ({
      id,
      stallId,
      unusedVnd: amountVnd - usedVnd - heldVnd,
    }))
}

/** Where money came from that was settled. */
export type Source = { kind: 'payment' | 'collection'; id: string }

/** What some money settled, by charge, with what is paid of each charge in all. */
export async function listSettled(tx: Tx, marketId: string, { kind, id }: Source) {
  const source = kind === 'payment' ? sql`s.payment_id` : sql`s.collection_id`
  const { rows } = await tx.execute<{ id: string; paid_vnd: bigint; part_vnd: bigint }>(sql`
    select c.id, c.paid_vnd, sum(s.amount_vnd)::bigint as part_vnd from settlement s
    join charge c on c.market_id = s.market_id and c.id = s.charge_id
    where s.market_id = ${marketId} and ${source} = ${id} group by c.market_id, c.id
    order by c.id`)
  return rows.map(({ id: chargeId, paid_vnd: paidVnd, part_vnd: partVnd }) => ({
    chargeId,
    paidVnd,
    partVnd,
  }))
}

/** The credit that some money left, locked; null when all of it settled something. */
export async function lockCreditOf(tx: Tx, marketId: string, { kind, id }: Source) {
  const [row] = await tx
    .select()
    .from(stallCredit)
    .where(
      and(eq(stallCredit.marketId, marketId), eq(stallCredit.sourceKind, kind), eq(stallCredit.sourceId, id)),
    )
    .for('update')
  return row ?? null
}

export async function setCreditUsed(tx: Tx, marketId: string, id: string, usedVnd: bigint): Promise<void> {
  await tx
    .update(stallCredit)
    .set({ usedVnd })
    .where(and(eq(stallCredit.marketId, marketId), eq(stallCredit.id, id)))
}

/** Writes which credit was set against which charge, and takes it from what is left of the credit. */
export async function spendCredits(
  tx: Tx,
  marketId: string,
  applied: readonly { id: string; chargeId: string; creditId: string; amountVnd: bigint }[],
  at: Date,
): Promise<void> {
  if (applied.length === 0) return
  const used = [...Map.groupBy(applied, ({ creditId }) => creditId)].map(([id, parts]) => ({
    id,
    usedVnd: parts.reduce((sum, { amountVnd }) => sum + amountVnd, 0n),
  }))
  await Promise.all([
    tx
      .execute(
        sql`update stall_credit set used_vnd = stall_credit.used_vnd + m.used_vnd
          from unnest(${sql.param(used.map(({ id }) => id))}::text[], ${sql.param(used.map(({ usedVnd }) => usedVnd))}::bigint[])
            as m (id, used_vnd)
          where stall_credit.market_id = ${marketId} and stall_credit.id = m.id`,
      )
      .execute(),
    writeSettlements(tx, marketId, {
      settlements: applied.map(({ id, chargeId, creditId, amountVnd }) => ({
        marketId,
        id,
        chargeId,
        creditId,
        amountVnd,
        settledAt: at,
      })),
      credits: [],
    }),
  ])
}
