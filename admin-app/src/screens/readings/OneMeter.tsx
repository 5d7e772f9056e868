import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Me, MeterReading, SaveReading } from '@tienve/contracts'
import { Button, fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { addressOf, goTo } from '../../route.ts'
import { Refused } from '../../Refused.tsx'
import { decimalText, METER_UNITS, todayHere } from '../../services.ts'
import { OddReading } from './OddReading.tsx'
import { isWaiting, nextWaiting, pressKey, READING_KEYS, usedFrom, valueOf } from './reading.ts'
import { Where } from './Where.tsx'

const WORDS = {
  old: { vi: 'Chỉ số cũ', en: 'Old' },
  new: { vi: 'Chỉ số mới', en: 'New' },
  used: { vi: 'Dùng {usage} {unit}', en: 'Used: {usage} {unit}' },
  average: { vi: 'thường {average} {unit}', en: 'usually {average} {unit}' },
  back: { vi: 'Nhỏ hơn chỉ số cũ. Đọc lại.', en: 'Below the old one. Read again.' },
  changed: { vi: 'Đã thay công tơ?', en: 'Was it changed?' },
  erase: { vi: 'Xóa', en: 'Erase' },
  save: { vi: 'Lưu và sang công tơ sau', en: 'Save and go on' },
  saved: { vi: 'Đã lưu {value}', en: 'Saved: {value}' },
  before: { vi: '‹ Trước', en: '‹ Before' },
  after: { vi: 'Sau ›', en: 'Next ›' },
  newValue: { vi: 'Chỉ số mới', en: 'New value' },
  readOn: { vi: 'Ngày đọc', en: 'Read on' },
}

/** One meter: what it showed, large keys for what it shows, and a question at once where the number is odd. */
export function OneMeter({
  me,
  meters,
  meter,
}: {
  me: Me
  meters: readonly MeterReading[]
  meter: MeterReading
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [typed, setTyped] = useState(() => (meter.newValue ?? '').replace('.', ','))
  const at = meters.findIndex(({ meterId }) => meterId === meter.meterId)
  const goOn = (to: MeterReading | null | undefined) => {
    if (to != null) goTo('readings', { period: meter.period, meter: to.meterId })
  }
  const save = useMutation({
    mutationFn: (newValue: string) =>
      api.post<MeterReading>(`/v1/markets/${me.market.id}/readings`, {
        meterId: meter.meterId,
        period: meter.period,
        newValue,
        readOn: todayHere(),
      } satisfies SaveReading),
    onSuccess: (saved) => {
      // At once: whoever has opened another page by the time the list has come stays there.
      if (!isWaiting(saved)) goOn(nextWaiting(meters, at))
      return queries.invalidateQueries({ queryKey: ['readings', me.market.id] })
    },
  })
  const value = valueOf(typed)
  const isBack = value !== null && usedFrom(meter.oldValue, value) < 0
  const isSaved = value !== null && meter.newValue !== null && Number(value) === Number(meter.newValue)
  return (
    <section className="meter" aria-label={meter.serial}>
      <Where of={meter} at={at + 1} count={meters.length} />
      <div className="meter-values">
        <p>
          {w.old}
          <b data-testid="old-value">{decimalText(meter.oldValue)}</b>
        </p>
        <p className="new">
          {w.new}
          <output aria-live="polite" data-testid="new-value">
            {typed === '' ? '–' : typed}
          </output>
        </p>
      </div>
      <Used meter={meter} value={value} />
      {isSaved && isWaiting(meter) ? (
        <OddReading me={me} meter={meter} onDone={() => goOn(nextWaiting(meters, at))} />
      ) : null}
      <Keys onPress={(key) => setTyped(pressKey(typed, key))} erase={w.erase} />
      {save.isError ? <Refused error={save.error} labels={w} /> : null}
      <Button
        disabled={value === null || isBack || isSaved || save.isPending}
        onClick={() => {
          if (value !== null) save.mutate(value)
        }}
      >
        {isSaved ? fill(w.saved, { value: typed }) : w.save}
      </Button>
      <div className="row">
        <Button kind="quiet" className="small" disabled={at <= 0} onClick={() => goOn(meters[at - 1])}>
          {w.before}
        </Button>
        <a
          className="text-link"
          href={addressOf('readings/meter', { period: meter.period, meter: meter.meterId })}
        >
          {w.changed}
        </a>
        <Button
          kind="quiet"
          className="small"
          disabled={at === meters.length - 1}
          onClick={() => goOn(meters[at + 1])}
        >
          {w.after}
        </Button>
      </div>
    </section>
  )
}

function Keys({ onPress, erase }: { onPress: (key: (typeof READING_KEYS)[number]) => void; erase: string }) {
  return (
    <div className="cash-keys">
      {READING_KEYS.map((key) => (
        <button key={key} type="button" aria-label={key === '⌫' ? erase : key} onClick={() => onPress(key)}>
          {key}
        </button>
      ))}
    </div>
  )
}

/** What it comes to, beside what the stall usually uses; a number that would run back is said before it is sent. */
function Used({ meter, value }: { meter: MeterReading; value: string | null }) {
  const w = useWords(WORDS)
  const unit = METER_UNITS[meter.service]
  const used = value === null ? null : usedFrom(meter.oldValue, value)
  const average = meter.averageUsage
  return (
    <p className="meter-used" aria-live="polite">
      {used !== null && used < 0 ? (
        <b className="tv-bad">{w.back}</b>
      ) : used === null ? null : (
        <b>{fill(w.used, { usage: decimalText(String(used)), unit })}</b>
      )}
      {average === null ? null : (
        <span className="tv-quiet">{fill(w.average, { average: decimalText(average), unit })}</span>
      )}
    </p>
  )
}
