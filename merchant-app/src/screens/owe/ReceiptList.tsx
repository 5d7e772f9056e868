import { useInfiniteQuery } from '@tanstack/react-query'
import type { StallReceipt, StallReceiptPage } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, Empty, ErrorPanel, fill, Loading, Money, monthOf, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Biên nhận', en: 'Receipts' },
  none: { vi: 'Chưa có biên nhận nào.', en: 'No receipt yet.' },
  back: { vi: 'Quay lại', en: 'Back' },
  more: { vi: 'Xem thêm', en: 'More' },
  bank: { vi: 'Chuyển khoản', en: 'By bank' },
  cash: { vi: 'Tiền mặt', en: 'In cash' },
  of: { vi: 'Tháng {month}: {amount}', en: '{month}: {amount}' },
  ahead: { vi: 'Nộp trước: {amount}', en: 'Ahead: {amount}' },
  deposit: { vi: 'Đặt cọc', en: 'Deposit' },
  taken: { vi: 'Đã hủy: {reason}', en: 'Void: {reason}' },
}

/** Every receipt of the stall, the newest first: what it paid for, and the paper behind it. */
export function ReceiptList({ stallId, onBack }: { stallId: string; onBack: () => void }) {
  const w = useWords(WORDS)
  const receipts = useInfiniteQuery({
    queryKey: ['receipts', stallId],
    queryFn: ({ pageParam }) =>
      api.get<StallReceiptPage>(`/v1/stalls/${stallId}/receipts`, {
        limit: 50,
        cursor: pageParam === '' ? undefined : pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const items = receipts.data?.pages.flatMap((page) => page.items)
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {receipts.isPending ? <Loading /> : null}
      {receipts.isError ? (
        <ErrorPanel error={receipts.error} onRetry={() => void receipts.refetch()} />
      ) : null}
      {items?.length === 0 ? <Empty>{w.none}</Empty> : null}
      {items === undefined || items.length === 0 ? null : (
        <Card>
          <ul className="looks" data-testid="receipts">
            {items.map((receipt) => (
              <ReceiptRow key={receipt.id} receipt={receipt} />
            ))}
          </ul>
        </Card>
      )}
      {receipts.hasNextPage ? (
        <Button
          kind="quiet"
          disabled={receipts.isFetchingNextPage}
          onClick={() => void receipts.fetchNextPage()}
        >
          {w.more}
        </Button>
      ) : null}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function ReceiptRow({ receipt }: { receipt: StallReceipt }) {
  const w = useWords(WORDS)
  const parts = [
    ...receipt.settled.map(({ period, amountVnd }) =>
      fill(w.of, { month: monthOf(period), amount: formatVnd(amountVnd) }),
    ),
    ...(receipt.creditVnd > 0 ? [fill(w.ahead, { amount: formatVnd(receipt.creditVnd) })] : []),
    ...(receipt.purpose === 'deposit' ? [w.deposit] : []),
  ]
  return (
    <li>
      <a className="receipt" href={receipt.url} target="_blank" rel="noreferrer">
        <b>
          {receipt.number} · <Money vnd={receipt.amountVnd} />
        </b>
      </a>
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
      {receipt.voidReason === null ? null : (
        <span className="late">{fill(w.taken, { reason: receipt.voidReason })}</span>
      )}
      <span className="hint parts">
        <span>{receipt.paidBy === 'bank' ? w.bank : w.cash}</span> <time>{whenOf(receipt.paidAt)}</time>
      </span>
    </li>
  )
}
