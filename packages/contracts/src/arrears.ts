import { z } from 'zod'
import { Day, Moment, TotalVnd, pageOf } from './primitives.ts'

/** The ages of a debt, in days since it was due; what is not due yet stands apart. */
export const DEBT_AGES = ['notDue', 'to30', 'to60', 'to90', 'over90'] as const
export type DebtAge = (typeof DEBT_AGES)[number]

const Ages = z.object({
  notDueVnd: TotalVnd,
  to30Vnd: TotalVnd,
  to60Vnd: TotalVnd,
  to90Vnd: TotalVnd,
  over90Vnd: TotalVnd,
  owedVnd: TotalVnd,
})
export const StallArrears = Ages.extend({
  stallId: z.string(),
  stallCode: z.string(),
  stallName: z.string(),
  zoneCode: z.string(),
  oldestDueOn: Day,
  /** A charge of it is disputed now. */
  disputed: z.boolean(),
})
export type StallArrears = z.infer<typeof StallArrears>
export const ZoneArrears = Ages.extend({ zoneCode: z.string(), zoneName: z.string(), stalls: z.int() })
export type ZoneArrears = z.infer<typeof ZoneArrears>

/**
 * `GET /v1/markets/:id/arrears?asOf=`: what is owed at the end of a day (today, when none is named), by how long it is past
 * due: a page of stalls, who owes most first. The zones and `total` are of all stalls. Of a day that is past it is what was
 * owed then. `dueBetween` are the days on which the charges of an age were due, so that each figure opens to them:
 * `GET …/charges?stallId=&dueFrom=&dueTo=`.
 */
export const ArrearsPage = pageOf(StallArrears)
  .extend({
    asOf: Day,
    zones: z.array(ZoneArrears),
    total: Ages.extend({ stalls: z.int() }),
    dueBetween: z.record(z.enum(DEBT_AGES), z.object({ from: Day.nullable(), to: Day.nullable() })),
  })
  .meta({ id: 'ArrearsPage' })
export type ArrearsPage = z.infer<typeof ArrearsPage>

/**
 * `kept`: what was promised (or, when no sum was, all that was owed) was paid from the visit to the end of the day. `broken`:
 * the day is over and it was not. `waiting`: the day is not over. In the order in which they need somebody.
 */
export const PROMISE_STATES = ['waiting', 'broken', 'kept'] as const
export type PromiseState = (typeof PROMISE_STATES)[number]
export const PaymentPromise = z.object({
  visitId: z.string(),
  stallId: z.string(),
  stallCode: z.string(),
  stallName: z.string(),
  collectorName: z.string(),
  visitedAt: Moment,
  promisedOn: Day,
  promisedVnd: TotalVnd.nullable(),
  /** What the stall owed when it promised, what it paid since until that day, and what it owes now. */
  owedThenVnd: TotalVnd,
  paidVnd: TotalVnd,
  owedVnd: TotalVnd,
  state: z.enum(PROMISE_STATES),
})
export type PaymentPromise = z.infer<typeof PaymentPromise>

/**
 * `GET /v1/markets/:id/promises`: a page of those for a day from 90 days ago on, by state and then the latest day first.
 * `counts` are of all of them.
 */
export const PromisePage = pageOf(PaymentPromise)
  .extend({ counts: z.record(z.enum(PROMISE_STATES), z.int()) })
  .meta({ id: 'PromisePage' })
export type PromisePage = z.infer<typeof PromisePage>
