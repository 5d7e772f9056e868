import { AppError, type CollectionReport, type CollectorReport } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { sql } from 'drizzle-orm'
import { toMoment } from '../days.ts'
import { listHands } from '../handovers/repository.ts'
import { pageName } from '../receipts/rules.ts'

export type Span = { from: string; to: string }

/**
 * Collectors side by side over whole days: what each took, gave up and handed over, how the counts differed, and every page
 * that nobody accounts for. One collector when `collectorId` says so. Errors: `day_invalid` (`from` after `to`).
 */
export async function getCollectionReport(
  tx: Tx,
  marketId: string,
  span: Span,
  collectorId: string | null,
): Promise<CollectionReport> {
  if (span.from > span.to) {
    throw new AppError('day_invalid', undefined, { fields: { from: 'after the last day' } })
  }
  const hands = await listHands(tx, marketId, collectorId)
  const [taken, tickets, handed, pages] = await Promise.all([
    sumTaken(tx, marketId, span),
    sumTickets(tx, marketId, span),
    sumHanded(tx, marketId, span),
    listOddPages(tx, marketId, span),
  ])
  const items = hands.map((hand): CollectorReport => {
    const own = <T extends { collector_id: string }>(rows: readonly T[]): T[] =>
      rows.filter((row) => row.collector_id === hand.id)
    const [cash] = own(taken)
    const [given] = own(handed)
    const sold = own(tickets)
    const odd = own(pages)
    const ticketVnd = (count: 'cash' | 'bank'): bigint =>
      sold.reduce((sum, one) => sum + one.price_vnd * one[count], 0n)
    return {
      collectorId: hand.id,
      name: hand.name,
      receipts: { count: Number(cash?.count ?? 0), amountVnd: vndToJson(cash?.vnd ?? 0n) },
      undone: { count: Number(cash?.undone ?? 0), amountVnd: vndToJson(cash?.undone_vnd ?? 0n) },
      tickets: sold.map((one) => ({
        name: one.name,
        priceVnd: vndToJson(one.price_vnd),
        cashCount: Number(one.cash),
        bankCount: Number(one.bank),
        unpaidCount: Number(one.unpaid),
      })),
      cashVnd: vndToJson((cash?.vnd ?? 0n) + ticketVnd('cash')),
      bankVnd: vndToJson(ticketVnd('bank')),
      handovers: {
        count: Number(given?.count ?? 0),
        expectedVnd: vndToJson(given?.expected ?? 0n),
        countedVnd: vndToJson(given?.counted ?? 0n),
        missingVnd: vndToJson(given?.missing ?? 0n),
        surplusVnd: vndToJson(given?.surplus ?? 0n),
      },
      inHandVnd: vndToJson(hand.amount_vnd + (hand.signed_vnd ?? 0n)),
      gaps: odd.filter(({ used_at }) => used_at === null).map((page) => pageName(page.code, page.page)),
      spoilt: odd.flatMap(({ code, page, used_at, void_reason }) =>
        used_at === null
          ? []
          : [
              {
                number: pageName(code, page),
                reason: void_reason ?? '',
                at: toMoment(new Date(used_at)),
              },
            ],
      ),
    }
  })
  const sum = (pick: (one: CollectorReport) => number): number =>
    items.reduce((all, one) => all + pick(one), 0)
  return {
    ...span,
    items,
    totals: {
      cashVnd: sum((one) => one.cashVnd),
      bankVnd: sum((one) => one.bankVnd),
      countedVnd: sum((one) => one.handovers.countedVnd),
      missingVnd: sum((one) => one.handovers.missingVnd),
      surplusVnd: sum((one) => one.handovers.surplusVnd),
      inHandVnd: sum((one) => one.inHandVnd),
      gaps: sum((one) => one.gaps.length),
    },
  }
}

async function sumTaken(tx: Tx, marketId: string, { from, to }: Span) {
  const { rows } = await tx.execute<{
    collector_id: string
    count: bigint
    vnd: bigint
    undone: bigint
    undone_vnd: bigint
  }>(sql`
    select collector_id, count(*) filter (where undone_at is null) as count,
      coalesce(sum(amount_vnd) filter (where undone_at is null), 0)::bigint as vnd,
      count(undone_at) as undone, coalesce(sum(amount_vnd) filter (where undone_at is not null), 0)::bigint as undone_vnd
    from collection where market_id = ${marketId} and day between ${from} and ${to} group by collector_id`)
  return rows
}

async function sumTickets(tx: Tx, marketId: string, { from, to }: Span) {
  const { rows } = await tx.execute<{
    collector_id: string
    name: string
    price_vnd: bigint
    cash: bigint
    bank: bigint
    unpaid: bigint
  }>(sql`
    select t.collector_id, f.name, t.price_vnd, count(*) filter (where t.paid_by = 'cash') as cash,
      count(t.bank_transaction_id) as bank,
      count(*) filter (where t.paid_by = 'bank' and t.bank_transaction_id is null) as unpaid
    from day_ticket t join tariff f on f.market_id = t.market_id and f.id = t.tariff_id
    where t.market_id = ${marketId} and t.day between ${from} and ${to}
    group by t.collector_id, f.name, t.price_vnd order by t.price_vnd, f.name`)
  return rows
}

/** Hand-overs that were confirmed, by the day on which the collector signed. */
async function sumHanded(tx: Tx, marketId: string, { from, to }: Span) {
  const { rows } = await tx.execute<{
    collector_id: string
    count: bigint
    expected: bigint
    counted: bigint
    missing: bigint
    surplus: bigint
  }>(sql`
    select collector_id, count(*) as count, sum(expected_vnd)::bigint as expected, sum(cashier_vnd)::bigint as counted,
      sum(greatest(expected_vnd - cashier_vnd, 0))::bigint as missing,
      sum(greatest(cashier_vnd - expected_vnd, 0))::bigint as surplus
    from handover
    where market_id = ${marketId} and cashier_id is not null and day between ${from} and ${to} group by collector_id`)
  return rows
}

/** Unused pages below the last used one of their book, as of now, and those that were spoilt in the span. */
async function listOddPages(tx: Tx, marketId: string, { from, to }: Span) {
  const { rows } = await tx.execute<{
    collector_id: string
    code: string
    page: number
    used_at: string | null
    void_reason: string | null
  }>(sql`
    select b.collector_id, b.code, p.page, p.used_at, p.void_reason
    from book b join book_page p on p.market_id = b.market_id and p.book_id = b.id
    where b.market_id = ${marketId} and case when p.used_at is null
      then exists (select from book_page l
        where l.market_id = p.market_id and l.book_id = p.book_id and l.page > p.page and l.used_at is not null)
      else p.void_reason is not null
        and (p.used_at at time zone 'Asia/Ho_Chi_Minh')::date between ${from} and ${to} end
    order by b.issued_at, b.id, p.page`)
  return rows
}
