import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ConnectionMade, CreateConnection, Stall } from '@tienve/contracts'
import {
  Button,
  Card,
  ErrorPanel,
  FIRST_CHOICE,
  isPasted,
  Oddities,
  ProviderFields,
  SetupSteps,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Standing } from './OwnConnection.tsx'

const WORDS = {
  title: { vi: 'Nối ngân hàng', en: 'Connect a bank' },
  what: {
    vi: 'Bạn cần tài khoản ở một trong các nơi này, đã liên kết với ngân hàng của mình.',
    en: 'You need an account at one of these, linked to your bank.',
  },
  make: { vi: 'Tiếp', en: 'Go on' },
  paste: { vi: 'Làm ở trang của nhà cung cấp', en: 'At the provider’s page' },
  wait: { vi: 'Rồi gửi tin thử', en: 'Then send a test' },
  done: { vi: 'Xong', en: 'Done' },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** The stallholder connects a provider to her own account, and sees its test arrive. */
export function ConnectOwn({ stall, onBack }: { stall: Stall; onBack: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [choice, setChoice] = useState(FIRST_CHOICE)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const make = useMutation({
    mutationFn: () => {
      const { provider, scheme, secret } = choice
      const accountIds = stall.accounts.map(({ id }) => id)
      const body: CreateConnection = {
        provider,
        scheme,
        accountIds,
        ...(isPasted(choice) ? { secret } : {}),
      }
      return api.post<ConnectionMade>(`/v1/stalls/${stall.id}/connections`, body, { idempotencyKey })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['listen', stall.id] }),
  })
  const made = make.data
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {made === undefined ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            make.mutate()
          }}
        >
          <p>{w.what}</p>
          <ProviderFields choice={choice} onChange={setChoice} />
          {make.isError ? <ErrorPanel error={make.error} /> : null}
          <Button type="submit" disabled={make.isPending}>
            {w.make}
          </Button>
        </form>
      ) : (
        <>
          <Oddities of={made.oddities} />
          <Card title={w.paste}>
            <SetupSteps steps={made.connection.setup} secret={made.secret} />
          </Card>
          <Card title={w.wait}>
            <Standing id={made.connection.id} />
          </Card>
        </>
      )}
      <Button kind="quiet" onClick={onBack}>
        {made === undefined ? w.back : w.done}
      </Button>
    </section>
  )
}
