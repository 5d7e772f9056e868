import { useQuery } from '@tanstack/react-query'
import type { DifferenceReason, Me, Reconciliation } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Banner, Card, Empty, Field, fill, Money, useWords, whenOf, type Words } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { Answer, Table } from '../parts.tsx'
import { useRoute } from '../route.ts'

const WORDS = {
  title: { vi: 'Đối soát', en: 'Reconciliation' },
  day: { vi: 'Ngày', en: 'Day' },
  zero: {
    vi: 'Sổ và ngân hàng khớp nhau, chênh lệch 0 đ.',
    en: 'Ledger and bank agree: the difference is 0 đ.',
  },
  differs: { vi: 'Chênh lệch', en: 'Difference' },
  account: { vi: 'Tài khoản', en: 'Account' },
  stalls: { vi: 'Tài khoản của các sạp (gộp)', en: 'Accounts of stalls (together)' },
  bank: { vi: 'Ngân hàng báo', en: 'Bank says' },
  ledger: { vi: 'Sổ cái ghi', en: 'Ledger has' },
  tooFew: {
    vi: 'Dưới 5 sạp: không hiện',
    en: 'Fewer than 5 stalls: not shown',
  },
  suspense: { vi: 'Đang treo chờ xử lý', en: 'In suspense' },
  open: { vi: 'Dòng chưa khớp', en: 'Rows that differ' },
  rowsOf: { vi: 'Dòng chưa khớp: {account}', en: 'Rows that differ: {account}' },
  none: { vi: 'Ngày này ngân hàng không báo khoản nào.', en: 'No bank told of anything on this day.' },
  when: { vi: 'Lúc', en: 'When' },
  why: { vi: 'Vì sao', en: 'Why' },
  id: { vi: 'Mã giao dịch ngân hàng', en: 'Bank transaction' },
  notShown: { vi: 'không nêu', en: 'not shown' },
}

const WHY_WORDS: Words<DifferenceReason> = {
  foreign_account: {
    vi: 'Tài khoản lạ: không phải của chợ hay sạp nào. Xem ở Treo chờ xử lý.',
    en: 'An account that is neither the board’s nor a stall’s. See Suspense.',
  },
  not_posted: {
    vi: 'Ngân hàng đã báo, sổ chưa ghi.',
    en: 'The bank has told of it, the books do not have it.',
  },
}

type Account = Reconciliation['accounts'][number]

export function ReconciliationScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const [day, setDay] = useState(useRoute().query.get('day') ?? '')
  const result = useQuery({
    queryKey: ['reconciliation', me.market.id, day],
    queryFn: () =>
      api.get<Reconciliation>(`/v1/markets/${me.market.id}/reconciliation`, {
        day: day === '' ? undefined : day,
      }),
  })
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <div className="filters">
        <Field
          id="day"
          type="date"
          label={w.day}
          value={day === '' ? (result.data?.day ?? '') : day}
          onChange={(event) => setDay(event.target.value)}
        />
      </div>
      <Answer of={result}>
        {(data) => (
          <>
            {data.differenceVnd === 0 ? (
              <Banner kind="good">{w.zero}</Banner>
            ) : (
              <Banner kind="bad">
                {w.differs} <Money vnd={data.differenceVnd} />
              </Banner>
            )}
            {data.accounts.length === 0 ? <Empty>{w.none}</Empty> : <Accounts accounts={data.accounts} />}
            {data.accounts
              .filter(({ rows }) => rows.length > 0)
              .map((account) => (
                <Rows key={`${account.bin} ${account.number}`} of={account} />
              ))}
            <p>
              {w.suspense}:{' '}
              <b>
                <Money vnd={data.suspenseVnd} />
              </b>
            </p>
          </>
        )}
      </Answer>
    </div>
  )
}

function Accounts({ accounts }: { accounts: readonly Account[] }) {
  const w = useWords(WORDS)
  const sum = (vnd: number | null) => (vnd === null ? w.tooFew : <Money vnd={vnd} />)
  return (
    <Table
      caption={w.title}
      rows={accounts}
      keyOf={({ bin, number }) => `${bin} ${number}`}
      columns={[
        { head: w.account, card: 'title', cell: (row) => row.number ?? w.stalls },
        { head: w.bank, number: true, card: 'line', cell: (row) => sum(row.bankVnd) },
        { head: w.ledger, number: true, card: 'line', cell: (row) => sum(row.ledgerVnd) },
        { head: w.differs, number: true, card: 'line', cell: (row) => <Money vnd={row.differenceVnd} /> },
        { head: w.open, number: true, card: 'line', cell: (row) => formatNumber(row.rows.length) },
      ]}
    />
  )
}

/** What makes the difference of one account. Of the stalls' accounts neither which nor when is said. */
function Rows({ of: { number, rows } }: { of: Account }) {
  const w = useWords(WORDS)
  const why = useWords(WHY_WORDS)
  const title = fill(w.rowsOf, { account: number ?? w.stalls })
  return (
    <Card title={title}>
      <Table
        caption={title}
        rows={rows}
        keyOf={({ bankTransactionId }) => bankTransactionId}
        columns={[
          {
            head: w.when,
            card: 'title',
            cell: ({ occurredAt }) => (occurredAt === null ? w.notShown : whenOf(occurredAt)),
          },
          { head: w.why, card: 'note', cell: (row) => why[row.why] },
          { head: w.differs, number: true, card: 'figure', cell: (row) => <Money vnd={row.amountVnd} /> },
          {
            head: w.id,
            card: 'note',
            cell: ({ bankTransactionId }) => <small className="hash">{bankTransactionId}</small>,
          },
        ]}
      />
    </Card>
  )
}
