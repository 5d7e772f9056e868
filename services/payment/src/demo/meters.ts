import type { MeteredService } from '@tienve/contracts'
import { insertMany, type Tx } from '@tienve/db'
import { findAnomalyRatio, listReadings } from '../meters/repository.ts'
import { anomalyOf } from '../meters/rules.ts'
import { type meter, meterReading } from '../meters/tables.ts'
import type { MarketPlan } from './demo-markets.ts'
import type { DemoStall } from './people.ts'
import { chanceOf } from './random.ts'

/** Who washes fish, meat or bowls has water of its own; the lights of vegetables and fruit hang from the market's. */
const WITH_WATER = new Set(['AU', 'CA', 'TH'])
const WITHOUT_LIGHT = new Set(['RC', 'TC'])

/** What a meter of the demo counts in a middling month, from the least to the most: kWh, or tenths of a m³. */
const MONTHLY = { electricity: [50, 180], water: [40, 180] } as const
const ODD_SHARE = 0.012

/** The meters of the demo's stalls. */
export function metersOf(plan: MarketPlan, stalls: readonly DemoStall[]): (typeof meter.$inferInsert)[] {
  return stalls.flatMap(({ id, zone }, at) => {
    const services: MeteredService[] = [
      ...(WITHOUT_LIGHT.has(zone.code) ? [] : ['electricity' as const]),
      ...(WITH_WATER.has(zone.code) ? ['water' as const] : []),
    ]
    return services.map((service) => ({
      marketId: plan.id,
      id: `mtr_${id.slice(4)}${service[0]}`,
      stallId: id,
      service,
      serial: `${plan.digit}${service === 'electricity' ? '1' : '2'}${String(at + 1).padStart(4, '0')}`,
      initialValue: String(chanceOf(`${id} ${service}`).whole(120, 4_800)),
      installedOn: '2026-01-01',
    }))
  })
}

/** What a meter counts in a month: its own middling use, a little more or less, and now and then far more or nothing. */
function usageOf(meterId: string, service: MeteredService, period: string): string {
  const [least, most] = MONTHLY[service]
  const own = chanceOf(meterId).whole(least, most)
  const chance = chanceOf(`${meterId} ${period}`)
  const drawn = chance.next()
  const times = drawn < ODD_SHARE ? 0 : drawn < 2 * ODD_SHARE ? 2.6 : 0.85 + 0.3 * chance.next()
  const counted = Math.round(own * times)
  return service === 'water' ? (counted / 10).toFixed(1) : String(counted)
}

/**
 * Reads every meter of a month that is not read yet, as the technician would in one walk; what looks odd is read again and
 * confirmed. The same months read in the same order give the same readings.
 */
export async function readMeters(
  tx: Tx,
  marketId: string,
  period: string,
  by: { userId: string; readOn: string; now: Date },
): Promise<void> {
  const rows = await listReadings(tx, marketId, period, { limit: 100_000 })
  const ratio = await findAnomalyRatio(tx, marketId)
  await insertMany(
    tx,
    meterReading,
    rows
      .filter(({ newValue }) => newValue === null)
      .map(({ meterId, service, oldValue, usagesBefore }) => {
        const usage = usageOf(meterId, service === 'water' ? 'water' : 'electricity', period)
        const anomaly = anomalyOf(usage, usagesBefore, ratio)
        return {
          marketId,
          meterId,
          period,
          oldValue,
          newValue: (Number(oldValue) + Number(usage)).toFixed(2),
          readOn: by.readOn,
          readBy: by.userId,
          anomaly,
          confirmedBy: anomaly === null ? null : by.userId,
          confirmedNote: anomaly === null ? null : 'Đã đọc lại công tơ, đúng số.',
          createdAt: by.now,
        }
      }),
  )
}
