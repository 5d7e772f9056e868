import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BindableAccounts, Connection, ConnectionMade, CreateConnection, Me } from '@tienve/contracts'
import {
  Button,
  Card,
  ConnectionStanding,
  ErrorPanel,
  Field,
  FIRST_CHOICE,
  isPasted,
  Oddities,
  ProviderFields,
  SetupSteps,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { AccountPicker } from './AccountPicker.tsx'

const WORDS = {
  back: { vi: '‹ Các kết nối', en: '‹ Connections' },
  who: { vi: '1. Ai gửi tin?', en: '1. Who sends the messages?' },
  name: { vi: 'Tên gọi (tùy ý)', en: 'What you call it (optional)' },
  which: { vi: '2. Tin về tài khoản nào?', en: '2. About which accounts?' },
  make: { vi: 'Tạo kết nối', en: 'Make the connection' },
  paste: { vi: '3. Làm ở trang của nhà cung cấp', en: '3. At the provider’s page' },
  wait: { vi: '4. Gửi tin thử', en: '4. Send a test' },
  waiting: {
    vi: 'Trang này tự báo khi nghe được tin thử, hoặc nói sai ở đâu. Để mở trong lúc cài.',
    en: 'This page says by itself when the test is heard, or what is wrong. Leave it open meanwhile.',
  },
  open: { vi: 'Mở trang kết nối', en: 'Open the connection' },
}

/** Choose a provider and accounts, paste what it needs to know, and see its test arrive. */
export function AddConnection({ me }: { me: Me }) {
  const [made, setMade] = useState<ConnectionMade | null>(null)
  const w = useWords(WORDS)
  return (
    <>
      <a className="text-link touch-link" href="#/connections">
        {w.back}
      </a>
      {made === null ? <Choose me={me} onMade={setMade} /> : <Follow made={made} />}
    </>
  )
}

function Choose({ me, onMade }: { me: Me; onMade: (made: ConnectionMade) => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const base = `/v1/markets/${me.market.id}`
  const [choice, setChoice] = useState(FIRST_CHOICE)
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const accounts = useQuery({
    queryKey: ['bindable', me.market.id],
    queryFn: () => api.get<BindableAccounts>(`${base}/receiving-accounts`),
  })
  // The board's own accounts to begin with: whoever wants a stall's says so.
  const boards = accounts.data?.items.flatMap(({ id, stallCode }) => (stallCode === null ? [id] : []))
  const ids = chosen ?? new Set(boards)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const make = useMutation({
    mutationFn: () => {
      const { provider, scheme, secret } = choice
      const body: CreateConnection = {
        provider,
        scheme,
        name,
        accountIds: [...ids],
        ...(isPasted(choice) ? { secret } : {}),
      }
      return api.post<ConnectionMade>(`${base}/connections`, body, { idempotencyKey })
    },
    onSuccess: async (made) => {
      onMade(made)
      await queries.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      <Card title={w.who}>
        <ProviderFields choice={choice} onChange={setChoice} />
        <Field
          id="connection-name"
          label={w.name}
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Card>
      <Card title={w.which}>
        <Answer of={accounts}>
          {({ items }) => <AccountPicker accounts={items} chosen={ids} onChange={setChosen} />}
        </Answer>
      </Card>
      {make.isError ? <ErrorPanel error={make.error} /> : null}
      <div className="filters">
        <Button type="submit" disabled={make.isPending || ids.size === 0}>
          {w.make}
        </Button>
      </div>
    </form>
  )
}

function Follow({ made }: { made: ConnectionMade }) {
  const w = useWords(WORDS)
  const { id } = made.connection
  const connection = useQuery({
    queryKey: ['connection', id],
    queryFn: () => api.get<Connection>(`/v1/connections/${id}`),
    initialData: made.connection,
    refetchInterval: 2_000,
  })
  return (
    <>
      <Oddities of={made.oddities} />
      <Card title={w.paste}>
        <SetupSteps steps={connection.data.setup} secret={made.secret} />
      </Card>
      <Card title={w.wait}>
        <p>{w.waiting}</p>
        <ConnectionStanding connection={connection.data} />
        {connection.isError ? <ErrorPanel error={connection.error} /> : null}
        <a className="tv-button quiet" href={`#/connections/${id}`}>
          {w.open}
        </a>
      </Card>
    </>
  )
}
