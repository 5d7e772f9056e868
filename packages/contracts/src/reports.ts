import { z } from 'zod'
import { Period } from './charges.ts'
import { Day, Moment } from './primitives.ts'

/** The board's reports, in the order of the screen that lists them. */
export const REPORTS = [
  'cash-book',
  'collectors',
  'round',
  'ageing',
  'bank-payers',
  'contracts',
  'meters',
  'occupancy',
  'cashless',
  'ward-month',
] as const
export type ReportId = (typeof REPORTS)[number]

/**
 * What a report may be asked for: one day, days from–to, the day that it looks from, a month, or how many days ahead. What is
 * not said has a default, which the report says back.
 */
export const REPORT_PARAMETERS = ['day', 'from', 'to', 'asOf', 'period', 'withinDays'] as const
export type ReportParameter = (typeof REPORT_PARAMETERS)[number]

export const ReportQuery = z.object({
  day: Day.optional(),
  from: Day.optional(),
  to: Day.optional(),
  asOf: Day.optional(),
  period: Period.optional(),
  withinDays: z.coerce.number().int().min(0).max(3_650).optional(),
})
export type ReportQuery = z.infer<typeof ReportQuery>

/** A word of a report in both languages: the same columns stand on the screen, in the spreadsheet and on paper. */
const ReportWords = z.object({ vi: z.string(), en: z.string() })
export type ReportWords = z.infer<typeof ReportWords>

export const ReportInfo = z
  .object({
    id: z.enum(REPORTS),
    title: ReportWords,
    /** What it answers, in a sentence. */
    about: ReportWords,
    parameters: z.array(z.enum(REPORT_PARAMETERS)),
  })
  .meta({ id: 'ReportInfo' })
export type ReportInfo = z.infer<typeof ReportInfo>
/** `GET /v1/markets/:id/reports`: the reports that the asking role may read. */
export const ReportCatalogue = z.object({ items: z.array(ReportInfo), nextCursor: z.string().nullable() })
export type ReportCatalogue = z.infer<typeof ReportCatalogue>

/** Where a figure opens to its rows: a page of the board's app and what to ask it for. */
const ReportWay = z.object({ page: z.string(), query: z.record(z.string(), z.string()) })
export type ReportWay = z.infer<typeof ReportWay>

/** `money` is whole đồng, `count` any other whole number; a `main` column is what a phone shows first. */
const ReportColumn = z.object({
  id: z.string(),
  head: ReportWords,
  kind: z.enum(['text', 'day', 'money', 'count']),
  main: z.boolean(),
})
const ReportCell = z.union([z.string(), z.int(), ReportWords]).nullable()
export type ReportCell = z.infer<typeof ReportCell>

/** `cells` stand in the order of the columns; `ways` likewise, null where a figure opens to nothing or not for this role. */
const ReportRow = z.object({ cells: z.array(ReportCell), ways: z.array(ReportWay.nullable()) })
export type ReportRow = z.infer<typeof ReportRow>

/** `total` is of all `rowCount` rows, of which a screen is sent the first thousand. */
export const ReportTable = z.object({
  id: z.string(),
  title: ReportWords,
  note: ReportWords.nullable(),
  columns: z.array(ReportColumn),
  rows: z.array(ReportRow),
  rowCount: z.int(),
  total: ReportRow.nullable(),
})
export type ReportTable = z.infer<typeof ReportTable>

/** `GET /v1/markets/:id/reports/:report`. `asked` is what it was made for, defaults included. */
export const Report = z
  .object({
    info: ReportInfo,
    asked: z.object({
      day: Day.optional(),
      from: Day.optional(),
      to: Day.optional(),
      asOf: Day.optional(),
      period: Period.optional(),
      withinDays: z.int().optional(),
    }),
    madeAt: Moment,
    tables: z.array(ReportTable),
  })
  .meta({ id: 'Report' })
export type Report = z.infer<typeof Report>
