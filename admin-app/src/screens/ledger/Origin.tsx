import type { LedgerOrigin, LedgerTxn } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { fill, Mark, Money, useWords, whenOf } from '@tienve/ui'
import { REASON_WORDS } from '../../reasons.ts'
import { UNNAMED } from './accounts.tsx'
import {
  DIGEST_MARKS,
  DIGEST_WORDS,
  MATCHED_BY_WORDS,
  PROVIDER_WORDS,
  SIGNATURE_MARKS,
  SIGNATURE_WORDS,
  SLIP_WORDS,
  SUBJECT_WORDS,
  VERDICT_WORDS,
} from './origin-words.ts'
import { Fact, Step } from './Step.tsx'

const WORDS = {
  subject: { vi: 'Ghi cho việc gì', en: 'What it was posted for' },
  hidden: {
    vi: 'Sạp này không nêu tên với Ban quản lý, nên không hiện là việc gì, của ai.',
    en: 'This stall is not named to the board, so what it was for is not shown.',
  },
  noSubject: { vi: 'Không có khoản nào đứng sau bút toán này.', en: 'Nothing stands behind it.' },
  stall: { vi: 'Sạp', en: 'Stall' },
  amount: { vi: 'Số tiền', en: 'Amount' },
  verdict: { vi: 'So với số phải trả', en: 'Against what was asked' },
  slip: { vi: 'Gõ nhầm', en: 'Slip' },
  matchedBy: { vi: 'Cách khớp', en: 'Matched' },
  reason: { vi: 'Lý do', en: 'Reason' },
  by: { vi: 'Người làm', en: 'By' },
  at: { vi: 'Lúc', en: 'At' },
  openCharges: { vi: 'Mở các khoản thu', en: 'Open the charges' },
  openSuspense: { vi: 'Mở tiền treo', en: 'Open suspense' },
  bank: { vi: 'Giao dịch ở ngân hàng', en: 'The bank’s transaction' },
  in: { vi: 'Tiền vào tài khoản {account}', en: 'Money into account {account}' },
  out: { vi: 'Tiền ra khỏi tài khoản {account}', en: 'Money out of account {account}' },
  content: { vi: 'Nội dung', en: 'Memo' },
  reference: { vi: 'Mã tham chiếu', en: 'Reference' },
  bankTime: { vi: 'Ngân hàng ghi lúc', en: 'The bank’s time' },
  heard: { vi: 'Chợ nghe thấy lúc', en: 'Heard at' },
  sightings: { vi: 'Được báo', en: 'Told' },
  times: { vi: '{count} lần, tính một lần', en: '{count} times, counted once' },
  once: { vi: '1 lần', en: 'once' },
  noBank: { vi: 'Không có giao dịch ngân hàng.', en: 'There is no bank transaction.' },
  message: { vi: 'Tin của ngân hàng', en: 'The bank’s message' },
  bytes: { vi: 'Nguyên văn tin của ngân hàng', en: 'The bank’s message, as it came' },
  received: { vi: '{provider} báo, nhận lúc {at}', en: 'Told by {provider}, received at {at}' },
  key: { vi: 'Khóa', en: 'Key' },
  connection: { vi: 'Kết nối', en: 'Connection' },
  form: { vi: 'Dạng', en: 'Form' },
  erased: { vi: 'Nguyên văn đã xóa.', en: 'The bytes were erased.' },
  keptBack: {
    vi: 'Không hiện nguyên văn: tin này còn nói về sạp không nêu tên, hoặc không đọc được.',
    en: 'The bytes are not shown: they also tell of a stall that is not named, or cannot be read.',
  },
  check: { vi: 'Kiểm lại ngay bây giờ', en: 'Checked again just now' },
}

/** From what a txn was posted for, down to the bytes that told of it and what they are worth today. */
export function Origin({ origin, txn }: { origin: LedgerOrigin; txn: LedgerTxn }) {
  const { bankTransaction, message, digest } = origin
  const isBanks = digest !== 'none' && !isHidden(txn)
  return (
    <>
      <Subject origin={origin} txn={txn} />
      {bankTransaction === null && !isBanks ? null : <BankTransaction of={bankTransaction} />}
      {message === null ? null : <Message of={message} isErased={digest === 'erased'} />}
      <Check origin={origin} />
    </>
  )
}

/** True when the txn is in the book of a stall that may not be named: then the service tells nothing behind it. */
function isHidden(txn: LedgerTxn): boolean {
  return txn.transfers.some(({ book }) => book === UNNAMED)
}

