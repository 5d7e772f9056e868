import { useQuery } from '@tanstack/react-query'
import { roleCan, type LedgerVerify, type Me, type Overview, type Permission } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { dateOf, ErrorPanel, fill, Loading, Money, monthOf, useWords, whenOf } from '@tienve/ui'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { addressOf } from '../route.ts'
import { OpenAlerts } from './codes/OpenAlerts.tsx'
import { statementOf } from './ledger/accounts.tsx'

const WORDS = {
  title: { vi: 'Tổng quan', en: 'Overview' },
  today: { vi: 'Bán hôm nay', en: 'Sold today' },
  last: { vi: 'Ngày bán gần nhất', en: 'Last trading day' },
  bank: { vi: 'chuyển khoản', en: 'by bank' },
  cash: { vi: 'tiền mặt', en: 'cash' },
  tooFew: {
    vi: 'Dưới 5 sạp không nêu tên bán, nên không hiện tổng',
    en: 'Fewer than 5 unnamed stalls sold: no total is shown',
  },
  without: { vi: 'chưa cộng {way} của dưới 5 sạp', en: 'without {way} of fewer than 5 stalls' },
  stalls: { vi: 'sạp', en: 'stalls' },
  times: { vi: 'lần', en: 'sales' },
  charges: { vi: 'Đã thu kỳ', en: 'Collected for' },
  of: { vi: 'trên', en: 'of' },
  owed: { vi: 'Còn phải thu (mọi kỳ)', en: 'Outstanding (all periods)' },
  overdue: { vi: 'Quá hạn trên 60 ngày', en: 'Over 60 days' },
  items: { vi: 'khoản', en: 'charges' },
  suspense: { vi: 'Treo chờ xử lý', en: 'In suspense' },
  waiting: { vi: 'khoản chờ xem', en: 'waiting' },
  ledger: { vi: 'Sổ cái', en: 'Ledger' },
  ok: { vi: 'Khớp', en: 'Balances' },
  wrong: { vi: 'Có chỗ sai', en: 'Something is wrong' },
  checked: { vi: '{count} bút toán vừa tính lại', en: '{count} transfers recomputed just now' },
  sealed: { vi: 'niêm phong {at}', en: 'sealed {at}' },
  notSealed: { vi: 'chưa niêm phong', en: 'not sealed yet' },
  book: { vi: 'Trong sổ: {name}', en: 'In the books: {name}' },
  bookSales: { vi: 'nhật ký ngày {day}', en: 'journal of {day}' },
  bookCharges: { vi: '131 · phải thu', en: '131 · receivables' },
  bookSuspense: { vi: '3388 · tiền treo', en: '3388 · suspense' },
  feeds: { vi: 'Tài khoản đang nghe', en: 'Accounts heard' },
  late: { vi: 'báo chậm', en: 'told late' },
  deaf: { vi: 'im', en: 'quiet' },
  none: { vi: 'chưa nghe được', en: 'cannot be heard' },
}

