import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Book, Collectors, CreateBook, Me, Tariffs } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, ErrorPanel, Field, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Phát sổ', en: 'Issue a book' },
  whom: { vi: 'Người thu', en: 'Collector' },
  choose: { vi: 'Chọn', en: 'Choose' },
  device: { vi: 'Mã máy (người thu xem ở Đã thu)', en: 'Phone’s code (under “Taken”)' },
  kind: { vi: 'Loại sổ', en: 'Kind' },
  receipt: { vi: 'Biên nhận', en: 'Receipts' },
  pages: { vi: 'Số trang', en: 'Pages' },
  issue: { vi: 'Phát sổ', en: 'Issue' },
}

/** What the list of kinds says besides the kinds of tickets. */
const RECEIPTS = 'receipt'

/** A numbered book for one collector's phone: the phone has it at its next network. */
export function IssueBook({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const base = `/v1/markets/${me.market.id}`
  const [collectorId, setCollectorId] = useState('')
  const [deviceId, setDeviceId] = useState('')
  const [kind, setKind] = useState(RECEIPTS)
  const [pages, setPages] = useState('100')
  const tariffs = useQuery({
    queryKey: ['tariffs', me.market.id],
    queryFn: () => api.get<Tariffs>(`${base}/tariffs`),
  })
  const tickets = tariffs.data?.items.filter(({ service }) => service === 'day_ticket') ?? []
  const collectors = useQuery({
    queryKey: ['collectors', me.market.id],
    queryFn: () => api.get<Collectors>(`${base}/collectors`, { limit: 200 }),
  })
  const issue = useMutation({
    mutationFn: () =>
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
  const known = collectors.data?.items.find((one) => one.collectorId === collectorId)?.deviceIds ?? []
  return (
    <Card title={w.title}>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault()
          issue.mutate()
        }}
      >
        <Select
          id="book-whom"
          label={w.whom}
          required
          value={collectorId}
          onChange={(event) => {
            setCollectorId(event.target.value)
            const one = collectors.data?.items.find((it) => it.collectorId === event.target.value)
            // Of several phones the office says which.
            setDeviceId(one?.deviceIds.length === 1 ? (one.deviceIds[0] ?? '') : '')
          }}
        >
          <option value="">{w.choose}</option>
          {collectors.data?.items.map((one) => (
            <option key={one.collectorId} value={one.collectorId}>
              {one.name}
            </option>
          ))}
        </Select>
        <Field
          id="book-device"
          label={w.device}
          required
          minLength={8}
          maxLength={64}
          list="book-devices"
          autoCapitalize="characters"
          value={deviceId}
          onChange={(event) => setDeviceId(event.target.value.trim().toUpperCase())}
        />
        <datalist id="book-devices">
          {known.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </datalist>
        <Select id="book-kind" label={w.kind} value={kind} onChange={(event) => setKind(event.target.value)}>
          <option value={RECEIPTS}>{w.receipt}</option>
          {tickets.map(({ id, name, unitPriceVnd }) => (
            <option key={id} value={id}>
              {name}
              {unitPriceVnd === null ? null : ` · ${formatVnd(unitPriceVnd)}`}
            </option>
          ))}
        </Select>
        <Field
          id="book-pages"
          label={w.pages}
          type="number"
          required
          min={1}
          max={500}
          value={pages}
          onChange={(event) => setPages(event.target.value)}
        />
        <Button type="submit" disabled={collectorId === '' || deviceId.length < 8 || issue.isPending}>
          {w.issue}
        </Button>
      </form>
      {issue.isError ? <ErrorPanel error={issue.error} /> : null}
      {collectors.isError ? (
        <ErrorPanel error={collectors.error} onRetry={() => void collectors.refetch()} />
      ) : null}
    </Card>
  )
}
