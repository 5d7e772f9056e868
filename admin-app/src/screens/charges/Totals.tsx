import { roleCan, type ChargeTotals, type Me } from '@tienve/contracts'
import { Money, useWords } from '@tienve/ui'
import { addressOf } from '../../route.ts'
import type { ChargesAsked } from './Filters.tsx'

const WORDS = {
  billed: { vi: 'Phải thu', en: 'Billed' },
  collected: { vi: 'Đã thu', en: 'Collected' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  changed: { vi: 'Điều chỉnh, miễn giảm, xóa nợ', en: 'Adjusted, relieved, written off' },
  over: { vi: 'Nộp thừa, trả trước', en: 'Overpaid, in advance' },
  book: { vi: 'Trong sổ: 131 · phải thu', en: 'In the books: 131 · receivables' },
}

/** What was billed, what of it was collected, and what is owed; without a filter the last is the account 131. */
export function Totals({ me, of, asked }: { me: Me; of: ChargeTotals; asked: ChargesAsked }) {
  const w = useWords(WORDS)
  const collectedVnd = of.totalVnd + of.changedVnd - of.outstandingVnd
  const figures = [
    [w.billed, of.totalVnd],
    ...(of.changedVnd === 0 ? [] : [[w.changed, of.changedVnd] as const]),
    [w.collected, collectedVnd],
    [w.owed, of.outstandingVnd],
    ...(of.creditVnd > 0 ? [[w.over, of.creditVnd] as const] : []),
  ] as const
  return (
    <div className="three" data-testid="charge-totals">
      {figures.map(([words, vnd]) => (
        <p key={words}>
          {words}{' '}
          <b>
            <Money vnd={vnd} />
          </b>
        </p>
      ))}
      {Object.keys(asked).length === 0 && roleCan(me.user.role, 'ledger.read') ? (
        <a className="text-link" href={addressOf('ledger/accounts', { q: '131' })}>
          {w.book}
        </a>
      ) : null}
    </div>
  )
}
