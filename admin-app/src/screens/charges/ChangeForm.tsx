import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CHANGE_KINDS, type ChangeKind, type ChargeDetail, type ProposeChange } from '@tienve/contracts'
import { formatVnd, parseVnd } from '@tienve/money'
import { Button, ErrorPanel, Field, fill, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { KIND_OF_CHANGE } from './words.ts'

const WORDS = {
  kind: { vi: 'Loại thay đổi', en: 'What to change' },
  line: { vi: 'Dòng cần sửa', en: 'Which line' },
  way: { vi: 'Tăng hay giảm', en: 'Up or down' },
  down: { vi: 'Giảm', en: 'Down' },
  up: { vi: 'Tăng', en: 'Up' },
  netVnd: { vi: 'Số tiền chưa thuế (đ)', en: 'Sum before tax (đ)' },
  by: { vi: 'Miễn giảm theo', en: 'Relieve by' },
  percent: { vi: 'Phần trăm', en: 'Share' },
  amount: { vi: 'Số tiền', en: 'Sum' },
  percentField: { vi: 'Phần trăm (1–100)', en: 'Share in percent (1–100)' },
  amountField: { vi: 'Số tiền đã gồm thuế (đ)', en: 'Sum with tax (đ)' },
  rest: { vi: 'Xóa phần còn nợ: {sum}.', en: 'Writes off what is owed: {sum}.' },
  reason: { vi: 'Lý do (sạp sẽ đọc được)', en: 'Reason (the stall will read it)' },
  send: { vi: 'Gửi trưởng ban duyệt', en: 'Send for approval' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
  hint: {
    vi: 'Chưa thay đổi gì cho đến khi người khác duyệt.',
    en: 'Nothing changes until another person approves.',
  },
}

type Draft = {
  kind: ChangeKind
  line: number
  isUp: boolean
  isShare: boolean
  figure: string
  reason: string
}

/** Proposes to adjust, relieve or write off a charge. */
export function ChangeForm({ charge, onDone }: { charge: ChargeDetail; onDone: () => void }) {
  const w = useWords(WORDS)
  const k = useWords(KIND_OF_CHANGE)
  const queries = useQueryClient()
  const [draft, setDraft] = useState<Draft>({
    kind: 'relieved',
    line: 1,
    isUp: false,
    isShare: true,
    figure: '',
    reason: '',
  })
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part })
  const body = toBody(draft)
  const save = useMutation({
    mutationFn: (proposal: ProposeChange) => api.post(`/v1/charges/${charge.id}/changes`, proposal),
    onSuccess: async () => {
      await queries.invalidateQueries()
      onDone()
    },
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (body !== null) save.mutate(body)
      }}
    >
      <Select
        id="change-kind"
        label={w.kind}
        value={draft.kind}
        onChange={(event) =>
          change({ kind: CHANGE_KINDS.find((one) => one === event.target.value) ?? 'relieved', figure: '' })
        }
      >
        {CHANGE_KINDS.map((one) => (
          <option key={one} value={one}>
            {k[one]}
          </option>
        ))}
      </Select>
      {draft.kind === 'written_off' ? (
        <p>{fill(w.rest, { sum: formatVnd(charge.outstandingVnd) })}</p>
      ) : (
        <Figure charge={charge} draft={draft} onChange={change} />
      )}
      <Field
        id="change-reason"
        label={w.reason}
        required
        minLength={3}
        maxLength={300}
        value={draft.reason}
        onChange={(event) => change({ reason: event.target.value })}
      />
      <p className="tv-quiet">{w.hint}</p>
      {save.isError ? <ErrorPanel error={save.error} /> : null}
      <div className="filters">
        <Button type="submit" disabled={save.isPending || body === null}>
          {w.send}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {w.cancel}
        </Button>
      </div>
    </form>
  )
}

function Figure({
  charge,
  draft,
  onChange,
}: {
  charge: ChargeDetail
  draft: Draft
  onChange: (part: Partial<Draft>) => void
}) {
  const w = useWords(WORDS)
  const isAdjusted = draft.kind === 'adjusted'
  const label = isAdjusted ? w.netVnd : draft.isShare ? w.percentField : w.amountField
  return (
    <>
      {isAdjusted ? (
        <>
          <Select
            id="change-line"
            label={w.line}
            value={draft.line}
            onChange={(event) => onChange({ line: Number(event.target.value) })}
          >
            {charge.lines.map(({ name, amountVnd }, at) => (
              <option key={name} value={at + 1}>
                {name} · {formatVnd(amountVnd)}
              </option>
            ))}
          </Select>
          <Select
            id="change-way"
            label={w.way}
            value={draft.isUp ? 'up' : 'down'}
            onChange={(event) => onChange({ isUp: event.target.value === 'up' })}
          >
            <option value="down">{w.down}</option>
            <option value="up">{w.up}</option>
          </Select>
        </>
      ) : (
        <Select
          id="change-by"
          label={w.by}
          value={draft.isShare ? 'percent' : 'amount'}
          onChange={(event) => onChange({ isShare: event.target.value === 'percent', figure: '' })}
        >
          <option value="percent">{w.percent}</option>
          <option value="amount">{w.amount}</option>
        </Select>
      )}
      <Field
        id="change-figure"
        label={label}
        inputMode="numeric"
        required
        value={draft.figure}
        onChange={(event) => onChange({ figure: event.target.value })}
      />
    </>
  )
}

/** What is sent; null while something is missing. */
function toBody({ kind, line, isUp, isShare, figure, reason: written }: Draft): ProposeChange | null {
  const reason = written.trim()
  if (reason.length < 3) return null
  if (kind === 'written_off') return { kind, reason }
  const amount = Number(parseVnd(figure) ?? 0n)
  if (amount < 1) return null
  if (kind === 'adjusted') return { kind, line, up: isUp, netVnd: amount, reason }
  if (!isShare) return { kind, by: { amountVnd: amount }, reason }
  return amount > 100 ? null : { kind, by: { percent: amount }, reason }
}
