import { useMutation, useQueryClient } from '@tanstack/react-query'
import { mayDo, type AnswerDispute, type Dispute, type DisputePage, type Me } from '@tienve/contracts'
import {
  Button,
  Card,
  Empty,
  ErrorPanel,
  fullDateOf,
  Mark,
  Money,
  monthOf,
  useWords,
  whenOf,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { addressOf } from '../../route.ts'

const WORDS = {
  none: { vi: 'Không sạp nào báo sai.', en: 'No dispute.' },
  month: { vi: 'Tháng', en: 'Month' },
  due: { vi: 'hạn', en: 'due' },
  comesTo: { vi: 'phải nộp', en: 'comes to' },
  owed: { vi: 'còn nợ', en: 'owed' },
  says: { vi: 'Sạp nói', en: 'The stall says' },
  answer: { vi: 'Trả lời cho sạp', en: 'The answer to the stall' },
  upheld: { vi: 'Sạp đúng, sẽ sửa', en: 'The stall is right' },
  rejected: { vi: 'Khoản này đúng', en: 'The charge is right' },
  open: { vi: 'Chờ trả lời', en: 'To be answered' },
  withdrawn: { vi: 'Sạp đã rút lại', en: 'Taken back' },
  change: { vi: 'Mở khoản để điều chỉnh, miễn giảm', en: 'Open the charge to change it' },
}
const MARKS = { open: 'warn', upheld: 'bad', rejected: 'good', withdrawn: 'none' } as const
const LEAST_WORDS = 3

/** What stalls say is wrong, the newest first; each open one has room for an answer. */
export function Disputes({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const pages = usePages<DisputePage>(
    ['disputes', me.market.id],
    `/v1/markets/${me.market.id}/disputes`,
    { limit: 50 },
    { lookAgainMs: () => 30_000 },
  )
  return (
    <>
      <Answer of={pages}>
        {({ pages: shown }) => {
          const all = shown.flatMap(({ items }) => items)
          if (all.length === 0) return <Empty>{w.none}</Empty>
          const isOpen = ({ status }: Dispute): boolean => status === 'open'
          return [...all.filter(isOpen), ...all.filter((one) => !isOpen(one))].map((one) => (
            <DisputeCard key={one.id} me={me} dispute={one} />
          ))
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function DisputeCard({ me, dispute }: { me: Me; dispute: Dispute }) {
  const w = useWords(WORDS)
  const { status, stallId, period } = dispute
  return (
    <Card title={`${dispute.stallCode} · ${dispute.stallName}`}>
      <p>
        {w.month} {monthOf(period)}, {w.due} {fullDateOf(dispute.dueOn)}: {w.comesTo}{' '}
        <Money vnd={dispute.dueVnd} />, {w.owed} <Money vnd={dispute.outstandingVnd} />
      </p>
      <p>
        {w.says}, {whenOf(dispute.openedAt)}: <b>“{dispute.reason}”</b>
      </p>
      <Mark kind={MARKS[status]}>{w[status]}</Mark>
      {dispute.answer === null ? null : <p>“{dispute.answer}”</p>}
      {status === 'open' && mayDo(me, 'disputes.answer') ? <AnswerForm dispute={dispute} /> : null}
      {status === 'upheld' ? (
        <a className="text-link" href={addressOf('charges', { stallId, period })}>
          {w.change}
        </a>
      ) : null}
    </Card>
  )
}

function AnswerForm({ dispute }: { dispute: Dispute }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [answer, setAnswer] = useState('')
  const send = useMutation({
    mutationFn: (outcome: AnswerDispute['outcome']) =>
      api.post<Dispute>(`/v1/disputes/${dispute.id}/answer`, { outcome, answer } satisfies AnswerDispute),
    onSuccess: () => queries.invalidateQueries(),
  })
  const isReady = answer.trim().length >= LEAST_WORDS && !send.isPending
  const id = `answer-${dispute.id}`
  return (
    <>
      <div className="tv-field">
        <label htmlFor={id}>{w.answer}</label>
        <textarea
          id={id}
          className="answer"
          rows={2}
          maxLength={500}
          value={answer}
          onChange={(event) => setAnswer(event.target.value)}
        />
      </div>
      {send.isError ? <ErrorPanel error={send.error} /> : null}
      <div className="filters">
        <Button kind="quiet" disabled={!isReady} onClick={() => send.mutate('upheld')}>
          {w.upheld}
        </Button>
        <Button kind="quiet" disabled={!isReady} onClick={() => send.mutate('rejected')}>
          {w.rejected}
        </Button>
      </div>
    </>
  )
}
