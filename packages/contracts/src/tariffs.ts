import { z } from 'zod'
import { AmountVnd, Day, TotalVnd } from './primitives.ts'

/** What the board charges for. `day_ticket` is for who sells without a stall. */
export const SERVICES = [
  'space',
  'cleaning',
  'security',
  'fire',
  'electricity',
  'water',
  'parking',
  'loading',
  'storage',
  'advertising',
  'day_ticket',
  'other',
] as const
export type Service = (typeof SERVICES)[number]

/** What the board charges for, in the words of the field. */
export const SERVICE_WORDS = {
  space: { vi: 'Diện tích bán hàng', en: 'Trading space' },
  cleaning: { vi: 'Vệ sinh', en: 'Cleaning' },
  security: { vi: 'Bảo vệ', en: 'Security' },
  fire: { vi: 'Phòng cháy', en: 'Fire safety' },
  electricity: { vi: 'Điện', en: 'Electricity' },
  water: { vi: 'Nước', en: 'Water' },
  parking: { vi: 'Trông giữ xe', en: 'Parking' },
  loading: { vi: 'Bốc xếp', en: 'Loading' },
  storage: { vi: 'Kho', en: 'Storage' },
  advertising: { vi: 'Biển hiệu', en: 'Signs' },
  day_ticket: { vi: 'Vé chợ ngày', en: 'Day ticket' },
  other: { vi: 'Khác', en: 'Other' },
} as const satisfies Record<Service, { vi: string; en: string }>

/** What a price is for one of. A day's price is for each day that the stall is billed. */
export const TARIFF_UNITS = [
  'm2_month',
  'm2_day',
  'stall_month',
  'stall_day',
  'kwh',
  'm3',
  'ticket',
  'percent',
] as const
export type TariffUnit = (typeof TARIFF_UNITS)[number]

export const STALL_KINDS = ['stall', 'counter', 'kiosk', 'pitch'] as const
export type StallKind = (typeof STALL_KINDS)[number]

/** A quantity or a rate as decimal text: fractions never pass through a float. */
export const DecimalText = z
  .string()
  .regex(/^\d{1,10}(\.\d{1,4})?$/, 'a decimal such as 4.5')
  .meta({ id: 'DecimalText' })

export const CreateTariffDecision = z
  .object({
    number: z.string().trim().min(1).max(80),
    issuedOn: Day,
    issuer: z.string().trim().min(1).max(120),
    title: z.string().trim().min(1).max(200),
  })
  .meta({ id: 'CreateTariffDecision' })
export type CreateTariffDecision = z.infer<typeof CreateTariffDecision>
export const TariffDecision = CreateTariffDecision.extend({ id: z.string() }).meta({ id: 'TariffDecision' })
export type TariffDecision = z.infer<typeof TariffDecision>
export const TariffDecisions = z.object({ items: z.array(TariffDecision), nextCursor: z.string().nullable() })
export type TariffDecisions = z.infer<typeof TariffDecisions>

/** From this quantity on, up to the next step: 0, 50, 100 … kWh. */
export const TariffTier = z.object({
  fromQuantity: DecimalText,
  unitPriceVnd: AmountVnd,
  ceilingVnd: AmountVnd,
})
export type TariffTier = z.infer<typeof TariffTier>

/**
 * A price as decided. Its scope is the stalls that `positionGrade`, `zoneId` and `stallKind` name (null: all); the
 * narrowest that fits a stall wins. Either one unit price, or tiers, or a percentage of other services.
 */
export const Tariff = z
  .object({
    id: z.string(),
    decisionId: z.string(),
    decision: z.string(),
    decidedOn: Day,
    service: z.enum(SERVICES),
    name: z.string(),
    unit: z.enum(TARIFF_UNITS),
    positionGrade: z.int().nullable(),
    zoneId: z.string().nullable(),
    zoneCode: z.string().nullable(),
    stallKind: z.enum(STALL_KINDS).nullable(),
    unitPriceVnd: TotalVnd.nullable(),
    ceilingVnd: TotalVnd.nullable(),
    tiers: z.array(TariffTier),
    ratePercent: z.string().nullable(),
    percentOf: z.array(z.enum(SERVICES)),
    vatIncluded: z.boolean(),
    passThrough: z.boolean(),
    whilePaused: z.boolean(),
    effectiveFrom: Day,
    effectiveTo: Day.nullable(),
  })
  .meta({ id: 'Tariff' })
export type Tariff = z.infer<typeof Tariff>
export const Tariffs = z.object({ items: z.array(Tariff), nextCursor: z.string().nullable() })
export type Tariffs = z.infer<typeof Tariffs>

/** A new price. One of the same service, name and scope that is in force ends on the day before. */
export const CreateTariff = z
  .object({
    decisionId: z.string(),
    service: z.enum(SERVICES),
    name: z.string().trim().min(1).max(160),
    unit: z.enum(TARIFF_UNITS),
    positionGrade: z.int().min(1).max(3).nullish(),
    zoneId: z.string().nullish(),
    stallKind: z.enum(STALL_KINDS).nullish(),
    unitPriceVnd: AmountVnd.nullish(),
    ceilingVnd: AmountVnd.nullish(),
    tiers: z.array(TariffTier).max(12).default([]),
    ratePercent: DecimalText.nullish(),
    percentOf: z.array(z.enum(SERVICES)).max(SERVICES.length).default([]),
    vatIncluded: z.boolean().default(true),
    passThrough: z.boolean().default(false),
    whilePaused: z.boolean().default(false),
    effectiveFrom: Day,
    effectiveTo: Day.nullish(),
  })
  .meta({ id: 'CreateTariff' })
export type CreateTariff = z.infer<typeof CreateTariff>

/** A price's last day. Nothing else of a price ever changes. */
export const EndTariff = z.object({ effectiveTo: Day }).meta({ id: 'EndTariff' })
export type EndTariff = z.infer<typeof EndTariff>

/** VAT of a service (of all others, when null) from a day on. It has changed by decree before its time: it is data. */
export const CreateVatRate = z
  .object({
    service: z.enum(SERVICES).nullable(),
    ratePercent: DecimalText,
    effectiveFrom: Day,
    effectiveTo: Day.nullish(),
    source: z.string().trim().min(1).max(200),
    checkedOn: Day,
  })
  .meta({ id: 'CreateVatRate' })
export type CreateVatRate = z.infer<typeof CreateVatRate>
export const VatRate = CreateVatRate.extend({ id: z.string(), effectiveTo: Day.nullable() }).meta({
  id: 'VatRate',
})
export type VatRate = z.infer<typeof VatRate>
export const VatRates = z.object({ items: z.array(VatRate), nextCursor: z.string().nullable() })
export type VatRates = z.infer<typeof VatRates>
