import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  roleCan,
  type BillingRound,
  type Me,
  type MeterReadings,
  type ProposeRound,
  type RoundPreview,
} from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Banner, Button, Card, Empty, Field, fill, Mark, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { Refused } from '../../Refused.tsx'
import { addressOf } from '../../route.ts'
import { Preview } from './Preview.tsx'
import { Problems } from './Problems.tsx'
import { Steps } from './Steps.tsx'

const WORDS = {
  readings: { vi: 'Chỉ số điện nước', en: 'Meter readings' },
  read: { vi: '{read}/{all} công tơ đã đọc', en: '{read}/{all} meters read' },
  odd: { vi: '{count} số lạ chờ xem lại', en: '{count} odd ones to look at again' },
  nothing: {
    vi: 'Tháng này không có gì để thu: chưa sạp nào có hợp đồng và giá.',
    en: 'There is nothing to bill in this month: no stall has a contract and a price.',
  },
  quiet: {
    vi: 'Đang chuẩn bị: chưa sạp nào được báo.',
    en: 'Being prepared: no stall is told anything.',
  },
  propose: { vi: 'Đề xuất {count} khoản, {sum}', en: 'Propose {count} charges, {sum}' },
  dueOn: { vi: 'Hạn nộp', en: 'Due' },
  after: {
    vi: 'Đề xuất xong thì số được giữ nguyên, chờ trưởng ban duyệt. Còn rút lại được.',
    en: 'Once proposed the figures are frozen for the head to approve. It can be taken back.',
  },
  period: { vi: 'Kỳ', en: 'Month' },
}

/** A month before it is proposed: what is still missing, what it would bill, and how that differs from the month before. */
export function PrepareRound({ me, period }: { me: Me; period: string }) {
  const w = useWords(WORDS)
  const pages = usePages<RoundPreview>(
    ['round-preview', me.market.id, period],
    `/v1/markets/${me.market.id}/round-preview`,
    { period, limit: 30 },
  )
  return (
    <>
      <Answer of={pages}>
        {({ pages: [first, ...rest] }) => {
          if (first === undefined) return null
          const hasMissing = first.problems.some(({ problem }) => problem !== 'price_missing')
          return (
            <>
              <Steps now={hasMissing ? 'readings' : first.problems.length > 0 ? 'preview' : 'propose'} />
              <Banner kind="info">{w.quiet}</Banner>
              {roleCan(me.user.role, 'readings.read') ? <Readings me={me} period={period} /> : null}
              <Problems me={me} period={period} problems={first.problems} />
              {first.totals.chargeCount === 0 ? (
                <Empty>{w.nothing}</Empty>
              ) : (
                <>
                  {first.problems.length === 0 && roleCan(me.user.role, 'charges.issue') ? (
                    <Propose me={me} period={period} totals={first.totals} />
                  ) : null}
                  <Preview of={first} items={[first, ...rest].flatMap(({ items }) => items)} />
                </>
              )}
            </>
          )
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function Readings({ me, period }: { me: Me; period: string }) {
  const w = useWords(WORDS)
  const readings = useQuery({
    queryKey: ['readings', me.market.id, period, 'first'],
    queryFn: () => api.get<MeterReadings>(`/v1/markets/${me.market.id}/readings`, { period, limit: 1 }),
  })
  return (
    <Answer of={readings}>
      {({ meterCount, readCount, unconfirmedCount }) => (
        <p className="three">
          <a className="text-link" href={addressOf('readings', { period })}>
            {w.readings}
          </a>
          <Mark kind={readCount === meterCount ? 'good' : 'warn'}>
            {fill(w.read, { read: formatNumber(readCount), all: formatNumber(meterCount) })}
          </Mark>
          {unconfirmedCount === 0 ? null : (
            <Mark kind="bad">{fill(w.odd, { count: formatNumber(unconfirmedCount) })}</Mark>
          )}
        </p>
      )}
    </Answer>
  )
}

function Propose({ me, period, totals }: { me: Me; period: string; totals: RoundPreview['totals'] }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [dueOn, setDueOn] = useState(`${period}-15`)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const propose = useMutation({
    mutationFn: () =>
      api.post<BillingRound>(
        `/v1/markets/${me.market.id}/billing-rounds`,
        { period, dueOn } satisfies ProposeRound,
        { idempotencyKey: key },
      ),
    onSuccess: () => queries.invalidateQueries(),
    onSettled: () => setKey(crypto.randomUUID()),
  })
  return (
    <Card>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault()
          propose.mutate()
        }}
      >
        <Field
          id="due-on"
          type="date"
          label={w.dueOn}
          required
          value={dueOn}
          onChange={(event) => setDueOn(event.target.value)}
        />
        <Button type="submit" disabled={propose.isPending}>
          {fill(w.propose, { count: formatNumber(totals.chargeCount), sum: formatVnd(totals.totalVnd) })}
        </Button>
      </form>
      <p className="tv-quiet">{w.after}</p>
      {propose.isError ? <Refused error={propose.error} labels={w} /> : null}
    </Card>
  )
}
