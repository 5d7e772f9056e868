import type { CreateVisit, Me, WalkStop } from '@tienve/contracts'
import { Button, ErrorPanel, Field, fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { goTo } from '../../route.ts'
import { useDo } from '../../walk/phone.ts'
import { momentOf } from '../../walk/queue.ts'

const WORDS = {
  back: { vi: '‹ {stall}', en: '‹ {stall}' },
  title: { vi: 'Chưa nộp', en: 'Not paid' },
  afternoon: { vi: 'Hẹn chiều nay', en: 'Promised for this afternoon' },
  tomorrow: { vi: 'Hẹn mai', en: 'Promised for tomorrow' },
  day: { vi: 'Hẹn ngày khác', en: 'Another day' },
  promise: { vi: 'Ghi hẹn ngày này', en: 'Note this day' },
  absent: { vi: 'Vắng', en: 'Nobody there' },
  refused: { vi: 'Không chịu nộp', en: 'Refused' },
  note: { vi: 'Ghi thêm (không bắt buộc)', en: 'A note (if you like)' },
  thisAfternoon: { vi: 'chiều', en: 'in the afternoon' },
}

const DAY_MS = 86_400_000

/** A visit without money: one tap says why. */
export function NotPaidView({ me, stop }: { me: Me; stop: WalkStop }) {
  const w = useWords(WORDS)
  const act = useDo(me)
  const [note, setNote] = useState('')
  const [day, setDay] = useState('')
  const [openedAt] = useState(() => Date.now())
  const today = momentOf(openedAt).slice(0, 10)
  const tomorrow = momentOf(openedAt + DAY_MS).slice(0, 10)
  const save = (said: Pick<CreateVisit, 'outcome' | 'promisedOn' | 'note'>) =>
    act.mutate(
      (_queue, visitedAt) => ({
        kind: 'visit',
        stop,
        body: { stallId: stop.stallId, visitedAt, ...said, note: said.note ?? (note.trim() || null) },
      }),
      { onSuccess: () => goTo('walk') },
    )
  return (
    <div className="stack narrow">
      <a className="text-link touch-link" href={`#/walk/stop/${stop.stallId}`}>
        {fill(w.back, { stall: `${stop.stallCode} ${stop.stallName}` })}
      </a>
      <h1>{w.title}</h1>
      <div className="ways">
        <Button
          disabled={act.isPending}
          onClick={() =>
            save({
              outcome: 'promised',
              promisedOn: today,
              note: [w.thisAfternoon, note.trim()].filter((part) => part !== '').join(' · '),
            })
          }
        >
          {w.afternoon}
        </Button>
        <Button
          kind="quiet"
          disabled={act.isPending}
          onClick={() => save({ outcome: 'promised', promisedOn: tomorrow })}
        >
          {w.tomorrow}
        </Button>
        <Button kind="quiet" disabled={act.isPending} onClick={() => save({ outcome: 'absent' })}>
          {w.absent}
        </Button>
        <Button kind="danger" disabled={act.isPending} onClick={() => save({ outcome: 'refused' })}>
          {w.refused}
        </Button>
      </div>
      <Field
        id="promised-on"
        type="date"
        label={w.day}
        min={today}
        value={day}
        onChange={(event) => setDay(event.target.value)}
      />
      {day === '' ? null : (
        <Button
          kind="quiet"
          disabled={act.isPending}
          onClick={() => save({ outcome: 'promised', promisedOn: day })}
        >
          {w.promise}
        </Button>
      )}
      <Field
        id="visit-note"
        label={w.note}
        maxLength={180}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {act.isError ? <ErrorPanel error={act.error} /> : null}
    </div>
  )
}
