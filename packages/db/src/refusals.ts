import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'

/** The name of the constraint by which Postgres refused to write a row (unique, foreign, check, exclusion), else null. */
export function brokenConstraint(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : ''
    if (code.startsWith('23') && 'constraint' in at && typeof at.constraint === 'string') return at.constraint
  }
  return null
}

/**
 * Tries `work` so that the transaction lives on when a constraint refuses it: what came of it, or the constraint's name.
 * Any other error is thrown.
 */
export async function tryIn<T>(
  tx: Tx,
  work: () => Promise<T>,
): Promise<{ done: T; broken: null } | { done: null; broken: string }> {
  await tx.execute(sql`savepoint attempt`)
  try {
    const done = await work()
    await tx.execute(sql`release savepoint attempt`)
    return { done, broken: null }
  } catch (error) {
    const broken = brokenConstraint(error)
    if (broken === null) throw error
    await tx.execute(sql`rollback to savepoint attempt`)
    return { done: null, broken }
  }
}
