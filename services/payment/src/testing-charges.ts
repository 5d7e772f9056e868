import { createDb, inMarket, newId, type Db, type Tx } from '@tienve/db'
import { balances, boardAccounts, postAll, type PostItem } from '@tienve/ledger'
import { newPaymentCode } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { issueReceipts } from './receipts/service.ts'
import { settle } from './settlements/service.ts'
import type { TestService } from './testing.ts'

/** A line of a charge as a test asks for it. */
export type TestLine = { netVnd: bigint; vatPercent?: string; vatVnd?: bigint; passThrough?: boolean }
export type TestCharge = { id: string; code: string; totalVnd: bigint }

/** Charges that stalls owe, issued and posted as a round does it, but for sums that a test chooses. */
export type Charging = {
  owner: Db
  /** Issues a charge; `period` is a month of its own for each charge of a stall. */
  issue(stallId: string, period: string, lines: readonly TestLine[]): Promise<TestCharge>
  /** Cash paid at the office, by the way that a collector's cash goes, but without a book. */
  payInCash(stallId: string, amountVnd: bigint): Promise<void>
  /** What the database and the books say of a stall, in đồng: they must be the same. */
  standing(
    stallId: string,
  ): Promise<{ owedVnd: bigint; receivableVnd: bigint; paidVnd: bigint; settledVnd: bigint }>
  /** What is left of all the market's credits, and the balance of the advance account. */
  advances(): Promise<{ creditVnd: bigint; advanceVnd: bigint }>
  /** The numbers of the market's receipts, in order. */
  receiptNumbers(): Promise<number[]>
  stop(): Promise<void>
}

export function chargesOf(service: TestService, marketId: string): Charging {
  const owner = createDb(service.database.ownerUrl, { max: 2 })
  const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inMarket(owner, marketId, work)
  return {
    owner,
    issue: async (stallId, period, lines) => {
      const issued = await within((tx) => insertCharge(tx, marketId, stallId, period, lines))
      await inMarket(service.ctx.db, marketId, (tx) => postAll(tx, marketId, [issued.post], { as: 'api' }))
      return issued
    },
    payInCash: (stallId, amountVnd) =>
      inMarket(service.ctx.db, marketId, (tx) =>
        takeCash(tx, marketId, stallId, amountVnd, service.ctx.now()),
      ),
    standing: (stallId) => within((tx) => standingOf(tx, marketId, stallId)),
    advances: () =>
      within(async (tx) => {
        const { rows } = await tx.execute<{ vnd: bigint }>(
          sql`select coalesce(sum(amount_vnd - used_vnd), 0)::bigint as vnd from stall_credit`,
        )
        const [account] = await balances(tx, marketId, [boardAccounts.advance])
        return { creditVnd: rows[0]?.vnd ?? 0n, advanceVnd: account?.balanceVnd ?? 0n }
      }),
    receiptNumbers: () =>
      within(async (tx) => {
        const { rows } = await tx.execute<{ number: number }>(
          sql`select number from receipt order by year, number`,
        )
        return rows.map(({ number }) => number)
      }),
    stop: () => owner.pool.end(),
  }
}

async function takeCash(
  tx: Tx,
  marketId: string,
  stallId: string,
  amountVnd: bigint,
  at: Date,
): Promise<void> {
  const id = newId('col')
  const source = { kind: 'collection', id } as const
  const [settled] = await settle(tx, marketId, [{ source, stallId, amountVnd, namedChargeId: null, at }])
  await issueReceipts(tx, marketId, [{ source, stallId, chargeId: null, amountVnd, paidAt: at, page: null }])
  const creditVnd = settled?.creditVnd ?? 0n
  const legs = [
    [boardAccounts.receivable(stallId), amountVnd - creditVnd],
    [boardAccounts.advance, creditVnd],
  ] as const
  const item = {
    idemKey: `collection:${id}`,
    kind: 'cash_collected',
    occurredAt: at,
    sourceKind: 'collection',
    sourceId: id,
    transfers: legs.flatMap(([credit, vnd]) =>
      vnd === 0n ? [] : [{ book: 'board', debit: boardAccounts.cash, credit, amountVnd: vnd }],
    ),
  }
  await postAll(tx, marketId, [item], { as: 'api' })
}

