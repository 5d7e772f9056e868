import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Me, Stall } from '@tienve/contracts'
import { Banner, ErrorPanel, Loading, useWords, ME } from '@tienve/ui'
import { Suspense, useCallback, useEffect, useState } from 'react'
import { api } from './api.ts'
import { Arrival } from './Arrival.tsx'
import { HearingBanners } from './Hearing.tsx'
import { Icon } from './Icon.tsx'
import { useLive } from './live/use-live.ts'
import { useNotices } from './notices.ts'
import { isPage, PAGES, type PageName } from './pages.tsx'
import { MorningCheck } from './MorningCheck.tsx'
import { Repeat } from './Repeat.tsx'
import { CodeScreen } from './screens/CodeScreen.tsx'
import { KeypadScreen } from './screens/KeypadScreen.tsx'
import { SettingsScreen } from './screens/SettingsScreen.tsx'
import { TodayScreen } from './screens/TodayScreen.tsx'
import { useVoice } from './voice/use-voice.ts'

const WORDS = {
  take: { vi: 'Thu tiền', en: 'Take money' },
  code: { vi: 'Mã của tôi', en: 'My code' },
  today: { vi: 'Hôm nay', en: 'Today' },
  owe: { vi: 'Nợ chợ', en: 'I owe' },
  settings: { vi: 'Cài đặt', en: 'Settings' },
  sample: { vi: 'Dữ liệu mẫu – không có tiền thật', en: 'Sample data – no real money' },
}

const TABS = ['take', 'code', 'today', 'owe'] as const
type Tab = (typeof TABS)[number] | 'settings' | PageName

export function Home({ me, stallId }: { me: Me; stallId: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [tab, setTab] = useState<Tab>(() => (isAskedToOwe(me) ? 'owe' : 'code'))
  const [requestId, setRequestId] = useState<string | null>(null)
  const voice = useVoice(stallId)
  const stall = useQuery({
    queryKey: ['stall', stallId],
    queryFn: () => api.get<Stall>(`/v1/stalls/${stallId}`),
  })
  const { data: notices } = useNotices(stallId, me.user.role === 'stallholder')
  const onArrived = useCallback(
    () =>
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== ME[0] && queryKey[0] !== 'stall',
      }),
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
  const page = isPage(tab) ? PAGES[tab] : null
  return (
    <>
      {me.market.demo ? <Banner kind="info">{w.sample}</Banner> : null}
      <HearingBanners live={live} feed={feed} voice={voice} />
      {tab === 'code' && voice.sound === 'on' && live.state === 'live' ? (
        <MorningCheck onOpen={() => setTab('sound')} />
      ) : null}
      <main className="screen">
        {tab === 'code' ? (
          <CodeScreen
            stall={stall.data}
            onListen={me.user.role === 'stallholder' ? () => setTab('listen') : null}
          />
        ) : null}
        {tab === 'take' ? (
          <KeypadScreen stall={stall.data} feed={feed} requestId={requestId} setRequestId={setRequestId} />
        ) : null}
        {tab === 'today' ? (
          <TodayScreen
            stallId={stallId}
            isHolder={me.user.role === 'stallholder'}
            onTaxes={() => setTab('taxes')}
          />
        ) : null}
        {tab === 'settings' ? <SettingsScreen me={me} onOpen={setTab} /> : null}
        {page === null ? null : (
          <Suspense fallback={<Loading />}>
            <page.Screen stall={stall.data} voice={voice} onBack={() => setTab(page.under)} />
          </Suspense>
        )}
      </main>
      <nav className="tabs" aria-label="Tiền Về">
        {TABS.filter((one) => one !== 'owe' || me.user.role === 'stallholder').map((one) => (
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
          aria-label={w.settings}
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

/** A notice outside the app opens it here. */
function isAskedToOwe(me: Me): boolean {
  return me.user.role === 'stallholder' && new URLSearchParams(window.location.search).has('owe')
}
