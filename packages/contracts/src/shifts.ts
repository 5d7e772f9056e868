import { z } from 'zod'
import { DifferenceVnd, Moment, TotalVnd, pageOf } from './primitives.ts'

/** `POST /v1/stalls/:id/shifts`: somebody begins to sell, with the cash that lies in the drawer if it was counted. */
export const StartShift = z
  .object({ openingVnd: TotalVnd.max(1_000_000_000).optional() })
  .meta({ id: 'StartShift' })
export type StartShift = z.infer<typeof StartShift>

/** `POST /v1/shifts/:id/end`: what lies in the drawer now, as it was counted. */
export const EndShift = z.object({ countedVnd: TotalVnd.max(1_000_000_000) }).meta({ id: 'EndShift' })
export type EndShift = z.infer<typeof EndShift>

/**
 * A shift as the person who sells in it sees it: when, how many sales, and the sums that they typed. What was taken, and what
 * should lie in the drawer, is the owner's to see.
 */
export const OwnShift = z
  .object({
    id: z.string(),
    stallId: z.string(),
    startedAt: Moment,
    endedAt: Moment.nullable(),
    openingVnd: TotalVnd.nullable(),
    countedVnd: TotalVnd.nullable(),
    /** Payments that were heard of and cash that was noted. */
    sales: z.int(),
    confirmedAt: Moment.nullable(),
  })
  .meta({ id: 'OwnShift' })
export type OwnShift = z.infer<typeof OwnShift>

/** The shift that the asking person has open, or else the last that is not confirmed yet. */
export const CurrentShift = z.object({ shift: OwnShift.nullable() }).meta({ id: 'CurrentShift' })
export type CurrentShift = z.infer<typeof CurrentShift>

/** A shift as the owner of the stall sees it. */
export const Shift = OwnShift.extend({
  userName: z.string(),
  /** What banks told of during the shift, at the whole stall: two shifts at one time each have all of it. */
  bankVnd: TotalVnd,
  bankCount: z.int(),
  /** Cash that this person noted during the shift, without what was taken back. */
  cashVnd: TotalVnd,
  cashCount: z.int(),
  /** What should lie in the drawer: the cash at the beginning and the cash that was noted. */
  expectedVnd: TotalVnd,
  /** What was counted less what was expected; null while the shift is open. */
  differenceVnd: DifferenceVnd.nullable(),
  note: z.string().nullable(),
}).meta({ id: 'Shift' })
export type Shift = z.infer<typeof Shift>
export const ShiftList = pageOf(Shift).meta({ id: 'ShiftList' })
export type ShiftList = z.infer<typeof ShiftList>

/** `POST /v1/shifts/:id/confirm`: the owner accepts the shift with the sum that she was shown, and may say something about it. */
export const ConfirmShift = z
  .object({ seenVnd: TotalVnd, note: z.string().trim().max(200).optional() })
  .meta({ id: 'ConfirmShift' })
export type ConfirmShift = z.infer<typeof ConfirmShift>
