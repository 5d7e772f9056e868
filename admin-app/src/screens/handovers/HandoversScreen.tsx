import { roleCan, type HandoverPage, type Me } from '@tienve/contracts'
import { Empty, useWords } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { useRoute } from '../../route.ts'
import { CountToConfirm } from './CountToConfirm.tsx'
import { History } from './History.tsx'
import { HandOver } from './HandOver.tsx'
import { Sheet } from './Sheet.tsx'
import { Waiting } from './Waiting.tsx'

const WORDS = {
  title: { vi: 'Nộp quỹ', en: 'Handing over cash' },
  history: { vi: 'Các lần nộp', en: 'Earlier ones' },
  gone: { vi: 'Không thấy lần nộp quỹ này.', en: 'This one is not here.' },
}

/** Cash from the collector's hand to the cashier's: two counts, two signatures, one sheet. */
export function HandoversScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const [, id = '', step = ''] = useRoute().path.split('/')
  const pages = usePages<HandoverPage>(
    ['handovers', me.market.id],
    `/v1/markets/${me.market.id}/handovers`,
    { limit: 50 },
    { lookAgainMs: () => 10_000 },
  )
  return (
    <div className="stack narrow">
      {id === '' ? <h1>{w.title}</h1> : null}
      {id === '' && roleCan(me.user.role, 'cash.collect') ? <HandOver me={me} /> : null}
      <Answer of={pages}>
        {({ pages: shown }) => {
          const all = shown.flatMap(({ items }) => items)
          const one = all.find((handover) => handover.id === id)
          if (id !== '' && one === undefined) return <Empty>{w.gone}</Empty>
          if (one !== undefined && step === 'count' && one.cashierSignedAt === null) {
            return <CountToConfirm key={id} handover={one} />
          }
          if (one !== undefined) return <Sheet me={me} handover={one} />
          return (
            <>
              {roleCan(me.user.role, 'cash.count') ? (
                <Waiting handovers={all.filter(({ cashierSignedAt }) => cashierSignedAt === null)} />
              ) : null}
              <h2>{w.history}</h2>
              <History me={me} handovers={all} />
              <More of={pages} />
            </>
          )
        }}
      </Answer>
    </div>
  )
}
