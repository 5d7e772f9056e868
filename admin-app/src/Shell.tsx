import { useMutation, useQueryClient } from '@tanstack/react-query'
import { roleCan, type Me, type Permission } from '@tienve/contracts'
import { Banner, Button, fill, fullDateOf, LanguageSwitch, useWords } from '@tienve/ui'
import { useRef, useState } from 'react'
import { api } from './api.ts'
import { FeedBanner } from './FeedBanner.tsx'
import { MyInvitations, MyMarket } from './MyMarkets.tsx'
import { usePagePosition, useRoute } from './route.ts'
import { AccountScreen } from './screens/account/AccountScreen.tsx'
import { AuditScreen } from './screens/audit/AuditScreen.tsx'
import { ApiKeysScreen } from './screens/apikeys/ApiKeysScreen.tsx'
import { ArrearsScreen } from './screens/arrears/ArrearsScreen.tsx'
import { BooksScreen } from './screens/books/BooksScreen.tsx'
import { ChargesScreen } from './screens/charges/ChargesScreen.tsx'
import { DaysScreen } from './screens/days/DaysScreen.tsx'
import { CodesScreen } from './screens/codes/CodesScreen.tsx'
import { ConnectionsScreen } from './screens/connections/ConnectionsScreen.tsx'
import { CollectorsScreen } from './screens/CollectorsScreen.tsx'
import { DevicesScreen } from './screens/DevicesScreen.tsx'
import { HandoversScreen } from './screens/handovers/HandoversScreen.tsx'
import { HelpScreen } from './screens/HelpScreen.tsx'
import { HomeScreen } from './screens/HomeScreen.tsx'
import { LedgerScreen } from './screens/ledger/LedgerScreen.tsx'
import { MarketsScreen } from './screens/MarketsScreen.tsx'
import { MembershipsScreen } from './screens/MembershipsScreen.tsx'
import { ReadingsScreen } from './screens/readings/ReadingsScreen.tsx'
import { ReportsScreen } from './screens/reports/ReportsScreen.tsx'
import { RequestsScreen } from './screens/RequestsScreen.tsx'
import { ReconciliationScreen } from './screens/reconciliation/ReconciliationScreen.tsx'
import { RegisterScreen } from './screens/register/RegisterScreen.tsx'
import { RoundsScreen } from './screens/rounds/RoundsScreen.tsx'
import { SalesScreen } from './screens/SalesScreen.tsx'
import { StaffScreen } from './screens/staff/StaffScreen.tsx'
import { SuspenseScreen } from './screens/suspense/SuspenseScreen.tsx'
import { TariffsScreen } from './screens/tariffs/TariffsScreen.tsx'
import { WalkScreen } from './screens/walk/WalkScreen.tsx'
import { changeSession } from './session.ts'
import { WalkBanner } from './walk/WalkBanner.tsx'

