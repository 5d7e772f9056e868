import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Me } from '@tienve/contracts'
import { ErrorPanel, InvitationCards, MarketSwitch, ME } from '@tienve/ui'
import { api } from './api.ts'
import { changeSession } from './session.ts'

/** The market's name, and the way to one's others. Another market is another session: all that was read is forgotten. */
export function MyMarket({ me }: { me: Me }) {
  const queries = useQueryClient()
  const go = useMutation({
    mutationFn: (marketId: string) => api.post<Me>('/v1/sessions/current/market', { marketId }),
    onSuccess: (next) => changeSession(queries, next),
  })
  return (
    <>
      <MarketSwitch me={me} isPending={go.isPending} onChoose={(marketId) => go.mutate(marketId)} />
      {go.isError ? <ErrorPanel error={go.error} /> : null}
    </>
  )
}

/** What other markets ask. */
export function MyInvitations({ me }: { me: Me }) {
  const queries = useQueryClient()
  const answer = useMutation({
    mutationFn: (body: { invitationId: string; accepted: boolean }) =>
      api.post<null>('/v1/me/invitations', body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ME }),
  })
  return (
    <>
      <InvitationCards me={me} isPending={answer.isPending} onAnswer={(one) => answer.mutate(one)} />
      {answer.isError ? <ErrorPanel error={answer.error} /> : null}
    </>
  )
}
