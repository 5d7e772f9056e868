import type { AuditVerify } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import * as repository from './repository.ts'
import { digestOf, digestsIn, entryHashOf } from './rules.ts'

const ENTRIES_AT_A_TIME = 1_000
const NO_HASH = Buffer.alloc(32)

type Values = Awaited<ReturnType<typeof repository.listValues>>

/**
 * Recomputes a market's trail from its first entry and names the first that is wrong. The chain itself cannot show that its
 * newest entries were cut off together with the head: for that its last hash has to be known elsewhere.
 */
export async function verifyTrail(tx: Tx, marketId: string): Promise<AuditVerify> {
  let seq = 0n
  let prevHash: Buffer = NO_HASH
  let erased = 0
  const head = await repository.findHead(tx, marketId)
  const answer = (wrong?: { seq: bigint; why: string }): AuditVerify => ({
    ok: wrong === undefined,
    entries: Number(seq),
    erased,
    headHash: head?.hash.toString('hex') ?? null,
    ...(wrong === undefined ? {} : { firstWrong: { seq: Number(wrong.seq), why: wrong.why } }),
  })
  while (true) {
    const entries = await repository.listAfter(tx, marketId, seq, ENTRIES_AT_A_TIME)
    if (entries.length === 0) break
    const seqs = entries.map((entry) => entry.seq)
    const values = Map.groupBy(await repository.listValues(tx, marketId, seqs), (value) => value.seq)
    for (const entry of entries) {
      const expected = seq + 1n
      if (entry.seq !== expected) return answer({ seq: expected, why: 'is missing' })
      if (!entry.prevHash.equals(prevHash))
        return answer({ seq: entry.seq, why: 'does not follow the entry before it' })
      if (entry.hashVersion !== 1 || !entryHashOf(entry).equals(entry.hash))
        return answer({ seq: entry.seq, why: 'was changed' })
      const found = checkValues(digestsIn(entry), values.get(entry.seq) ?? [])
      if (found.why !== null) return answer({ seq: entry.seq, why: found.why })
      erased += found.erased
      seq = entry.seq
      prevHash = entry.hash
    }
  }
  if ((head?.lastSeq ?? 0n) !== seq || !(head?.hash ?? NO_HASH).equals(prevHash))
    return answer({ seq: seq + 1n, why: 'is missing, or the head was changed' })
  return answer()
}

/** Whether the values beside an entry are those that its digests stand for, and how many of them were erased. */
function checkValues(
  digests: ReadonlyMap<string, string>,
  values: Values,
): { why: string | null; erased: number } {
  const paths = new Set(values.map(({ path }) => path))
  const lost = [...digests.keys()].find((path) => !paths.has(path))
  if (lost !== undefined) return { why: `the value ${lost} was taken away, and not by erasing it`, erased: 0 }
  let erased = 0
  for (const { path, salt, value } of values) {
    const digest = digests.get(path)
    if (digest === undefined) return { why: `the value ${path} stands beside no digest`, erased }
    if (salt === null || value === null) erased += 1
    else if (digestOf({ path, salt, value }) !== digest)
      return { why: `the value ${path} was changed`, erased }
  }
  return { why: null, erased }
}
