import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Me, NoticeChannel, ReminderPlan, RemindersQueued, SendReminders } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import {
  Banner,
  Button,
  Card,
  Empty,
  ErrorPanel,
  fill,
  Money,
  useWords,
  whenOf,
  type Words,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer, Table } from '../../parts.tsx'

const WORDS = {
  rules: {
    vi: 'Máy tự nhắc 3 ngày trước hạn, rồi 1, 15, 30 ngày sau hạn và cứ 30 ngày một lần. Từ {from} giờ đến {to} giờ không nhắc ai. Khoản đang báo sai không bị nhắc.',
    en: 'Stalls are reminded 3 days before the day, then 1, 15 and 30 days after, and every 30 days. Nobody is reminded from {from}:00 to {to}:00, nor of a disputed charge.',
  },
  by: { vi: 'Nhắc qua: {channels}.', en: 'By: {channels}.' },
  none: { vi: 'Hôm nay không còn ai để nhắc.', en: 'Nobody is left to remind today.' },
  skipped: {
    vi: 'Không nhắc: {disputed} khoản đang báo sai, {reminded} khoản hôm nay nhắc rồi.',
    en: 'Left out: {disputed} disputed, {reminded} reminded today.',
  },
  title: { vi: 'Sẽ nhắc', en: 'To be reminded' },
  pick: { vi: 'Chọn', en: 'Pick' },
  pickOf: { vi: 'Nhắc {stall}', en: 'Remind {stall}' },
  stall: { vi: 'Sạp', en: 'Stall' },
  name: { vi: 'Tên', en: 'Name' },
  charges: { vi: 'Số khoản', en: 'Charges' },
  overdue: { vi: 'Quá hạn', en: 'Past due' },
  send: { vi: 'Nhắc {count} sạp, {amount} quá hạn', en: 'Remind {count} stalls of {amount}' },
  now: { vi: 'Gửi ngay.', en: 'Sent at once.' },
  later: { vi: 'Đang giờ nghỉ, {when} mới gửi.', en: 'These are quiet hours: sent {when}.' },
  done: {
    vi: 'Đã xếp gửi {charges} lời nhắc cho {stalls} sạp, gửi lúc {when}.',
    en: '{charges} reminders to {stalls} stalls will be sent {when}.',
  },
}

const CHANNELS: Words<NoticeChannel> = {
  app: { vi: 'trong app của sạp', en: 'the stall’s app' },
  push: { vi: 'màn hình điện thoại', en: 'the phone’s screen' },
  email: { vi: 'thư điện tử', en: 'e-mail' },
}

/** Whom a reminder would go to and when, before it is sent. */
export function Reminders({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const channels = useWords(CHANNELS)
  const plan = useQuery({
    queryKey: ['reminders', me.market.id],
    queryFn: () => api.get<ReminderPlan>(`/v1/markets/${me.market.id}/reminders`),
  })
  return (
    <Answer of={plan}>
      {(of) => (
        <>
          <p>{fill(w.rules, { from: of.quietFromHour, to: of.quietToHour })}</p>
          <p>{fill(w.by, { channels: of.channels.map((one) => channels[one]).join(', ') })}</p>
          {of.disputed + of.remindedToday > 0 ? (
            <p className="tv-quiet">
              {fill(w.skipped, { disputed: of.disputed, reminded: of.remindedToday })}
            </p>
          ) : null}
          <Send me={me} plan={of} />
        </>
      )}
    </Answer>
  )
}

function Send({ me, plan }: { me: Me; plan: ReminderPlan }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [key, setKey] = useState(() => crypto.randomUUID())
  const picked = plan.stalls.filter(({ stallId }) => !left.has(stallId))
  const send = useMutation({
    mutationFn: (stallIds: string[]) =>
      api.post<RemindersQueued>(
        `/v1/markets/${me.market.id}/reminders`,
        { stallIds } satisfies SendReminders,
        { idempotencyKey: key },
      ),
    onSettled: async () => {
      setKey(crypto.randomUUID())
      await queries.invalidateQueries({ queryKey: ['reminders'] })
    },
  })
  const amountVnd = picked.reduce((sum, { overdueVnd }) => sum + overdueVnd, 0)
  const done = send.data
  return (
    <>
      {done === undefined ? null : (
        <Banner kind="good" testId="reminded">
          {fill(w.done, { charges: done.charges, stalls: done.stalls, when: whenOf(done.at) })}
        </Banner>
      )}
      {plan.stalls.length === 0 ? (
        <Empty>{w.none}</Empty>
      ) : (
        <Card title={w.title}>
          <p>{plan.isQuiet ? fill(w.later, { when: whenOf(plan.at) }) : w.now}</p>
          {send.isError ? <ErrorPanel error={send.error} /> : null}
          <Button
            disabled={picked.length === 0 || send.isPending}
            onClick={() => send.mutate(picked.map(({ stallId }) => stallId))}
          >
            {fill(w.send, { count: picked.length, amount: formatVnd(amountVnd) })}
          </Button>
        </Card>
      )}
      {plan.stalls.length === 0 ? null : (
        <Table
          caption={w.title}
          rows={plan.stalls}
          keyOf={({ stallId }) => stallId}
          columns={[
            {
              head: w.pick,
              card: 'figure',
              cell: ({ stallId, stallCode }) => (
                <label className="pick">
                  <input
                    type="checkbox"
                    aria-label={fill(w.pickOf, { stall: stallCode })}
                    checked={!left.has(stallId)}
                    onChange={() => setLeft(toggled(left, stallId))}
                  />
                </label>
              ),
            },
            { head: w.stall, card: 'note', cell: ({ stallCode }) => stallCode },
            { head: w.name, card: 'title', cell: ({ stallName }) => stallName },
            { head: w.charges, number: true, card: 'line', cell: ({ charges }) => charges },
            {
              head: w.overdue,
              number: true,
              card: 'line',
              cell: ({ overdueVnd }) => <Money vnd={overdueVnd} />,
            },
          ]}
        />
      )}
    </>
  )
}

function toggled(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(one)) next.add(one)
  return next
}
