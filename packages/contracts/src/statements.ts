import { z } from 'zod'
import { Day, Moment, TotalVnd } from './primitives.ts'

/** A statement may hold this much; a month of a busy stall has a hundredth of it. */
export const STATEMENT_MAX_BYTES = 20 * 1024 * 1024

/** Which header of a table means what, where a person mapped the columns by hand. */
export const StatementColumns = z.partialRecord(
  z.enum([
    'occurredAt',
    'time',
    'reference',
    'debit',
    'credit',
    'amount',
    'sign',
    'balance',
    'content',
    'currency',
  ]),
  z.string().trim().min(1).max(120),
)
export type StatementColumns = z.infer<typeof StatementColumns>

/** What is asked along with a file: how to read its columns, and whether one without any balance is taken all the same. */
export const StatementQuery = z.object({
  profile: z.enum(['vietcombank', 'mb', 'techcombank', 'vietinbank', 'bidv', 'agribank']).optional(),
  columns: z
    .string()
    .max(2_000)
    .transform((text, ctx) => {
      try {
        return StatementColumns.parse(JSON.parse(text))
      } catch {
        ctx.addIssue({ code: 'custom', message: 'columns by what they mean, as JSON' })
        return z.NEVER
      }
    })
    .optional(),
  unchecked: z.stringbool().default(false),
})
export type StatementQuery = z.infer<typeof StatementQuery>

/** A statement that was brought or delivered, and how far its rows are: `rowsDone` of them are looked at, each joined, added or held. */
export const StatementRecord = z
  .object({
    id: z.string(),
    accountId: z.string(),
    format: z.string(),
    profile: z.string().nullable(),
    fromDay: Day,
    toDay: Day,
    openingVnd: TotalVnd.nullable(),
    closingVnd: TotalVnd.nullable(),
    rowCount: z.int(),
    rowsDone: z.int(),
    joined: z.int(),
    added: z.int(),
    held: z.int(),
    importedAt: Moment,
    /** What the connection that delivered it is called; null when a person brought it. */
    deliveredBy: z.string().nullable(),
  })
  .meta({ id: 'StatementRecord' })
export type StatementRecord = z.infer<typeof StatementRecord>
export const StatementList = z
  .object({ items: z.array(StatementRecord), nextCursor: z.null() })
  .meta({ id: 'StatementList' })
export type StatementList = z.infer<typeof StatementList>

/** The answer to a bank that delivered a statement by itself; the same for the same file. */
export const StatementDelivered = z
  .object({ success: z.literal(true), statementId: z.string(), rowCount: z.int() })
  .meta({ id: 'StatementDelivered' })

/** The first rows of a table, and what each column is taken for, so that a person can map them by hand. */
export const StatementPreview = z
  .object({
    rows: z.array(z.object({ line: z.int(), cells: z.array(z.string()) })),
    headerLine: z.int().nullable(),
    columns: z.array(z.object({ title: z.string(), roles: z.array(z.string()) })),
  })
  .meta({ id: 'StatementPreview' })
export type StatementPreview = z.infer<typeof StatementPreview>
