import { useQuery } from '@tanstack/react-query'
import type { Me, TrialBalance } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Button, Field, fill, fullDateOf, Mark, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { Answer, Table, type Column } from '../../parts.tsx'
import { goTo, useRoute } from '../../route.ts'
import { Withheld } from '../../Withheld.tsx'
import {
  BOARD,
  groupByNumber,
  LineName,
  linesOf,
  lookOf,
  statementOf,
  useSwitched,
  type Days,
  type Line,
} from './accounts.tsx'
import { Period } from './Period.tsx'

const WORDS = {
  title: { vi: 'Bảng cân đối', en: 'Trial balance' },
  how: { vi: 'Xem theo', en: 'Show' },
  upTo: { vi: 'Đến hết ngày', en: 'Up to a day' },
  inPeriod: { vi: 'Trong kỳ', en: 'A period' },
  day: { vi: 'Ngày', en: 'Day' },
  show: { vi: 'Xem', en: 'Show' },
  now: { vi: 'Đến bây giờ', en: 'Until now' },
  equal: { vi: 'Tổng nợ bằng tổng có: {sum} đ', en: 'Total debit equals total credit: {sum} đ' },
  unequal: {
    vi: 'Tổng nợ {debit} đ khác tổng có {credit} đ. Sổ có chỗ sai: mở trang Kiểm tra và niêm phong.',
    en: 'Total debit {debit} đ differs from total credit {credit} đ. Something is wrong: open Proof and seals.',
  },
  span: { vi: 'Từ {from} đến hết {to}', en: 'From {from} to {to}' },
  untilDay: { vi: 'Từ đầu sổ đến hết {to}', en: 'From the first row to {to}' },
  untilNow: { vi: 'Từ đầu sổ đến bây giờ', en: 'From the first row until now' },
  unit: { vi: 'Đơn vị: đồng', en: 'In đồng' },
  board: { vi: 'Sổ của Ban quản lý', en: 'The board’s book' },
  stalls: { vi: 'Sổ của các sạp', en: 'The stalls’ books' },
  account: { vi: 'Tài khoản', en: 'Account' },
  openingDebit: { vi: 'Đầu kỳ Nợ', en: 'Opening debit' },
  openingCredit: { vi: 'Đầu kỳ Có', en: 'Opening credit' },
  debit: { vi: 'Phát sinh Nợ', en: 'Debit' },
  credit: { vi: 'Phát sinh Có', en: 'Credit' },
  closingDebit: { vi: 'Cuối kỳ Nợ', en: 'Closing debit' },
  closingCredit: { vi: 'Cuối kỳ Có', en: 'Closing credit' },
  total: { vi: 'Cộng', en: 'Total' },
}

type Account = TrialBalance['accounts'][number]

/** A sheet of figures reads easier when what is nothing is left blank, as on paper. */
function blankZero(figure: string): string {
  return figure === '0' ? '' : figure
}

export function TrialScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const [day, from, to] = ['day', 'from', 'to'].map((name) => query.get(name) ?? undefined)
  const isPeriod = from !== undefined || to !== undefined || query.get('by') === 'period'
  const trial = useQuery({
    queryKey: ['trial', me.market.id, day, from, to],
    queryFn: () =>
      api.get<TrialBalance>(`/v1/markets/${me.market.id}/ledger/trial-balance`, { day, from, to }),
  })
  return (
    <>
      <h2>{w.title}</h2>
      <div className="filters" role="group" aria-label={w.how}>
        {[false, true].map((one) => (
          <Button
            key={String(one)}
            kind="quiet"
            className={one === isPeriod ? 'chosen' : ''}
            aria-pressed={one === isPeriod}
            onClick={() => goTo('ledger/trial', one ? { by: 'period' } : {})}
          >
            {one ? w.inPeriod : w.upTo}
          </Button>
        ))}
      </div>
      {isPeriod ? (
        <Period from={from} to={to} onChange={(from, to) => goTo('ledger/trial', { from, to })} />
      ) : (
        <OneDay day={day} />
      )}
      <Answer of={trial}>{(data) => <Trial of={data} />}</Answer>
    </>
  )
}

function OneDay({ day }: { day: string | undefined }) {
  const w = useWords(WORDS)
  return (
    <form
      key={day}
      className="filters"
      onSubmit={(event) => {
        event.preventDefault()
        const typed = new FormData(event.currentTarget).get('day')
        goTo('ledger/trial', { day: typeof typed === 'string' ? typed : '' })
      }}
    >
      <Field id="day" name="day" type="date" label={w.day} defaultValue={day} />
      <Button type="submit" kind="quiet">
        {w.show}
      </Button>
      {day === undefined ? null : (
        <a className="tv-button quiet" href="#/ledger/trial">
          {w.now}
        </a>
      )}
    </form>
  )
}

