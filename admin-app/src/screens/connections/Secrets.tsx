import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Connection, ConnectionMade, RotateSecret } from '@tienve/contracts'
import {
  Button,
  Card,
  ErrorPanel,
  Field,
  fill,
  isPasted,
  Mark,
  Oddities,
  Select,
  SetupSteps,
  useWords,
  whenOf,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Khóa', en: 'Secrets' },
  holds: { vi: 'Đang dùng', en: 'Holds' },
  until: { vi: 'Dùng đến {at}', en: 'Holds until {at}' },
  over: { vi: 'Hết hạn {at}', en: 'Ended {at}' },
  from: { vi: 'tạo {at}', en: 'made {at}' },
  first: { vi: 'có sẵn', en: 'the first' },
  end: { vi: 'Bỏ khóa này ngay', en: 'End this one now' },
  change: { vi: 'Đổi khóa', en: 'Change the secret' },
  what: {
    vi: 'Khóa mới dùng được ngay. Khóa cũ còn dùng được thêm một lúc, để kịp dán khóa mới ở nhà cung cấp.',
    en: 'The new one holds at once. The old one holds a while longer, until the new one is pasted at the provider.',
  },
  old: { vi: 'Khóa cũ còn dùng', en: 'The old one holds for' },
  hour: { vi: '1 giờ', en: '1 hour' },
  day: { vi: '1 ngày', en: '1 day' },
  week: { vi: '7 ngày', en: '7 days' },
  none: { vi: 'Bỏ ngay (khóa bị lộ)', en: 'Not at all (it was seen)' },
  secret: { vi: 'Khóa mới của nhà cung cấp (dán vào đây)', en: 'The provider’s new secret (paste it here)' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
}

const HOUR_MS = 3_600_000
const OVERLAPS = { day: 24 * HOUR_MS, hour: HOUR_MS, week: 7 * 24 * HOUR_MS, none: 0 } as const
type Overlap = keyof typeof OVERLAPS

/** The secrets of a connection, of which none is shown again, and the way to another. */
export function Secrets({ connection, canChange }: { connection: Connection; canChange: boolean }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const { id, secrets } = connection
  const [isChanging, setChanging] = useState(false)
  const [made, setMade] = useState<ConnectionMade | null>(null)
  const active = secrets.filter(({ isActive }) => isActive)
  const end = useMutation({
    mutationFn: (secretId: string) => api.delete(`/v1/connections/${id}/secrets/${secretId}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['connection', id] }),
  })
  return (
    <Card title={w.title}>
      {secrets.map((one) => (
        <div key={one.id} className="filters">
          <Mark kind={one.isActive ? 'good' : 'none'}>
            {one.notAfter === null
              ? w.holds
              : fill(one.isActive ? w.until : w.over, { at: whenOf(one.notAfter) })}
            {' · '}
            {one.createdAt === null ? w.first : fill(w.from, { at: whenOf(one.createdAt) })}
          </Mark>
          {canChange && one.isActive && active.length > 1 ? (
            <Button
              kind="danger"
              className="small"
              disabled={end.isPending}
              onClick={() => end.mutate(one.id)}
            >
              {w.end}
            </Button>
          ) : null}
        </div>
      ))}
      {end.isError ? <ErrorPanel error={end.error} /> : null}
      {made === null ? null : (
        <>
          <Oddities of={made.oddities} />
          <SetupSteps
            steps={made.connection.setup.filter(({ secret }) => secret !== null)}
            secret={made.secret}
          />
        </>
      )}
      {canChange && !isChanging ? (
        <Button kind="quiet" onClick={() => setChanging(true)}>
          {w.change}
        </Button>
      ) : null}
      {isChanging ? (
        <Change
          connection={connection}
          onDone={(next) => {
            setChanging(false)
            if (next === null) return
            setMade(next)
            queries.setQueryData(['connection', id], next.connection)
          }}
        />
      ) : null}
    </Card>
  )
}

function Change({
  connection,
  onDone,
}: {
  connection: Connection
  onDone: (made: ConnectionMade | null) => void
}) {
  const w = useWords(WORDS)
  const [overlap, setOverlap] = useState<Overlap>('day')
  const [secret, setSecret] = useState('')
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const mustPaste = isPasted(connection)
  const change = useMutation({
    mutationFn: () => {
      const oldUntil = new Date(Date.now() + OVERLAPS[overlap]).toISOString()
      const body: RotateSecret = { oldUntil, ...(mustPaste ? { secret } : {}) }
      return api.post<ConnectionMade>(`/v1/connections/${connection.id}/secrets`, body, { idempotencyKey })
    },
    onSuccess: onDone,
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      <p>{w.what}</p>
      {mustPaste ? (
        <Field
          id="secret-new"
          label={w.secret}
          type="password"
          autoComplete="off"
          required
          maxLength={500}
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
        />
      ) : null}
      <Select
        id="secret-overlap"
        label={w.old}
        value={overlap}
        onChange={(event) => {
          const next = (Object.keys(OVERLAPS) as Overlap[]).find((one) => one === event.target.value)
          if (next !== undefined) setOverlap(next)
        }}
      >
        {(Object.keys(OVERLAPS) as Overlap[]).map((one) => (
          <option key={one} value={one}>
            {w[one]}
          </option>
        ))}
      </Select>
      {change.isError ? <ErrorPanel error={change.error} /> : null}
      <div className="filters">
        <Button type="submit" disabled={change.isPending}>
          {w.change}
        </Button>
        <Button kind="quiet" onClick={() => onDone(null)}>
          {w.cancel}
        </Button>
      </div>
    </form>
  )
}
