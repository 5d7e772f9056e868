import { useQuery } from '@tanstack/react-query'
import type { AccountBalanceAt } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, Field, fill, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'

const WORDS = {
  title: { vi: 'Tại một thời điểm', en: 'At one moment' },
  at: { vi: 'Lúc', en: 'At' },
  by: { vi: 'Tính theo', en: 'Counted by' },
  recorded: { vi: 'Lúc ghi sổ: khi ấy sổ đã biết gì', en: 'When it was recorded: what was known then' },
  occurred: {
    vi: 'Lúc xảy ra: khi ấy thật sự là bao nhiêu, kể cả tin đến muộn',
    en: 'When it happened: what was true then, late news included',
  },
  show: { vi: 'Xem', en: 'Show' },
  recordedAnswer: {
    vi: 'Lúc {at}, sổ đã ghi: Nợ {debit}, Có {credit}, dư {balance}.',
    en: 'At {at} the books had: debit {debit}, credit {credit}, balance {balance}.',
  },
  occurredAnswer: {
    vi: 'Những gì đã xảy ra đến {at}: Nợ {debit}, Có {credit}, dư {balance}.',
    en: 'What had happened by {at}: debit {debit}, credit {credit}, balance {balance}.',
  },
}

type Asked = { at: string; clock: 'recorded' | 'occurred' }

/** What an account stood at: as it was known then, or as it truly was. The two differ by what banks told of late. */
export function BalanceAt({ base }: { base: string }) {
  const w = useWords(WORDS)
  const [asked, setAsked] = useState<Asked | null>(null)
  const balance = useQuery({
    queryKey: ['balance-at', base, asked],
    queryFn: () => api.get<AccountBalanceAt>(`${base}/balance`, { ...asked }),
    enabled: asked !== null,
  })
  return (
    <Card title={w.title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          const typed = new FormData(event.currentTarget)
          const clock = typed.get('clock') === 'occurred' ? 'occurred' : 'recorded'
          const at = typed.get('at')
          // The field knows no zone; whoever types means the market's clock.
          if (typeof at === 'string') setAsked({ at: `${at.slice(0, 16)}:00+07:00`, clock })
        }}
      >
        <Field id="at" name="at" type="datetime-local" label={w.at} required />
        <fieldset className="choices">
          <legend>{w.by}</legend>
          <label>
            <input type="radio" name="clock" value="recorded" defaultChecked /> {w.recorded}
          </label>
          <label>
            <input type="radio" name="clock" value="occurred" /> {w.occurred}
          </label>
        </fieldset>
        <div className="filters">
          <Button type="submit" kind="quiet">
            {w.show}
          </Button>
        </div>
      </form>
      {asked === null ? null : (
        <Answer of={balance}>
          {({ at, clock, debitVnd, creditVnd, balanceVnd }) => (
            <p role="status" className="answer">
              {fill(clock === 'recorded' ? w.recordedAnswer : w.occurredAnswer, {
                at: whenOf(at),
                debit: formatVnd(debitVnd),
                credit: formatVnd(creditVnd),
                balance: formatVnd(balanceVnd),
              })}
            </p>
          )}
        </Answer>
      )}
    </Card>
  )
}
