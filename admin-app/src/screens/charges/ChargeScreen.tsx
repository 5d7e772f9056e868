import { useQuery } from '@tanstack/react-query'
import { roleCan, type ChargeDetail, type Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, dateOf, Empty, fill, Money, monthOf, QrCode, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Table } from '../../parts.tsx'
import { addressOf, useRoute } from '../../route.ts'
import { statementOf } from '../ledger/accounts.tsx'
import { ChangeForm } from './ChangeForm.tsx'
import { ChangeCard } from './Changes.tsx'
import { STATUS_WORDS } from './words.ts'

const WORDS = {
  back: { vi: '‹ Khoản phải thu', en: '‹ Charges' },
  due: { vi: 'Hạn nộp {day}', en: 'Due {day}' },
  overdue: { vi: 'quá hạn {days} ngày', en: '{days} days overdue' },
  why: { vi: 'Vì sao ra số này', en: 'How it came to this' },
  line: { vi: 'Khoản', en: 'Line' },
  formula: { vi: 'Cách tính', en: 'Formula' },
  decision: { vi: 'Quyết định', en: 'Decision' },
  amount: { vi: 'Số tiền', en: 'Sum' },
  total: { vi: 'Phát hành', en: 'Issued' },
  adjusted: { vi: 'Điều chỉnh', en: 'Adjusted' },
  relieved: { vi: 'Miễn giảm', en: 'Relieved' },
  writtenOff: { vi: 'Xóa nợ', en: 'Written off' },
  comesTo: { vi: 'Còn phải nộp tất cả', en: 'Comes to' },
  settled: { vi: 'Đã thu', en: 'Collected' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  arrears: {
    vi: 'Khi phát hành, sạp còn nợ các kỳ trước {sum}.',
    en: 'When it was issued the stall owed {sum} from before.',
  },
  credit: {
    vi: 'Nộp thừa khoản này {sum}, trừ vào kỳ sau.',
    en: '{sum} more than this charge came in, kept for the next one.',
  },
  stallCredit: { vi: 'Sạp đang nộp trước {sum}.', en: 'The stall has paid {sum} ahead.' },
  paidBy: { vi: 'Đã nộp bằng gì', en: 'What paid it' },
  nothingPaid: { vi: 'Chưa nộp lần nào.', en: 'Nothing was paid yet.' },
  when: { vi: 'Lúc', en: 'When' },
  how: { vi: 'Cách', en: 'How' },
  receipt: { vi: 'Biên nhận', en: 'Receipt' },
  bank: { vi: 'Chuyển khoản', en: 'Bank transfer' },
  cash: { vi: 'Tiền mặt', en: 'Cash' },
  creditUsed: { vi: 'Tiền nộp trước', en: 'Paid ahead' },
  change: { vi: 'Trả lại do thay đổi', en: 'Given back by a change' },
  changes: { vi: 'Thay đổi', en: 'Changes' },
  noChanges: { vi: 'Chưa thay đổi gì từ khi phát hành.', en: 'Nothing was changed since it was issued.' },
  propose: { vi: 'Đề xuất thay đổi', en: 'Propose a change' },
  pay: { vi: 'Mã nộp khoản này', en: 'Code to pay it' },
  to: { vi: 'Vào', en: 'To' },
  all: { vi: 'Các khoản của sạp', en: 'All of the stall’s' },
  book: { vi: 'Sổ phải thu của sạp', en: 'Its account in the books' },
}

/** One charge: how it came to its sum, what paid it, what changed it and why, and the code to pay it by. */
export function ChargeScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const id = useRoute().query.get('id') ?? ''
  const charge = useQuery({
    queryKey: ['charge', id],
    queryFn: () => api.get<ChargeDetail>(`/v1/charges/${encodeURIComponent(id)}`),
    refetchInterval: 5_000,
  })
  return (
    <div className="stack">
      <a className="text-link" href={addressOf('charges')}>
        {w.back}
      </a>
      <Answer of={charge}>{(data) => <One me={me} charge={data} />}</Answer>
    </div>
  )
}

