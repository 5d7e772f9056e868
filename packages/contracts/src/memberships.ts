import { z } from 'zod'
import { Moment } from './primitives.ts'
import { ROLES } from './roles.ts'

/** Asks whoever logs in by `login`, at another market, to work in this one too. A stall's people say at which stall. */
export const NewMembership = z
  .object({
    login: z.string().trim().min(1).max(80),
    name: z.string().trim().min(1).max(120),
    role: z.enum(ROLES),
    stallId: z.string().max(60).optional(),
  })
  .refine(({ role, stallId }) => (role === 'stallholder' || role === 'helper') === (stallId !== undefined), {
    path: ['stallId'],
    message: 'a stallholder and a helper have one, nobody else does',
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
    stallId: z.string().nullable(),
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
