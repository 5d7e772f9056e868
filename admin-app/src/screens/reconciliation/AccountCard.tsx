import type { AccountCheck, DayReconciliation, StatementCover } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Card, clockOf, fill, Mark, Money, useWords, whenOf, type Words } from '@tienve/ui'
import type { ReactNode } from 'react'
import { addressOf } from '../../route.ts'

const WORDS = {
  account: { vi: 'Tài khoản {number}', en: 'Account {number}' },
  stalls: { vi: 'Tài khoản của các sạp (gộp)', en: 'Accounts of stalls (together)' },
  bank: { vi: 'Ngân hàng báo', en: 'Bank says' },
  ledger: { vi: 'Sổ cái ghi', en: 'Ledger has' },
  differs: { vi: 'Chênh lệch', en: 'Difference' },
  opening: { vi: 'Đầu ngày, theo ngân hàng', en: 'Bank’s opening' },
  closing: { vi: 'Cuối ngày, theo ngân hàng', en: 'Bank’s closing' },
  unknown: { vi: 'không báo', en: 'not told' },
  tooFew: { vi: 'Dưới 5 sạp: không hiện', en: 'Fewer than 5 stalls: not shown' },
  idle: { vi: 'Không có khoản nào trong ngày.', en: 'Nothing moved on this day.' },
  heard: {
    vi: '{count} khoản. Nghe qua tin báo {push}, hỏi lại {pull}, sao kê {statement}.',
    en: '{count} movements. Told by messages {push}, by asking {pull}, by statement {statement}.',
  },
  follows: {
    vi: 'Số còn lại sau {count} khoản nối tiếp nhau đúng.',
    en: 'What stood on the account follows over {count} movements.',
  },
  untold: {
    vi: 'Ngân hàng không báo số còn lại sau mỗi khoản, nên không dò được.',
    en: 'The bank does not tell what stood on the account after each movement, so it cannot be followed.',
  },
  breaks: {
    vi: 'Đến {at} số còn lại phải là {expected}, ngân hàng báo {told}. Trước đó có thể sót một khoản.',
    en: 'At {at} the account should have stood at {expected}, the bank says {told}. A movement before it may be missing.',
  },
  delivered: { vi: 'Sao kê do kết nối {name} gửi tới.', en: 'The statement was delivered by {name}.' },
  only: { vi: 'Chỉ sao kê có', en: 'Only the statement has' },
  missing: { vi: 'Ta có, sao kê không có', en: 'We have, the statement has not' },
  bring: { vi: 'Nhập sao kê', en: 'Bring a statement' },
  held: { vi: 'chờ phân loại ở Treo chờ xử lý', en: 'waits in Suspense' },
}

const COVER_WORDS: Words<StatementCover> = {
  none: { vi: 'Chưa có sao kê của ngày này.', en: 'No statement of this day yet.' },
  reading: { vi: 'Sao kê đang đọc.', en: 'The statement is being read.' },
  read: { vi: 'Đã dò với sao kê.', en: 'Checked by statement.' },
}

type Account = DayReconciliation['accounts'][number]

/** One account on one day: the bank's figure, ours, and what else speaks for or against them. */
export function AccountCard({ of: account, mayBring }: { of: Account; mayBring: boolean }) {
  const w = useWords(WORDS)
  const { number, bankVnd, ledgerVnd, differenceVnd, check } = account
  const sum = (vnd: number | null) => (vnd === null ? w.tooFew : <Money vnd={vnd} />)
  return (
    <Card className="account-card" title={number === null ? w.stalls : fill(w.account, { number })}>
      <dl className="sums">
        <Line head={w.bank}>{sum(bankVnd)}</Line>
        <Line head={w.ledger}>{sum(ledgerVnd)}</Line>
        <Line head={w.differs}>
          <span className={differenceVnd === 0 ? undefined : 'tv-bad'}>
            <Money vnd={differenceVnd} />
          </span>
        </Line>
        {check === null || check.toldBy === null ? null : (
          <>
            <Line head={w.opening}>{check.openingVnd === null ? w.unknown : sum(check.openingVnd)}</Line>
            <Line head={w.closing}>{check.closingVnd === null ? w.unknown : sum(check.closingVnd)}</Line>
          </>
        )}
      </dl>
      {check === null ? null : <Checks of={check} />}
      {account.accountId === null || !mayBring ? null : (
        <a
          className="tv-button quiet small"
          href={addressOf('reconciliation/statement', { account: account.accountId, number: number ?? '' })}
        >
          {w.bring}
        </a>
      )}
    </Card>
  )
}

function Line({ head, children }: { head: string; children: ReactNode }) {
  return (
    <div>
      <dt>{head}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Checks({ of: check }: { of: AccountCheck }) {
  const w = useWords(WORDS)
  const cover = useWords(COVER_WORDS)
  const { movements, balances, statement, statementDeliveredBy, onlyInStatement, notInStatement } = check
  const counts = {
    count: formatNumber(movements.count),
    push: formatNumber(movements.push),
    pull: formatNumber(movements.pull),
    statement: formatNumber(movements.statement),
  }
  return (
    <>
      <p className="tv-quiet">{movements.count === 0 ? w.idle : fill(w.heard, counts)}</p>
      <p>
        <Mark kind={statement === 'read' ? 'good' : 'none'}>{cover[statement]}</Mark>
        {statementDeliveredBy === null ? null : ` ${fill(w.delivered, { name: statementDeliveredBy })}`}
      </p>
      {movements.count === 0 ? null : (
        <p>
          <Followed of={balances} />
        </p>
      )}
      <Rows title={w.only} rows={onlyInStatement} />
      <Rows title={w.missing} rows={notInStatement} />
    </>
  )
}

function Followed({ of: { checked, firstWrong } }: { of: AccountCheck['balances'] }) {
  const w = useWords(WORDS)
  if (firstWrong !== null) {
    const { occurredAt, expectedVnd, toldVnd } = firstWrong
    const values = {
      at: clockOf(occurredAt),
      expected: formatVnd(expectedVnd),
      told: formatVnd(toldVnd),
    }
    return <Mark kind="warn">{fill(w.breaks, values)}</Mark>
  }
  if (checked === 0) return <Mark kind="none">{w.untold}</Mark>
  return <Mark kind="good">{fill(w.follows, { count: formatNumber(checked) })}</Mark>
}

function Rows({ title, rows }: { title: string; rows: AccountCheck['onlyInStatement'] }) {
  const w = useWords(WORDS)
  if (rows.length === 0) return null
  return (
    <details>
      <summary>
        {title}: {formatNumber(rows.length)}
      </summary>
      <ul className="plain-list">
        {rows.map((row, at) => (
          <li key={row.bankTransactionId ?? at}>
            {whenOf(row.occurredAt)} · <Money vnd={row.amountVnd} />
            {row.bankTransactionId === null ? ` · ${w.held}` : ''}
          </li>
        ))}
      </ul>
    </details>
  )
}
