import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Connection } from '@tienve/contracts'
import { Button, Card, ErrorPanel, Field, fill, Mark, pullProblemWords, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Hỏi lại nhà cung cấp', en: 'Asking the provider' },
  what: {
    vi: 'Tin có thể mất trên đường. Có khóa API, máy tự hỏi lại danh sách giao dịch và bù tin thiếu.',
    en: 'Messages can be lost on the way. With an API key we ask for the list and make up for what is missing.',
  },
  whatOrders: {
    vi: 'payOS không có danh sách. Có Client ID và API Key, máy báo cho payOS từng mã thu tiền của sạp và hỏi lại mã chưa trả.',
    en: 'payOS has no list. With its Client ID and API Key we tell it of each request for money, and ask for those unpaid.',
  },
  on: { vi: 'Đang hỏi lại mỗi {minutes} phút', en: 'Asked every {minutes} minutes' },
  asked: { vi: 'Hỏi lần cuối {at}. Đã đọc đến {to}.', en: 'Last asked {at}. Read up to {to}.' },
  notYet: { vi: 'Chưa hỏi lần nào.', en: 'Not asked yet.' },
  at: { vi: 'Hỏi ở {address}', en: 'At {address}' },
  clientId: { vi: 'Client ID', en: 'Client ID' },
  apiKey: { vi: 'API Key', en: 'API Key' },
  key: { vi: 'Khóa API của nhà cung cấp', en: 'The provider’s API key' },
  start: { vi: 'Bật hỏi lại', en: 'Ask' },
  again: { vi: 'Thay khóa API', en: 'Change the API key' },
  stop: { vi: 'Thôi hỏi lại', en: 'Stop asking' },
}

/** Whether the provider is asked for its list or its orders too, and whether it answers. */
export function Pull({ connection, canChange }: { connection: Connection; canChange: boolean }) {
  const w = useWords(WORDS)
  const problems = useWords(pullProblemWords)
  const queries = useQueryClient()
  const { id, provider, pull } = connection
  // payOS knows its merchants by two keys, which are sent as one.
  const isPair = provider === 'payos'
  const [clientId, setClientId] = useState('')
  const [key, setKey] = useState('')
  const change = useMutation({
    mutationFn: (next: string | null) => api.put<Connection>(`/v1/connections/${id}/pull`, { key: next }),
    onSuccess: (next) => {
      setClientId('')
      setKey('')
      queries.setQueryData(['connection', id], next)
    },
  })
  return (
    <Card title={w.title}>
      <p>{isPair ? w.whatOrders : w.what}</p>
      {pull === null ? null : (
        <>
          <Mark kind={pull.problem === null ? 'good' : 'bad'}>
            {pull.problem === null
              ? fill(w.on, { minutes: Math.max(1, Math.round(pull.everySeconds / 60)) })
              : problems[pull.problem]}
          </Mark>
          <p className="tile-more">
            {pull.askedAt === null
              ? w.notYet
              : fill(w.asked, { at: whenOf(pull.askedAt), to: whenOf(pull.readTo) })}{' '}
            {fill(w.at, { address: pull.baseUrl })}
          </p>
        </>
      )}
      {change.isError ? <ErrorPanel error={change.error} /> : null}
      {canChange ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            change.mutate(isPair ? `${clientId.trim()}:${key.trim()}` : key)
          }}
        >
          {isPair ? (
            <Field
              id="pull-client"
              label={w.clientId}
              autoComplete="off"
              maxLength={200}
              value={clientId}
              onChange={(event) => setClientId(event.target.value)}
            />
          ) : null}
          <Field
            id="pull-key"
            label={isPair ? w.apiKey : w.key}
            type="password"
            autoComplete="off"
            maxLength={isPair ? 299 : 500}
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
          <div className="filters">
            <Button
              type="submit"
              kind="quiet"
              disabled={change.isPending || key.trim() === '' || (isPair && clientId.trim() === '')}
            >
              {pull === null ? w.start : w.again}
            </Button>
            {pull === null ? null : (
              <Button kind="danger" disabled={change.isPending} onClick={() => change.mutate(null)}>
                {w.stop}
              </Button>
            )}
          </div>
        </form>
      ) : null}
    </Card>
  )
}
