import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Book, CreateBook, Me, Walk } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, ErrorPanel, Field, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Phát sổ', en: 'Issue a book' },
  whom: { vi: 'Người thu và máy', en: 'Collector and phone' },
  choose: { vi: 'Chọn', en: 'Choose' },
  none: {
    vi: 'Chưa máy nào. Người thu mở Đi thu, bấm “Lấy sổ mới”; máy đó sẽ hiện ở đây.',
    en: 'No phone yet. Once a collector has taken a receipt book under “The walk”, the phone is here.',
  },
  kind: { vi: 'Loại sổ', en: 'Kind' },
  receipt: { vi: 'Biên nhận', en: 'Receipts' },
  pages: { vi: 'Số trang', en: 'Pages' },
  issue: { vi: 'Phát sổ', en: 'Issue' },
}

/** What the list of kinds says besides the kinds of tickets. */
const RECEIPTS = 'receipt'

/** A numbered book for one collector's phone: the phone has it at its next network. */
export function IssueBook({ me, books }: { me: Me; books: readonly Book[] }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const base = `/v1/markets/${me.market.id}`
  const [phone, setPhone] = useState('')
  const [kind, setKind] = useState(RECEIPTS)
  const [pages, setPages] = useState('100')
  const walk = useQuery({
    queryKey: ['ticket-kinds', me.market.id],
    queryFn: () => api.get<Walk>(`${base}/walk`),
  })
  const phones = new Map(
    books.map(({ collectorId, collectorName, deviceId }) => [
      `${collectorId} ${deviceId}`,
      { collectorId, deviceId, label: `${collectorName} · ${deviceId}` },
    ]),
  )
  const issue = useMutation({
    mutationFn: ({ collectorId, deviceId }: { collectorId: string; deviceId: string }) =>
      api.post<Book>(
        `${base}/books`,
        {
          kind: kind === RECEIPTS ? 'receipt' : 'ticket',
          tariffId: kind === RECEIPTS ? null : kind,
          collectorId,
          deviceId,
          pages: Number(pages),
        } satisfies CreateBook,
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['books'] }),
  })
  const chosen = phones.get(phone)
  if (phones.size === 0) return <p>{w.none}</p>
  return (
    <Card title={w.title}>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen !== undefined) issue.mutate(chosen)
        }}
      >
        <Select
          id="book-phone"
          label={w.whom}
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
        >
          <option value="">{w.choose}</option>
          {[...phones].map(([key, { label }]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </Select>
        <Select id="book-kind" label={w.kind} value={kind} onChange={(event) => setKind(event.target.value)}>
          <option value={RECEIPTS}>{w.receipt}</option>
          {walk.data?.tickets.map(({ tariffId, name, priceVnd }) => (
            <option key={tariffId} value={tariffId}>
              {name} · {formatVnd(priceVnd)}
            </option>
          ))}
        </Select>
        <Field
          id="book-pages"
          label={w.pages}
          type="number"
          min={1}
          max={500}
          value={pages}
          onChange={(event) => setPages(event.target.value)}
        />
        <Button type="submit" disabled={chosen === undefined || issue.isPending}>
          {w.issue}
        </Button>
      </form>
      {issue.isError ? <ErrorPanel error={issue.error} /> : null}
    </Card>
  )
}
