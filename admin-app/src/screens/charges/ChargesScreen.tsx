import { roleCan, type Me } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { ChangesList } from './Changes.tsx'
import { ChargeList } from './ChargeList.tsx'
import { ChargeScreen } from './ChargeScreen.tsx'
import { askedOf, Filters } from './Filters.tsx'
import { StallList } from './StallList.tsx'

const WORDS = {
  title: { vi: 'Khoản phải thu', en: 'Charges' },
  each: { vi: 'Từng khoản', en: 'Each charge' },
  byStall: { vi: 'Theo sạp', en: 'By stall' },
  changes: { vi: 'Chờ duyệt', en: 'To approve' },
}

/** The charges of the market, or one of them, or what is to be changed of them. */
export function ChargesScreen({ me }: { me: Me }) {
  const { path } = useRoute()
  return path === 'charges/one' ? <ChargeScreen me={me} /> : <Lists me={me} />
}

const TABS = { charges: 'each', 'charges/stalls': 'byStall', 'charges/changes': 'changes' } as const
type Tab = keyof typeof TABS

function Lists({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { path, query } = useRoute()
  const asked = askedOf(query)
  const tabs = (Object.keys(TABS) as Tab[]).filter(
    (tab) => tab !== 'charges/changes' || roleCan(me.user.role, 'rounds.read'),
  )
  const here = tabs.find((tab) => tab === path) ?? 'charges'
  const List = here === 'charges/stalls' ? StallList : ChargeList
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <nav className="tabs" aria-label={w.title}>
        {tabs.map((tab) => (
          <a
            key={tab}
            href={addressOf(tab, tab === 'charges/changes' ? {} : asked)}
            aria-current={tab === here ? 'page' : undefined}
          >
            {w[TABS[tab]]}
          </a>
        ))}
      </nav>
      {here === 'charges/changes' ? (
        <ChangesList me={me} />
      ) : (
        <>
          <Filters market={me.market.id} asked={asked} onChange={(next) => goTo(here, next)} />
          <List me={me} asked={asked} />
        </>
      )}
    </div>
  )
}
