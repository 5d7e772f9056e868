import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { DaySummary, Payment, Taking, TakingPage } from '@tienve/contracts'
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
  more: { vi: 'Xem thêm', en: 'Show more' },
  last: { vi: 'Xem ngày bán gần nhất', en: 'See the last trading day' },
  back: { vi: 'Về hôm nay', en: 'Back to today' },
  exact: { vi: 'Đủ', en: 'Enough' },
  short: { vi: 'Thiếu', en: 'Short' },
  over: { vi: 'Thừa', en: 'Over' },
  repeated: { vi: 'Hai lần', en: 'Twice' },
  late: { vi: 'Báo muộn', en: 'Late' },
  unknown: { vi: 'Không rõ mã', en: 'No code' },
  thousandfold: { vi: 'Thiếu ba số 0', en: 'Three zeros short' },
  reversed: { vi: 'Đã bị lấy lại', en: 'Taken back' },
  reversal: { vi: 'Ngân hàng lấy lại', en: 'The bank took back' },
}

/** A busy stall's day comes in two or three pages. */
const A_PAGE = 100

export function TodayScreen({ stallId, showTotals }: { stallId: string; showTotals: boolean }) {
  const w = useWords(WORDS)
  const [day, setDay] = useState<string | undefined>()
  const summary = useQuery({
    queryKey: ['day', stallId, 'summary', day],
    queryFn: () => api.get<DaySummary>(`/v1/stalls/${stallId}/summary`, { day }),
    enabled: showTotals,
  })
  const last = summary.data?.lastTradingDay ?? null
  return (
    <section className="stack">
      <h1>{day === undefined ? w.today : `${w.day} ${dateOf(day)}`}</h1>
      {summary.data === undefined ? null : <Totals summary={summary.data} />}
      <Takings stallId={stallId} day={day} />
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

function Totals({ summary }: { summary: DaySummary }) {
  const w = useWords(WORDS)
  return (
    <Card className="totals">
      <p className="total">
        <Money vnd={summary.totalVnd} />
      </p>
      <div className="pair">
        <p>
          {w.bank}
          <br />
          <b>
            <Money vnd={summary.bankVnd} />
          </b>
          <br />
          {summary.count} {w.times}
        </p>
        <p>
          {w.cash}
          <br />
          <b>
            <Money vnd={summary.cashVnd} />
          </b>
          <br />
          {summary.cashCount} {w.times}
        </p>
      </div>
    </Card>
  )
}

/** Every sale of the day, newest first: what stands above is their sum. */
function Takings({ stallId, day }: { stallId: string; day: string | undefined }) {
  const w = useWords(WORDS)
  const takings = useInfiniteQuery({
    queryKey: ['day', stallId, 'takings', day],
    queryFn: ({ pageParam }) =>
      api.get<TakingPage>(`/v1/stalls/${stallId}/takings`, {
        day,
        limit: A_PAGE,
        cursor: pageParam === '' ? undefined : pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const items = takings.data?.pages.flatMap((page) => page.items)
  const again = (): void => void (takings.isFetchNextPageError ? takings.fetchNextPage() : takings.refetch())
  return (
    <>
      {takings.isPending ? <Loading /> : null}
      {items?.length === 0 ? <Empty>{w.empty}</Empty> : null}
      {items === undefined || items.length === 0 ? null : (
        <ul className="rows">
          {items.map((one) => (
            <TakingRow key={ofTaking(one).id} taking={one} />
          ))}
        </ul>
      )}
      {takings.isError ? <ErrorPanel error={takings.error} onRetry={again} /> : null}
      {takings.hasNextPage && !takings.isError ? (
        <Button
          kind="quiet"
          disabled={takings.isFetchingNextPage}
          onClick={() => void takings.fetchNextPage()}
        >
          {w.more}
        </Button>
      ) : null}
    </>
  )
}

function TakingRow({ taking }: { taking: Taking }) {
  const w = useWords(WORDS)
  const of = ofTaking(taking)
  return (
    <li>
      <span className="time">{clockOf(of.occurredAt)}</span>
      <b>
        <Money vnd={taking.kind === 'reversal' ? -of.amountVnd : of.amountVnd} />
      </b>
      {taking.kind === 'cash' ? <span className="verdict cash">{w.cash}</span> : null}
      {taking.kind === 'bank' ? <Verdict of={taking.payment} /> : null}
      {taking.kind === 'reversal' ? <span className="verdict short">{w.reversal}</span> : null}
    </li>
  )
}

function Verdict({ of: { verdict, slip, expectedVnd, reversedAt, bankCode } }: { of: Payment }) {
  const w = useWords(WORDS)
  if (reversedAt !== null) return <span className="verdict short">{w.reversed}</span>
  return (
    <span className={`verdict ${verdict}`}>
      {expectedVnd === null && verdict === 'exact' ? bankCode : w[slip ?? verdict]}
    </span>
  )
}

/** What was taken, whichever way it was. */
function ofTaking(taking: Taking) {
  switch (taking.kind) {
    case 'bank':
      return taking.payment
    case 'cash':
      return taking.cashSale
    case 'reversal':
      return taking.reversal
  }
}
