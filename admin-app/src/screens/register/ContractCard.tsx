import { roleCan, type Contract, type Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { fill, fullDateOf, Mark, useWords } from '@tienve/ui'
import { addressOf } from '../../route.ts'
import { CONTRACT_KIND_WORDS, CONTRACT_STATE_WORDS, END_WORDS } from './words.ts'

const WORDS = {
  holder: { vi: 'Người thuê', en: 'Tenant' },
  seller: { vi: 'Người bán', en: 'Seller' },
  days: { vi: 'Thời hạn', en: 'Term' },
  span: { vi: 'từ {from} đến {to}', en: 'from {from} to {to}' },
  open: { vi: 'từ {from}, không thời hạn', en: 'from {from}, open-ended' },
  ended: { vi: 'Kết thúc', en: 'Ended' },
  endedOn: { vi: '{day}, {why}', en: '{day}, {why}' },
  deposit: { vi: 'Tiền cọc đã thỏa thuận', en: 'Deposit agreed' },
  from: { vi: 'Nhận sang nhượng từ', en: 'Taken over from' },
  pauses: { vi: 'Những ngày nghỉ', en: 'Pauses' },
  pause: { vi: '{from} – {to}: {reason}', en: '{from} – {to}: {reason}' },
  until: { vi: 'chưa rõ ngày mở', en: 'until further word' },
  renew: { vi: 'Gia hạn', en: 'Renew' },
  toPause: { vi: 'Báo nghỉ', en: 'Pause' },
  resume: { vi: 'Mở lại', en: 'Open again' },
  transfer: { vi: 'Sang nhượng', en: 'Transfer' },
  end: { vi: 'Thanh lý', en: 'End' },
}
const MARKS = { active: 'good', coming: 'none', expired: 'warn', ended: 'none' } as const

/** A contract as agreed, and what can be done with it while it binds. */
export function ContractCard({ me, contract }: { me: Me; contract: Contract }) {
  const w = useWords(WORDS)
  const states = useWords(CONTRACT_STATE_WORDS)
  const kinds = useWords(CONTRACT_KIND_WORDS)
  const ends = useWords(END_WORDS)
  const { startsOn, endsOn, endedOn, endReason, holder, seller, state } = contract
  const from = fullDateOf(startsOn)
  const facts = [
    [w.holder, [holder.name, holder.phone].filter((part) => part !== null).join(' · ')],
    [w.seller, seller?.name],
    [w.days, endsOn === null ? fill(w.open, { from }) : fill(w.span, { from, to: fullDateOf(endsOn) })],
    [
      w.ended,
      endedOn === null || endReason === null
        ? undefined
        : fill(w.endedOn, { day: fullDateOf(endedOn), why: ends[endReason] }),
    ],
    [w.deposit, contract.depositVnd === 0 ? undefined : formatVnd(contract.depositVnd)],
    [w.from, contract.transferredFrom ?? undefined],
  ] as const
  return (
    <article className={`contract ${state === 'active' || state === 'expired' ? 'now' : ''}`}>
      <div className="title-row">
        <h3>
          {contract.number} · {kinds[contract.kind]}
        </h3>
        <Mark kind={MARKS[state]}>{states[state]}</Mark>
      </div>
      <dl className="facts">
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <FactOf key={name} name={name}>
              {value}
            </FactOf>
          ),
        )}
        {contract.pauses.length === 0 ? null : (
          <FactOf name={w.pauses}>
            {contract.pauses.map(({ id, fromDay, toDay, reason }) => (
              <span key={id}>
                {fill(w.pause, {
                  from: fullDateOf(fromDay),
                  to: toDay === null ? w.until : fullDateOf(toDay),
                  reason,
                })}
                <br />
              </span>
            ))}
          </FactOf>
        )}
      </dl>
      {endedOn === null && roleCan(me.user.role, 'register.write') ? <Actions contract={contract} /> : null}
    </article>
  )
}

function FactOf({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Actions({ contract }: { contract: Contract }) {
  const w = useWords(WORDS)
  const hasPause = contract.pauses.length > 0
  const to = (what: string) =>
    addressOf('register/stall', { id: contract.stallId, do: what, contract: contract.id })
  return (
    <div className="form-actions">
      {(
        [
          ['renew', w.renew],
          ['pause', w.toPause],
          ...(hasPause ? ([['resume', w.resume]] as const) : []),
          ['transfer', w.transfer],
          ['end', w.end],
        ] as const
      ).map(([what, words]) => (
        <a key={what} className="tv-button quiet small" href={to(what)}>
          {words}
        </a>
      ))}
    </div>
  )
}
