import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  surplusOf,
  type DaySummary,
  type Payment,
  type SaleRefund,
  type SaleRefundList,
  type Taking,
  type TakingPage,
} from '@tienve/contracts'
import { Card, clockOf, dateOf, Empty, ErrorPanel, Loading, Money, Button, useWords } from '@tienve/ui'
import { Suspense, useState, type ReactNode } from 'react'
import { api } from '../api.ts'
import { later, type PageName } from '../pages.tsx'
import { DueRefund, SaleRefundBox } from './SaleRefundBox.tsx'

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
  backThere: { vi: 'Quay lại', en: 'Back' },
  search: { vi: 'Tìm khoản bán', en: 'Find a sale' },
  months: { vi: 'Từng tháng', en: 'Month by month' },
  credits: { vi: 'Sổ mua chịu', en: 'Credit book' },
  taxes: { vi: 'Cả năm, sổ thuế', en: 'The whole year, tax books' },
  exact: { vi: 'Đủ', en: 'Enough' },
  short: { vi: 'Thiếu', en: 'Short' },
  over: { vi: 'Thừa', en: 'Over' },
  repeated: { vi: 'Hai lần', en: 'Twice' },
  late: { vi: 'Báo muộn', en: 'Late' },
  unknown: { vi: 'Không rõ mã', en: 'No code' },
  thousandfold: { vi: 'Thiếu ba số 0', en: 'Three zeros short' },
  reversed: { vi: 'Đã bị lấy lại', en: 'Taken back' },
  reversal: { vi: 'Ngân hàng lấy lại', en: 'The bank took back' },
  refund: { vi: 'Trả lại khách', en: 'Given back' },
  paidCredit: { vi: 'Trả nợ', en: 'Paid credit' },
  toGiveBack: { vi: 'Chưa trả lại khách', en: 'To be given back' },
}

/** A busy stall's day comes in two or three pages. */
const A_PAGE = 100
/** The bank tells that something went back; nothing of this screen is told of that but by asking. */
const DUE_AGAIN_MS = 10_000

/** They come after the list of sales, which needs neither. */
const DayLook = later(() => import('./totals/DayLook.tsx').then((part) => part.DayLook))
const Downloads = later(() => import('./totals/Downloads.tsx').then((part) => part.Downloads))
const MORE = ['credits', 'search', 'months', 'taxes'] as const satisfies readonly PageName[]

/**
 * `isHolder`: whose stall it is, who alone sees its totals and gives money back. `from` is where a day was chosen elsewhere: it begins
 * on that day and goes back there.
 */
