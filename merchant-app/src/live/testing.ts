import type { LivePayment } from '@tienve/contracts'

/** A sale that was enough, of a morning in November, with what a test says is different. */
export function paymentOf(over: Partial<LivePayment> = {}): LivePayment {
  return {
    number: 1,
    purpose: 'sale',
    paymentId: 'pay_1',
    requestId: null,
    chargeId: null,
    amountVnd: 20_000,
    expectedVnd: null,
    paidVnd: null,
    verdict: 'exact',
    slip: null,
    bankCode: 'VCB',
    occurredAt: '2026-11-24T07:12:00+07:00',
    receivedAt: '2026-11-24T07:12:01+07:00',
    ...over,
  }
}
