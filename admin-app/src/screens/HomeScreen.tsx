import { useQuery } from '@tanstack/react-query'
import type { LedgerVerify, Me, Overview } from '@tienve/contracts'
import { roleCan } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { dateOf, ErrorPanel, Loading, Money, monthOf, useWords } from '@tienve/ui'
import type { ReactNode } from 'react'
import { api } from '../api.ts'

const WORDS = {
  title: { vi: 'Tổng quan', en: 'Overview' },
  today: { vi: 'Bán hôm nay', en: 'Sold today' },
  last: { vi: 'Ngày bán gần nhất', en: 'Last trading day' },
  bank: { vi: 'chuyển khoản', en: 'by bank' },
  cash: { vi: 'tiền mặt', en: 'cash' },
  stalls: { vi: 'sạp', en: 'stalls' },
  times: { vi: 'lần', en: 'sales' },
  charges: { vi: 'Đã thu kỳ', en: 'Collected for' },
  of: { vi: 'trên', en: 'of' },
  owed: { vi: 'Còn phải thu', en: 'Outstanding' },
  overdue: { vi: 'Quá hạn trên 60 ngày', en: 'Over 60 days' },
  items: { vi: 'khoản', en: 'charges' },
  suspense: { vi: 'Treo chờ xử lý', en: 'In suspense' },
  waiting: { vi: 'khoản chờ xem', en: 'waiting' },
  ledger: { vi: 'Sổ cái', en: 'Ledger' },
  ok: { vi: 'Khớp', en: 'Balances' },
  wrong: { vi: 'Có chỗ sai', en: 'Something is wrong' },
  entries: { vi: 'bút toán đã kiểm', en: 'transfers checked' },
  feeds: { vi: 'Tài khoản đang nghe', en: 'Accounts heard' },
  deaf: { vi: 'im', en: 'quiet' },
  none: { vi: 'chưa nghe được', en: 'cannot be heard' },
}

export function HomeScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const market = me.market.id
  const overview = useQuery({
    queryKey: ['overview', market],
    queryFn: () => api.get<Overview>(`/v1/markets/${market}/overview`),
    refetchInterval: 3_000,
  })
  const verify = useQuery({
    queryKey: ['verify', market],
    queryFn: () => api.get<LedgerVerify>(`/v1/markets/${market}/ledger/verify`),
    enabled: roleCan(me.user.role, 'ledger.read'),
    staleTime: 5 * 60_000,
  })
  if (overview.isPending) return <Loading />
  if (overview.isError) return <ErrorPanel error={overview.error} onRetry={() => void overview.refetch()} />
  const { day, isToday, sales, charges, suspense, feeds } = overview.data
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <div className="cards">
        <Tile
          to={`sales?from=${day}&to=${day}`}
          testId="card-sales"
          title={isToday ? w.today : `${w.last} ${dateOf(day)}`}
          figure={<Money vnd={sales.totalVnd} />}
        >
          <Money vnd={sales.bankVnd} /> {w.bank} · <Money vnd={sales.cashVnd} /> {w.cash} ·{' '}
          {formatNumber(sales.count)} {w.times} · {sales.stallCount} {w.stalls}
        </Tile>
        <Tile
          to="charges"
          testId="card-charges"
          title={`${w.charges} ${charges.period === null ? '' : monthOf(charges.period)}`}
          figure={`${String(charges.collectedPercent).replace('.', ',')} %`}
        >
          <Money vnd={charges.collectedVnd} /> {w.of} <Money vnd={charges.billedVnd} />. {w.owed}:{' '}
          <Money vnd={charges.outstandingVnd} />
        </Tile>
        <Tile
          to="charges?overdueDays=60"
          testId="card-overdue"
          title={w.overdue}
          figure={<Money vnd={charges.overSixtyDaysVnd} />}
        >
          {charges.overSixtyDaysCount} {w.items}
        </Tile>
        <Tile
          to="suspense"
          testId="card-suspense"
          title={w.suspense}
          figure={<Money vnd={suspense.amountVnd} />}
        >
          {suspense.count} {w.waiting}
        </Tile>
        {verify.data === undefined ? null : (
          <Tile to="ledger" testId="card-ledger" title={w.ledger} figure={verify.data.ok ? w.ok : w.wrong}>
            {formatNumber(verify.data.transfers)} {w.entries}
          </Tile>
        )}
        <Tile to="reconciliation" testId="card-feeds" title={w.feeds} figure={formatNumber(feeds.listening)}>
          {feeds.deaf} {w.deaf} · {feeds.none} {w.none}
        </Tile>
      </div>
    </div>
  )
}

function Tile({
  to,
  title,
  figure,
  children,
  testId,
}: {
  to: string
  title: string
  figure: ReactNode
  children: ReactNode
  testId: string
}) {
  return (
    <a className="tile" href={`#/${to}`} data-testid={testId}>
      <span className="tile-title">{title}</span>
      <span className="tile-figure">{figure}</span>
      <span className="tile-more">{children}</span>
    </a>
  )
}
