import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { PROVIDER_CHOICES, roleCan, type Connection, type Me } from '@tienve/contracts'
import { Button, Card, ConnectionStanding, ErrorPanel, fill, SetupSteps, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { BoundAccounts } from './BoundAccounts.tsx'
import { Letters } from './LettersView.tsx'
import { Pull } from './Pull.tsx'
import { Secrets } from './Secrets.tsx'

const WORDS = {
  back: { vi: '‹ Các kết nối', en: '‹ Connections' },
  made: { vi: 'Tạo {at}, {by}', en: 'Made {at}, {by}' },
  seeded: { vi: 'có sẵn từ lúc lập chợ', en: 'came with the market' },
  setup: { vi: 'Thông tin dán ở nhà cung cấp', en: 'What to paste at the provider' },
  letters: { vi: 'Tin hỏng gần đây', en: 'Latest unread messages' },
  end: { vi: 'Ngắt kết nối', en: 'End the connection' },
  endWhat: {
    vi: 'Ngắt rồi không nối lại được: tin gửi tới bị từ chối, tài khoản không còn nguồn khác sẽ không nghe được tiền về.',
    en: 'It cannot be taken up again: messages are turned away, and accounts without another source are not heard.',
  },
  endYes: { vi: 'Ngắt hẳn', en: 'End it' },
  no: { vi: 'Thôi', en: 'No' },
}

/** One connection of the board: how it stands, what it hears, its secrets, the asking, and its end. */
export function ConnectionView({ me, id }: { me: Me; id: string }) {
  const w = useWords(WORDS)
  const connection = useQuery({
    queryKey: ['connection', id],
    queryFn: () => api.get<Connection>(`/v1/connections/${id}`),
    refetchInterval: 3_000,
  })
  const mayWrite = roleCan(me.user.role, 'connections.write')
  return (
    <>
      <a className="text-link touch-link" href="#/connections">
        {w.back}
      </a>
      <Answer of={connection}>
        {(one) => {
          const canChange = mayWrite && one.revokedAt === null
          const provider = PROVIDER_CHOICES[one.provider].name
          return (
            <>
              <Card title={one.name === '' ? provider : `${one.name} · ${provider}`}>
                <ConnectionStanding connection={one} />
                <p className="tile-more">
                  {fill(w.made, { at: whenOf(one.createdAt), by: one.createdBy ?? w.seeded })}
                </p>
              </Card>
              {one.letters.length === 0 ? null : (
                <Card title={w.letters}>
                  <Letters letters={one.letters} canReplay={mayWrite} />
                </Card>
              )}
              <BoundAccounts me={me} connection={one} canChange={canChange} />
              {one.revokedAt === null ? (
                <>
                  <Card>
                    <details>
                      <summary className="touch-summary">{w.setup}</summary>
                      <SetupSteps steps={one.setup} secret={null} />
                    </details>
                  </Card>
                  {one.scheme === 'none' ? null : <Secrets connection={one} canChange={canChange} />}
                  {one.canPull ? <Pull connection={one} canChange={canChange} /> : null}
                </>
              ) : null}
              {canChange ? <End id={id} /> : null}
            </>
          )
        }}
      </Answer>
    </>
  )
}

function End({ id }: { id: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const end = useMutation({
    mutationFn: () => api.post<Connection>(`/v1/connections/${id}/revoke`),
    onSuccess: (next) => {
      queries.setQueryData(['connection', id], next)
      return queries.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  return (
    <Card title={w.end}>
      <p>{w.endWhat}</p>
      {end.isError ? <ErrorPanel error={end.error} /> : null}
      {isAsking ? (
        <div className="filters">
          <Button kind="danger" disabled={end.isPending} onClick={() => end.mutate()}>
            {w.endYes}
          </Button>
          <Button kind="quiet" onClick={() => setAsking(false)}>
            {w.no}
          </Button>
        </div>
      ) : (
        <Button kind="danger" onClick={() => setAsking(true)}>
          {w.end}
        </Button>
      )}
    </Card>
  )
}
