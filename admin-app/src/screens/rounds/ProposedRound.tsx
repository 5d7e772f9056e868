import { useMutation, useQueryClient } from '@tanstack/react-query'
import { roleCan, type BillingRound, type Me, type RoundPreview } from '@tienve/contracts'
import { Button, ErrorPanel, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { Preview } from './Preview.tsx'
import { RoundToApprove } from './RoundToApprove.tsx'

const WORDS = {
  withdraw: { vi: 'Rút đề xuất để sửa', en: 'Take it back to mend it' },
}

/** A proposed month as it was frozen: the head approves it, or the accountant takes it back. */
export function ProposedRound({ me, round }: { me: Me; round: BillingRound }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const drafts = usePages<RoundPreview>(['round-drafts', round.id], `/v1/billing-rounds/${round.id}/drafts`, {
    limit: 30,
  })
  const withdraw = useMutation({
    mutationFn: () => api.post<BillingRound>(`/v1/billing-rounds/${round.id}/withdraw`),
    onSuccess: () => queries.invalidateQueries(),
  })
  return (
    <>
      <RoundToApprove me={me} id={round.id} />
      {roleCan(me.user.role, 'charges.issue') ? (
        <div className="filters">
          <Button kind="quiet" disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {w.withdraw}
          </Button>
        </div>
      ) : null}
      {withdraw.isError ? <ErrorPanel error={withdraw.error} /> : null}
      <Answer of={drafts}>
        {({ pages: [first, ...rest] }) =>
          first === undefined ? null : (
            <Preview of={first} items={[first, ...rest].flatMap(({ items }) => items)} />
          )
        }
      </Answer>
      <More of={drafts} />
    </>
  )
}
