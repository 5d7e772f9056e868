import { AppError } from '@tienve/contracts'
import { partVat, vatOn } from '@tienve/money'
import type { Actor } from '../http/types.ts'

const CLOCK_AHEAD_MS = 5 * 60_000
const LATE_MS = 7 * 24 * 3_600_000

/** A collector sees what is the collector's own, whatever is asked for; the office sees all. */
export function ownOf({ role, userId }: Actor): { collectorId?: string } {
  return role === 'collector' ? { collectorId: userId } : {}
}

/** The phone's time of what it tells, which may come late and out of order. Errors: `collection_time_invalid`. */
export function requireTime(field: string, text: string, now: Date): Date {
  const at = new Date(text)
  const fault =
    at.getTime() > now.getTime() + CLOCK_AHEAD_MS
      ? 'in the future'
      : at.getTime() < now.getTime() - LATE_MS
        ? 'more than 7 days ago'
        : null
  if (fault !== null) throw new AppError('collection_time_invalid', undefined, { fields: { [field]: fault } })
  return at
}

/**
 * What came of money that the phone took knowing `seenVnd` to be owed, when `owedVnd` was owed by then and `creditVnd` of
 * it found no debt. Null when it is as the phone had shown, or when the stall gave too much by its own will.
 */
export function conflictOf(
  seenVnd: bigint,
  owedVnd: bigint,
  creditVnd: bigint,
): 'paid_meanwhile' | 'owed_more' | null {
  if (owedVnd > seenVnd) return 'owed_more'
  return owedVnd < seenVnd && creditVnd > 0n ? 'paid_meanwhile' : null
}

/**
 * What a ticket costs, and how much of that is tax. Where the decision's price holds the tax, the tax is taken out of it;
 * else it comes on top.
 */
export function ticketPrice(
  unitPriceVnd: bigint,
  vatIncluded: boolean,
  vatPercent: string,
): { priceVnd: bigint; vatVnd: bigint } {
  if (vatIncluded) return { priceVnd: unitPriceVnd, vatVnd: partVat(unitPriceVnd, vatPercent).vatVnd }
  const vatVnd = vatOn(unitPriceVnd, vatPercent)
  return { priceVnd: unitPriceVnd + vatVnd, vatVnd }
}

type PageState = { page: number; usedAt: Date | null }

/** Unused pages below the last used one, a spoilt page being used: what nobody has accounted for. */
export function gapsOf(pages: readonly PageState[]): number[] {
  const last = pages.reduce((most, { page, usedAt }) => (usedAt === null ? most : Math.max(most, page)), 0)
  return pages.filter(({ page, usedAt }) => usedAt === null && page < last).map(({ page }) => page)
}
