import type { LedgerAccount, Me } from '@tienve/contracts'
import { Field, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { Answer, Table } from '../../parts.tsx'
import { replaceQuery, useRoute } from '../../route.ts'
import {
  BOARD,
  groupByNumber,
  LineName,
  linesOf,
  lookOf,
  plain,
  statementOf,
  useAccounts,
  useSwitched,
  type Line,
} from './accounts.tsx'

const WORDS = {
  title: { vi: 'Tài khoản', en: 'Accounts' },
  find: { vi: 'Tìm tài khoản: số, tên, mã sạp', en: 'Find an account: number, name, stall' },
  board: { vi: 'Sổ của Ban quản lý', en: 'The board’s book' },
  stalls: { vi: 'Sổ của các sạp', en: 'The stalls’ books' },
  account: { vi: 'Tài khoản', en: 'Account' },
  debit: { vi: 'Nợ', en: 'Debit' },
  credit: { vi: 'Có', en: 'Credit' },
  balance: { vi: 'Dư', en: 'Balance' },
  moved: {
    vi: 'Chỉ hiện tài khoản đã có phát sinh. Gõ vào ô tìm để thấy cả tài khoản chưa dùng.',
    en: 'Only accounts that have moved are shown. Search to see the unused ones too.',
  },
  none: { vi: 'Không có tài khoản nào như vậy.', en: 'There is no such account.' },
}

export function AccountsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const [text, setText] = useState(query.get('q') ?? '')
  const accounts = useAccounts(me.market.id)
  const wanted = plain(text.trim())
  const shown = (account: LedgerAccount): boolean =>
    wanted === ''
      ? account.debitVnd + account.creditVnd > 0
      : plain(`${account.glCode} ${account.name} ${account.id}`).includes(wanted)
  return (
    <>
      <h2>{w.title}</h2>
      <Field
        id="find-account"
        type="search"
        label={w.find}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          replaceQuery('ledger/accounts', { q: event.target.value })
        }}
      />
      <Answer of={accounts}>
        {(all) => {
          const found = all.filter(shown)
          const [board, stalls] = [
            found.filter(({ book }) => book === BOARD),
            found.filter(({ book }) => book !== BOARD),
          ]
          if (found.length === 0) return <p role="status">{w.none}</p>
          return (
            <>
              <Book title={w.board} accounts={board} isFound={wanted !== ''} />
              <Book title={w.stalls} accounts={stalls} isFound={wanted !== ''} />
              {wanted === '' ? <p className="tv-quiet">{w.moved}</p> : null}
            </>
          )
        }}
      </Answer>
    </>
  )
}

/** The accounts of a book, or of all stalls; whoever searched wants to see what was found, and not where it lies. */
function Book({
  title,
  accounts,
  isFound,
}: {
  title: string
  accounts: readonly LedgerAccount[]
  isFound: boolean
}) {
  const w = useWords(WORDS)
  const [turned, toggle] = useSwitched()
  if (accounts.length === 0) return null
  const isOpen = (key: string): boolean => isFound !== turned.has(key)
  const sumOf = (line: Line<LedgerAccount>, figure: (account: LedgerAccount) => number): number =>
    (line.account === null ? line.group.accounts : [line.account]).reduce((all, one) => all + figure(one), 0)
  // As on paper, a side that never moved is left blank.
  const side = (figure: (account: LedgerAccount) => number) => (line: Line<LedgerAccount>) =>
    sumOf(line, figure) === 0 ? null : <Money vnd={sumOf(line, figure)} />
  return (
    <section className="stack">
      <h3>{title}</h3>
      <Table
        caption={title}
        rows={linesOf(groupByNumber(accounts), isOpen)}
        keyOf={({ key }) => key}
        classOf={lookOf}
        columns={[
          {
            head: w.account,
            card: 'note',
            cell: (line) => (
              <LineName
                line={line}
                isOpen={isOpen(line.group.key)}
                onToggle={() => toggle(line.group.key)}
                href={statementOf}
              />
            ),
          },
          { head: w.debit, number: true, card: 'line', cell: side(({ debitVnd }) => debitVnd) },
          { head: w.credit, number: true, card: 'line', cell: side(({ creditVnd }) => creditVnd) },
          {
            head: w.balance,
            number: true,
            card: 'line',
            cell: (line) => <Money vnd={sumOf(line, ({ balanceVnd }) => balanceVnd)} />,
          },
        ]}
      />
    </section>
  )
}
