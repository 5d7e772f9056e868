/** How banks wrap a payer's memo on its way (seen in published statement lines): the code must survive each of them. */
const ENVELOPES = [
  (memo: string, id: number, to: string) =>
    `MBVCB.${id % 10_000_000_000}.${id % 1_000_000}.${memo}.CT tu 0000000000 toi ${to}`,
  (memo: string, id: number) => `CT nhanh 247 den: ${memo} FT${id % 100_000_000}`,
  (memo: string) => `Chuyen tien den tu NAPAS Noi dung: ${memo} (CT1111) MBBANK IBFT`,
  (memo: string) => `IBFT ${memo.toLowerCase()}`,
] as const

/** What the receiving bank's message says of a transfer; which envelope it is depends on the transfer's number. */
export function wrapMemo(memo: string, id: number, account: string): string {
  const envelope = ENVELOPES[id % ENVELOPES.length] ?? ENVELOPES[0]
  return envelope(memo, id, account)
}

/** A memo as a careless app leaves it: cut short, with a letter lost, so that its check character no longer holds. */
export function garble(memo: string): string {
  return memo.slice(0, 4) + memo.slice(5, -1)
}
