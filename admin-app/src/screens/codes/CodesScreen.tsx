import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  mayDo,
  roleCan,
  type CodeAlert,
  type CodeAlertPage,
  type Me,
  type SettleCodeAlert,
} from '@tienve/contracts'
import { Button, Card, Empty, ErrorPanel, Field, fill, Loading, Mark, useWords, whenOf } from '@tienve/ui'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { useRoute } from '../../route.ts'
import { ALERTS } from './alerts.ts'

const CheckStall = lazy(() => import('./CheckStall.tsx').then((part) => ({ default: part.CheckStall })))

const WORDS = {
  title: { vi: 'Mã dán ở sạp', en: 'Codes at stalls' },
  check: { vi: 'Soi mã một sạp', en: 'Check a stall’s code' },
  none: {
    vi: 'Chưa ai thấy mã nào ở sạp trả tiền cho người khác.',
    en: 'Nobody has found a code that pays somebody else.',
  },
  wrong: {
    vi: 'Mã trả vào {bank} {account}, không phải của sạp',
    en: 'Pays {bank} {account}, not the stall',
  },
  old: {
    vi: 'Mã cũ của sạp: trả vào {bank} {account}, sạp không dùng nữa',
    en: 'The stall’s old code: pays {bank} {account}, which the stall no longer has',
  },
  other: { vi: 'Mã của sạp {other} dán ở sạp này', en: 'The code of {other} hangs here' },
  found: { vi: '{who} soi thấy lúc {at}', en: 'Found by {who}, {at}' },
  open: { vi: 'Chưa xử lý', en: 'To be dealt with' },
  settled: { vi: '{who} đã xử lý {at}', en: 'Settled by {who}, {at}' },
  note: { vi: 'Đã làm gì', en: 'What was done' },
  settle: { vi: 'Ghi là xong', en: 'Settle' },
}
const LEAST_WORDS = 3

/** Codes that were found to pay somebody else, what is open first, and the way to look at one more. */
export function CodesScreen({ me }: { me: Me }) {
  const [, step] = useRoute().path.split('/')
  if (step === 'check' && roleCan(me.user.role, 'stalls.list'))
    return (
      <Suspense fallback={<Loading />}>
        <CheckStall me={me} />
      </Suspense>
    )
  return <Alerts me={me} />
}

function Alerts({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const pages = usePages<CodeAlertPage>(
    [ALERTS, me.market.id, 'all'],
    `/v1/markets/${me.market.id}/code-alerts`,
    { limit: 50 },
    { lookAgainMs: () => 30_000 },
  )
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <a className="tv-button" href="#/codes/check">
        {w.check}
      </a>
      <Answer of={pages}>
        {({ pages: shown }) => {
          const all = shown.flatMap(({ items }) => items)
          if (all.length === 0) return <Empty>{w.none}</Empty>
          const isOpen = ({ settledAt }: CodeAlert): boolean => settledAt === null
          return [...all.filter(isOpen), ...all.filter((one) => !isOpen(one))].map((one) => (
            <Alert key={one.id} me={me} alert={one} />
          ))
        }}
      </Answer>
      <More of={pages} />
    </div>
  )
}

function Alert({ me, alert }: { me: Me; alert: CodeAlert }) {
  const w = useWords(WORDS)
  const { result, otherStallCode, bankName, accountMasked, settledAt } = alert
  const what = result === 'other_stall' ? w.other : result === 'old' ? w.old : w.wrong
  return (
    <Card title={`${alert.stallCode} · ${alert.stallName}`}>
      <p>
        <b>{fill(what, { bank: bankName, account: accountMasked, other: otherStallCode ?? '' })}</b>
      </p>
      <p>{fill(w.found, { who: alert.foundBy, at: whenOf(alert.foundAt) })}</p>
      {settledAt === null ? (
        <Mark kind="bad">{w.open}</Mark>
      ) : (
        <Mark kind="good">{fill(w.settled, { who: alert.settledBy ?? '', at: whenOf(settledAt) })}</Mark>
      )}
      {alert.note === null ? null : <p>“{alert.note}”</p>}
      {settledAt === null && mayDo(me, 'codes.settle') ? <SettleForm alert={alert} /> : null}
    </Card>
  )
}

function SettleForm({ alert }: { alert: CodeAlert }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [note, setNote] = useState('')
  const send = useMutation({
    mutationFn: () =>
      api.post<CodeAlert>(`/v1/code-alerts/${alert.id}/settle`, { note } satisfies SettleCodeAlert),
    onSuccess: () => queries.invalidateQueries({ queryKey: [ALERTS] }),
  })
  return (
    <>
      <Field
        id={`note-${alert.id}`}
        label={w.note}
        maxLength={300}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {send.isError ? <ErrorPanel error={send.error} /> : null}
      <Button
        kind="quiet"
        disabled={note.trim().length < LEAST_WORDS || send.isPending}
        onClick={() => send.mutate()}
      >
        {w.settle}
      </Button>
    </>
  )
}
