import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { METERED_SERVICES, type CreateMeter, type Me, type Meter, type RegisterPage } from '@tienve/contracts'
import { Button, Field, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Refused } from '../../Refused.tsx'
import { decimalOf, SERVICE_WORDS, todayHere } from '../../services.ts'

const WORDS = {
  title: { vi: 'Lắp công tơ mới', en: 'Put up a meter' },
  find: { vi: 'Tìm sạp (mã hoặc tên)', en: 'Find the stall (code or name)' },
  stallId: { vi: 'Sạp', en: 'Stall' },
  choose: { vi: 'Chọn sạp', en: 'Choose a stall' },
  service: { vi: 'Đo', en: 'Counts' },
  serial: { vi: 'Số công tơ', en: 'Number' },
  initialValue: { vi: 'Số đầu', en: 'First value' },
  installedOn: { vi: 'Ngày lắp', en: 'Put up on' },
  save: { vi: 'Ghi công tơ mới', en: 'Save the meter' },
  saved: { vi: 'Đã ghi công tơ {serial}.', en: 'Saved: {serial}.' },
}

/** A meter that is new at a stall: its number, and what it shows on its first day. */
export function InstallMeter({ me, stallId, isOpen }: { me: Me; stallId: string; isOpen: boolean }) {
  const w = useWords(WORDS)
  const services = useWords(SERVICE_WORDS)
  const queries = useQueryClient()
  const [find, setFind] = useState('')
  const empty: CreateMeter = {
    stallId,
    service: 'electricity',
    serial: '',
    initialValue: '0',
    installedOn: todayHere(),
  }
  const [input, setInput] = useState(empty)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const stalls = useQuery({
    queryKey: ['register', me.market.id, 'find', find],
    queryFn: () =>
      api.get<RegisterPage>(`/v1/markets/${me.market.id}/register`, {
        q: find === '' ? undefined : find,
        limit: 200,
      }),
  })
  const add = useMutation({
    mutationFn: () =>
      api.post<Meter>(
        `/v1/markets/${me.market.id}/meters`,
        { ...input, initialValue: decimalOf(input.initialValue) ?? input.initialValue },
        { idempotencyKey: key },
      ),
    onSuccess: () => {
      setInput(empty)
      return queries.invalidateQueries({ queryKey: ['readings', me.market.id] })
    },
    onSettled: () => setKey(crypto.randomUUID()),
  })
  const field = (name: 'serial' | 'initialValue' | 'installedOn') => ({
    id: `install-${name}`,
    label: w[name],
    required: true,
    value: input[name],
    onChange: (event: { target: { value: string } }) => setInput({ ...input, [name]: event.target.value }),
  })
  return (
    <details open={isOpen}>
      <summary className="touch-summary">{w.title}</summary>
      <form
        className="stack inset"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate()
        }}
      >
        <Field
          id="install-find"
          label={w.find}
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        <Select
          id="install-stall"
          label={w.stallId}
          required
          value={input.stallId}
          onChange={(event) => setInput({ ...input, stallId: event.target.value })}
        >
          <option value="">{w.choose}</option>
          {(stalls.data?.items ?? []).map(({ id, code, name }) => (
            <option key={id} value={id}>
              {code} · {name}
            </option>
          ))}
        </Select>
        <Select
          id="install-service"
          label={w.service}
          value={input.service}
          onChange={(event) =>
            setInput({
              ...input,
              service: METERED_SERVICES.find((one) => one === event.target.value) ?? 'electricity',
            })
          }
        >
          {METERED_SERVICES.map((one) => (
            <option key={one} value={one}>
              {services[one]}
            </option>
          ))}
        </Select>
        <Field {...field('serial')} maxLength={40} />
        <Field {...field('initialValue')} inputMode="decimal" />
        <Field {...field('installedOn')} type="date" />
        {add.isError ? <Refused error={add.error} labels={w} /> : null}
        {add.isSuccess ? <p role="status">{w.saved.replace('{serial}', add.data.serial)}</p> : null}
        <Button type="submit" disabled={add.isPending}>
          {w.save}
        </Button>
      </form>
    </details>
  )
}
