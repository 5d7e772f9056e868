import { z } from 'zod'
import { Period } from './charges.ts'
import { Day, pageOf } from './primitives.ts'
import { ROUND_STATUSES } from './statuses.ts'

export const METERED_SERVICES = ['electricity', 'water'] as const
export type MeteredService = (typeof METERED_SERVICES)[number]

/** What a meter shows, as decimal text: kWh or m³, at most two decimals. */
export const MeterValue = z
  .string()
  .regex(/^\d{1,10}(\.\d{1,2})?$/, 'a reading such as 1234 or 1234.5')
  .meta({ id: 'MeterValue' })

const Serial = z.string().trim().min(1).max(40)

export const Meter = z
  .object({
    id: z.string(),
    stallId: z.string(),
    stallCode: z.string(),
    stallName: z.string(),
    service: z.enum(METERED_SERVICES),
    serial: z.string(),
    initialValue: z.string(),
    installedOn: Day,
    removedOn: Day.nullable(),
  })
  .meta({ id: 'Meter' })
export type Meter = z.infer<typeof Meter>
export const Meters = z.object({ items: z.array(Meter), nextCursor: z.string().nullable() })
export type Meters = z.infer<typeof Meters>

export const CreateMeter = z
  .object({
    stallId: z.string(),
    service: z.enum(METERED_SERVICES),
    serial: Serial,
    initialValue: MeterValue,
    installedOn: Day,
  })
  .meta({ id: 'CreateMeter' })
export type CreateMeter = z.infer<typeof CreateMeter>

/** The old meter's last value and the new one's first: what was used in between counts, on both. */
export const ReplaceMeter = z
  .object({ lastValue: MeterValue, replacedOn: Day, serial: Serial, initialValue: MeterValue })
  .meta({ id: 'ReplaceMeter' })
export type ReplaceMeter = z.infer<typeof ReplaceMeter>

export const RemoveMeter = z.object({ lastValue: MeterValue, removedOn: Day }).meta({ id: 'RemoveMeter' })
export type RemoveMeter = z.infer<typeof RemoveMeter>

/** Nothing was used; far more, or far less, than the stall's average of the last three months. */
export const READING_ANOMALIES = ['zero', 'high', 'low'] as const
export type ReadingAnomaly = (typeof READING_ANOMALIES)[number]

/**
 * A meter in a month, read or not yet (`newValue` null). `otherUsage` is what other meters of the stall and service
 * counted in the month, when one was changed; the anomaly is of both together. One with an anomaly is billed once
 * `confirmedBy` says that it was read again.
 */
export const MeterReading = z
  .object({
    meterId: z.string(),
    serial: z.string(),
    service: z.enum(METERED_SERVICES),
    stallId: z.string(),
    stallCode: z.string(),
    stallName: z.string(),
    zoneCode: z.string(),
    rowLabel: z.string().nullable(),
    lot: z.int().nullable(),
    period: Period,
    oldValue: z.string(),
    newValue: z.string().nullable(),
    usage: z.string().nullable(),
    otherUsage: z.string(),
    averageUsage: z.string().nullable(),
    anomaly: z.enum(READING_ANOMALIES).nullable(),
    readOn: Day.nullable(),
    readBy: z.string().nullable(),
    confirmedBy: z.string().nullable(),
    confirmedNote: z.string().nullable(),
    removedOn: Day.nullable(),
  })
  .meta({ id: 'MeterReading' })
export type MeterReading = z.infer<typeof MeterReading>

/** In walking order: zone, row, lot. The counts cover the whole month; it can be written while its round is not proposed. */
export const MeterReadings = pageOf(MeterReading)
  .extend({
    period: Period,
    roundStatus: z.enum(ROUND_STATUSES).nullable(),
    anomalyRatio: z.string(),
    meterCount: z.int(),
    readCount: z.int(),
    unconfirmedCount: z.int(),
  })
  .meta({ id: 'MeterReadings' })
export type MeterReadings = z.infer<typeof MeterReadings>

/** What a meter shows for a month: the first word on it, or a correction of it. */
export const SaveReading = z
  .object({ meterId: z.string(), period: Period, newValue: MeterValue, readOn: Day })
  .meta({ id: 'SaveReading' })
export type SaveReading = z.infer<typeof SaveReading>

/** Says that an odd reading was looked at again and is right. */
export const ConfirmReading = z
  .object({ meterId: z.string(), period: Period, note: z.string().trim().min(3).max(200) })
  .meta({ id: 'ConfirmReading' })
export type ConfirmReading = z.infer<typeof ConfirmReading>
