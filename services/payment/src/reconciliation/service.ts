import type { DifferenceReason, Reconciliation } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { sql } from 'drizzle-orm'
import { addDays, startOfDay, toMoment } from '../days.ts'
import { sumOpenSuspense } from '../reports/repository.ts'
import { wholeOf } from '../reports/rules.ts'
import { readUnnamed } from '../reports/service.ts'
import { maskNumber } from '../stalls/rules.ts'

/**
 * What the banks say came to each account of the board on a day, beside what the ledger has for it, down to the
 * transactions that make the difference. Stalls' accounts are their own affair and are added up in one line, whose sums
 * show when the unnamed stalls' part of them is the very figure that their sales of the day show.
 */
export async function getReconciliation(tx: Tx, marketId: string, day: string): Promise<Reconciliation> {
  const from = startOfDay(day)
  const to = startOfDay(addDays(day, 1))
  const { rows } = await tx.execute<{
    id: string
    account_id: string | null
    bin: string | null
    number: string | null
    board: boolean
    hidden_stall_id: string | null
    bank_vnd: bigint
    ledger_vnd: bigint
    why: DifferenceReason | null
    occurred_at: string
  }>(sql`
    select b.id, r.id as account_id, r.bin, r.number, r.id is not null and r.stall_id is null as board,
      case when o.sales_consent_at is null then o.id end as hidden_stall_id,
      case when b.direction = 'in' then b.amount_vnd when r.stall_id is null then -b.amount_vnd else 0 end as bank_vnd,
      case b.direction when 'in' then 1 else -1 end * coalesce((select sum(t.amount_vnd) from ledger_txn x
        join ledger_transfer t on t.market_id = x.market_id and t.seq = x.seq
        where x.market_id = b.market_id and x.idem_key in ('payment:' || p.id, 'suspense:' || s.id, 'refund:' || f.id)), 0)::bigint as ledger_vnd,
      case when r.id is null then 'foreign_account' end as why,
      b.occurred_at
    from bank_transaction b
    left join receiving_account r on r.market_id = b.market_id and r.id = b.account_id
    left join stall o on o.market_id = r.market_id and o.id = r.stall_id
    left join payment p on p.market_id = b.market_id and p.bank_transaction_id = b.id and p.matched_by <> 'person'
    left join suspense s on s.market_id = b.market_id and s.bank_transaction_id = b.id
    left join refund f on f.market_id = b.market_id and f.paid_by = b.id
    where b.market_id = ${marketId} and b.occurred_at >= ${from} and b.occurred_at < ${to}`)
  const isShown = await isShownInSales(tx, marketId, day, rows)
  const groups = Map.groupBy(rows, (row) => (row.board ? `${row.bin} ${row.number}` : ''))
  const accounts = [...groups].map(([key, of]) => {
    const bankVnd = of.reduce((sum, row) => sum + row.bank_vnd, 0n)
    const ledgerVnd = of.reduce((sum, row) => sum + row.ledger_vnd, 0n)
    const withheld = key === '' && !isShown
    return {
      accountId: key === '' ? null : (of[0]?.account_id ?? null),
      bin: key === '' ? null : (of[0]?.bin ?? null),
      number: key === '' ? null : maskNumber(of[0]?.number ?? ''),
      bankVnd: withheld ? null : vndToJson(bankVnd),
      ledgerVnd: withheld ? null : vndToJson(ledgerVnd),
      differenceVnd: vndToJson(bankVnd - ledgerVnd),
      rows: of
        .filter((row) => row.bank_vnd !== row.ledger_vnd)
        .map((row) => ({
          bankTransactionId: row.id,
          amountVnd: vndToJson(row.bank_vnd - row.ledger_vnd),
          why: row.why ?? 'not_posted',
          occurredAt: row.board ? toMoment(new Date(row.occurred_at)) : null,
        })),
    }
  })
  const open = await sumOpenSuspense(tx, marketId)
  return {
    day,
    differenceVnd: accounts.reduce((sum, { differenceVnd }) => sum + differenceVnd, 0),
    suspenseVnd: vndToJson(open.amountVnd),
    accounts,
  }
}

/** True when what banks told of the unnamed stalls' accounts on a day, and the ledger has, is what their sales show. */
async function isShownInSales(
  tx: Tx,
  marketId: string,
  day: string,
  rows: readonly { hidden_stall_id: string | null; bank_vnd: bigint; ledger_vnd: bigint }[],
): Promise<boolean> {
  const [cells] = await readUnnamed(tx, marketId, { from: day, to: day })
  if (cells?.withheld.includes('bank') === true) return false
  const soldVnd = cells === undefined ? 0n : wholeOf(cells).bankVnd
  const unnamed = rows.filter(({ hidden_stall_id }) => hidden_stall_id !== null)
  const sum = (values: bigint[]): bigint => values.reduce((a, b) => a + b, 0n)
  return (
    sum(unnamed.map(({ bank_vnd }) => bank_vnd)) === soldVnd &&
    sum(unnamed.map(({ ledger_vnd }) => ledger_vnd)) === soldVnd
  )
}
