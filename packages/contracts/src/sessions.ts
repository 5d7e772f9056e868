import { z } from 'zod'
import { Day, Moment } from './primitives.ts'
import { DELEGABLE_PERMISSIONS, holds, ROLES, type Permission } from './roles.ts'

export const LogIn = z
  .object({
    login: z.string().trim().min(1).max(80),
    secret: z.string().min(1).max(200),
    /** Six digits of an authenticator app, or one of the recovery codes. */
    totp: z.string().max(40).optional(),
    deviceToken: z.string().max(200).optional(),
  })
  .meta({ id: 'LogIn' })
export type LogIn = z.infer<typeof LogIn>

export const SessionUser = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  stallId: z.string().nullable(),
})

/** A market that one person works in, and what she is there. */
export const MyMarket = z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES) })
export type MyMarket = z.infer<typeof MyMarket>

/** A market whose administrator asks her to work there; she has not answered yet. */
export const Invitation = z.object({ id: z.string(), marketName: z.string(), role: z.enum(ROLES) })
export type Invitation = z.infer<typeof Invitation>

/** The answer to a log-in and to `GET /v1/me`: who you are, where, and the token your changes must carry. */
export const Me = z
  .object({
    user: SessionUser,
    roles: z.array(z.enum(ROLES)),
    market: z.object({ id: z.string(), name: z.string(), demo: z.boolean() }),
    /** What others handed on to this person, until when. */
    delegated: z.array(z.object({ permission: z.enum(DELEGABLE_PERMISSIONS), until: Day, by: z.string() })),
    /** The second step of the log-in: whether it is on, and whether nothing else works before it is. */
    totp: z.object({ on: z.boolean(), isDue: z.boolean() }),
    csrfToken: z.string(),
    expiresAt: Moment,
    /** This one, and each other that could be read. A phone that was last online long ago may not know them. */
    markets: z.array(MyMarket).optional(),
    invitations: z.array(Invitation).optional(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

/** A browser that somebody has logged in with, and whether it is logged in now. `name` is what it calls itself, null when nothing known. */
export const SessionDevice = z.object({
  id: z.string(),
  name: z.string().nullable(),
  since: Moment,
  lastSeenAt: Moment,
  open: z.boolean(),
  current: z.boolean(),
})
export type SessionDevice = z.infer<typeof SessionDevice>

export const SessionList = z.object({ items: z.array(SessionDevice) }).meta({ id: 'SessionList' })
export type SessionList = z.infer<typeof SessionList>
/** True when whoever is logged in holds `permission`, by role or by delegation. */
export function mayDo(me: Pick<Me, 'user' | 'delegated'>, permission: Permission): boolean {
  const delegated = me.delegated.map((one) => one.permission)
  return holds({ role: me.user.role, delegated }, permission)
}

/** One-tap log-ins, given out by a demo market only. */
export const DemoLogins = z
  .object({
    logins: z.array(
      z.object({
        login: z.string(),
        secret: z.string(),
        role: z.enum(ROLES),
        label: z.string(),
        marketName: z.string(),
        app: z.enum(['merchant', 'admin']),
      }),
    ),
  })
  .meta({ id: 'DemoLogins' })
export type DemoLogins = z.infer<typeof DemoLogins>
