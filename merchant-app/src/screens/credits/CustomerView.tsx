import './credits.css'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { CreditAccount, PaymentRequest, Stall } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, ErrorPanel, fill, Loading, Money, QrCode, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { CreditLines } from './CreditLines.tsx'
import { EraseBox } from './EraseBox.tsx'
import { Reminder } from './Reminder.tsx'
import { SumForm } from './SumForm.tsx'

const WORDS = {
  owes: { vi: 'Còn nợ', en: 'Owes' },
  nothing: { vi: 'Hết nợ', en: 'Owes nothing' },
  erased: { vi: 'Khách đã xóa tên', en: 'Name erased' },
  surplus: { vi: 'Khách trả thừa {sum}, phải trả lại', en: 'Paid {sum} too much, to give back' },
  code: { vi: 'Trả bằng mã QR', en: 'Pay by code' },
  cash: { vi: 'Trả tiền mặt', en: 'Paid in cash' },
  more: { vi: 'Ghi nợ thêm', en: 'Owes more' },
  remind: { vi: 'Nhắc khách', en: 'Remind' },
  forgive: { vi: 'Xóa nợ', en: 'Forgive' },
  given: { vi: 'Đã trả lại khách', en: 'Given back' },
  offset: { vi: 'Trừ vào nợ', en: 'Take off the debt' },
  what: { vi: 'Mua gì? (không bắt buộc)', en: 'What for? (optional)' },
  why: { vi: 'Vì sao xóa?', en: 'Why?' },
  unlinked: {
    vi: 'Khách trả vào mã in của sạp thì máy không biết của ai: xóa nợ bằng số đó, ghi “đã chuyển khoản”.',
    en: 'What a shopper pays by the printed code is not known to be theirs: forgive that sum, with “paid by bank”.',
  },
  wait: {
    vi: 'Đưa khách quét. Tiền về máy tự trừ nợ.',
    en: 'Let the shopper scan. It is taken off by itself.',
  },
  done: { vi: 'Đóng mã', en: 'Close the code' },
  back: { vi: 'Quay lại', en: 'Back' },
}
type Asking = 'code' | 'cash' | 'more' | 'forgive' | 'given_back' | 'offset' | 'remind' | null
/** The bank tells that a code was paid; nothing of this page is told of that but by asking. */
const ASK_AGAIN_MS = 10_000

