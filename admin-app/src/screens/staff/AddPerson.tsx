import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { AddStaff, Me, SetUpCode } from '@tienve/contracts'
import { Button, Card, ErrorPanel, Field, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { RoleFields } from './RoleFields.tsx'
import { SetUpPaper } from './SetUpPaper.tsx'

const WORDS = {
  title: { vi: 'Thêm người', en: 'Add a person' },
  name: { vi: 'Họ tên', en: 'Name' },
  login: { vi: 'Tên đăng nhập (chữ thường, số, dấu chấm)', en: 'Login (small letters, digits, dots)' },
  add: { vi: 'Thêm và in mã cài đặt', en: 'Add, and print the set-up code' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
}

export function AddPerson({ me, onDone }: { me: Me; onDone: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [body, setBody] = useState<AddStaff>({ name: '', login: '', role: 'accountant', zoneId: null })
  const add = useMutation({
    mutationFn: () => api.post<SetUpCode>(`/v1/markets/${me.market.id}/staff`, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['staff'] }),
  })
  if (add.isSuccess) return <SetUpPaper me={me} made={add.data} onDone={onDone} />
  return (
    <Card title={w.title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate()
        }}
      >
        <Field
          id="staff-name"
          label={w.name}
          required
          minLength={2}
          maxLength={80}
          value={body.name}
          onChange={(event) => setBody({ ...body, name: event.target.value })}
        />
        <Field
          id="staff-login"
          label={w.login}
          required
          autoCapitalize="none"
          autoComplete="off"
          pattern="[a-z][a-z0-9.\-]{2,39}"
          value={body.login}
          onChange={(event) => setBody({ ...body, login: event.target.value })}
        />
        <RoleFields me={me} value={body} onChange={(place) => setBody({ ...body, ...place })} />
        {add.isError ? <ErrorPanel error={add.error} /> : null}
        <div className="filters">
          <Button type="submit" disabled={add.isPending}>
            {w.add}
          </Button>
          <Button kind="quiet" onClick={onDone}>
            {w.cancel}
          </Button>
        </div>
      </form>
    </Card>
  )
}
