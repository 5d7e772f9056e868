/** One measurement: ours beside a yardstick of the same run, so that the machine does not matter. */
export type Row = {
  id: string
  ours: number
  /** Null where a figure stands for itself. */
  beside: number | null
  ratio: number | null
  aim: string
  unit: string
  note?: string
}

const startedAt = performance.now()

/** Shows how far the bench has come, beside its answer and not in it. */
export function say(line: string): void {
  console.error(`${String(Math.round((performance.now() - startedAt) / 1_000)).padStart(4)} s  ${line}`)
}

export function toRow(row: Omit<Row, 'ratio'>): Row {
  const { id, ours, beside, aim, unit, note } = row
  return {
    id,
    ours: round(ours),
    beside: beside === null ? null : round(beside),
    ratio: beside === null ? null : Math.round((ours / beside) * 100) / 100,
    aim,
    unit,
    ...(note === undefined ? {} : { note }),
  }
}

/**
 * Measures two things by turns, so that whatever else the machine does hits both, and answers the middle of each. The
 * first round of each warms up and does not count.
 */
export async function byTurns(
  rounds: number,
  ours: () => Promise<number>,
  beside: () => Promise<number>,
): Promise<{ ours: number; beside: number }> {
  const taken: { ours: number[]; beside: number[] } = { ours: [], beside: [] }
  for (let at = 0; at <= rounds; at++) {
    const figures = { ours: await ours(), beside: await beside() }
    if (at === 0) continue
    taken.ours.push(figures.ours)
    taken.beside.push(figures.beside)
  }
  return { ours: percentile(taken.ours, 0.5), beside: percentile(taken.beside, 0.5) }
}

/** How many a second `work` gets done; it answers how many it did. */
export async function rateOf(work: () => Promise<number>): Promise<number> {
  const began = performance.now()
  const count = await work()
  return (count * 1_000) / (performance.now() - began)
}

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.POSITIVE_INFINITY
}

export function round(value: number): number {
  return value > 100 ? Math.round(value) : Math.round(value * 100) / 100
}

/** Bytes of memory that the service holds, as it tells Prometheus. */
export async function memoryOf(metricsPort: number): Promise<number> {
  const text = await (await fetch(`http://localhost:${metricsPort}/metrics`)).text()
  const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])
  if (!(bytes > 0)) throw new Error('the service does not tell its memory')
  return bytes
}
