import {
  AppError,
  REPORTS,
  type Report,
  type ReportCatalogue,
  type ReportId,
  type ReportParameter,
  type ReportQuery,
  type ReportRow,
} from '@tienve/contracts'
import { inMarket, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { findMarket, findUserNames } from '../closing/repository.ts'
import type { Context } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import { can, requirePermission } from '../http/guard.ts'
import type { Actor } from '../http/types.ts'
import { requireSpan } from '../reports/service.ts'
import { CASH_REPORTS } from './cash.ts'
import { DEBT_REPORTS } from './debts.ts'
import { MONTH_REPORTS } from './month.ts'
import type { Printed } from './paper.ts'
import { PLACE_REPORTS } from './places.ts'
import { PAGE_PERMISSIONS, type Asked, type Definition, type Table } from './shape.ts'

/** What a report is read with. */
type Clocked = Pick<Context, 'db' | 'now'>

const SOON_DAYS = 60
const MOST_ROWS = 1_000

/** Every report of the board, as data: one more is one more entry. */
const DEFINITIONS: ReadonlyMap<ReportId, Definition> = new Map(
  [...CASH_REPORTS, ...DEBT_REPORTS, ...PLACE_REPORTS, ...MONTH_REPORTS].map((one) => [one.info.id, one]),
)

/** The reports that somebody may read, in the order of the list. */
export function getCatalogue(actor: Actor): ReportCatalogue {
  const items = REPORTS.map(definitionOf).filter(({ permission }) => can(actor, permission))
  return { items: items.map(({ info }) => info), nextCursor: null }
}

/** A report for a screen. Errors: `role_forbidden`, `day_invalid`. */
export async function getReport(
  ctx: Clocked,
  actor: Actor,
  id: ReportId,
  query: ReportQuery,
): Promise<Report> {
  const { definition, asked, tables } = await readTables(ctx, actor, id, query)
  return {
    info: definition.info,
    asked: namedOf(definition, asked),
    madeAt: toMoment(ctx.now()),
    tables: tables.map(({ rows, columns, ...table }) => ({
      ...table,
      columns: columns.map(({ id: name, head, kind, main }) => ({ id: name, head, kind, main })),
      rows: rows.slice(0, MOST_ROWS),
      rowCount: rows.length,
    })),
  }
}

/** A report for a file, with whose it is, who made it and when. Errors: `role_forbidden`, `day_invalid`. */
export async function getPrinted(
  ctx: Clocked,
  actor: Actor,
  id: ReportId,
  query: ReportQuery,
): Promise<Printed> {
  const { definition, asked, tables, market, madeBy } = await readTables(ctx, actor, id, query)
  return {
    info: definition.info,
    asked: namedOf(definition, asked),
    marketName: market.name,
    demo: market.demo,
    madeAt: ctx.now(),
    madeBy,
    tables,
  }
}

async function readTables(ctx: Clocked, actor: Actor, id: ReportId, query: ReportQuery) {
  const definition = definitionOf(id)
  requirePermission(actor, definition.permission)
  const asked = askedOf(ctx, actor, query)
  return inMarket(ctx.db, actor.marketId, async (tx) => {
    await inOneSnapshot(tx)
    const market = await findMarket(tx, actor.marketId)
    if (market === undefined) throw new AppError('not_found')
    const names = await findUserNames(tx, actor.marketId, [actor.userId])
    const tables = (await definition.read(tx, asked)).map((table) => withOpenWays(table, asked))
    return { definition, asked, market, madeBy: names.get(actor.userId) ?? '', tables }
  })
}

/** All figures of a report are of one moment, however many statements they take. */
async function inOneSnapshot(tx: Tx): Promise<void> {
  await tx.execute(sql`set transaction isolation level repeatable read read only`)
}

function definitionOf(id: ReportId): Definition {
  const definition = DEFINITIONS.get(id)
  if (definition === undefined) throw new Error(`no report ${id}`)
  return definition
}

function askedOf(ctx: Clocked, actor: Actor, query: ReportQuery): Asked {
  const today = dayOf(ctx.now())
  const month = today.slice(0, 7)
  const to = query.to ?? today
  const span = requireSpan(ctx, { from: query.from ?? `${to.slice(0, 7)}-01`, to })
  for (const name of ['day', 'asOf'] as const) {
    const day = query[name]
    if (day !== undefined && day > today) {
      throw new AppError('day_invalid', undefined, { fields: { [name]: `at most ${today}` } })
    }
  }
  return {
    marketId: actor.marketId,
    today,
    day: query.day ?? today,
    ...span,
    asOf: query.asOf ?? today,
    period: query.period ?? month,
    withinDays: query.withinDays ?? SOON_DAYS,
    may: (permission) => can(actor, permission),
  }
}

/** What a report was made for, of the parameters that it has. */
function namedOf({ info }: Definition, asked: Asked): Report['asked'] {
  const named: [ReportParameter, string | number][] = info.parameters.map((name) => [name, asked[name]])
  return Object.fromEntries(named)
}

/** A figure opens only to what the reader may see. */
function withOpenWays(table: Table, { may }: Asked): Table {
  const isOpen = (page: string): boolean => {
    const report = REPORTS.find((id) => page === `reports/${id}`)
    const permission = report === undefined ? PAGE_PERMISSIONS[page] : definitionOf(report).permission
    return permission !== undefined && may(permission)
  }
  const open = (row: ReportRow): ReportRow => ({
    ...row,
    ways: row.ways.map((way) => (way !== null && isOpen(way.page) ? way : null)),
  })
  return { ...table, rows: table.rows.map(open), total: table.total === null ? null : open(table.total) }
}
