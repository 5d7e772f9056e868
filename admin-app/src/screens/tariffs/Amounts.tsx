import { SERVICES, TARIFF_UNITS, type TariffUnit } from '@tienve/contracts'
import { formatVnd, multiplyRate } from '@tienve/money'
import { Button, Field, fill, Select, useWords, type Words } from '@tienve/ui'
import { SERVICE_WORDS, UNIT_WORDS, vndOf } from '../../services.ts'
import { EMPTY_TIER, isAboveCeiling, unitsOf, type PriceInput } from './price-input.ts'
import type { Change } from './PriceForm.tsx'

const WORDS = {
  unit: { vi: 'Tính theo', en: 'By' },
  price: { vi: 'Đơn giá (đ / {unit})', en: 'Price (đ / {unit})' },
  ceiling: { vi: 'Mức tối đa của quyết định (đ)', en: 'Ceiling of the decision (đ)' },
  above: {
    vi: 'Đơn giá cao hơn mức tối đa của quyết định.',
    en: 'The price is above the ceiling of its decision.',
  },
  tiered: { vi: 'Giá bậc thang: dùng nhiều tính giá khác', en: 'Tiers: another price for who uses more' },
  from: { vi: 'Bậc {step}, từ ({unit})', en: 'Step {step}, from ({unit})' },
  tierPrice: { vi: 'Đơn giá (đ)', en: 'Price (đ)' },
  tierCeiling: { vi: 'Tối đa (đ)', en: 'Ceiling (đ)' },
  more: { vi: 'Thêm bậc', en: 'Another step' },
  rate: { vi: 'Phần trăm', en: 'Percent' },
  percentOf: { vi: 'Của dịch vụ', en: 'Of the services' },
  vatIncluded: { vi: 'Giá đã gồm thuế GTGT', en: 'The price holds the VAT' },
  passThrough: {
    vi: 'Trả lại nhà cung cấp đúng giá, không phải doanh thu của chợ',
    en: 'Passed on at cost to who supplies it: no revenue of the board',
  },
}

const EXPLAINED: Words<TariffUnit> = {
  m2_month: {
    vi: 'Mỗi m² một tháng. Sạp 4,5 m²: 4,5 m² × {price} = {sum} một tháng; bắt đầu hay nghỉ giữa tháng thì tính theo ngày.',
    en: 'A m² and month. A stall of 4.5 m²: 4.5 m² × {price} = {sum} a month, by days where it begins or ends within.',
  },
  m2_day: {
    vi: 'Mỗi m² một ngày. Sạp 4,5 m² trong 30 ngày: 4,5 m² × {price} × 30 = {sum}.',
    en: 'A m² and day. A stall of 4.5 m² for 30 days: 4.5 m² × {price} × 30 = {sum}.',
  },
  stall_month: {
    vi: 'Mỗi sạp một tháng, to nhỏ như nhau: {sum} một tháng.',
    en: 'A stall and month, large or small: {sum} a month.',
  },
  stall_day: {
    vi: 'Mỗi sạp một ngày. 30 ngày: {price} × 30 = {sum}.',
    en: 'A stall and day. For 30 days: {price} × 30 = {sum}.',
  },
  kwh: {
    vi: 'Theo công tơ điện. Dùng 100 kWh: 100 × {price} = {sum}.',
    en: 'By the meter. For 100 kWh: 100 × {price} = {sum}.',
  },
  m3: {
    vi: 'Theo đồng hồ nước. Dùng 10 m³: 10 × {price} = {sum}.',
    en: 'By the meter. For 10 m³: 10 × {price} = {sum}.',
  },
  ticket: {
    vi: 'Mỗi vé một lượt bán, cho người không có sạp: {sum}.',
    en: 'A ticket for who sells without a stall: {sum}.',
  },
  percent: {
    vi: 'Một phần trăm trên tiền (chưa thuế) của các dịch vụ chọn dưới đây.',
    en: 'A percentage of the net sums of the services chosen below.',
  },
}

/** How much of each unit the example takes. */
const EXAMPLE: Record<TariffUnit, string> = {
  m2_month: '4.5',
  m2_day: '135',
  stall_month: '1',
  stall_day: '30',
  kwh: '100',
  m3: '10',
  ticket: '1',
  percent: '0',
}

