import { z } from 'zod'
import { Moment } from './primitives.ts'

const Pin = z.string().regex(/^\d{6}$/)

/** A one-time code brings a person to a phone: a PIN of her own, and for a helper a name. */
export const Enrol = z
  .object({
    code: z.string().max(40),
    pin: Pin,
    phone: z.string().trim().max(20).optional(),
    name: z.string().trim().min(1).max(60).optional(),
  })
  .meta({ id: 'Enrol' })
export type Enrol = z.infer<typeof Enrol>

/** A code as it is shown, once: nothing that is kept leads back to it. `slip` is it on paper, a PDF in base 64. */
export const NewEnrolment = z
  .object({
    code: z.string(),
    link: z.url(),
    name: z.string(),
    expiresAt: Moment,
    slip: z.base64().nullable(),
  })
  .meta({ id: 'NewEnrolment' })
export type NewEnrolment = z.infer<typeof NewEnrolment>

/** Whether a stall's holder has a phone that is logged in, and whether a code waits for her. */
export const StallEnrolment = z
  .object({
    name: z.string().nullable(),
    enrolledAt: Moment.nullable(),
    open: z.object({ madeBy: z.string(), madeAt: Moment, expiresAt: Moment }).nullable(),
  })
  .meta({ id: 'StallEnrolment' })
export type StallEnrolment = z.infer<typeof StallEnrolment>

export const HelperList = z
  .object({
    items: z.array(
      z.object({ id: z.string(), name: z.string(), since: Moment.nullable(), lastSeenAt: Moment.nullable() }),
    ),
  })
  .meta({ id: 'HelperList' })
export type HelperList = z.infer<typeof HelperList>
