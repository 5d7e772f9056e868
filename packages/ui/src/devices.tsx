import type { SessionDevice } from '@tienve/contracts'
import { useState } from 'react'
import { whenOf } from './dates.ts'
import { fill, useWords } from './language.tsx'
import { Button, Mark } from './parts.tsx'

const WORDS = {
  unknown: { vi: 'Máy không rõ tên', en: 'A device without a name' },
  here: { vi: 'Máy này', en: 'This device' },
  open: { vi: 'Đang vào', en: 'Logged in' },
  closed: { vi: 'Đã ra, còn vào lại được', en: 'Logged out, may come back' },
  since: { vi: 'Từ {since}. Dùng lần cuối {last}.', en: 'Since {since}. Last used {last}.' },
  end: { vi: 'Không cho máy này vào nữa', en: 'Throw this device out' },
  sure: {
    vi: 'Máy đó sẽ ra ngay, và không tự vào lại được.',
    en: 'It is out at once, and cannot come back by itself.',
  },
  yes: { vi: 'Đúng, không cho vào', en: 'Yes, throw it out' },
  no: { vi: 'Để vậy', en: 'Leave it' },
}

/** The devices that a person has logged in with, this one marked; each other can be thrown out, after a second thought. */
export function DeviceRows({
  items,
  isBusy,
  onEnd,
}: {
  items: readonly SessionDevice[]
  isBusy: boolean
  onEnd: (id: string) => void
}) {
  const w = useWords(WORDS)
  const [asked, setAsked] = useState<string | null>(null)
  return (
    <ul className="tv-devices" data-testid="devices">
      {items.map(({ id, name, since, lastSeenAt, open, current }) => (
        <li key={id}>
          <b>{name ?? w.unknown}</b>
          <Mark kind={current || open ? 'good' : 'none'}>{current ? w.here : open ? w.open : w.closed}</Mark>
          <span className="tv-quiet">
            {fill(w.since, { since: whenOf(since), last: whenOf(lastSeenAt) })}
          </span>
          {current ? null : asked === id ? (
            <>
              <p>{w.sure}</p>
              <Button kind="danger" disabled={isBusy} onClick={() => onEnd(id)}>
                {w.yes}
              </Button>
              <Button kind="quiet" onClick={() => setAsked(null)}>
                {w.no}
              </Button>
            </>
          ) : (
            <Button kind="quiet" className="small" onClick={() => setAsked(id)}>
              {w.end}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