function Trial({ of }: { of: TrialBalance }) {
  const w = useWords(WORDS)
  const { accounts, totalDebitVnd, totalCreditVnd, day, from } = of
  const [board, stalls] = [
    accounts.filter(({ book }) => book === BOARD),
    accounts.filter(({ book }) => book !== BOARD),
  ]
  const days = { fromDay: from ?? undefined, toDay: day ?? undefined }
  const words = from !== null ? w.span : day !== null ? w.untilDay : w.untilNow
  const [start, end] = [from, day].map((one) => (one === null ? w.now : fullDateOf(one)))
  return (
    <>
      <p>
        {totalDebitVnd === totalCreditVnd ? (
          <Mark kind="good">{fill(w.equal, { sum: formatNumber(totalDebitVnd) })}</Mark>
        ) : (
          <Mark kind="bad">
            {fill(w.unequal, { debit: formatNumber(totalDebitVnd), credit: formatNumber(totalCreditVnd) })}
          </Mark>
        )}
      </p>
      <p className="tv-quiet">
        {fill(words, { from: start ?? '', to: end ?? '' })} · {w.unit}
      </p>
      <Withheld of="books" days={of.withheldDays} />
      <Book title={w.board} accounts={board} isPeriod={from !== null} days={days} />
      <Book title={w.stalls} accounts={stalls} isPeriod={from !== null} days={days} />
    </>
  )
}

/** What an account stood at, on the side where it stands: a trial balance nets each account, and never two of them. */
function netOf(debitVnd: number, creditVnd: number): { debit: number; credit: number } {
  return { debit: Math.max(0, debitVnd - creditVnd), credit: Math.max(0, creditVnd - debitVnd) }
}

const FIGURES = {
  openingDebit: (one: Account) => netOf(one.openingDebitVnd, one.openingCreditVnd).debit,
  openingCredit: (one: Account) => netOf(one.openingDebitVnd, one.openingCreditVnd).credit,
  debit: (one: Account) => one.debitVnd,
  credit: (one: Account) => one.creditVnd,
  closingDebit: (one: Account) =>
    netOf(one.openingDebitVnd + one.debitVnd, one.openingCreditVnd + one.creditVnd).debit,
  closingCredit: (one: Account) =>
    netOf(one.openingDebitVnd + one.debitVnd, one.openingCreditVnd + one.creditVnd).credit,
}
type Figure = keyof typeof FIGURES
const OF_PERIOD: readonly Figure[] = [
  'openingDebit',
  'openingCredit',
  'debit',
  'credit',
  'closingDebit',
  'closingCredit',
]
const SINCE_START: readonly Figure[] = ['debit', 'credit', 'closingDebit', 'closingCredit']

function Book({
  title,
  accounts,
  isPeriod,
  days,
}: {
  title: string
  accounts: readonly Account[]
  isPeriod: boolean
  days: Days
}) {
  const w = useWords(WORDS)
  const [open, toggle] = useSwitched()
  const moved = accounts.filter((one) => OF_PERIOD.some((figure) => FIGURES[figure](one) !== 0))
  if (moved.length === 0) return null
  const sum = (figure: Figure, of: readonly Account[]): string =>
    formatNumber(of.reduce((all, one) => all + FIGURES[figure](one), 0))
  const figures = isPeriod ? OF_PERIOD : SINCE_START
  const name: Column<Line<Account>> = {
    head: w.account,
    card: 'note',
    cell: (line) => (
      <LineName
        line={line}
        isOpen={open.has(line.group.key)}
        onToggle={() => toggle(line.group.key)}
        href={(id) => statementOf(id, days)}
      />
    ),
  }
  return (
    <section className="stack">
      <h3>{title}</h3>
      <Table
        caption={title}
        rows={linesOf(groupByNumber(moved), (key) => open.has(key))}
        keyOf={({ key }) => key}
        classOf={lookOf}
        columns={[
          name,
          ...figures.map((figure) => ({
            head: w[figure],
            number: true,
            card: 'line' as const,
            cell: ({ account, group }: Line<Account>) =>
              blankZero(sum(figure, account === null ? group.accounts : [account])),
          })),
        ]}
        foot={[w.total, ...figures.map((figure) => sum(figure, moved))]}
      />
    </section>
  )
}
