import type { Tx } from '@tienve/db'
import { newPaymentCode } from '@tienve/vietqr'
import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { feedOfAccount } from '../feeds/deafness.ts'
import { market, zone } from '../markets/tables.ts'
import { paymentCode, receivingAccount, stall } from './tables.ts'

/**
 * Takes a new payment code for each of these objects. A code is 35 random bits, so in a market of some ten thousand codes
 * two draws meet now and then: whoever draws one that is taken draws again.
 */
export async function takeCodes(
  tx: Tx,
  marketId: string,
  kind: 'stall' | 'request' | 'charge' | 'debt' | 'deposit' | 'ticket',
  objectIds: readonly string[],
  random: (size: number) => Uint8Array = randomBytes,
): Promise<Map<string, string>> {
  const codes = new Map<string, string>()
  for (let waiting = [...objectIds]; waiting.length > 0; waiting = waiting.filter((id) => !codes.has(id))) {
    const drawn = waiting.map(() => newPaymentCode(random))
    const { rows } = await tx.execute<{ code: string; object_id: string }>(sql`
      insert into payment_code (market_id, code, kind, object_id)
      select ${marketId}, d.code, ${kind}, d.id
      from unnest(${sql.param(drawn)}::text[], ${sql.param(waiting)}::text[]) as d (code, id)
      on conflict do nothing returning code, object_id`)
    for (const { code, object_id } of rows) codes.set(object_id, code)
  }
  return codes
}

/** The code of each stall's whole debt to the board: taken the first time that somebody needs it, and the same ever after. */
export async function debtCodes(
  tx: Tx,
  marketId: string,
  stallIds: readonly string[],
): Promise<Map<string, string>> {
  const known = await findDebtCodes(tx, marketId, stallIds)
  const missing = stallIds.filter((id) => !known.has(id))
  if (missing.length === 0) return known
  // Two who look at once must not take two: the second finds what the first has taken.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`debt codes ${marketId}`}, 0))`)
  const taken = await findDebtCodes(tx, marketId, missing)
  const left = missing.filter((id) => !taken.has(id))
  return new Map([...known, ...taken, ...(await takeCodes(tx, marketId, 'debt', left))])
}

async function findDebtCodes(
  tx: Tx,
  marketId: string,
  stallIds: readonly string[],
): Promise<Map<string, string>> {
  if (stallIds.length === 0) return new Map()
  const rows = await tx
    .select({ code: paymentCode.code, stallId: paymentCode.objectId })
    .from(paymentCode)
    .where(
      and(
        eq(paymentCode.marketId, marketId),
        eq(paymentCode.kind, 'debt'),
        sql`${paymentCode.objectId} = any(${sql.param([...stallIds])}::text[])`,
      ),
    )
  return new Map(rows.map(({ code, stallId }) => [stallId, code]))
}

const stallColumns = {
  id: stall.id,
  code: stall.code,
  name: stall.name,
  areaM2: stall.areaM2,
  memoCode: stall.memoCode,
  salesConsentAt: stall.salesConsentAt,
  zone: { id: zone.id, code: zone.code, name: zone.name },
  market: { name: market.name, demo: market.demo },
}

export async function findStall(tx: Tx, marketId: string, stallId: string) {
  const [row] = await selectStalls(tx).where(and(eq(stall.marketId, marketId), eq(stall.id, stallId)))
  return row ?? null
}

export async function listStalls(tx: Tx, marketId: string) {
  return selectStalls(tx).where(eq(stall.marketId, marketId)).orderBy(asc(stall.code))
}

function selectStalls(tx: Tx) {
  return tx
    .select(stallColumns)
    .from(stall)
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .innerJoin(market, eq(market.marketId, stall.marketId))
}

/**
 * The accounts of a stall (of the board, when `stallId` is null), the default one first, each with what its feeds are
 * doing: `none` means that no feed can hear it.
 */
export async function listAccounts(tx: Tx, marketId: string, stallId: string | null) {
  return tx
    .select({
      id: receivingAccount.id,
      bin: receivingAccount.bin,
      number: receivingAccount.number,
      holder: receivingAccount.holder,
      isDefault: receivingAccount.isDefault,
      feed: feedOfAccount,
    })
    .from(receivingAccount)
    .where(
      and(
        eq(receivingAccount.marketId, marketId),
        stallId === null ? isNull(receivingAccount.stallId) : eq(receivingAccount.stallId, stallId),
      ),
    )
    .orderBy(desc(receivingAccount.isDefault), asc(receivingAccount.id))
}
