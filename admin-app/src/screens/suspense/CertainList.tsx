import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  roleCan,
  type BulkResolve,
  type BulkResolved,
  type CertainSuspense,
  type Me,
} from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Banner, Button, Empty, ErrorPanel, Field, fill, Money, monthOf, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Parts, Table } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { HINT_WORDS } from './words.ts'

const WORDS = {
  intro: {
    vi: 'Đúng số tiền của đúng một khoản, và mã chỉ sai một chữ hoặc người này từng nộp cho sạp đó. Xem lại, bỏ chọn khoản nào chưa chắc.',
    en: 'Exactly the sum of one charge, and a code one character off or a payer who paid for that stall before. Look, and leave out what you doubt.',
  },
  none: { vi: 'Không có khoản nào chắc như vậy.', en: 'Nothing is that certain.' },
  list: { vi: 'Các khoản khá chắc', en: 'What is certain' },
  pick: { vi: 'Chọn', en: 'Take' },
  sum: { vi: 'Số tiền', en: 'Sum' },
  when: { vi: 'Tiền về lúc', en: 'Came at' },
  content: { vi: 'Nội dung', en: 'Memo' },
  pays: { vi: 'Nộp cho', en: 'Pays' },
  why: { vi: 'Vì sao', en: 'Why' },
  reason: { vi: 'Lý do', en: 'Reason' },
  preset: { vi: 'Đã xem lại từng khoản', en: 'Looked at each of them' },
  save: { vi: 'Ghi {count} khoản, {sum}', en: 'Resolve {count}, {sum}' },
  open: { vi: 'Xem riêng', en: 'Open' },
  done: { vi: 'Đã ghi {done} khoản.', en: '{done} resolved.' },
  proposed: { vi: '{count} khoản lớn chờ duyệt.', en: '{count} large ones wait for approval.' },
  left: { vi: '{count} khoản giữ nguyên vì đã khác lúc xem.', en: '{count} were left: they have changed.' },
}

/** What can be resolved at once: shown first, item by item, and then each resolved by itself. */
export function CertainList({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const h = useWords(HINT_WORDS)
  const queries = useQueryClient()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [reason, setReason] = useState(w.preset)
  const address = `/v1/markets/${me.market.id}/suspense`
  const certain = useQuery({
    queryKey: ['suspense-certain', me.market.id],
    queryFn: () => api.get<CertainSuspense>(`${address}/certain`),
  })
  const save = useMutation({
    mutationFn: (body: BulkResolve) => api.post<BulkResolved>(`${address}/bulk-resolve`, body),
    onSuccess: () => queries.invalidateQueries(),
  })
  const turn = (id: string) => {
    const next = new Set(left)
    if (!next.delete(id)) next.add(id)
    setLeft(next)
  }
  const may = roleCan(me.user.role, 'suspense.resolve')
  return (
    <>
      <p>{w.intro}</p>
      {save.data === undefined ? null : <Outcome of={save.data} />}
      <Answer of={certain}>
        {({ items }) => {
          const taken = items.filter(({ id }) => !left.has(id))
          const sum = taken.reduce((all, { amountVnd }) => all + amountVnd, 0)
          if (items.length === 0) return <Empty>{w.none}</Empty>
          return (
            <>
              <Table
                caption={w.list}
                rows={items}
                keyOf={({ id }) => id}
                columns={[
                  {
                    head: w.pick,
                    card: 'note',
                    cell: ({ id, amountVnd }) => (
                      <label className="pick">
                        <input
                          type="checkbox"
                          aria-label={`${w.pick} ${formatVnd(amountVnd)}`}
                          disabled={!may}
                          checked={!left.has(id)}
                          onChange={() => turn(id)}
                        />
                      </label>
                    ),
                  },
                  { head: w.when, card: 'title', cell: (row) => whenOf(row.occurredAt) },
                  { head: w.sum, number: true, card: 'figure', cell: (row) => <Money vnd={row.amountVnd} /> },
                  {
                    head: w.content,
                    card: 'note',
                    cell: (row) => <span className="memo">{row.content ?? '–'}</span>,
                  },
                  {
                    head: w.pays,
                    card: 'line',
                    cell: ({ suggestion }) => (
                      <Parts
                        of={`${suggestion.stallCode} · ${suggestion.period === null ? '' : monthOf(suggestion.period)}`}
                      />
                    ),
                  },
                  {
                    head: w.why,
                    card: 'note',
                    cell: ({ suggestion }) =>
                      suggestion.reasons
                        .map(({ why, code }) => fill(h[why], { code: code ?? '' }))
                        .join('; '),
                  },
                  {
                    head: w.open,
                    card: 'note',
                    cell: (row) => (
                      <a className="text-link" href={addressOf('suspense/one', { id: row.id })}>
                        {w.open}
                      </a>
                    ),
                  },
                ]}
              />
              {may ? (
                <>
                  <Field
                    id="bulk-reason"
                    label={w.reason}
                    maxLength={300}
                    value={reason}
                    onChange={(event) => setReason(event.target.value)}
                  />
                  {save.isError ? <ErrorPanel error={save.error} /> : null}
                  <Button
                    disabled={save.isPending || taken.length === 0 || reason.trim().length < 3}
                    onClick={() =>
                      save.mutate({
                        items: taken.map(({ id, suggestion }) => ({
                          id,
                          chargeId: suggestion.chargeId ?? '',
                        })),
                        reason,
                      })
                    }
                  >
                    {fill(w.save, { count: formatNumber(taken.length), sum: formatVnd(sum) })}
                  </Button>
                </>
              ) : null}
            </>
          )
        }}
      </Answer>
    </>
  )
}

function Outcome({ of: { items } }: { of: BulkResolved }) {
  const w = useWords(WORDS)
  const count = (outcome: BulkResolved['items'][number]['outcome']): number =>
    items.filter((one) => one.outcome === outcome).length
  const lines = [
    fill(w.done, { done: formatNumber(count('resolved')) }),
    count('proposed') === 0 ? '' : fill(w.proposed, { count: formatNumber(count('proposed')) }),
    count('left') === 0 ? '' : fill(w.left, { count: formatNumber(count('left')) }),
  ]
  return (
    <Banner kind={count('left') === 0 ? 'good' : 'warn'}>
      {lines.filter((one) => one !== '').join(' ')}
    </Banner>
  )
}
