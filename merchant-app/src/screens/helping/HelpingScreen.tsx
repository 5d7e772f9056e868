import './helping.css'
import { useQuery } from '@tanstack/react-query'
import type { CurrentShift, PaymentRequest, Stall } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, clockOf, ErrorPanel, fill, QrCode, useWords } from '@tienve/ui'
import { useEffect, useState } from 'react'
import { api } from '../../api.ts'
import { answerOf, type Answer, type Latest } from './answer.ts'
import { LatestList } from './LatestList.tsx'
import { ShiftBox } from './ShiftBox.tsx'

const WORDS = {
  ask: { vi: 'Có được giao hàng không?', en: 'May the goods go?' },
  yes: { vi: 'RỒI', en: 'YES' },
  wait: { vi: 'CHƯA', en: 'NOT YET' },
  short: { vi: 'THIẾU', en: 'SHORT' },
  enough: { vi: 'Tiền đã về {sum}, đủ.', en: '{sum} has arrived: enough.' },
  over: { vi: 'Tiền đã về, thừa. Báo chủ sạp.', en: 'Arrived, and too much. Tell the owner.' },
  came: {
    vi: 'Tiền đã về {sum} lúc {at}. Đúng số của khách này mới giao.',
    en: '{sum} arrived at {at}. Only if that is this shopper’s sum.',
  },
  got: { vi: 'Mới nhận {got}. Chưa giao hàng.', en: 'Only {got} came. Keep the goods.' },
  asked: { vi: 'Chờ tiền về {sum}.', en: 'Waiting for {sum}.' },
  nothing: { vi: 'Chưa có tiền mới về.', en: 'No new money has arrived.' },
  expired: { vi: 'Mã này hết giờ. Làm mã mới.', en: 'This code has run out. Make a new one.' },
  unheard: {
    vi: 'Máy chưa nghe được tiền về. Hỏi chủ sạp.',
    en: 'We cannot hear money now. Ask the owner.',
  },
  take: { vi: 'Làm mã thu tiền', en: 'Make a code' },
  next: { vi: 'Khách tiếp theo', en: 'Next shopper' },
  code: { vi: 'Mã thu', en: 'Code for' },
  stall: { vi: 'Mã của sạp', en: 'The stall’s code' },
}
/** Soon enough for a yes to end when its minute is over. */
const LOOK_AGAIN_MS = 5_000
const ASK_AGAIN_MS = 10_000

/** Whoever helps at the stall stands before this all day: one word, the code, what came last, and no sum of anything. */
export function HelpingScreen(props: {
  stall: Stall
  hears: boolean
  latest: Latest | null
  requestId: string | null
  onNext: () => void
  onTake: () => void
}) {
  const { stall, requestId } = props
  const w = useWords(WORDS)
  const now = useNow()
  const request = useQuery({
    queryKey: ['request', requestId],
    queryFn: () => api.get<PaymentRequest>(`/v1/payment-requests/${requestId}`),
    enabled: requestId !== null,
    refetchInterval: ASK_AGAIN_MS,
  })
  const shift = useQuery({
    queryKey: ['shift', stall.id],
    queryFn: () => api.get<CurrentShift>(`/v1/stalls/${stall.id}/shifts/current`),
  })
  const shown = requestId === null ? null : (request.data ?? null)
  const isUnknown = requestId !== null && shown === null
  const answer = answerOf(shown, isUnknown ? null : props.latest, { hears: props.hears && !isUnknown, now })
  const open = shift.data?.shift
  return (
    <section className="stack helping">
      <h1>{w.ask}</h1>
      <AnswerPanel answer={answer} />
      {request.isError ? <ErrorPanel error={request.error} onRetry={() => void request.refetch()} /> : null}
      {shown === null ? null : (
        <QrCode
          payload={shown.payload}
          demo={stall.demo}
          label={`${w.code} ${formatVnd(BigInt(shown.amountVnd))}`}
        />
      )}
      {requestId !== null || stall.payload === null ? null : (
        <QrCode payload={stall.payload} demo={stall.demo} label={`${w.stall} ${stall.code}`} />
      )}
      <Button onClick={requestId === null ? props.onTake : props.onNext}>
        {requestId === null ? w.take : w.next}
      </Button>
      <LatestList stallId={stall.id} since={open?.endedAt === null ? open.startedAt : null} />
      <ShiftBox stallId={stall.id} />
    </section>
  )
}

function AnswerPanel({ answer }: { answer: Answer }) {
  const w = useWords(WORDS)
  const said = answer.may === 'short' ? w.got : w[answer.why]
  const at = 'at' in answer && answer.at !== null ? clockOf(answer.at) : ''
  return (
    <div className={`answer ${answer.may}`} role="status" data-testid="answer" data-may={answer.may}>
      <p className="answer-word">{w[answer.may]}</p>
      {answer.may === 'wait' ? null : <p className="answer-sum">{formatVnd(BigInt(answer.vnd))}</p>}
      <p>
        {fill(said, {
          sum: formatVnd(BigInt(answer.vnd)),
          got: answer.may === 'short' ? formatVnd(BigInt(answer.gotVnd)) : '',
          at,
        })}
      </p>
    </div>
  )
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}
