import { SERVICES, type DraftCharge, type RoundPreview } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { monthBefore } from '../days.ts'
import { cutPageBy, readWords, writeWords } from '../http/cursor.ts'
import { listCited } from '../tariffs/repository.ts'
import { compareMonths, nameOf, sizeOf, type Billed, type Comparison } from './compare.ts'
import { draftMonth, type Draft, type Problem } from './drafts.ts'
import { listBilled } from './round-rows.ts'

export type PreviewQuery = { cursor?: string | undefined; limit: number }

/** What a month would bill now, beside the month before, and what keeps it from being billed. */
export async function getRoundPreview(
  tx: Tx,
  marketId: string,
  { period, ...query }: PreviewQuery & { period: string },
): Promise<RoundPreview> {
  const { drafts, problems } = await draftMonth(tx, marketId, period)
  return previewOf(tx, marketId, { period, drafts, problems }, query)
}

/** A page of drafts beside the month before, the largest differences first, with the sums of all of them. */
export async function previewOf(
  tx: Tx,
  marketId: string,
  { period, drafts, problems }: { period: string; drafts: readonly Draft[]; problems: Problem[] },
  { cursor, limit }: PreviewQuery,
): Promise<RoundPreview> {
  const before = await listBilled(tx, marketId, monthBefore(period))
  const after = readDraftCursor(cursor)
  const rest = compareMonths(drafts, before).filter((one) => after === null || isAfter(one, after))
  const { rows, nextCursor } = cutPageBy(rest, limit, (last) => writeWords(sizeOf(last), nameOf(last)))
  return {
    period,
    items: await toDraftCharges(tx, marketId, rows),
    nextCursor,
    totals: totalsOf(drafts, before),
    problems,
  }
}

function readDraftCursor(text: string | undefined): { sizeVnd: bigint; name: string } | null {
  const words = readWords(text, /^(\d{1,18}) (\S{1,80})$/)
  return words === null ? null : { sizeVnd: BigInt(words[0]), name: words[1] }
}

function isAfter(one: Comparison, after: { sizeVnd: bigint; name: string }): boolean {
  const sizeVnd = sizeOf(one)
  return sizeVnd < after.sizeVnd || (sizeVnd === after.sizeVnd && nameOf(one) > after.name)
}

async function toDraftCharges(tx: Tx, marketId: string, page: readonly Comparison[]): Promise<DraftCharge[]> {
  const cited = page.flatMap(({ now }) => now?.lines.map(({ tariffId }) => tariffId) ?? [])
  const decisions = new Map(
    (await listCited(tx, marketId, [...new Set(cited)])).map(({ id, decision }) => [id, decision]),
  )
  return page.map(({ now, place, lastVnd, differenceVnd, reasons }) => ({
    stallId: place.stallId,
    stallCode: place.stallCode,
    stallName: place.stallName,
    zoneCode: place.zoneCode,
    contractId: place.contractId,
    totalVnd: vndToJson(now?.totalVnd ?? 0n),
    lastVnd: lastVnd === null ? null : vndToJson(lastVnd),
    differenceVnd: vndToJson(differenceVnd),
    reasons,
    lines: (now?.lines ?? []).map(({ name, formula, amountVnd, tariffId }) => ({
      name,
      formula,
      amountVnd: vndToJson(amountVnd),
      decision: decisions.get(tariffId) ?? '',
    })),
  }))
}

function totalsOf(drafts: readonly Draft[], before: readonly Billed[]): RoundPreview['totals'] {
  const lines = drafts.flatMap((draft) => draft.lines)
  const own = lines.filter(({ passThrough }) => !passThrough)
  const passed = lines.filter(({ passThrough }) => passThrough)
  return {
    chargeCount: drafts.length,
    totalVnd: sum(drafts, ({ totalVnd }) => totalVnd),
    netVnd: sum(own, ({ netVnd }) => netVnd),
    vatVnd: sum(own, ({ vatVnd }) => vatVnd),
    passThroughVnd: sum(passed, ({ amountVnd }) => amountVnd),
    lastVnd: before.length === 0 ? null : sum(before, ({ totalVnd }) => totalVnd),
    byService: SERVICES.flatMap((service) => {
      const some = lines.filter((line) => line.service === service)
      if (some.length === 0) return []
      const chargeCount = drafts.filter((draft) =>
        draft.lines.some((line) => line.service === service),
      ).length
      return [{ service, chargeCount, totalVnd: sum(some, ({ amountVnd }) => amountVnd) }]
    }),
  }
}

function sum<T>(rows: readonly T[], value: (row: T) => bigint): number {
  return vndToJson(rows.reduce((all, row) => all + value(row), 0n))
}
