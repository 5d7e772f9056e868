import { useMutation } from '@tanstack/react-query'
import {
  KEY_PERMISSIONS,
  PERMISSION_WORDS,
  type ApiKeyMade,
  type KeyPermission,
  type NewApiKey,
} from '@tienve/contracts'
import { Button, Card, ErrorPanel, Field, Select, useLanguage, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Khóa mới', en: 'A new key' },
  name: { vi: 'Cho phần mềm nào', en: 'For which program' },
  holds: { vi: 'Dùng trong', en: 'Holds for' },
  month: { vi: '30 ngày', en: '30 days' },
  quarter: { vi: '90 ngày', en: '90 days' },
  year: { vi: '1 năm', en: '1 year' },
  may: { vi: 'Được làm gì', en: 'What it may do' },
  little: { vi: 'Chọn ít nhất có thể.', en: 'Choose as little as will do.' },
  make: { vi: 'Tạo khóa', en: 'Make the key' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
}

const DAYS = { month: 30, quarter: 90, year: 365 } as const
const SPANS = ['month', 'quarter', 'year'] as const
type Span = (typeof SPANS)[number]
const DAY_MS = 86_400_000

/** What a program is called, what it may do, and for how long. */
export function NewKey({
  marketId,
  onDone,
}: {
  marketId: string
  onDone: (made: ApiKeyMade | null) => void
}) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const [name, setName] = useState('')
  const [span, setSpan] = useState<Span>('quarter')
  const [chosen, setChosen] = useState<readonly KeyPermission[]>([])
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const make = useMutation({
    mutationFn: () => {
      const expiresAt = new Date(Date.now() + DAYS[span] * DAY_MS).toISOString()
      const body: NewApiKey = { name, permissions: [...chosen], expiresAt }
      return api.post<ApiKeyMade>(`/v1/markets/${marketId}/api-keys`, body, { idempotencyKey })
    },
    onSuccess: onDone,
  })
  return (
    <Card title={w.title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <Field
          id="key-name"
          label={w.name}
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className="key-may">
          <legend>{w.may}</legend>
          <p className="tv-quiet">{w.little}</p>
          <ul className="account-list">
            {KEY_PERMISSIONS.map((one) => (
              <li key={one}>
                <label>
                  <input
                    type="checkbox"
                    checked={chosen.includes(one)}
                    onChange={(event) =>
                      setChosen(
                        KEY_PERMISSIONS.filter((it) =>
                          it === one ? event.target.checked : chosen.includes(it),
                        ),
                      )
                    }
                  />
                  <span>
                    {PERMISSION_WORDS[one][language]}
                    <small>{one}</small>
                  </span>
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
        <Select
          id="key-span"
          label={w.holds}
          value={span}
          onChange={(event) => setSpan(SPANS.find((one) => one === event.target.value) ?? 'quarter')}
        >
          {SPANS.map((one) => (
            <option key={one} value={one}>
              {w[one]}
            </option>
          ))}
        </Select>
        {make.isError ? <ErrorPanel error={make.error} /> : null}
        <div className="filters">
          <Button type="submit" disabled={make.isPending || chosen.length === 0}>
            {w.make}
          </Button>
          <Button kind="quiet" onClick={() => onDone(null)}>
            {w.cancel}
          </Button>
        </div>
      </form>
    </Card>
  )
}
