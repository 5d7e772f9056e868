import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { HelperList, NewEnrolment } from '@tienve/contracts'
import { Button, Card, ErrorPanel, fill, Loading, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'
import { Invitation } from './Invitation.tsx'

const WORDS = {
  title: { vi: 'Người phụ bán', en: 'Who helps me sell' },
  what: {
    vi: 'Người phụ thấy mã và nghe tiền về. Không thấy tổng tiền, không thấy nợ chợ.',
    en: 'A helper sees the code and hears what arrives. No totals, and nothing of what you owe.',
  },
  invite: { vi: 'Thêm người phụ', en: 'Add a helper' },
  none: { vi: 'Chưa có ai phụ.', en: 'Nobody helps yet.' },
  last: { vi: 'Dùng lần cuối {when}', en: 'Last used {when}' },
  out: { vi: 'Không dùng máy nào', en: 'On no phone' },
  remove: { vi: 'Cho nghỉ', en: 'Take out' },
  sure: { vi: 'Máy của {name} ra ngay.', en: 'The phone of {name} is out at once.' },
  yes: { vi: 'Đúng, cho nghỉ', en: 'Yes, take out' },
  no: { vi: 'Để vậy', en: 'Leave it' },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** Somebody who scans the code on this screen is in the list a moment later. */
const LOOK_EVERY_MS = 3_000

/** Who helps at the stall: a code to let one more in, and the way out for each. */
export function HelpersScreen({ stall: { id: stallId }, onBack }: PageProps) {
  const w = useWords(WORDS)
  const invite = useMutation({
    mutationFn: () => api.post<NewEnrolment>(`/v1/stalls/${stallId}/helpers`),
  })
  const isInviting = invite.data !== undefined
  const list = useQuery({
    queryKey: ['helpers', stallId],
    queryFn: () => api.get<HelperList>(`/v1/stalls/${stallId}/helpers`),
    refetchInterval: isInviting ? LOOK_EVERY_MS : false,
  })
  const [before, setBefore] = useState(0)
  const count = list.data?.items.length ?? 0
  if (isInviting && count <= before)
    return <Invitation invitation={invite.data} onAgain={() => invite.mutate()} onBack={invite.reset} />
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <p>{w.what}</p>
      {list.isPending ? <Loading /> : null}
      {list.isError ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data?.items.length === 0 ? <p>{w.none}</p> : null}
      {list.data?.items.map((one) => (
        <Helper key={one.id} stallId={stallId} helper={one} />
      ))}
      {invite.isError ? <ErrorPanel error={invite.error} /> : null}
      <Button
        disabled={invite.isPending || list.data === undefined}
        onClick={() => {
          setBefore(count)
          invite.mutate()
        }}
      >
        {w.invite}
      </Button>
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function Helper({ stallId, helper }: { stallId: string; helper: HelperList['items'][number] }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [isAsked, setAsked] = useState(false)
  const remove = useMutation({
    mutationFn: () => api.delete(`/v1/stalls/${stallId}/helpers/${helper.id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['helpers', stallId] }),
  })
  const { name, lastSeenAt } = helper
  return (
    <Card title={name}>
      <p className="hint">{lastSeenAt === null ? w.out : fill(w.last, { when: whenOf(lastSeenAt) })}</p>
      {remove.isError ? <ErrorPanel error={remove.error} /> : null}
      {isAsked ? (
        <>
          <p>{fill(w.sure, { name })}</p>
          <Button kind="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {w.yes}
          </Button>
          <Button kind="quiet" onClick={() => setAsked(false)}>
            {w.no}
          </Button>
        </>
      ) : (
        <Button kind="quiet" className="small" onClick={() => setAsked(true)}>
          {w.remove}
        </Button>
      )}
    </Card>
  )
}
