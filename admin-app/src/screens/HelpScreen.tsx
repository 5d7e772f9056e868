import { useQuery } from '@tanstack/react-query'
import type { Me, ZoneHelp } from '@tienve/contracts'
import { Card, Empty, fill, Mark, useWords } from '@tienve/ui'
import { api } from '../api.ts'
import { Answer } from '../parts.tsx'

const WORDS = {
  title: { vi: 'Ai cần giúp', en: 'Who needs help' },
  lead: {
    vi: '{zones}: {count} sạp, {need} sạp cần ghé. Trang này không cho xem tiền bán hay tiền nợ của ai.',
    en: '{zones}: {count} stalls, {need} to visit. Nobody’s sales or debts are shown here.',
  },
  none: { vi: 'Sạp nào cũng ổn.', en: 'All is well everywhere.' },
  nobody_enrolled: {
    vi: 'Chưa ai vào app. Nhờ Ban quản lý in mã rồi giúp cài.',
    en: 'Nobody is in the app. Ask the board for a code, and help to set it up.',
  },
  no_account: {
    vi: 'Chưa có tài khoản nhận tiền. Nhờ Ban quản lý ghi tài khoản.',
    en: 'No receiving account. Ask the board to enter one.',
  },
  not_heard: {
    vi: 'Chưa nghe được ngân hàng của sạp. Giúp nối ngân hàng trong app, mục Cài đặt.',
    en: 'The bank is not heard. Help to connect it in the app, under Settings.',
  },
  feed_deaf: {
    vi: 'Ngân hàng im lâu bất thường. Dặn sạp xem tin ngân hàng, báo Ban quản lý.',
    en: 'The bank has been silent for too long. Tell the stall to look at its bank, and tell the board.',
  },
}

/** For a section leader: which stalls of the zone need a visit, and what for. */
export function HelpScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { id } = me.market
  const help = useQuery({
    queryKey: ['zone-help', id],
    queryFn: () => api.get<ZoneHelp>(`/v1/markets/${id}/zone-help`),
  })
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <Answer of={help}>
        {({ zones, stallCount, items }) => (
          <>
            <p>{fill(w.lead, { zones: zones.join(', '), count: stallCount, need: items.length })}</p>
            {items.length === 0 ? <Empty>{w.none}</Empty> : null}
            {items.map(({ stallId, code, name, needs }) => (
              <Card key={stallId} title={`${code} · ${name}`}>
                {needs.map((need) => (
                  <Mark key={need} kind="warn">
                    {w[need]}
                  </Mark>
                ))}
              </Card>
            ))}
          </>
        )}
      </Answer>
    </div>
  )
}
