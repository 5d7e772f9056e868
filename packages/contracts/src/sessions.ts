import { z } from 'zod'
import { Moment } from './primitives.ts'
import { ROLES } from './roles.ts'

export const LogIn = z
  .object({
    login: z.string().trim().min(1).max(80),
    secret: z.string().min(1).max(200),
    totp: z.string().max(12).optional(),
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
    csrfToken: z.string(),
    expiresAt: Moment,
    /** This one, and each other that could be read. A phone that was last online long ago may not know them. */
    markets: z.array(MyMarket).optional(),
    invitations: z.array(Invitation).optional(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

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
