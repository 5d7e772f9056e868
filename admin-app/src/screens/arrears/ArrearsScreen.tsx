import type { Me } from '@tienve/contracts'
import { roleCan } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { addressOf, useRoute } from '../../route.ts'
import { Ageing } from './Ageing.tsx'
import { Disputes } from './Disputes.tsx'
import { Outbox } from './Outbox.tsx'
import { Promises } from './Promises.tsx'
import { Reminders } from './Reminders.tsx'

const WORDS = {
  title: { vi: 'Công nợ', en: 'Arrears' },
  ageing: { vi: 'Tuổi nợ', en: 'Ageing' },
  promises: { vi: 'Lời hẹn', en: 'Promises' },
  disputes: { vi: 'Báo sai', en: 'Disputes' },
  reminders: { vi: 'Nhắc nợ', en: 'Reminders' },
  outbox: { vi: 'Tin đã gửi', en: 'Outbox' },
}

const PARTS = {
  ageing: ['arrears.read', 'arrears', Ageing],
  promises: ['arrears.read', 'arrears/promises', Promises],
  disputes: ['disputes.read', 'arrears/disputes', Disputes],
  reminders: ['reminders.send', 'arrears/reminders', Reminders],
  outbox: ['arrears.read', 'arrears/outbox', Outbox],
} as const
const NAMES = ['ageing', 'promises', 'disputes', 'reminders', 'outbox'] as const

/** Who owes and since when, what was promised and disputed, and what stalls were told. */
export function ArrearsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { path } = useRoute()
  const visible = NAMES.filter((name) => roleCan(me.user.role, PARTS[name][0]))
  const shown = visible.find((name) => PARTS[name][1] === path) ?? 'ageing'
  const Part = PARTS[shown][2]
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <nav className="tabs" aria-label={w.title}>
        {visible.map((name) => (
          <a key={name} href={addressOf(PARTS[name][1])} aria-current={name === shown ? 'page' : undefined}>
            {w[name]}
          </a>
        ))}
      </nav>
      <Part me={me} />
    </div>
  )
}
