import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Me, Meter, MeterReading, RemoveMeter, ReplaceMeter } from '@tienve/contracts'
import { Button, Card, Field, fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Refused } from '../../Refused.tsx'
import { addressOf, goTo } from '../../route.ts'
import { decimalOf, decimalText, todayHere } from '../../services.ts'
import { InstallMeter } from './InstallMeter.tsx'
import { Where } from './Where.tsx'

const WORDS = {
  back: { vi: '‹ Chỉ số điện nước', en: '‹ Meter readings' },
  title: { vi: 'Thay hoặc tháo công tơ', en: 'Change or remove a meter' },
  lead: {
    vi: 'Ghi số cuối của công tơ cũ và số đầu của công tơ mới: phần dùng trên cả hai được cộng lại.',
    en: 'Note the last value of the old one and the first of the new one: what both counted is added.',
  },
  lastValue: { vi: 'Số cuối của công tơ cũ', en: 'Last value of the old one' },
  old: { vi: 'Số đã ghi lần trước: {value}', en: 'Noted before: {value}' },
  replacedOn: { vi: 'Ngày thay', en: 'Changed on' },
  removedOn: { vi: 'Ngày thay', en: 'Changed on' },
  serial: { vi: 'Số của công tơ mới', en: 'Number of the new one' },
  initialValue: { vi: 'Số đầu của công tơ mới', en: 'First value of the new one' },
  replace: { vi: 'Ghi thay công tơ', en: 'Save the change' },
  remove: { vi: 'Chỉ tháo, không lắp cái mới', en: 'Only removed, no new one' },
}

/** A meter that was changed or taken away, or, when none is chosen, one that was put up. */
export function MeterForms({ me, period, meter }: { me: Me; period: string; meter: MeterReading | null }) {
  const w = useWords(WORDS)
  return (
    <div className="stack narrow">
      <a className="text-link touch-link" href={addressOf('readings', { period })}>
        {w.back}
      </a>
      {meter === null ? null : <Change me={me} meter={meter} />}
      <InstallMeter me={me} stallId={meter?.stallId ?? ''} isOpen={meter === null} />
    </div>
  )
}

function Change({ me, meter }: { me: Me; meter: MeterReading }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [input, setInput] = useState({
    lastValue: '',
    replacedOn: todayHere(),
    serial: '',
    initialValue: '0',
  })
  const [key, setKey] = useState(() => crypto.randomUUID())
  const act = useMutation({
    mutationFn: (what: 'replace' | 'remove') => {
      const lastValue = decimalOf(input.lastValue) ?? input.lastValue
      const body: ReplaceMeter | RemoveMeter =
        what === 'remove'
          ? { lastValue, removedOn: input.replacedOn }
          : { ...input, lastValue, initialValue: decimalOf(input.initialValue) ?? input.initialValue }
      return api.post<Meter>(`/v1/meters/${meter.meterId}/${what}`, body, { idempotencyKey: key })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['readings', me.market.id] })
      goTo('readings', { period: meter.period, view: 'list' })
    },
    onSettled: () => setKey(crypto.randomUUID()),
  })
  const field = (name: keyof typeof input) => ({
    id: `meter-${name}`,
    label: w[name],
    value: input[name],
    onChange: (event: { target: { value: string } }) => setInput({ ...input, [name]: event.target.value }),
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate('replace')
      }}
    >
      <Card title={w.title}>
        <Where of={meter} at={1} count={1} />
        <p className="tv-quiet">{w.lead}</p>
        <Field {...field('replacedOn')} type="date" required />
        <Field {...field('lastValue')} inputMode="decimal" required />
        <p className="tv-quiet">{fill(w.old, { value: decimalText(meter.newValue ?? meter.oldValue) })}</p>
        <Field {...field('serial')} maxLength={40} required />
        <Field {...field('initialValue')} inputMode="decimal" required />
        {act.isError ? <Refused error={act.error} labels={w} /> : null}
        <Button type="submit" disabled={act.isPending}>
          {w.replace}
        </Button>
        <Button
          kind="danger"
          className="small"
          disabled={act.isPending || input.lastValue === ''}
          onClick={() => act.mutate('remove')}
        >
          {w.remove}
        </Button>
      </Card>
    </form>
  )
}
