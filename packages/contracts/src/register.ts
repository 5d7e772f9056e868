import { z } from 'zod'
import { Day, TotalVnd, pageOf } from './primitives.ts'
import { STALL_KINDS } from './tariffs.ts'

/** What the register says of a place itself. `removed` is a place that is no more; what it owes stays. */
export const STALL_STATUSES = ['active', 'disputed', 'closing', 'removed'] as const
export type StallStatus = (typeof STALL_STATUSES)[number]

/** How a stall is shown on a day: what the register says of the place, or else what its contract says. */
export const STALL_STATES = ['active', 'paused', 'vacant', 'disputed', 'closing', 'removed'] as const
export type StallState = (typeof STALL_STATES)[number]

/** Where a stall stands with the market: nothing billed yet, all paid, owed, past due, past due for more than 60 days. */
export const CHARGE_STANDINGS = ['none', 'paid', 'owed', 'overdue', 'over_60_days'] as const
export type ChargeStanding = (typeof CHARGE_STANDINGS)[number]

/** To use a trading point that is paid for (sử dụng), or to rent one (thuê). */
export const CONTRACT_KINDS = ['use', 'rent'] as const
export type ContractKind = (typeof CONTRACT_KINDS)[number]
export const CONTRACT_END_REASONS = ['expired', 'terminated', 'transferred'] as const

/** `expired` is past its agreed end and neither ended nor renewed: it still binds, and is still billed. */
export const CONTRACT_STATES = ['coming', 'active', 'expired', 'ended'] as const
export type ContractState = (typeof CONTRACT_STATES)[number]

const Name = z.string().trim().min(1).max(120)
const AreaM2 = z
  .string()
  .regex(/^(?!0+(\.0+)?$)\d{1,4}(\.\d{1,2})?$/, 'square metres above zero, such as 4.5')
  .meta({ id: 'AreaM2' })
const RowLabel = z.string().trim().min(1).max(10)
const Lot = z.int().min(1).max(999)
const PositionGrade = z.int().min(1).max(3)
const Phone = z.string().regex(/^0\d{8,10}$/, 'a phone number such as 0912345678')

/** `POST /v1/markets/:id/zones` */
export const CreateZone = z
  .object({
    code: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z0-9]{1,6}$/, 'one to six letters or digits'),
    name: Name,
  })
  .meta({ id: 'CreateZone' })
export type CreateZone = z.infer<typeof CreateZone>
/** `PUT /v1/zones/:id`: the zones are shown in the order of `position`. */
export const UpdateZone = z
  .object({ name: Name, position: z.int().min(0).max(999) })
  .meta({ id: 'UpdateZone' })
export type UpdateZone = z.infer<typeof UpdateZone>
export const Zone = z
  .object({ id: z.string(), code: z.string(), name: z.string(), position: z.int(), stallCount: z.int() })
  .meta({ id: 'Zone' })
export type Zone = z.infer<typeof Zone>
export const Zones = pageOf(Zone).meta({ id: 'Zones' })
export type Zones = z.infer<typeof Zones>

/** A stall's code as the market says it; its own code is put before it (`SD-AU01`), since codes are public everywhere. */
const StallCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'letters, digits and hyphens')
  .max(16)

const stallFields = {
  name: Name,
  zoneId: z.string(),
  kind: z.enum(STALL_KINDS),
  areaM2: AreaM2,
  positionGrade: PositionGrade,
  /** Where it stands on the map: the row, and the lot along it; both or neither. */
  rowLabel: RowLabel.nullable(),
  lot: Lot.nullable(),
}
const isPlaced = ({ rowLabel, lot }: { rowLabel: string | null; lot: number | null }) =>
  (rowLabel === null) === (lot === null)

/** `POST /v1/markets/:id/stalls`: opens its accounts in the books and gives it its printed code's memo. */
export const CreateStall = z
  .object({ code: StallCode, ...stallFields })
  .refine(isPlaced, { path: ['lot'], message: 'a row needs a lot, and a lot a row' })
  .meta({ id: 'CreateStall' })
