import { encodeVietQr } from '@tienve/vietqr'
import { QRPay } from 'vietnam-qr-pay'
import { byTurns, rateOf, toRow, type Row } from './measure.ts'

const ROUNDS = 9
const ROUND_MS = 300

/** Codes a second with every field checked, beside the npm builder that checks none. */
export async function measureEncode(): Promise<Row> {
  const ours = (at: number): unknown =>
    encodeVietQr({ bin: '970436', account: '0001000001', amountVnd: BigInt(1_000 + at), memo: 'VQX00000000' })
  const theirs = (at: number): unknown =>
    QRPay.initVietQR({
      bankBin: '970436',
      bankNumber: '0001000001',
      amount: String(1_000 + at),
      purpose: 'VQX00000000',
    }).build()
  const figures = await byTurns(
    ROUNDS,
    () => rateOf(async () => build(ours)),
    () => rateOf(async () => build(theirs)),
  )
  return toRow({ id: 'encode', ...figures, aim: '≥ 1', unit: 'codes a second' })
}

function build(one: (at: number) => unknown): number {
  const until = performance.now() + ROUND_MS
  let count = 0
  while (performance.now() < until) for (let at = 0; at < 500; at++, count++) one(count)
  return count
}
