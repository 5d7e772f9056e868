import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Me, Stall } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, Loading, useWords, ME } from '@tienve/ui'
import { Suspense, useCallback, useEffect, useState } from 'react'
import { api } from './api.ts'
import { Arrival } from './Arrival.tsx'
import { Icon } from './Icon.tsx'
import type { Arrived } from './live/catch-up.ts'
import { useLive } from './live/use-live.ts'
import { useNotices } from './notices.ts'
import { isPage, later, PAGES, type PageName } from './pages.tsx'
import { CodeScreen } from './screens/CodeScreen.tsx'
import type { Latest } from './screens/helping/answer.ts'
import { useLent } from './screens/helping/lent.ts'
import { KeypadScreen } from './screens/KeypadScreen.tsx'
import { SettingsScreen } from './screens/SettingsScreen.tsx'
import { TodayScreen } from './screens/TodayScreen.tsx'
import { useVoice } from './voice/use-voice.ts'

/** For whoever helps, and for the way back from there: the owner never fetches either. */
const HelpingScreen = later(() =>
  import('./screens/helping/HelpingScreen.tsx').then((part) => part.HelpingScreen),
)
const TakeBackScreen = later(() =>
  import('./screens/helping/TakeBackScreen.tsx').then((part) => part.TakeBackScreen),
)

const WORDS = {
  take: { vi: 'Thu tiền', en: 'Take money' },
  helping: { vi: 'Giao', en: 'Goods' },
  code: { vi: 'Mã của tôi', en: 'My code' },
  today: { vi: 'Hôm nay', en: 'Today' },
  owe: { vi: 'Nợ chợ', en: 'I owe' },
  settings: { vi: 'Cài đặt', en: 'Settings' },
  owner: { vi: 'Chủ sạp', en: 'Owner' },
  credits: { vi: 'Sổ mua chịu', en: 'Credit book' },
  sample: { vi: 'Dữ liệu mẫu – không có tiền thật', en: 'Sample data – no real money' },
  unlock: { vi: 'Bấm để bật tiếng', en: 'Tap to turn sound on' },
  lost: {
    vi: 'Mất mạng. Chưa nghe được tiền về. Xem máy khách không tính.',
    en: 'No network. We cannot hear money. A shopper’s screen does not count.',
  },
  deaf: {
    vi: 'Ngân hàng im lâu. Chưa nghe được tiền về.',
    en: 'The bank has gone quiet. We cannot hear money.',
  },
  late: {
    vi: 'Ngân hàng báo chậm. Tiền về chưa báo ngay: chờ một phút, hoặc xem app ngân hàng.',
    en: 'The bank tells late. Money is not told of at once: wait a minute, or look in your bank’s app.',
  },
  none: {
    vi: 'Tài khoản này chưa nghe được, xem app ngân hàng.',
    en: 'This account cannot be heard: look in your bank’s app.',
  },
}

const TABS = ['take', 'code', 'today', 'owe'] as const
type TabName = (typeof TABS)[number] | 'helping'
type Tab = TabName | 'settings' | PageName

/** What whoever helps may open: on a phone of their own, and on the owner’s that was lent to them. */
const HELPER_TABS: readonly TabName[] = ['helping', 'take', 'code', 'today']
const LENT_TABS: readonly TabName[] = ['helping', 'take', 'code']

