import type { PostItem, PostResult } from './post.ts'
import { answer, contentOf, EMPTY, type Model } from './testing-model.ts'

/** One try of one client, between two ticks of the test's own clock. A try without an answer has no end. */
export type Attempt =
  | { op: 'post'; start: number; end: number; items: readonly PostItem[]; results: PostResult[] | null }
  | { op: 'read'; start: number; end: number; sums: ReadonlyMap<string, string> }

/** What the database holds in the end: txns by number with the block of each, and the closed days with their heights. */
export type Committed = {
  txns: { seq: bigint; block: bigint; businessDay: string; item: PostItem }[]
  closes: { businessDay: string; height: bigint }[]
}

type Placed = Attempt & { height: number; created: boolean }

/**
 * Whether what clients were told can have happened in one order (linearisability). The ledger's own numbers are the order:
 * each block is replayed through the model, and must be one try, answered as the model answers there, or one that never
 * got its answer; a try that created nothing, and a read, must be right at some height that it can have seen. Answers what
 * is impossible, or null; and the model in the end.
 */
export function checkHistory(
  attempts: readonly Attempt[],
  { txns, closes }: Committed,
): { wrong: string | null; model: Model } {
  const blocks = [...Map.groupBy(txns, ({ block }) => block).values()]
  const models: Model[] = [EMPTY]
  const placed: Placed[] = []
  const left = new Set(attempts)
  for (const [at, block] of blocks.entries()) {
    const model = models[at] ?? EMPTY
    const found = findAttempt(left, model, block)
    if (found === null) return { wrong: `block ${at + 1} was asked for by nobody`, model }
    left.delete(found.attempt)
    placed.push({ ...found.attempt, height: at + 1, created: true })
    models.push(found.after)
    const day = wrongDay(block, closes)
    if (day !== null) return { wrong: day, model }
  }
  const model = models.at(-1) ?? EMPTY
  for (const attempt of left) {
    if (attempt.end === Number.POSITIVE_INFINITY) continue
    const from = Math.max(0, ...placed.filter((one) => one.created && one.end < attempt.start).map(heightOf))
    const to = Math.min(
      blocks.length,
      ...placed.filter((one) => one.created && one.start > attempt.end).map((one) => one.height - 1),
    )
    const height = models.findIndex((one, at) => at >= from && at <= to && isAnswerOf(attempt, one))
    if (height < 0) return { wrong: `at no height from ${from} to ${to}: ${show(attempt)}`, model }
  }
  const late = placed.find((one) =>
    placed.some((other) => other.end < one.start && other.height > one.height),
  )
  return { wrong: late === undefined ? null : `answered before, but posted after: ${show(late)}`, model }
}

const heightOf = ({ height }: Placed): number => height

function findAttempt(left: ReadonlySet<Attempt>, model: Model, block: Committed['txns']) {
  // Those with an answer first: of two tries of the same, the one that was told so posted it.
  for (const attempt of [...left].toSorted((a, b) => a.end - b.end)) {
    if (attempt.op !== 'post') continue
    const { results, after } = answer(model, attempt.items)
    const isThisBlock =
      after.txns.length - model.txns.length === block.length &&
      block.every(({ seq, item }) => {
        const txn = after.txns[Number(seq) - 1]
        return txn !== undefined && txn.idemKey === item.idemKey && contentOf(txn) === contentOf(item)
      })
    if (isThisBlock && (attempt.results === null || same(attempt.results, results))) return { attempt, after }
  }
  return null
}

function isAnswerOf(attempt: Attempt, model: Model): boolean {
  if (attempt.op === 'read') {
    return [...attempt.sums].every(([id, sums]) => {
      const { debitVnd, creditVnd } = model.sums.get(id) ?? { debitVnd: 0n, creditVnd: 0n }
      return sums === `${debitVnd} ${creditVnd}`
    })
  }
  const { results, after } = answer(model, attempt.items)
  return after === model && attempt.results !== null && same(attempt.results, results)
}

/** The day of a txn is the bank's, or the first that was open when it was posted. */
function wrongDay(block: Committed['txns'], closes: Committed['closes']): string | null {
  const wrong = block.find(({ businessDay, item, block: height }) => {
    const closed = closes.filter((close) => close.height < height).map((close) => dayAfter(close.businessDay))
    return businessDay !== [localDay(item.occurredAt), ...closed].toSorted().at(-1)
  })
  return wrong === undefined ? null : `txn ${wrong.seq} is on ${wrong.businessDay}`
}

const localDay = (moment: Date): string =>
  new Date(moment.getTime() + 7 * 3_600_000).toISOString().slice(0, 10)

const dayAfter = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)

const same = (a: unknown, b: unknown): boolean => show(a) === show(b)

const show = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'bigint' ? `${one}` : one instanceof Map ? [...one] : one,
  )
