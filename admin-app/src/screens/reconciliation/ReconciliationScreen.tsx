import { useQuery } from '@tanstack/react-query'
import { roleCan, type DayReconciliation, type Me } from '@tienve/contracts'
import { Banner, Card, Empty, Field, fill, Money, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Table } from '../../parts.tsx'
import { useRoute } from '../../route.ts'
import { AccountCard } from './AccountCard.tsx'
import { BringStatement } from './BringStatement.tsx'
import { SignOff } from './SignOff.tsx'
import { WHY_WORDS } from './words.ts'

const WORDS = {
  title: { vi: 'Đối soát', en: 'Reconciliation' },
  day: { vi: 'Ngày', en: 'Day' },
  zero: {
    vi: 'Sổ và ngân hàng khớp nhau, chênh lệch 0 đ.',
    en: 'Ledger and bank agree: the difference is 0 đ.',
  },
  differs: { vi: 'Chênh lệch', en: 'Difference' },
  stalls: { vi: 'Tài khoản của các sạp (gộp)', en: 'Accounts of stalls (together)' },
  suspense: { vi: 'Đang treo chờ xử lý', en: 'In suspense' },
  rowsOf: { vi: 'Dòng chưa khớp: {account}', en: 'Rows that differ: {account}' },
  none: { vi: 'Ngày này ngân hàng không báo khoản nào.', en: 'No bank told of anything on this day.' },
  when: { vi: 'Lúc', en: 'When' },
  why: { vi: 'Vì sao', en: 'Why' },
  id: { vi: 'Mã giao dịch ngân hàng', en: 'Bank transaction' },
  notShown: { vi: 'không nêu', en: 'not shown' },
}

type Account = DayReconciliation['accounts'][number]

export function ReconciliationScreen({ me }: { me: Me }) {
  return useRoute().path === 'reconciliation/statement' ? <BringStatement /> : <DayScreen me={me} />
}

/** The reconciliation of a day and its accounts, down to the rows that differ, and its two signatures. */
function DayScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const [day, setDay] = useState(useRoute().query.get('day') ?? '')
  const result = useQuery({
    queryKey: ['reconciliation', me.market.id, day],
    queryFn: () =>
      api.get<DayReconciliation>(`/v1/markets/${me.market.id}/reconciliation`, {
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
      <Answer of={result}>{(data) => <Day me={me} of={data} onLookAgain={() => result.refetch()} />}</Answer>
    </div>
  )
}

function Day({
  me,
  of: data,
  onLookAgain,
}: {
  me: Me
  of: DayReconciliation
  onLookAgain: () => Promise<unknown>
}) {
  const w = useWords(WORDS)
  const isIdle = data.accounts.every(({ check }) => check !== null && check.movements.count === 0)
  return (
    <>
      {data.differenceVnd === 0 ? (
        <Banner kind="good">{w.zero}</Banner>
      ) : (
        <Banner kind="bad">
          {w.differs} <Money vnd={data.differenceVnd} />
        </Banner>
      )}
      {isIdle ? <Empty>{w.none}</Empty> : null}
      <div className="cards">
        {data.accounts.map((account) => (
          <AccountCard
            key={account.accountId}
            of={account}
            mayBring={roleCan(me.user.role, 'statements.import')}
          />
        ))}
      </div>
      {data.accounts
        .filter(({ rows }) => rows.length > 0)
        .map((account) => (
          <Rows key={account.accountId} of={account} />
        ))}
      <p>
        {w.suspense}:{' '}
        <b>
          <Money vnd={data.suspenseVnd} />
        </b>
      </p>
      <SignOff key={data.day} me={me} of={data} onLookAgain={onLookAgain} />
    </>
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