export function Home({ me, stallId }: { me: Me; stallId: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const isLocked = useLent(me.user.id)
  const isHolder = me.user.role === 'stallholder' && !isLocked
  const tabs: readonly TabName[] = isHolder ? TABS : isLocked ? LENT_TABS : HELPER_TABS
  const [asked, setTab] = useState<Tab>(() => (!isHolder ? 'helping' : isAskedToOwe(me) ? 'owe' : 'code'))
  // Whatever is asked for on a lent phone, and by whatever way.
  const tab = isLocked && asked !== 'settings' && !LENT_TABS.some((one) => one === asked) ? 'helping' : asked
  const [latest, setLatest] = useState<Latest | null>(null)
  const [requestId, setRequestId] = useState<string | null>(null)
  const [arrivals, setArrivals] = useState<Arrived[]>([])
  const voice = useVoice()
  const stall = useQuery({
    queryKey: ['stall', stallId],
    queryFn: () => api.get<Stall>(`/v1/stalls/${stallId}`),
  })
  const { data: notices } = useNotices(stallId, isHolder)
  const onArrived = useCallback(
    (arrived: Arrived) => {
      setArrivals((waiting) => [...waiting, arrived])
      setLatest({ arrived, heardAt: Date.now() })
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== ME[0] && queryKey[0] !== 'stall',
      })
    },
    [queries],
  )
  const onCollection = useCallback(() => void queries.invalidateQueries({ queryKey: ['charges'] }), [queries])
  const onReset = useCallback(
    () => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] }),
    [queries],
  )
  const live = useLive(stallId, voice, onArrived, onCollection, onReset)
  useEffect(() => {
    // The stream cannot say why it ended. Where it is because she was thrown out, the next answer does, and the log-in follows.
    if (live.state === 'lost') void queries.invalidateQueries({ queryKey: ['stall', stallId] })
  }, [live.state, queries, stallId])
  const done = useCallback(() => setArrivals((waiting) => waiting.slice(1)), [])
  useEffect(() => {
    document.documentElement.dataset['tab'] = tab
  }, [tab])
  if (stall.isPending) return <Loading />
  // What was read once stays on the screen without a network: a shopper can still scan it.
  if (stall.data === undefined) {
    return (
      <main className="screen">
        <ErrorPanel error={stall.error} onRetry={() => void stall.refetch()} />
      </main>
    )
  }
  const known = stall.data.accounts[0]?.feed
  const feed = known === 'none' ? known : (live.feed ?? known)
  const [arrival] = arrivals
  const page = isPage(tab) ? PAGES[tab] : null
  return (
    <>
      {me.market.demo ? <Banner kind="info">{w.sample}</Banner> : null}
      {live.state === 'lost' ? (
        <Banner kind="bad" testId="stream-lost">
          {w.lost}
        </Banner>
      ) : null}
      {feed === 'none' ? <Banner kind="warn">{w.none}</Banner> : null}
      {feed === 'deaf' ? <Banner kind="warn">{w.deaf}</Banner> : null}
      {feed === 'late' ? (
        <Banner kind="warn" testId="feed-late">
          {w.late}
        </Banner>
      ) : null}
      {voice.blocked ? (
        <button type="button" className="unlock" onClick={() => void voice.unlock()}>
          <Icon of="sound" /> {w.unlock}
        </button>
      ) : null}
      <main className="screen">
        {tab === 'code' ? (
          <CodeScreen stall={stall.data} onListen={isHolder ? () => setTab('listen') : null} />
        ) : null}
        {tab === 'take' ? (
          <KeypadScreen
            stall={stall.data}
            feed={feed}
            requestId={requestId}
            setRequestId={(id) => {
              setRequestId(id)
              if (!isHolder && id !== null) setTab('helping')
            }}
            onCredit={isHolder ? () => setTab('credits') : null}
          />
        ) : null}
        {tab === 'today' ? (
          <TodayScreen stallId={stallId} isHolder={isHolder} onTaxes={() => setTab('taxes')} />
        ) : null}
        {tab === 'today' && isHolder ? (
          <Button kind="quiet" className="after" onClick={() => setTab('credits')}>
            {w.credits}
          </Button>
        ) : null}
        {tab === 'helping' ? (
          <Suspense fallback={<Loading />}>
            <HelpingScreen
              stall={stall.data}
              hears={live.state === 'live' && feed !== 'deaf' && feed !== 'none'}
              latest={latest}
              requestId={requestId}
              onNext={() => setRequestId(null)}
              onTake={() => setTab('take')}
            />
          </Suspense>
        ) : null}
        {tab === 'settings' && isLocked ? (
          <Suspense fallback={<Loading />}>
            <TakeBackScreen login={me.user.login} />
          </Suspense>
        ) : null}
        {tab === 'settings' && !isLocked ? <SettingsScreen me={me} voice={voice} onOpen={setTab} /> : null}
        {page === null ? null : (
          <Suspense fallback={<Loading />}>
            <page.Screen stall={stall.data} onBack={() => setTab(page.under)} />
          </Suspense>
        )}
      </main>
      <nav className="tabs" aria-label="Tiền Về">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            aria-current={(page?.under ?? tab) === one ? 'page' : undefined}
            onClick={() => setTab(one)}
          >
            <Icon of={one} />
            {one === 'owe' && (notices?.unread ?? 0) > 0 ? <span className="dot" aria-hidden="true" /> : null}
            {w[one]}
          </button>
        ))}
        <button
          type="button"
          aria-label={isLocked ? w.owner : w.settings}
          aria-current={(page?.under ?? tab) === 'settings' ? 'page' : undefined}
          onClick={() => setTab('settings')}
        >
          <Icon of="settings" />
        </button>
      </nav>
      {arrival === undefined ? null : <Arrival key={arrival.number} arrived={arrival} onDone={done} />}
      <p className="sr-only" data-testid="spoken" aria-live="assertive">
        {voice.spoken}
      </p>
    </>
  )
}

/** A notice outside the app opens it here. */
function isAskedToOwe(me: Me): boolean {
  return me.user.role === 'stallholder' && new URLSearchParams(window.location.search).has('owe')
}