function One({ me, charge }: { me: Me; charge: ChargeDetail }) {
  const w = useWords(WORDS)
  const { role } = me.user
  const [proposing, setProposing] = useState(false)
  const isWaiting = charge.changes.some(({ status }) => status === 'proposed')
  return (
    <>
      <h1>
        {charge.stallCode} · {charge.stallName} · {monthOf(charge.period)}
      </h1>
      <Standing charge={charge} />
      <nav className="filters" aria-label={charge.stallName}>
        <a className="text-link" href={addressOf('charges', { stallId: charge.stallId })}>
          {w.all}
        </a>
        {roleCan(role, 'ledger.read') ? (
          <a className="text-link" href={statementOf(`board:131.${charge.stallId}`)}>
            {w.book}
          </a>
        ) : null}
      </nav>
      <Lines charge={charge} />
      <Payments charge={charge} />
      <Card title={w.changes}>
        {charge.changes.length === 0 ? <Empty>{w.noChanges}</Empty> : null}
        {charge.changes.map((change) => (
          <ChangeCard key={change.id} me={me} change={change} isOfCharge />
        ))}
        {!roleCan(role, 'charges.change') || isWaiting ? null : proposing ? (
          <ChangeForm charge={charge} onDone={() => setProposing(false)} />
        ) : (
          <Button onClick={() => setProposing(true)}>{w.propose}</Button>
        )}
      </Card>
      {charge.outstandingVnd > 0 ? (
        <Card title={w.pay}>
          <div className="pay-code">
            <QrCode
              payload={charge.payload}
              demo={me.market.demo}
              label={`${w.pay} ${charge.stallCode} ${monthOf(charge.period)}`}
            />
          </div>
          <p>
            <b>
              <Money vnd={charge.outstandingVnd} />
            </b>{' '}
            · {w.to} <b>{charge.payee.holder}</b> · {charge.payee.bankName} {charge.payee.number}
          </p>
        </Card>
      ) : null}
    </>
  )
}

function Standing({ charge }: { charge: ChargeDetail }) {
  const w = useWords(WORDS)
  const s = useWords(STATUS_WORDS)
  const { totalVnd, adjustedVnd, relievedVnd, writtenOffVnd, dueVnd, creditVnd } = charge
  const changed = [
    [w.adjusted, adjustedVnd],
    [w.relieved, -relievedVnd],
    [w.writtenOff, -writtenOffVnd],
  ] as const
  const figures = [
    [w.total, totalVnd],
    ...changed.filter(([, vnd]) => vnd !== 0),
    ...(dueVnd === totalVnd ? [] : [[w.comesTo, dueVnd] as const]),
    [w.settled, charge.paidVnd - creditVnd],
    [w.owed, charge.outstandingVnd],
  ] as const
  return (
    <Card>
      <p>
        <span className={`status ${charge.status}`} data-testid="charge-status" data-status={charge.status}>
          {s[charge.status]}
        </span>{' '}
        · {fill(w.due, { day: dateOf(charge.dueOn) })}
        {charge.overdueDays > 0 ? (
          <b className="tv-bad"> · {fill(w.overdue, { days: charge.overdueDays })}</b>
        ) : null}
      </p>
      <dl className="sums">
        {figures.map(([name, vnd]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Money vnd={vnd} />
            </dd>
          </div>
        ))}
      </dl>
      {charge.arrearsVnd > 0 ? <p>{fill(w.arrears, { sum: formatVnd(charge.arrearsVnd) })}</p> : null}
      {creditVnd > 0 ? <p>{fill(w.credit, { sum: formatVnd(creditVnd) })}</p> : null}
      {charge.stallCreditVnd > creditVnd ? (
        <p>{fill(w.stallCredit, { sum: formatVnd(charge.stallCreditVnd) })}</p>
      ) : null}
    </Card>
  )
}

function Lines({ charge }: { charge: ChargeDetail }) {
  const w = useWords(WORDS)
  return (
    <section className="stack" aria-label={w.why}>
      <h2>{w.why}</h2>
      <Table
        caption={w.why}
        rows={charge.lines}
        keyOf={({ name }) => name}
        columns={[
          { head: w.line, card: 'title', cell: ({ name }) => name },
          { head: w.formula, card: 'line', cell: ({ formula }) => formula },
          { head: w.decision, card: 'line', cell: ({ decision }) => decision },
          { head: w.amount, number: true, card: 'figure', cell: (row) => <Money vnd={row.amountVnd} /> },
        ]}
      />
    </section>
  )
}

function Payments({ charge }: { charge: ChargeDetail }) {
  const w = useWords(WORDS)
  const ways = { bank: w.bank, cash: w.cash, credit: w.creditUsed, change: w.change }
  return (
    <section className="stack" aria-label={w.paidBy}>
      <h2>{w.paidBy}</h2>
      {charge.settlements.length === 0 ? (
        <Empty>{w.nothingPaid}</Empty>
      ) : (
        <Table
          caption={w.paidBy}
          rows={charge.settlements.map((one, at) => ({ ...one, at: one.at, key: String(at) }))}
          keyOf={({ key }) => key}
          columns={[
            { head: w.how, card: 'title', cell: ({ source }) => ways[source] },
            { head: w.when, card: 'line', cell: ({ at }) => whenOf(at) },
            {
              head: w.receipt,
              card: 'line',
              cell: ({ receipt }) =>
                receipt === null ? (
                  '–'
                ) : (
                  <a className="cell-link" href={receipt.url} target="_blank" rel="noreferrer">
                    {receipt.number}
                  </a>
                ),
            },
            { head: w.amount, number: true, card: 'figure', cell: (row) => <Money vnd={row.amountVnd} /> },
          ]}
        />
      )}
    </section>
  )
}