/** What one shopper owes, the ways in which it gets less, and every line of the book. */
export function CustomerView({ stall, id, onBack }: { stall: Stall; id: string; onBack: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [asking, setAsking] = useState<Asking>(null)
  const [request, setRequest] = useState<PaymentRequest | null>(null)
  const account = useQuery({
    queryKey: ['credit', id],
    queryFn: () => api.get<CreditAccount>(`/v1/credit-customers/${id}`),
    refetchInterval: ASK_AGAIN_MS,
  })
  const readAgain = (): void =>
    void queries.invalidateQueries({
      predicate: ({ queryKey }) => ['credit', 'credits', 'day'].includes(String(queryKey[0])),
    })
  const done = (): void => {
    readAgain()
    setAsking(null)
  }
  const { data } = account
  if (data === undefined)
    return account.isError ? (
      <ErrorPanel error={account.error} onRetry={() => void account.refetch()} />
    ) : (
      <Loading />
    )
  const name = data.name === '' ? w.erased : data.name
  if (request !== null)
    return (
      <section className="code-screen">
        <h1>{name}</h1>
        <p className="request-amount">{formatVnd(BigInt(request.amountVnd))}</p>
        <QrCode payload={request.payload} demo={stall.demo} label={`${w.code} ${request.code}`} />
        <p className="request-status" role="status" data-testid="credit-owed">
          {data.owedVnd === 0 ? w.nothing : `${w.owes} ${formatVnd(BigInt(data.owedVnd))}`}
        </p>
        <p className="hint">{w.wait}</p>
        <Button onClick={() => setRequest(null)}>{w.done}</Button>
      </section>
    )
  return (
    <section className="stack">
      <h1>{name}</h1>
      {data.phone === null ? null : <a href={`tel:${data.phone}`}>{data.phone}</a>}
      <Card title={data.owedVnd === 0 ? w.nothing : w.owes}>
        <p className="credit-owed" data-testid="credit-owed">
          <Money vnd={data.owedVnd} />
        </p>
        {data.surplusVnd === 0 ? null : (
          <p className="credit-surplus">{fill(w.surplus, { sum: formatVnd(BigInt(data.surplusVnd)) })}</p>
        )}
      </Card>
      {asking === null ? (
        <Actions stall={stall} account={data} onAsk={setAsking} />
      ) : asking === 'remind' ? (
        <Reminder stall={stall} account={data} onBack={() => setAsking(null)} />
      ) : (
        <Form
          stallId={stall.id}
          account={data}
          asking={asking}
          onDone={done}
          onRequest={setRequest}
          onBack={() => setAsking(null)}
        />
      )}
      <CreditLines entries={data.entries} onChanged={readAgain} />
      {data.name === '' ? null : <EraseBox customerId={id} onErased={readAgain} />}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function Actions({
  stall,
  account,
  onAsk,
}: {
  stall: Stall
  account: CreditAccount
  onAsk: (asking: Asking) => void
}) {
  const w = useWords(WORDS)
  const { owedVnd, surplusVnd, name } = account
  return (
    <>
      {owedVnd > 0 ? (
        <>
          {stall.accounts.length > 0 ? <Button onClick={() => onAsk('code')}>{w.code}</Button> : null}
          <Button kind="quiet" onClick={() => onAsk('cash')}>
            {w.cash}
          </Button>
        </>
      ) : null}
      <div className="pair">
        {name === '' ? null : (
          <Button kind="quiet" onClick={() => onAsk('more')}>
            {w.more}
          </Button>
        )}
        {owedVnd > 0 && name !== '' && stall.accounts.length > 0 ? (
          <Button kind="quiet" onClick={() => onAsk('remind')}>
            {w.remind}
          </Button>
        ) : null}
        {owedVnd > 0 ? (
          <Button kind="quiet" onClick={() => onAsk('forgive')}>
            {w.forgive}
          </Button>
        ) : null}
        {surplusVnd > 0 ? (
          <Button kind="quiet" onClick={() => onAsk('given_back')}>
            {w.given}
          </Button>
        ) : null}
        {surplusVnd > 0 && owedVnd > 0 ? (
          <Button kind="quiet" onClick={() => onAsk('offset')}>
            {w.offset}
          </Button>
        ) : null}
      </div>
    </>
  )
}

function Form(props: {
  stallId: string
  account: CreditAccount
  asking: Exclude<Asking, null | 'remind'>
  onDone: () => void
  onRequest: (request: PaymentRequest) => void
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const { asking, account, onDone, onBack } = props
  const path = `/v1/credit-customers/${account.id}`
  const common = { key: asking, onBack }
  switch (asking) {
    case 'code':
      return (
        <SumForm
          {...common}
          title={w.code}
          mostVnd={account.owedVnd}
          save={(amountVnd, _, idempotencyKey) =>
            api.post<PaymentRequest>(`${path}/payment-requests`, { amountVnd }, { idempotencyKey })
          }
          onSaved={(request) => {
            props.onRequest(request)
            onDone()
          }}
        />
      )
    case 'cash':
      return (
        <SumForm
          {...common}
          title={w.cash}
          mostVnd={account.owedVnd}
          save={(amountVnd, _, idempotencyKey) =>
            api.post(`${path}/cash-payments`, { amountVnd }, { idempotencyKey })
          }
          onSaved={onDone}
        />
      )
    case 'more':
      return (
        <SumForm
          {...common}
          title={w.more}
          words={w.what}
          save={(amountVnd, note, idempotencyKey) =>
            api.post(
              `/v1/stalls/${props.stallId}/credit-sales`,
              { customerId: account.id, amountVnd, note },
              { idempotencyKey },
            )
          }
          onSaved={onDone}
        />
      )
    case 'forgive':
      return (
        <SumForm
          {...common}
          title={w.forgive}
          hint={w.unlinked}
          mostVnd={account.owedVnd}
          words={w.why}
          leastWords={3}
          save={(amountVnd, reason, idempotencyKey) =>
            api.post(`${path}/forgive`, { amountVnd, reason }, { idempotencyKey })
          }
          onSaved={onDone}
        />
      )
    default:
      return (
        <SumForm
          {...common}
          title={asking === 'offset' ? w.offset : w.given}
          mostVnd={asking === 'offset' ? Math.min(account.owedVnd, account.surplusVnd) : account.surplusVnd}
          save={(amountVnd, _, idempotencyKey) =>
            api.post(`${path}/surplus`, { as: asking, amountVnd }, { idempotencyKey })
          }
          onSaved={onDone}
        />
      )
  }
}
