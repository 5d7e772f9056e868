import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { FeedState, PaymentRequest, Stall } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Button, ErrorPanel, QrCode, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { pressKey, KEYS } from './keypad.ts'

const WORDS = {
  how: { vi: 'Thu bao nhiêu?', en: 'How much?' },
  make: { vi: 'Cho xem mã', en: 'Show the code' },
  cash: { vi: 'Ghi tiền mặt', en: 'Note cash' },
  noted: { vi: 'Đã ghi tiền mặt', en: 'Cash noted' },
  undo: { vi: 'Bỏ ghi', en: 'Undo' },
  erase: { vi: 'Xóa', en: 'Erase' },
  wait: { vi: 'Đưa khách quét. Tiền về máy sẽ nói.', en: 'Let the shopper scan. The phone will speak.' },
  late: {
    vi: 'Đưa khách quét. Ngân hàng báo chậm: chờ một phút, hoặc xem app ngân hàng.',
    en: 'Let the shopper scan. The bank tells late: wait a minute, or look in your bank’s app.',
  },
  unheard: {
    vi: 'Đưa khách quét. Tài khoản này chưa nghe được, xem app ngân hàng.',
    en: 'Let the shopper scan. This account cannot be heard: look in your bank’s app.',
  },
  noAccount: {
    vi: 'Sạp chưa nhận chuyển khoản được: xem Mã của tôi.',
    en: 'The stall cannot be paid by bank yet: see My code.',
  },
  next: { vi: 'Khách tiếp theo', en: 'Next shopper' },
  cancel: { vi: 'Hủy mã', en: 'Cancel' },
  code: { vi: 'Mã thu', en: 'Code for' },
  open: { vi: 'Chờ tiền về', en: 'Waiting' },
  paid: { vi: 'Tiền đã về, đủ', en: 'Arrived, enough' },
  short: { vi: 'Còn thiếu', en: 'Still short' },
  over: { vi: 'Khách trả thừa', en: 'Paid too much' },
  expired: { vi: 'Mã đã hết giờ', en: 'Expired' },
  cancelled: { vi: 'Đã hủy', en: 'Cancelled' },
}

/** `requestId` is the code on show; it is kept outside, or a look at another tab would lose it. */
export function KeypadScreen({
  stall,
  feed,
  requestId,
  setRequestId,
}: {
  stall: Stall
  feed: FeedState | undefined
  requestId: string | null
  setRequestId: (id: string | null) => void
}) {
  const [amount, setAmount] = useState('')
  if (requestId !== null) {
    return (
      <RequestView
        id={requestId}
        demo={stall.demo}
        feed={feed}
        onDone={() => {
          setRequestId(null)
          setAmount('')
        }}
      />
    )
  }
  return <Keypad stall={stall} amount={amount} setAmount={setAmount} onMade={setRequestId} />
}

function Keypad({
  stall,
  amount,
  setAmount,
  onMade,
}: {
  stall: Stall
  amount: string
  setAmount: (amount: string) => void
  onMade: (id: string) => void
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [key, setKey] = useState(() => crypto.randomUUID())
  const readDayAgain = (): void => void queries.invalidateQueries({ queryKey: ['day', stall.id] })
  const body = { amountVnd: Number(amount) }
  const make = useMutation({
    mutationFn: () =>
      api.post<PaymentRequest>(`/v1/stalls/${stall.id}/payment-requests`, body, { idempotencyKey: key }),
    onSuccess: ({ id }) => onMade(id),
  })
  const cash = useMutation({
    mutationFn: () =>
      api.post<{ id: string }>(`/v1/stalls/${stall.id}/cash-sales`, body, { idempotencyKey: key }),
    onSuccess: () => {
      readDayAgain()
      setKey(crypto.randomUUID())
      setAmount('')
    },
  })
  const undo = useMutation({
    mutationFn: (id: string) => api.post(`/v1/cash-sales/${id}/undo`),
    onSuccess: () => {
      readDayAgain()
      cash.reset()
    },
  })
  const busy = make.isPending || cash.isPending
  const isPayable = stall.accounts.length > 0
  return (
    <section className="keypad-screen">
      <h1>{w.how}</h1>
      <output className="keypad-amount" aria-live="polite">
        {amount === '' ? '0' : formatNumber(Number(amount))} đ
      </output>
      <div className="keys">
        {KEYS.map((one) => (
          <button
            key={one}
            type="button"
            aria-label={one === '⌫' ? w.erase : one}
            onClick={() => {
              cash.reset()
              setAmount(pressKey(amount, one))
              setKey(crypto.randomUUID())
            }}
          >
            {one}
          </button>
        ))}
      </div>
      {make.isError || cash.isError ? <ErrorPanel error={make.error ?? cash.error} /> : null}
      {isPayable ? (
        <Button disabled={amount === '' || busy} onClick={() => make.mutate()}>
          {w.make}
        </Button>
      ) : (
        <p className="hint">{w.noAccount}</p>
      )}
      {cash.data === undefined ? (
        <Button
          kind={isPayable ? 'quiet' : 'main'}
          disabled={amount === '' || busy}
          onClick={() => cash.mutate()}
        >
          {w.cash}
        </Button>
      ) : (
        <div className="row" role="status">
          <span>{w.noted}</span>
          <Button kind="danger" onClick={() => undo.mutate(cash.data.id)}>
            {w.undo}
          </Button>
        </div>
      )}
    </section>
  )
}

function RequestView({
  id,
  demo,
  feed,
  onDone,
}: {
  id: string
  demo: boolean
  feed: FeedState | undefined
  onDone: () => void
}) {
  const w = useWords(WORDS)
  const request = useQuery({
    queryKey: ['request', id],
    queryFn: () => api.get<PaymentRequest>(`/v1/payment-requests/${id}`),
    refetchInterval: 10_000,
  })
  const cancel = useMutation({
    mutationFn: () => api.post(`/v1/payment-requests/${id}/cancel`),
    onSuccess: onDone,
  })
  if (request.data === undefined)
    return request.isError ? (
      <ErrorPanel error={request.error} onRetry={() => void request.refetch()} />
    ) : null
  const { amountVnd, paidVnd, payload, status } = request.data
  const wait = feed === 'late' ? w.late : feed === 'deaf' || feed === 'none' ? w.unheard : w.wait
  return (
    <section className="code-screen">
      <h1 className="request-amount">{formatVnd(BigInt(amountVnd))}</h1>
      <QrCode payload={payload} demo={demo} label={`${w.code} ${formatVnd(BigInt(amountVnd))}`} />
      <p className={`request-status ${status}`} role="status" data-testid="request-status">
        {w[status]}
        {status === 'short' ? ` ${formatVnd(BigInt(amountVnd - paidVnd))}` : null}
      </p>
      {status === 'open' ? <p className="hint">{wait}</p> : null}
      {cancel.isError ? <ErrorPanel error={cancel.error} /> : null}
      <div className="pair">
        <Button onClick={onDone}>{w.next}</Button>
        {status === 'open' ? (
          <Button kind="danger" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            {w.cancel}
          </Button>
        ) : null}
      </div>
    </section>
  )
}
