import type { StallRecord } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { balances, boardAccounts, depositChart, openAccounts, type OperatorKind } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { encodeVietQr } from '@tienve/vietqr'
import { and, eq } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import { market } from '../markets/tables.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import { toReceivingAccount } from '../stalls/rules.ts'
import { paymentCode } from '../stalls/tables.ts'

const OPERATOR_KINDS = ['enterprise', 'cooperative', 'public_unit'] as const satisfies readonly OperatorKind[]

/**
 * What contracts that agreed on a deposit need: a code for the transfer's memo each, and for each stall its account in
 * the board's books, which stays under the number that it was first opened with.
 */
export async function openDeposits(
  tx: Tx,
  marketId: string,
  contracts: readonly { id: string; stallId: string }[],
  today: string,
): Promise<void> {
  if (contracts.length === 0) return
  await takeCodes(
    tx,
    marketId,
    'deposit',
    contracts.map(({ id }) => id),
  )
  const [row] = await tx
    .select({ kind: market.operatorKind })
    .from(market)
    .where(eq(market.marketId, marketId))
  const kind = readOne(OPERATOR_KINDS, row?.kind ?? '')
  const stallIds = [...new Set(contracts.map(({ stallId }) => stallId))]
  const open = new Set(
    (await balances(tx, marketId, stallIds.map(boardAccounts.deposit))).map(({ id }) => id),
  )
  const missing = stallIds.filter((id) => !open.has(boardAccounts.deposit(id)))
  if (missing.length > 0) {
    await openAccounts(
      tx,
      marketId,
      missing.flatMap((id) => depositChart(id, kind, today)),
    )
  }
}

/**
 * What the books hold of a stall's deposit beside what `contract` agreed, with the code for what is missing: the memo's code
 * names the contract, so that the money is known when the bank tells of it.
 */
export async function getDeposit(
  tx: Tx,
  marketId: string,
  stallId: string,
  contract: { id: string; depositVnd: number } | null,
): Promise<StallRecord['deposit']> {
  const [held] = await balances(tx, marketId, [boardAccounts.deposit(stallId)])
  const agreedVnd = contract?.depositVnd ?? 0
  const heldVnd = vndToJson(held?.balanceVnd ?? 0n)
  const missingVnd = Math.max(0, agreedVnd - heldVnd)
  const none = { agreedVnd, heldVnd, missingVnd, code: null, payload: null, payee: null }
  const code = contract === null || missingVnd === 0 ? null : await findDepositCode(tx, marketId, contract.id)
  const [account] = code === null ? [] : await listAccounts(tx, marketId, null)
  if (code === null || account === undefined) return none
  const { bankName, number, holder } = toReceivingAccount(account, null)
  const payload = encodeVietQr({
    bin: account.bin,
    account: account.number,
    amountVnd: BigInt(missingVnd),
    memo: code,
  })
  return { ...none, code, payload, payee: { bankName, number, holder } }
}

async function findDepositCode(tx: Tx, marketId: string, contractId: string): Promise<string | null> {
  const [row] = await tx
    .select({ code: paymentCode.code })
    .from(paymentCode)
    .where(
      and(
        eq(paymentCode.marketId, marketId),
        eq(paymentCode.kind, 'deposit'),
        eq(paymentCode.objectId, contractId),
      ),
    )
  return row?.code ?? null
}