const WORDS = {
  walk: { vi: 'Đi thu', en: 'The walk' },
  home: { vi: 'Tổng quan', en: 'Overview' },
  sales: { vi: 'Doanh thu', en: 'Sales' },
  codes: { vi: 'Mã dán ở sạp', en: 'Codes at stalls' },
  register: { vi: 'Sạp và hợp đồng', en: 'Stalls and contracts' },
  charges: { vi: 'Khoản phải thu', en: 'Charges' },
  arrears: { vi: 'Công nợ', en: 'Arrears' },
  rounds: { vi: 'Kỳ thu', en: 'Billing rounds' },
  readings: { vi: 'Chỉ số điện nước', en: 'Meter readings' },
  tariffs: { vi: 'Biểu giá', en: 'Prices' },
  suspense: { vi: 'Treo chờ xử lý', en: 'Suspense' },
  reconciliation: { vi: 'Đối soát', en: 'Reconciliation' },
  ledger: { vi: 'Sổ cái', en: 'Ledger' },
  audit: { vi: 'Nhật ký', en: 'Trail' },
  connections: { vi: 'Kết nối ngân hàng', en: 'Bank connections' },
  days: { vi: 'Chốt ngày', en: 'Close the day' },
  handovers: { vi: 'Nộp quỹ', en: 'Hand over cash' },
  collectors: { vi: 'Bảng kê người thu', en: 'By collector' },
  books: { vi: 'Sổ biên nhận, vé', en: 'Receipt books' },
  requests: { vi: 'Yêu cầu về dữ liệu', en: 'Data requests' },
  reports: { vi: 'Báo cáo', en: 'Reports' },
  help: { vi: 'Ai cần giúp', en: 'Who needs help' },
  staff: { vi: 'Nhân sự, ủy quyền', en: 'People, delegation' },
  markets: { vi: 'Các chợ của phường', en: 'The ward’s markets' },
  memberships: { vi: 'Người của chợ khác', en: 'People of other markets' },
  keys: { vi: 'Khóa kết nối (API)', en: 'API keys' },
  system: { vi: 'Quản trị', en: 'Administration' },
  today: { vi: 'Hôm nay', en: 'Today' },
  billing: { vi: 'Khoản thu', en: 'Billing' },
  cash: { vi: 'Tiền mặt', en: 'Cash' },
  places: { vi: 'Sạp', en: 'Stalls' },
  accounts: { vi: 'Sổ sách', en: 'Books' },
  menu: { vi: 'Mục', en: 'Menu' },
  sample: { vi: 'Dữ liệu mẫu – không có tiền thật', en: 'Sample data – no real money' },
  devices: { vi: 'Máy của tôi', en: 'My devices' },
  people: { vi: 'Con người', en: 'People' },
  account: { vi: 'Tài khoản', en: 'Account' },
  handed: { vi: 'Được ủy quyền đến {day}', en: 'Acting for the head until {day}' },
  leave: { vi: 'Đăng xuất', en: 'Log out' },
  denied: { vi: 'Vai trò này không xem được mục đó.', en: 'This role may not see that.' },
  goOn: { vi: 'Về {page}', en: 'Go to {page}' },
  nothing: {
    vi: 'Vai trò của bạn chưa có mục nào để xem trong app này. Cần xem gì, hỏi trưởng ban.',
    en: 'There is nothing in this app for your role yet. Ask the head of the board for what you need.',
  },
}

const PAGES = {
  // The first that a role may see is where its day begins: a collector's with the walk, a technician's with the meters.
  walk: ['cash.collect', WalkScreen],
  home: ['overview.read', HomeScreen],
  markets: ['markets.compare', MarketsScreen],
  readings: ['readings.read', ReadingsScreen],
  sales: ['sales.read', SalesScreen],
  register: ['register.read', RegisterScreen],
  codes: ['codes.alerts', CodesScreen],
  charges: ['charges.read', ChargesScreen],
  arrears: ['arrears.read', ArrearsScreen],
  rounds: ['rounds.read', RoundsScreen],
  tariffs: ['rounds.read', TariffsScreen],
  handovers: ['handovers.read', HandoversScreen],
  collectors: ['handovers.read', CollectorsScreen],
  books: ['books.issue', BooksScreen],
  suspense: ['suspense.read', SuspenseScreen],
  reconciliation: ['reconciliation.read', ReconciliationScreen],
  connections: ['feeds.read', ConnectionsScreen],
  requests: ['data.requests', RequestsScreen],
  reports: ['reports.read', ReportsScreen],
  days: ['ledger.read', DaysScreen],
  ledger: ['ledger.read', LedgerScreen],
  help: ['zone.help', HelpScreen],
  staff: ['staff.read', StaffScreen],
  audit: ['audit.read', AuditScreen],
  memberships: ['memberships.write', MembershipsScreen],
  keys: ['api-keys.write', ApiKeysScreen],
} as const satisfies Record<string, readonly [Permission, (props: { me: Me }) => React.ReactNode]>
type Page = keyof typeof PAGES

/** The pages by what one comes for; a group of which a role sees nothing is not there for it. */
const GROUPS = {
  today: ['walk', 'home', 'markets', 'sales'],
  billing: ['charges', 'arrears', 'rounds', 'readings', 'tariffs'],
  cash: ['handovers', 'collectors', 'books'],
  places: ['register', 'codes'],
  accounts: ['connections', 'suspense', 'reconciliation', 'reports', 'days', 'ledger', 'audit'],
  people: ['help', 'staff', 'memberships', 'requests'],
  system: ['keys'],
} as const satisfies Record<string, readonly Page[]>
type Group = keyof typeof GROUPS

