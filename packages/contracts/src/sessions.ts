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

/** The answer to a log-in and to `GET /v1/me`: who you are, where, and the token your changes must carry. */
export const Me = z
  .object({
    user: SessionUser,
    roles: z.array(z.enum(ROLES)),
    market: z.object({ id: z.string(), name: z.string(), demo: z.boolean() }),
    csrfToken: z.string(),
    expiresAt: Moment,
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
