import { z } from 'zod'
import { Moment } from './primitives.ts'
import { ROLES } from './roles.ts'

/**
 * What somebody of another market may be asked to be here: one of the board. A stall's people get in by a code of that stall, which
 * its holder sees; a leader is one of the market's own.
 */
export const MEMBER_ROLES = [
  'head',
  'accountant',
  'cashier',
  'collector',
  'technician',
  'ward',
  'admin',
] as const
export type MemberRole = (typeof MEMBER_ROLES)[number]

/** Asks whoever logs in by `login`, at another market, to work in this one too. */
export const NewMembership = z
  .object({
    login: z.string().trim().min(1).max(80),
    name: z.string().trim().min(1).max(120),
    role: z.enum(MEMBER_ROLES),
  })
  .meta({ id: 'NewMembership' })
export type NewMembership = z.infer<typeof NewMembership>

/** Somebody of another market who works in this one, or was asked to. */
export const Membership = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    state: z.enum(['invited', 'active', 'ended']),
    invitedAt: Moment,
    acceptedAt: Moment.nullable(),
    endedAt: Moment.nullable(),
  })
  .meta({ id: 'Membership' })
export type Membership = z.infer<typeof Membership>

export const MembershipList = z
  .object({ items: z.array(Membership), nextCursor: z.null() })
  .meta({ id: 'MembershipList' })
export type MembershipList = z.infer<typeof MembershipList>

/** The answer of the person who was asked. */
export const InvitationAnswer = z
  .object({ invitationId: z.string().max(60), accepted: z.boolean() })
  .meta({ id: 'InvitationAnswer' })

export const MarketChoice = z.object({ marketId: z.string().max(60) }).meta({ id: 'MarketChoice' })
