import type { AccountStatement, Me } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Card, Empty, fullDateOf, Money, useWords, whenOf } from '@tienve/ui'
import { useKind } from '../../kinds.ts'
import { usePages } from '../../pages.ts'
import { Answer, More, Table } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { AccountTitle, statementOf, titleOf, useNames } from './accounts.tsx'
import { BalanceAt } from './BalanceAt.tsx'
import { Period } from './Period.tsx'

const WORDS = {
  back: { vi: '‹ Mọi tài khoản', en: '‹ All accounts' },
  statement: { vi: 'Sổ chi tiết tài khoản', en: 'Account statement' },
  opening: { vi: 'Đầu kỳ', en: 'Opening' },
  change: { vi: 'Thay đổi trong kỳ', en: 'Change' },
  closing: { vi: 'Cuối kỳ', en: 'Closing' },
  start: { vi: 'từ đầu sổ', en: 'from the first row' },
  now: { vi: 'đến bây giờ', en: 'until now' },
  debitSide: { vi: 'Tài khoản này ghi tăng bên Nợ.', en: 'This account grows on its debit side.' },
  creditSide: { vi: 'Tài khoản này ghi tăng bên Có.', en: 'This account grows on its credit side.' },
  number: { vi: 'Số', en: 'No.' },
  when: { vi: 'Lúc', en: 'When' },
  kind: { vi: 'Loại', en: 'Kind' },
  other: { vi: 'Đối ứng', en: 'Against' },
  debit: { vi: 'Nợ', en: 'Debit' },
  credit: { vi: 'Có', en: 'Credit' },
  balance: { vi: 'Dư sau bút toán', en: 'Balance after' },
  journal: { vi: 'Xem trong nhật ký', en: 'See in the journal' },
  whole: { vi: 'Từ đầu đến nay', en: 'From the start' },
  none: { vi: 'Trong kỳ này tài khoản không có phát sinh.', en: 'The account did not move in this time.' },
  choose: { vi: 'Chưa chọn tài khoản nào.', en: 'No account is chosen.' },
}

export function StatementScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const id = query.get('id') ?? ''
  const fromDay = query.get('fromDay') ?? undefined
  const toDay = query.get('toDay') ?? undefined
  const base = `/v1/markets/${me.market.id}/ledger/accounts/${encodeURIComponent(id)}`
  const pages = usePages<AccountStatement>(
    ['statement', me.market.id, id, fromDay, toDay],
    `${base}/statement`,
    { fromDay, toDay, limit: 50 },
    { enabled: id !== '' },
  )
  const head = pages.data?.pages[0]
  return (
    <>
      <p className="back">
        <a className="text-link" href="#/ledger/accounts">
          {w.back}
        </a>
      </p>
      <div>
        <h2>{head === undefined ? w.statement : titleOf(head.account)}</h2>
        <small className="tv-quiet">
          {head === undefined ? '' : `${w.statement} · `}
          {id}
        </small>
      </div>
      {id === '' ? <Empty>{w.choose}</Empty> : null}
      <Period
        from={fromDay}
        to={toDay}
        onChange={(from, to) => goTo('ledger/account', { id, fromDay: from, toDay: to })}
      >
        {fromDay === undefined && toDay === undefined ? null : (
          <a className="tv-button quiet" href={statementOf(id)}>
            {w.whole}
          </a>
        )}
      </Period>
      {id === '' ? null : (
        <Answer of={pages}>
          {({ pages: [first, ...rest] }) =>
            first === undefined ? null : (
              <>
                <Figures of={first} />
                <Movements
                  market={me.market.id}
                  statement={first}
                  rows={[first, ...rest].flatMap(({ items }) => items)}
                />
                <More of={pages} />
                <p>
                  <a className="text-link" href={addressOf('ledger', { account: id, fromDay, toDay })}>
                    {w.journal}
                  </a>
                </p>
              </>
            )
          }
        </Answer>
      )}
      {head === undefined ? null : <BalanceAt key={id} base={base} />}
    </>
  )
}

function Figures({ of }: { of: AccountStatement }) {
  const w = useWords(WORDS)
  const { fromDay, toDay, openingVnd, closingVnd, account } = of
  return (
    <Card>
      <dl className="figures">
        <div>
          <dt>
            {w.opening} <small>{fromDay === null ? w.start : fullDateOf(fromDay)}</small>
          </dt>
          <dd>
            <Money vnd={openingVnd} />
          </dd>
        </div>
        <div>
          <dt>{w.change}</dt>
          <dd>
            <Money vnd={closingVnd - openingVnd} />
          </dd>
        </div>
        <div>
          <dt>
            {w.closing} <small>{toDay === null ? w.now : fullDateOf(toDay)}</small>
          </dt>
          <dd className="main-figure">
            <Money vnd={closingVnd} />
          </dd>
        </div>
      </dl>
      <p className="tv-quiet">{account.side === 'debit' ? w.debitSide : w.creditSide}</p>
    </Card>
  )
}

type Row = AccountStatement['items'][number]

function Movements({
  market,
  statement,
  rows,
}: {
  market: string
  statement: AccountStatement
  rows: readonly Row[]
}) {
  const w = useWords(WORDS)
  const kindOf = useKind()
  const nameOf = useNames(market)
  const { id } = statement.account
  if (rows.length === 0) return <Empty>{w.none}</Empty>
  const on = (side: 'debitAccount' | 'creditAccount') => (row: Row) =>
    row[side] === id ? <Money vnd={row.amountVnd} /> : null
  return (
    <Table
      caption={w.statement}
      rows={rows}
      keyOf={({ seq, leg }) => `${seq}.${leg}`}
      classOf={() => 'linked'}
      columns={[
        {
          head: w.number,
          number: true,
          card: 'figure',
          cell: ({ seq, kind }) => (
            <a
              className="row-link"
              href={addressOf('ledger/txn', { seq })}
              aria-label={`${formatNumber(seq)}, ${kindOf(kind)}`}
            >
              {formatNumber(seq)}
            </a>
          ),
        },
        {
          head: w.when,
          card: 'line',
          cell: ({ occurredAt }) => <time dateTime={occurredAt}>{whenOf(occurredAt)}</time>,
        },
        { head: w.kind, card: 'title', cell: ({ kind }) => kindOf(kind) },
        {
          head: w.other,
          card: 'line',
          cell: (row) => (
            <AccountTitle of={nameOf(row.debitAccount === id ? row.creditAccount : row.debitAccount)} />
          ),
        },
        { head: w.debit, number: true, card: 'line', cell: on('debitAccount') },
        { head: w.credit, number: true, card: 'line', cell: on('creditAccount') },
        {
          head: w.balance,
          number: true,
          card: 'line',
          cell: ({ balanceVnd }) => (
            <b>
              <Money vnd={balanceVnd} />
            </b>
          ),
        },
      ]}
    />
  )
}
