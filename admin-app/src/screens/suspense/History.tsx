import { mayDo, type Me, type SuspenseDetail, type SuspenseResolution } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Card, fill, Mark, monthOf, useWords, whenOf } from '@tienve/ui'
import { Decision } from '../../Decision.tsx'
import { addressOf } from '../../route.ts'
import { RESOLUTION_WORDS } from './words.ts'

const WORDS = {
  proposed: { vi: 'Chờ người thứ hai duyệt', en: 'Waits for a second person' },
  refused: { vi: 'Không duyệt', en: 'Refused' },
  done: { vi: 'Đã ghi sổ', en: 'Done' },
  undone: { vi: 'Đã hoàn tác', en: 'Undone' },
  by: { vi: '{who}, {at}', en: '{who}, {at}' },
  reason: { vi: 'Lý do', en: 'Reason' },
  decided: { vi: 'Người duyệt: {who}', en: 'Second person: {who}' },
  refusedWhy: { vi: 'Không duyệt vì {reason}', en: 'Refused because {reason}' },
  undoneBy: { vi: '{who} hoàn tác {at}: {reason}', en: 'Undone by {who} at {at}: {reason}' },
  approve: { vi: 'Duyệt và ghi sổ', en: 'Approve' },
  refuse: { vi: 'Không duyệt', en: 'Refuse' },
  why: { vi: 'Vì sao không duyệt', en: 'Why not' },
  waits: { vi: 'Chờ trưởng ban duyệt.', en: 'It waits for the head of the board.' },
  own: { vi: 'Bạn đề xuất, nên người khác phải duyệt.', en: 'You proposed it: somebody else must approve.' },
  refund: { vi: 'Xem khoản trả lại', en: 'See the refund' },
  wholeDebt: { vi: 'cả nợ', en: 'whole debt' },
}
const MARKS = { proposed: 'warn', refused: 'bad', done: 'good', undone: 'none' } as const

/** All that was said of an item, the newest first, and the second person's word where one waits for it. */
export function History({ me, item }: { me: Me; item: SuspenseDetail }) {
  const w = useWords(WORDS)
  return item.history.map((one) => (
    <Card key={one.id}>
      <p>
        <Mark kind={MARKS[one.status]}>{w[one.status]}</Mark>
      </p>
      <Parts of={one} />
      <p>
        {w.reason}: <b>{one.reason}</b>
      </p>
      <p className="tv-quiet">{fill(w.by, { who: one.by, at: whenOf(one.at) })}</p>
      {one.decidedBy === null ? null : <p className="tv-quiet">{fill(w.decided, { who: one.decidedBy })}</p>}
      {one.refusedReason === null ? null : <p>{fill(w.refusedWhy, { reason: one.refusedReason })}</p>}
      {one.undoneAt === null ? null : (
        <p>
          {fill(w.undoneBy, {
            who: one.undoneBy ?? '–',
            at: whenOf(one.undoneAt),
            reason: one.undoneReason ?? '',
          })}
        </p>
      )}
      {one.refundId === null || one.status !== 'done' ? null : (
        <a className="text-link" href={addressOf('suspense/refunds', { status: 'due' })}>
          {w.refund}
        </a>
      )}
      {one.status === 'proposed' ? <Second me={me} id={item.id} isOwn={one.isOwn} /> : null}
    </Card>
  ))
}

function Parts({ of: { parts } }: { of: SuspenseResolution }) {
  const w = useWords(WORDS)
  const b = useWords(RESOLUTION_WORDS)
  return (
    <ul className="lines">
      {parts.map((part) => (
        <li key={`${part.as} ${part.chargeId ?? part.stallId ?? ''}`}>
          <b>{formatVnd(part.amountVnd)}</b> · {b[part.as]}
          {part.stallCode === null
            ? ''
            : ` · ${part.stallCode} ${part.stallName} · ${part.period === null ? w.wholeDebt : monthOf(part.period)}`}
          {part.toWhom === null ? '' : ` · ${part.toWhom}`}
        </li>
      ))}
    </ul>
  )
}

function Second({ me, id, isOwn }: { me: Me; id: string; isOwn: boolean }) {
  const w = useWords(WORDS)
  if (!mayDo(me, 'suspense.approve')) return <p className="tv-quiet">{w.waits}</p>
  if (isOwn) return <p className="tv-quiet">{w.own}</p>
  return <Decision id={id} address={`/v1/suspense/${id}`} words={w} />
}
