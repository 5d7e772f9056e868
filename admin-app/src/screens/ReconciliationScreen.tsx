import { useQuery } from '@tanstack/react-query'
import type { Me, Reconciliation } from '@tienve/contracts'
import { Banner, ErrorPanel, Field, Loading, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { Table } from '../parts.tsx'
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
}

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
  const { data } = result
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <div className="filters">
        <Field
          id="day"
          type="date"
          label={w.day}
          value={day === '' ? (data?.day ?? '') : day}
          onChange={(event) => setDay(event.target.value)}
        />
      </div>
      {result.isPending ? <Loading /> : null}
      {result.isError ? <ErrorPanel error={result.error} onRetry={() => void result.refetch()} /> : null}
      {data === undefined ? null : (
        <>
          {data.differenceVnd === 0 ? (
            <Banner kind="good">{w.zero}</Banner>
          ) : (
            <Banner kind="bad">
              {w.differs} <Money vnd={data.differenceVnd} />
            </Banner>
          )}
          <Table
            caption={w.title}
            rows={data.accounts}
            keyOf={({ bin, number }) => `${bin} ${number}`}
            columns={[
              { head: w.account, cell: (row) => row.number ?? w.stalls },
              {
                head: w.bank,
                number: true,
                cell: (row) => (row.bankVnd === null ? w.tooFew : <Money vnd={row.bankVnd} />),
              },
              {
                head: w.ledger,
                number: true,
                cell: (row) => (row.ledgerVnd === null ? w.tooFew : <Money vnd={row.ledgerVnd} />),
              },
              { head: w.differs, number: true, cell: (row) => <Money vnd={row.differenceVnd} /> },
            ]}
          />
          <p>
            {w.suspense}:{' '}
            <b>
              <Money vnd={data.suspenseVnd} />
            </b>
          </p>
        </>
      )}
    </div>
  )
}
