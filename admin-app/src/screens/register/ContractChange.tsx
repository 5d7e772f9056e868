import { useMutation } from '@tanstack/react-query'
import { type Contract } from '@tienve/contracts'
import { Button, Card, Field, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { addressOf } from '../../route.ts'
import { Refusal } from './Refusal.tsx'

const WORDS = {
  renew: { vi: 'Gia hạn hợp đồng', en: 'Renew the contract' },
  end: { vi: 'Thanh lý hợp đồng', en: 'End the contract' },
  pause: { vi: 'Báo tạm nghỉ', en: 'Pause the stall' },
  resume: { vi: 'Mở lại sạp', en: 'Open the stall again' },
  endsOn: { vi: 'Đến ngày', en: 'Until' },
  endedOn: { vi: 'Ngày cuối của hợp đồng', en: 'Last day of the contract' },
  why: { vi: 'Lý do', en: 'Reason' },
  expired: { vi: 'Hết hạn', en: 'It ran out' },
  terminated: { vi: 'Thanh lý trước hạn', en: 'Terminated' },
  fromDay: { vi: 'Nghỉ từ ngày', en: 'Paused from' },
  toDay: { vi: 'Đến hết ngày (để trống nếu chưa rõ)', en: 'Last day (leave empty if not known)' },
  reason: { vi: 'Lý do nghỉ', en: 'Why' },
  noticedOn: { vi: 'Ngày báo', en: 'Told on' },
  openOn: { vi: 'Mở lại từ ngày', en: 'Open from' },
  save: { vi: 'Lưu', en: 'Save' },
  leave: { vi: 'Thôi', en: 'Leave it' },
  billed: {
    vi: 'Từ hôm sau ngày này sạp không còn bị tính giá dịch vụ.',
    en: 'From the day after, the stall is billed no longer.',
  },
}

/** What each change asks for: its fields, in order, and which of them may stay empty. */
const FIELDS = {
  renew: ['endsOn'],
  end: ['endedOn', 'reason'],
  pause: ['fromDay', 'toDay', 'reason', 'noticedOn'],
  resume: ['openOn'],
} as const
export type ChangeName = keyof typeof FIELDS
const today = (): string => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)

/** Renewing, ending, pausing a contract or opening it again: a few days to enter, and one button. */
export function ContractChange({
  name,
  contract,
  onDone,
}: {
  name: ChangeName
  contract: Contract
  onDone: () => unknown
}) {
  const w = useWords(WORDS)
  // Another content is another request; the same one again is the same, however often it is sent.
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [entered, setEntered] = useState<Record<string, string>>(() => ({
    endsOn: contract.endsOn ?? '',
    endedOn: today(),
    reason: name === 'end' ? 'terminated' : '',
    fromDay: today(),
    toDay: '',
    noticedOn: today(),
    openOn: today(),
  }))
  const save = useMutation({
    mutationFn: () => {
      const values = FIELDS[name].map((field) => [field, entered[field] === '' ? null : entered[field]])
      return api.post(`/v1/contracts/${contract.id}/${name}`, Object.fromEntries(values), {
        idempotencyKey: key,
      })
    },
    onSuccess: onDone,
  })
  const set = (field: string) => (event: { target: { value: string } }) => {
    setEntered({ ...entered, [field]: event.target.value })
    setKey(crypto.randomUUID())
  }
  return (
    <Card title={`${w[name]} ${contract.number}`}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {FIELDS[name].map((field) =>
          field === 'reason' && name === 'end' ? (
            <Select key={field} id={field} label={w.why} value={entered[field]} onChange={set(field)}>
              <option value="terminated">{w.terminated}</option>
              <option value="expired">{w.expired}</option>
            </Select>
          ) : (
            <Field
              key={field}
              id={field}
              label={w[field]}
              type={field === 'reason' ? 'text' : 'date'}
              required={field !== 'toDay'}
              minLength={field === 'reason' ? 3 : undefined}
              value={entered[field]}
              onChange={set(field)}
            />
          ),
        )}
        {name === 'end' ? <p className="wide tv-quiet">{w.billed}</p> : null}
        <Refusal error={save.error} />
        <div className="form-actions">
          <Button type="submit" disabled={save.isPending}>
            {w.save}
          </Button>
          <a className="tv-button quiet" href={addressOf('register/stall', { id: contract.stallId })}>
            {w.leave}
          </a>
        </div>
      </form>
    </Card>
  )
}