export type CreateStall = z.infer<typeof CreateStall>

/** `PUT /v1/stalls/:id/register`: another zone holds from today on; sums of the past stay where they were made. */
export const UpdateStall = z
  .object({ ...stallFields, status: z.enum(STALL_STATUSES) })
  .refine(isPlaced, { path: ['lot'], message: 'a row needs a lot, and a lot a row' })
  .meta({ id: 'UpdateStall' })
export type UpdateStall = z.infer<typeof UpdateStall>

/** A stall as the register has it, with who has it today. */
export const RegisterStall = z
  .object({
    id: z.string(),
    code: z.string(),
    name: z.string(),
    zoneId: z.string(),
    zoneCode: z.string(),
    kind: z.enum(STALL_KINDS),
    areaM2: z.string(),
    positionGrade: z.int(),
    rowLabel: z.string().nullable(),
    lot: z.int().nullable(),
    status: z.enum(STALL_STATUSES),
    state: z.enum(STALL_STATES),
    salesConsent: z.boolean(),
    contract: z
      .object({ id: z.string(), number: z.string(), holderName: z.string(), endsOn: Day.nullable() })
      .nullable(),
  })
  .meta({ id: 'RegisterStall' })
export type RegisterStall = z.infer<typeof RegisterStall>

/** How many stalls are in each state, of the whole filter without its `state`. */
export const RegisterPage = pageOf(RegisterStall)
  .extend({ counts: z.record(z.enum(STALL_STATES), z.int()) })
  .meta({ id: 'RegisterPage' })
export type RegisterPage = z.infer<typeof RegisterPage>

const Holder = z.object({
  id: z.string(),
  name: z.string(),
  registeredName: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
})
export const Stallholders = pageOf(Holder.extend({ stallCodes: z.array(z.string()) })).meta({
  id: 'Stallholders',
})
export type Stallholders = z.infer<typeof Stallholders>

const Pause = z.object({
  id: z.string(),
  fromDay: Day,
  toDay: Day.nullable(),
  reason: z.string(),
  noticedOn: Day,
})

/** Who rents (liable for the charges) apart from who sells, when they are two. `depositVnd` is what was agreed. */
export const Contract = z
  .object({
    id: z.string(),
    number: z.string(),
    stallId: z.string(),
    stallCode: z.string(),
    stallName: z.string(),
    holder: Holder,
    seller: Holder.nullable(),
    kind: z.enum(CONTRACT_KINDS),
    state: z.enum(CONTRACT_STATES),
    signedOn: Day.nullable(),
    startsOn: Day,
    endsOn: Day.nullable(),
    endedOn: Day.nullable(),
    endReason: z.enum(CONTRACT_END_REASONS).nullable(),
    depositVnd: TotalVnd,
    transferredFrom: z.string().nullable(),
    pauses: z.array(Pause),
  })
  .meta({ id: 'Contract' })
export type Contract = z.infer<typeof Contract>
export const ContractPage = pageOf(Contract).meta({ id: 'ContractPage' })
export type ContractPage = z.infer<typeof ContractPage>

/** What the ledger holds of a stall's deposit, beside what its contract of today agreed; a code while some is missing. */
export const StallDeposit = z.object({
  agreedVnd: TotalVnd,
  heldVnd: TotalVnd,
  missingVnd: TotalVnd,
  code: z.string().nullable(),
  payload: z.string().nullable(),
  payee: z.object({ bankName: z.string(), number: z.string(), holder: z.string() }).nullable(),
})