export function TodayScreen({
  stallId,
  isHolder,
  onOpen,
  from,
}: {
  stallId: string
  isHolder: boolean
  onOpen?: (page: PageName) => void
  from?: { day: string; onBack: () => void }
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [day, setDay] = useState<string | undefined>(from?.day)
  const refunds = useQuery({
    queryKey: ['day', stallId, 'refunds', day],
    queryFn: async ({ queryKey }) => {
      const before = dueOf(queries.getQueryData<SaleRefundList>(queryKey))
      const list = await api.get<SaleRefundList>(`/v1/stalls/${stallId}/sale-refunds`, { day })
      // What went back has lowered the day since.
      if (dueOf(list).length < before.length)
        for (const of of ['summary', 'takings'])
          void queries.invalidateQueries({ queryKey: ['day', stallId, of] })
      return list
    },
    enabled: isHolder,
    refetchInterval: ({ state }) => (dueOf(state.data).length > 0 ? DUE_AGAIN_MS : false),
  })
  const due = dueOf(refunds.data)
  const summary = useQuery({
    queryKey: ['day', stallId, 'summary', day],
    queryFn: () => api.get<DaySummary>(`/v1/stalls/${stallId}/summary`, { day }),
    enabled: isHolder,
  })
  const last = summary.data?.lastTradingDay ?? null
  return (
    <section className="stack">
      <h1>{day === undefined ? w.today : `${w.day} ${dateOf(day)}`}</h1>
      {summary.data === undefined ? null : (
        <>
          <Totals summary={summary.data} />
          <Suspense>
            <DayLook stallId={stallId} day={day} summary={summary.data} onDay={setDay} />
          </Suspense>
        </>
      )}
      {day === undefined && last !== null && summary.data?.totalVnd === 0 ? (
        <Button kind="quiet" onClick={() => setDay(last)}>
          {w.last} ({dateOf(last)})
        </Button>
      ) : null}
      {refunds.isError ? <ErrorPanel error={refunds.error} onRetry={() => void refunds.refetch()} /> : null}
      {due.length === 0 ? null : (
        <Card title={w.toGiveBack}>
          {due.map((one) => (
            <DueRefund key={one.id} stallId={stallId} refund={one} />
          ))}
        </Card>
      )}
      <Takings stallId={stallId} day={day} refunds={refunds.data?.items ?? null} />
      {summary.data === undefined ? null : (
        <Suspense>
          <Downloads path={`/v1/stalls/${stallId}/day-sales`} query={`day=${summary.data.day}`} />
        </Suspense>
      )}
      {day === undefined || from !== undefined ? null : (
        <Button kind="quiet" onClick={() => setDay(undefined)}>
          {w.back}
        </Button>
      )}
      {from === undefined ? null : (
        <Button kind="quiet" onClick={from.onBack}>
          {w.backThere}
        </Button>
      )}
      {isHolder && onOpen !== undefined
        ? MORE.map((page) => (
            <Button key={page} kind="quiet" data-opens={page} onClick={() => onOpen(page)}>
              {w[page]}
            </Button>
          ))
        : null}
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
function Takings({
  stallId,
  day,
  refunds,
}: {
  stallId: string
  day: string | undefined
  refunds: readonly SaleRefund[] | null
}) {
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
            <TakingRow key={ofTaking(one).id} taking={one}>
              {refunds !== null && one.kind === 'bank' && goesBack(one) ? (
                <SaleRefundBox
                  stallId={stallId}
                  payment={one.payment}
                  refund={refunds.find(({ paymentId }) => paymentId === one.payment.id) ?? null}
                />
              ) : null}
            </TakingRow>
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

function TakingRow({ taking, children }: { taking: Taking; children: ReactNode }) {
  const w = useWords(WORDS)
  const of = ofTaking(taking)
  const note = taking.kind === 'bank' ? taking.note : taking.kind === 'cash' ? taking.cashSale.note : null
  return (
    <li>
      <span className="time">{clockOf(of.occurredAt)}</span>
      <b>
        <Money vnd={taking.kind === 'reversal' || taking.kind === 'refund' ? -of.amountVnd : of.amountVnd} />
      </b>
      {taking.kind === 'cash' ? <span className="verdict cash">{w.cash}</span> : null}
      {taking.kind === 'bank' ? <Verdict of={taking.payment} /> : null}
      {taking.kind === 'reversal' ? <span className="verdict short">{w.reversal}</span> : null}
      {taking.kind === 'refund' ? <span className="verdict over">{w.refund}</span> : null}
      {taking.kind === 'bank' && taking.paidCredit ? <small className="below">{w.paidCredit}</small> : null}
      {note === null ? null : <small className="below">{note}</small>}
      {children === null ? null : <div className="below">{children}</div>}
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
    case 'refund':
      return taking.refund
  }
}

/** What came too much can go back, unless the bank took all of it back, or the credit book says what is to go back of it. */
function goesBack({ payment, paidCredit }: Extract<Taking, { kind: 'bank' }>): boolean {
  return !paidCredit && payment.reversedAt === null && surplusOf(payment) > 0
}

function dueOf(refunds: SaleRefundList | undefined): SaleRefund[] {
  return refunds?.items.filter(({ status }) => status === 'due') ?? []
}
