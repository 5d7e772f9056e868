import { useMutation, useQueryClient } from '@tanstack/react-query'
import { REFUND_STATUSES, roleCan, type Me, type Refund, type RefundPage } from '@tienve/contracts'
import { formatNumber, formatVnd, parseVnd } from '@tienve/money'
import { Button, Card, Empty, ErrorPanel, Field, fill, Mark, Select, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { REFUND_WORDS } from './words.ts'

const WORDS = {
  show: { vi: 'Tình trạng', en: 'Status' },
  none: { vi: 'Không có khoản nào như vậy.', en: 'There is none.' },
  came: { vi: 'Tiền về {at}', en: 'Came {at}' },
  of: { vi: 'Sạp {stall} nộp thừa', en: 'Stall {stall} paid too much' },
  ofSuspense: { vi: 'Từ tiền treo', en: 'Out of suspense' },
  offer: {
    vi: 'Để nguyên thì số này trừ vào kỳ thu sau của sạp.',
    en: 'Left alone, it is set against what the stall owes next.',
  },
  toWhom: { vi: 'Trả cho ai (tên, ngân hàng, số tài khoản)', en: 'To whom (name, bank, account)' },
  to: { vi: 'Trả cho', en: 'To' },
  amount: { vi: 'Trả bao nhiêu', en: 'How much' },
  reason: { vi: 'Lý do', en: 'Reason' },
  promise: { vi: 'Trả lại', en: 'Give it back' },
  keep: { vi: 'Để trừ kỳ sau', en: 'Keep it for the next charge' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
  code: {
    vi: 'Chuyển {sum} từ tài khoản Ban quản lý, nội dung ghi {code}. Máy tự đóng khi ngân hàng báo.',
    en: 'Send {sum} from the board’s account with {code} as the memo. It is closed when the bank tells of it.',
  },
  decided: { vi: '{who} quyết định {at}', en: 'Decided by {who} at {at}' },
  paid: { vi: 'Ngân hàng báo tiền ra {at}', en: 'Left at {at}, the bank says' },
  named: {
    vi: 'Đã chỉ giao dịch. Sổ ghi trong vòng một phút.',
    en: 'Named. The books follow within a minute.',
  },
  candidates: {
    vi: 'Ngân hàng báo tiền ra đúng số này. Nếu đúng là nó, chỉ cho máy:',
    en: 'The bank told of transfers of this sum. If one of them was it, say so:',
  },
  thatOne: { vi: 'Đúng giao dịch này', en: 'This one' },
}
const MARKS = { offered: 'none', due: 'warn', paid: 'good', cancelled: 'bad' } as const

/** What may go back, what is to go back, and what has gone. */
export function Refunds({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const s = useWords(REFUND_WORDS)
  const { path, query } = useRoute()
  const status = REFUND_STATUSES.find((one) => one === query.get('status')) ?? 'due'
  const pages = usePages<RefundPage>(
    ['refunds', me.market.id, status],
    `/v1/markets/${me.market.id}/refunds`,
    { status, limit: 50 },
    { lookAgainMs: () => 10_000 },
  )
  return (
    <>
      <div className="filters">
        <Select
          id="refund-status"
          label={w.show}
          value={status}
          onChange={(event) => goTo(path, { status: event.target.value })}
        >
          {REFUND_STATUSES.map((one) => (
            <option key={one} value={one}>
              {s[one]}
            </option>
          ))}
        </Select>
      </div>
      <Answer of={pages}>
        {({ pages: all }) => {
          const items = all.flatMap((page) => page.items)
          if (items.length === 0) return <Empty>{w.none}</Empty>
          return items.map((one) => <RefundCard key={one.id} me={me} refund={one} />)
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function RefundCard({ me, refund }: { me: Me; refund: Refund }) {
  const w = useWords(WORDS)
  const s = useWords(REFUND_WORDS)
  const may = roleCan(me.user.role, 'refunds.promise')
  const { status, suspenseId, stallCode, stallName } = refund
  return (
    <Card title={formatVnd(refund.amountVnd)}>
      <Mark kind={MARKS[status]}>{s[status]}</Mark>
      <p>
        {suspenseId === null ? (
          fill(w.of, { stall: `${stallCode} ${stallName}` })
        ) : (
          <a className="text-link" href={addressOf('suspense/one', { id: suspenseId })}>
            {w.ofSuspense}
          </a>
        )}{' '}
        · {fill(w.came, { at: whenOf(refund.occurredAt) })}
      </p>
      {refund.toWhom === null ? null : (
        <p>
          {w.to}: <b>{refund.toWhom}</b>
          {refund.reason === null ? '' : ` · ${refund.reason}`}
        </p>
      )}
      {refund.code === null || refund.isNamed ? null : (
        <p>{fill(w.code, { sum: formatVnd(refund.amountVnd), code: refund.code })}</p>
      )}
      {refund.decidedAt === null ? null : (
        <p className="tv-quiet">
          {fill(w.decided, { who: refund.decidedBy ?? '–', at: whenOf(refund.decidedAt) })}
        </p>
      )}
      {refund.paidAt === null ? null : <p>{fill(w.paid, { at: whenOf(refund.paidAt) })}</p>}
      {refund.isNamed ? <p role="status">{w.named}</p> : null}
      {refund.candidates.length > 0 ? <Candidates refund={refund} may={may} /> : null}
      {may && status !== 'paid' && suspenseId === null ? <Decide refund={refund} /> : null}
    </Card>
  )
}

function Candidates({ refund, may }: { refund: Refund; may: boolean }) {
  const w = useWords(WORDS)
  const act = useAct(refund.id)
  return (
    <>
      <p>{w.candidates}</p>
      <ul className="lines">
        {refund.candidates.map(({ bankTransactionId, amountVnd, content, occurredAt }) => (
          <li key={bankTransactionId}>
            {formatVnd(amountVnd)} · {whenOf(occurredAt)} · {content}{' '}
            {may ? (
              <Button
                kind="quiet"
                disabled={act.isPending}
                onClick={() => act.mutate(['paid-by', { bankTransactionId }])}
              >
                {w.thatOne}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {act.isError ? <ErrorPanel error={act.error} /> : null}
    </>
  )
}

function Decide({ refund }: { refund: Refund }) {
  const w = useWords(WORDS)
  const act = useAct(refund.id)
  const [way, setWay] = useState<'promise' | 'cancel' | null>(null)
  const [amount, setAmount] = useState(formatNumber(refund.amountVnd))
  const [toWhom, setToWhom] = useState('')
  const [reason, setReason] = useState('')
  const amountVnd = Number(parseVnd(amount) ?? 0n)
  const { status, id } = refund
  if (way === null) {
    return (
      <>
        {status === 'offered' ? <p className="tv-quiet">{w.offer}</p> : null}
        <div className="filters">
          {status === 'due' ? null : <Button onClick={() => setWay('promise')}>{w.promise}</Button>}
          {status === 'cancelled' ? null : (
            <Button kind="quiet" onClick={() => setWay('cancel')}>
              {w.keep}
            </Button>
          )}
        </div>
      </>
    )
  }
  const isReady =
    reason.trim().length >= 3 && (way === 'cancel' || (amountVnd > 0 && toWhom.trim().length >= 3))
  return (
    <>
      {way === 'promise' ? (
        <>
          <Field
            id={`amount-${id}`}
            label={w.amount}
            inputMode="numeric"
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
          />
          <Field
            id={`to-${id}`}
            label={w.toWhom}
            maxLength={200}
            value={toWhom}
            onChange={(event) => setToWhom(event.target.value)}
          />
        </>
      ) : null}
      <Field
        id={`reason-${id}`}
        label={w.reason}
        maxLength={300}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {act.isError ? <ErrorPanel error={act.error} /> : null}
      <div className="filters">
        <Button
          disabled={act.isPending || !isReady}
          onClick={() =>
            act.mutate(way === 'promise' ? [way, { amountVnd, toWhom, reason }] : [way, { reason }])
          }
        >
          {way === 'promise' ? w.promise : w.keep}
        </Button>
        <Button kind="quiet" onClick={() => setWay(null)}>
          {w.cancel}
        </Button>
      </div>
    </>
  )
}

function useAct(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ([name, body]: readonly [string, object]) => api.post(`/v1/refunds/${id}/${name}`, body),
    onSuccess: () => queries.invalidateQueries(),
  })
}
