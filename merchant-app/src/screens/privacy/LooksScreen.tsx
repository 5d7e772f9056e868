import { useInfiniteQuery } from '@tanstack/react-query'
import { ROLE_WORDS, type Look, type LookedAt, type LookPage } from '@tienve/contracts'
import {
  Button,
  Card,
  clockOf,
  Empty,
  ErrorPanel,
  fill,
  fullDateOf,
  Loading,
  useLanguage,
  useWords,
} from '@tienve/ui'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'

const WORDS = {
  title: { vi: 'Ai đã xem', en: 'Who looked' },
  what: {
    vi: 'Mỗi lần người của Ban quản lý chợ xem tiền bán của sạp theo tên đều ghi ở đây. Ban không xóa được.',
    en: 'Each time somebody of the market board looks at what the stall sells, by its name, it is noted here. The board cannot delete it.',
  },
  always: {
    vi: 'Tiền chợ, hợp đồng và biên nhận là việc của Ban, Ban xem lúc nào cũng được nên không ghi.',
    en: 'Charges, contracts and receipts are the board’s own business: it may always see them, so that is not noted.',
  },
  none: {
    vi: 'Chưa có ai xem tiền bán của sạp. Có người xem là hiện ở đây ngay.',
    en: 'Nobody has looked at what the stall sells. If somebody does, it shows here at once.',
  },
  hidden: {
    vi: 'Sạp không cho xem nên không ai của Ban thấy tiền bán theo tên. Không có gì phải lo.',
    en: 'The stall does not let them, so nobody of the board sees its sales by name. There is nothing to worry about.',
  },
  more: { vi: 'Xem thêm', en: 'More' },
  back: { vi: 'Quay lại', en: 'Back' },
  on: { vi: 'Ngày {day}', en: 'On {day}' },
  sentence: { vi: '{who} {did}{span}, lúc {clock}', en: '{who} {did}{span}, at {clock}' },
  day: { vi: ' ngày {from}', en: ' of {from}' },
  span: { vi: ' từ {from} đến {to}', en: ' from {from} to {to}' },
  since: { vi: ' từ {from}', en: ' since {from}' },
  until: { vi: ' đến {to}', en: ' up to {to}' },
  program: { vi: 'Phần mềm', en: 'The program' },
  ever: { vi: ' từ trước đến nay', en: ' of all time' },
}

const LOOK_WORDS: Record<LookedAt, { vi: string; en: string }> = {
  sales: { vi: 'xem tiền bán', en: 'looked at the sales' },
  sales_file: { vi: 'tải bảng tiền bán về máy', en: 'took the sales away as a file' },
  day: { vi: 'xem tổng tiền bán', en: 'looked at the totals' },
  payments: { vi: 'xem từng lần tiền về', en: 'looked at the payments one by one' },
  journal: { vi: 'xem nhật ký ghi sổ có tiền bán', en: 'looked at the journal with the sales' },
  statement: { vi: 'xem sổ chi tiết của sạp', en: 'looked at the stall’s account, row by row' },
  balances: { vi: 'xem số cộng tiền bán trong sổ', en: 'looked at sums of the sales in the books' },
  txn: { vi: 'xem một lần ghi sổ tiền bán', en: 'looked at one entry of a sale' },
  origin: {
    vi: 'xem một lần tiền về, đến tin báo của ngân hàng',
    en: 'looked at one payment, down to the bank’s message',
  },
  ledger_file: { vi: 'tải sổ có tiền bán về máy', en: 'took the books with the sales away as a file' },
}

/** Who of the board looked at this stall's sales, at what and when, day by day: the newest first. */
export function LooksScreen({ stall, onBack }: PageProps) {
  const w = useWords(WORDS)
  const looks = useInfiniteQuery({
    queryKey: ['looks', stall.id],
    queryFn: ({ pageParam }) =>
      api.get<LookPage>(`/v1/stalls/${stall.id}/looks`, {
        limit: 50,
        cursor: pageParam === '' ? undefined : pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const items = looks.data?.pages.flatMap((page) => page.items)
  const days = Map.groupBy(items ?? [], ({ at }) => at.slice(0, 10))
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <p>{w.what}</p>
      <p className="hint">{w.always}</p>
      {looks.isPending ? <Loading /> : null}
      {looks.isError ? <ErrorPanel error={looks.error} onRetry={() => void looks.refetch()} /> : null}
      {items?.length === 0 ? <Empty>{stall.salesConsent ? w.none : w.hidden}</Empty> : null}
      <div className="stack" data-testid="looks">
        {[...days].map(([day, of]) => (
          <Card key={day} title={fill(w.on, { day: fullDateOf(day) })}>
            <ul className="looks">
              {of.map((look) => (
                <LookRow key={look.id} look={look} />
              ))}
            </ul>
          </Card>
        ))}
      </div>
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
  const language = useLanguage()
  const { fromDay, toDay } = look
  const span =
    fromDay === null
      ? toDay === null
        ? w.ever
        : w.until
      : toDay === null
        ? w.since
        : fromDay === toDay
          ? w.day
          : w.span
  const role = look.role === 'key' ? w.program : ROLE_WORDS[look.role][language]
  // `Vũ Thị Bích · Kế toán`: the board writes a person's role behind the name.
  const name = look.by.split(' · ')[0] ?? look.by
  return (
    <li>
      {fill(w.sentence, {
        who: `${role.charAt(0).toUpperCase()}${role.slice(1)} ${name}`,
        did: what[look.what],
        span: fill(span, {
          from: fromDay === null ? '' : fullDateOf(fromDay),
          to: toDay === null ? '' : fullDateOf(toDay),
        }),
        clock: clockOf(look.at),
      })}
    </li>
  )
}