/** The market's name, the pages that this role may see, and one of them. A phone has them behind a button. */
export function Shell({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const { path } = useRoute()
  const visible = (Object.keys(PAGES) as Page[]).filter((page) => roleCan(me.user.role, PAGES[page][0]))
  const asked = (Object.keys(PAGES) as Page[]).find((page) => page === path.split('/')[0])
  const page = asked ?? visible[0]
  const [handed] = me.delegated.toSorted((a, b) => a.until.localeCompare(b.until))
  const isOwn = path === 'account' || path === 'devices'
  const Screen = page === undefined || !visible.includes(page) ? null : PAGES[page][1]
  const main = useRef<HTMLElement>(null)
  const [isMenuOpen, setMenuOpen] = useState(false)
  usePagePosition(main)
  const leave = useMutation({
    mutationFn: () => api.delete('/v1/sessions/current'),
    onSuccess: () => changeSession(queries, null),
  })
  return (
    <>
      {me.market.demo ? <Banner kind="info">{w.sample}</Banner> : null}
      <header className="top">
        <div className="top-who">
          <MyMarket me={me} />
          <span>{me.user.name}</span>
          {handed === undefined ? null : (
            <a className="text-link" href="#/account">
              {fill(w.handed, { day: fullDateOf(handed.until) })}
            </a>
          )}
        </div>
        <Button
          kind="quiet"
          className="small menu-switch"
          aria-expanded={isMenuOpen}
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          ☰ {w.menu}
        </Button>
        <div className="top-actions">
          <LanguageSwitch />
          <a className="tv-button quiet small" href="#/devices" onClick={() => setMenuOpen(false)}>
            {w.devices}
          </a>
          <a className="tv-button quiet small" href="#/account" onClick={() => setMenuOpen(false)}>
            {w.account}
          </a>
          <Button kind="quiet" className="small" onClick={() => leave.mutate()}>
            {w.leave}
          </Button>
        </div>
      </header>
      {roleCan(me.user.role, 'cash.collect') ? <WalkBanner me={me} /> : null}
      {roleCan(me.user.role, 'feeds.read') ? <FeedBanner me={me} /> : null}
      <div className="layout">
        <nav className="side" aria-label={me.market.name}>
          {(Object.keys(GROUPS) as Group[]).map((group) => (
            <PageGroup
              key={group}
              name={w[group]}
              pages={GROUPS[group].filter((one) => visible.includes(one))}
              current={isOwn ? undefined : page}
              onOpen={() => setMenuOpen(false)}
            />
          ))}
        </nav>
        <main ref={main} tabIndex={-1}>
          <MyInvitations me={me} />
          {/* One's own, whatever the role. */}
          {path === 'devices' ? <DevicesScreen /> : null}
          {path === 'account' ? <AccountScreen me={me} /> : null}
          {isOwn || Screen !== null ? null : <NotForRole instead={visible[0]} />}
          {isOwn || Screen === null ? null : <Screen me={me} />}
        </main>
      </div>
    </>
  )
}

function PageGroup(props: {
  name: string
  pages: readonly Page[]
  current: Page | undefined
  onOpen: () => void
}) {
  const w = useWords(WORDS)
  if (props.pages.length === 0) return null
  return (
    <div className="side-group">
      <p className="side-head">{props.name}</p>
      {props.pages.map((one) => (
        <a
          key={one}
          href={`#/${one}`}
          aria-current={one === props.current ? 'page' : undefined}
          onClick={props.onOpen}
        >
          {w[one]}
        </a>
      ))}
    </div>
  )
}

/** An address that this role may not open, with the way to one that it may, if there is any. */
function NotForRole({ instead }: { instead: Page | undefined }) {
  const w = useWords(WORDS)
  if (instead === undefined) return <p>{w.nothing}</p>
  return (
    <div className="stack">
      <p>{w.denied}</p>
      <p>
        <a className="text-link" href={`#/${instead}`}>
          {fill(w.goOn, { page: w[instead] })}
        </a>
      </p>
    </div>
  )
}
