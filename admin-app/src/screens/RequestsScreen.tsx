import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  PERSONAL_DATA,
  roleCan,
  type AnswerDataRequest,
  type DataRequest,
  type DataRequests,
  type ErasureBlock,
  type Me,
} from '@tienve/contracts'
import {
  Button,
  Card,
  Empty,
  ErrorPanel,
  Field,
  fill,
  Loading,
  Mark,
  useLanguage,
  useWords,
  whenOf,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { usePages } from '../pages.ts'
import { More } from '../parts.tsx'

const WORDS = {
  title: { vi: 'Yêu cầu về dữ liệu', en: 'Data requests' },
  about: {
    vi: 'Người bán yêu cầu xóa dữ liệu của mình. Luật bảo vệ dữ liệu cá nhân đòi trả lời trong 2 ngày làm việc.',
    en: 'Stallholders who ask that their data goes. The law on personal data wants an answer within 2 working days.',
  },
  none: { vi: 'Chưa ai yêu cầu.', en: 'Nobody has asked.' },
  asked: { vi: 'Gửi {when}', en: 'Asked {when}' },
  due: { vi: 'Trả lời trước {when}', en: 'Answer before {when}' },
  late: { vi: 'Quá hạn trả lời từ {when}', en: 'Answer overdue since {when}' },
  done: { vi: 'Đã xóa {when}, {by}', en: 'Erased {when}, {by}' },
  refused: { vi: 'Đã từ chối {when}, {by}: {reason}', en: 'Refused {when}, {by}: {reason}' },
  withdrawn: { vi: 'Người gửi đã rút lại {when}', en: 'Taken back {when}' },
  blocks: { vi: 'Phải xong trước: {list}', en: 'To be settled first: {list}' },
  erase: { vi: 'Xóa dữ liệu', en: 'Erase the data' },
  sure: { vi: 'Xóa hẳn, không lấy lại được', en: 'Erase for good' },
  refuse: { vi: 'Từ chối', en: 'Refuse' },
  why: { vi: 'Lý do, người gửi sẽ đọc', en: 'Why; the asker will read it' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
  gone: { vi: 'Đã xóa: {list}', en: 'Erased: {list}' },
  stays: { vi: 'Giữ lại: {list}', en: 'Kept: {list}' },
}

const BLOCKS: Record<ErasureBlock, { vi: string; en: string }> = {
  unknown: {
    vi: 'chưa biết là ai trong các hợp đồng của sạp',
    en: 'nobody knows which person of the stall’s contracts this is',
  },
  contract: { vi: 'hợp đồng còn hiệu lực', en: 'a contract in force' },
  debt: { vi: 'tiền chợ còn nợ', en: 'charges owed' },
  refund: { vi: 'tiền hẹn trả khách', en: 'a refund promised to a shopper' },
  dispute: { vi: 'lần báo sai chưa trả lời', en: 'a dispute without an answer' },
}

/** Who asked that their data goes, by when each is to be answered, and what came of it. */
export function RequestsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const pages = usePages<DataRequests>(
    ['data-requests', me.market.id],
    `/v1/markets/${me.market.id}/data-requests`,
    {},
  )
  const items = pages.data?.pages.flatMap((page) => page.items)
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <p>{w.about}</p>
      {pages.isPending ? <Loading /> : null}
      {pages.isError ? <ErrorPanel error={pages.error} onRetry={() => void pages.refetch()} /> : null}
      {items?.length === 0 ? <Empty>{w.none}</Empty> : null}
      {items?.map((request) => (
        <RequestCard key={request.id} request={request} mayAnswer={roleCan(me.user.role, 'data.answer')} />
      ))}
      <More of={pages} />
    </div>
  )
}

function RequestCard({ request, mayAnswer }: { request: DataRequest; mayAnswer: boolean }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const [now] = useState(() => Date.now())
  const { status, blocks, items } = request
  const told = {
    when: whenOf(request.answeredAt ?? ''),
    by: request.answeredBy ?? '',
    reason: request.reason ?? '',
  }
  const isLate = new Date(request.dueAt).getTime() < now
  const listed = (gone: boolean): string =>
    items
      .filter((item) => item.gone === gone)
      .map(({ kind, count }) => `${PERSONAL_DATA[kind][language]}${count === null ? '' : ` (${count})`}`)
      .join('; ')
  return (
    <Card title={`${request.stallCode} · ${request.name}`}>
      <p>{fill(w.asked, { when: whenOf(request.askedAt) })}</p>
      {status === 'open' ? (
        <>
          <p>
            <Mark kind={isLate ? 'bad' : 'warn'}>
              {fill(isLate ? w.late : w.due, { when: whenOf(request.dueAt) })}
            </Mark>
          </p>
          {blocks.length > 0 ? (
            <p>{fill(w.blocks, { list: blocks.map((block) => BLOCKS[block][language]).join(', ') })}</p>
          ) : null}
          {mayAnswer ? <AnswerForm request={request} /> : null}
        </>
      ) : (
        <p>{fill(w[status], told)}</p>
      )}
      {items.length === 0 ? null : (
        <>
          <p>{fill(w.gone, { list: listed(true) })}</p>
          <p>{fill(w.stays, { list: listed(false) })}</p>
        </>
      )}
    </Card>
  )
}

function AnswerForm({ request }: { request: DataRequest }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [way, setWay] = useState<'done' | 'refused' | null>(null)
  const [reason, setReason] = useState('')
  const answer = useMutation({
    mutationFn: (body: AnswerDataRequest) =>
      api.post<DataRequest>(`/v1/data-requests/${request.id}/answer`, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ['data-requests'] }),
  })
  return (
    <>
      {answer.isError ? <ErrorPanel error={answer.error} /> : null}
      {way === 'refused' ? (
        <Field
          id={`why-${request.id}`}
          label={w.why}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      ) : null}
      <div className="filters">
        {way === null ? (
          <>
            <Button kind="quiet" disabled={request.blocks.length > 0} onClick={() => setWay('done')}>
              {w.erase}
            </Button>
            <Button kind="quiet" onClick={() => setWay('refused')}>
              {w.refuse}
            </Button>
          </>
        ) : (
          <>
            {way === 'done' ? (
              <Button kind="danger" disabled={answer.isPending} onClick={() => answer.mutate({ as: 'done' })}>
                {w.sure}
              </Button>
            ) : (
              <Button
                disabled={answer.isPending || reason.trim().length < 5}
                onClick={() => answer.mutate({ as: 'refused', reason })}
              >
                {w.refuse}
              </Button>
            )}
            <Button kind="quiet" onClick={() => setWay(null)}>
              {w.cancel}
            </Button>
          </>
        )}
      </div>
    </>
  )
}
