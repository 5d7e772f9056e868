import type { Me } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { ChargeList } from './ChargeList.tsx'
import { askedOf, Filters } from './Filters.tsx'
import { StallList } from './StallList.tsx'

const WORDS = {
  title: { vi: 'Khoản phải thu', en: 'Charges' },
  each: { vi: 'Từng khoản', en: 'Each charge' },
  byStall: { vi: 'Theo sạp', en: 'By stall' },
}

export function ChargesScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { path, query } = useRoute()
  const asked = askedOf(query)
  const isByStall = path === 'charges/stalls'
  const List = isByStall ? StallList : ChargeList
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <nav className="tabs" aria-label={w.title}>
        <a href={addressOf('charges', asked)} aria-current={isByStall ? undefined : 'page'}>
          {w.each}
        </a>
        <a href={addressOf('charges/stalls', asked)} aria-current={isByStall ? 'page' : undefined}>
          {w.byStall}
        </a>
      </nav>
      <Filters market={me.market.id} asked={asked} onChange={(next) => goTo(path, next)} />
      <List me={me} asked={asked} />
    </div>
  )
}
