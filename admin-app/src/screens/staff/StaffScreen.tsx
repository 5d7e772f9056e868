import type { Me } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { addressOf, useRoute } from '../../route.ts'
import { Delegations } from './Delegations.tsx'
import { People } from './People.tsx'
import { Person } from './Person.tsx'

const WORDS = {
  title: { vi: 'Nhân sự và ủy quyền', en: 'People and delegation' },
  people: { vi: 'Nhân sự', en: 'People' },
  delegations: { vi: 'Ủy quyền', en: 'Delegation' },
}

const TABS = { staff: 'people', 'staff/delegations': 'delegations' } as const
type Tab = keyof typeof TABS

/** The board's people and what is handed on; one of them at an address of its own. */
export function StaffScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { path, query } = useRoute()
  if (path === 'staff/one') return <Person me={me} id={query.get('id') ?? ''} />
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <nav className="tabs" aria-label={w.title}>
        {(Object.keys(TABS) as Tab[]).map((tab) => (
          <a key={tab} href={addressOf(tab)} aria-current={tab === path ? 'page' : undefined}>
            {w[TABS[tab]]}
          </a>
        ))}
      </nav>
      {path === 'staff/delegations' ? <Delegations me={me} /> : <People me={me} />}
    </div>
  )
}
