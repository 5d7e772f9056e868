import { useMutation, useQueryClient } from '@tanstack/react-query'
import { roleCan, SERVICES, type EndTariff, type Me, type Tariff } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, ErrorPanel, Field, fill, fullDateOf, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Table, type Column } from '../../parts.tsx'
import { decimalText, SERVICE_WORDS, STALL_KIND_WORDS, todayHere, UNIT_WORDS } from '../../services.ts'

const WORDS = {
  name: { vi: 'Tên', en: 'Name' },
  price: { vi: 'Đơn giá', en: 'Price' },
  ceiling: { vi: 'Tối đa', en: 'Ceiling' },
  scope: { vi: 'Áp dụng cho', en: 'For' },
  since: { vi: 'Từ ngày', en: 'Since' },
  decision: { vi: 'Quyết định', en: 'Decision' },
  change: { vi: 'Ngừng', en: 'End' },
  history: { vi: 'Giá đã qua ({count})', en: 'Earlier prices ({count})' },
  everyone: { vi: 'Mọi sạp', en: 'Every stall' },
  grade: { vi: 'Vị trí {grade}', en: 'Grade {grade}' },
  zone: { vi: 'Khu {zone}', en: 'Zone {zone}' },
  from: { vi: 'từ {quantity}', en: 'from {quantity}' },
  percentOf: { vi: '{rate} % của {services}', en: '{rate} % of {services}' },
  vatIn: { vi: 'đã gồm thuế GTGT', en: 'VAT included' },
  vatOn: { vi: 'chưa gồm thuế GTGT', en: 'VAT on top' },
  passed: { vi: 'trả lại nhà cung cấp', en: 'passed on to the supplier' },
  paused: { vi: 'tính cả khi tạm nghỉ', en: 'also while paused' },
  comes: { vi: 'sẽ áp dụng', en: 'to come' },
  until: { vi: 'đến {day}', en: 'until {day}' },
  endTitle: { vi: 'Ngừng giá “{name}”', en: 'End “{name}”' },
  endDay: { vi: 'Ngày cuối còn áp dụng', en: 'Its last day' },
  end: { vi: 'Ngừng giá này', en: 'End this price' },
  keep: { vi: 'Để nguyên', en: 'Keep it' },
}

/** Prices by service: those in force or to come stand open, those that have ended are folded away. */
export function PriceList({ me, tariffs }: { me: Me; tariffs: readonly Tariff[] }) {
  const w = useWords(WORDS)
  const services = useWords(SERVICE_WORDS)
  const [ending, setEnding] = useState<Tariff | null>(null)
  const columns = useColumns(roleCan(me.user.role, 'tariffs.write') ? setEnding : null)
  const today = todayHere()
  return (
    <>
      {SERVICES.map((service) => {
        const own = tariffs.filter((one) => one.service === service)
        if (own.length === 0) return null
        const [now, past] = [own.filter(isNow), own.filter((one) => !isNow(one))]
        return (
          <Card key={service} title={services[service]}>
            {ending?.service === service ? <End tariff={ending} onDone={() => setEnding(null)} /> : null}
            {now.length === 0 ? null : (
              <Table caption={services[service]} rows={now} keyOf={({ id }) => id} columns={columns} />
            )}
            {past.length === 0 ? null : (
              <details>
                <summary className="touch-summary">{fill(w.history, { count: past.length })}</summary>
                <Table
                  caption={fill(w.history, { count: past.length })}
                  rows={past}
                  keyOf={({ id }) => id}
                  columns={columns.slice(0, 6)}
                />
              </details>
            )}
          </Card>
        )
      })}
    </>
  )

  function isNow({ effectiveTo }: Tariff): boolean {
    return effectiveTo === null || effectiveTo >= today
  }
}

