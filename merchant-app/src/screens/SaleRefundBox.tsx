import { useMutation, useQueryClient } from '@tanstack/react-query'
import { surplusOf, type Payment, type PromiseSaleRefund, type SaleRefund } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, ErrorPanel, Field, fill, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'

const WORDS = {
  offer: { vi: 'Trả lại {sum}', en: 'Give {sum} back' },
  amount: { vi: 'Trả lại bao nhiêu (đồng)', en: 'How much (đồng)' },
  most: { vi: 'Nhiều nhất {sum}.', en: 'At most {sum}.' },
  toWhom: { vi: 'Trả cho ai (tên, ngân hàng, số tài khoản)', en: 'To whom (name, bank, account)' },
  how: {
    vi: 'Máy không chuyển tiền. Bạn tự chuyển trong app ngân hàng của bạn; ở đây chỉ ghi lại.',
    en: 'This phone moves no money. You transfer it in your bank’s app; here it is only noted.',
  },
  note: { vi: 'Ghi lại', en: 'Note it' },
  leave: { vi: 'Thôi', en: 'Leave it' },
  due: { vi: 'Chưa trả {sum}', en: '{sum} not yet given back' },
  to: { vi: 'Cho', en: 'To' },
  send: {
    vi: 'Chuyển từ tài khoản của sạp trong app ngân hàng, ghi nội dung: {code}. Ngân hàng báo tiền đi là xong.',
    en: 'Transfer it from the stall’s account in your bank’s app, with the memo: {code}. It is done once the bank tells that it left.',
  },
  cancel: { vi: 'Thôi không trả', en: 'Do not give it back' },
  paid: { vi: 'Đã trả {sum}, ngân hàng báo {at}', en: '{sum} given back, the bank told {at}' },
}
const LEAST_NAME = 3

/** What a sale brought too much: to be given back, promised and not yet gone, or gone. */
export function SaleRefundBox({
  stallId,
  payment,
  refund,
}: {
  stallId: string
  payment: Payment
  refund: SaleRefund | null
}) {
  const w = useWords(WORDS)
  const [isOpen, setOpen] = useState(false)
  if (refund !== null) {
    const { amountVnd, paidAt } = refund
    const at = paidAt === null ? '' : whenOf(paidAt)
    return (
      <p className="hint" data-testid="sale-refund" data-status={refund.status}>
        {fill(paidAt === null ? w.due : w.paid, { sum: spell(amountVnd), at })}
      </p>
    )
  }
  if (isOpen) return <PromiseForm stallId={stallId} payment={payment} onDone={() => setOpen(false)} />
  return (
    <Button kind="quiet" onClick={() => setOpen(true)}>
      {fill(w.offer, { sum: spell(surplusOf(payment)) })}
    </Button>
  )
}

function PromiseForm({
  stallId,
  payment,
  onDone,
}: {
  stallId: string
  payment: Payment
  onDone: () => void
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const surplusVnd = surplusOf(payment)
  const [amount, setAmount] = useState(String(surplusVnd))
  const [toWhom, setToWhom] = useState('')
  const [key] = useState(() => crypto.randomUUID())
  const body: PromiseSaleRefund = { paymentId: payment.id, amountVnd: Number(amount), toWhom: toWhom.trim() }
  const promise = useMutation({
    mutationFn: () =>
      api.post<SaleRefund>(`/v1/stalls/${stallId}/sale-refunds`, body, { idempotencyKey: key }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['day', stallId] })
      onDone()
    },
  })
  const isSum = body.amountVnd >= 1 && body.amountVnd <= surplusVnd
  return (
    <form
      className="dispute"
      onSubmit={(event) => {
        event.preventDefault()
        promise.mutate()
      }}
    >
      <Field
        id={`refund-amount-${payment.id}`}
        label={w.amount}
        inputMode="numeric"
        autoComplete="off"
        maxLength={9}
        value={amount}
        onChange={(event) => setAmount(event.target.value.replace(/\D/g, ''))}
      />
      {isSum ? null : <p role="alert">{fill(w.most, { sum: spell(surplusVnd) })}</p>}
      <Field
        id={`refund-to-${payment.id}`}
        label={w.toWhom}
        autoComplete="off"
        maxLength={200}
        value={toWhom}
        onChange={(event) => setToWhom(event.target.value)}
      />
      <p>{w.how}</p>
      {promise.isError ? <ErrorPanel error={promise.error} /> : null}
      <Button type="submit" disabled={promise.isPending || !isSum || body.toWhom.length < LEAST_NAME}>
        {w.note}
      </Button>
      <Button kind="quiet" onClick={onDone}>
        {w.leave}
      </Button>
    </form>
  )
}

/** What is promised and has not gone: to whom, how, and a way to take it back. We only note it and hear of it. */
export function DueRefund({ stallId, refund }: { stallId: string; refund: SaleRefund }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api.post<SaleRefund>(`/v1/sale-refunds/${refund.id}/cancel`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['day', stallId] }),
  })
  return (
    <div className="dispute" data-testid="due-refund">
      <b>{fill(w.due, { sum: spell(refund.amountVnd) })}</b>
      <p>
        {w.to}: {refund.toWhom}
      </p>
      <p>{fill(w.send, { code: refund.code ?? '' })}</p>
      {cancel.isError ? <ErrorPanel error={cancel.error} /> : null}
      <Button kind="quiet" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
        {w.cancel}
      </Button>
    </div>
  )
}

function spell(vnd: number): string {
  return formatVnd(BigInt(vnd))
}
