import { signPayosOrder, type PayosOrderName } from '@tienve/bank-feeds'
import { createHash } from 'node:crypto'
import { z } from 'zod'

/** An order that payOS was told of. */
export type PayosOrder = PayosOrderName & { amount: number; description: string }

/** The orders that payOS was told of, by connection. They are forgotten with the process: whoever misses one tells again. */
export type Orders = {
  /** payOS's answer to a new order. */
  create(connectionId: string, checksumKey: string, asked: unknown): object
  list(connectionId: string): readonly PayosOrder[]
  /** The order that a payer with this memo pays. */
  find(connectionId: string, memo: string): PayosOrderName | undefined
}

/** 25 is what implementers report; that an order's number is safe in JavaScript, too. */
const Asked = z.object({
  orderCode: z.int().positive(),
  amount: z.int().positive(),
  description: z.string().max(25),
  returnUrl: z.string().min(1),
  cancelUrl: z.string().min(1),
  signature: z.string(),
})

export function createOrders(): Orders {
  const all = new Map<string, PayosOrder[]>()
  const list = (connectionId: string): readonly PayosOrder[] => all.get(connectionId) ?? []
  return {
    list,
    find: (connectionId, memo) => {
      const { orderCode, paymentLinkId } =
        list(connectionId).find(({ description }) =>
          memo.toUpperCase().includes(description.toUpperCase()),
        ) ?? {}
      return orderCode === undefined || paymentLinkId === undefined ? undefined : { orderCode, paymentLinkId }
    },
    create: (connectionId, checksumKey, asked) => {
      const read = Asked.safeParse(asked)
      // Of these codes 00, 401 and 429 alone were read on a page of payOS; 20 and 201 are what implementers report, 231 is memory.
      if (!read.success) return refusal('20')
      const { signature, ...order } = read.data
      if (signature !== signPayosOrder(order, checksumKey)) return refusal('201')
      const { orderCode, amount, description } = order
      if (list(connectionId).some((one) => one.orderCode === orderCode)) return refusal('231')
      const digest = createHash('sha256').update(`${connectionId}\n${orderCode}`).digest('hex')
      const made = { orderCode, paymentLinkId: digest.slice(32), amount, description }
      all.set(connectionId, [...list(connectionId), made])
      return { code: '00', desc: 'success', data: { ...made, currency: 'VND', status: 'PENDING' } }
    },
  }
}

/** payOS says what is wrong in the body: the status is 200. */
export function refusal(code: string): object {
  return { code, desc: 'refused', data: null }
}