function useColumns(onEnd: ((tariff: Tariff) => void) | null): Column<Tariff>[] {
  const w = useWords(WORDS)
  const scopeOf = useScope()
  const today = todayHere()
  return [
    {
      head: w.name,
      card: 'title',
      cell: (row) => (
        <>
          {row.name}
          <br />
          <small className="tv-quiet">
            {[
              row.passThrough ? w.passed : row.vatIncluded ? w.vatIn : w.vatOn,
              ...(row.whilePaused ? [w.paused] : []),
            ].join(' · ')}
          </small>
        </>
      ),
    },
    { head: w.price, number: true, card: 'line', cell: (row) => <PriceText of={row} /> },
    {
      head: w.ceiling,
      number: true,
      card: 'line',
      cell: (row) => (row.ceilingVnd === null ? '–' : formatVnd(row.ceilingVnd)),
    },
    { head: w.scope, card: 'line', cell: scopeOf },
    {
      head: w.since,
      card: 'line',
      cell: (row) => (
        <>
          {fullDateOf(row.effectiveFrom)}
          {row.effectiveTo === null ? null : ` ${fill(w.until, { day: fullDateOf(row.effectiveTo) })}`}
          {row.effectiveFrom > today ? <b> ({w.comes})</b> : null}
        </>
      ),
    },
    { head: w.decision, card: 'line', cell: ({ decision }) => decision },
    ...(onEnd === null
      ? []
      : [
          {
            head: w.change,
            cell: (row: Tariff) =>
              row.effectiveTo === null ? (
                <Button kind="quiet" className="small" onClick={() => onEnd(row)}>
                  {w.change}
                </Button>
              ) : null,
          },
        ]),
  ]
}

/** A price in one line, or its steps, or its percentage. */
function PriceText({ of }: { of: Tariff }) {
  const w = useWords(WORDS)
  const units = useWords(UNIT_WORDS)
  const services = useWords(SERVICE_WORDS)
  if (of.ratePercent !== null) {
    const names = of.percentOf.map((service) => services[service].toLowerCase()).join(', ')
    return fill(w.percentOf, { rate: decimalText(of.ratePercent), services: names })
  }
  if (of.unitPriceVnd !== null) return `${formatVnd(of.unitPriceVnd)} / ${units[of.unit]}`
  return of.tiers.map(({ fromQuantity, unitPriceVnd }) => (
    <div key={fromQuantity}>
      {fill(w.from, { quantity: decimalText(fromQuantity) })}: {formatVnd(unitPriceVnd)} / {units[of.unit]}
    </div>
  ))
}

/** The stalls that a price is for, in words. */
function useScope(): (tariff: Tariff) => string {
  const w = useWords(WORDS)
  const kinds = useWords(STALL_KIND_WORDS)
  return ({ positionGrade, zoneCode, stallKind }) => {
    const parts = [
      ...(positionGrade === null ? [] : [fill(w.grade, { grade: positionGrade })]),
      ...(zoneCode === null ? [] : [fill(w.zone, { zone: zoneCode })]),
      ...(stallKind === null ? [] : [kinds[stallKind]]),
    ]
    return parts.length === 0 ? w.everyone : parts.join(', ')
  }
}

function End({ tariff, onDone }: { tariff: Tariff; onDone: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [day, setDay] = useState(todayHere())
  const end = useMutation({
    mutationFn: () =>
      api.post<Tariff>(`/v1/tariffs/${tariff.id}/end`, { effectiveTo: day } satisfies EndTariff),
    onSuccess: () => {
      onDone()
      return queries.invalidateQueries({ queryKey: ['tariffs'] })
    },
  })
  return (
    <form
      className="stack inset"
      onSubmit={(event) => {
        event.preventDefault()
        end.mutate()
      }}
    >
      <b>{fill(w.endTitle, { name: tariff.name })}</b>
      <div className="filters">
        <Field
          id="end-day"
          type="date"
          label={w.endDay}
          required
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <Button kind="danger" type="submit" disabled={end.isPending}>
          {w.end}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {w.keep}
        </Button>
      </div>
      {end.isError ? <ErrorPanel error={end.error} /> : null}
    </form>
  )
}
