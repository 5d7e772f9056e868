import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ChargePage, Me, ResolveSuspense, SuspenseDetail, SuspensePart } from '@tienve/contracts'
import { formatVnd, parseVnd } from '@tienve/money'
import { Banner, Button, Card, ErrorPanel, Field, fill, monthOf, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Xử lý', en: 'Resolve' },
  what: { vi: 'Là tiền gì', en: 'What it is' },
  choose: { vi: 'Chọn cách xử lý', en: 'Choose what to do' },
  notOurs: { vi: 'Không phải của chợ: ghi sổ kế toán chung', en: 'Not the market’s: to the general books' },
  spent: { vi: 'Tiền chợ chi: ghi sổ kế toán chung', en: 'The market spent it: to the general books' },
  close: { vi: 'Không phải của chợ: đóng lại', en: 'Not the market’s: close it' },
  sighting: { vi: 'Là giao dịch đã chọn ở trên', en: 'The transaction chosen above' },
  giveBack: { vi: 'Trả lại người gửi', en: 'Give it back' },
  wholeDebt: { vi: 'cả nợ', en: 'whole debt' },
  toWhom: { vi: 'Trả cho ai (tên, ngân hàng, số tài khoản)', en: 'To whom (name, bank, account)' },
  returnNote: {
    vi: 'Bạn tự chuyển trả ở ngân hàng, ghi mã máy cho. Khoản này đóng khi ngân hàng báo tiền đã ra.',
    en: 'You send it at your bank with the code shown. It is closed when the bank tells that it left.',
  },
  part: { vi: 'Phần {n}: số tiền', en: 'Part {n}: sum' },
  split: { vi: 'Chia ra nhiều phần', en: 'Split it' },
  more: { vi: 'Thêm phần', en: 'One more part' },
  less: { vi: 'Bỏ phần {n}', en: 'Take part {n} away' },
  left: { vi: 'Còn phải chia: {sum}', en: 'Still to place: {sum}' },
  even: { vi: 'Các phần cộng đủ {sum}', en: 'The parts come to {sum}' },
  beyond: { vi: 'Các phần vượt {sum}', en: 'The parts are {sum} too much' },
  reason: { vi: 'Lý do', en: 'Reason' },
  large: {
    vi: 'Từ {sum} trở lên cần trưởng ban duyệt rồi mới ghi sổ.',
    en: 'From {sum} on the head of the board has to approve it first.',
  },
  save: { vi: 'Ghi', en: 'Save' },
  propose: { vi: 'Gửi trưởng ban duyệt', en: 'Send for approval' },
}

/** Money in, money out, or what the books do not hold at all. */
type Kind = 'in' | 'out' | 'outside'

function kindOf({ isInBooks, direction }: SuspenseDetail): Kind {
  return isInBooks ? direction : 'outside'
}

/** What a suggestion fills in. */
export type Draft = { key: string; target: string; reason: string }
type Line = { key: number; target: string; sum: string; toWhom: string }

const MOST_PARTS = 20

/** The whole sum as one thing, or split into parts, with what is left to place shown all the time. */
export function ResolveForm({ me, item, start }: { me: Me; item: SuspenseDetail; start: Draft | null }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [lines, setLines] = useState<Line[]>([
    { key: 0, target: start?.target ?? (kindOf(item) === 'in' ? '' : 'not_ours'), sum: '', toWhom: '' },
  ])
  const [reason, setReason] = useState(start?.reason ?? '')
  const save = useMutation({
    mutationFn: (body: ResolveSuspense) => api.post(`/v1/suspense/${item.id}/resolve`, body),
    onSuccess: () => queries.invalidateQueries(),
  })
  const isSplit = lines.length > 1
  const parts = lines.map((line) => partOf(line, isSplit ? sumOf(line) : item.amountVnd))
  const leftVnd = item.amountVnd - lines.reduce((sum, line) => sum + sumOf(line), 0)
  const body = bodyOf(parts, reason, isSplit ? leftVnd : 0)
  const isLarge = item.isInBooks && item.amountVnd >= item.twoPeopleFromVnd
  const change = (key: number, to: Partial<Line>) =>
    setLines(lines.map((line) => (line.key === key ? { ...line, ...to } : line)))
  const add = () => {
    const next = Math.max(...lines.map(({ key }) => key)) + 1
    setLines([...lines, { key: next, target: '', sum: '', toWhom: '' }])
  }
  return (
    <Card title={w.title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (body !== null) save.mutate(body)
        }}
      >
        {lines.map((line, at) => (
          <Part
            key={line.key}
            me={me}
            kind={kindOf(item)}
            line={line}
            number={isSplit ? at + 1 : null}
            onChange={(to) => change(line.key, to)}
            onDrop={() => setLines(lines.filter(({ key }) => key !== line.key))}
          />
        ))}
        {isSplit ? <Left vnd={leftVnd} wholeVnd={item.amountVnd} /> : null}
        {kindOf(item) === 'in' && lines.length < MOST_PARTS ? (
          <Button kind="quiet" onClick={add}>
            {isSplit ? w.more : w.split}
          </Button>
        ) : null}
        <Field
          id="reason"
          label={w.reason}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {isLarge ? (
          <Banner kind="info">{fill(w.large, { sum: formatVnd(item.twoPeopleFromVnd) })}</Banner>
        ) : null}
        {save.isError ? <ErrorPanel error={save.error} /> : null}
        <Button type="submit" disabled={save.isPending || body === null}>
          {isLarge ? w.propose : w.save}
        </Button>
      </form>
    </Card>
  )
}

