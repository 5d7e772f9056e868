import { z } from 'zod'
import { Day, Moment } from './primitives.ts'
import { DELEGABLE_PERMISSIONS, ROLES, type Role } from './roles.ts'

/** Roles of the board's people, who log in by login and password; a stall's people are enrolled at their stall. */
export const STAFF_ROLES = [
  'head',
  'accountant',
  'cashier',
  'collector',
  'technician',
  'leader',
  'ward',
  'admin',
] as const satisfies readonly Role[]

export const PASSWORD_MIN = 12
export const RECOVERY_CODES = 10
/** A person's set-up code works for three days. */
export const SET_UP_HOURS = 72
/** For how long something may be handed on at most. */
export const DELEGATION_MAX_DAYS = 92

const Login = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{2,39}$/u)
  .meta({ id: 'StaffLogin', description: 'Small letters, digits, dots and hyphens' })

/** What may become of a person's log-in. */
export const STAFF_NOTES = [
  'added',
  'role_changed',
  'ended',
  'code_made',
  'set_up',
  'totp_on',
  'totp_off',
] as const

export const Staff = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    /** A leader's zone; null for everybody else. */
    zone: z.object({ id: z.string(), name: z.string() }).nullable(),
    endedAt: Moment.nullable(),
    totpOn: z.boolean(),
    /** A set-up code that waits to be used. */
    setUpUntil: Moment.nullable(),
    notes: z.array(
      z.object({
        what: z.enum(STAFF_NOTES),
        at: Moment,
        by: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Staff' })
export type Staff = z.infer<typeof Staff>

export const StaffList = z.object({ items: z.array(Staff) }).meta({ id: 'StaffList' })
export type StaffList = z.infer<typeof StaffList>

const RoleAndZone = { role: z.enum(STAFF_ROLES), zoneId: z.string().max(60).nullable().default(null) }

export const AddStaff = z
  .object({ name: z.string().trim().min(2).max(80), login: Login, ...RoleAndZone })
  .meta({ id: 'AddStaff' })
export type AddStaff = z.infer<typeof AddStaff>

export const ChangeRole = z.object(RoleAndZone).meta({ id: 'ChangeRole' })
export type ChangeRole = z.infer<typeof ChangeRole>

export const StaffReason = z.object({ reason: z.string().trim().min(3).max(300) }).meta({ id: 'StaffReason' })

/** A set-up code, told this once. */
export const SetUpCode = z
  .object({ staff: Staff, code: z.string(), link: z.url(), until: Moment })
  .meta({ id: 'SetUpCode' })
export type SetUpCode = z.infer<typeof SetUpCode>

const Password = z.string().min(1).max(200)

export const SetUp = z
  .object({ login: z.string().trim().min(1).max(80), code: z.string().min(1).max(60), password: Password })
  .meta({ id: 'SetUp' })
export type SetUp = z.infer<typeof SetUp>

export const ChangePassword = z
  .object({ secret: z.string().min(1).max(200), password: Password })
  .meta({ id: 'ChangePassword' })
export type ChangePassword = z.infer<typeof ChangePassword>

/** The secret of an authenticator app, told while it is set up and never again. */
export const TotpBegun = z
  .object({ secret: z.string(), uri: z.string(), qrSvg: z.string() })
  .meta({ id: 'TotpBegun' })
export type TotpBegun = z.infer<typeof TotpBegun>

export const TotpCode = z.object({ code: z.string().min(1).max(40) }).meta({ id: 'TotpCode' })
export type TotpCode = z.infer<typeof TotpCode>

export const RenewCodes = TotpCode.extend({ secret: z.string().min(1).max(200) }).meta({ id: 'RenewCodes' })
export type RenewCodes = z.infer<typeof RenewCodes>

export const RecoveryCodes = z.object({ codes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' })
export type RecoveryCodes = z.infer<typeof RecoveryCodes>

export const Delegation = z
  .object({
    id: z.string(),
    permission: z.enum(DELEGABLE_PERMISSIONS),
    from: z.string(),
    to: z.object({ id: z.string(), name: z.string() }),
    fromDay: Day,
    until: Day,
    endedAt: Moment.nullable(),
    /** Whether it counts now: neither over nor ended, and both still hold what it takes. */
    isInForce: z.boolean(),
  })
  .meta({ id: 'Delegation' })
export type Delegation = z.infer<typeof Delegation>

export const DelegationList = z.object({ items: z.array(Delegation) }).meta({ id: 'DelegationList' })
export type DelegationList = z.infer<typeof DelegationList>

export const Delegate = z
  .object({ toUserId: z.string().max(60), permission: z.enum(DELEGABLE_PERMISSIONS), until: Day })
  .meta({ id: 'Delegate' })
export type Delegate = z.infer<typeof Delegate>

/** A stall that somebody had better visit, and why; never what it sells or owes. */
export const ZoneHelp = z
  .object({
    zones: z.array(z.string()),
    stallCount: z.int(),
    items: z.array(
      z.object({
        stallId: z.string(),
        code: z.string(),
        name: z.string(),
        zone: z.string(),
        needs: z.array(z.enum(['nobody_enrolled', 'no_account', 'not_heard', 'feed_deaf'])),
      }),
    ),
  })
  .meta({ id: 'ZoneHelp' })
export type ZoneHelp = z.infer<typeof ZoneHelp>
