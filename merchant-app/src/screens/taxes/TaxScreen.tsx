import { useQuery } from '@tanstack/react-query'
import type { TaxBook, TaxLaw, TaxYear } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, Empty, ErrorPanel, fill, fullDateOf, Loading, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'
import { ProfileCard } from './ProfileCard.tsx'
import './taxes.css'

const WORDS = {
  title: { vi: 'Sổ thuế năm {year}', en: 'Tax books of {year}' },
  calm: {
    vi: 'Máy chỉ cộng sổ giúp, không gửi cho ai. Nộp hay không là do mình; ai xem được gì, đọc trong nhật ký “Ai đã xem”.',
    en: 'This only adds up your books. To file or not is up to you; nothing is sent to anybody. Who can see what is under “Who looked”.',
  },
  figure: { vi: 'Doanh thu cả năm', en: 'Turnover of the year' },
  bank: { vi: 'Ngân hàng báo', en: 'Told by the bank' },
  cash: { vi: 'Tiền mặt tự ghi', en: 'Cash, as noted here' },
  from: {
    vi: 'Tính từ {first} đến {last}. Khoản bán ngoài máy này thì cộng thêm vào.',
    en: 'From {first} to {last}. Add what was sold without this app.',
  },
  below: {
    vi: 'Chưa tới ngưỡng {sum}. Qua ngưỡng mới tính thuế GTGT, TNCN.',
    en: 'Below the threshold of {sum}, above which VAT and income tax begin.',
  },
  above: {
    vi: 'Đã qua ngưỡng {sum}. Nên hỏi cán bộ thuế cách nộp.',
    en: 'Above the threshold of {sum}. Ask the tax office how to file.',
  },
  oneStall: {
    vi: 'Ngưỡng tính cho cả hộ, số ở trên là của một sạp: có hai sạp thì cộng cả hai.',
    en: 'The threshold is the household’s, the figure above one stall’s: with two stalls, add both.',
  },
  source: {
    vi: 'Ngưỡng theo {name}, xem lại ngày {day}.',
    en: 'The threshold is in {name}, last checked on {day}.',
  },
  notice: {
    vi: 'Thông báo doanh thu chậm nhất {day}: chỉ cần một số này.',
    en: 'Notice of turnover by {day}: it needs this one figure.',
  },
  form: {
    vi: 'Mẫu 01/TKN-CNKD, theo {name}, xem lại ngày {day}. Mẫu đã đổi hai lần trong năm 2026: hỏi lại trước khi nộp.',
    en: 'Form 01/TKN-CNKD, {name}, last checked on {day}. The form changed twice in 2026: ask before sending it.',
  },
  noLaw: {
    vi: 'Máy không biết ngưỡng và mẫu sổ của năm này, chỉ biết từ năm 2026. Cần thì hỏi cán bộ thuế.',
    en: 'The threshold and the book of this year are not known here, only those from 2026 on. If you need them, ask the tax office.',
  },
  half: {
    vi: 'Mới ra kinh doanh trong nửa đầu năm thì có thể phải thông báo thêm trước {day}. Chưa chắc: hỏi cán bộ thuế.',
    en: 'Who began in the first half of a year may have to send a notice by {day} too. This is not certain: ask the tax office.',
  },
  files: { vi: 'Sổ để in, để gửi', en: 'Books to print or to send' },
  s1a: { vi: 'Sổ doanh thu S1a', en: 'Book of revenue S1a' },
  s2a: { vi: 'Sổ doanh thu S2a', en: 'Book of revenue S2a' },
  s2e: { vi: 'Sổ tiền gửi S2e (phần II)', en: 'Book of bank money S2e (part II)' },
  accounts: { vi: 'Tài khoản để kê khai (01/BK-STK)', en: 'Accounts to declare (01/BK-STK)' },
  since: { vi: 'Có tiền từ {day}', en: 'Money since {day}' },
  unheard: { vi: 'Chưa nghe được tiền về', en: 'No money heard yet' },
  copy: {
    vi: 'Chỉ gồm tài khoản chợ đã ghi cho sạp. Tài khoản khác thì ghi thêm vào mẫu.',
    en: 'Only accounts that the market knows. Add others to the form.',
  },
  noAccount: { vi: 'Sạp chưa có tài khoản nhận tiền.', en: 'The stall has no account yet.' },
  months: { vi: 'Từng tháng', en: 'Month by month' },
  month: { vi: 'Tháng {month}', en: 'Month {month}' },
  empty: { vi: 'Năm này chưa bán được khoản nào.', en: 'Nothing was sold in this year.' },
  earlier: { vi: 'Năm {year}', en: '{year}' },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** The one right number of the year and the books behind it: for the stallholder alone, and sent to nobody. */
export function TaxScreen({ stall: { id: stallId }, onBack }: PageProps) {
  const w = useWords(WORDS)
  const [year, setYear] = useState<number | undefined>()
  const asked = useQuery({
    queryKey: ['taxes', stallId, year],
    queryFn: () => api.get<TaxYear>(`/v1/stalls/${stallId}/tax-year`, { year }),
  })
  const known = asked.data
  return (
    <section className="stack">
      <h1>{fill(w.title, { year: String(known?.year ?? year ?? '') })}</h1>
      {asked.isPending ? <Loading /> : null}
      {asked.isError ? <ErrorPanel error={asked.error} onRetry={() => void asked.refetch()} /> : null}
      {known === undefined ? null : (
        <>
          {known.firstDay === null ? <Empty>{w.empty}</Empty> : <Figure of={known} />}
          <p className="hint">{w.calm}</p>
          {known.firstDay === null ? null : <Files stallId={stallId} of={known} />}
          <ProfileCard stallId={stallId} of={known} />
          <Accounts stallId={stallId} of={known} />
          {known.months.length === 0 ? null : <Months of={known} />}
          <Button kind="quiet" onClick={() => setYear(known.year - 1)}>
            {fill(w.earlier, { year: String(known.year - 1) })}
          </Button>
        </>
      )}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function Figure({ of }: { of: TaxYear }) {
  const w = useWords(WORDS)
  return (
    <Card title={w.figure}>
      <p className="tax-figure" data-testid="tax-figure">
        <Money vnd={of.totalVnd} />
      </p>
      {of.law === null ? <p>{w.noLaw}</p> : <Law law={of.law} totalVnd={of.totalVnd} />}
      <p className="row">
        <span>{w.bank}</span> <Money vnd={of.bankVnd} />
      </p>
      <p className="row">
        <span>{w.cash}</span> <Money vnd={of.cashVnd} />
      </p>
      <p className="hint">
        {fill(w.from, { first: fullDateOf(of.firstDay ?? ''), last: fullDateOf(of.lastDay ?? '') })}
      </p>
    </Card>
  )
}

function Law({ law, totalVnd }: { law: TaxLaw; totalVnd: number }) {
  const w = useWords(WORDS)
  const { thresholdVnd, thresholdSource, noticeSource, halfYearNoticeBy } = law
  const sum = formatVnd(thresholdVnd)
  const isAbove = totalVnd > thresholdVnd
  return (
    <>
      <p className="tax-due">{fill(w.notice, { day: dayOf(law.noticeBy) })}</p>
      <p className="hint">{fill(w.form, { name: noticeSource.name, day: dayOf(noticeSource.checkedOn) })}</p>
      {halfYearNoticeBy === null ? null : (
        <p className="hint">{fill(w.half, { day: dayOf(halfYearNoticeBy) })}</p>
      )}
      <progress
        className="tax-meter"
        max={thresholdVnd}
        value={Math.max(0, Math.min(totalVnd, thresholdVnd))}
        aria-label={fill(isAbove ? w.above : w.below, { sum })}
      />
      <p>{fill(isAbove ? w.above : w.below, { sum })}</p>
      <p className="hint">
        {fill(w.source, { name: thresholdSource.name, day: dayOf(thresholdSource.checkedOn) })} {w.oneStall}
      </p>
    </>
  )
}

function Files({ stallId, of }: { stallId: string; of: TaxYear }) {
  const w = useWords(WORDS)
  const files = of.law === null ? (['s2e'] as const) : ([of.law.book, 's2e'] as const)
  return (
    <Card title={w.files}>
      {files.map((book) => (
        <div key={book} className="stack">
          <b>{w[book]}</b>
          <BookLinks stallId={stallId} book={book} year={of.year} />
        </div>
      ))}
    </Card>
  )
}

function BookLinks({ stallId, book, year }: { stallId: string; book: TaxBook; year: number }) {
  return (
    <div className="pair">
      {(['pdf', 'xlsx'] as const).map((kind) => (
        <a
          key={kind}
          className="tv-button quiet"
          download
          href={`${api.address(`/v1/stalls/${stallId}/tax-books/${book}.${kind}`)}?year=${year}`}
        >
          {kind === 'pdf' ? 'PDF' : 'Excel'}
        </a>
      ))}
    </div>
  )
}

function Accounts({ stallId, of }: { stallId: string; of: TaxYear }) {
  const w = useWords(WORDS)
  return (
    <Card title={w.accounts}>
      {of.accounts.length === 0 ? (
        <p>{w.noAccount}</p>
      ) : (
        <>
          <ul className="tax-accounts">
            {of.accounts.map(({ bank, number, holder, heardSince }) => (
              <li key={`${bank} ${number}`}>
                <b>{bank}</b>
                <span className="tax-number">{number}</span>
                <span>{holder}</span>
                <span className="hint">
                  {heardSince === null ? w.unheard : fill(w.since, { day: dayOf(heardSince) })}
                </span>
              </li>
            ))}
          </ul>
          <p className="hint">{w.copy}</p>
          <BookLinks stallId={stallId} book="accounts" year={of.year} />
        </>
      )}
    </Card>
  )
}

/** A day with its year, whichever year it is: what is due is never left to be guessed. */
function dayOf(day: string): string {
  return day.split('-').toReversed().join('/')
}

function Months({ of }: { of: TaxYear }) {
  const w = useWords(WORDS)
  return (
    <Card title={w.months}>
      {of.months.toReversed().map(({ period, bankVnd, cashVnd }) => (
        <p key={period} className="row">
          <span>{fill(w.month, { month: `${Number(period.slice(5))}` })}</span>
          <Money vnd={bankVnd + cashVnd} />
        </p>
      ))}
    </Card>
  )
}
