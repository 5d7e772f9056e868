import { useQuery } from '@tanstack/react-query'
import type { ChargePage, Me, WalkStop } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Banner, fill, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { QrCode } from '../../QrCode.tsx'
import { useQueue } from '../../walk/phone.ts'
import { Arrived } from './Arrived.tsx'

const WORDS = {
  back: { vi: '‹ {stall}', en: '‹ {stall}' },
  label: { vi: 'Mã nộp của {stall}', en: 'The code of {stall}' },
  wait: {
    vi: 'Chờ ngân hàng báo. Máy khách hiện gì cũng chưa tính.',
    en: 'Waiting for the bank. What their phone shows does not count.',
  },
  silent: {
    vi: 'Mất mạng: chưa biết tiền về hay chưa. Xem lại khi có mạng.',
    en: 'No network: whether the money has come is not known yet.',
  },
}

const LOOK_EVERY_MS = 2_000

/** The code of all that the stall owes, until the bank says that money has come. */
export function CodeView({ me, stop }: { me: Me; stop: WalkStop }) {
  const w = useWords(WORDS)
  const stall = `${stop.stallCode} ${stop.stallName}`
  const { arrivedVnd, isSilent } = useArrivals(me, stop.stallId)
  if (arrivedVnd > 0) return <Arrived me={me} stop={stop} amountVnd={arrivedVnd} />
  return (
    <div className="stack code-view">
      <a className="text-link touch-link" href={`#/walk/stop/${stop.stallId}`}>
        {fill(w.back, { stall })}
      </a>
      <h1 className="cash-amount">{formatVnd(stop.outstandingVnd)}</h1>
      <QrCode payload={stop.payload} demo={me.market.demo} label={fill(w.label, { stall })} />
      <p className="center">
        {stop.payee.bankName} · {stop.payee.number}
        <br />
        <b>{stop.payee.holder}</b>
      </p>
      {isSilent ? <Banner kind="warn">{w.silent}</Banner> : <p role="status">{w.wait}</p>}
    </div>
  )
}

/** What has come by bank for a stall since this was opened: a receipt that was not there before and that no cash made. */
function useArrivals(me: Me, stallId: string): { arrivedVnd: number; isSilent: boolean } {
  const queue = useQueue(me)
  const ask = () => api.get<ChargePage>(`/v1/stalls/${stallId}/charges`, { limit: 200 })
  const before = useQuery({
    queryKey: ['paid-before', stallId],
    queryFn: ask,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: Number.POSITIVE_INFINITY,
  })
  const now = useQuery({
    queryKey: ['paid', stallId],
    queryFn: ask,
    enabled: before.data !== undefined,
    refetchInterval: LOOK_EVERY_MS,
    gcTime: 0,
    retry: false,
  })
  const known = new Set(receiptsOf(before.data).map(({ id }) => id))
  const cash = new Set(
    queue.flatMap(({ answer }) =>
      answer !== null && 'receiptNumber' in answer ? [answer.receiptNumber] : [],
    ),
  )
  const fresh = receiptsOf(now.data).filter(({ id, number }) => !known.has(id) && !cash.has(number))
  return {
    arrivedVnd: fresh.reduce((sum, { amountVnd }) => sum + amountVnd, 0),
    isSilent: before.failureCount > 0 ? before.data === undefined : now.isError,
  }
}

function receiptsOf(page: ChargePage | undefined) {
  return (page?.items ?? []).flatMap(({ receipts }) => receipts)
}
