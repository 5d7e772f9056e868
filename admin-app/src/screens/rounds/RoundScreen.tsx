import { useQuery } from '@tanstack/react-query'
import type { BillingRound, BillingRounds, Me } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { fill, monthOf, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { IssuedRound } from './IssuedRound.tsx'
import { PrepareRound } from './PrepareRound.tsx'
import { ProposedRound } from './ProposedRound.tsx'
import { Steps } from './Steps.tsx'

const WORDS = {
  back: { vi: '‹ Các kỳ thu', en: '‹ Billing rounds' },
  title: { vi: 'Kỳ thu {period}', en: 'Round of {period}' },
  issuing: {
    vi: 'Đang phát hành {issued}/{all} khoản. Tắt trang này cũng không sao.',
    en: 'Issuing {issued} of {all} charges. This page may be closed.',
  },
}

/** One month, at the step where it stands. */
export function RoundScreen({ me, period }: { me: Me; period: string }) {
  const w = useWords(WORDS)
  const rounds = useQuery({
    queryKey: ['rounds', me.market.id],
    queryFn: () => api.get<BillingRounds>(`/v1/markets/${me.market.id}/billing-rounds`),
    refetchInterval: ({ state }) =>
      roundOf(state.data?.items ?? [], period)?.status === 'issuing' ? 1_000 : 15_000,
  })
  return (
    <div className="stack">
      <a className="text-link touch-link" href="#/rounds">
        {w.back}
      </a>
      <h1>{fill(w.title, { period: monthOf(period) })}</h1>
      <Answer of={rounds}>
        {({ items }) => <Now me={me} period={period} round={roundOf(items, period)} />}
      </Answer>
    </div>
  )
}

function roundOf(rounds: readonly BillingRound[], period: string): BillingRound | undefined {
  return rounds.find((one) => one.period === period)
}

function Now({ me, period, round }: { me: Me; period: string; round: BillingRound | undefined }) {
  switch (round?.status) {
    case undefined:
    case 'preparing':
      return <PrepareRound me={me} period={period} />
    case 'proposed':
      return (
        <>
          <Steps now="approve" />
          <ProposedRound me={me} round={round} />
        </>
      )
    case 'issuing':
      return (
        <>
          <Steps now="approve" />
          <Issuing round={round} />
        </>
      )
    case 'issued':
      return (
        <>
          <Steps now={round.outstandingVnd === 0 ? 'close' : 'collect'} />
          <IssuedRound me={me} round={round} />
        </>
      )
    case 'closed':
      return (
        <>
          <Steps now={null} />
          <IssuedRound me={me} round={round} />
        </>
      )
  }
}

/** The charges are made in pieces, by the service, whether or not anybody looks on. */
function Issuing({ round: { issuedCount, chargeCount } }: { round: BillingRound }) {
  const w = useWords(WORDS)
  const words = fill(w.issuing, { issued: formatNumber(issuedCount), all: formatNumber(chargeCount) })
  return (
    <div className="progress" role="status">
      <progress max={Math.max(1, chargeCount)} value={issuedCount} aria-label={words} />
      <b>{words}</b>
    </div>
  )
}
