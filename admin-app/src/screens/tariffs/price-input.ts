import {
  SERVICES,
  STALL_KINDS,
  TARIFF_UNITS,
  type CreateTariff,
  type Service,
  type TariffUnit,
} from '@tienve/contracts'
import { decimalOf, todayHere, vndOf } from '../../services.ts'

/** A price as it is being typed: every field a text, as the form has it. */
export type PriceInput = {
  decisionId: string
  service: Service
  name: string
  unit: TariffUnit
  positionGrade: string
  zoneId: string
  stallKind: string
  unitPriceVnd: string
  ceilingVnd: string
  isTiered: boolean
  tiers: { fromQuantity: string; unitPriceVnd: string; ceilingVnd: string }[]
  ratePercent: string
  percentOf: Service[]
  vatIncluded: boolean
  passThrough: boolean
  whilePaused: boolean
  effectiveFrom: string
}

export const EMPTY_TIER = { fromQuantity: '', unitPriceVnd: '', ceilingVnd: '' }

/** What an untouched form holds: the commonest price, of space by the month. */
export function emptyPrice(decisionId: string): PriceInput {
  return {
    decisionId,
    service: 'space',
    name: '',
    unit: 'm2_month',
    positionGrade: '',
    zoneId: '',
    stallKind: '',
    unitPriceVnd: '',
    ceilingVnd: '',
    isTiered: false,
    tiers: [{ ...EMPTY_TIER, fromQuantity: '0' }, EMPTY_TIER],
    ratePercent: '',
    percentOf: ['space'],
    vatIncluded: true,
    passThrough: false,
    whilePaused: false,
    effectiveFrom: todayHere(),
  }
}

/** The units that a service may be priced in; the service refuses the others. */
export function unitsOf(service: Service): TariffUnit[] {
  if (service === 'day_ticket') return ['ticket']
  return TARIFF_UNITS.filter((unit) => {
    if (unit === 'ticket') return false
    if (unit === 'kwh') return service === 'electricity'
    return unit === 'm3' ? service === 'water' : true
  })
}

/** The service that was chosen, with the unit that is usual for it. */
export function withService(input: PriceInput, chosen: string): PriceInput {
  const service = SERVICES.find((one) => one === chosen) ?? 'other'
  const usual: Partial<Record<Service, TariffUnit>> = {
    space: 'm2_month',
    electricity: 'kwh',
    water: 'm3',
    day_ticket: 'ticket',
  }
  const isMetered = service === 'electricity' || service === 'water'
  return {
    ...input,
    service,
    unit: usual[service] ?? 'stall_month',
    isTiered: false,
    passThrough: isMetered,
    percentOf: input.percentOf.filter((one) => one !== service),
  }
}

/** True where a price of this kind is above its own ceiling: said before anything is sent. */
export function isAboveCeiling({
  unitPriceVnd,
  ceilingVnd,
}: Pick<PriceInput, 'unitPriceVnd' | 'ceilingVnd'>) {
  const [price, most] = [vndOf(unitPriceVnd), vndOf(ceilingVnd)]
  return price !== null && most !== null && price > most
}

/** What the form holds, as the wire has it; what is no number is sent as zero, which the service refuses by its field. */
export function toTariff(input: PriceInput): CreateTariff {
  const isPercent = input.unit === 'percent'
  const isTiered = input.isTiered && (input.unit === 'kwh' || input.unit === 'm3')
  const isPlain = !isPercent && !isTiered
  return {
    decisionId: input.decisionId,
    service: input.service,
    name: input.name,
    unit: input.unit,
    positionGrade: input.positionGrade === '' ? null : Number(input.positionGrade),
    zoneId: input.zoneId === '' ? null : input.zoneId,
    stallKind: STALL_KINDS.find((one) => one === input.stallKind) ?? null,
    unitPriceVnd: isPlain ? (vndOf(input.unitPriceVnd) ?? 0) : null,
    ceilingVnd: isPlain ? (vndOf(input.ceilingVnd) ?? 0) : null,
    tiers: isTiered
      ? input.tiers
          .filter(({ fromQuantity }) => fromQuantity.trim() !== '')
          .map((tier) => ({
            fromQuantity: decimalOf(tier.fromQuantity) ?? tier.fromQuantity,
            unitPriceVnd: vndOf(tier.unitPriceVnd) ?? 0,
            ceilingVnd: vndOf(tier.ceilingVnd) ?? 0,
          }))
      : [],
    ratePercent: isPercent ? (decimalOf(input.ratePercent) ?? input.ratePercent) : null,
    percentOf: isPercent ? input.percentOf : [],
    vatIncluded: input.vatIncluded,
    passThrough: input.passThrough,
    whilePaused: input.whilePaused,
    effectiveFrom: input.effectiveFrom,
  }
}
