import {
  DEBT_AGES,
  roleCan,
  type ArrearsPage,
  type DebtAge,
  type Me,
  type StallArrears,
  type ZoneArrears,
} from '@tienve/contracts'
import { Banner, Empty, Field, fullDateOf, Mark, Money, useWords, type Words } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More, Table, type Column } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'

const WORDS = {
  asOf: { vi: 'Cuối ngày', en: 'At the end of' },
  none: { vi: 'Không sạp nào còn nợ.', en: 'Nobody owes anything.' },
  zones: { vi: 'Theo khu', en: 'By zone' },
  stalls: { vi: 'Theo sạp, nợ nhiều ở trên', en: 'By stall, who owes most first' },
  zone: { vi: 'Khu', en: 'Zone' },
  stall: { vi: 'Sạp', en: 'Stall' },
  name: { vi: 'Tên', en: 'Name' },
  count: { vi: 'Số sạp', en: 'Stalls' },
  oldest: { vi: 'Hạn cũ nhất', en: 'Oldest due' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  all: { vi: 'Cộng', en: 'All' },
  disputed: { vi: 'Đang báo sai', en: 'Disputed' },
  past: {
    vi: 'Số này là nợ cuối ngày đã chọn. Bấm vào thì thấy các khoản như hôm nay.',
    en: 'These are the debts of that day. A figure opens to its charges as they stand today.',
  },
  book: { vi: 'Trong sổ: 131 · phải thu', en: 'In the books: 131 · receivables' },
}

const AGE_WORDS: Words<DebtAge> = {
  notDue: { vi: 'Chưa đến hạn', en: 'Not due' },
  to30: { vi: '0–30 ngày', en: '0–30 days' },
  to60: { vi: '31–60 ngày', en: '31–60 days' },
  to90: { vi: '61–90 ngày', en: '61–90 days' },
  over90: { vi: 'Trên 90 ngày', en: 'Over 90 days' },
}

type Ages = ArrearsPage['total']
const vndOf = (ages: Omit<Ages, 'stalls'>, age: DebtAge): number => ages[`${age}Vnd`]

/** Debts by age, of zones and of stalls; each figure opens to its charges. */
export function Ageing({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { path, query } = useRoute()
  const asOf = query.get('asOf') ?? undefined
  const pages = usePages<ArrearsPage>(
    ['arrears', me.market.id, asOf],
    `/v1/markets/${me.market.id}/arrears`,
    { asOf, limit: 50 },
    { lookAgainMs: () => 30_000 },
  )
  return (
    <>
      <div className="filters">
        <Field
          id="as-of"
          type="date"
          label={w.asOf}
          value={asOf ?? pages.data?.pages[0]?.asOf ?? ''}
          onChange={(event) => goTo(path, { asOf: event.target.value })}
        />
        {asOf === undefined && roleCan(me.user.role, 'ledger.read') ? (
          <a className="text-link" href={addressOf('ledger/accounts', { q: '131' })}>
            {w.book}
          </a>
        ) : null}
      </div>
      {asOf === undefined ? null : <Banner kind="info">{w.past}</Banner>}
      <Answer of={pages}>
        {({ pages: [first, ...rest] }) => {
          if (first === undefined) return null
          if (first.total.owedVnd === 0) return <Empty>{w.none}</Empty>
          const stalls = [first, ...rest].flatMap(({ items }) => items)
          return <Tables of={first} stalls={stalls} isPast={asOf !== undefined} />
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

/** The zones and the sums are of all stalls, however many of them are shown. */
function Tables({
  of,
  stalls,
  isPast,
}: {
  of: ArrearsPage
  stalls: readonly StallArrears[]
  isPast: boolean
}) {
  const w = useWords(WORDS)
  const { zones, total } = of
  return (
    <div className="stack ageing">
      <h2>{w.zones}</h2>
      <Table<ZoneArrears>
        caption={w.zones}
        rows={zones}
        keyOf={({ zoneCode }) => zoneCode}
        columns={[
          { head: w.zone, card: 'title', cell: ({ zoneName }) => zoneName },
          { head: w.count, number: true, card: 'line', cell: (row) => row.stalls },
          ...useAges<ZoneArrears>(of, isPast, ({ zoneCode }) => ({ zone: zoneCode })),
        ]}
        foot={[w.all, total.stalls, ...feet(total)]}
      />
      <h2>{w.stalls}</h2>
      <Table<StallArrears>
        caption={w.stalls}
        rows={stalls}
        keyOf={({ stallId }) => stallId}
        columns={[
          { head: w.stall, card: 'note', cell: ({ stallCode }) => stallCode },
          {
            head: w.name,
            card: 'title',
            cell: ({ stallName, disputed }) => (
              <>
                {stallName} {disputed ? <Mark kind="warn">{w.disputed}</Mark> : null}
              </>
            ),
          },
          { head: w.oldest, card: 'line', cell: ({ oldestDueOn }) => fullDateOf(oldestDueOn) },
          ...useAges<StallArrears>(of, isPast, ({ stallId }) => ({ stallId })),
        ]}
        foot={['', w.all, '', ...feet(total)]}
      />
    </div>
  )
}

/** A column an age, and one of their sum. */
function useAges<Row extends Omit<Ages, 'stalls'>>(
  { dueBetween }: ArrearsPage,
  isPast: boolean,
  whose: (row: Row) => Record<string, string>,
): Column<Row>[] {
  const w = useWords(WORDS)
  const ages = useWords(AGE_WORDS)
  // Of a day that is past, what is owed by now would be another sum.
  const status = isPast ? undefined : 'outstanding'
  const open = (row: Row, vnd: number, span: { from: string | null; to: string | null }) =>
    vnd === 0 ? (
      '–'
    ) : (
      <a
        className="cell-link"
        href={addressOf('charges', {
          ...whose(row),
          status,
          dueFrom: span.from ?? undefined,
          dueTo: span.to ?? undefined,
        })}
      >
        <Money vnd={vnd} />
      </a>
    )
  return [
    ...DEBT_AGES.map((age): Column<Row> => ({
      head: ages[age],
      number: true,
      card: 'line',
      cell: (row) => open(row, vndOf(row, age), dueBetween[age]),
    })),
    {
      head: w.owed,
      number: true,
      card: 'figure',
      cell: (row) => open(row, row.owedVnd, { from: null, to: null }),
    },
  ]
}

function feet(total: Ages) {
  return [
    ...DEBT_AGES.map((age) => <Money key={age} vnd={vndOf(total, age)} />),
    <b key="owed" data-testid="arrears-total">
      <Money vnd={total.owedVnd} />
    </b>,
  ]
}
