import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import type { Notice, NoticePage } from '@tienve/contracts'
import { Button, Card, Empty, ErrorPanel, Loading, useLanguage, useWords, whenOf } from '@tienve/ui'
import { useEffect, useState } from 'react'
import { api } from '../../api.ts'
import { PushCard } from './PushCard.tsx'

const WORDS = {
  title: { vi: 'Tin từ Ban quản lý chợ', en: 'From the board' },
  none: { vi: 'Chưa có tin nào.', en: 'Nothing yet.' },
  fresh: { vi: 'Mới', en: 'New' },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** What the board told the stall. What is shown here counts as read, and keeps its mark until one leaves. */
export function NoticeList({
  stallId,
  notices,
  onBack,
}: {
  stallId: string
  notices: UseQueryResult<NoticePage>
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const { mutate: read } = useMutation({
    mutationFn: (until: string) => api.put(`/v1/stalls/${stallId}/notices/read`, { until }),
  })
  const items = notices.data?.items
  const newest = items?.[0]
  // Those that were new when the list was opened: read by now, and still worth a mark.
  const [fresh] = useState(() => new Set(items?.filter(({ readAt }) => readAt === null).map(({ id }) => id)))
  const until = newest?.readAt === null ? newest.sentAt : null
  useEffect(() => {
    if (until !== null) read(until)
  }, [until, read])
  const leave = (): void => {
    void queries.invalidateQueries({ queryKey: ['notices'] })
    onBack()
  }
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {notices.isPending ? <Loading /> : null}
      {notices.isError ? <ErrorPanel error={notices.error} onRetry={() => void notices.refetch()} /> : null}
      {notices.data === undefined ? null : <PushCard pushKey={notices.data.pushKey} />}
      {items?.length === 0 ? <Empty>{w.none}</Empty> : null}
      {items === undefined || items.length === 0 ? null : (
        <Card>
          <ul className="looks" data-testid="notices">
            {items.map((one) => (
              <NoticeRow key={one.id} notice={one} isFresh={fresh.has(one.id)} />
            ))}
          </ul>
        </Card>
      )}
      <Button kind="quiet" onClick={leave}>
        {w.back}
      </Button>
    </section>
  )
}

function NoticeRow({ notice, isFresh }: { notice: Notice; isFresh: boolean }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  return (
    <li>
      <b>
        {isFresh ? <span className="fresh">{w.fresh}</span> : null} {notice.title[language]}
      </b>
      <span>{notice.body[language]}</span>
      <time className="hint">{whenOf(notice.sentAt)}</time>
    </li>
  )
}
