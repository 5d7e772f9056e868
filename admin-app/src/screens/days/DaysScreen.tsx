import { mayDo, type ClosedDayPage, type Me } from '@tienve/contracts'
import { Field, fill, fullDateOf, Mark, useWords } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { goTo, useRoute } from '../../route.ts'
import { ClosedDays } from './ClosedDays.tsx'
import { DayToClose } from './DayToClose.tsx'

const WORDS = {
  title: { vi: 'Chốt ngày', en: 'Close the day' },
  day: { vi: 'Ngày muốn chốt', en: 'Day to close' },
  through: { vi: 'Đã chốt đến hết ngày {day}.', en: 'Closed up to {day}.' },
  never: { vi: 'Chưa chốt ngày nào.', en: 'No day is closed yet.' },
  closed: { vi: 'Các ngày đã chốt', en: 'Days that are closed' },
}

/** Seals are made within moments of a closing; while one is being made the page looks again. */
const LOOK_AGAIN_MS = 3_000

export function DaysScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const asked = useRoute().query.get('day')
  const base = `/v1/markets/${me.market.id}/ledger/days`
  const pages = usePages<ClosedDayPage>(
    ['days', me.market.id],
    base,
    { limit: 30 },
    {
      lookAgainMs: (shown) =>
        shown.some(({ items }) => items.some(({ seal }) => seal === null)) ? LOOK_AGAIN_MS : false,
    },
  )
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <Answer of={pages}>
        {({ pages: [first, ...rest] }) => {
          if (first === undefined) return null
          const { closedThrough, today } = first
          const day = asked ?? today
          return (
            <>
              <p>
                <Mark kind={closedThrough === null ? 'none' : 'good'}>
                  {closedThrough === null ? w.never : fill(w.through, { day: fullDateOf(closedThrough) })}
                </Mark>
              </p>
              <div className="filters">
                <Field
                  id="day"
                  type="date"
                  label={w.day}
                  value={day}
                  max={today}
                  onChange={(event) => {
                    if (event.target.value !== '') goTo('days', { day: event.target.value })
                  }}
                />
              </div>
              <DayToClose
                key={day}
                market={me.market.id}
                day={day}
                today={today}
                mayClose={mayDo(me, 'ledger.close')}
              />
              <h2>{w.closed}</h2>
              <ClosedDays base={base} days={[first, ...rest].flatMap(({ items }) => items)} />
            </>
          )
        }}
      </Answer>
      <More of={pages} />
    </div>
  )
}
