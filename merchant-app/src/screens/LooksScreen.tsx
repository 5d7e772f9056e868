import { useInfiniteQuery } from '@tanstack/react-query'
import type { Look, LookedAt, LookPage } from '@tienve/contracts'
import { Button, Card, Empty, ErrorPanel, fill, fullDateOf, Loading, useWords, whenOf } from '@tienve/ui'
import { api } from '../api.ts'

const WORDS = {
  title: { vi: 'Ai đã xem', en: 'Who looked' },
  what: {
    vi: 'Mỗi lần người của Ban quản lý chợ xem doanh thu của sạp này theo tên đều ghi ở đây. Ban không xóa được.',
    en: 'Each time somebody of the market board looks at this stall’s sales by name, it is noted here. The board cannot delete it.',
  },
  none: { vi: 'Chưa có ai xem.', en: 'Nobody has looked.' },
  hidden: {
    vi: 'Sạp không cho xem doanh thu theo tên, nên Ban không xem được.',
    en: 'This stall does not show its sales by name, so the board cannot look.',
  },
  more: { vi: 'Xem thêm', en: 'More' },
  back: { vi: 'Quay lại', en: 'Back' },
  day: { vi: 'Ngày {from}', en: 'Of {from}' },
  span: { vi: 'Từ {from} đến {to}', en: 'From {from} to {to}' },
  since: { vi: 'Từ {from}', en: 'Since {from}' },
  until: { vi: 'Đến {to}', en: 'Up to {to}' },
  program: { vi: 'Phần mềm: {name}', en: 'A program: {name}' },
  ever: { vi: 'Từ trước đến nay', en: 'Of all time' },
}

const LOOK_WORDS: Record<LookedAt, { vi: string; en: string }> = {
  sales: { vi: 'Doanh thu của sạp', en: 'Sales of the stall' },
  sales_file: { vi: 'Tải bảng doanh thu về máy', en: 'Sales, taken away as a file' },
  day: { vi: 'Tổng trong ngày', en: 'Totals of a day' },
  payments: { vi: 'Từng lần tiền về', en: 'Payments one by one' },
  journal: { vi: 'Nhật ký ghi sổ', en: 'The journal' },
  statement: { vi: 'Sổ chi tiết của sạp', en: 'The stall’s account, row by row' },
  balances: { vi: 'Số cộng trong sổ', en: 'Sums in the books' },
  txn: { vi: 'Một lần ghi sổ', en: 'One entry in the books' },
  origin: { vi: 'Một lần ghi sổ, đến tin báo của ngân hàng', en: 'One entry, down to the bank’s message' },
  ledger_file: { vi: 'Tải sổ về máy', en: 'The books, taken away as a file' },
}

/** Who of the board looked at this stall's sales, at what and when: the newest first. */
export function LooksScreen({
  stallId,
  consents,
  onBack,
}: {
  stallId: string
  consents: boolean
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const looks = useInfiniteQuery({
    queryKey: ['looks', stallId],
    queryFn: ({ pageParam }) =>
      api.get<LookPage>(`/v1/stalls/${stallId}/looks`, {
        limit: 50,
        cursor: pageParam === '' ? undefined : pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const items = looks.data?.pages.flatMap((page) => page.items)
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <p>{w.what}</p>
      {looks.isPending ? <Loading /> : null}
      {looks.isError ? <ErrorPanel error={looks.error} onRetry={() => void looks.refetch()} /> : null}
      {items?.length === 0 ? <Empty>{consents ? w.none : w.hidden}</Empty> : null}
      {items === undefined || items.length === 0 ? null : (
        <Card>
          <ul className="looks" data-testid="looks">
            {items.map((look) => (
              <LookRow key={look.id} look={look} />
            ))}
          </ul>
        </Card>
      )}
      {looks.hasNextPage ? (
        <Button kind="quiet" disabled={looks.isFetchingNextPage} onClick={() => void looks.fetchNextPage()}>
          {w.more}
        </Button>
      ) : null}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function LookRow({ look }: { look: Look }) {
  const w = useWords(WORDS)
  const what = useWords(LOOK_WORDS)
  const { fromDay, toDay } = look
  const sentence =
    fromDay === null
      ? toDay === null
        ? w.ever
        : w.until
      : toDay === null
        ? w.since
        : fromDay === toDay
          ? w.day
          : w.span
  return (
    <li>
      <b>{what[look.what]}</b>
      <span>
        {fill(sentence, {
          from: fromDay === null ? '' : fullDateOf(fromDay),
          to: toDay === null ? '' : fullDateOf(toDay),
        })}
      </span>
      <span className="hint parts">
        <span>{look.role === 'key' ? fill(w.program, { name: look.by }) : look.by}</span>{' '}
        <time>{whenOf(look.at)}</time>
      </span>
    </li>
  )
}
