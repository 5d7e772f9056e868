import type { Me } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { addressOf, useRoute } from '../../route.ts'
import { CertainList } from './CertainList.tsx'
import { ItemScreen } from './ItemScreen.tsx'
import { Refunds } from './Refunds.tsx'
import { DoneList, OpenList } from './SuspenseList.tsx'

const WORDS = {
  title: { vi: 'Tiền treo chờ xử lý', en: 'Money in suspense' },
  open: { vi: 'Chờ xử lý', en: 'Waiting' },
  certain: { vi: 'Xử lý nhanh', en: 'At once' },
  refunds: { vi: 'Trả lại tiền', en: 'Refunds' },
  done: { vi: 'Đã xử lý', en: 'Resolved' },
}

const PARTS = {
  open: ['suspense', OpenList],
  certain: ['suspense/certain', CertainList],
  refunds: ['suspense/refunds', Refunds],
  done: ['suspense/done', DoneList],
} as const
const NAMES = ['open', 'certain', 'refunds', 'done'] as const

/** The desk of money that nobody could place: what waits, what is obvious, what goes back, and what was done. */
export function SuspenseScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { path } = useRoute()
  if (path === 'suspense/one') return <ItemScreen me={me} />
  const shown = NAMES.find((name) => PARTS[name][0] === path) ?? 'open'
  const Part = PARTS[shown][1]
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <nav className="tabs" aria-label={w.title}>
        {NAMES.map((name) => (
          <a key={name} href={addressOf(PARTS[name][0])} aria-current={name === shown ? 'page' : undefined}>
            {w[name]}
          </a>
        ))}
      </nav>
      <Part me={me} />
    </div>
  )
}
