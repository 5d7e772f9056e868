import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { roleCan, type Me, type Suggestion, type SuspenseDetail } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import {
  Banner,
  Button,
  Card,
  Empty,
  ErrorPanel,
  Field,
  fill,
  Mark,
  monthOf,
  useWords,
  whenOf,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { REASON_WORDS } from '../../reasons.ts'
import { addressOf, useRoute } from '../../route.ts'
import { History } from './History.tsx'
import { BookIt, Movements } from './Question.tsx'
import { ResolveForm, type Draft } from './ResolveForm.tsx'
import { HINT_WORDS, RESOLUTION_WORDS, WHY_WORDS } from './words.ts'

const WORDS = {
  back: { vi: '‹ Tiền treo', en: '‹ Suspense' },
  came: { vi: 'Tiền về lúc {at}', en: 'Came at {at}' },
  left: { vi: 'Tiền ra lúc {at}', en: 'Left at {at}' },
  said: { vi: 'Ngân hàng báo', en: 'What the bank said' },
  content: { vi: 'Nội dung', en: 'Memo' },
  account: { vi: 'Tài khoản', en: 'Account' },
  reference: { vi: 'Số giao dịch', en: 'Reference' },
  codes: { vi: 'Mã đọc được', en: 'Codes read' },
  hidden: { vi: 'không nêu', en: 'not shown' },
  suggestions: { vi: 'Có thể là tiền của', en: 'It may be for' },
  none: {
    vi: 'Máy không gợi ý được gì. Hỏi người nộp, rồi chọn ở dưới.',
    en: 'Nothing suggests itself. Ask the payer, then choose below.',
  },
  owed: { vi: 'còn nợ {sum}', en: 'owes {sum}' },
  ahead: { vi: 'không còn nợ: tiền thành trả trước', en: 'owes nothing: it is paid in advance' },
  certain: { vi: 'Khá chắc', en: 'Quite certain' },
  because: { vi: 'Vì {reasons}', en: 'Because: {reasons}' },
  wholeDebt: { vi: 'Cả nợ', en: 'Whole debt' },
  giveBack: { vi: 'Trả lại · {stall}', en: 'Give back · {stall}' },
  following: { vi: 'Theo gợi ý: {reasons}', en: 'As suggested: {reasons}' },
  undo: { vi: 'Hoàn tác', en: 'Undo' },
  undoWhy: { vi: 'Vì sao hoàn tác', en: 'Why undo' },
  undoNote: {
    vi: 'Sổ ghi bút toán đảo, biên nhận thành hủy, tiền về lại chỗ treo.',
    en: 'The books post a reversal, receipts are void, the money is in suspense again.',
  },
  cancel: { vi: 'Thôi', en: 'Cancel' },
  done: { vi: 'Đã xử lý: {what}', en: 'Resolved: {what}' },
  refund: { vi: 'Xem khoản trả lại', en: 'See the refund' },
}

/** One item: why it waits, what it may have been for, and the ways to resolve it. */
export function ItemScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const id = useRoute().query.get('id') ?? ''
  const item = useQuery({
    queryKey: ['suspense-item', id],
    queryFn: () => api.get<SuspenseDetail>(`/v1/suspense/${encodeURIComponent(id)}`),
  })
  return (
    <div className="stack">
      <a className="text-link" href={addressOf('suspense')}>
        {w.back}
      </a>
      <Answer of={item}>{(data) => <One key={data.status} me={me} item={data} />}</Answer>
    </div>
  )
}

function One({ me, item }: { me: Me; item: SuspenseDetail }) {
  const w = useWords(WORDS)
  const r = useWords(REASON_WORDS)
  const why = useWords(WHY_WORDS)
  const b = useWords(RESOLUTION_WORDS)
  const [draft, setDraft] = useState<Draft | null>(null)
  const isWorkable = item.status === 'open' && !item.isProposed && roleCan(me.user.role, 'suspense.resolve')
  return (
    <>
      <h1>{formatVnd(item.amountVnd)}</h1>
      <p className="tv-quiet">
        {fill(item.direction === 'in' ? w.came : w.left, { at: whenOf(item.occurredAt) })}
      </p>
      {item.resolution === null ? (
        <Banner kind="info">
          <b>{r[item.reason]}.</b> {why[item.reason]}
        </Banner>
      ) : (
        <Banner kind="good" testId="suspense-resolved">
          {fill(w.done, { what: b[item.resolution] })}
        </Banner>
      )}
      <Said item={item} />
      {isWorkable ? (
        <>
          {item.isInBooks && item.direction === 'in' ? (
            <Suggestions of={item.suggestions} chosen={draft} onChoose={setDraft} />
          ) : null}
          {item.question === null ? null : (
            <Movements of={item.question} chosen={draft} onChoose={setDraft} />
          )}
          {isQuestion(item) ? <BookIt id={item.id} /> : null}
          <ResolveForm key={draft?.key ?? ''} me={me} item={item} start={draft} />
        </>
      ) : null}
      <History me={me} item={item} />
      {item.status === 'resolved' && roleCan(me.user.role, 'suspense.resolve') ? <Undo id={item.id} /> : null}
    </>
  )
}

