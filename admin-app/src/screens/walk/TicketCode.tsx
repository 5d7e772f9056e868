import { useQuery } from '@tanstack/react-query'
import type { DayTicket, Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Banner, Loading, QrCode, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import type { Entry } from '../../walk/queue.ts'

const WORDS = {
  ticket: { vi: 'Vé', en: 'Ticket' },
  label: { vi: 'Mã trả tiền vé', en: 'The code of the ticket' },
  wait: { vi: 'Chờ ngân hàng báo.', en: 'Waiting for the bank.' },
  arrived: { vi: 'Tiền đã về', en: 'The money has arrived' },
  offline: {
    vi: 'Mất mạng nên chưa có mã. Lấy tiền mặt, hoặc chờ có mạng.',
    en: 'No network, so there is no code yet.',
  },
}

const LOOK_EVERY_MS = 2_000

/** A ticket paid by code: the code once the service has given it, and green when the bank has said so. */
export function TicketCode({ me, entry }: { me: Me; entry: Extract<Entry, { kind: 'ticket' }> }) {
  const w = useWords(WORDS)
  const id = entry.answer?.id
  const ticket = useQuery({
    queryKey: ['day-ticket', id],
    queryFn: () => api.get<DayTicket>(`/v1/day-tickets/${id}`),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.paid === true ? false : LOOK_EVERY_MS),
    retry: false,
  })
  if (id === undefined) {
    return entry.state === 'waiting' && !navigator.onLine ? (
      <Banner kind="warn">{w.offline}</Banner>
    ) : entry.state === 'waiting' ? (
      <Loading />
    ) : null
  }
  if (ticket.data?.paid === true) {
    return (
      <section className="arrived" role="status" data-testid="arrived">
        <h1>✓ {w.arrived}</h1>
        <p className="cash-amount">{formatVnd(entry.priceVnd)}</p>
        <p>
          {w.ticket} {entry.number}
        </p>
      </section>
    )
  }
  const payload =
    ticket.data?.payload ?? (entry.answer !== null && 'payload' in entry.answer ? entry.answer.payload : null)
  return (
    <div className="stack code-view">
      <h1 className="cash-amount">{formatVnd(entry.priceVnd)}</h1>
      {payload === null ? null : <QrCode payload={payload} demo={me.market.demo} label={w.label} />}
      <p role="status">
        {w.ticket} {entry.number} · {w.wait}
      </p>
    </div>
  )
}