/** The price itself, with what its unit means said in a sum that anybody can check. */
export function Amounts({ input, onChange }: { input: PriceInput; onChange: Change }) {
  const w = useWords(WORDS)
  const units = useWords(UNIT_WORDS)
  const isMetered = input.unit === 'kwh' || input.unit === 'm3'
  return (
    <>
      <Select
        id="price-unit"
        label={w.unit}
        value={input.unit}
        onChange={(event) =>
          onChange({ unit: TARIFF_UNITS.find((unit) => unit === event.target.value) ?? input.unit })
        }
      >
        {unitsOf(input.service).map((unit) => (
          <option key={unit} value={unit}>
            {units[unit]}
          </option>
        ))}
      </Select>
      <Explained input={input} />
      {isMetered ? (
        <Check words={w.tiered} checked={input.isTiered} onChange={(isTiered) => onChange({ isTiered })} />
      ) : null}
      {input.unit === 'percent' ? (
        <Percentage input={input} onChange={onChange} />
      ) : isMetered && input.isTiered ? (
        <Tiers input={input} onChange={onChange} />
      ) : (
        <OnePrice input={input} onChange={onChange} />
      )}
      <Check
        words={w.vatIncluded}
        checked={input.vatIncluded}
        onChange={(vatIncluded) => onChange({ vatIncluded })}
      />
      {isMetered ? (
        <Check
          words={w.passThrough}
          checked={input.passThrough}
          onChange={(passThrough) => onChange({ passThrough })}
        />
      ) : null}
    </>
  )
}

function Explained({ input }: { input: PriceInput }) {
  const words = useWords(EXPLAINED)
  const priceVnd = BigInt(vndOf(input.unitPriceVnd) ?? 45_000)
  const sum = multiplyRate(EXAMPLE[input.unit], priceVnd)
  return (
    <p className="inset" aria-live="polite">
      {fill(words[input.unit], { price: formatVnd(priceVnd), sum: formatVnd(sum) })}
    </p>
  )
}

function OnePrice({ input, onChange }: { input: PriceInput; onChange: Change }) {
  const w = useWords(WORDS)
  const units = useWords(UNIT_WORDS)
  return (
    <>
      <div className="two">
        <Field
          id="price-vnd"
          inputMode="numeric"
          label={fill(w.price, { unit: units[input.unit] })}
          required
          value={input.unitPriceVnd}
          onChange={(event) => onChange({ unitPriceVnd: event.target.value })}
        />
        <Field
          id="price-ceiling"
          inputMode="numeric"
          label={w.ceiling}
          required
          value={input.ceilingVnd}
          onChange={(event) => onChange({ ceilingVnd: event.target.value })}
        />
      </div>
      {isAboveCeiling(input) ? (
        <p className="tv-bad" role="alert">
          {w.above}
        </p>
      ) : null}
    </>
  )
}

function Tiers({ input, onChange }: { input: PriceInput; onChange: Change }) {
  const w = useWords(WORDS)
  const units = useWords(UNIT_WORDS)
  const set = (at: number, change: Partial<PriceInput['tiers'][number]>) =>
    onChange({ tiers: input.tiers.map((tier, one) => (one === at ? { ...tier, ...change } : tier)) })
  return (
    <>
      {input.tiers.map((tier, at) => (
        <div key={at} className="tier">
          {(['fromQuantity', 'unitPriceVnd', 'ceilingVnd'] as const).map((name) => (
            <Field
              key={name}
              id={`tier-${at}-${name}`}
              inputMode="numeric"
              label={
                name === 'fromQuantity'
                  ? fill(w.from, { step: at + 1, unit: units[input.unit] })
                  : name === 'ceilingVnd'
                    ? w.tierCeiling
                    : w.tierPrice
              }
              value={tier[name]}
              onChange={(event) => set(at, { [name]: event.target.value })}
            />
          ))}
          {isAboveCeiling(tier) ? (
            <p className="tv-bad" role="alert">
              {w.above}
            </p>
          ) : null}
        </div>
      ))}
      <Button
        kind="quiet"
        className="small"
        disabled={input.tiers.length === 12}
        onClick={() => onChange({ tiers: [...input.tiers, EMPTY_TIER] })}
      >
        {w.more}
      </Button>
    </>
  )
}

function Percentage({ input, onChange }: { input: PriceInput; onChange: Change }) {
  const w = useWords(WORDS)
  const services = useWords(SERVICE_WORDS)
  return (
    <>
      <Field
        id="price-percent"
        inputMode="decimal"
        label={w.rate}
        required
        value={input.ratePercent}
        onChange={(event) => onChange({ ratePercent: event.target.value })}
      />
      <fieldset className="checks">
        <legend>{w.percentOf}</legend>
        {SERVICES.filter((one) => one !== input.service && one !== 'day_ticket').map((one) => (
          <Check
            key={one}
            words={services[one]}
            checked={input.percentOf.includes(one)}
            onChange={(isChosen) =>
              onChange({
                percentOf: isChosen
                  ? [...input.percentOf, one]
                  : input.percentOf.filter((other) => other !== one),
              })
            }
          />
        ))}
      </fieldset>
    </>
  )
}

function Check({
  words,
  checked,
  onChange,
}: {
  words: string
  checked: boolean
  onChange: (isChecked: boolean) => void
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {words}
    </label>
  )
}
