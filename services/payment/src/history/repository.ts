import type { Tx } from '@tienve/db'
import { and, eq, gte, inArray, lte, min, or, sql, type AnyColumn, type SQL } from 'drizzle-orm'
import { cashSale } from '../cash/tables.ts'
import type { OwnDays } from '../contracts/rules.ts'
import { payment, stallDay } from '../payments/tables.ts'
import type { Wanted } from './rules.ts'

/** The first day of these on which a stall sold anything. */
export async function findFirstDay(
  tx: Tx,
  marketId: string,
  stallId: string,
  { since, until }: OwnDays,
): Promise<string | null> {
  const [row] = await tx
    .select({ day: min(stallDay.day) })
    .from(stallDay)
    .where(
      and(
        eq(stallDay.marketId, marketId),
        eq(stallDay.stallId, stallId),
        since === null ? undefined : gte(stallDay.day, since),
        until === null ? undefined : lte(stallDay.day, until),
        sql`(${stallDay.amountVnd} <> 0 or ${stallDay.count} <> 0)`,
      ),
    )
  return row?.day ?? null
}

/** Which sales by bank are looked for. A memo that was erased is found by no word of it. */
export function isWantedSale({ amountsVnd, words }: Wanted, days: OwnDays): SQL | undefined {
  return and(
    within(payment.day, days),
    or(
      amountsVnd.length === 0 ? undefined : inArray(payment.amountVnd, amountsVnd),
      words === null ? undefined : holds(payment.memoTail, words),
    ),
  )
}

/** Which sales in cash are looked for. */
export function isWantedCash({ amountsVnd, words }: Wanted, days: OwnDays): SQL | undefined {
  return and(
    within(cashSale.day, days),
    or(
      amountsVnd.length === 0 ? undefined : inArray(cashSale.amountVnd, amountsVnd),
      words === null ? undefined : holds(cashSale.note, words),
    ),
  )
}

function within(day: AnyColumn, { since, until }: OwnDays): SQL | undefined {
  return and(since === null ? undefined : gte(day, since), until === null ? undefined : lte(day, until))
}

/** True where a text has these letters somewhere, both folded as `fold` does. Most memos are plain ASCII, which is far cheaper to fold. */
function holds(text: AnyColumn, words: string): SQL {
  return sql`position(${words} in case when octet_length(${text}) = length(${text}) then lower(${text})
    else replace(lower(regexp_replace(normalize(${text}, NFD), '[\u0300-\u036f]', '', 'g')), 'đ', 'd') end) > 0`
}
