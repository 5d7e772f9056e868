import type { DemoFile } from '@tienve/contracts'
import { findBank } from '@tienve/vietqr'

/** An account of the demo: a stall's, or the one of a market's board. */
export type Account = {
  bin: string
  account: string
  bank: string
  name: string
  /** The stall's code; empty for a board. */
  code: string
  market: string
  holder: string
  /** What the stall's printed code says; empty for a board, which is paid by the code of a charge. */
  memo: string
}

/** Every account that can be paid, the boards' first. */
export function accountsOf({ markets, stalls, connections }: DemoFile): Account[] {
  const marketOf = (id: string): string => markets.find((one) => one.id === id)?.name ?? ''
  const bankOf = (bin: string): string => findBank(bin)?.shortName ?? bin
  const ofStalls = stalls.map(({ bin, account, name, code, marketId, holder, memo }) => ({
    bin,
    account,
    bank: bankOf(bin),
    name,
    code,
    market: marketOf(marketId),
    holder,
    memo,
  }))
  const ofBoards = connections.flatMap(({ accounts, marketId }) =>
    accounts
      .filter(({ bin, number }) => findAccount(ofStalls, bin, number) === undefined)
      .map(({ bin, number }) => ({
        bin,
        account: number,
        bank: bankOf(bin),
        name: 'Ban quản lý',
        code: '',
        market: marketOf(marketId),
        holder: 'BAN QUAN LY CHO',
        memo: '',
      })),
  )
  return [...ofBoards, ...ofStalls]
}

/** Two banks may have given the same number. */
export function findAccount(accounts: readonly Account[], bin: string, number: string): Account | undefined {
  return accounts.find((one) => one.bin === bin && one.account === number)
}
