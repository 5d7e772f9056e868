import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  ApiError,
  mayDo,
  type ApproveRound,
  type BillingRound,
  type Me,
  type RoundCheck,
} from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import {
  Banner,
  Button,
  Card,
  ErrorPanel,
  fill,
  fullDateOf,
  Mark,
  Money,
  monthOf,
  useWords,
  whenOf,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Table } from '../../parts.tsx'

const WORDS = {
  title: { vi: 'Trước khi phát hành kỳ {period}', en: 'Before {period} is billed' },
  would: { vi: '{count} khoản', en: '{count} charges' },
  due: { vi: 'Hạn nộp {day}', en: 'Due {day}' },
  proposed: { vi: '{who} đề xuất lúc {at}', en: 'Proposed by {who} at {at}' },
  prices: { vi: 'Theo biểu giá', en: 'By price' },
  name: { vi: 'Biểu giá', en: 'Price' },
  price: { vi: 'Đơn giá', en: 'Price' },
  decision: { vi: 'Quyết định', en: 'Decision' },
  count: { vi: 'Số khoản', en: 'Charges' },
  total: { vi: 'Phải thu', en: 'Billed' },
  all: { vi: 'Cộng', en: 'Total' },
  largest: { vi: 'Khoản lớn nhất', en: 'The largest' },
  smallest: { vi: 'Khoản nhỏ nhất', en: 'The smallest' },
  forever: {
    vi: 'Phát hành rồi không rút lại được: mỗi sạp thấy khoản phải nộp, và sổ ghi phải thu.',
    en: 'It cannot be taken back: each stall sees what it owes, and the books have it as receivable.',
  },
  approve: { vi: 'Duyệt và phát hành {count} khoản, {sum}', en: 'Approve and issue {count} charges, {sum}' },
  notYours: {
    vi: 'Trưởng ban duyệt kỳ này. Vai trò của bạn xem được các số này.',
    en: 'The head of the board approves it. Your role may see these figures.',
  },
  changed: {
    vi: 'Số liệu vừa thay đổi nên kỳ thu chưa phát hành. Số mới ở dưới; xem lại rồi duyệt.',
    en: 'The figures have just changed, so nothing is issued. The new ones are below: look, and approve again.',
  },
  before: { vi: 'Trước đó: {count} khoản, {sum}', en: 'Before: {count} charges, {sum}' },
}

type Seen = ApproveRound['seen']

/** What has to be seen before a proposed round is issued, and its one button. */
export function RoundToApprove({ me, id }: { me: Me; id: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [before, setBefore] = useState<Seen | null>(null)
  const check = useQuery({
    queryKey: ['round-check', id],
    queryFn: () => api.get<RoundCheck>(`/v1/billing-rounds/${id}/check`),
    refetchInterval: 15_000,
  })
  const approve = useMutation({
    mutationFn: (seen: Seen) =>
      api.post<BillingRound>(`/v1/billing-rounds/${id}/approve`, { seen } satisfies ApproveRound),
    onSuccess: () => queries.invalidateQueries(),
    onError: (error, seen) => {
      if (!isChanged(error)) return
      setBefore(seen)
      void check.refetch()
    },
  })
  return (
    <>
      {before === null ? null : <Banner kind="warn">{w.changed}</Banner>}
      <Answer of={check}>
        {(data) => (
          <Card title={fill(w.title, { period: monthOf(data.period) })}>
            <Figures check={data} before={before} />
            {approve.isError && !isChanged(approve.error) ? <ErrorPanel error={approve.error} /> : null}
            {mayDo(me, 'charges.approve') ? (
              <>
                <p>
                  <b>{w.forever}</b>
                </p>
                <div className="filters">
                  <Button
                    disabled={approve.isPending}
                    onClick={() => approve.mutate({ chargeCount: data.chargeCount, totalVnd: data.totalVnd })}
                  >
                    {fill(w.approve, countAndSum(data))}
                  </Button>
                </div>
              </>
            ) : (
              <Mark kind="none">{w.notYours}</Mark>
            )}
          </Card>
        )}
      </Answer>
    </>
  )
}

function isChanged(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'round_changed'
}

function countAndSum({ chargeCount, totalVnd }: Seen): { count: string; sum: string } {
  return { count: formatNumber(chargeCount), sum: formatVnd(totalVnd) }
}

function Figures({ check, before }: { check: RoundCheck; before: Seen | null }) {
  const w = useWords(WORDS)
  const extremes = [
    [w.largest, check.largest],
    [w.smallest, check.smallest],
  ] as const
  return (
    <>
      <p className="figure" data-testid="round-total">
        <Money vnd={check.totalVnd} />
      </p>
      <p>
        {fill(w.would, { count: formatNumber(check.chargeCount) })} ·{' '}
        {fill(w.due, { day: fullDateOf(check.dueOn) })}
      </p>
      {before === null ? null : <p className="tv-bad">{fill(w.before, countAndSum(before))}</p>}
      <p>{fill(w.proposed, { who: check.proposedBy, at: whenOf(check.proposedAt) })}</p>
      <Table
        caption={w.prices}
        rows={check.prices}
        keyOf={({ tariffId }) => tariffId}
        columns={[
          { head: w.name, card: 'title', cell: ({ name }) => name },
          {
            head: w.price,
            number: true,
            card: 'line',
            cell: (row) => (row.unitPriceVnd === null ? '' : <Money vnd={row.unitPriceVnd} />),
          },
          { head: w.decision, card: 'line', cell: ({ decision }) => decision },
          { head: w.count, number: true, card: 'line', cell: (row) => formatNumber(row.chargeCount) },
          { head: w.total, number: true, card: 'line', cell: (row) => <Money vnd={row.totalVnd} /> },
        ]}
        foot={[w.all, '', '', formatNumber(check.chargeCount), <Money key="total" vnd={check.totalVnd} />]}
      />
      {extremes.map(([words, one]) =>
        one === null ? null : (
          <p key={words}>
            {words}: {one.stallCode} {one.stallName}, {one.formula} = <b>{formatVnd(one.amountVnd)}</b>
          </p>
        ),
      )}
    </>
  )
}
