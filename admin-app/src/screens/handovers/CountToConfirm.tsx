import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CashCount, ConfirmHandover, Handover } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, ErrorPanel, Field, fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { goTo } from '../../route.ts'
import { BothCounts } from './BothCounts.tsx'
import { CountNotes } from './CountNotes.tsx'
import { sumOf } from './counts.ts'
import { Difference } from './Difference.tsx'

const WORDS = {
  back: { vi: '‹ Nộp quỹ', en: '‹ Handing over' },
  title: { vi: 'Đếm tiền của {name}', en: 'Count {name}’s cash' },
  blind: {
    vi: 'Đếm trước, rồi mới thấy số người thu đã đếm.',
    en: 'Count first: the collector’s count is shown after.',
  },
  counted: { vi: 'Đã đếm', en: 'Counted' },
  done: { vi: 'Đếm xong, so với người thu', en: 'Counted: compare' },
  again: { vi: 'Đếm lại', en: 'Count again' },
  note: { vi: 'Ghi chú', en: 'Note' },
  noteNeeded: { vi: 'Vì sao chênh lệch', en: 'Why it differs' },
  sign: { vi: 'Ký nhận {sum}', en: 'Sign for {sum}' },
}

/** The cashier's count, made without seeing the other; then both side by side, and the second signature. */
export function CountToConfirm({ handover }: { handover: Handover }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [counts, setCounts] = useState<CashCount>({})
  const [isCounted, setCounted] = useState(false)
  const [note, setNote] = useState('')
  const sum = sumOf(counts)
  const difference = sum - handover.expectedVnd
  const sign = useMutation({
    mutationFn: () =>
      api.post<Handover>(`/v1/handovers/${handover.id}/confirm`, {
        counts,
        note: note.trim() || null,
      } satisfies ConfirmHandover),
    onSuccess: async () => {
      await queries.invalidateQueries()
      goTo(`handovers/${handover.id}`)
    },
  })
  const isExplained = difference === 0 || note.trim().length >= 3
  return (
    <div className="stack narrow">
      <a className="text-link touch-link" href="#/handovers">
        {w.back}
      </a>
      <h1>{fill(w.title, { name: handover.collectorName })}</h1>
      {isCounted ? (
        <>
          <BothCounts handover={{ ...handover, cashierCounts: counts }} />
          <Difference vnd={difference} />
          <Field
            id="handover-note"
            label={difference === 0 ? w.note : w.noteNeeded}
            maxLength={300}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          {sign.isError ? <ErrorPanel error={sign.error} /> : null}
          <Button disabled={!isExplained || sign.isPending} onClick={() => sign.mutate()}>
            {fill(w.sign, { sum: formatVnd(sum) })}
          </Button>
          <Button kind="quiet" onClick={() => setCounted(false)}>
            {w.again}
          </Button>
        </>
      ) : (
        <>
          <p>{w.blind}</p>
          <CountNotes counts={counts} onChange={setCounts} />
          <div className="sums">
            <p>
              <span>{w.counted}</span>
              <b data-testid="counted">{formatVnd(sum)}</b>
            </p>
          </div>
          <Button disabled={sum === 0} onClick={() => setCounted(true)}>
            {w.done}
          </Button>
        </>
      )}
    </div>
  )
}
