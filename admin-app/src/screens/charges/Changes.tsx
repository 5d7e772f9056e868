import {
  CHANGE_STATUSES,
  mayDo,
  type ApproveChange,
  type ChargeChange,
  type ChargeChangePage,
  type Me,
} from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Card, Empty, fill, Mark, monthOf, Select, useWords, whenOf } from '@tienve/ui'
import { Decision } from '../../Decision.tsx'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { CHANGE_STATUS_WORDS, KIND_OF_CHANGE } from './words.ts'

const WORDS = {
  show: { vi: 'Tình trạng', en: 'Status' },
  nothing: { vi: 'Không có thay đổi nào như vậy.', en: 'There is no such change.' },
  proposed: { vi: '{who} đề xuất lúc {at}', en: 'Proposed by {who} at {at}' },
  decided: { vi: '{who} quyết định lúc {at}', en: 'Decided by {who} at {at}' },
  reason: { vi: 'Lý do', en: 'Reason' },
  refused: { vi: 'Không duyệt vì', en: 'Refused because' },
  net: { vi: 'Trước thuế', en: 'Before tax' },
  vat: { vi: 'Thuế GTGT', en: 'VAT' },
  from: {
    vi: 'Phải nộp {due}, đã thu {paid}, còn nợ {owed}',
    en: 'Comes to {due}, collected {paid}, owed {owed}',
  },
  after: { vi: 'Sau khi duyệt: phải nộp {due}', en: 'Once approved it comes to {due}' },
  back: {
    vi: 'Sạp đã nộp, nên {sum} thành tiền nộp trước của sạp.',
    en: 'It was paid, so {sum} becomes the stall’s money ahead.',
  },
  approve: { vi: 'Duyệt: {what}', en: 'Approve: {what}' },
  refuse: { vi: 'Không duyệt', en: 'Refuse' },
  why: { vi: 'Vì sao không duyệt', en: 'Why not' },
  changed: {
    vi: 'Số tiền vừa thay đổi nên chưa duyệt. Số mới ở dưới; xem lại rồi duyệt.',
    en: 'The sums have just changed, so nothing is approved. The new ones are below: look, and approve again.',
  },
  waits: { vi: 'Chờ trưởng ban duyệt.', en: 'It waits for the head of the board.' },
}

/** Changes that wait for the head, or those that were decided. */
export function ChangesList({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const s = useWords(CHANGE_STATUS_WORDS)
  const { path, query } = useRoute()
  const status = CHANGE_STATUSES.find((one) => one === query.get('status')) ?? 'proposed'
  const pages = usePages<ChargeChangePage>(
    ['charge-changes', me.market.id, status],
    `/v1/markets/${me.market.id}/charge-changes`,
    { status, limit: 50 },
    { lookAgainMs: () => 10_000 },
  )
  return (
    <>
      <div className="filters">
        <Select
          id="change-status"
          label={w.show}
          value={status}
          onChange={(event) => goTo(path, { status: event.target.value })}
        >
          {CHANGE_STATUSES.map((one) => (
            <option key={one} value={one}>
              {s[one]}
            </option>
          ))}
        </Select>
      </div>
      <Answer of={pages}>
        {({ pages: all }) => {
          const changes = all.flatMap(({ items }) => items)
          if (changes.length === 0) return <Empty>{w.nothing}</Empty>
          return changes.map((change) => <ChangeCard key={change.id} me={me} change={change} />)
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

/** One change, with all that has to be seen before it is approved. `isOfCharge`: it stands on the page of its charge. */
export function ChangeCard({
  me,
  change,
  isOfCharge = false,
}: {
  me: Me
  change: ChargeChange
  isOfCharge?: boolean
}) {
  const w = useWords(WORDS)
  const k = useWords(KIND_OF_CHANGE)
  const s = useWords(CHANGE_STATUS_WORDS)
  const isOpen = change.status === 'proposed'
  const kind = `${k[change.kind]} ${formatVnd(change.amountVnd)}`
  const title = isOfCharge ? kind : `${change.stallCode} · ${change.stallName} · ${monthOf(change.period)}`
  const marks = { proposed: 'warn', approved: 'good', refused: 'bad' } as const
  return (
    <Card title={title}>
      <p>
        <Mark kind={marks[change.status]}>{s[change.status]}</Mark>
      </p>
      {isOfCharge ? null : (
        <p className="figure">
          <a className="text-link" href={addressOf('charges/one', { id: change.chargeId })}>
            {kind}
          </a>
        </p>
      )}
      {change.lineName === null ? null : <p>{change.lineName}</p>}
      {change.vatVnd === 0 ? null : (
        <p>
          {w.net} {formatVnd(change.netVnd)} · {w.vat} {formatVnd(change.vatVnd)}
        </p>
      )}
      <p>
        {w.reason}: <b>{change.reason}</b>
      </p>
      <p className="tv-quiet">
        {fill(w.proposed, { who: change.proposedBy, at: whenOf(change.proposedAt) })}
      </p>
      {change.decidedAt === null ? null : (
        <p className="tv-quiet">
          {fill(w.decided, { who: change.decidedBy ?? '–', at: whenOf(change.decidedAt) })}
          {change.refusedReason === null ? '' : ` · ${w.refused}: ${change.refusedReason}`}
        </p>
      )}
      {isOpen ? <Effect change={change} /> : null}
      {isOpen && mayDo(me, 'charges.approve') ? <Decide change={change} what={kind} /> : null}
      {isOpen && !mayDo(me, 'charges.approve') ? <p className="tv-quiet">{w.waits}</p> : null}
    </Card>
  )
}

/** What the charge is now, and what approving makes of it. */
function Effect({ change: { amountVnd, now } }: { change: ChargeChange }) {
  const w = useWords(WORDS)
  const backVnd = Math.max(0, -amountVnd - now.outstandingVnd)
  return (
    <>
      <p>
        {fill(w.from, {
          due: formatVnd(now.dueVnd),
          paid: formatVnd(now.paidVnd),
          owed: formatVnd(now.outstandingVnd),
        })}
      </p>
      <p>
        <b>{fill(w.after, { due: formatVnd(now.dueVnd + amountVnd) })}</b>
      </p>
      {backVnd > 0 ? <p>{fill(w.back, { sum: formatVnd(backVnd) })}</p> : null}
    </>
  )
}

function Decide({ change, what }: { change: ChargeChange; what: string }) {
  const w = useWords(WORDS)
  const seen = { amountVnd: change.amountVnd, outstandingVnd: change.now.outstandingVnd }
  return (
    <Decision
      id={change.id}
      address={`/v1/charge-changes/${change.id}`}
      seen={{ seen } satisfies ApproveChange}
      words={{ approve: fill(w.approve, { what }), refuse: w.refuse, why: w.why }}
      changed={{ code: 'change_outdated', words: w.changed }}
    />
  )
}
