import { useMutation } from '@tanstack/react-query'
import type { CreditEntry, CreditEntryKind } from '@tienve/contracts'
import { Button, Card, ErrorPanel, Money, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Từng lần', en: 'Line by line' },
  sale: { vi: 'Mua chịu', en: 'Bought on credit' },
  paid_bank: { vi: 'Ngân hàng báo tiền về', en: 'The bank told that it came' },
  paid_cash: { vi: 'Trả tiền mặt', en: 'Paid in cash' },
  forgiven: { vi: 'Xóa nợ', en: 'Forgiven' },
  given_back: { vi: 'Đã trả lại khách', en: 'Given back' },
  offset: { vi: 'Trừ tiền thừa vào nợ', en: 'Too much, taken off the debt' },
  reversal: { vi: 'Bỏ một dòng', en: 'A line taken back' },
  taken_back: { vi: 'Ngân hàng lấy lại tiền', en: 'The bank took it back' },
  undo: { vi: 'Bỏ dòng này', en: 'Take this back' },
  sure: { vi: 'Đúng, bỏ', en: 'Yes, take back' },
  keep: { vi: 'Để vậy', en: 'Leave it' },
}
/** What she wrote herself; what banks said, and what took a line back, stays. */
const BACK: readonly CreditEntryKind[] = ['sale', 'paid_cash', 'forgiven', 'given_back', 'offset']

/** Every line of a shopper's book, the newest first. Nothing goes: a line is taken back by one that says the opposite. */
export function CreditLines({
  entries,
  onChanged,
}: {
  entries: readonly CreditEntry[]
  onChanged: () => void
}) {
  const w = useWords(WORDS)
  return (
    <Card title={w.title}>
      <ul className="credit-lines" data-testid="credit-lines">
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} onChanged={onChanged} />
        ))}
      </ul>
    </Card>
  )
}

function Line({ entry, onChanged }: { entry: CreditEntry; onChanged: () => void }) {
  const w = useWords(WORDS)
  const [isAsked, setAsked] = useState(false)
  const reverse = useMutation({
    mutationFn: () => api.post(`/v1/credit-entries/${entry.id}/reverse`),
    onSuccess: () => {
      setAsked(false)
      onChanged()
    },
  })
  const vnd = entry.amountVnd === 0 ? entry.surplusVnd : entry.amountVnd
  const mayGo = BACK.includes(entry.kind) && !entry.reversed
  return (
    <li className={entry.reversed ? 'reversed' : undefined}>
      <span>{w[entry.kind]}</span>
      <b>
        <Money vnd={vnd} />
      </b>
      <small>
        {whenOf(entry.at)}
        {entry.note === null ? '' : ` · ${entry.note}`}
      </small>
      {reverse.isError ? <ErrorPanel error={reverse.error} /> : null}
      {mayGo && !isAsked ? (
        <Button kind="quiet" className="small" onClick={() => setAsked(true)}>
          {w.undo}
        </Button>
      ) : null}
      {mayGo && isAsked ? (
        <>
          <Button
            kind="danger"
            className="small"
            disabled={reverse.isPending}
            onClick={() => reverse.mutate()}
          >
            {w.sure}
          </Button>
          <Button kind="quiet" className="small" onClick={() => setAsked(false)}>
            {w.keep}
          </Button>
        </>
      ) : null}
    </li>
  )
}
