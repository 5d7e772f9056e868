import { useQuery } from '@tanstack/react-query'
import type { LedgerOrigin, LedgerTxn, Me } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Empty, fill, fullDateOf, Mark, Money, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'
import { useKind } from '../../kinds.ts'
import { Answer } from '../../parts.tsx'
import { addressOf, useRoute } from '../../route.ts'
import { AccountTitle, statementOf, useNames, type Named } from './accounts.tsx'
import { Origin } from './Origin.tsx'
import { Fact, Step } from './Step.tsx'

const WORDS = {
  back: { vi: '‹ Nhật ký', en: '‹ Journal' },
  title: { vi: 'Bút toán {seq}', en: 'Transaction {seq}' },
  none: { vi: 'Chưa chọn bút toán nào.', en: 'No transaction is chosen.' },
  why: { vi: 'Vì sao có số này?', en: 'Why is this number so?' },
  reversed: {
    vi: 'Bút toán này đã bị đảo: nó không còn tính vào tổng nào.',
    en: 'This transaction was reversed: it counts in no sum any more.',
  },
  seeReversal: { vi: 'Xem bút toán đảo {seq}', en: 'See the reversal {seq}' },
  reverses: {
    vi: 'Đây là bút toán đảo: nó xóa tác dụng của một bút toán trước.',
    en: 'This is a reversal: it takes back an earlier transaction.',
  },
  seeReversed: { vi: 'Xem bút toán bị đảo {seq}', en: 'See what it reverses, {seq}' },
  posted: { vi: 'Bút toán', en: 'The transaction' },
  debit: { vi: 'Nợ', en: 'Debit' },
  credit: { vi: 'Có', en: 'Credit' },
  occurred: { vi: 'Xảy ra lúc', en: 'Happened at' },
  recorded: { vi: 'Ghi sổ lúc', en: 'Recorded at' },
  day: { vi: 'Thuộc ngày sổ', en: 'Business day' },
  seal: { vi: 'Niêm phong', en: 'The seal' },
  sealed: {
    vi: 'Đã niêm phong lúc {at}: từ đó, ai sửa bút toán này thì niêm phong không còn khớp.',
    en: 'Sealed at {at}: whoever changes it since breaks the seal.',
  },
  unsealed: {
    vi: 'Chưa niêm phong. Sổ được niêm phong mỗi giờ và khi chốt ngày.',
    en: 'Not sealed yet. The books are sealed each hour and when a day is closed.',
  },
  block: { vi: 'Khối', en: 'Block' },
  seals: { vi: 'Xem các niêm phong', en: 'See the seals' },
}

export function TxnScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const kindOf = useKind()
  const seq = useRoute().query.get('seq') ?? ''
  const isNumber = /^\d{1,15}$/.test(seq)
  const base = `/v1/markets/${me.market.id}/ledger/txns/${seq}`
  const txn = useQuery({
    queryKey: ['txn', me.market.id, seq],
    queryFn: () => api.get<LedgerTxn>(base),
    enabled: isNumber,
  })
  const origin = useQuery({
    queryKey: ['origin', me.market.id, seq],
    queryFn: () => api.get<LedgerOrigin>(`${base}/origin`),
    enabled: isNumber,
  })
  return (
    <>
      <p className="back">
        <a className="text-link" href="#/ledger">
          {w.back}
        </a>
      </p>
      {isNumber ? null : <Empty>{w.none}</Empty>}
      {isNumber ? (
        <Answer of={txn}>
          {(data) => (
            <>
              <h2>
                {fill(w.title, { seq: formatNumber(data.seq) })} · {kindOf(data.kind)}
              </h2>
              <Reversals txn={data} />
              <h3>{w.why}</h3>
              <Answer of={origin}>
                {(found) => (
                  <ol className="chain">
                    <Posted market={me.market.id} txn={data} />
                    <Origin origin={found} txn={data} />
                    <Sealed txn={data} />
                  </ol>
                )}
              </Answer>
            </>
          )}
        </Answer>
      ) : null}
    </>
  )
}

function Reversals({ txn }: { txn: LedgerTxn }) {
  const w = useWords(WORDS)
  const link = (seq: number, words: string) => (
    <a className="text-link" href={addressOf('ledger/txn', { seq })}>
      {fill(words, { seq: formatNumber(seq) })}
    </a>
  )
  return (
    <>
      {txn.reversedBySeq === null ? null : (
        <div className="notice warn">
          <Mark kind="warn">{w.reversed}</Mark>
          {link(txn.reversedBySeq, w.seeReversal)}
        </div>
      )}
      {txn.reversesSeq === null ? null : (
        <div className="notice">
          <Mark kind="none">{w.reverses}</Mark>
          {link(txn.reversesSeq, w.seeReversed)}
        </div>
      )}
    </>
  )
}

function Posted({ market, txn }: { market: string; txn: LedgerTxn }) {
  const w = useWords(WORDS)
  const nameOf = useNames(market)
  return (
    <Step title={w.posted} technical={`seq ${txn.seq} · ${txn.kind}`}>
      <ul className="legs">
        {txn.transfers.map((leg) => (
          <li key={leg.leg}>
            <Side word={w.debit} account={nameOf(leg.debitAccount)} />
            <Side word={w.credit} account={nameOf(leg.creditAccount)} />
            <b>
              <Money vnd={leg.amountVnd} />
            </b>
          </li>
        ))}
      </ul>
      <dl className="facts">
        <Fact name={w.occurred}>{whenOf(txn.occurredAt)}</Fact>
        <Fact name={w.recorded}>{whenOf(txn.recordedAt)}</Fact>
        <Fact name={w.day}>{fullDateOf(txn.businessDay)}</Fact>
      </dl>
    </Step>
  )
}

function Side({ word, account }: { word: string; account: Named }) {
  return (
    <a className="side-link" href={statementOf(account.id)}>
      <span className="side-word">{word}</span>
      <span>
        <u>
          <AccountTitle of={account} />
        </u>{' '}
        <small>{account.id}</small>
      </span>
    </a>
  )
}

function Sealed({ txn }: { txn: LedgerTxn }) {
  const w = useWords(WORDS)
  return (
    <Step title={w.seal} technical={`${w.block} ${formatNumber(txn.block)}`} isLast>
      {txn.sealedAt === null ? (
        <Mark kind="none">{w.unsealed}</Mark>
      ) : (
        <Mark kind="good">{fill(w.sealed, { at: whenOf(txn.sealedAt) })}</Mark>
      )}
      <a className="text-link" href="#/ledger/proof">
        {w.seals}
      </a>
    </Step>
  )
}
