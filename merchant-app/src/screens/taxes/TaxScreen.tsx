import { useQuery } from '@tanstack/react-query'
import { TRADES, type TaxBook, type TaxYear, type Trade } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, Empty, ErrorPanel, fill, fullDateOf, Loading, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'

const WORDS = {
  title: { vi: 'Sổ thuế năm {year}', en: 'Tax books of {year}' },
  calm: {
    vi: 'Máy chỉ cộng sổ giúp, không gửi cho ai. Nộp hay không là do mình; ai xem được gì, đọc trong nhật ký “Ai đã xem”.',
    en: 'This only adds up your books. To file or not is up to you; nothing is sent to anybody. Who can see what is under “Who looked”.',
  },
  figure: { vi: 'Doanh thu cả năm', en: 'Turnover of the year' },
  bank: { vi: 'Ngân hàng đã báo', en: 'Told by the bank' },
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
  source: { vi: 'Theo {name}, xem lại ngày {day}.', en: '{name}, last checked on {day}.' },
  notice: {
    vi: 'Thông báo doanh thu (mẫu 01/TKN-CNKD): chậm nhất ngày {day}. Chỉ cần một số ở trên.',
    en: 'Send the notice of turnover (form 01/TKN-CNKD) by {day}. It needs the one figure above.',
  },
  files: { vi: 'Sổ để in, để gửi', en: 'Books to print or to send' },
  s1a: { vi: 'Sổ doanh thu S1a', en: 'Book of revenue S1a' },
  s2a: { vi: 'Sổ doanh thu S2a', en: 'Book of revenue S2a' },
  s2e: { vi: 'Sổ tiền gửi S2e (phần II)', en: 'Book of bank money S2e (part II)' },
  trade: { vi: 'Sạp bán gì?', en: 'What do you sell?' },
  goods: { vi: 'Hàng hóa', en: 'Goods' },
  food: { vi: 'Đồ ăn, uống', en: 'Food and drink' },
  services: { vi: 'Dịch vụ', en: 'Services' },
  other: { vi: 'Nghề khác', en: 'Other' },
  accounts: { vi: 'Tài khoản để kê khai (01/BK-STK)', en: 'Accounts to declare (01/BK-STK)' },
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
          <Accounts of={known} />
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
  const sum = formatVnd(of.thresholdVnd)
  const isAbove = of.totalVnd > of.thresholdVnd
  return (
    <Card title={w.figure}>
      <p className="tax-figure" data-testid="tax-figure">
        <Money vnd={of.totalVnd} />
      </p>
      <progress
        className="tax-meter"
        max={of.thresholdVnd}
        value={Math.max(0, Math.min(of.totalVnd, of.thresholdVnd))}
        aria-label={fill(isAbove ? w.above : w.below, { sum })}
      />
      <p>{fill(isAbove ? w.above : w.below, { sum })}</p>
      <p className="hint">{w.oneStall}</p>
      <p className="row">
        <span>{w.bank}</span> <Money vnd={of.bankVnd} />
      </p>
      <p className="row">
        <span>{w.cash}</span> <Money vnd={of.cashVnd} />
      </p>
      <p className="hint">
        {fill(w.from, { first: fullDateOf(of.firstDay ?? ''), last: fullDateOf(of.lastDay ?? '') })}
      </p>
      <p>{fill(w.notice, { day: fullDateOf(of.noticeBy) })}</p>
      <p className="hint">
        {fill(w.source, { name: of.thresholdSource.name, day: fullDateOf(of.thresholdSource.checkedOn) })}
      </p>
    </Card>
  )
}

function Files({ stallId, of }: { stallId: string; of: TaxYear }) {
  const w = useWords(WORDS)
  const [trade, setTrade] = useState<Trade>('goods')
  const files: TaxBook[] = [of.book, 's2e']
  return (
    <Card title={w.files}>
      {of.book === 's2a' ? (
        <fieldset className="tax-trades">
          <legend>{w.trade}</legend>
          {TRADES.map((one) => (
            <label key={one}>
              <input type="radio" name="trade" checked={trade === one} onChange={() => setTrade(one)} />
              {w[one]}
            </label>
          ))}
        </fieldset>
      ) : null}
      {files.map((book) => (
        <div key={book} className="stack">
          <b>{w[book]}</b>
          <div className="pair">
            {(['pdf', 'xlsx'] as const).map((kind) => (
              <a
                key={kind}
                className="tv-button quiet"
                download
                href={`${api.address(`/v1/stalls/${stallId}/tax-books/${book}.${kind}`)}?year=${of.year}&trade=${trade}`}
              >
                {kind === 'pdf' ? 'PDF' : 'Excel'}
              </a>
            ))}
          </div>
        </div>
      ))}
    </Card>
  )
}

function Accounts({ of }: { of: TaxYear }) {
  const w = useWords(WORDS)
  return (
    <Card title={w.accounts}>
      {of.accounts.length === 0 ? <p>{w.noAccount}</p> : null}
      <ul className="looks">
        {of.accounts.map(({ bank, number, holder }) => (
          <li key={`${bank} ${number}`}>
            <b>{bank}</b>
            <span className="tax-number">{number}</span>
            <span className="hint">{holder}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
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
