import { useQuery } from '@tanstack/react-query'
import type { DaySummary, PaymentPage } from '@tienve/contracts'
import { Card, clockOf, dateOf, Empty, ErrorPanel, Loading, Money, Button, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'

const WORDS = {
  today: { vi: 'Hôm nay', en: 'Today' },
  day: { vi: 'Ngày', en: 'Day' },
  bank: { vi: 'Chuyển khoản', en: 'By bank' },
  cash: { vi: 'Tiền mặt', en: 'Cash' },
  times: { vi: 'lần', en: 'times' },
  empty: { vi: 'Chưa có tiền về.', en: 'No money has arrived yet.' },
  last: { vi: 'Xem ngày bán gần nhất', en: 'See the last trading day' },
  back: { vi: 'Về hôm nay', en: 'Back to today' },
  exact: { vi: 'Đủ', en: 'Enough' },
  short: { vi: 'Thiếu', en: 'Short' },
  over: { vi: 'Thừa', en: 'Over' },
  repeated: { vi: 'Hai lần', en: 'Twice' },
  late: { vi: 'Báo muộn', en: 'Late' },
  unknown: { vi: 'Không rõ mã', en: 'No code' },
}

export function TodayScreen({ stallId, showTotals }: { stallId: string; showTotals: boolean }) {
  const w = useWords(WORDS)
  const [day, setDay] = useState<string | undefined>()
  const summary = useQuery({
    queryKey: ['summary', stallId, day],
    queryFn: () => api.get<DaySummary>(`/v1/stalls/${stallId}/summary`, { day }),
    enabled: showTotals,
  })
  const payments = useQuery({
    queryKey: ['payments', stallId, day],
    queryFn: () => api.get<PaymentPage>(`/v1/stalls/${stallId}/payments`, { day, limit: 100 }),
  })
  const last = summary.data?.lastTradingDay ?? null
  return (
    <section className="stack">
      <h1>{day === undefined ? w.today : `${w.day} ${dateOf(day)}`}</h1>
      {summary.data === undefined ? null : (
        <Card className="totals">
          <p className="total">
            <Money vnd={summary.data.totalVnd} />
          </p>
          <div className="pair">
            <p>
              {w.bank}
              <br />
              <b>
                <Money vnd={summary.data.bankVnd} />
              </b>
              <br />
              {summary.data.count} {w.times}
            </p>
            <p>
              {w.cash}
              <br />
              <b>
                <Money vnd={summary.data.cashVnd} />
              </b>
              <br />
              {summary.data.cashCount} {w.times}
            </p>
          </div>
        </Card>
      )}
      {payments.isPending ? <Loading /> : null}
      {payments.isError ? (
        <ErrorPanel error={payments.error} onRetry={() => void payments.refetch()} />
      ) : null}
      {payments.data?.items.length === 0 ? <Empty>{w.empty}</Empty> : null}
      <ul className="rows">
        {payments.data?.items.map((one) => (
          <li key={one.id}>
            <span className="time">{clockOf(one.occurredAt)}</span>
            <b>
              <Money vnd={one.amountVnd} />
            </b>
            <span className={`verdict ${one.verdict}`}>
              {one.expectedVnd === null && one.verdict === 'exact' ? one.bankCode : w[one.verdict]}
            </span>
          </li>
        ))}
      </ul>
      {day === undefined && last !== null ? (
        <Button kind="quiet" onClick={() => setDay(last)}>
          {w.last} ({dateOf(last)})
        </Button>
      ) : null}
      {day === undefined ? null : (
        <Button kind="quiet" onClick={() => setDay(undefined)}>
          {w.back}
        </Button>
      )}
    </section>
  )
}
