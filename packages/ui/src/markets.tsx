import { ROLE_WORDS, type Me, type Role } from '@tienve/contracts'
import { fill, useLanguage, useWords } from './language.tsx'
import { Button, Card } from './parts.tsx'

const WORDS = {
  market: { vi: 'Đang ở chợ (chọn để đổi)', en: 'You are in (choose to change)' },
  title: { vi: 'Mời làm việc', en: 'You are asked' },
  asked: { vi: '{market} mời bạn vào làm {role}.', en: '{market} asks you to work there as {role}.' },
  accept: { vi: 'Nhận', en: 'Accept' },
  decline: { vi: 'Không nhận', en: 'Decline' },
}

const isOfStall = (role: Role): boolean => role === 'stallholder' || role === 'helper'

/** The market that one is in, with the others to choose from in which this same app is for one; only its name for whoever has no other. */
export function MarketSwitch({
  me,
  isPending,
  onChoose,
}: {
  me: Me
  isPending: boolean
  onChoose: (marketId: string) => void
}) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const markets = (me.markets ?? []).filter(({ role }) => isOfStall(role) === isOfStall(me.user.role))
  if (markets.length < 2) return <strong>{me.market.name}</strong>
  return (
    <select
      className="tv-market"
      aria-label={w.market}
      value={me.market.id}
      disabled={isPending}
      onChange={(event) => onChoose(event.target.value)}
    >
      {markets.map(({ id, name, role }) => (
        <option key={id} value={id}>
          {`${name} · ${ROLE_WORDS[role][language]}`}
        </option>
      ))}
    </select>
  )
}

/** What other markets ask of the one who is logged in. */
export function InvitationCards({
  me,
  isPending,
  onAnswer,
}: {
  me: Me
  isPending: boolean
  onAnswer: (answer: { invitationId: string; accepted: boolean }) => void
}) {
  const w = useWords(WORDS)
  const language = useLanguage()
  return (me.invitations ?? []).map(({ id, marketName, role }) => (
    <Card key={id} title={w.title}>
      <p>{fill(w.asked, { market: marketName, role: ROLE_WORDS[role][language] })}</p>
      <div className="tv-choices">
        <Button disabled={isPending} onClick={() => onAnswer({ invitationId: id, accepted: true })}>
          {w.accept}
        </Button>
        <Button
          kind="quiet"
          disabled={isPending}
          onClick={() => onAnswer({ invitationId: id, accepted: false })}
        >
          {w.decline}
        </Button>
      </div>
    </Card>
  ))
}
