import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { PERSONAL_DATA, type DataRequest, type DataRequests } from '@tienve/contracts'
import { Button, Card, ErrorPanel, fill, useLanguage, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Xóa dữ liệu của tôi', en: 'Erase my data' },
  what: {
    vi: 'Khi thôi bán ở chợ, bạn có thể yêu cầu xóa. Xóa rồi không lấy lại được và không vào app được nữa.',
    en: 'When you leave the market you can ask for it. It cannot be undone, and you can no longer log in.',
  },
  goes: { vi: 'Sẽ xóa: {list}.', en: 'It goes: {list}.' },
  stays: { vi: 'Phải giữ: {list}.', en: 'It has to stay: {list}.' },
  ask: { vi: 'Yêu cầu xóa', en: 'Ask for it' },
  sure: { vi: 'Gửi yêu cầu xóa', en: 'Send the request' },
  no: { vi: 'Thôi, để vậy', en: 'No, leave it' },
  open: {
    vi: 'Đã gửi {asked}. Ban phải trả lời trước {due}.',
    en: 'Sent {asked}. The board must answer before {due}.',
  },
  blocked: {
    vi: 'Ban cần xong hợp đồng và nợ với bạn trước khi xóa.',
    en: 'The contract and what is owed have to be settled first.',
  },
  back: { vi: 'Rút lại yêu cầu', en: 'Take it back' },
  refused: { vi: 'Ban chưa xóa ({when}): {reason}', en: 'The board did not ({when}): {reason}' },
  withdrawn: { vi: 'Bạn đã rút lại {when}.', en: 'You took it back {when}.' },
}

const listOf = (onErasure: 'erased' | 'kept', language: 'vi' | 'en') =>
  Object.values(PERSONAL_DATA)
    .filter((kind) => kind.onErasure === onErasure)
    .map((kind) => kind[language].charAt(0).toLowerCase() + kind[language].slice(1))
    .join('; ')

/** Asks that what is kept goes, in two taps, and says what the board answered. */
export function ErasureCard() {
  const w = useWords(WORDS)
  const language = useLanguage()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const list = useQuery({
    queryKey: ['data-requests'],
    queryFn: () => api.get<DataRequests>('/v1/data-requests'),
    // The board may have answered a moment ago, and nothing of this screen is told of that.
    staleTime: 0,
  })
  const again = () => {
    setAsking(false)
    void queries.invalidateQueries({ queryKey: ['data-requests'] })
  }
  const ask = useMutation({
    mutationFn: () => api.post<DataRequest>('/v1/data-requests', { kind: 'erasure' }),
    onSuccess: again,
  })
  const back = useMutation({
    mutationFn: (id: string) => api.post<DataRequest>(`/v1/data-requests/${id}/withdraw`),
    onSuccess: again,
  })
  const newest = list.data?.items[0]
  return (
    <Card title={w.title}>
      <p>{w.what}</p>
      {list.isError ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
      {ask.isError ? <ErrorPanel error={ask.error} /> : null}
      {back.isError ? <ErrorPanel error={back.error} /> : null}
      {newest?.status === 'refused' ? (
        <p>{fill(w.refused, { when: whenOf(newest.answeredAt ?? ''), reason: newest.reason ?? '' })}</p>
      ) : null}
      {newest?.status === 'withdrawn' ? (
        <p className="hint">{fill(w.withdrawn, { when: whenOf(newest.answeredAt ?? '') })}</p>
      ) : null}
      {newest?.status === 'open' ? (
        <>
          <p data-testid="erasure-open">
            {fill(w.open, { asked: whenOf(newest.askedAt), due: whenOf(newest.dueAt) })}
          </p>
          {newest.blocks.length > 0 ? <p className="hint">{w.blocked}</p> : null}
          <Button kind="quiet" disabled={back.isPending} onClick={() => back.mutate(newest.id)}>
            {w.back}
          </Button>
        </>
      ) : asking ? (
        <>
          <p>{fill(w.goes, { list: listOf('erased', language) })}</p>
          <p>{fill(w.stays, { list: listOf('kept', language) })}</p>
          <Button kind="danger" disabled={ask.isPending} onClick={() => ask.mutate()}>
            {w.sure}
          </Button>
          <Button kind="quiet" onClick={() => setAsking(false)}>
            {w.no}
          </Button>
        </>
      ) : (
        <Button kind="quiet" disabled={list.isPending} onClick={() => setAsking(true)}>
          {w.ask}
        </Button>
      )}
    </Card>
  )
}
