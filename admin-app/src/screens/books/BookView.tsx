import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Book, Me } from '@tienve/contracts'
import { Button, Card, ErrorPanel, Field, fill, Mark, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Table } from '../../parts.tsx'

const WORDS = {
  back: { vi: '‹ Các sổ', en: '‹ Books' },
  who: { vi: '{name} · máy {device}', en: '{name} · phone {device}' },
  receipt: { vi: 'Sổ biên nhận', en: 'Receipts' },
  closed: { vi: 'Đã đóng lúc {at}', en: 'Closed {at}' },
  gaps: { vi: 'Trang chưa ai giải trình', en: 'Pages nobody has accounted for' },
  noGaps: { vi: 'Không thiếu trang nào.', en: 'No page is missing.' },
  used: { vi: 'Trang đã dùng', en: 'Pages used' },
  page: { vi: 'Trang', en: 'Page' },
  at: { vi: 'Lúc', en: 'When' },
  state: { vi: 'Tình trạng', en: 'State' },
  given: { vi: 'Đã dùng', en: 'Used' },
  spoilt: { vi: 'Hỏng: {reason}', en: 'Spoilt: {reason}' },
  close: { vi: 'Đóng sổ', en: 'Close the book' },
  void: { vi: 'Báo trang hỏng', en: 'Mark a page as spoilt' },
  reason: { vi: 'Vì sao', en: 'Why' },
}

/** One book: its used pages, its gaps, and its end. */
export function BookView({ me, book }: { me: Me; book: Book }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const readAgain = () => queries.invalidateQueries({ queryKey: ['books', me.market.id] })
  const close = useMutation({
    mutationFn: () => api.post(`/v1/books/${book.id}/close`),
    onSuccess: readAgain,
  })
  const used = book.pages.filter(({ usedAt }) => usedAt !== null)
  return (
    <div className="stack">
      <a className="text-link touch-link" href="#/books">
        {w.back}
      </a>
      <h1>
        {book.code} · {book.name ?? w.receipt}
      </h1>
      <p>{fill(w.who, { name: book.collectorName, device: book.deviceId })}</p>
      {book.closedAt === null ? null : (
        <Mark kind="none">{fill(w.closed, { at: whenOf(book.closedAt) })}</Mark>
      )}
      <h2>{w.gaps}</h2>
      {book.gaps.length === 0 ? (
        <Mark kind="good">{w.noGaps}</Mark>
      ) : (
        book.gaps.map((number) => <Gap key={number} book={book} number={number} onDone={readAgain} />)
      )}
      <h2>{w.used}</h2>
      <Table
        caption={w.used}
        rows={used.toReversed()}
        keyOf={({ number }) => number}
        columns={[
          { head: w.page, card: 'title', cell: ({ number }) => <b>{number}</b> },
          { head: w.at, card: 'line', cell: ({ usedAt }) => (usedAt === null ? '' : whenOf(usedAt)) },
          {
            head: w.state,
            card: 'note',
            cell: ({ voidReason }) =>
              voidReason === null ? w.given : fill(w.spoilt, { reason: voidReason }),
          },
        ]}
      />
      {close.isError ? <ErrorPanel error={close.error} /> : null}
      {book.closedAt === null ? (
        <div className="filters">
          <Button kind="quiet" disabled={close.isPending} onClick={() => close.mutate()}>
            {w.close}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

function Gap({ book, number, onDone }: { book: Book; number: string; onDone: () => Promise<void> }) {
  const w = useWords(WORDS)
  const [reason, setReason] = useState('')
  const page = book.pages.find((one) => one.number === number)?.page
  const spoil = useMutation({
    mutationFn: () => api.post(`/v1/books/${book.id}/pages/${page}/void`, { reason }),
    onSuccess: onDone,
  })
  return (
    <Card>
      <Mark kind="bad">{number}</Mark>
      <div className="filters">
        <Field
          id={`reason-${number}`}
          label={w.reason}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button
          kind="quiet"
          disabled={reason.trim().length < 3 || page === undefined || spoil.isPending}
          onClick={() => spoil.mutate()}
        >
          {w.void}
        </Button>
      </div>
      {spoil.isError ? <ErrorPanel error={spoil.error} /> : null}
    </Card>
  )
}
