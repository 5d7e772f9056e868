import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ConfirmReading, Me, MeterReading } from '@tienve/contracts'
import { Button, ErrorPanel, Field, fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { decimalText, METER_UNITS } from '../../services.ts'

const WORDS = {
  zero: { vi: 'Không dùng chút nào. Đọc lại công tơ.', en: 'Nothing was used. Read the meter again.' },
  high: {
    vi: 'Nhiều hơn hẳn mọi tháng: {usage} {unit}, thường {average}. Đọc lại công tơ.',
    en: 'Far more than usual: {usage} {unit}, usually {average}. Read the meter again.',
  },
  low: {
    vi: 'Ít hơn hẳn mọi tháng: {usage} {unit}, thường {average}. Đọc lại công tơ.',
    en: 'Far less than usual: {usage} {unit}, usually {average}. Read the meter again.',
  },
  why: { vi: 'Vì sao', en: 'Why' },
  right: { vi: 'Đọc lại đúng rồi', en: 'Read again: it is right' },
  wrong: { vi: 'Sai thì gõ số khác ở dưới rồi lưu.', en: 'If it is wrong, type another below and save.' },
}

/** What people say most often, one tap each. */
const NOTES = {
  zero: [
    { vi: 'Sạp nghỉ cả tháng', en: 'Closed all month' },
    { vi: 'Công tơ hỏng', en: 'The meter is broken' },
  ],
  high: [
    { vi: 'Thêm tủ lạnh, bếp', en: 'A new fridge or cooker' },
    { vi: 'Đông khách hơn', en: 'More customers' },
  ],
  low: [
    { vi: 'Nghỉ nhiều ngày', en: 'Closed for many days' },
    { vi: 'Bớt đồ điện', en: 'Fewer appliances' },
  ],
} as const

/** An odd reading asks to be read again: right with a reason, or another number. */
export function OddReading({ me, meter, onDone }: { me: Me; meter: MeterReading; onDone: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [note, setNote] = useState('')
  const kind = meter.anomaly ?? 'zero'
  const quick = [useWords({ note: NOTES[kind][0] }).note, useWords({ note: NOTES[kind][1] }).note]
  const confirm = useMutation({
    mutationFn: () =>
      api.post<MeterReading>(`/v1/markets/${me.market.id}/readings/confirm`, {
        meterId: meter.meterId,
        period: meter.period,
        note,
      } satisfies ConfirmReading),
    onSuccess: () => {
      onDone()
      return queries.invalidateQueries({ queryKey: ['readings', me.market.id] })
    },
  })
  return (
    <div className="odd" role="alert" data-testid="odd-reading">
      <b>
        {fill(w[kind], {
          usage: decimalText(meter.usage ?? '0'),
          unit: METER_UNITS[meter.service],
          average: decimalText(meter.averageUsage ?? '0'),
        })}
      </b>
      <div className="filters">
        {quick.map((words) => (
          <Button
            key={words}
            kind="quiet"
            className="small"
            aria-pressed={note === words}
            onClick={() => setNote(words)}
          >
            {words}
          </Button>
        ))}
      </div>
      <Field
        id="odd-note"
        label={w.why}
        maxLength={200}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {confirm.isError ? <ErrorPanel error={confirm.error} /> : null}
      <Button disabled={note.trim().length < 3 || confirm.isPending} onClick={() => confirm.mutate()}>
        {w.right}
      </Button>
      <p>{w.wrong}</p>
    </div>
  )
}
