import { SUSPENSE_REASONS, type Me, type SuspenseItem, type SuspensePage } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Empty, fill, Mark, Money, useWords, whenOf } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More, Table } from '../../parts.tsx'
import { REASON_WORDS } from '../../reasons.ts'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { REFUND_WORDS, RESOLUTION_WORDS } from './words.ts'

const WORDS = {
  empty: { vi: 'Không có khoản nào chờ xử lý.', en: 'Nothing is waiting.' },
  nothingDone: { vi: 'Chưa xử lý khoản nào.', en: 'Nothing is resolved yet.' },
  list: { vi: 'Các khoản treo', en: 'Money in suspense' },
  sum: { vi: 'Số tiền', en: 'Sum' },
  when: { vi: 'Tiền về lúc', en: 'Came at' },
  why: { vi: 'Vì sao', en: 'Why' },
  account: { vi: 'Tài khoản', en: 'Account' },
  content: { vi: 'Nội dung', en: 'Memo' },
  became: { vi: 'Đã xử lý', en: 'Resolved as' },
  open: { vi: 'Xem, xử lý', en: 'Open' },
  view: { vi: 'Xem', en: 'Open' },
  all: { vi: 'Tất cả', en: 'All' },
  reasons: { vi: 'Lọc theo lý do', en: 'By reason' },
  approval: { vi: 'Chờ người thứ hai duyệt', en: 'Waits for a second person' },
  returning: {
    vi: 'Ngoài ra {count} khoản đang chờ chuyển trả, {sum}.',
    en: 'Besides, {count} wait to be sent back, {sum}.',
  },
}

const LOOK_AGAIN_MS = 10_000

/** What nobody has resolved yet, with a chip for each reason that there is. */
export function OpenList({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const reason = SUSPENSE_REASONS.find((one) => one === query.get('reason'))
  const pages = useSuspense(me, 'open', reason)
  return (
    <>
      <Answer of={pages}>
        {({ pages: all }) => {
          const [first] = all
          const items = all.flatMap((page) => page.items)
          if (first === undefined) return null
          return (
            <>
              <p className="figure" data-testid="suspense-open">
                <Money vnd={first.openVnd} />
              </p>
              {first.returningCount === 0 ? null : (
                <p>
                  <a className="text-link" href={addressOf('suspense/refunds', { status: 'due' })}>
                    {fill(w.returning, {
                      count: formatNumber(first.returningCount),
                      sum: formatVnd(first.returningVnd),
                    })}
                  </a>
                </p>
              )}
              <Chips page={first} chosen={reason} />
              {items.length === 0 ? <Empty>{w.empty}</Empty> : <Items items={items} isOpen />}
            </>
          )
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

/** What was resolved, the newest money first. */
export function DoneList({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const pages = useSuspense(me, 'resolved', undefined)
  return (
    <>
      <Answer of={pages}>
        {({ pages: all }) => {
          const items = all.flatMap((page) => page.items)
          return items.length === 0 ? <Empty>{w.nothingDone}</Empty> : <Items items={items} isOpen={false} />
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

function useSuspense(me: Me, status: string, reason: string | undefined) {
  return usePages<SuspensePage>(
    ['suspense', me.market.id, status, reason],
    `/v1/markets/${me.market.id}/suspense`,
    { status, reason, limit: 50 },
    { lookAgainMs: () => LOOK_AGAIN_MS },
  )
}

function Chips({ page, chosen }: { page: SuspensePage; chosen: string | undefined }) {
  const w = useWords(WORDS)
  const r = useWords(REASON_WORDS)
  const { path } = useRoute()
  if (page.reasons.length < 2 && chosen === undefined) return null
  const chips = [
    { reason: undefined, name: w.all, count: page.openCount },
    ...page.reasons.map(({ reason, count }) => ({ reason, name: r[reason], count })),
  ]
  return (
    <div className="chips" role="group" aria-label={w.reasons}>
      {chips.map(({ reason, name, count }) => (
        <button
          key={name}
          type="button"
          className="chip"
          aria-pressed={reason === chosen}
          onClick={() => goTo(path, { reason })}
        >
          {name} · {formatNumber(count)}
        </button>
      ))}
    </div>
  )
}

function Items({ items, isOpen }: { items: readonly SuspenseItem[]; isOpen: boolean }) {
  const w = useWords(WORDS)
  const r = useWords(REASON_WORDS)
  const b = useWords(RESOLUTION_WORDS)
  const f = useWords(REFUND_WORDS)
  return (
    <Table
      caption={w.list}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { head: w.when, card: 'title', cell: (row) => whenOf(row.occurredAt) },
        { head: w.sum, number: true, card: 'figure', cell: (row) => <Money vnd={row.amountVnd} /> },
        isOpen
          ? {
              head: w.why,
              card: 'note' as const,
              cell: (row: SuspenseItem) => (
                <>
                  {r[row.reason]}
                  {row.isProposed ? (
                    <>
                      <br />
                      <Mark kind="warn">{w.approval}</Mark>
                    </>
                  ) : null}
                </>
              ),
            }
          : {
              head: w.became,
              card: 'note' as const,
              cell: (row: SuspenseItem) => (
                <>
                  {row.resolution === null ? '' : b[row.resolution]}
                  {row.refundStatus === null ? '' : ` · ${f[row.refundStatus]}`}
                </>
              ),
            },
        { head: w.content, card: 'note', cell: (row) => <span className="memo">{row.content ?? '–'}</span> },
        {
          head: w.account,
          card: 'line',
          cell: (row) =>
            [row.bankCode, row.accountMasked]
              .filter((one) => one !== null)
              .join(' ')
              .replaceAll(' ', '\u00A0') || '–',
        },
        {
          head: w.open,
          card: 'note',
          cell: (row) => (
            <a
              className="text-link"
              aria-label={`${w.open} ${formatVnd(row.amountVnd)}, ${whenOf(row.occurredAt)}`}
              href={addressOf('suspense/one', { id: row.id })}
            >
              {isOpen ? w.open : w.view}
            </a>
          ),
        },
      ]}
    />
  )
}
