import type { Walk, WalkStop } from '@tienve/contracts'
import { takenSince, type Entry } from './queue.ts'

/** A stop with what this phone knows besides: what is still to be taken, and what it has taken itself. */
export type SeenStop = WalkStop & { owedVnd: number; takenVnd: number }

/** A stop less what this phone has taken there and the walk does not know of yet. */
export function seenStop(stop: WalkStop, asOf: string, queue: readonly Entry[]): SeenStop {
  const takenVnd = takenSince({ asOf }, queue, stop.stallId).amountVnd
  return { ...stop, owedVnd: Math.max(0, stop.outstandingVnd - takenVnd), takenVnd }
}

/** Days since the oldest charge that is still owed was due: none when nothing is overdue. */
export function daysOverdue(stop: Pick<WalkStop, 'charges' | 'overdueVnd'>, asOf: string): number {
  if (stop.overdueVnd === 0) return 0
  const today = Date.parse(asOf.slice(0, 10))
  const days = stop.charges
    .filter(({ outstandingVnd }) => outstandingVnd > 0)
    .map(({ dueOn }) => (today - Date.parse(dueOn)) / 86_400_000)
  return Math.max(0, ...days)
}

/** The stops of a zone whose code or name has what was typed, without regard to marks over letters. */
export function findStops<T extends WalkStop>(stops: readonly T[], zone: string, typed: string): T[] {
  const wanted = bare(typed)
  return stops.filter(
    (stop) =>
      (zone === '' || stop.zoneCode === zone) &&
      (wanted === '' || bare(stop.stallCode).includes(wanted) || bare(stop.stallName).includes(wanted)),
  )
}

function bare(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f\s-]/g, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
}

/** The stops of the walk after one of them, by id; null when it is not in the walk, as it is once it owes nothing. */
export function stopsAfter({ stops }: Pick<Walk, 'stops'>, stallId: string): string[] | null {
  const at = stops.findIndex((stop) => stop.stallId === stallId)
  return at < 0 ? null : stops.slice(at + 1).map((stop) => stop.stallId)
}

/** The first of these stops that is still to be visited. */
export function nextStop(walk: Walk, queue: readonly Entry[], ids: readonly string[]): SeenStop | undefined {
  const visited = new Set(
    queue.flatMap((entry) =>
      entry.kind === 'visit' && entry.state !== 'refused' ? [entry.body.stallId] : [],
    ),
  )
  const stops = new Map(walk.stops.map((stop) => [stop.stallId, stop]))
  return ids
    .flatMap((id) => (visited.has(id) ? [] : (stops.get(id) ?? [])))
    .map((stop) => seenStop(stop, walk.asOf, queue))
    .find(({ owedVnd }) => owedVnd > 0)
}