/** The words for a code, or the code itself, or whatever a person wrote in its place. */
function wordsOf(words: Record<string, string>, code: string | null): string | null {
  return code === null ? null : (words[code] ?? code)
}

function Subject({ origin: { subject }, txn }: { origin: LedgerOrigin; txn: LedgerTxn }) {
  const w = useWords(WORDS)
  const kinds: Record<string, string> = useWords(SUBJECT_WORDS)
  const verdicts = useWords(VERDICT_WORDS)
  const matches = useWords(MATCHED_BY_WORDS)
  const slips = useWords(SLIP_WORDS)
  const reasons = useWords(REASON_WORDS)
  if (subject === null) {
    return <Step title={w.subject} words={isHidden(txn) ? w.hidden : w.noSubject} />
  }
  const { kind, id, stallCode, stallName } = subject
  return (
    <Step title={w.subject} words={kinds[kind] ?? kind} technical={id}>
      <dl className="facts">
        <Fact name={w.stall}>{stallCode === null ? null : `${stallCode} · ${stallName ?? ''}`}</Fact>
        <Fact name={w.amount}>
          <Money vnd={subject.amountVnd} />
        </Fact>
        <Fact name={w.verdict}>{wordsOf(verdicts, subject.verdict)}</Fact>
        <Fact name={w.slip}>{subject.slip === null ? null : slips[subject.slip]}</Fact>
        <Fact name={w.matchedBy}>{wordsOf(matches, subject.matchedBy)}</Fact>
        <Fact name={w.reason}>{wordsOf(reasons, subject.reason)}</Fact>
        <Fact name={w.by}>{subject.by}</Fact>
        <Fact name={w.at}>{whenOf(subject.at)}</Fact>
      </dl>
      {kind === 'charge' ? (
        <a className="text-link" href="#/charges">
          {w.openCharges}
        </a>
      ) : null}
      {kind === 'suspense' ? (
        <a className="text-link" href="#/suspense">
          {w.openSuspense}
        </a>
      ) : null}
    </Step>
  )
}

function BankTransaction({ of }: { of: LedgerOrigin['bankTransaction'] }) {
  const w = useWords(WORDS)
  if (of === null) return <Step title={w.bank} words={w.noBank} />
  const account = `${of.bankCode ?? ''} ${of.accountMasked}`.trim()
  return (
    <Step
      title={w.bank}
      words={`${fill(w[of.direction], { account })}: ${formatVnd(of.amountVnd)}`}
      technical={of.id}
    >
      <dl className="facts">
        <Fact name={w.content}>{of.content}</Fact>
        <Fact name={w.reference}>{of.reference}</Fact>
        <Fact name={w.bankTime}>{whenOf(of.occurredAt)}</Fact>
        <Fact name={w.heard}>{whenOf(of.receivedAt)}</Fact>
        <Fact name={w.sightings}>
          {of.sightings === 1 ? w.once : fill(w.times, { count: formatNumber(of.sightings) })}
        </Fact>
      </dl>
    </Step>
  )
}

function Message({ of, isErased }: { of: NonNullable<LedgerOrigin['message']>; isErased: boolean }) {
  const w = useWords(WORDS)
  const providers: Record<string, string> = useWords(PROVIDER_WORDS)
  return (
    <Step
      title={w.message}
      words={fill(w.received, { provider: providers[of.provider] ?? of.provider, at: whenOf(of.receivedAt) })}
      technical={of.id}
    >
      {of.body === null ? (
        <p className="tv-quiet">{isErased ? w.erased : w.keptBack}</p>
      ) : (
        <pre className="raw" tabIndex={0} aria-label={w.bytes}>
          {of.body}
        </pre>
      )}
      <dl className="facts small">
        <Fact name={w.connection}>{of.connectionId}</Fact>
        <Fact name={w.key}>{of.keyId}</Fact>
        <Fact name={w.form}>{of.contentType}</Fact>
      </dl>
    </Step>
  )
}

/** The two questions that can be asked of the bytes today: did the bank sign them, and are they those that were posted. */
function Check({ origin: { message, digest } }: { origin: LedgerOrigin }) {
  const w = useWords(WORDS)
  const signatures = useWords(SIGNATURE_WORDS)
  const digests = useWords(DIGEST_WORDS)
  return (
    <Step title={digest === 'none' ? w.message : w.check}>
      {message === null ? null : (
        <Mark kind={SIGNATURE_MARKS[message.signature]}>{signatures[message.signature]}</Mark>
      )}
      <Mark kind={DIGEST_MARKS[digest]}>{digests[digest]}</Mark>
      {message === null ? null : <small className="hash">sha256 {message.bodyHash}</small>}
    </Step>
  )
}
