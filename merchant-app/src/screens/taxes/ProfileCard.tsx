import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  looksMistyped,
  TRADES,
  type SetTaxProfile,
  type TaxProfile,
  type TaxYear,
  type Trade,
} from '@tienve/contracts'
import { Button, Card, ErrorPanel, Field, fullDateOf, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Ghi ở đầu sổ', en: 'At the head of the books' },
  why: {
    vi: 'Ghi một lần, sổ nào cũng có sẵn. Chỉ mình xem được; chỗ nào để trống thì viết tay.',
    en: 'Written once, it stands in every book. Seen by nobody else; what is left empty is written by hand.',
  },
  taxCode: { vi: 'Mã số thuế', en: 'Tax code' },
  taxCodeHint: {
    vi: '10 hoặc 13 số, hoặc 12 số căn cước',
    en: '10 or 13 digits, or the 12 of the identity card',
  },
  odd: {
    vi: 'Số này có thể gõ nhầm: số thứ 10 không khớp. Xem lại trên giấy; đúng rồi thì cứ ghi.',
    en: 'This may be mistyped: the tenth digit does not fit. Look at the paper; keep it if it is right.',
  },
  name: { vi: 'Tên hộ kinh doanh', en: 'Name of the household business' },
  address: { vi: 'Địa chỉ kinh doanh', en: 'Business address' },
  trade: { vi: 'Bán gì?', en: 'What is sold?' },
  goods: { vi: 'Hàng hóa', en: 'Goods' },
  food: { vi: 'Đồ ăn, uống', en: 'Food and drink' },
  services: { vi: 'Dịch vụ', en: 'Services' },
  other: { vi: 'Nghề khác', en: 'Other' },
  beganOn: { vi: 'Ngày bắt đầu kinh doanh (nếu nhớ)', en: 'First day of business (if known)' },
  nothing: { vi: 'chưa ghi', en: 'not written yet' },
  edit: { vi: 'Sửa', en: 'Change' },
  fill: { vi: 'Ghi thông tin', en: 'Write it down' },
  save: { vi: 'Ghi lại', en: 'Keep it' },
  cancel: { vi: 'Thôi', en: 'Leave it' },
}

/** What stands at the head of every book, and the form in which it is written once. */
export function ProfileCard({ stallId, of: { profile } }: { stallId: string; of: TaxYear }) {
  const w = useWords(WORDS)
  const [open, setOpen] = useState(false)
  const isEmpty = Object.values(profile).every((one) => one === null)
  return (
    <Card title={w.title}>
      <p className="hint">{w.why}</p>
      {open ? (
        <ProfileForm stallId={stallId} profile={profile} onDone={() => setOpen(false)} />
      ) : (
        <>
          {isEmpty ? null : <Said of={profile} />}
          <Button kind="quiet" onClick={() => setOpen(true)}>
            {isEmpty ? w.fill : w.edit}
          </Button>
        </>
      )}
    </Card>
  )
}

function Said({ of }: { of: TaxProfile }) {
  const w = useWords(WORDS)
  const rows = [
    [w.taxCode, of.taxCode],
    [w.name, of.name],
    [w.address, of.address],
    [w.trade, of.trade === null ? null : w[of.trade]],
    [w.beganOn, of.beganOn === null ? null : fullDateOf(of.beganOn)],
  ] as const
  return (
    <dl className="tax-said" data-testid="tax-said">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={value === null ? 'hint' : ''}>{value ?? w.nothing}</dd>
        </div>
      ))}
    </dl>
  )
}

function ProfileForm({
  stallId,
  profile,
  onDone,
}: {
  stallId: string
  profile: TaxProfile
  onDone: () => void
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [typed, setTyped] = useState({
    taxCode: profile.taxCode ?? '',
    name: profile.name ?? '',
    address: profile.address ?? '',
    beganOn: profile.beganOn ?? '',
  })
  const [trade, setTrade] = useState<Trade | null>(profile.trade)
  const save = useMutation({
    mutationFn: (said: SetTaxProfile) => api.put<TaxProfile>(`/v1/stalls/${stallId}/tax-profile`, said),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['taxes', stallId] })
      onDone()
    },
  })
  const field = (name: keyof typeof typed) => ({
    label: w[name],
    id: `tax-${name}`,
    value: typed[name],
    onChange: ({ target }: { target: { value: string } }) => setTyped({ ...typed, [name]: target.value }),
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({
          taxCode: orNull(typed.taxCode),
          name: orNull(typed.name),
          address: orNull(typed.address),
          trade,
          beganOn: orNull(typed.beganOn),
        })
      }}
    >
      <Field
        {...field('taxCode')}
        inputMode="numeric"
        maxLength={30}
        autoComplete="off"
        aria-describedby="tax-hint"
      />
      <p className="hint" id="tax-hint">
        {w.taxCodeHint}
      </p>
      {looksMistyped(typed.taxCode) ? (
        <p className="tax-odd" role="status">
          {w.odd}
        </p>
      ) : null}
      <Field {...field('name')} maxLength={120} autoComplete="off" />
      <Field {...field('address')} maxLength={200} autoComplete="off" />
      <fieldset className="tax-trades">
        <legend>{w.trade}</legend>
        {TRADES.map((one) => (
          <label key={one}>
            <input type="radio" name="trade" checked={trade === one} onChange={() => setTrade(one)} />
            {w[one]}
          </label>
        ))}
      </fieldset>
      <Field {...field('beganOn')} type="date" min="1950-01-01" />
      {save.isError ? <ErrorPanel error={save.error} /> : null}
      <Button type="submit" disabled={save.isPending}>
        {w.save}
      </Button>
      <Button kind="quiet" onClick={onDone}>
        {w.cancel}
      </Button>
    </form>
  )
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}
