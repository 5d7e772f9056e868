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

/** The next stop of the walk that is still to be visited, after this one. */
export function nextStop(walk: Walk, queue: readonly Entry[], afterId: string): SeenStop | undefined {
  const at = walk.stops.findIndex(({ stallId }) => stallId === afterId)
  const visited = new Set(
    queue.flatMap((entry) =>
      entry.kind === 'visit' && entry.state !== 'refused' ? [entry.body.stallId] : [],
    ),
  )
  return walk.stops
    .slice(at + 1)
    .filter(({ stallId }) => !visited.has(stallId))
    .map((stop) => seenStop(stop, walk.asOf, queue))
    .find(({ owedVnd }) => owedVnd > 0)
}
