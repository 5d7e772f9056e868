import { formatNumber, parseVnd } from '@tienve/money'
import { Button, Field, fill, Select, useWords } from '@tienve/ui'
import { useState, type ReactNode } from 'react'
import { KIND_WORDS } from '@tienve/contracts'
import { goTo, useRoute } from '../../route.ts'
import { BOARD, titleOf, UNNAMED, useAccounts } from './accounts.tsx'

const WORDS = {
  search: { vi: 'Tìm trong nhật ký', en: 'Search the journal' },
  fromDay: { vi: 'Từ ngày', en: 'From' },
  toDay: { vi: 'Đến ngày', en: 'To' },
  kind: { vi: 'Loại', en: 'Kind' },
  anyKind: { vi: 'Mọi loại', en: 'Any kind' },
  book: { vi: 'Sổ', en: 'Book' },
  anyBook: { vi: 'Mọi sổ', en: 'Any book' },
  board: { vi: 'Ban quản lý', en: 'The board' },
  unnamed: { vi: 'Các sạp không nêu tên', en: 'Stalls not named' },
  account: { vi: 'Tài khoản', en: 'Account' },
  sourceId: { vi: 'Mã khoản', en: 'Id of what it is for' },
  fromVnd: { vi: 'Số tiền từ', en: 'Amount from' },
  toVnd: { vi: 'Số tiền đến', en: 'Amount to' },
  closer: { vi: 'Tìm kỹ hơn', en: 'Search closer' },
  go: { vi: 'Tìm', en: 'Search' },
  clear: { vi: 'Bỏ tìm', en: 'Show everything' },
  amount: { vi: 'Gõ số tiền bằng chữ số, như 35.000.', en: 'Type the amount in digits, such as 35.000.' },
  oneBook: { vi: 'Sổ {book}', en: 'Book {book}' },
}

const CLOSER = ['account', 'book', 'sourceId', 'fromVnd', 'toVnd'] as const
const FIELDS = ['fromDay', 'toDay', 'kind', ...CLOSER] as const
type Search = Partial<Record<(typeof FIELDS)[number], string>>

/** The search that an address holds; what is not in it is not asked. */
export function searchOf(query: URLSearchParams): Search {
  const asked: Search = {}
  for (const field of FIELDS) {
    const value = query.get(field)
    if (value !== null && value !== '') asked[field] = value
  }
  return asked
}

/**
 * The search bar. What is searched stands in the address, so that it can be kept or sent to somebody; `children` is what
 * else can be done with the rows.
 */
export function JournalSearch({ market, children }: { market: string; children: ReactNode }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const search = searchOf(query)
  const [isAmountWrong, setAmountWrong] = useState(false)
  const send = (form: HTMLFormElement): void => {
    const typed = new FormData(form)
    const next: Search = {}
    for (const field of FIELDS) {
      const value = typed.get(field)
      if (typeof value !== 'string' || value.trim() === '') continue
      const amount = field === 'fromVnd' || field === 'toVnd' ? parseVnd(value) : undefined
      if (amount === null) return setAmountWrong(true)
      next[field] = amount === undefined ? value.trim() : String(amount)
    }
    setAmountWrong(false)
    goTo('ledger', next)
  }
  const isCloser = CLOSER.some((field) => search[field] !== undefined)
  return (
    <div className="search-bar">
      <form
        aria-label={w.search}
        onSubmit={(event) => {
          event.preventDefault()
          send(event.currentTarget)
        }}
      >
        <div className="filters">
          <Day name="fromDay" label={w.fromDay} value={search.fromDay} />
          <Day name="toDay" label={w.toDay} value={search.toDay} />
          <Kinds value={search.kind} />
          <Button type="submit" kind="quiet">
            {w.go}
          </Button>
          {Object.keys(search).length === 0 ? null : (
            <a className="tv-button quiet" href="#/ledger">
              {w.clear}
            </a>
          )}
        </div>
        <details open={isCloser}>
          <summary>{w.closer}</summary>
          <div className="filters">
            <Closer market={market} search={search} />
          </div>
        </details>
        {isAmountWrong ? (
          <p className="tv-bad" role="alert">
            {w.amount}
          </p>
        ) : null}
      </form>
      {children}
    </div>
  )
}

function Day({ name, label, value }: { name: string; label: string; value: string | undefined }) {
  return <Field id={name} name={name} type="date" label={label} defaultValue={value} />
}

function Kinds({ value }: { value: string | undefined }) {
  const w = useWords(WORDS)
  const kinds = Object.entries(useWords(KIND_WORDS))
  return (
    <Select id="kind" name="kind" label={w.kind} defaultValue={value ?? ''}>
      <option value="">{w.anyKind}</option>
      {kinds.map(([kind, words]) => (
        <option key={kind} value={kind}>
          {words}
        </option>
      ))}
    </Select>
  )
}

function Closer({ market, search }: { market: string; search: Search }) {
  const w = useWords(WORDS)
  const accounts = useAccounts(market)
  const amount = (value: string | undefined) => (value === undefined ? '' : formatNumber(Number(value)))
  const { book } = search
  return (
    <>
      <Field
        id="account"
        name="account"
        label={w.account}
        list="accounts"
        autoComplete="off"
        placeholder="board:112"
        defaultValue={search.account}
      />
      <datalist id="accounts">
        {accounts.data?.map((account) => (
          <option key={account.id} value={account.id}>
            {titleOf(account)}
          </option>
        ))}
      </datalist>
      <Select id="book" name="book" label={w.book} defaultValue={book ?? ''}>
        <option value="">{w.anyBook}</option>
        <option value={BOARD}>{w.board}</option>
        <option value={UNNAMED}>{w.unnamed}</option>
        {book === undefined || book === BOARD || book === UNNAMED ? null : (
          <option value={book}>{fill(w.oneBook, { book })}</option>
        )}
      </Select>
      <Field
        id="sourceId"
        name="sourceId"
        label={w.sourceId}
        autoComplete="off"
        placeholder="chg_… pay_…"
        defaultValue={search.sourceId}
      />
      <Field
        id="fromVnd"
        name="fromVnd"
        label={w.fromVnd}
        inputMode="numeric"
        defaultValue={amount(search.fromVnd)}
      />
      <Field
        id="toVnd"
        name="toVnd"
        label={w.toVnd}
        inputMode="numeric"
        defaultValue={amount(search.toVnd)}
      />
    </>
  )
}
