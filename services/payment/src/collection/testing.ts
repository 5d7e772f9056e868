import { createDb, inMarket, insertMany, newId, type Tx } from '@tienve/db'
import { balances, boardAccounts, postAll, verifyMarket } from '@tienve/ledger'
import { eq, sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { billingRound, charge, chargeLine } from '../charges/tables.ts'
import { DEMO_PASSWORD } from '../demo/people.ts'
import { appUser } from '../identity/tables.ts'
import { directory } from '../markets/tables.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import { tariff, vatRate } from '../tariffs/tables.ts'
import { approvedByTwo } from '../testing-charges.ts'
import type { Answer, Session, TestService } from '../testing.ts'

export const DEVICE = 'phone-of-trung'

/** Charges as an issued round leaves them, without the round's own way there. Answers their ids, in order. */
export async function bill(
  service: TestService,
  marketId: string,
  period: string,
  owed: readonly { stallId: string; totalVnd: number }[],
): Promise<string[]> {
  return inMarket(service.ctx.db, marketId, async (tx) => {
    const issuedAt = new Date(`${period}-01T00:00:00Z`)
    const roundId = newId('rnd')
    const dueOn = `${period}-15`
    const [account] = await listAccounts(tx, marketId, null)
    const [price] = await tx.select({ id: tariff.id }).from(tariff).limit(1)
    const ids = owed.map(() => newId('chg'))
    const codes = await takeCodes(tx, marketId, 'charge', ids)
    await tx.insert(billingRound).values({
      marketId,
      id: roundId,
      period,
      dueOn,
      status: 'issued',
      ...(await approvedByTwo(tx, marketId)),
      issuedAt,
    })
    await insertMany(
      tx,
      charge,
      owed.map(({ stallId, totalVnd }, at) => ({
        marketId,
        id: ids[at] ?? '',
        roundId,
        stallId,
        code: codes.get(ids[at] ?? '') ?? '',
        accountId: account?.id ?? '',
        totalVnd: BigInt(totalVnd),
        dueOn,
        issuedAt,
      })),
    )
    await insertMany(
      tx,
      chargeLine,
      owed.map(({ totalVnd }, at) => ({
        marketId,
        chargeId: ids[at] ?? '',
        line: 1,
        service: 'space',
        name: 'Giá dịch vụ sử dụng diện tích bán hàng',
        formula: `1 m² × ${totalVnd}`,
        quantity: '1',
        netVnd: BigInt(totalVnd),
        vatPercent: '0',
        vatVnd: 0n,
        amountVnd: BigInt(totalVnd),
        passThrough: false,
        tariffId: price?.id ?? '',
      })),
    )
    await postAll(
      tx,
      marketId,
      owed.map(({ stallId, totalVnd }, at) => ({
        idemKey: `charge:${ids[at]}`,
        kind: 'charge_issued',
        occurredAt: issuedAt,
        sourceKind: 'charge',
        sourceId: ids[at] ?? '',
        transfers: [
          {
            book: 'board',
            debit: boardAccounts.receivable(stallId),
            credit: boardAccounts.revenue,
            amountVnd: BigInt(totalVnd),
          },
        ],
      })),
      { as: 'api' },
    )
    return ids
  })
}

/** A price of a day ticket and the tax it holds, as decided. Answers the tariff's id. */
export async function priceTickets(
  service: TestService,
  marketId: string,
  { name, priceVnd, vatPercent }: { name: string; priceVnd: bigint; vatPercent: string },
): Promise<string> {
  const id = newId('trf')
  await asOwner(service, marketId, async (tx) => {
    const [decided] = await tx.select({ id: tariff.decisionId }).from(tariff).limit(1)
    await tx.insert(tariff).values({
      marketId,
      id,
      decisionId: decided?.id ?? '',
      service: 'day_ticket',
      name,
      unit: 'ticket',
      unitPriceVnd: priceVnd,
      ceilingVnd: priceVnd,
      vatIncluded: true,
      effectiveFrom: '2026-01-01',
      createdAt: new Date('2026-01-01T00:00:00Z'),
    })
    await tx
      .insert(vatRate)
      .values({
        marketId,
        id: newId('vat'),
        service: 'day_ticket',
        ratePercent: vatPercent,
        effectiveFrom: '2026-01-01',
        source: 'mẫu',
        checkedOn: '2026-01-01',
      })
      .onConflictDoNothing()
  })
  return id
}

/** A receipt book of the collector's own, for `DEVICE` unless said. */
export async function takeBook(service: TestService, session: Session, deviceId = DEVICE) {
  const { status, body } = await service.call(`/v1/markets/${session.marketId}/books/take`, {
    body: { kind: 'receipt', deviceId },
    session,
  })
  expect(status).toBe(201)
  return body
}

export type Taking = {
  bookId: string
  page: number
  stallId: string
  amountVnd: number
  seenOutstandingVnd?: number
  takenAt?: string
  deviceId?: string
}

export async function collect(
  service: TestService,
  session: Session,
  taking: Taking,
  key?: string,
): Promise<Answer> {
  return service.call('/v1/collections', {
    body: {
      deviceId: DEVICE,
      takenAt: service.ctx.now().toISOString(),
      seenOutstandingVnd: taking.amountVnd,
      ...taking,
    },
    session,
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  })
}

/** One more person of the market's, with the demo's password, already logged in. */
export async function addPerson(
  service: TestService,
  market: number,
  { role, name }: { role: string; name: string },
): Promise<Session & { userId: string }> {
  const marketId = service.markets[market]?.id ?? ''
  const login = `${role}.${newId('usr')}`
  const userId = newId('usr')
  await asOwner(service, marketId, async (tx) => {
    const [known] = await tx
      .select({ hash: appUser.secretHash })
      .from(appUser)
      .where(eq(appUser.role, role))
      .limit(1)
    await tx
      .insert(appUser)
      .values({ marketId, id: userId, login, name, role, secretHash: known?.hash ?? '' })
    await tx.insert(directory).values({ kind: 'login', key: login, marketId, objectId: userId })
  })
  const { status, body, headers } = await service.call('/v1/sessions', {
    body: { login, secret: DEMO_PASSWORD },
  })
  expect(status).toBe(201)
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  return { cookie, csrfToken: body.csrfToken, stallId: null, marketId, userId }
}

/** As the owner of the database, who may write what the service may not. */
export async function asOwner<T>(
  service: TestService,
  marketId: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const owner = createDb(service.database.ownerUrl, { max: 1 })
  try {
    return await inMarket(owner, marketId, work)
  } finally {
    await owner.pool.end()
  }
}

/** What the books say of an account; 0 where it is not open. */
export async function balance(service: TestService, marketId: string, account: string): Promise<number> {
  const [row] = await inMarket(service.ctx.db, marketId, (tx) => balances(tx, marketId, [account]))
  return Number(row?.balanceVnd ?? 0n)
}

/** What a market's stalls owe, its unused credits, and the numbers on its receipts, as the rows say. */
export async function tally(service: TestService, marketId: string) {
  const { rows } = await inMarket(service.ctx.db, marketId, (tx) =>
    tx.execute<{ owed: bigint; credit: bigint; paid: bigint; settled: bigint; receipts: number[] }>(sql`
      select (select coalesce(sum(outstanding_vnd), 0)::bigint from charge) as owed,
        (select coalesce(sum(amount_vnd - used_vnd), 0)::bigint from stall_credit) as credit,
        (select coalesce(sum(paid_vnd), 0)::bigint from charge) as paid,
        (select coalesce(sum(amount_vnd), 0)::bigint from settlement) as settled,
        (select coalesce(array_agg(number order by number), '{}') from receipt) as receipts`),
  )
  const [row] = rows
  if (row === undefined) throw new Error('a sum without groups always has one row')
  const accounts = await inMarket(service.ctx.db, marketId, (tx) => balances(tx, marketId))
  const receivable = accounts
    .filter(({ id }) => id.startsWith('board:131.'))
    .reduce((sum, { balanceVnd }) => sum + balanceVnd, 0n)
  return {
    owed: Number(row.owed),
    credit: Number(row.credit),
    paid: Number(row.paid),
    settled: Number(row.settled),
    receipts: row.receipts,
    receivable: Number(receivable),
    of: (id: string): number => Number(accounts.find((one) => one.id === id)?.balanceVnd ?? 0n),
  }
}

/** The books and the rows say the same, and no receipt is missing. */
export async function expectWhole(service: TestService, marketId: string): Promise<void> {
  const now = await tally(service, marketId)
  expect(now.receivable).toBe(now.owed)
  expect(now.of(boardAccounts.advance)).toBe(now.credit)
  expect(now.settled).toBe(now.paid)
  expect(now.receipts).toEqual(now.receipts.map((_, at) => at + 1))
  expect(await verifyMarket(service.ctx.db, marketId)).toMatchObject({ ok: true })
}
