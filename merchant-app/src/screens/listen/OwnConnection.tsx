import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { PROVIDER_CHOICES, type Connection } from '@tienve/contracts'
import { Button, Card, ConnectionStanding, ErrorPanel, Loading, SetupSteps, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  setup: { vi: 'Thông tin dán ở nhà cung cấp', en: 'What to paste at the provider' },
  end: { vi: 'Ngắt kết nối này', en: 'End this connection' },
  endWhat: {
    vi: 'Ngắt rồi không nối lại được, phải nối mới.',
    en: 'It cannot be taken up again: you would make a new one.',
  },
  yes: { vi: 'Ngắt hẳn', en: 'End it' },
  no: { vi: 'Để vậy', en: 'Leave it' },
  back: { vi: 'Quay lại', en: 'Back' },
}

const useConnection = (id: string) =>
  useQuery({
    queryKey: ['listen', 'connection', id],
    queryFn: () => api.get<Connection>(`/v1/connections/${id}`),
    refetchInterval: 2_000,
  })

/** How a connection stands, looked at again and again. */
export function Standing({ id }: { id: string }) {
  const connection = useConnection(id)
  return (
    <>
      {connection.isPending ? <Loading /> : null}
      {connection.data === undefined ? null : <ConnectionStanding connection={connection.data} />}
      {connection.isError ? <ErrorPanel error={connection.error} /> : null}
    </>
  )
}

/** One connection of the stallholder's own, and its end. */
export function OwnConnection({ stallId, id, onBack }: { stallId: string; id: string; onBack: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const { data } = useConnection(id)
  const [isAsking, setAsking] = useState(false)
  const end = useMutation({
    mutationFn: () => api.post<Connection>(`/v1/connections/${id}/revoke`),
    onSuccess: async () => {
      setAsking(false)
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['listen'] }),
        queries.invalidateQueries({ queryKey: ['stall', stallId] }),
      ])
    },
  })
  return (
    <section className="stack">
      <h1>{data === undefined ? null : PROVIDER_CHOICES[data.provider].name}</h1>
      <Card>
        <Standing id={id} />
      </Card>
      {data === undefined || data.revokedAt !== null ? null : (
        <>
          <Card title={w.setup}>
            <SetupSteps steps={data.setup} secret={null} />
          </Card>
          {end.isError ? <ErrorPanel error={end.error} /> : null}
          {isAsking ? (
            <Card>
              <p>{w.endWhat}</p>
              <Button kind="danger" disabled={end.isPending} onClick={() => end.mutate()}>
                {w.yes}
              </Button>
              <Button kind="quiet" onClick={() => setAsking(false)}>
                {w.no}
              </Button>
            </Card>
          ) : (
            <Button kind="danger" onClick={() => setAsking(true)}>
              {w.end}
            </Button>
          )}
        </>
      )}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}
