import type { Me, WalkStop } from '@tienve/contracts'
import { Empty, fill, Loading, useWords, whenOf } from '@tienve/ui'
import { lazy, Suspense } from 'react'
import { Answer } from '../../parts.tsx'
import { useRoute } from '../../route.ts'
import { useQueue, useWalk } from '../../walk/phone.ts'
import { momentOf } from '../../walk/queue.ts'
import { BookAtHand } from './BookAtHand.tsx'
import { CashView } from './CashView.tsx'
import { CodeView } from './CodeView.tsx'
import { NotPaidView } from './NotPaidView.tsx'
import { ReceiptView } from './ReceiptView.tsx'
import { SentView } from './SentView.tsx'
import { StopList } from './StopList.tsx'
import { StopView } from './StopView.tsx'
import { TicketsView } from './TicketsView.tsx'

/** What reads codes is large; the app's own worker keeps it for when there is no network. */
const CheckCodeView = lazy(() =>
  import('./CheckCodeView.tsx').then((part) => ({ default: part.CheckCodeView })),
)

const WORDS = {
  title: { vi: 'Đi thu', en: 'The walk' },
  stalls: { vi: 'Sạp', en: 'Stalls' },
  tickets: { vi: 'Vé ngày', en: 'Day tickets' },
  sent: { vi: 'Đã thu', en: 'Taken' },
  old: {
    vi: 'Danh sách máy giữ từ {at}',
    en: 'The list is kept since {at}',
  },
  gone: {
    vi: 'Sạp này không còn khoản nào phải thu.',
    en: 'This stall owes nothing any more.',
  },
}

const TABS = [
  ['stalls', 'walk'],
  ['tickets', 'walk/tickets'],
  ['sent', 'walk/sent'],
] as const

/** The collector's screens: the stalls that owe in walking order, day tickets, and what was taken. Works without a network. */
export function WalkScreen({ me }: { me: Me }) {
  const [, place = 'stalls', id = '', step = ''] = useRoute().path.split('/')
  if (place === 'receipt') return <ReceiptView me={me} entryKey={id} />
  if (place === 'stop') return <Stop me={me} id={id} step={step} />
  return (
    <div className="stack">
      <Tabs now={place} />
      {place === 'tickets' ? <TicketsView me={me} tariffId={id} /> : null}
      {place === 'sent' ? <SentView me={me} /> : null}
      {place === 'stalls' ? <Stalls me={me} /> : null}
    </div>
  )
}

function Tabs({ now }: { now: string }) {
  const w = useWords(WORDS)
  return (
    <nav className="walk-tabs" aria-label={w.title}>
      {TABS.map(([name, path]) => (
        <a key={name} href={`#/${path}`} aria-current={name === now ? 'page' : undefined}>
          {w[name]}
        </a>
      ))}
    </nav>
  )
}

function Stalls({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const walk = useWalk(me)
  const queue = useQueue(me)
  return (
    <>
      <h1 className="sr-only">{w.title}</h1>
      <BookAtHand me={me} kind="receipt" tariffId={null} />
      <Answer of={walk}>
        {({ value, fresh }) => (
          <>
            {fresh ? null : (
              <p className="tv-quiet">{fill(w.old, { at: whenOf(momentOf(Date.parse(value.asOf))) })}</p>
            )}
            <StopList walk={value} queue={queue} />
          </>
        )}
      </Answer>
    </>
  )
}

function Stop({ me, id, step }: { me: Me; id: string; step: string }) {
  const w = useWords(WORDS)
  const walk = useWalk(me)
  return (
    <Answer of={walk}>
      {({ value }) => {
        const stop = value.stops.find(({ stallId }) => stallId === id)
        if (stop === undefined) return <Empty>{w.gone}</Empty>
        return <StopStep me={me} asOf={value.asOf} stop={stop} step={step} />
      }}
    </Answer>
  )
}

function StopStep({ me, asOf, stop, step }: { me: Me; asOf: string; stop: WalkStop; step: string }) {
  if (step === 'cash') return <CashView me={me} asOf={asOf} stop={stop} />
  if (step === 'code') return <CodeView me={me} asOf={asOf} stop={stop} />
  if (step === 'check')
    return (
      <Suspense fallback={<Loading />}>
        <CheckCodeView me={me} stop={stop} />
      </Suspense>
    )
  if (step === 'not') return <NotPaidView me={me} stop={stop} />
  return <StopView me={me} asOf={asOf} stop={stop} />
}
