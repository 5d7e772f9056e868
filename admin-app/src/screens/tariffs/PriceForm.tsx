import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  SERVICES,
  STALL_KINDS,
  type Me,
  type Tariff,
  type TariffDecision,
  type Zones,
} from '@tienve/contracts'
import { Button, Card, Field, fullDateOf, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Refused } from '../../Refused.tsx'
import { goTo } from '../../route.ts'
import { SERVICE_WORDS, STALL_KIND_WORDS } from '../../services.ts'
import { Amounts } from './Amounts.tsx'
import { emptyPrice, isAboveCeiling, toTariff, withService, type PriceInput } from './price-input.ts'

const WORDS = {
  back: { vi: '‹ Biểu giá', en: '‹ Prices' },
  title: { vi: 'Thêm giá', en: 'Add a price' },
  first: {
    vi: 'Chưa có quyết định nào. Về Biểu giá, ghi quyết định trước.',
    en: 'There is no decision yet. Go back and enter it first.',
  },
  what: { vi: '1. Giá của dịch vụ nào', en: '1. Which service' },
  decisionId: { vi: 'Theo quyết định', en: 'By the decision' },
  service: { vi: 'Dịch vụ', en: 'Service' },
  name: { vi: 'Tên trên phiếu', en: 'Name on the bill' },
  amounts: { vi: '2. Đơn giá', en: '2. The price' },
  who: { vi: '3. Áp dụng cho sạp nào', en: '3. For which stalls' },
  positionGrade: { vi: 'Vị trí', en: 'Position grade' },
  zoneId: { vi: 'Khu', en: 'Zone' },
  stallKind: { vi: 'Loại điểm', en: 'Kind' },
  any: { vi: 'Tất cả', en: 'All' },
  narrow: {
    vi: 'Hai giá cùng khớp một sạp thì giá ghi hẹp hơn được dùng.',
    en: 'Where two prices fit a stall, the narrower one is used.',
  },
  when: { vi: '4. Từ ngày nào', en: '4. Since when' },
  effectiveFrom: { vi: 'Áp dụng từ ngày', en: 'In force from' },
  ends: {
    vi: 'Giá đang dùng cùng tên, cùng phạm vi sẽ ngừng từ hôm trước. Tháng đã phát hành không đổi.',
    en: 'The price of the same name and scope ends the day before. A month that is billed does not change.',
  },
  whilePaused: { vi: 'Tính cả những ngày sạp tạm nghỉ', en: 'Charged on the days of a pause too' },
  save: { vi: 'Ghi giá này', en: 'Save this price' },
  unitPriceVnd: { vi: 'Đơn giá', en: 'Price' },
  ceilingVnd: { vi: 'Mức tối đa', en: 'Ceiling' },
  tiers: { vi: 'Bậc giá', en: 'Tiers' },
  ratePercent: { vi: 'Phần trăm', en: 'Percent' },
  percentOf: { vi: 'Của dịch vụ', en: 'Of' },
  unit: { vi: 'Tính theo', en: 'By' },
}

export type Change = (change: Partial<PriceInput>) => void

/** One price under a decision: the service, its price in words, the stalls it is for, and since when. */
export function PriceForm({ me, decisions }: { me: Me; decisions: readonly TariffDecision[] }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [input, setInput] = useState(() => emptyPrice(decisions[0]?.id ?? ''))
  const [key, setKey] = useState(() => crypto.randomUUID())
  const change: Change = (some) => setInput((now) => ({ ...now, ...some }))
  const add = useMutation({
    mutationFn: () =>
      api.post<Tariff>(`/v1/markets/${me.market.id}/tariffs`, toTariff(input), { idempotencyKey: key }),
    onSuccess: () => {
      goTo('tariffs')
      return queries.invalidateQueries({ queryKey: ['tariffs'] })
    },
    onSettled: () => setKey(crypto.randomUUID()),
  })
  if (decisions.length === 0) return <p>{w.first}</p>
  return (
    <form
      className="stack narrow"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate()
      }}
    >
      <a className="text-link touch-link" href="#/tariffs">
        {w.back}
      </a>
      <h1>{w.title}</h1>
      <What input={input} decisions={decisions} onChange={change} />
      <Card title={w.amounts}>
        <Amounts input={input} onChange={change} />
      </Card>
      <Who me={me} input={input} onChange={change} />
      <Card title={w.when}>
        <Field
          id="price-from"
          type="date"
          label={w.effectiveFrom}
          required
          value={input.effectiveFrom}
          onChange={(event) => change({ effectiveFrom: event.target.value })}
        />
        <p className="tv-quiet">{w.ends}</p>
      </Card>
      {add.isError ? <Refused error={add.error} labels={w} /> : null}
      <Button type="submit" disabled={add.isPending || isAboveCeiling(input)}>
        {w.save}
      </Button>
    </form>
  )
}

function What({
  input,
  decisions,
  onChange,
}: {
  input: PriceInput
  decisions: readonly TariffDecision[]
  onChange: Change
}) {
  const w = useWords(WORDS)
  const services = useWords(SERVICE_WORDS)
  return (
    <Card title={w.what}>
      <Select
        id="price-decision"
        label={w.decisionId}
        value={input.decisionId}
        onChange={(event) => onChange({ decisionId: event.target.value })}
      >
        {decisions.map(({ id, number, issuedOn }) => (
          <option key={id} value={id}>
            {number} · {fullDateOf(issuedOn)}
          </option>
        ))}
      </Select>
      <Select
        id="price-service"
        label={w.service}
        value={input.service}
        onChange={(event) => onChange(withService(input, event.target.value))}
      >
        {SERVICES.map((one) => (
          <option key={one} value={one}>
            {services[one]}
          </option>
        ))}
      </Select>
      <Field
        id="price-name"
        label={w.name}
        required
        maxLength={160}
        value={input.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
    </Card>
  )
}

function Who({ me, input, onChange }: { me: Me; input: PriceInput; onChange: Change }) {
  const w = useWords(WORDS)
  const kinds = useWords(STALL_KIND_WORDS)
  const zones = useQuery({
    queryKey: ['zones', me.market.id],
    queryFn: () => api.get<Zones>(`/v1/markets/${me.market.id}/zones`),
  })
  const choices = {
    positionGrade: ['1', '2', '3'].map((grade) => [grade, grade] as const),
    zoneId: (zones.data?.items ?? []).map(({ id, code, name }) => [id, `${code} · ${name}`] as const),
    stallKind: STALL_KINDS.map((kind) => [kind, kinds[kind]] as const),
  }
  return (
    <Card title={w.who}>
      {(['zoneId', 'positionGrade', 'stallKind'] as const).map((name) => (
        <Select
          key={name}
          id={`price-${name}`}
          label={w[name]}
          value={input[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        >
          <option value="">{w.any}</option>
          {choices[name].map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      ))}
      <p className="tv-quiet">{w.narrow}</p>
      <label className="check">
        <input
          type="checkbox"
          checked={input.whilePaused}
          onChange={(event) => onChange({ whilePaused: event.target.checked })}
        />
        {w.whilePaused}
      </label>
    </Card>
  )
}
