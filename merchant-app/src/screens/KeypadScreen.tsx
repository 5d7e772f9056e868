import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, type FeedState, type PaymentRequest, type Stall } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Button, ErrorPanel, fill, QrCode, useWords } from '@tienve/ui'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'
import { keepDraft, readDraft } from '../offline/kept.ts'
import { NoCode } from '../offline/NoCode.tsx'
import { UnsentCount } from '../offline/UnsentCard.tsx'
import type { Unsent } from '../offline/use-unsent.ts'
import { NoteField } from './NoteField.tsx'
import {
  changeFor,
  creditDraft,
  KEYS,
  pressAmount,
  pressKey,
  quickAmounts,
  sumOf,
  withTaken,
} from './keypad.ts'

const WORDS = {
  how: { vi: 'Thu bao nhiêu?', en: 'How much?' },
  make: { vi: 'Cho xem mã', en: 'Show the code' },
  cash: { vi: 'Ghi tiền mặt', en: 'Note cash' },
  credit: { vi: 'Ghi nợ', en: 'On credit' },
  noted: { vi: 'Đã ghi tiền mặt {sum}', en: 'Cash noted: {sum}' },
  unsent: { vi: 'Chưa gửi: tiền mặt {sum}', en: 'Not sent yet: cash {sum}' },
  handed: { vi: 'Khách đưa', en: 'Handed over' },
  goesBack: { vi: 'Thối lại', en: 'Give back' },
  plus: { vi: 'Cộng', en: 'Plus' },
  quick: { vi: 'Số hay thu', en: 'Usual amounts' },
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
  lost: {
    vi: 'Khách vẫn quét được. Mất mạng: máy chưa nghe được tiền về, xem app ngân hàng.',
    en: 'It can still be scanned. No network: we cannot hear the money, look in your bank’s app.',
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
  isLost,
  unsent,
  requestId,
  onMade,
  onNext,
  onCode,
  onDay,
  onCredit,
}: {
  stall: Stall
  feed: FeedState | undefined
  isLost: boolean
  unsent: Unsent
  requestId: string | null
  onMade: (id: string) => void
  onNext: () => void
  onCode: () => void
  /** To what was not sent yet, among the day's sums; null where nobody may look at those. */
  onDay: (() => void) | null
  /** To the credit book with the sum; null for whoever keeps none. */
  onCredit: (() => void) | null
}) {
  const [amount, setAmount] = useState(() => readDraft().amount ?? '')
  useEffect(() => keepDraft({ amount }), [amount])
  if (requestId !== null) {
    return (
      <RequestView
        id={requestId}
        demo={stall.demo}
        feed={feed}
        isLost={isLost}
        onDone={() => {
          onNext()
          setAmount('')
        }}
      />
    )
  }
  return (
    <Keypad
      stall={stall}
      amount={amount}
      setAmount={setAmount}
      unsent={unsent}
      onMade={onMade}
      onCode={onCode}
      onDay={onDay}
      onCredit={onCredit}
    />
  )
}

