import { useQuery } from '@tanstack/react-query'
import type { DayComparison, DaySummary } from '@tienve/contracts'
import { ErrorPanel, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { Compared } from './Compared.tsx'
import { DayPicker } from './DayPicker.tsx'
import { HoursChart } from './HoursChart.tsx'
import './totals.css'

const WORDS = {
  title: { vi: 'Bán theo giờ, so với hôm khác', en: 'By the hour, and beside other days' },
}

/** What stands under the sum of a day: other days to go to, how it stands beside them, and its hours. */
export function DayLook({
  stallId,
  day,
  summary,
  onDay,
}: {
  stallId: string
  /** Undefined for today, whichever day that is by the service's clock. */
  day: string | undefined
  summary: DaySummary
  onDay: (day: string | undefined) => void
}) {
  const w = useWords(WORDS)
  const asked = useQuery({
    queryKey: ['day', stallId, 'comparison', day],
    queryFn: () => api.get<DayComparison>(`/v1/stalls/${stallId}/comparison`, { day }),
  })
  if (asked.isError) return <ErrorPanel error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.data === undefined) return null
  const { firstDay, lastDay } = asked.data
  const [first, last] = [firstDay ?? lastDay, lastDay]
  return (
    <section className="day-look" aria-label={w.title}>
      {first === last ? null : <DayPicker day={asked.data.day} first={first} last={last} onDay={onDay} />}
      <Compared of={asked.data} />
      <HoursChart byHour={summary.byHour} />
    </section>
  )
}
