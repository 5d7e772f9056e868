import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, Field, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from './api.ts'

const WORDS = { cancel: { vi: 'Thôi', en: 'Cancel' } }

/**
 * The second person's two ways: to approve what was `seen`, or to refuse it and say why. When it is no longer what was seen
 * (the service says so by `changed.code`, or `isBlocked` does) that is said, and what is so now is asked for.
 */
export function Decision({
  id,
  address,
  seen,
  words,
  changed,
  isBlocked = false,
}: {
  id: string
  address: string
  seen?: object
  words: { approve: string; refuse: string; why: string }
  changed?: { code: string; words: string }
  isBlocked?: boolean
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [refusing, setRefusing] = useState(false)
  const [reason, setReason] = useState('')
  const lookAgain = () => queries.invalidateQueries()
  const approve = useMutation({
    mutationFn: () => api.post(`${address}/approve`, seen),
    onSuccess: lookAgain,
    onError: lookAgain,
  })
  const refuse = useMutation({
    mutationFn: () => api.post(`${address}/refuse`, { reason }),
    onSuccess: lookAgain,
  })
  const isChanged =
    isBlocked || (approve.error instanceof ApiError && approve.error.problem.code === changed?.code)
  return (
    <>
      {isChanged && changed !== undefined ? <Banner kind="warn">{changed.words}</Banner> : null}
      {approve.isError && !isChanged ? <ErrorPanel error={approve.error} /> : null}
      {refuse.isError ? <ErrorPanel error={refuse.error} /> : null}
      {refusing ? (
        <Field
          id={`refuse-${id}`}
          label={words.why}
          required
          minLength={3}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      ) : null}
      <div className="filters">
        {refusing || isBlocked ? null : (
          <Button disabled={approve.isPending} onClick={() => approve.mutate()}>
            {words.approve}
          </Button>
        )}
        <Button
          kind={refusing ? 'main' : 'quiet'}
          disabled={refuse.isPending || (refusing && reason.trim().length < 3)}
          onClick={() => (refusing ? refuse.mutate() : setRefusing(true))}
        >
          {words.refuse}
        </Button>
        {refusing ? (
          <Button kind="quiet" onClick={() => setRefusing(false)}>
            {w.cancel}
          </Button>
        ) : null}
      </div>
    </>
  )
}
