import type { Me } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { addressOf, useRoute } from '../../route.ts'
import { ContractsView } from './ContractsView.tsx'
import { ImportView } from './ImportView.tsx'
import { MapView } from './MapView.tsx'
import { NewStallView } from './NewStallView.tsx'
import { StallView } from './StallView.tsx'
import { StallsView } from './StallsView.tsx'

const WORDS = {
  title: { vi: 'Sạp và hợp đồng', en: 'Stalls and contracts' },
  stalls: { vi: 'Sạp', en: 'Stalls' },
  map: { vi: 'Sơ đồ chợ', en: 'Stall map' },
  contracts: { vi: 'Hợp đồng', en: 'Contracts' },
}

/** The pages of the register, and under which tab each of the others is found. */
const TABS = ['stalls', 'map', 'contracts'] as const
const SCREENS = {
  stalls: { under: 'stalls', Screen: StallsView },
  stall: { under: 'stalls', Screen: StallView },
  new: { under: 'stalls', Screen: NewStallView },
  import: { under: 'stalls', Screen: ImportView },
  map: { under: 'map', Screen: MapView },
  contracts: { under: 'contracts', Screen: ContractsView },
} as const

export function RegisterScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const asked = useRoute().path.split('/')[1] ?? 'stalls'
  const name = (Object.keys(SCREENS) as (keyof typeof SCREENS)[]).find((one) => one === asked) ?? 'stalls'
  const { under, Screen } = SCREENS[name]
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <nav className="tabs" aria-label={w.title}>
        {TABS.map((one) => (
          <a
            key={one}
            href={addressOf(one === 'stalls' ? 'register' : `register/${one}`)}
            aria-current={one === name ? 'page' : one === under ? 'true' : undefined}
          >
            {w[one]}
          </a>
        ))}
      </nav>
      <Screen me={me} />
    </div>
  )
}
