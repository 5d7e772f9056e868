import { z } from 'zod'

/** The largest sum one NAPAS 247 transfer may carry is under 500,000,000 đồng (NAPAS format document 1.0, 8.1.1). */
export const TRANSFER_MAX_VND = 499_999_999

/** An amount that somebody may ask for or transfer: 1 to 499,999,999 whole đồng. */
export const AmountVnd = z
  .int()
  .min(1)
  .max(TRANSFER_MAX_VND)
  .meta({ id: 'AmountVnd', description: 'Whole đồng' })

/** Money that a bank says came: any whole sum above zero, since some rails carry more than NAPAS 247 does. */
export const ReceivedVnd = z.int().min(1).meta({ id: 'ReceivedVnd', description: 'Whole đồng' })

/** A total: zero or more whole đồng, as an exact integer. */
export const TotalVnd = z.int().min(0).meta({ id: 'TotalVnd', description: 'Whole đồng' })

/** A difference between two totals: may be below zero. */
export const DifferenceVnd = z.int().meta({ id: 'DifferenceVnd', description: 'Whole đồng, signed' })

/** A calendar day in Asia/Ho_Chi_Minh. ISO 8601 has a year 0, the calendar of Postgres has none. */
export const Day = z.iso
  .date()
  .refine((text) => !text.startsWith('0000'), 'there is no year 0')
  .meta({ id: 'Day', description: 'A day in Asia/Ho_Chi_Minh, YYYY-MM-DD' })

/** A moment, ISO 8601 with offset. */
export const Moment = z.iso.datetime({ offset: true }).meta({ id: 'Moment' })

/** A page of a list: `nextCursor` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export const PageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/**
 * RFC 9457, with our own `code`, `requestId`, and what is wrong with each field. `role_forbidden` says which permission was
 * lacking and which roles hold it.
 */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
    permission: z.string().optional(),
    roles: z.array(z.string()).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
