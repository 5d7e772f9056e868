import { inMarket, isMarketId, listen, type Db, type Listener } from '@tienve/db'
import { addSeal, makeSeal, sealToText, type Seal, type SealKey } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { open } from 'node:fs/promises'
import type { Context } from '../context.ts'
import { CLOSED_CHANNEL } from './service.ts'

/** How a process seals: with which key, into which file outside the database (none: the database alone keeps them). */
export type Sealing = { key: SealKey; file: string | undefined }

/**
 * Seals where a market's chain stands. The line is on the disk before the database has it: a crash in between leaves a
 * line too many, which proves the same, and never one too few. Answers null when there was nothing new to seal.
 */
export async function sealMarket(
  db: Db,
  marketId: string,
  sealing: Sealing,
  now: Date,
): Promise<Seal | null> {
  const seal = await inMarket(db, marketId, (tx) => makeSeal(tx, marketId, sealing.key, now))
  if (seal === null) return null
  if (sealing.file !== undefined) await appendLine(sealing.file, sealToText(seal))
  await inMarket(db, marketId, (tx) => addSeal(tx, seal))
  return seal
}

/** True when a day was closed and no seal says so yet. */
export async function isSealDue(db: Db, marketId: string): Promise<boolean> {
  const { rows } = await inMarket(db, marketId, (tx) =>
    tx.execute<{ due: boolean }>(sql`
      select closed_through > coalesce((select max(business_day) from ledger_seal where market_id = ${marketId}), '-infinity')
        as due from ledger_head where market_id = ${marketId}`),
  )
  return rows[0]?.due === true
}

/** Seals a market as soon as a day of it is closed. */
export function listenForClosings(
  ctx: Pick<Context, 'now' | 'log'>,
  db: Db,
  url: string,
  sealing: Sealing,
): Listener {
  let sealed = Promise.resolve()
  const listener = listen(url, CLOSED_CHANNEL, (marketId) => {
    if (!isMarketId(marketId)) return
    sealed = sealed
      .then(async () => void (await sealMarket(db, marketId, sealing, ctx.now())))
      .catch((error: unknown) => ctx.log.error({ err: error, marketId }, 'a closed day could not be sealed'))
  })
  return {
    stop: async () => {
      await listener.stop()
      await sealed
    },
  }
}

/** A line that a power failure cut short stays alone on its line, and does not swallow the next one. */
async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    const isCut = bytesRead === 1 && buffer.toString() !== '\n'
    await file.appendFile(`${isCut ? '\n' : ''}${line}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
