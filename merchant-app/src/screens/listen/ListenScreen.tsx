import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { PROVIDER_CHOICES, type Stall, type StallConnections } from '@tienve/contracts'
import { Button, Card, ConnectionMark, ErrorPanel, fill, Loading, Mark, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { ConnectOwn } from './ConnectOwn.tsx'
import { ImportStatement } from './ImportStatement.tsx'
import { OwnConnection } from './OwnConnection.tsx'

const WORDS = {
  title: { vi: 'Nghe ngân hàng', en: 'Hearing the bank' },
  what: {
    vi: 'Tài khoản là của bạn. Bạn cho ai nghe thì người đó báo tiền về; thôi lúc nào cũng được.',
    en: 'The account is yours. Whoever you let listen tells of money; you can stop at any time.',
  },
  listening: { vi: 'Đang nghe', en: 'Heard' },
  late: { vi: 'Báo chậm, xem thêm app ngân hàng', en: 'Told late: look in your bank’s app too' },
  deaf: { vi: 'Im lâu, chưa nghe được', en: 'Quiet for too long' },
  none: { vi: 'Chưa nghe được, xem app ngân hàng', en: 'Not heard: look in your bank’s app' },
  board: { vi: 'Ban quản lý chợ đang nghe, qua {provider}', en: 'The board listens, through {provider}' },
  forbid: { vi: 'Thôi cho Ban nghe', en: 'Stop the board' },
  forbidWhat: {
    vi: 'Ban không nghe tài khoản này nữa. Không có nguồn khác thì máy không báo được tiền về.',
    en: 'The board hears this account no more. Without another source this phone cannot tell of money.',
  },
  yes: { vi: 'Thôi cho nghe', en: 'Stop it' },
  no: { vi: 'Để vậy', en: 'Leave it' },
  own: { vi: 'Kết nối của tôi', en: 'My connections' },
  connect: { vi: 'Nối ngân hàng', en: 'Connect a bank' },
  statement: { vi: 'Nhập sao kê', en: 'Import a statement' },
  noAccount: { vi: 'Sạp chưa có tài khoản nhận tiền.', en: 'The stall has no account yet.' },
  back: { vi: 'Quay lại', en: 'Back' },
}
const MARKS = { listening: 'good', late: 'warn', deaf: 'bad', none: 'warn' } as const

/** Who hears the stall's account, and what its holder can do about it: connect, forbid, or bring a statement. */
export function ListenScreen({ stall, onBack }: { stall: Stall; onBack: () => void }) {
  const [view, setView] = useState('all')
  const home = (): void => setView('all')
  if (view === 'connect') return <ConnectOwn stall={stall} onBack={home} />
  if (view === 'statement') return <ImportStatement stall={stall} onBack={home} />
  if (view !== 'all') return <OwnConnection stallId={stall.id} id={view} onBack={home} />
  return <All stall={stall} onOpen={setView} onBack={onBack} />
}

function All({
  stall,
  onOpen,
  onBack,
}: {
  stall: Stall
  onOpen: (view: string) => void
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const list = useQuery({
    queryKey: ['listen', stall.id],
    queryFn: () => api.get<StallConnections>(`/v1/stalls/${stall.id}/connections`),
    refetchInterval: 10_000,
  })
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <p>{w.what}</p>
      {list.isPending ? <Loading /> : null}
      {list.isError ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data?.accounts.length === 0 ? <p>{w.noAccount}</p> : null}
      {list.data?.accounts.map((account) => (
        <AccountCard key={account.accountId} stallId={stall.id} account={account} />
      ))}
      {list.data === undefined || list.data.items.length === 0 ? null : (
        <Card title={w.own}>
          {list.data.items.map((one) => (
            <button key={one.id} type="button" className="plain-row" onClick={() => onOpen(one.id)}>
              <b>{PROVIDER_CHOICES[one.provider].name}</b>
              <ConnectionMark state={one.state} />
            </button>
          ))}
        </Card>
      )}
      {list.data === undefined || list.data.accounts.length === 0 ? null : (
        <>
          <Button onClick={() => onOpen('connect')}>{w.connect}</Button>
          <Button kind="quiet" onClick={() => onOpen('statement')}>
            {w.statement}
          </Button>
        </>
      )}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function AccountCard({
  stallId,
  account,
}: {
  stallId: string
  account: StallConnections['accounts'][number]
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [asked, setAsked] = useState<string | null>(null)
  const forbid = useMutation({
    mutationFn: (connectionId: string) =>
      api.delete(`/v1/stalls/${stallId}/accounts/${account.accountId}/feeds/${connectionId}`),
    onSuccess: async () => {
      setAsked(null)
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['listen', stallId] }),
        queries.invalidateQueries({ queryKey: ['stall', stallId] }),
      ])
    },
  })
  return (
    <Card title={`${account.bankName} · ${account.number}`}>
      <Mark kind={MARKS[account.feed]}>{w[account.feed]}</Mark>
      {account.heardByBoard.map(({ connectionId, provider, lastHeardAt }) => (
        <div key={connectionId} className="stack">
          <p>
            {fill(w.board, { provider: PROVIDER_CHOICES[provider].name })}
            {lastHeardAt === null ? null : <span className="hint"> {whenOf(lastHeardAt)}</span>}
          </p>
          {asked === connectionId ? (
            <>
              <p>{w.forbidWhat}</p>
              {forbid.isError ? <ErrorPanel error={forbid.error} /> : null}
              <Button kind="danger" disabled={forbid.isPending} onClick={() => forbid.mutate(connectionId)}>
                {w.yes}
              </Button>
              <Button kind="quiet" onClick={() => setAsked(null)}>
                {w.no}
              </Button>
            </>
          ) : (
            <Button kind="quiet" className="small" onClick={() => setAsked(connectionId)}>
              {w.forbid}
            </Button>
          )}
        </div>
      ))}
    </Card>
  )
}
