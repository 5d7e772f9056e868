import { roleCan, type LedgerTransfer, type LedgerTransferPage, type Me } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Banner, Button, dateOf, Empty, fill, Money, useWords, whenOf } from '@tienve/ui'
import { useEffect } from 'react'
import { useKind } from '../../kinds.ts'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { AccountTitle, UNNAMED, useNames } from './accounts.tsx'
import { Exports } from './Exports.tsx'
import { JournalSearch, searchOf } from './JournalSearch.tsx'

const WORDS = {
  title: { vi: 'Nhật ký', en: 'Journal' },
  verify: { vi: 'Kiểm tra sổ', en: 'Verify the ledger' },
  number: { vi: 'Số', en: 'No.' },
  when: { vi: 'Lúc', en: 'When' },
  kind: { vi: 'Loại', en: 'Kind' },
  debit: { vi: 'Nợ', en: 'Debit' },
  credit: { vi: 'Có', en: 'Credit' },
  amount: { vi: 'Số tiền', en: 'Amount' },
  reversed: { vi: 'Đã đảo bởi {seq}', en: 'Reversed by {seq}' },
  reverses: { vi: 'Đảo bút toán {seq}', en: 'Reverses {seq}' },
  open: { vi: 'Bút toán {seq}', en: 'Transaction {seq}' },
  folded: { vi: 'gộp cả ngày', en: 'a day, folded' },
  nothing: {
    vi: 'Không có bút toán nào như vậy. Nới rộng điều kiện tìm.',
    en: 'Nothing like that. Search for less.',
  },
  looking: { vi: 'Đang tìm trong các bút toán khác …', en: 'Looking through the other transactions …' },
  empty: { vi: 'Sổ chưa có bút toán nào.', en: 'Nothing has been posted yet.' },
}

export function JournalScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const search = searchOf(query)
  const base = `/v1/markets/${me.market.id}/ledger`
  const pages = usePages<LedgerTransferPage>(['journal', me.market.id, search], `${base}/transfers`, {
    ...search,
    order: 'newest',
    limit: 50,
  })
  const isSearch = Object.values(search).some((value) => value !== undefined)
  const isLooking = useLookingOn(pages)
  return (
    <>
      <div className="title-row">
        <h2>{w.title}</h2>
        <Button onClick={() => goTo('ledger/proof', { run: 'start' })}>{w.verify}</Button>
      </div>
      <JournalSearch market={me.market.id} key={query.toString()}>
        {roleCan(me.user.role, 'ledger.export') ? (
          <Exports base={base} from={search.fromDay} to={search.toDay} />
        ) : null}
      </JournalSearch>
      <Answer of={pages}>
        {(data) => {
          const rows = data.pages.flatMap(({ items }) => items)
          if (rows.length > 0) return <Journal market={me.market.id} rows={rows} />
          return isLooking ? null : <Empty>{isSearch ? w.nothing : w.empty}</Empty>
        }}
      </Answer>
      {isLooking ? <Banner kind="info">{w.looking}</Banner> : <More of={pages} />}
    </>
  )
}

/**
 * A kind or an amount is looked for stretch by stretch, and a stretch may have nothing: then the next one is asked for at
 * once. True while that goes on.
 */
function useLookingOn(pages: ReturnType<typeof usePages<LedgerTransferPage>>): boolean {
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = pages
  const goesOn = data?.pages.at(-1)?.items.length === 0 && hasNextPage && !isError
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage()
  }, [goesOn, isFetching, fetchNextPage])
  return goesOn
}

/**
 * The legs of one txn, in their order: a page of the newest first has them the other way round, or a part on each page. A
 * day of unnamed stalls that was folded into one row stands by itself, where the day was closed.
 */
function txnsOf(rows: readonly LedgerTransfer[]): [LedgerTransfer, ...LedgerTransfer[]][] {
  const txns = new Map<string, [LedgerTransfer, ...LedgerTransfer[]]>()
  for (const row of rows) {
    const key = isFolded(row) ? `${row.seq}.${row.leg}` : String(row.seq)
    const legs = txns.get(key)
    if (legs === undefined) txns.set(key, [row])
    else legs.push(row)
  }
  for (const legs of txns.values()) legs.sort((a, b) => a.leg - b.leg)
  return [...txns.values()]
}

function isFolded({ sourceKind }: LedgerTransfer): boolean {
  return sourceKind === UNNAMED
}

function Journal({ market, rows }: { market: string; rows: readonly LedgerTransfer[] }) {
  const w = useWords(WORDS)
  const nameOf = useNames(market)
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={w.title}>
      <table className="journal">
        <caption className="sr-only">{w.title}</caption>
        <thead>
          <tr>
            <th scope="col" className="number">
              {w.number}
            </th>
            <th scope="col">{w.when}</th>
            <th scope="col">{w.kind}</th>
            <th scope="col">{w.debit}</th>
            <th scope="col">{w.credit}</th>
            <th scope="col" className="number">
              {w.amount}
            </th>
          </tr>
        </thead>
        {txnsOf(rows).map((legs) => (
          <tbody key={`${legs[0].seq}.${legs[0].leg}`}>
            {legs.map((leg, at) => (
              <tr key={leg.leg}>
                {at === 0 ? <Heading txn={leg} legs={legs.length} /> : null}
                <td className="side-cell" data-head={w.debit}>
                  <AccountTitle of={nameOf(leg.debitAccount)} />
                </td>
                <td className="side-cell" data-head={w.credit}>
                  <AccountTitle of={nameOf(leg.creditAccount)} />
                </td>
                <td className="number">
                  <Money vnd={leg.amountVnd} />
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}

/** What all legs of a txn share. Its link opens the whole txn. */
function Heading({ txn, legs }: { txn: LedgerTransfer; legs: number }) {
  const w = useWords(WORDS)
  const kindOf = useKind()
  const { seq, book, kind, occurredAt, reversedBySeq, reversesSeq } = txn
  return (
    <>
      <td rowSpan={legs} className="number seq-cell">
        {book === UNNAMED ? (
          // Whose it is is not shown, so there is nothing to open.
          <small>{isFolded(txn) ? w.folded : formatNumber(seq)}</small>
        ) : (
          <a
            className="row-link"
            href={addressOf('ledger/txn', { seq })}
            aria-label={`${fill(w.open, { seq: formatNumber(seq) })}, ${kindOf(kind)}`}
          >
            {formatNumber(seq)}
          </a>
        )}
      </td>
      <td rowSpan={legs} className="when-cell">
        <time dateTime={occurredAt}>{isFolded(txn) ? dateOf(occurredAt) : whenOf(occurredAt)}</time>
      </td>
      <td rowSpan={legs} className="kind-cell">
        {kindOf(kind)}
        {reversedBySeq === null ? null : (
          <small className="tv-bad">{fill(w.reversed, { seq: formatNumber(reversedBySeq) })}</small>
        )}
        {reversesSeq === null ? null : <small>{fill(w.reverses, { seq: formatNumber(reversesSeq) })}</small>}
      </td>
    </>
  )
}
