import type { DaySignOff, Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Banner, fill, fullDateOf, Mark, Money, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'
import { Table } from '../../parts.tsx'

const WORDS = {
  first: { vi: 'Chữ ký thứ nhất: {who}, {at}', en: 'First signature: {who}, {at}' },
  second: { vi: 'Chữ ký thứ hai: {who}, {at}', en: 'Second signature: {who}, {at}' },
  figures: {
    vi: 'Đã ký: ngân hàng báo {bank}, sổ ghi {ledger}, lệch nhau {difference}.',
    en: 'Signed: the bank says {bank}, the books have {ledger}, they differ by {difference}.',
  },
  because: { vi: '{sum}: {reason}', en: '{sum}: {reason}' },
  changed: {
    vi: 'Ngày này đã thay đổi sau khi ký. Số ở trên là số bây giờ; số đã ký giữ nguyên.',
    en: 'This day has changed since it was signed. Above are the figures of now; what was signed stays.',
  },
  late: { vi: 'Khoản đến sau khi ký', en: 'Movements that came later' },
  when: { vi: 'Ngân hàng ghi lúc', en: 'At the bank' },
  heard: { vi: 'Nghe được lúc', en: 'Heard' },
  account: { vi: 'Tài khoản', en: 'Account' },
  amount: { vi: 'Số tiền', en: 'Amount' },
  pdf: { vi: 'Báo cáo (PDF)', en: 'Report (PDF)' },
  xlsx: { vi: 'Báo cáo (Excel)', en: 'Report (Excel)' },
  of: { vi: '{what} ngày {day}', en: '{what} of {day}' },
}

/** Who signed a day, what they saw, what came since, and the report of it. */
export function Signed({ me, signOff }: { me: Me; signOff: DaySignOff }) {
  const w = useWords(WORDS)
  const { seen, decidedBy, decidedAt, lateRows } = signOff
  const address = `/v1/markets/${me.market.id}/reconciliation/sign-offs/${signOff.day}/report`
  const isSigned = signOff.status === 'signed'
  return (
    <>
      <p>
        <Mark kind="good">{fill(w.first, { who: signOff.signedBy, at: whenOf(signOff.signedAt) })}</Mark>
      </p>
      {isSigned ? (
        <p>
          <Mark kind="good">
            {fill(w.second, { who: decidedBy ?? '', at: decidedAt === null ? '' : whenOf(decidedAt) })}
          </Mark>
        </p>
      ) : null}
      <p>
        {fill(w.figures, {
          bank: formatVnd(seen.bankVnd),
          ledger: formatVnd(seen.ledgerVnd),
          difference: formatVnd(seen.differenceVnd),
        })}
      </p>
      {signOff.reasons.map(({ bankTransactionId, amountVnd, reason }) => (
        <p key={bankTransactionId}>{fill(w.because, { sum: formatVnd(amountVnd), reason })}</p>
      ))}
      {signOff.isChanged ? <Banner kind="warn">{w.changed}</Banner> : null}
      {lateRows.length === 0 ? null : (
        <Table
          caption={w.late}
          rows={lateRows}
          keyOf={({ bankTransactionId }) => bankTransactionId}
          columns={[
            { head: w.when, card: 'title', cell: (row) => whenOf(row.occurredAt) },
            { head: w.amount, number: true, card: 'figure', cell: (row) => <Money vnd={row.amountVnd} /> },
            { head: w.account, card: 'line', cell: (row) => row.number },
            { head: w.heard, card: 'line', cell: (row) => whenOf(row.receivedAt) },
          ]}
        />
      )}
      {isSigned ? (
        <div className="filters">
          {(['pdf', 'xlsx'] as const).map((kind) => (
            <a
              key={kind}
              className="tv-button quiet"
              href={api.address(`${address}.${kind}`)}
              target="_blank"
              rel="noreferrer"
              aria-label={fill(w.of, { what: w[kind], day: fullDateOf(signOff.day) })}
            >
              {w[kind]}
            </a>
          ))}
        </div>
      ) : null}
    </>
  )
}