function Left({ vnd, wholeVnd }: { vnd: number; wholeVnd: number }) {
  const w = useWords(WORDS)
  const text = vnd === 0 ? w.even : vnd > 0 ? w.left : w.beyond
  return (
    <p role="status" className={vnd === 0 ? 'tv-good' : 'tv-bad'} data-testid="split-left">
      <b>{fill(text, { sum: formatVnd(vnd === 0 ? wholeVnd : Math.abs(vnd)) })}</b>
    </p>
  )
}

function Part({
  me,
  kind,
  line,
  number,
  onChange,
  onDrop,
}: {
  me: Me
  kind: Kind
  line: Line
  number: number | null
  onChange: (to: Partial<Line>) => void
  onDrop: () => void
}) {
  const w = useWords(WORDS)
  const name = number === null ? '' : `-${number}`
  return (
    <fieldset className="part">
      <Targets
        id={`target${name}`}
        market={me.market.id}
        kind={kind}
        value={line.target}
        onChange={(target) => onChange({ target })}
      />
      {line.target === 'return' ? (
        <>
          <Field
            id={`to-whom${name}`}
            label={w.toWhom}
            maxLength={200}
            value={line.toWhom}
            onChange={(event) => onChange({ toWhom: event.target.value })}
          />
          <p className="tv-quiet">{w.returnNote}</p>
        </>
      ) : null}
      {number === null ? null : (
        <div className="filters">
          <Field
            id={`sum${name}`}
            label={fill(w.part, { n: number })}
            inputMode="numeric"
            value={line.sum}
            onChange={(event) => onChange({ sum: event.target.value })}
          />
          <Button kind="quiet" onClick={onDrop}>
            {fill(w.less, { n: number })}
          </Button>
        </div>
      )}
    </fieldset>
  )
}

/** Every charge that owes something, and every stall that owes several, besides the two ways out. */
function Targets({
  id,
  market,
  kind,
  value,
  onChange,
}: {
  id: string
  market: string
  kind: Kind
  value: string
  onChange: (value: string) => void
}) {
  const w = useWords(WORDS)
  const charges = useQuery({
    queryKey: ['outstanding', market],
    queryFn: () =>
      api.get<ChargePage>(`/v1/markets/${market}/charges`, { status: 'outstanding', limit: 200 }),
    enabled: kind === 'in',
  })
  const byStall = [...Map.groupBy(charges.data?.items ?? [], ({ stallId }) => stallId)].toSorted(
    ([, [a]], [, [b]]) => (a?.stallCode ?? '').localeCompare(b?.stallCode ?? ''),
  )
  const isListed = byStall.some(([stallId, of]) =>
    [`debt ${stallId}`, ...of.map((one) => `charge ${one.id}`)].includes(value),
  )
  return (
    <Select id={id} label={w.what} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{w.choose}</option>
      <option value="not_ours">{kind === 'in' ? w.notOurs : kind === 'out' ? w.spent : w.close}</option>
      {kind === 'in' ? <option value="return">{w.giveBack}</option> : null}
      {value.startsWith('sighting ') ? <option value={value}>{w.sighting}</option> : null}
      {isListed || !/^(charge|debt) /.test(value) ? null : <option value={value}>{w.wholeDebt}</option>}
      {byStall.map(([stallId, of]) => (
        <optgroup key={stallId} label={`${of[0]?.stallCode} ${of[0]?.stallName}`}>
          {of.map((one) => (
            <option key={one.id} value={`charge ${one.id}`}>
              {one.stallCode} · {monthOf(one.period)} · {formatVnd(one.outstandingVnd)}
            </option>
          ))}
          <option value={`debt ${stallId}`}>
            {of[0]?.stallCode} · {w.wholeDebt} ·{' '}
            {formatVnd(of.reduce((sum, { outstandingVnd }) => sum + outstandingVnd, 0))}
          </option>
        </optgroup>
      ))}
    </Select>
  )
}

function sumOf({ sum }: Line): number {
  return Number(parseVnd(sum) ?? 0n)
}

/** Null while something is missing. */
function partOf({ target, toWhom }: Line, amountVnd: number): SuspensePart | null {
  const [as, id = ''] = target.split(' ')
  if (amountVnd < 1) return null
  if (as === 'charge') return { as, chargeId: id, amountVnd }
  if (as === 'debt') return { as, stallId: id, amountVnd }
  if (as === 'not_ours') return { as, amountVnd }
  if (as === 'sighting') return { as, transactionId: id, amountVnd }
  if (as === 'return' && toWhom.trim().length >= 3) return { as, toWhom: toWhom.trim(), amountVnd }
  return null
}

function bodyOf(
  parts: readonly (SuspensePart | null)[],
  typed: string,
  leftVnd: number,
): ResolveSuspense | null {
  const reason = typed.trim()
  const whole = parts.filter((part) => part !== null)
  const [first] = whole
  if (first === undefined || whole.length < parts.length || leftVnd !== 0 || reason.length < 3) return null
  return parts.length > 1 ? { as: 'split', parts: whole, reason } : { ...first, reason }
}
