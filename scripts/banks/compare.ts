import { banks } from '@tienve/vietqr'

/** A bank as VietQR.io lists it. Only what routing and the screens depend on is compared. */
export type TheirBank = { bin: string; shortName: string; transferSupported?: number }

/** One line for each difference: banks that only one of the two has, and those that can be paid at one and not the other. */
export function compareBanks(theirs: readonly TheirBank[]): string[] {
  const byBin = new Map(theirs.map((bank) => [bank.bin, bank]))
  const ours = new Set(banks.map(({ bin }) => bin))
  return [
    ...theirs
      .filter(({ bin }) => !ours.has(bin))
      .map(({ bin, shortName }) => `only theirs: ${bin} ${shortName}`),
    ...banks.flatMap((bank) => {
      const other = byBin.get(bank.bin)
      if (other === undefined) return [`only ours: ${bank.bin} ${bank.shortName}`]
      const pays = other.transferSupported === 1
      return pays === bank.transferSupported
        ? []
        : [`pays by code: ${bank.bin} ${bank.shortName} ours ${bank.transferSupported}, theirs ${pays}`]
    }),
  ]
}
