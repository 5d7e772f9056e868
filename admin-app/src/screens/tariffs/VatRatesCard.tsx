import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  roleCan,
  SERVICES,
  type CreateVatRate,
  type Me,
  type VatRate,
  type VatRates,
} from '@tienve/contracts'
import { Button, Card, Field, fill, fullDateOf, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Table } from '../../parts.tsx'
import { Refused } from '../../Refused.tsx'
import { decimalOf, decimalText, SERVICE_WORDS, todayHere } from '../../services.ts'

const WORDS = {
  title: { vi: 'Thuế suất GTGT', en: 'Rates of VAT' },
  lead: {
    vi: 'Thuế suất là tham số có ngày, kế toán kiểm tra theo văn bản. Phần mềm không tư vấn thuế.',
    en: 'A rate is a dated parameter that the accountant checks. The software gives no tax advice.',
  },
  service: { vi: 'Dịch vụ', en: 'Service' },
  all: { vi: 'Mọi dịch vụ khác', en: 'All others' },
  ratePercent: { vi: 'Thuế suất (%)', en: 'Rate (%)' },
  effectiveFrom: { vi: 'Từ ngày', en: 'From' },
  effectiveTo: { vi: 'Đến ngày', en: 'Until' },
  source: { vi: 'Theo văn bản', en: 'Source' },
  checkedOn: { vi: 'Kiểm tra ngày', en: 'Checked on' },
  add: { vi: 'Ghi thuế suất mới', en: 'Enter a rate' },
  save: { vi: 'Ghi thuế suất', en: 'Save the rate' },
  span: { vi: '{from} – {to}', en: '{from} – {to}' },
  on: { vi: 'từ {from}', en: 'from {from}' },
}

/** Rates of VAT with the text that says so and the day when somebody last looked. */
export function VatRatesCard({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const services = useWords(SERVICE_WORDS)
  const rates = useQuery({
    queryKey: ['vat-rates', me.market.id],
    queryFn: () => api.get<VatRates>(`/v1/markets/${me.market.id}/vat-rates`),
  })
  return (
    <Card title={w.title}>
      <p className="tv-quiet">{w.lead}</p>
      <Answer of={rates}>
        {({ items }) => (
          <Table
            caption={w.title}
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              {
                head: w.service,
                card: 'title',
                cell: ({ service }) => (service === null ? w.all : services[service]),
              },
              {
                head: w.ratePercent,
                number: true,
                card: 'figure',
                cell: ({ ratePercent }) => `${decimalText(ratePercent)} %`,
              },
              { head: w.effectiveFrom, card: 'line', cell: (row) => spanOf(row) },
              { head: w.source, card: 'note', cell: ({ source }) => source },
              { head: w.checkedOn, card: 'line', cell: ({ checkedOn }) => fullDateOf(checkedOn) },
            ]}
          />
        )}
      </Answer>
      {roleCan(me.user.role, 'tariffs.write') ? <AddRate market={me.market.id} /> : null}
    </Card>
  )

  function spanOf({ effectiveFrom, effectiveTo }: VatRate): string {
    const from = fullDateOf(effectiveFrom)
    return effectiveTo === null ? fill(w.on, { from }) : fill(w.span, { from, to: fullDateOf(effectiveTo) })
  }
}

function AddRate({ market }: { market: string }) {
  const w = useWords(WORDS)
  const services = useWords(SERVICE_WORDS)
  const queries = useQueryClient()
  const empty = {
    service: '',
    ratePercent: '',
    effectiveFrom: todayHere(),
    source: '',
    checkedOn: todayHere(),
  }
  const [input, setInput] = useState(empty)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const add = useMutation({
    mutationFn: () => {
      const body: CreateVatRate = {
        ...input,
        service: SERVICES.find((one) => one === input.service) ?? null,
        ratePercent: decimalOf(input.ratePercent) ?? input.ratePercent,
      }
      return api.post<VatRate>(`/v1/markets/${market}/vat-rates`, body, { idempotencyKey: key })
    },
    onSuccess: () => {
      setInput(empty)
      return queries.invalidateQueries({ queryKey: ['vat-rates'] })
    },
    onSettled: () => setKey(crypto.randomUUID()),
  })
  const field = (name: 'ratePercent' | 'effectiveFrom' | 'source' | 'checkedOn') => ({
    id: `vat-${name}`,
    label: w[name],
    required: true,
    value: input[name],
    onChange: (event: { target: { value: string } }) => setInput({ ...input, [name]: event.target.value }),
  })
  return (
    <details>
      <summary className="touch-summary">{w.add}</summary>
      <form
        className="stack inset"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate()
        }}
      >
        <div className="two">
          <Select
            id="vat-service"
            label={w.service}
            value={input.service}
            onChange={(event) => setInput({ ...input, service: event.target.value })}
          >
            <option value="">{w.all}</option>
            {SERVICES.map((one) => (
              <option key={one} value={one}>
                {services[one]}
              </option>
            ))}
          </Select>
          <Field {...field('ratePercent')} inputMode="decimal" />
          <Field {...field('effectiveFrom')} type="date" />
          <Field {...field('checkedOn')} type="date" />
        </div>
        <Field {...field('source')} maxLength={200} />
        {add.isError ? <Refused error={add.error} labels={w} /> : null}
        <Button type="submit" disabled={add.isPending}>
          {w.save}
        </Button>
      </form>
    </details>
  )
}
