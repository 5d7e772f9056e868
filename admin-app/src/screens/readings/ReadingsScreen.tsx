import { useQuery } from '@tanstack/react-query'
import { roleCan, type Me, type MeterReading, type MeterReadings } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Banner, Empty, Field, fill, monthOf, useWords } from '@tienve/ui'
import { useEffect } from 'react'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { todayHere } from '../../services.ts'
import { MeterForms } from './MeterForms.tsx'
import { MeterList } from './MeterList.tsx'
import { OneMeter } from './OneMeter.tsx'
import { isOpen, isWaiting } from './reading.ts'

const WORDS = {
  title: { vi: 'Chỉ số điện nước', en: 'Meter readings' },
  ofMonth: { vi: 'Điện nước {month}', en: 'Meters {month}' },
  month: { vi: 'Tháng', en: 'Month' },
  read: { vi: '{read}/{all} công tơ đã đọc', en: '{read}/{all} meters read' },
  waiting: { vi: '{count} số lạ chờ xem lại', en: '{count} odd ones to look at again' },
  done: { vi: 'Đã đọc hết, không còn số lạ nào.', en: 'All are read, and nothing odd is left.' },
  one: { vi: 'Đọc từng công tơ', en: 'One by one' },
  list: { vi: 'Danh sách', en: 'List' },
  closed: {
    vi: 'Kỳ thu {period} đã đề xuất, không sửa chỉ số được nữa.',
    en: 'The round of {period} is proposed: readings no longer change.',
  },
  none: {
    vi: 'Tháng này không có công tơ nào của sạp có hợp đồng.',
    en: 'No stall under contract has a meter in this month.',
  },
}

/** A month's meters: one at a time in the order of the walk on a phone, or all of them in a list. */
export function ReadingsScreen({ me }: { me: Me }) {
  const { query } = useRoute()
  const asked = query.get('period')
  const today = todayHere().slice(0, 7)
  const now = useQuery({
    queryKey: ['readings', me.market.id, today, 'first'],
    queryFn: () =>
      api.get<MeterReadings>(`/v1/markets/${me.market.id}/readings`, { period: today, limit: 1 }),
    enabled: asked === null,
  })
  if (asked !== null) return <Month key={asked} me={me} period={asked} />
  // A month whose round is proposed is done with: whoever comes to read comes for the next one.
  return (
    <Answer of={now}>
      {(first) => <Month me={me} period={isOpen(first) ? today : monthAfter(today)} />}
    </Answer>
  )
}

function Month({ me, period }: { me: Me; period: string }) {
  const w = useWords(WORDS)
  const { path, query } = useRoute()
  const pages = usePages<MeterReadings>(
    ['readings', me.market.id, period],
    `/v1/markets/${me.market.id}/readings`,
    { period, limit: 200 },
  )
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  useEffect(() => {
    // The walk goes over every meter, so all of them are wanted before one is chosen.
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const mayWrite = roleCan(me.user.role, 'readings.write')
  const meterId = query.get('meter')
  return (
    <Answer of={pages}>
      {({ pages: [first, ...rest] }) => {
        if (first === undefined || hasNextPage) return null
        const meters = [first, ...rest].flatMap(({ items }) => items)
        const chosen = meters.find((one) => one.meterId === meterId)
        if (path === 'readings/meter' && mayWrite) {
          return <MeterForms me={me} period={period} meter={chosen ?? null} />
        }
        const canWrite = mayWrite && isOpen(first)
        const isList = !canWrite || query.get('view') === 'list'
        return (
          <div className={isList ? 'stack' : 'stack narrow'}>
            <Head of={first} period={period} isList={isList} canWrite={canWrite} />
            {isOpen(first) ? null : (
              <Banner kind="info">{fill(w.closed, { period: monthOf(period) })}</Banner>
            )}
            {meters.length === 0 ? <Empty>{w.none}</Empty> : null}
            <Body
              me={me}
              meters={meters}
              chosen={chosen}
              isList={isList}
              canWrite={canWrite}
              period={period}
            />
          </div>
        )
      }}
    </Answer>
  )
}

function Body({
  me,
  meters,
  chosen,
  isList,
  canWrite,
  period,
}: {
  me: Me
  meters: readonly MeterReading[]
  chosen: MeterReading | undefined
  isList: boolean
  canWrite: boolean
  period: string
}) {
  if (meters.length === 0) return null
  if (isList) return <MeterList meters={meters} period={period} canWrite={canWrite} />
  const one = chosen ?? meters.find(isWaiting) ?? meters[0]
  return one === undefined ? null : <OneMeter key={one.meterId} me={me} meters={meters} meter={one} />
}

function Head({
  of,
  period,
  isList,
  canWrite,
}: {
  of: MeterReadings
  period: string
  isList: boolean
  canWrite: boolean
}) {
  const w = useWords(WORDS)
  const { meterCount, readCount, unconfirmedCount } = of
  const isDone = readCount === meterCount && unconfirmedCount === 0
  return (
    <>
      <div className="row title-row">
        <h1 className={isList ? undefined : 'small-title'}>
          {isList ? w.title : fill(w.ofMonth, { month: monthOf(period) })}
        </h1>
        {isList ? <MonthField period={period} /> : null}
        {canWrite ? (
          <a
            className="text-link"
            href={addressOf('readings', { period, view: isList ? undefined : 'list' })}
          >
            {isList ? w.one : w.list}
          </a>
        ) : null}
      </div>
      <div className="progress" data-testid="readings-progress">
        <progress max={Math.max(1, meterCount)} value={readCount} aria-label={w.title} />
        <b>{fill(w.read, { read: formatNumber(readCount), all: formatNumber(meterCount) })}</b>
        {unconfirmedCount === 0 ? null : (
          <span className="tv-bad">{fill(w.waiting, { count: formatNumber(unconfirmedCount) })}</span>
        )}
      </div>
      {isDone && meterCount > 0 ? <Banner kind="good">{w.done}</Banner> : null}
    </>
  )
}

function MonthField({ period }: { period: string }) {
  const w = useWords(WORDS)
  return (
    <Field
      id="readings-month"
      type="month"
      label={w.month}
      value={period}
      onChange={(event) => {
        if (event.target.value !== '') goTo('readings', { period: event.target.value, view: 'list' })
      }}
    />
  )
}

/** `2026-12` → `2027-01`. */
function monthAfter(period: string): string {
  const [year = 0, month = 1] = period.split('-').map(Number)
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`
}
