import { useQuery } from '@tanstack/react-query'
import type { ConnectionList, Me } from '@tienve/contracts'
import { fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from './api.ts'

const WORDS = {
  deaf: {
    vi: '{count} nguồn tin điếc: sạp chưa nghe được tiền về.',
    en: '{count} bank feeds are deaf: stalls cannot hear money.',
  },
  back: { vi: 'Nguồn tin ngân hàng đã nghe lại.', en: 'The bank feeds are heard again.' },
  see: { vi: 'Xem', en: 'See' },
  close: { vi: 'Đóng', en: 'Close' },
}

/** On every page of the board: that a feed has gone deaf, and that it is back. */
export function FeedBanner({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const [wasDeaf, setWasDeaf] = useState(false)
  const list = useQuery({
    queryKey: ['connections', me.market.id],
    queryFn: () => api.get<ConnectionList>(`/v1/markets/${me.market.id}/connections`),
    refetchInterval: 30_000,
  })
  const deaf = list.data?.items.filter(({ state }) => state === 'deaf').length ?? 0
  if (deaf > 0 && !wasDeaf) setWasDeaf(true)
  if (deaf === 0 && !wasDeaf) return null
  return (
    <div
      className={`net ${deaf > 0 ? 'warn' : 'good'}`}
      role={deaf > 0 ? 'alert' : 'status'}
      data-testid="feeds"
    >
      <span>{deaf > 0 ? fill(w.deaf, { count: deaf }) : w.back}</span>
      {deaf > 0 ? (
        <a href="#/connections/health">{w.see}</a>
      ) : (
        <button type="button" onClick={() => setWasDeaf(false)}>
          {w.close}
        </button>
      )}
    </div>
  )
}
