import type { Tx } from '@tienve/db'
import { and, asc, eq, gte, isNotNull, isNull, lte, or } from 'drizzle-orm'
import { meter, meterReading } from './tables.ts'

/**
 * The meters that stalls had on some day of a month, and those removed before that have a reading of it all the same,
 * each with its reading of the month; null when there is none.
 */
export async function listReadingsOf(
  tx: Tx,
  marketId: string,
  month: { period: string; first: string; last: string },
) {
  return tx
    .select({
      meterId: meter.id,
      stallId: meter.stallId,
      service: meter.service,
      reading: {
        oldValue: meterReading.oldValue,
        newValue: meterReading.newValue,
        readOn: meterReading.readOn,
        anomaly: meterReading.anomaly,
        confirmedBy: meterReading.confirmedBy,
      },
    })
    .from(meter)
    .leftJoin(
      meterReading,
      and(
        eq(meterReading.marketId, meter.marketId),
        eq(meterReading.meterId, meter.id),
        eq(meterReading.period, month.period),
      ),
    )
    .where(
      and(
        eq(meter.marketId, marketId),
        or(
          and(
            lte(meter.installedOn, month.last),
            or(isNull(meter.removedOn), gte(meter.removedOn, month.first)),
          ),
          isNotNull(meterReading.period),
        ),
      ),
    )
    .orderBy(asc(meter.stallId), asc(meter.installedOn), asc(meter.id))
}
