import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SuspenseQuestion } from '@tienve/contracts'
import { Button, Card, Empty, ErrorPanel, fill, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'
import { goTo } from '../../route.ts'
import type { Draft } from './ResolveForm.tsx'
import { SIGHTING_WORDS } from './words.ts'

const WORDS = {
  which: { vi: 'Có thể là giao dịch đã ghi', en: 'It may be a transaction that the books have' },
  none: {
    vi: 'Không có giao dịch nào cùng tài khoản, cùng số tiền trong hai ngày trước sau.',
    en: 'There is none of this account and sum within two days.',
  },
  because: { vi: 'Vì {reason}', en: 'Because: {reason}' },
  following: { vi: 'Là giao dịch lúc {at}: {reason}', en: 'The transaction at {at}: {reason}' },
  book: { vi: 'Là khoản riêng: ghi vào sổ', en: 'Money of its own: book it' },
  bookNote: {
    vi: 'Chọn khi sao kê ngân hàng có khoản này và sổ chưa có. Máy ghi ngay như mọi khoản khác.',
    en: 'Choose it when the bank’s statement has it and the books have not. It is booked at once, like any other.',
  },
}

/** The transactions that a telling may be of; choosing one fills in the form below and sends nothing yet. */
export function Movements({
  of: { movements },
  chosen,
  onChoose,
}: {
  of: SuspenseQuestion
  chosen: Draft | null
  onChoose: (draft: Draft) => void
}) {
  const w = useWords(WORDS)
  const s = useWords(SIGHTING_WORDS)
  return (
    <Card title={w.which}>
      {movements.length === 0 ? <Empty>{w.none}</Empty> : null}
      {movements.map((one) => {
        const target = `sighting ${one.transactionId}`
        const at = whenOf(one.occurredAt)
        const reason = s[one.why ?? 'alike']
        return (
          <button
            key={target}
            type="button"
            className="choice"
            data-testid="movement"
            aria-pressed={chosen?.key === target}
            onClick={() => onChoose({ key: target, target, reason: fill(w.following, { at, reason }) })}
          >
            <span>
              <b>{at}</b>
            </span>
            <span>
              {[one.reference, one.content].filter((text) => text !== null && text !== '').join(' · ')}
            </span>
            <small>{fill(w.because, { reason })}</small>
          </button>
        )
      })}
    </Card>
  )
}

export function BookIt({ id }: { id: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const book = useMutation({
    mutationFn: () => api.post(`/v1/suspense/${id}/book`, {}),
    onSuccess: () => {
      goTo('suspense')
      void queries.invalidateQueries()
    },
  })
  return (
    <Card title={w.book}>
      <p>{w.bookNote}</p>
      {book.isError ? <ErrorPanel error={book.error} /> : null}
      <Button disabled={book.isPending} onClick={() => book.mutate()}>
        {w.book}
      </Button>
    </Card>
  )
}
