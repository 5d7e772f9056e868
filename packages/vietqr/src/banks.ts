import directory from './banks.json' with { type: 'json' }

export type Bank = {
  bin: string
  /** The short code people use (`VCB`). Not the same everywhere, so nothing is ever looked up by it. */
  code: string
  shortName: string
  name: string
  /** Whether the bank's own app can scan and pay a VietQR. A bank without it may still receive. */
  transferSupported: boolean
}

/** Every bank and wallet with a number of its own, by that number. Checked on the day that `banks.json` gives. */
export const banks: readonly Bank[] = directory.banks

/** The day the directory was last compared with its sources. */
export const banksCheckedOn: string = directory.checkedOn

const byBin = new Map(banks.map((bank) => [bank.bin, bank]))

/** The bank with this number, or undefined when the directory does not have it. */
export function findBank(bin: string): Bank | undefined {
  return byBin.get(bin)
}
