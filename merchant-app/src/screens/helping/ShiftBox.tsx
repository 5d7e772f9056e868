import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { DENOMINATIONS, type CurrentShift, type OwnShift } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Button, Card, ErrorPanel, Field, fill, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Ca bán', en: 'Shift' },
  start: { vi: 'Bắt đầu ca', en: 'Begin a shift' },
  opening: {
    vi: 'Tiền mặt đầu ca (không đếm thì để trống)',
    en: 'Cash in the drawer now (may be left empty)',
  },
  since: { vi: 'Bán từ {when}. {sales} lần bán.', en: 'Selling since {when}. {sales} sales.' },
  end: { vi: 'Kết thúc ca', en: 'End the shift' },
  counted: { vi: 'Đếm được bao nhiêu tiền mặt?', en: 'How much cash did you count?' },
  byNote: { vi: 'Đếm theo tờ', en: 'Count by note' },
  notes: { vi: 'Số tờ {note}', en: 'Notes of {note}' },
  hand: { vi: 'Giao ca', en: 'Hand over' },
  leave: { vi: 'Chưa, bán tiếp', en: 'Not yet' },
  handed: {
    vi: 'Ca trước: {sales} lần bán, đếm được {sum}. Chờ chủ sạp nhận.',
    en: 'The last shift: {sales} sales, {sum} counted. The owner has yet to accept it.',
  },
}

/** Whoever sells begins a shift and hands it over with the cash that they counted. What it should be is the owner's to see. */
export function ShiftBox({ stallId }: { stallId: string }) {
  const w = useWords(WORDS)
  const current = useQuery({
    queryKey: ['shift', stallId],
    queryFn: () => api.get<CurrentShift>(`/v1/stalls/${stallId}/shifts/current`),
  })
  if (current.data === undefined)
    return current.isError ? (
      <ErrorPanel error={current.error} onRetry={() => void current.refetch()} />
    ) : null
  const { shift } = current.data
  return (
    <Card title={w.title}>
      {shift !== null && shift.endedAt !== null ? (
        <p className="hint" data-testid="shift-handed">
          {fill(w.handed, { sales: String(shift.sales), sum: formatVnd(BigInt(shift.countedVnd ?? 0)) })}
        </p>
      ) : null}
      {shift === null || shift.endedAt !== null ? (
        <Start stallId={stallId} />
      ) : (
        <>
          <p data-testid="shift-open">
            {fill(w.since, { when: whenOf(shift.startedAt), sales: String(shift.sales) })}
          </p>
          <EndShiftForm shiftId={shift.id} />
        </>
      )}
    </Card>
  )
}

function Start({ stallId }: { stallId: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [opening, setOpening] = useState('')
  const start = useMutation({
    mutationFn: () =>
      api.post<OwnShift>(
        `/v1/stalls/${stallId}/shifts`,
        opening === '' ? {} : { openingVnd: Number(opening) },
      ),
    onSuccess: () => queries.invalidateQueries({ predicate: isOfShifts }),
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate()
      }}
    >
      <SumField id="shift-opening" label={w.opening} value={opening} onChange={setOpening} />
      {start.isError ? <ErrorPanel error={start.error} /> : null}
      <Button kind="quiet" type="submit" disabled={start.isPending}>
        {w.start}
      </Button>
    </form>
  )
}

/** The count at the end of a shift: one sum, or note by note. */
export function EndShiftForm({ shiftId }: { shiftId: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [isByNote, setByNote] = useState(false)
  const [counted, setCounted] = useState('')
  const end = useMutation({
    mutationFn: () => api.post<OwnShift>(`/v1/shifts/${shiftId}/end`, { countedVnd: Number(counted) }),
    onSuccess: () => queries.invalidateQueries({ predicate: isOfShifts }),
  })
  if (!isOpen)
    return (
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {w.end}
      </Button>
    )
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        end.mutate()
      }}
    >
      <SumField id={`counted-${shiftId}`} label={w.counted} value={counted} onChange={setCounted} />
      {isByNote ? (
        <Notes onSum={(sum) => setCounted(String(sum))} />
      ) : (
        <Button kind="quiet" className="small" onClick={() => setByNote(true)}>
          {w.byNote}
        </Button>
      )}
      {end.isError ? <ErrorPanel error={end.error} /> : null}
      <Button type="submit" disabled={counted === '' || end.isPending}>
        {w.hand}
      </Button>
      <Button kind="quiet" onClick={() => setOpen(false)}>
        {w.leave}
      </Button>
    </form>
  )
}

function Notes({ onSum }: { onSum: (sum: number) => void }) {
  const w = useWords(WORDS)
  const [counts, setCounts] = useState<Readonly<Record<number, string>>>({})
  const change = (note: number, count: string): void => {
    const next = { ...counts, [note]: count }
    setCounts(next)
    onSum(DENOMINATIONS.reduce((sum, one) => sum + one * Number(next[one] ?? 0), 0))
  }
  return (
    <div className="notes">
      {DENOMINATIONS.map((note) => (
        <label key={note}>
          <span>{formatNumber(note)}</span>
          <input
            inputMode="numeric"
            maxLength={4}
            aria-label={fill(w.notes, { note: formatNumber(note) })}
            value={counts[note] ?? ''}
            onChange={(event) => change(note, event.target.value.replace(/\D/g, ''))}
          />
        </label>
      ))}
    </div>
  )
}

/** A sum as it is typed, with its dots below where they cannot be in the way. */
export function SumField(props: {
  id: string
  label: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <div>
      <Field
        id={props.id}
        label={props.label}
        inputMode="numeric"
        autoComplete="off"
        maxLength={9}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value.replace(/\D/g, ''))}
      />
      {props.value === '' ? null : <p className="hint">{formatVnd(BigInt(props.value))}</p>}
    </div>
  )
}

const isOfShifts = ({ queryKey }: { queryKey: readonly unknown[] }): boolean =>
  queryKey[0] === 'shift' || queryKey[0] === 'shifts'
