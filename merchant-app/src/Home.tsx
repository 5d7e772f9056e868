import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Me, Stall } from '@tienve/contracts'
import { Banner, ErrorPanel, Loading, useWords, ME } from '@tienve/ui'
import { Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { api } from './api.ts'
import { Arrival } from './Arrival.tsx'
import { HearingBanners } from './Hearing.tsx'
import { Icon } from './Icon.tsx'
import { useKeepAwake } from './device/device.ts'
import type { Arrived } from './live/catch-up.ts'
import { useLive } from './live/use-live.ts'
import { MorningCheck } from './MorningCheck.tsx'
import { forgetNotice, isOpenedByNotice, onNoticeTapped } from './notice-tapped.ts'
import { useNotices } from './notices.ts'
import { isHeardToday, morningOffer } from './morning.ts'
import { keepDraft, keepStall, readDraft, readKeptStall } from './offline/kept.ts'
import { UnsentCard } from './offline/UnsentCard.tsx'
import { useUnsent } from './offline/use-unsent.ts'
import { isPage, later, PAGES } from './pages.tsx'
import { Repeat } from './Repeat.tsx'
import { CodeScreen } from './screens/CodeScreen.tsx'
import { useLent } from './screens/helping/lent.ts'
import { KeypadScreen } from './screens/KeypadScreen.tsx'
import { SettingsScreen } from './screens/SettingsScreen.tsx'
import { TodayScreen } from './screens/TodayScreen.tsx'
import { askShopper, nextShopper, readShopper } from './shopper.ts'
import { shownTab, TABS, tabBehind, tabsOf, type Tab } from './tabs.ts'
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
  sample: { vi: 'Dữ liệu mẫu – không có tiền thật', en: 'Sample data – no real money' },
  low: {
    vi: 'Pin yếu: màn hình sẽ tự tắt. Cắm sạc để màn hình luôn sáng.',
    en: 'Low battery: the screen will go dark. Charge the phone to keep it on.',
  },
}

export function Home({ me, stallId }: { me: Me; stallId: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const isLocked = useLent(me.user.id)
  const isHolder = me.user.role === 'stallholder' && !isLocked
  const [asked, setTab] = useState<Tab>(() =>
    !isHolder ? 'helping' : isOpenedByNotice() ? 'owe' : tabOf(readDraft().tab),
  )
  const tab = shownTab(asked, isLocked)
  const [shopper, setShopper] = useState(readShopper)
  const voice = useVoice(stallId)
  const stall = useQuery({
    queryKey: ['stall', stallId],
    queryFn: () => api.get<Stall>(`/v1/stalls/${stallId}`),
    initialData: () => readKeptStall(stallId),
    initialDataUpdatedAt: 0,
  })
  useEffect(() => {
    if (stall.data !== undefined) keepStall(stall.data)
  }, [stall.data])
  const { data: notices } = useNotices(stallId, isHolder)
  const onArrived = useCallback(
    (arrived: Arrived, isCatchingUp: boolean) => {
      // Who paid while nobody heard stands there no longer.
      const latest = { arrived, heardAt: Date.now() }
      if (!isCatchingUp) setShopper(({ requestId }) => ({ requestId, latest }))
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
  const unsent = useUnsent(me, stallId, live.state === 'live')
  const isBatteryLow = useKeepAwake()
  const wasLost = useRef(false)
  useEffect(() => {
    // The stream cannot say why it ended. Where it is because she was thrown out, the next answer does, and the log-in follows.
    if (live.state === 'lost') void queries.invalidateQueries({ queryKey: ['stall', stallId] })
    // What was shown meanwhile is as old as the network was away.
    if (live.state === 'live' && wasLost.current) void queries.invalidateQueries()
    wasLost.current = live.state === 'lost' || (wasLost.current && live.state !== 'live')
  }, [live.state, queries, stallId])
  useEffect(() => {
    document.documentElement.dataset['tab'] = tab
    keepDraft({ tab })
  }, [tab])
  useEffect(() => {
    forgetNotice()
    return isHolder ? onNoticeTapped(navigator.serviceWorker, () => setTab('owe')) : undefined
  }, [isHolder])
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
  const page = isPage(tab) ? PAGES[tab] : null
  const offer = morningOffer({ isHeardToday: isHeardToday(), sound: voice.sound, live: live.state })
  return (
    <>
      {me.market.demo ? <Banner kind="info">{w.sample}</Banner> : null}
      {isBatteryLow ? <Banner kind="info">{w.low}</Banner> : null}
      <HearingBanners live={live} feed={feed} voice={voice} />
      {tab === 'code' && offer === 'sound' ? <MorningCheck onOpen={() => setTab('sound')} /> : null}
      <main className="screen">
        {tab === 'code' ? (
          <CodeScreen
            stall={stall.data}
            offersPatrol={offer === 'code'}
            onPatrol={() => setTab('patrol')}
            onListen={isHolder ? () => setTab('listen') : null}
          />
        ) : null}
        {tab === 'take' ? (
          <KeypadScreen
            stall={stall.data}
            feed={feed}
            isLost={live.state === 'lost'}
            unsent={unsent}
            requestId={shopper.requestId}
            onMade={(id) => {
              setShopper(askShopper(id))
              if (!isHolder) setTab('helping')
            }}
            onNext={() => setShopper(nextShopper())}
            onCode={() => setTab('code')}
            onDay={isLocked ? null : () => setTab('today')}
            onCredit={isHolder ? () => setTab('credits') : null}
          />
        ) : null}
        {tab === 'today' ? <UnsentCard unsent={unsent} /> : null}
        {tab === 'today' ? <TodayScreen stallId={stallId} isHolder={isHolder} onOpen={setTab} /> : null}
        {tab === 'helping' ? (
          <Suspense fallback={<Loading />}>
            <HelpingScreen
              stall={stall.data}
              hears={live.state === 'live' && feed !== 'deaf' && feed !== 'none'}
              latest={shopper.latest}
              requestId={shopper.requestId}
              onNext={() => setShopper(nextShopper())}
              onTake={() => setTab('take')}
            />
          </Suspense>
        ) : null}
        {tab === 'settings' && isLocked ? (
          <Suspense fallback={<Loading />}>
            <TakeBackScreen login={me.user.login} />
          </Suspense>
        ) : null}
        {tab === 'settings' && !isLocked ? (
          <SettingsScreen me={me} unsent={unsent.sales} onOpen={setTab} />
        ) : null}
        {page === null ? null : (
          <Suspense fallback={<Loading />}>
            <page.Screen
              stall={stall.data}
              voice={voice}
              onBack={() => setTab(tabBehind(page.under, isLocked))}
            />
          </Suspense>
        )}
      </main>
      <nav className="tabs" aria-label="Tiền Về">
        {tabsOf(isHolder, isLocked).map((one) => (
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
      <Repeat voice={voice} />
      {voice.turn === null ? null : (
        <Arrival key={voice.turn.key} turn={voice.turn} onDone={voice.closeTurn} />
      )}
      <p className="sr-only" data-testid="spoken" aria-live="assertive">
        {voice.spoken}
      </p>
    </>
  )
}

/** The tab that she was on today, as far as there is one of that name. */
function tabOf(name = ''): Tab {
  if (isPage(name) || name === 'settings') return name
  return TABS.find((one) => one === name) ?? 'code'
}
