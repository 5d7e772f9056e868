import { useMutation, useQueryClient } from '@tanstack/react-query'
import { mayDo, roleCan, type BillingRound, type Me } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Button, Card, ErrorPanel, fill, fullDateOf, Mark, Money, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'
import { Decision } from '../../Decision.tsx'
import { Parts } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { todayHere } from '../../services.ts'
import { isOverdue } from './round.ts'

const WORDS = {
  collected: { vi: 'Đã thu', en: 'Collected' },
  billed: { vi: 'Phải thu', en: 'Billed' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
  count: { vi: '{count} khoản', en: '{count} charges' },
  due: { vi: 'Hạn nộp {day}', en: 'Due {day}' },
  overdue: { vi: 'Quá hạn từ {day}, vẫn còn nợ', en: 'Overdue since {day}: some is still owed' },
  allPaid: { vi: 'Đã thu đủ', en: 'All is collected' },
  closed: { vi: 'Đã đóng kỳ {at}', en: 'Closed {at}' },
  issued: { vi: 'Phát hành {at}', en: 'Issued {at}' },
  by: { vi: 'Đề xuất: {who}', en: 'Proposed by {who}' },
  approvedBy: { vi: 'Duyệt: {who}', en: 'Approved by {who}' },
  charges: { vi: 'Xem từng khoản', en: 'Each charge' },
  owing: { vi: 'Ai còn nợ', en: 'Who owes' },
  close: { vi: 'Đề nghị đóng kỳ này', en: 'Propose to close this round' },
  closing: {
    vi: 'Đóng kỳ khi không còn gì phải sửa. Nợ còn lại vẫn thu tiếp được. Một người đề nghị, người khác duyệt.',
    en: 'Close it when nothing of it is to change. What is owed can still be collected. One person proposes it, another approves.',
  },
  asked: { vi: '{who} đề nghị đóng kỳ này {at}.', en: '{who} proposed to close this round {at}.' },
  waits: { vi: 'Chờ người khác duyệt', en: 'Waits for another to approve' },
  refused: { vi: 'Không duyệt: “{why}”', en: 'Refused: “{why}”' },
  approve: { vi: 'Duyệt đóng kỳ', en: 'Approve closing it' },
  refuse: { vi: 'Không duyệt', en: 'Refuse' },
  why: { vi: 'Vì sao không duyệt', en: 'Why not' },
}

/** An issued month: what of it is collected, what is late, and its end. */
export function IssuedRound({ me, round }: { me: Me; round: BillingRound }) {
  const w = useWords(WORDS)
  const figures = [
    [w.billed, round.totalVnd],
    [w.collected, round.totalVnd - round.outstandingVnd],
    [w.owed, round.outstandingVnd],
  ] as const
  return (
    <Card>
      <div className="three" data-testid="round-sums">
        {figures.map(([words, vnd]) => (
          <p key={words}>
            {words}{' '}
            <b>
              <Money vnd={vnd} />
            </b>
          </p>
        ))}
      </div>
      <progress
        className="wide"
        max={Math.max(1, round.totalVnd)}
        value={round.totalVnd - round.outstandingVnd}
        aria-label={w.collected}
      />
      <State round={round} />
      <p>
        {fill(w.count, { count: formatNumber(round.chargeCount) })}
        {round.issuedAt === null ? null : ` · ${fill(w.issued, { at: whenOf(round.issuedAt) })}`}
      </p>
      {round.proposedBy === null ? null : <Parts of={fill(w.by, { who: round.proposedBy })} />}
      {round.approvedBy === null ? null : <Parts of={fill(w.approvedBy, { who: round.approvedBy })} />}
      <div className="filters">
        <a className="tv-button quiet" href={addressOf('charges', { period: round.period })}>
          {w.charges}
        </a>
        <a
          className="tv-button quiet"
          href={addressOf('charges', { period: round.period, status: 'outstanding' })}
        >
          {w.owing}
        </a>
      </div>
      <Close me={me} round={round} />
    </Card>
  )
}

function State({ round }: { round: BillingRound }) {
  const w = useWords(WORDS)
  const day = fullDateOf(round.dueOn)
  if (round.closedAt !== null)
    return <Mark kind="good">{fill(w.closed, { at: whenOf(round.closedAt) })}</Mark>
  if (round.outstandingVnd === 0) return <Mark kind="good">{w.allPaid}</Mark>
  if (isOverdue(round)) return <Mark kind="bad">{fill(w.overdue, { day })}</Mark>
  return <Mark kind="none">{fill(w.due, { day })}</Mark>
}

function Close({ me, round }: { me: Me; round: BillingRound }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const close = useMutation({
    mutationFn: () => api.post<BillingRound>(`/v1/billing-rounds/${round.id}/close`),
    onSuccess: () => queries.invalidateQueries(),
  })
  const { closing } = round
  const isDue = round.status === 'issued' && round.dueOn < todayHere()
  if (!isDue) return null
  const isWaiting = closing !== null && closing.refusedReason === null
  return (
    <>
      <p className="tv-quiet">{w.closing}</p>
      {closing === null ? null : (
        <Parts of={fill(w.asked, { who: closing.proposedBy, at: whenOf(closing.at) })} />
      )}
      {closing === null || closing.refusedReason === null ? null : (
        <Mark kind="warn">{fill(w.refused, { why: closing.refusedReason })}</Mark>
      )}
      {isWaiting && !mayDo(me, 'charges.approve') ? <Mark kind="none">{w.waits}</Mark> : null}
      {isWaiting && mayDo(me, 'charges.approve') ? (
        <Decision
          id={`close-${round.id}`}
          address={`/v1/billing-rounds/${round.id}/close`}
          words={{ approve: w.approve, refuse: w.refuse, why: w.why }}
        />
      ) : null}
      {!isWaiting && roleCan(me.user.role, 'charges.issue') ? (
        <div className="filters">
          <Button disabled={close.isPending} onClick={() => close.mutate()}>
            {w.close}
          </Button>
        </div>
      ) : null}
      {close.isError ? <ErrorPanel error={close.error} /> : null}
    </>
  )
}
