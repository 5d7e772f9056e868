import type { Me } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { addressOf, useRoute } from '../../route.ts'
import { AddConnection } from './AddConnection.tsx'
import { ConnectionList } from './ConnectionList.tsx'
import { ConnectionView } from './ConnectionView.tsx'
import { HealthView } from './HealthView.tsx'
import { LettersView } from './LettersView.tsx'

const WORDS = {
  title: { vi: 'Kết nối ngân hàng', en: 'Bank connections' },
  list: { vi: 'Kết nối', en: 'Connections' },
  health: { vi: 'Sức khỏe', en: 'Health' },
  letters: { vi: 'Tin hỏng', en: 'Unread messages' },
}

const TABS = ['list', 'health', 'letters'] as const
const SCREENS = {
  list: ConnectionList,
  health: HealthView,
  letters: LettersView,
  new: AddConnection,
} as const

/** How the market hears its banks: the connections, how well they are heard, and what could not be read. */
export function ConnectionsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const asked = useRoute().path.split('/')[1] ?? 'list'
  const name = (Object.keys(SCREENS) as (keyof typeof SCREENS)[]).find((one) => one === asked)
  const isOne = name === undefined && asked.startsWith('con_')
  const under = name === undefined || name === 'new' ? 'list' : name
  const Screen = SCREENS[name ?? 'list']
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <nav className="tabs" aria-label={w.title}>
        {TABS.map((one) => (
          <a
            key={one}
            href={addressOf(one === 'list' ? 'connections' : `connections/${one}`)}
            aria-current={one !== under ? undefined : one === name ? 'page' : 'true'}
          >
            {w[one]}
          </a>
        ))}
      </nav>
      {isOne ? <ConnectionView me={me} id={asked} /> : <Screen me={me} />}
    </div>
  )
}
