import { feeds } from '@tienve/bank-feeds'
import { createDb, inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import type { Stack } from '../stack/stack.ts'

export type Webhook = { path: string; method: 'POST'; headers: Record<string, string>; body: Buffer }

/** Makes signed webhooks about distinct transfers: to any heard stall, or to the one and of the amount named. */
export type Bank = (to?: { stallId: string; amountVnd: bigint }) => Webhook

/** How many webhooks were made in this run, by all its banks: a number that comes again is a transfer told again. */
let number = 0

/** A bank that knows each stall's printed code, as a shopper who scanned it does. */
export async function openBank({ demo }: Stack): Promise<Bank> {
  const marketId = demo.markets[0]?.id ?? ''
  const [connection] = demo.connections
  if (connection === undefined) throw new Error('the demo has no feed')
  const db = createDb(demo.ownerDatabaseUrl, { max: 1 })
  const { rows } = await inMarket(db, marketId, (tx) =>
    tx.execute<{ id: string; memo_code: string }>(sql`select id, memo_code from stall`),
  )
  await db.pool.end()
  const memos = new Map(rows.map((row) => [row.id, row.memo_code]))
  const heard = new Set(connection.accounts.map(({ number }) => number))
  const stalls = demo.stalls.filter(({ account }) => heard.has(account))
  const path = new URL(connection.webhookUrl).pathname
  return (to) => {
    number += 1
    const stall =
      to === undefined ? stalls[number % stalls.length] : stalls.find(({ id }) => id === to.stallId)
    if (stall === undefined) throw new Error('this bank does not speak of that stall')
    const { headers, rawBody } = feeds.sepay.request(
      {
        id: 900_000_000 + number,
        gateway: 'Bank',
        transactionAt: new Date(),
        accountNumber: stall.account ?? '',
        transferType: 'in',
        transferAmount: to?.amountVnd ?? BigInt(10_000 + (number % 90) * 1_000),
        content: `MBVCB.${number}.${memos.get(stall.id ?? '')}.CT tu 0000000000 toi ${stall.account}`,
        referenceCode: `FT${number}`,
      },
      { secret: connection.secrets['hmacSecret'] ?? '', now: new Date() },
    )
    return { path, method: 'POST', headers, body: rawBody }
  }
}
