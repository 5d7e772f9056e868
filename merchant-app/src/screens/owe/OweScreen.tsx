import { useQuery } from '@tanstack/react-query'
import type { ChargePage, Dispute, DisputePage, Stall, StallDebt } from '@tienve/contracts'
import { Banner, Button, Empty, ErrorPanel, fill, Loading, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'
import { useNotices } from '../../notices.ts'
import { ChargeCard } from './ChargeCard.tsx'
import { DebtCard } from './DebtCard.tsx'
import { NoticeList } from './NoticeList.tsx'
import { ReceiptList } from './ReceiptList.tsx'

const WORDS = {
  title: { vi: 'Nợ chợ', en: 'What I owe the market' },
  none: { vi: 'Không nợ gì. Cảm ơn cô chú.', en: 'Nothing is owed.' },
  empty: { vi: 'Chưa có khoản thu nào.', en: 'No charge yet.' },
  unread: { vi: '{count} tin mới từ Ban quản lý chợ', en: '{count} new from the board' },
  notices: { vi: 'Tin từ Ban quản lý chợ', en: 'From the board' },
  receipts: { vi: 'Mọi biên nhận', en: 'All receipts' },
  owed: { vi: 'Tháng còn nợ', en: 'Months owed' },
  settled: { vi: 'Tháng đã xong', en: 'Months settled' },
}

const MONTHS_SHOWN = 24
const LOOK_AGAIN_MS = 15_000

/** What the stall owes and why, how to pay it, and what the board said; it brings itself up to date when money comes. */
export function OweScreen({ stall }: PageProps) {
  const w = useWords(WORDS)
  const [view, setView] = useState<'debt' | 'notices' | 'receipts'>('debt')
  const notices = useNotices(stall.id)
  const unread = notices.data?.unread ?? 0
  const back = (): void => setView('debt')
  if (view === 'notices') return <NoticeList stallId={stall.id} notices={notices} onBack={back} />
  if (view === 'receipts') return <ReceiptList stallId={stall.id} onBack={back} />
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {unread > 0 ? (
        <button type="button" className="unread" data-testid="unread" onClick={() => setView('notices')}>
          {fill(w.unread, { count: unread })}
        </button>
      ) : null}
      <Owed stall={stall} />
      <Button kind="quiet" onClick={() => setView('notices')}>
        {w.notices}
      </Button>
      <Button kind="quiet" onClick={() => setView('receipts')}>
        {w.receipts}
      </Button>
    </section>
  )
}

function Owed({ stall }: { stall: Stall }) {
  const w = useWords(WORDS)
  const base = `/v1/stalls/${stall.id}`
  const debt = useQuery({
    queryKey: ['debt', stall.id],
    queryFn: () => api.get<StallDebt>(`${base}/debt`),
    refetchInterval: LOOK_AGAIN_MS,
  })
  const charges = useQuery({
    queryKey: ['charges', stall.id],
    queryFn: () => api.get<ChargePage>(`${base}/charges`, { limit: MONTHS_SHOWN }),
    refetchInterval: LOOK_AGAIN_MS,
  })
  const disputes = useQuery({
    queryKey: ['disputes', stall.id],
    queryFn: () => api.get<DisputePage>(`${base}/disputes`, { limit: 100 }),
    refetchInterval: LOOK_AGAIN_MS,
  })
  const failed = [debt, charges, disputes].find(({ isError }) => isError)
  const retry = (): void => {
    for (const one of [debt, charges, disputes]) if (one.isError) void one.refetch()
  }
  const latest = latestByCharge(disputes.data?.items ?? [])
  const settled = charges.data?.items.filter(({ outstandingVnd }) => outstandingVnd === 0) ?? []
  const { demo } = stall
  return (
    <>
      {failed === undefined ? null : <ErrorPanel error={failed.error} onRetry={retry} />}
      {debt.isPending ? <Loading /> : null}
      {debt.data === undefined ? null : (
        <>
          {debt.data.outstandingVnd === 0 ? <Banner kind="good">{w.none}</Banner> : null}
          <DebtCard debt={debt.data} demo={demo} />
          {debt.data.charges.length === 0 ? null : <h2>{w.owed}</h2>}
          {debt.data.charges.map((charge) => (
            <ChargeCard
              key={charge.id}
              charge={charge}
              dispute={latest.get(charge.id) ?? null}
              demo={demo}
              isOnly={debt.data.charges.length === 1}
            />
          ))}
        </>
      )}
      {settled.length === 0 ? null : <h2>{w.settled}</h2>}
      {settled.map((charge) => (
        <ChargeCard
          key={charge.id}
          charge={charge}
          dispute={latest.get(charge.id) ?? null}
          demo={demo}
          isOnly={false}
        />
      ))}
      {charges.data?.items.length === 0 ? <Empty>{w.empty}</Empty> : null}
    </>
  )
}

/** The last dispute of each charge; they come the newest first. */
function latestByCharge(disputes: readonly Dispute[]): Map<string, Dispute> {
  return new Map(disputes.toReversed().map((one) => [one.chargeId, one]))
}
