import { useQuery } from '@tanstack/react-query'
import type { ChargePage, Me, WalkStop } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Banner, fill, QrCode, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { useQueue } from '../../walk/phone.ts'
import { seenStop } from '../../walk/stops.ts'
import { Arrived } from './Arrived.tsx'

const WORDS = {
  back: { vi: '‹ {stall}', en: '‹ {stall}' },
  label: { vi: 'Mã nộp của {stall}', en: 'The code of {stall}' },
  wait: {
    vi: 'Chờ ngân hàng báo. Máy khách hiện gì cũng chưa tính.',
    en: 'Waiting for the bank. What their phone shows does not count.',
  },
  taken: {
    vi: 'Mã này chưa trừ {sum} tiền mặt vừa thu. Có mạng, gửi xong sẽ có mã đúng.',
    en: 'This code does not know of {sum} in cash that was just taken. It will once that is sent.',
  },
  silent: {
    vi: 'Mất mạng: chưa biết tiền về hay chưa. Xem lại khi có mạng.',
    en: 'No network: whether the money has come is not known yet.',
  },
}

const LOOK_EVERY_MS = 2_000

/** The code of all that the stall owes, until the bank says that money has come. */
export function CodeView({ me, asOf, stop }: { me: Me; asOf: string; stop: WalkStop }) {
  const w = useWords(WORDS)
  const stall = `${stop.stallCode} ${stop.stallName}`
  const { arrivedVnd, isSilent } = useArrivals(stop.stallId)
  const { takenVnd } = seenStop(stop, asOf, useQueue(me))
  if (arrivedVnd > 0) return <Arrived me={me} stop={stop} amountVnd={arrivedVnd} />
  return (
    <div className="stack code-view">
      <a className="text-link touch-link" href={`#/walk/stop/${stop.stallId}`}>
        {fill(w.back, { stall })}
      </a>
      <h1 className="cash-amount">{formatVnd(stop.outstandingVnd)}</h1>
      {takenVnd > 0 ? <Banner kind="warn">{fill(w.taken, { sum: formatVnd(takenVnd) })}</Banner> : null}
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

/** What has come by bank for a stall since this was opened: a receipt of the bank's that was not there before. */
function useArrivals(stallId: string): { arrivedVnd: number; isSilent: boolean } {
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
  const known = bankReceipts(before.data)
  const fresh = [...bankReceipts(now.data)].filter(([id]) => !known.has(id))
  return {
    arrivedVnd: fresh.reduce((sum, [, amountVnd]) => sum + amountVnd, 0),
    isSilent: before.failureCount > 0 ? before.data === undefined : now.isError,
  }
}

/** What each of the bank's receipts is for. One that pays several charges stands at each of them. */
function bankReceipts(page: ChargePage | undefined): Map<string, number> {
  return new Map(
    (page?.items ?? []).flatMap(({ receipts }) =>
      receipts
        .filter(({ paidBy, voidReason }) => paidBy === 'bank' && voidReason === null)
        .map(({ id, amountVnd }) => [id, amountVnd] as const),
    ),
  )
}
