import { useQuery } from '@tanstack/react-query'
import type { Payment, TakingPage } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Card, clockOf, Empty, fill, Money, useWords } from '@tienve/ui'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Tiền vừa về', en: 'What came last' },
  none: { vi: 'Chưa có tiền về trong ca.', en: 'Nothing has come in this shift.' },
  enough: { vi: 'RỒI', en: 'YES' },
  short: { vi: 'THIẾU {sum}', en: 'SHORT BY {sum}' },
  over: { vi: 'THỪA {sum}', en: 'OVER BY {sum}' },
  repeated: { vi: 'HAI LẦN', en: 'TWICE' },
  late: { vi: 'BÁO MUỘN', en: 'TOLD LATE' },
  unknown: { vi: 'KHÔNG RÕ MÃ', en: 'NO CODE' },
  back: { vi: 'ĐÃ BỊ LẤY LẠI', en: 'TAKEN BACK' },
}
const SHOWN = 10
/** Cash stands between what banks told of. */
const A_PAGE = 50

/** The last ten arrivals of a shift, each with its verdict; nothing adds them up. */
export function LatestList({ stallId, since }: { stallId: string; since: string | null }) {
  const w = useWords(WORDS)
  const takings = useQuery({
    queryKey: ['day', stallId, 'latest'],
    queryFn: () => api.get<TakingPage>(`/v1/stalls/${stallId}/takings`, { limit: A_PAGE }),
  })
  const items = takings.data?.items.flatMap((one) =>
    one.kind === 'bank' && (since === null || one.payment.occurredAt >= since) ? [one.payment] : [],
  )
  return (
    <Card title={w.title}>
      {items?.length === 0 ? <Empty>{w.none}</Empty> : null}
      <ul className="rows">
        {items?.slice(0, SHOWN).map((one) => (
          <li key={one.id}>
            <span className="time">{clockOf(one.occurredAt)}</span>
            <b>
              <Money vnd={one.amountVnd} />
            </b>
            <Said payment={one} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Said({ payment }: { payment: Payment }) {
  const w = useWords(WORDS)
  const { verdict, amountVnd, expectedVnd, reversedAt } = payment
  if (reversedAt !== null) return <span className="verdict short">{w.back}</span>
  const word = verdict === 'exact' ? w.enough : w[verdict]
  const sum = formatVnd(BigInt(Math.abs(amountVnd - (expectedVnd ?? amountVnd))))
  return <span className={`verdict ${verdict}`}>{fill(word, { sum })}</span>
}
