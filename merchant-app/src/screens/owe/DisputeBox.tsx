import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Charge, Dispute, OpenDispute } from '@tienve/contracts'
import { Button, ErrorPanel, fullDateOf, monthOf, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  wrong: { vi: 'Tôi thấy sai', en: 'This is wrong' },
  wrongOf: { vi: 'Tôi thấy sai, tháng', en: 'This is wrong, month' },
  again: { vi: 'Vẫn thấy sai, báo lại', en: 'Still wrong: say so again' },
  what: { vi: 'Sai ở đâu?', en: 'What is wrong?' },
  more: { vi: 'Nói thêm cho Ban rõ', en: 'In your words' },
  moreFree: { vi: 'Nói cho Ban rõ (cần ghi)', en: 'In your words (needed)' },
  send: { vi: 'Gửi Ban quản lý chợ', en: 'Send to the board' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
  waiting: { vi: 'Đã báo sai, chờ Ban trả lời', en: 'Said to be wrong; the board has yet to answer' },
  quiet: {
    vi: 'Trong lúc chờ, Ban không nhắc khoản này.',
    en: 'Meanwhile nobody reminds you of this charge.',
  },
  withdraw: { vi: 'Rút lại, không sai nữa', en: 'Take it back' },
  upheld: { vi: 'Ban nhận là sai, sẽ sửa khoản này', en: 'The board agrees, and will change the charge' },
  rejected: { vi: 'Ban thấy khoản này đúng', en: 'The board sees it otherwise' },
}

/** Whoever cannot write easily needs only to tap; what she taps is what the board reads. */
const REASONS = {
  area: { vi: 'Diện tích sai', en: 'The area' },
  meter: { vi: 'Chỉ số điện, nước sai', en: 'The meter' },
  price: { vi: 'Giá sai', en: 'The price' },
  paid: { vi: 'Tôi đã nộp rồi', en: 'I have paid' },
  closed: { vi: 'Sạp nghỉ, không bán', en: 'The stall was closed' },
  other: { vi: 'Việc khác', en: 'Something else' },
}
type Reason = keyof typeof REASONS
const REASON_NAMES: readonly Reason[] = ['area', 'meter', 'price', 'paid', 'closed', 'other']
const LEAST_WORDS = 3

/** What was said to be wrong about a charge and what the board answered, or the way to say so. */
export function DisputeBox({ charge, dispute }: { charge: Charge; dispute: Dispute | null }) {
  const w = useWords(WORDS)
  const [isOpen, setOpen] = useState(false)
  if (isOpen) return <SayWrong charge={charge} onDone={() => setOpen(false)} />
  if (dispute?.status === 'open') return <Waiting dispute={dispute} />
  const isAnswered = dispute?.status === 'upheld' || dispute?.status === 'rejected'
  return (
    <>
      {isAnswered ? (
        <div className="dispute" data-testid="dispute" data-status={dispute.status}>
          <b>{dispute.status === 'upheld' ? w.upheld : w.rejected}</b>
          <p>“{dispute.answer}”</p>
          {dispute.answeredAt === null ? null : <p className="hint">{fullDateOf(dispute.answeredAt)}</p>}
        </div>
      ) : null}
      <Button
        kind="quiet"
        aria-label={isAnswered ? undefined : `${w.wrongOf} ${monthOf(charge.period)}`}
        onClick={() => setOpen(true)}
      >
        {isAnswered ? w.again : w.wrong}
      </Button>
    </>
  )
}

function Waiting({ dispute }: { dispute: Dispute }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const withdraw = useMutation({
    mutationFn: () => api.post<Dispute>(`/v1/disputes/${dispute.id}/withdraw`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['disputes'] }),
  })
  return (
    <div className="dispute" data-testid="dispute" data-status="open">
      <b>{w.waiting}</b>
      <p>“{dispute.reason}”</p>
      <p className="hint">{w.quiet}</p>
      {withdraw.isError ? <ErrorPanel error={withdraw.error} /> : null}
      <Button kind="quiet" disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>
        {w.withdraw}
      </Button>
    </div>
  )
}

function SayWrong({ charge, onDone }: { charge: Charge; onDone: () => void }) {
  const w = useWords(WORDS)
  const reasons = useWords(REASONS)
  const queries = useQueryClient()
  const [reason, setReason] = useState<Reason | null>(null)
  const [words, setWords] = useState('')
  const [key] = useState(() => crypto.randomUUID())
  const said = words.trim()
  const send = useMutation({
    mutationFn: (body: OpenDispute) =>
      api.post<Dispute>(`/v1/charges/${charge.id}/disputes`, body, {
        idempotencyKey: `${key} ${body.reason.length}`,
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['disputes'] })
      onDone()
    },
  })
  const isReady = reason !== null && (reason !== 'other' || said.length >= LEAST_WORDS)
  // The board reads Vietnamese, whatever language this screen speaks.
  const text =
    reason === null || reason === 'other' ? said : [REASONS[reason].vi, said].filter(Boolean).join('. ')
  const wordsId = `wrong-${charge.id}`
  return (
    <form
      className="dispute"
      onSubmit={(event) => {
        event.preventDefault()
        send.mutate({ reason: text })
      }}
    >
      <fieldset className="reasons">
        <legend>{w.what}</legend>
        {REASON_NAMES.map((one) => (
          <button key={one} type="button" aria-pressed={one === reason} onClick={() => setReason(one)}>
            {reasons[one]}
          </button>
        ))}
      </fieldset>
      {reason === null ? null : (
        <div className="tv-field">
          <label htmlFor={wordsId}>{reason === 'other' ? w.moreFree : w.more}</label>
          <textarea
            id={wordsId}
            rows={3}
            maxLength={400}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
      )}
      {send.isError ? <ErrorPanel error={send.error} /> : null}
      <Button type="submit" disabled={!isReady || send.isPending}>
        {w.send}
      </Button>
      <Button kind="quiet" onClick={onDone}>
        {w.cancel}
      </Button>
    </form>
  )
}