/** What is held back asks whether it is money of its own, or which transaction it is of. */
function isQuestion({ reason, isInBooks }: SuspenseDetail): boolean {
  return !isInBooks && (reason === 'ambiguous' || reason === 'unconfirmed')
}

function Said({ item }: { item: SuspenseDetail }) {
  const w = useWords(WORDS)
  const account = [item.bankCode, item.accountMasked].filter((one) => one !== null).join(' ')
  const lines = [
    [w.content, item.content ?? item.question?.content ?? w.hidden],
    [w.account, account === '' ? w.hidden : account],
    [w.reference, item.bankTransaction?.reference ?? item.question?.reference ?? null],
    [w.codes, item.codes.length === 0 ? null : item.codes.join(', ')],
  ] as const
  return (
    <Card title={w.said}>
      <dl className="said">
        {lines.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </Card>
  )
}

/** Each is a choice of its own, large enough for a thumb; choosing one fills in the form below and sends nothing yet. */
function Suggestions({
  of,
  chosen,
  onChoose,
}: {
  of: readonly Suggestion[]
  chosen: Draft | null
  onChoose: (draft: Draft) => void
}) {
  const w = useWords(WORDS)
  const h = useWords(HINT_WORDS)
  const b = useWords(RESOLUTION_WORDS)
  const wordsOf = ({ reasons }: Suggestion): string =>
    reasons.map(({ why, code }) => fill(h[why], { code: code ?? '' })).join('; ')
  const nameOf = (one: Suggestion): string => {
    if (one.stallCode === null) return b[one.as]
    if (one.as === 'return') return fill(w.giveBack, { stall: `${one.stallCode} ${one.stallName}` })
    return `${one.stallCode} ${one.stallName} · ${one.period === null ? w.wholeDebt : monthOf(one.period)}`
  }
  return (
    <Card title={w.suggestions}>
      {of.length === 0 ? <Empty>{w.none}</Empty> : null}
      {of.map((one) => {
        const key = `${one.as} ${one.chargeId ?? one.stallId ?? ''}`
        return (
          <button
            key={key}
            type="button"
            className="choice"
            data-testid="suggestion"
            aria-pressed={chosen?.key === key}
            onClick={() =>
              onChoose({ key, target: targetOf(one), reason: fill(w.following, { reasons: wordsOf(one) }) })
            }
          >
            <span>
              <b>{nameOf(one)}</b>
              {one.certain ? <Mark kind="good">{w.certain}</Mark> : null}
            </span>
            {one.outstandingVnd === null ? null : (
              <span>
                {one.outstandingVnd === 0 ? w.ahead : fill(w.owed, { sum: formatVnd(one.outstandingVnd) })}
              </span>
            )}
            <small>{fill(w.because, { reasons: wordsOf(one) })}</small>
          </button>
        )
      })}
    </Card>
  )
}

function targetOf({ as, chargeId, stallId }: Suggestion): string {
  if (as === 'charge') return `charge ${chargeId}`
  return as === 'debt' ? `debt ${stallId}` : as
}

function Undo({ id }: { id: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const undo = useMutation({
    mutationFn: () => api.post(`/v1/suspense/${id}/undo`, { reason }),
    onSuccess: () => queries.invalidateQueries(),
  })
  if (!isOpen) {
    return (
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {w.undo}
      </Button>
    )
  }
  return (
    <Card title={w.undo}>
      <p>{w.undoNote}</p>
      <Field
        id="undo-reason"
        label={w.undoWhy}
        maxLength={300}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {undo.isError ? <ErrorPanel error={undo.error} /> : null}
      <div className="filters">
        <Button
          kind="danger"
          disabled={undo.isPending || reason.trim().length < 3}
          onClick={() => undo.mutate()}
        >
          {w.undo}
        </Button>
        <Button kind="quiet" onClick={() => setOpen(false)}>
          {w.cancel}
        </Button>
      </div>
    </Card>
  )
}
