import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BindableAccounts, Connection, Me, SetConnectionAccounts } from '@tienve/contracts'
import { Button, Card, ErrorPanel, Mark, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Table } from '../../parts.tsx'
import { AccountPicker } from './AccountPicker.tsx'

const WORDS = {
  title: { vi: 'Tài khoản', en: 'Accounts' },
  account: { vi: 'Tài khoản', en: 'Account' },
  holder: { vi: 'Chủ tài khoản', en: 'Holder' },
  stall: { vi: 'Của', en: 'Whose' },
  board: { vi: 'Ban quản lý', en: 'The board' },
  say: { vi: 'Vai trò', en: 'Part' },
  main: { vi: 'Nguồn chính', en: 'Has the say' },
  bears: { vi: 'Đối chứng', en: 'Bears out' },
  take: { vi: 'Lấy làm nguồn chính', en: 'Give it the say' },
  edit: { vi: 'Sửa danh sách', en: 'Change the list' },
  save: { vi: 'Lưu', en: 'Save' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
}

/** What a connection hears, and on which accounts what it tells is money. */
export function BoundAccounts({
  me,
  connection,
  canChange,
}: {
  me: Me
  connection: Connection
  canChange: boolean
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const { id, accounts } = connection
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const save = useMutation({
    mutationFn: (next: SetConnectionAccounts['accounts']) =>
      api.put<Connection>(`/v1/connections/${id}/accounts`, {
        accounts: next,
      } satisfies SetConnectionAccounts),
    onSuccess: (next) => {
      queries.setQueryData(['connection', id], next)
      setChosen(null)
      return queries.invalidateQueries({ queryKey: ['bindable'] })
    },
  })
  const now = accounts.map(({ accountId, authoritative }) => ({ accountId, authoritative }))
  const take = (taken: string): void =>
    save.mutate(now.map((one) => (one.accountId === taken ? { ...one, authoritative: true } : one)))
  return (
    <Card title={w.title}>
      <Table
        caption={w.title}
        rows={accounts}
        keyOf={({ accountId }) => accountId}
        columns={[
          {
            head: w.account,
            card: 'title',
            cell: ({ bankCode, number }) => <b>{`${bankCode} ${number}`}</b>,
          },
          { head: w.holder, card: 'line', cell: ({ holder }) => holder },
          { head: w.stall, card: 'line', cell: ({ stallCode }) => stallCode ?? w.board },
          {
            head: w.say,
            card: 'note',
            cell: ({ accountId, authoritative }) => (
              <>
                <Mark kind={authoritative ? 'good' : 'none'}>{authoritative ? w.main : w.bears}</Mark>{' '}
                {!authoritative && canChange ? (
                  <Button
                    kind="quiet"
                    className="small"
                    disabled={save.isPending}
                    onClick={() => take(accountId)}
                  >
                    {w.take}
                  </Button>
                ) : null}
              </>
            ),
          },
        ]}
      />
      {save.isError ? <ErrorPanel error={save.error} /> : null}
      {!canChange ? null : chosen === null ? (
        <Button kind="quiet" onClick={() => setChosen(new Set(now.map(({ accountId }) => accountId)))}>
          {w.edit}
        </Button>
      ) : (
        <Edit
          me={me}
          chosen={chosen}
          onChange={setChosen}
          isSaving={save.isPending}
          onCancel={() => setChosen(null)}
          onSave={(isHeard) =>
            save.mutate(
              [...chosen].map(
                (accountId) =>
                  now.find((one) => one.accountId === accountId) ?? {
                    accountId,
                    authoritative: !isHeard(accountId),
                  },
              ),
            )
          }
        />
      )}
    </Card>
  )
}

function Edit(props: {
  me: Me
  chosen: ReadonlySet<string>
  onChange: (next: ReadonlySet<string>) => void
  isSaving: boolean
  onSave: (isHeard: (accountId: string) => boolean) => void
  onCancel: () => void
}) {
  const w = useWords(WORDS)
  const { market } = props.me
  const bindable = useQuery({
    queryKey: ['bindable', market.id],
    queryFn: () => api.get<BindableAccounts>(`/v1/markets/${market.id}/receiving-accounts`),
  })
  return (
    <Answer of={bindable}>
      {({ items }) => (
        <>
          <AccountPicker accounts={items} chosen={props.chosen} onChange={props.onChange} />
          <div className="filters">
            <Button
              disabled={props.isSaving}
              onClick={() =>
                props.onSave((accountId) => items.some(({ id, isHeard }) => id === accountId && isHeard))
              }
            >
              {w.save}
            </Button>
            <Button kind="quiet" onClick={props.onCancel}>
              {w.cancel}
            </Button>
          </div>
        </>
      )}
    </Answer>
  )
}
