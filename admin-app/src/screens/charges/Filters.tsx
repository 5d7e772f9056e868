import { useQuery } from '@tanstack/react-query'
import { SERVICE_WORDS, SERVICES, type BillingRounds } from '@tienve/contracts'
import { Button, fill, fullDateOf, monthOf, Select, useWords } from '@tienve/ui'
import { api } from '../../api.ts'

const WORDS = {
  show: { vi: 'Tình trạng', en: 'Status' },
  all: { vi: 'Tất cả', en: 'All' },
  outstanding: { vi: 'Còn nợ', en: 'Outstanding' },
  paidOnes: { vi: 'Đã nộp đủ', en: 'Paid' },
  late: { vi: 'Quá hạn trên 60 ngày', en: 'Over 60 days' },
  period: { vi: 'Kỳ', en: 'Period' },
  allPeriods: { vi: 'Mọi kỳ', en: 'All periods' },
  allStalls: { vi: 'Xem mọi sạp', en: 'All stalls' },
  narrowed: { vi: 'Chỉ xem: {what}', en: 'Only: {what}' },
  zone: { vi: 'khu {zone}', en: 'zone {zone}' },
  service: { vi: 'có khoản {service}', en: 'with {service}' },
  dueFrom: { vi: 'hạn từ {day}', en: 'due from {day}' },
  dueTo: { vi: 'hạn đến {day}', en: 'due to {day}' },
  widen: { vi: 'Bỏ lọc', en: 'Show all' },
}

const FILTERS = {
  all: {},
  outstanding: { status: 'outstanding' },
  paidOnes: { status: 'paid' },
  late: { overdueDays: '60' },
} as const
type Filter = keyof typeof FILTERS
const FILTER_NAMES: readonly Filter[] = ['all', 'outstanding', 'paidOnes', 'late']

/** What the address asks for, by the names that the service has for it. */
const NAMES = ['status', 'overdueDays', 'period', 'stallId', 'zone', 'service', 'dueFrom', 'dueTo'] as const
export type ChargesAsked = Partial<Record<(typeof NAMES)[number], string>>

export function askedOf(query: URLSearchParams): ChargesAsked {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = query.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
}

/** The status, the period, and the one stall whose charges are shown; each choice is in the address. */
export function Filters({
  market,
  asked,
  onChange,
}: {
  market: string
  asked: ChargesAsked
  onChange: (asked: ChargesAsked) => void
}) {
  const w = useWords(WORDS)
  const { status, overdueDays, ...kept } = asked
  const rounds = useQuery({
    queryKey: ['rounds', market],
    queryFn: () => api.get<BillingRounds>(`/v1/markets/${market}/billing-rounds`),
  })
  const periods = (rounds.data?.items ?? []).filter((one) => one.status === 'issued').map((one) => one.period)
  const filter = FILTER_NAMES.find((one) => {
    const of: ChargesAsked = FILTERS[one]
    return of.status === status && of.overdueDays === overdueDays
  })
  return (
    <div className="filters">
      <Select
        id="show"
        label={w.show}
        value={filter}
        onChange={(event) => {
          const chosen = FILTER_NAMES.find((one) => one === event.target.value) ?? 'all'
          onChange({ ...kept, ...FILTERS[chosen] })
        }}
      >
        {FILTER_NAMES.map((one) => (
          <option key={one} value={one}>
            {w[one]}
          </option>
        ))}
      </Select>
      <Select
        id="period"
        label={w.period}
        value={asked.period ?? ''}
        onChange={(event) => onChange({ ...asked, period: event.target.value })}
      >
        <option value="">{w.allPeriods}</option>
        {(asked.period === undefined || periods.includes(asked.period)
          ? periods
          : [asked.period, ...periods]
        ).map((one) => (
          <option key={one} value={one}>
            {monthOf(one)}
          </option>
        ))}
      </Select>
      <Narrowed asked={asked} onChange={onChange} />
      {asked.stallId === undefined ? null : (
        <Button kind="quiet" onClick={() => onChange({ ...asked, stallId: '' })}>
          {w.allStalls}
        </Button>
      )}
    </div>
  )
}

/** What a figure of a report asked for besides, and the way back to all charges. */
function Narrowed({ asked, onChange }: { asked: ChargesAsked; onChange: (asked: ChargesAsked) => void }) {
  const w = useWords(WORDS)
  const services = useWords(SERVICE_WORDS)
  const { zone, service, dueFrom, dueTo, ...kept } = asked
  const known = SERVICES.find((one) => one === service)
  const parts = [
    zone === undefined ? '' : fill(w.zone, { zone }),
    known === undefined ? '' : fill(w.service, { service: services[known].toLowerCase() }),
    dueFrom === undefined ? '' : fill(w.dueFrom, { day: fullDateOf(dueFrom) }),
    dueTo === undefined ? '' : fill(w.dueTo, { day: fullDateOf(dueTo) }),
  ].filter((part) => part !== '')
  if (parts.length === 0) return null
  return (
    <>
      <p>{fill(w.narrowed, { what: parts.join(', ') })}</p>
      <Button kind="quiet" onClick={() => onChange(kept)}>
        {w.widen}
      </Button>
    </>
  )
}