export function HomeScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const market = me.market.id
  const mayRead = roleCan(me.user.role, 'ledger.read')
  const overview = useQuery({
    queryKey: ['overview', market],
    queryFn: () => api.get<Overview>(`/v1/markets/${market}/overview`),
    refetchInterval: 3_000,
  })
  const verify = useQuery({
    queryKey: ['verify', market, 'seal'],
    queryFn: () => api.get<LedgerVerify>(`/v1/markets/${market}/ledger/verify`, { from: 'seal' }),
    enabled: mayRead,
    staleTime: 5 * 60_000,
  })
  if (overview.isPending) return <Loading />
  if (overview.isError) return <ErrorPanel error={overview.error} onRetry={() => void overview.refetch()} />
  const { day, isToday, sales, charges, suspense, feeds } = overview.data
  const may = (permission: Permission): boolean => roleCan(me.user.role, permission)
  const inBooks = (name: string, href: string): Book | null =>
    mayRead ? { words: fill(w.book, { name }), href } : null
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <OpenAlerts me={me} />
      <div className="cards">
        <Tile
          to={may('sales.read') ? `sales?from=${day}&to=${day}` : null}
          testId="card-sales"
          title={isToday ? w.today : `${w.last} ${dateOf(day)}`}
          figure={sales === null ? '—' : <Money vnd={sales.totalVnd} />}
          book={inBooks(
            fill(w.bookSales, { day: dateOf(day) }),
            addressOf('ledger', { fromDay: day, toDay: day }),
          )}
        >
          {sales === null ? (
            w.tooFew
          ) : (
            <>
              <Money vnd={sales.bankVnd} /> {w.bank} · <Money vnd={sales.cashVnd} /> {w.cash} ·{' '}
              {formatNumber(sales.count)} {w.times} · {sales.stallCount} {w.stalls}
              {sales.withheld === null ? null : ` · ${fill(w.without, { way: w[sales.withheld] })}`}
            </>
          )}
        </Tile>
        <Tile
          to={may('charges.read') ? 'charges' : null}
          testId="card-charges"
          title={`${w.charges} ${charges.period === null ? '' : monthOf(charges.period)}`}
          figure={`${String(charges.collectedPercent).replace('.', ',')}%`}
          book={inBooks(w.bookCharges, addressOf('ledger/accounts', { q: '131' }))}
        >
          <Money vnd={charges.collectedVnd} /> {w.of} <Money vnd={charges.billedVnd} />. {w.owed}:{' '}
          <Money vnd={charges.outstandingVnd} />
        </Tile>
        <Tile
          to={may('charges.read') ? 'charges?overdueDays=60' : null}
          testId="card-overdue"
          title={w.overdue}
          figure={<Money vnd={charges.overSixtyDaysVnd} />}
        >
          {charges.overSixtyDaysCount} {w.items}
        </Tile>
        <Tile
          to={may('suspense.read') ? 'suspense' : null}
          testId="card-suspense"
          title={w.suspense}
          figure={<Money vnd={suspense.amountVnd} />}
          book={inBooks(w.bookSuspense, statementOf('board:3388'))}
        >
          {suspense.count} {w.waiting}
        </Tile>
        {verify.data === undefined ? null : <LedgerTile verified={verify.data} />}
        <Tile
          to={may('reconciliation.read') ? 'reconciliation' : null}
          testId="card-feeds"
          title={w.feeds}
          figure={formatNumber(feeds.listening)}
        >
          {feeds.late > 0 ? `${feeds.late} ${w.late} · ` : null}
          {feeds.deaf} {w.deaf} · {feeds.none} {w.none}
        </Tile>
      </div>
    </div>
  )
}

/** The ledger was recomputed from its last seal: enough for a glance, and quick however long the ledger is. */
function LedgerTile({ verified: { ok, transfers, sealed } }: { verified: LedgerVerify }) {
  const w = useWords(WORDS)
  return (
    <Tile to="ledger/proof" testId="card-ledger" title={w.ledger} figure={ok ? w.ok : w.wrong} isBad={!ok}>
      {fill(w.checked, { count: formatNumber(transfers) })} ·{' '}
      {sealed === null ? w.notSealed : fill(w.sealed, { at: whenOf(sealed.sealedAt) })}
    </Tile>
  )
}

type Book = { words: string; href: string }

/**
 * A figure that opens to its rows, where this role may see them: `to` is null where it may not. `book` leads to the account
 * or the journal that it comes from.
 */
function Tile({
  to,
  title,
  figure,
  children,
  testId,
  book = null,
  isBad = false,
}: {
  to: string | null
  title: string
  figure: ReactNode
  children: ReactNode
  testId: string
  book?: Book | null
  isBad?: boolean
}) {
  const content = (
    <>
      <span className="tile-title">{title}</span>
      <span className={isBad ? 'tile-figure tv-bad' : 'tile-figure'}>{figure}</span>
      <span className="tile-more">{children}</span>
    </>
  )
  return (
    <div className={to === null ? 'tile' : 'tile opens'}>
      {to === null ? (
        <div className="tile-main" data-testid={testId}>
          {content}
        </div>
      ) : (
        <a className="tile-main" href={`#/${to}`} data-testid={testId}>
          {content}
        </a>
      )}
      {book === null ? null : (
        <a className="tile-book" href={book.href}>
          {book.words}
        </a>
      )}
    </div>
  )
}