function Keypad({
  stall,
  amount,
  setAmount,
  unsent,
  onMade,
  onCode,
  onDay,
  onCredit,
}: {
  stall: Stall
  amount: string
  setAmount: (amount: string) => void
  unsent: Unsent
  onMade: (id: string) => void
  onCode: () => void
  onDay: (() => void) | null
  onCredit: (() => void) | null
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [key, setKey] = useState(() => crypto.randomUUID())
  const readDayAgain = (): void => void queries.invalidateQueries({ queryKey: ['day', stall.id] })
  const amountVnd = sumOf(amount)
  const [note, setNote] = useState<string | null>(null)
  const said = note === null || note.trim() === '' ? null : note.trim()
  const body = { amountVnd, ...(said === null ? {} : { note: said }) }
  const lastVnd = readDraft().lastVnd ?? []
  const keepLast = (): void => keepDraft({ lastVnd: withTaken(lastVnd, amountVnd) })
  const make = useMutation({
    mutationFn: () =>
      api.post<PaymentRequest>(`/v1/stalls/${stall.id}/payment-requests`, body, { idempotencyKey: key }),
    onSuccess: ({ id }) => {
      keepLast()
      onMade(id)
    },
  })
  const cash = useMutation({
    // Under the keypad's own key: a second tap before the first is noted is the same sale.
    mutationFn: async () => {
      await unsent.note(key, amountVnd, said)
      return { amountVnd, key }
    },
    onSuccess: () => {
      make.reset()
      keepLast()
      setAmount('')
      setNote(null)
      setKey(crypto.randomUUID())
    },
  })
  const noted = cash.data
  const isUnsent = unsent.sales.some((one) => one.key === noted?.key)
  const undo = useMutation({
    mutationFn: async (saleKey: string) => {
      const id = unsent.sentAs.get(saleKey)
      await (id === undefined ? unsent.takeBack(saleKey) : api.post(`/v1/cash-sales/${id}/undo`))
    },
    onSuccess: () => {
      readDayAgain()
      cash.reset()
    },
  })
  const type = (next: string): void => {
    cash.reset()
    make.reset()
    setAmount(next)
    setKey(crypto.randomUUID())
  }
  const busy = make.isPending || cash.isPending
  const isPayable = stall.accounts.length > 0
  return (
    <section className="keypad-screen">
      <h1>{w.how}</h1>
      <output className="keypad-amount" aria-live="polite">
        {amount.includes('+') ? <small>{amount.split('+').map(inDots).join(' + ')} =</small> : null}
        {formatVnd(amountVnd)}
      </output>
      <div className="quick" role="group" aria-label={w.quick}>
        {quickAmounts(lastVnd).map((one) => (
          <button key={one} type="button" onClick={() => type(pressAmount(amount, one))}>
            {formatNumber(one)}
          </button>
        ))}
      </div>
      <div className="keys sums">
        {KEYS.map((one) => (
          <button
            key={one}
            type="button"
            data-key={one}
            aria-label={one === '⌫' ? w.erase : one === '+' ? w.plus : one}
            onClick={() => type(pressKey(amount, one))}
          >
            {one}
          </button>
        ))}
      </div>
      {make.error instanceof ApiError && make.error.offline ? (
        <NoCode onCode={onCode} />
      ) : make.isError || cash.isError ? (
        <ErrorPanel error={make.error ?? cash.error} />
      ) : null}
      {isPayable ? (
        <Button disabled={amountVnd === 0 || busy} onClick={() => make.mutate()}>
          {w.make}
        </Button>
      ) : (
        <p className="hint">{w.noAccount}</p>
      )}
      {noted === undefined ? (
        <Button
          kind={isPayable ? 'quiet' : 'main'}
          disabled={amountVnd === 0 || busy}
          onClick={() => cash.mutate()}
        >
          {w.cash}
        </Button>
      ) : (
        <div className="stack" role="status">
          <div className="row">
            <b className={isUnsent ? 'late' : undefined}>
              {fill(isUnsent ? w.unsent : w.noted, { sum: formatVnd(noted.amountVnd) })}
            </b>
            <Button kind="danger" disabled={undo.isPending} onClick={() => undo.mutate(noted.key)}>
              {w.undo}
            </Button>
          </div>
          {undo.isError ? <ErrorPanel error={undo.error} /> : null}
          <Change amountVnd={noted.amountVnd} />
        </div>
      )}
      <div className="pair">
        <NoteField
          note={note}
          onChange={(next) => {
            setNote(next)
            setKey(crypto.randomUUID())
          }}
        />
        {onCredit === null ? null : (
          <Button
            kind="quiet"
            className="small"
            disabled={amountVnd === 0 || busy}
            onClick={() => {
              queries.setQueryData(creditDraft(stall.id), amountVnd)
              setAmount('')
              onCredit()
            }}
          >
            {w.credit}
          </Button>
        )}
      </div>
      <UnsentCount unsent={unsent} onOpen={onDay} />
    </section>
  )
}

/** What goes back for each round sum that the shopper may have handed over: to be read, with nothing to tap. */
function Change({ amountVnd }: { amountVnd: number }) {
  const w = useWords(WORDS)
  return (
    <table className="change" data-testid="change">
      <thead>
        <tr>
          <th scope="col">{w.handed}</th>
          <th scope="col">{w.goesBack}</th>
        </tr>
      </thead>
      <tbody>
        {changeFor(amountVnd).map(({ handedVnd, backVnd }) => (
          <tr key={handedVnd}>
            <td>{formatNumber(handedVnd)}</td>
            <td>
              <b>{formatNumber(backVnd)}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function inDots(term: string): string {
  return term === '' ? '…' : formatNumber(Number(term))
}

function RequestView({
  id,
  demo,
  feed,
  isLost,
  onDone,
}: {
  id: string
  demo: boolean
  feed: FeedState | undefined
  isLost: boolean
  onDone: () => void
}) {
  const w = useWords(WORDS)
  const request = useQuery({
    queryKey: ['request', id],
    queryFn: () => api.get<PaymentRequest>(`/v1/payment-requests/${id}`),
    refetchInterval: 10_000,
    // A code that was on show when the app was killed; kept only while it is open, so that nothing old is ever green.
    initialData: () => readKeptRequest(id),
    initialDataUpdatedAt: 0,
  })
  const { data } = request
  useEffect(() => keepDraft({ request: data?.status === 'open' ? data : undefined }), [data])
  const cancel = useMutation({
    mutationFn: () => api.post(`/v1/payment-requests/${id}/cancel`),
    onSuccess: onDone,
  })
  if (data === undefined)
    return request.isError ? (
      <ErrorPanel error={request.error} onRetry={() => void request.refetch()} />
    ) : null
  const { amountVnd, paidVnd, payload, status, note } = data
  const wait = isLost
    ? w.lost
    : feed === 'late'
      ? w.late
      : feed === 'deaf' || feed === 'none'
        ? w.unheard
        : w.wait
  return (
    <section className="code-screen">
      <h1 className="request-amount">{formatVnd(BigInt(amountVnd))}</h1>
      {note === null ? null : <p className="hint">{note}</p>}
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

function readKeptRequest(id: string): PaymentRequest | undefined {
  const { request } = readDraft()
  return request?.id === id ? request : undefined
}
