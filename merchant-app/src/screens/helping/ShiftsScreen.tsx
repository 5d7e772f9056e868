import './helping.css'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ConfirmShift, Shift, ShiftList } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import {
  Button,
  Card,
  Empty,
  ErrorPanel,
  Field,
  fill,
  Loading,
  Mark,
  Money,
  useWords,
  whenOf,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'
import { EndShiftForm, ShiftBox } from './ShiftBox.tsx'

const WORDS = {
  title: { vi: 'Giao ca', en: 'Shifts' },
  none: { vi: 'Hai tuần nay chưa có ca nào.', en: 'No shift in the last two weeks.' },
  open: { vi: 'Đang bán', en: 'Selling now' },
  match: { vi: 'Khớp', en: 'It agrees' },
  over: { vi: 'Thừa {sum}', en: '{sum} too much' },
  short: { vi: 'Thiếu {sum}', en: '{sum} missing' },
  bank: { vi: 'Ngân hàng báo về', en: 'Told of by banks' },
  cash: { vi: 'Tiền mặt đã ghi', en: 'Cash noted' },
  opening: { vi: 'Tiền mặt đầu ca', en: 'Cash at the beginning' },
  expected: { vi: 'Trong két phải có', en: 'Should be in the drawer' },
  counted: { vi: 'Đếm được', en: 'Counted' },
  times: { vi: '{count} lần', en: '{count} times' },
  unknown: { vi: 'không đếm', en: 'not counted' },
  both: {
    vi: 'Hai người bán cùng lúc thì tiền ngân hàng hiện ở cả hai ca; tiền mặt là của người ghi.',
    en: 'Where two sell at once both shifts show the bank’s money; cash is of whoever noted it.',
  },
  note: { vi: 'Ghi chú (không bắt buộc)', en: 'A note (optional)' },
  accept: { vi: 'Nhận ca', en: 'Accept the shift' },
  accepted: { vi: 'Đã nhận {when}', en: 'Accepted {when}' },
  back: { vi: 'Quay lại', en: 'Back' },
}
/** A helper may end the shift on another phone while this list is open. */
const ASK_AGAIN_MS = 15_000

/** The owner's view of who sold when, what should lie in the drawer and what did, and her word that she took it over. */
export function ShiftsScreen({ stall, onBack }: PageProps) {
  const w = useWords(WORDS)
  const list = useQuery({
    queryKey: ['shifts', stall.id],
    queryFn: () => api.get<ShiftList>(`/v1/stalls/${stall.id}/shifts`),
    refetchInterval: ASK_AGAIN_MS,
  })
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {list.isPending ? <Loading /> : null}
      {list.isError ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data?.items.length === 0 ? <Empty>{w.none}</Empty> : null}
      {list.data?.items.map((one) => (
        <ShiftCard key={one.id} shift={one} />
      ))}
      {(list.data?.items.length ?? 0) > 0 ? <p className="hint">{w.both}</p> : null}
      <ShiftBox stallId={stall.id} />
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function ShiftCard({ shift }: { shift: Shift }) {
  const w = useWords(WORDS)
  const { openingVnd, countedVnd, confirmedAt, endedAt } = shift
  const lines = [
    [w.bank, shift.bankVnd, fill(w.times, { count: String(shift.bankCount) })],
    [w.cash, shift.cashVnd, fill(w.times, { count: String(shift.cashCount) })],
    [w.opening, openingVnd, ''],
    [w.expected, shift.expectedVnd, ''],
    ...(endedAt === null ? [] : ([[w.counted, countedVnd, '']] as const)),
  ] as const
  return (
    <Card title={shift.userName} className="shift">
      <p className="hint">
        {whenOf(shift.startedAt)} – {endedAt === null ? w.open : whenOf(endedAt)}
      </p>
      {shift.differenceVnd === null ? null : <Difference vnd={shift.differenceVnd} />}
      <dl>
        {lines.map(([name, vnd, more]) => (
          <div key={name}>
            <dt>
              {name} <small>{more}</small>
            </dt>
            <dd>{vnd === null ? w.unknown : <Money vnd={vnd} />}</dd>
          </div>
        ))}
      </dl>
      {shift.note === null ? null : <p>{shift.note}</p>}
      {endedAt === null ? <EndShiftForm shiftId={shift.id} /> : null}
      {endedAt !== null && confirmedAt === null ? <Accept shift={shift} /> : null}
      {confirmedAt === null ? null : (
        <p className="hint">{fill(w.accepted, { when: whenOf(confirmedAt) })}</p>
      )}
    </Card>
  )
}

function Difference({ vnd }: { vnd: number }) {
  const w = useWords(WORDS)
  const sum = formatVnd(BigInt(Math.abs(vnd)))
  return (
    <p className="difference" data-testid="difference">
      <Mark kind={vnd === 0 ? 'good' : vnd > 0 ? 'warn' : 'bad'}>
        {fill(vnd === 0 ? w.match : vnd > 0 ? w.over : w.short, { sum })}
      </Mark>
    </p>
  )
}

function Accept({ shift }: { shift: Shift }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [note, setNote] = useState('')
  const body: ConfirmShift = {
    seenVnd: shift.expectedVnd,
    ...(note.trim() === '' ? {} : { note: note.trim() }),
  }
  const accept = useMutation({
    mutationFn: () => api.post<Shift>(`/v1/shifts/${shift.id}/confirm`, body),
    // Where it changed meanwhile, what is accepted next is what is shown then.
    onSettled: () => queries.invalidateQueries({ queryKey: ['shifts'] }),
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        accept.mutate()
      }}
    >
      <Field
        id={`note-${shift.id}`}
        label={w.note}
        maxLength={200}
        autoComplete="off"
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {accept.isError ? <ErrorPanel error={accept.error} /> : null}
      <Button type="submit" disabled={accept.isPending}>
        {w.accept}
      </Button>
    </form>
  )
}