/** An approval by two people, as what is issued or changed has one. */
export async function approvedByTwo(
  tx: Tx,
  marketId: string,
  id = newId('apr'),
): Promise<{ approvalId: string; approvedBy: string }> {
  await tx.execute(sql`
    insert into approval (market_id, id, kind, object_id, proposed_by, proposed_at, approved_by, approved_at)
    values (${marketId}, ${id}, 'billing_round', 'rnd_test', 'usr_one', now(), 'usr_other', now())
    on conflict do nothing`)
  return { approvalId: id, approvedBy: 'usr_other' }
}

async function insertCharge(
  tx: Tx,
  marketId: string,
  stallId: string,
  period: string,
  lines: readonly TestLine[],
): Promise<TestCharge & { post: PostItem }> {
  const id = newId('chg')
  const code = newPaymentCode(randomBytes)
  const sums = lines.map(({ netVnd, vatVnd = 0n }) => netVnd + vatVnd)
  const totalVnd = sums.reduce((a, b) => a + b, 0n)
  const { approvalId, approvedBy } = await approvedByTwo(tx, marketId, 'apr_test')
  await tx.execute(sql`
    insert into billing_round (market_id, id, period, due_on, status, approval_id, approved_by, issued_at)
    values (${marketId}, ${`rnd_${period.replace('-', '')}`}, ${period}, ${`${period}-15`}, 'issued', ${approvalId}, ${approvedBy}, now())
    on conflict do nothing`)
  await tx.execute(sql`
    insert into charge (market_id, id, round_id, stall_id, code, account_id, total_vnd, due_on, issued_at)
    select ${marketId}, ${id}, r.id, ${stallId}, ${code}, a.id, ${totalVnd}, ${`${period}-15`}, now()
    from billing_round r, receiving_account a where r.period = ${period} and a.stall_id is null`)
  await tx.execute(
    sql`insert into payment_code (market_id, code, kind, object_id) values (${marketId}, ${code}, 'charge', ${id})`,
  )
  for (const [at, { netVnd, vatVnd = 0n, vatPercent = '0', passThrough = false }] of lines.entries()) {
    await tx.execute(sql`
      insert into charge_line (market_id, charge_id, line, service, name, formula, net_vnd, vat_percent, vat_vnd, amount_vnd,
        pass_through, tariff_id)
      select ${marketId}, ${id}, ${at + 1}, 'space', ${`line ${at + 1}`}, '1 × 1', ${netVnd}, ${vatPercent}, ${vatVnd},
        ${netVnd + vatVnd}, ${passThrough}, id from tariff limit 1`)
  }
  const debit = boardAccounts.receivable(stallId)
  const legs = lines.flatMap(({ netVnd, vatVnd = 0n, passThrough = false }) => [
    {
      book: 'board',
      debit,
      credit: passThrough ? boardAccounts.utility : boardAccounts.revenue,
      amountVnd: netVnd,
    },
    { book: 'board', debit, credit: boardAccounts.vat, amountVnd: vatVnd },
  ])
  return {
    id,
    code,
    totalVnd,
    post: {
      idemKey: `charge:${id}`,
      kind: 'charge_issued',
      occurredAt: new Date(`${period}-01T02:00:00Z`),
      sourceKind: 'charge',
      sourceId: id,
      transfers: legs.filter(({ amountVnd }) => amountVnd > 0n),
    },
  }
}

async function standingOf(tx: Tx, marketId: string, stallId: string) {
  const { rows } = await tx.execute<{ owed: bigint; paid: bigint; settled: bigint }>(sql`
    select coalesce(sum(c.outstanding_vnd), 0)::bigint as owed, coalesce(sum(c.paid_vnd), 0)::bigint as paid,
      coalesce((select sum(s.amount_vnd) from settlement s join charge o on o.market_id = s.market_id and o.id = s.charge_id
        where o.stall_id = ${stallId}), 0)::bigint as settled
    from charge c where c.stall_id = ${stallId}`)
  const [account] = await balances(tx, marketId, [boardAccounts.receivable(stallId)])
  const [row] = rows
  return {
    owedVnd: row?.owed ?? 0n,
    paidVnd: row?.paid ?? 0n,
    settledVnd: row?.settled ?? 0n,
    receivableVnd: account?.balanceVnd ?? 0n,
  }
}