/** `GET /v1/stalls/:id/register`: all of a stall but what it sells, which the board does not see here. */
export const StallRecord = RegisterStall.extend({
  demo: z.boolean(),
  /** Whether it has an account that shoppers can pay to; its charges are paid to the board's in any case. */
  hasAccount: z.boolean(),
  contracts: z.array(Contract),
  deposit: StallDeposit,
  zones: z.array(z.object({ fromDay: Day, zoneCode: z.string(), zoneName: z.string() })),
  meters: z.array(
    z.object({
      service: z.enum(['electricity', 'water']),
      serial: z.string(),
      installedOn: Day,
      removedOn: Day.nullable(),
    }),
  ),
}).meta({ id: 'StallRecord' })
export type StallRecord = z.infer<typeof StallRecord>

/** Somebody the register knows (`id`), or somebody new by name. */
const NewHolder = z.object({
  id: z.string().nullish(),
  name: Name,
  registeredName: z.string().trim().max(160).nullish(),
  phone: Phone.nullish(),
  email: z.email().max(160).nullish(),
})
export type NewHolder = z.infer<typeof NewHolder>

const agreed = {
  number: z.string().trim().min(1).max(60),
  holder: NewHolder,
  seller: NewHolder.nullish(),
  signedOn: Day.nullish(),
  endsOn: Day.nullish(),
  depositVnd: TotalVnd.max(10_000_000_000).default(0),
}

/** `POST /v1/markets/:id/contracts` */
export const CreateContract = z
  .object({ stallId: z.string(), kind: z.enum(CONTRACT_KINDS), startsOn: Day, ...agreed })
  .meta({ id: 'CreateContract' })
export type CreateContract = z.infer<typeof CreateContract>

/** `POST /v1/contracts/:id/renew`: a later agreed end, or none. */
export const RenewContract = z.object({ endsOn: Day.nullable() }).meta({ id: 'RenewContract' })
export type RenewContract = z.infer<typeof RenewContract>

/** `POST /v1/contracts/:id/end`: `endedOn` is its last day. */
export const EndContract = z
  .object({ endedOn: Day, reason: z.enum(['expired', 'terminated']) })
  .meta({ id: 'EndContract' })
export type EndContract = z.infer<typeof EndContract>

/** `POST /v1/contracts/:id/transfer` (sang nhượng): ends it on `lastDay`; another takes the stall over the next day. */
export const TransferContract = z.object({ lastDay: Day, ...agreed }).meta({ id: 'TransferContract' })
export type TransferContract = z.infer<typeof TransferContract>

/** `POST /v1/contracts/:id/pause`: closed by notice from a day to another, or until further word. */
export const PauseContract = z
  .object({
    fromDay: Day,
    toDay: Day.nullish(),
    reason: z.string().trim().min(3).max(200),
    noticedOn: Day,
  })
  .meta({ id: 'PauseContract' })
export type PauseContract = z.infer<typeof PauseContract>

/** `POST /v1/contracts/:id/resume`: the first day on which the stall is open again. */
export const ResumeContract = z.object({ openOn: Day }).meta({ id: 'ResumeContract' })
export type ResumeContract = z.infer<typeof ResumeContract>

/** A stall on the map. `charges` is null for whoever may not see charges. */
const MapStall = RegisterStall.pick({
  id: true,
  code: true,
  name: true,
  kind: true,
  lot: true,
  state: true,
}).extend({
  holderName: z.string().nullable(),
  charges: z.object({ standing: z.enum(CHARGE_STANDINGS), outstandingVnd: TotalVnd }).nullable(),
})
export type MapStall = z.infer<typeof MapStall>

/** `GET /v1/markets/:id/stall-map`: zones, the rows of each, their lots in order. A row without a label holds the unplaced. */
export const StallMap = z
  .object({
    zones: z.array(
      z.object({
        id: z.string(),
        code: z.string(),
        name: z.string(),
        rows: z.array(z.object({ label: z.string().nullable(), stalls: z.array(MapStall) })),
      }),
    ),
  })
  .meta({ id: 'StallMap' })
export type StallMap = z.infer<typeof StallMap>
