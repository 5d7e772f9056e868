import { useInfiniteQuery } from '@tanstack/react-query'
import type { FoundTakings, Taking } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import {
  Button,
  clockOf,
  Empty,
  ErrorPanel,
  Field,
  fill,
  fullDateOf,
  Loading,
  Money,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'
import { TodayScreen } from '../TodayScreen.tsx'
import './totals.css'

const WORDS = {
  title: { vi: 'Tìm khoản bán', en: 'Find a sale' },
  what: { vi: 'Số tiền, hoặc chữ trong nội dung', en: 'An amount, or letters of the memo' },
  find: { vi: 'Tìm', en: 'Find' },
  how: {
    vi: 'Gõ 35 là 35 nghìn. Gõ “chi Hoa” là tìm chữ. Chữ khách ghi chỉ giữ phần cuối, trong 365 ngày.',
    en: '35 means 35 thousand. “chi Hoa” looks for letters. Of what shoppers write the end is kept, for 365 days.',
  },
  asked: { vi: 'Đang tìm: {what}', en: 'Looking for: {what}' },
  or: { vi: ' hoặc ', en: ' or ' },
  none: { vi: 'Không thấy khoản nào.', en: 'Nothing was found.' },
  cash: { vi: 'Tiền mặt tự ghi', en: 'Cash, as noted here' },
  reversed: { vi: 'Ngân hàng đã lấy lại', en: 'Taken back by the bank' },
  more: { vi: 'Xem thêm', en: 'Show more' },
  back: { vi: 'Quay lại', en: 'Back' },
}

const A_PAGE = 50

/** Finds a sale of any day by its amount or by letters, and opens its day. */
export function SearchScreen({ stall: { id: stallId }, onBack }: PageProps) {
  const w = useWords(WORDS)
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState('')
  const [day, setDay] = useState<string | null>(null)
  if (day !== null)
    return <TodayScreen stallId={stallId} isHolder from={{ day, onBack: () => setDay(null) }} />
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <form
        className="stack"
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(typed.trim())
        }}
      >
        <Field
          label={w.what}
          id="search"
          type="search"
          enterKeyHint="search"
          autoComplete="off"
          maxLength={60}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button type="submit" disabled={typed.trim() === ''}>
          {w.find}
        </Button>
      </form>
      {asked === '' ? <p className="hint">{w.how}</p> : <Found stallId={stallId} q={asked} onDay={setDay} />}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function Found({ stallId, q, onDay }: { stallId: string; q: string; onDay: (day: string) => void }) {
  const w = useWords(WORDS)
  const found = useInfiniteQuery({
    queryKey: ['day', stallId, 'search', q],
    queryFn: ({ pageParam }) =>
      api.get<FoundTakings>(`/v1/stalls/${stallId}/takings/search`, {
        q,
        limit: A_PAGE,
        cursor: pageParam === '' ? undefined : pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    retry: false,
  })
  const items = found.data?.pages.flatMap((page) => page.items)
  const [first] = found.data?.pages ?? []
  const again = (): void => void (found.isFetchNextPageError ? found.fetchNextPage() : found.refetch())
  return (
    <>
      {first === undefined ? null : <p className="hint">{fill(w.asked, { what: readAs(first, w.or) })}</p>}
      {found.isPending ? <Loading /> : null}
      {items?.length === 0 ? <Empty>{w.none}</Empty> : null}
      <ul className="sale-sums" data-testid="found">
        {items?.map((one) => (
          <Row key={one.kind === 'bank' ? one.payment.id : JSON.stringify(one)} of={one} onDay={onDay} />
        ))}
      </ul>
      {found.isError ? <ErrorPanel error={found.error} onRetry={again} /> : null}
      {found.hasNextPage && !found.isError ? (
        <Button kind="quiet" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {w.more}
        </Button>
      ) : null}
    </>
  )
}

function readAs({ amountsVnd, words }: FoundTakings, or: string): string {
  const sums = amountsVnd.toReversed().map((amount) => formatVnd(BigInt(amount)))
  return [...sums, ...(words === null ? [] : [`“${words}”`])].join(or)
}

/** The search answers what was sold alone: by bank and in cash. */
function Row({ of, onDay }: { of: Taking; onDay: (day: string) => void }) {
  const w = useWords(WORDS)
  if (of.kind !== 'bank' && of.kind !== 'cash') return null
  const { occurredAt, amountVnd } = of.kind === 'bank' ? of.payment : of.cashSale
  const said = of.kind === 'bank' ? of.payment.memoTail : (of.cashSale.note ?? '')
  return (
    <li>
      <button type="button" onClick={() => onDay(occurredAt.slice(0, 10))}>
        <b>
          {fullDateOf(occurredAt)} · {clockOf(occurredAt)}
        </b>
        <b>
          <Money vnd={amountVnd} />
        </b>
        <span>
          {of.kind === 'bank' ? of.payment.bankCode : w.cash}
          {said === '' ? '' : ` · ${said}`}
        </span>
        {of.kind === 'bank' && of.payment.reversedAt !== null ? <span>{w.reversed}</span> : null}
      </button>
    </li>
  )
}
