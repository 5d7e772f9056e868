import { useQuery } from '@tanstack/react-query'
import type { MonthDays, MonthTotal, MonthTotals } from '@tienve/contracts'
import {
  Button,
  Card,
  dateOf,
  Empty,
  ErrorPanel,
  fill,
  Loading,
  Money,
  monthOf,
  useLanguage,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'
import { TodayScreen } from '../TodayScreen.tsx'
import { Downloads } from './Downloads.tsx'
import { capital, weekdayOf } from './words.ts'
import './totals.css'

const WORDS = {
  title: { vi: 'Từng tháng', en: 'Month by month' },
  month: { vi: 'Tháng {month}', en: 'Month {month}' },
  bank: { vi: 'Ngân hàng báo', en: 'Told by the bank' },
  cash: { vi: 'Tiền mặt tự ghi', en: 'Cash, as noted here' },
  bankShort: { vi: 'Ngân hàng', en: 'Bank' },
  cashShort: { vi: 'Tiền mặt', en: 'Cash' },
  times: { vi: '{count}\u00a0lần', en: '{count}\u00a0times' },
  days: { vi: 'Bấm vào ngày để xem từng khoản.', en: 'Tap a day to see each sale.' },
  empty: { vi: 'Chưa bán được khoản nào.', en: 'Nothing was sold yet.' },
  months: { vi: 'Các tháng khác', en: 'Other months' },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** Every month, a month's days, and each day in whole: three steps, and the same sums on all of them. */
export function MonthsScreen({ stall: { id: stallId }, onBack }: PageProps) {
  const [period, setPeriod] = useState<string | null>(null)
  const [day, setDay] = useState<string | null>(null)
  if (day !== null)
    return <TodayScreen stallId={stallId} isHolder from={{ day, onBack: () => setDay(null) }} />
  if (period !== null)
    return <Month stallId={stallId} period={period} onDay={setDay} onBack={() => setPeriod(null)} />
  return <Months stallId={stallId} onMonth={setPeriod} onBack={onBack} />
}

function Months({
  stallId,
  onMonth,
  onBack,
}: {
  stallId: string
  onMonth: (period: string) => void
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const asked = useQuery({
    queryKey: ['day', stallId, 'months'],
    queryFn: () => api.get<MonthTotals>(`/v1/stalls/${stallId}/months`),
  })
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {asked.isPending ? <Loading /> : null}
      {asked.isError ? <ErrorPanel error={asked.error} onRetry={() => void asked.refetch()} /> : null}
      {asked.data?.items.length === 0 ? <Empty>{w.empty}</Empty> : null}
      <ul className="sale-sums" data-testid="months">
        {asked.data?.items.map((month) => (
          <Sums
            key={month.period}
            name={fill(w.month, { month: monthOf(month.period) })}
            of={month}
            onOpen={() => onMonth(month.period)}
          />
        ))}
      </ul>
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function Month({
  stallId,
  period,
  onDay,
  onBack,
}: {
  stallId: string
  period: string
  onDay: (day: string) => void
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const asked = useQuery({
    queryKey: ['day', stallId, 'months', period],
    queryFn: () => api.get<MonthDays>(`/v1/stalls/${stallId}/months/${period}`),
  })
  const known = asked.data
  return (
    <section className="stack">
      <h1>{fill(w.month, { month: monthOf(period) })}</h1>
      {asked.isPending ? <Loading /> : null}
      {asked.isError ? <ErrorPanel error={asked.error} onRetry={() => void asked.refetch()} /> : null}
      {known === undefined ? null : (
        <>
          <Card className="totals">
            <p className="total" data-testid="month-total">
              <Money vnd={known.totalVnd} />
            </p>
            <p className="row">
              <span>{w.bank}</span> <Money vnd={known.bankVnd} />
            </p>
            <p className="row">
              <span>{w.cash}</span> <Money vnd={known.cashVnd} />
            </p>
          </Card>
          <p className="hint">{w.days}</p>
          <ul className="sale-sums">
            {known.days.toReversed().map((of) => (
              <Sums
                key={of.day}
                name={`${capital(weekdayOf(of.day, language))} ${dateOf(of.day)}`}
                of={of}
                onOpen={() => onDay(of.day)}
              />
            ))}
          </ul>
          <Downloads path={`/v1/stalls/${stallId}/month-sales`} query={`period=${period}`} />
        </>
      )}
      <Button kind="quiet" onClick={onBack}>
        {w.months}
      </Button>
    </section>
  )
}

function Sums({ name, of, onOpen }: { name: string; of: Omit<MonthTotal, 'period'>; onOpen: () => void }) {
  const w = useWords(WORDS)
  return (
    <li>
      <button type="button" onClick={onOpen}>
        <b>{name}</b>
        <b>
          <Money vnd={of.totalVnd} />
        </b>
        <span>
          {w.bankShort}: <Money vnd={of.bankVnd} /> · {fill(w.times, { count: of.count })}
        </span>
        {of.cashCount === 0 && of.cashVnd === 0 ? null : (
          <span>
            {w.cashShort}: <Money vnd={of.cashVnd} /> · {fill(w.times, { count: of.cashCount })}
          </span>
        )}
      </button>
    </li>
  )
}
