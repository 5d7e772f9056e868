import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  roleCan,
  type ChargePage,
  type Me,
  type ResolveSuspense,
  type SuspenseItem,
  type SuspensePage,
} from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import {
  Button,
  Card,
  clockOf,
  dateOf,
  Empty,
  ErrorPanel,
  Field,
  Loading,
  Money,
  monthOf,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { REASON_WORDS } from '../reasons.ts'

const WORDS = {
  title: { vi: 'Tiền treo chờ xử lý', en: 'Money in suspense' },
  empty: { vi: 'Không có khoản nào chờ xử lý.', en: 'Nothing is waiting.' },
  account: { vi: 'Tài khoản', en: 'Account' },
  content: { vi: 'Nội dung', en: 'Memo' },
  resolve: { vi: 'Xử lý', en: 'Resolve' },
  charge: { vi: 'Nộp cho khoản', en: 'It pays the charge' },
  choose: { vi: 'Chọn cách xử lý', en: 'Choose what to do' },
  notOurs: { vi: 'Không phải của chợ', en: 'Not ours' },
  reason: { vi: 'Lý do', en: 'Reason' },
  save: { vi: 'Ghi', en: 'Save' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
}

/** What the list of charges says besides charges; nothing is chosen beforehand, since this closes real money. */
const NOT_OURS = 'not_ours'

export function SuspenseScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const reasons = useWords(REASON_WORDS)
  const [open, setOpen] = useState<string | null>(null)
  const page = useQuery({
    queryKey: ['suspense', me.market.id],
    queryFn: () =>
      api.get<SuspensePage>(`/v1/markets/${me.market.id}/suspense`, { status: 'open', limit: 100 }),
    refetchInterval: 10_000,
  })
  if (page.isPending) return <Loading />
  if (page.isError) return <ErrorPanel error={page.error} onRetry={() => void page.refetch()} />
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <p className="figure">
        <Money vnd={page.data.openVnd} />
      </p>
      {page.data.items.length === 0 ? <Empty>{w.empty}</Empty> : null}
      {page.data.items.map((item) => (
        <Card
          key={item.id}
          title={`${formatVnd(item.amountVnd)} · ${dateOf(item.occurredAt)} ${clockOf(item.occurredAt)}`}
        >
          <p>
            <b>{reasons[item.reason]}</b>
          </p>
          <p>
            {w.account} {item.accountMasked ?? '–'} · {w.content}: {item.content ?? '–'}
          </p>
          {roleCan(me.user.role, 'suspense.resolve') && open !== item.id ? (
            <Button kind="quiet" onClick={() => setOpen(item.id)}>
              {w.resolve}
            </Button>
          ) : null}
          {open === item.id ? (
            <Resolve market={me.market.id} item={item} onDone={() => setOpen(null)} />
          ) : null}
        </Card>
      ))}
    </div>
  )
}

function Resolve({ market, item, onDone }: { market: string; item: SuspenseItem; onDone: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [chargeId, setChargeId] = useState('')
  const [reason, setReason] = useState('')
  const charges = useQuery({
    queryKey: ['outstanding', market],
    queryFn: () =>
      api.get<ChargePage>(`/v1/markets/${market}/charges`, { status: 'outstanding', limit: 200 }),
  })
  const save = useMutation({
    mutationFn: (body: ResolveSuspense) => api.post(`/v1/suspense/${item.id}/resolve`, body),
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
        save.mutate(chargeId === NOT_OURS ? { as: 'not_ours', reason } : { as: 'charge', chargeId, reason })
      }}
    >
      <label htmlFor="charge">{w.charge}</label>
      <select
        id="charge"
        required
        className="tv-select"
        value={chargeId}
        onChange={(event) => setChargeId(event.target.value)}
      >
        <option value="">{w.choose}</option>
        <option value={NOT_OURS}>{w.notOurs}</option>
        {charges.data?.items.map((charge) => (
          <option key={charge.id} value={charge.id}>
            {charge.stallCode} {charge.stallName} · {monthOf(charge.period)} ·{' '}
            {formatVnd(charge.outstandingVnd)}
          </option>
        ))}
      </select>
      <Field
        id="reason"
        label={w.reason}
        required
        minLength={3}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {save.isError ? <ErrorPanel error={save.error} /> : null}
      <div className="filters">
        <Button type="submit" disabled={save.isPending || chargeId === '' || reason.trim().length < 3}>
          {w.save}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {w.cancel}
        </Button>
      </div>
    </form>
  )
}
