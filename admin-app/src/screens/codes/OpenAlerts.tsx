import { useQuery } from '@tanstack/react-query'
import { roleCan, type CodeAlertPage, type Me } from '@tienve/contracts'
import { fill, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'
import { ALERTS } from './alerts.ts'

const WORDS = {
  one: {
    vi: 'Mã ở sạp {stall} có thể bị dán đè. {who} soi thấy lúc {at}.',
    en: 'The code at {stall} may be pasted over. Found by {who}, {at}.',
  },
  more: {
    vi: 'Có {count} mã ở sạp trả tiền cho người khác.',
    en: '{count} codes at stalls pay somebody else.',
  },
  open: { vi: 'Xem và xử lý', en: 'Deal with it' },
}

const LOOK_EVERY_MS = 15_000

/** On the board's home, and only while there is any: a code at a stall that pays somebody else. */
export function OpenAlerts({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const alerts = useQuery({
    queryKey: [ALERTS, me.market.id, 'open'],
    queryFn: () =>
      api.get<CodeAlertPage>(`/v1/markets/${me.market.id}/code-alerts`, { state: 'open', limit: 50 }),
    enabled: roleCan(me.user.role, 'codes.alerts'),
    refetchInterval: LOOK_EVERY_MS,
  })
  const [first, ...more] = alerts.data?.items ?? []
  if (first === undefined) return null
  const { stallCode: stall, foundBy: who, foundAt } = first
  return (
    <div className="tv-banner bad code-alert" role="alert" data-testid="code-alert">
      <span>
        {more.length === 0
          ? fill(w.one, { stall, who, at: whenOf(foundAt) })
          : fill(w.more, { count: more.length + 1 })}
      </span>{' '}
      <a href="#/codes">{w.open}</a>
    </div>
  )
}
