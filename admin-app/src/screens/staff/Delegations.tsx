import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  DELEGABLE_PERMISSIONS,
  mayReceive,
  roleCan,
  type Delegate,
  type Delegation,
  type DelegationList,
  type Me,
} from '@tienve/contracts'
import {
  Button,
  Card,
  Empty,
  ErrorPanel,
  Field,
  fill,
  fullDateOf,
  Mark,
  Select,
  useLanguage,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { todayHere } from '../../services.ts'
import { useStaff } from './staff.ts'
import { DUTY_WORDS } from './words.ts'

const WORDS = {
  what: {
    vi: 'Trưởng ban đi vắng thì giao từng việc cho người khác, có ngày hết hạn. Người được giao vẫn không tự duyệt việc mình đề xuất; người thu và đếm tiền không được giao việc duyệt.',
    en: 'While the head is away, single duties are handed on until a day. Nobody approves what they proposed themselves, and nobody who takes or counts cash approves.',
  },
  hand: { vi: 'Ủy quyền', en: 'Hand on' },
  duty: { vi: 'Việc giao', en: 'Duty' },
  to: { vi: 'Giao cho', en: 'To' },
  choose: { vi: 'Chọn người', en: 'Choose somebody' },
  until: { vi: 'Đến hết ngày', en: 'Until the end of' },
  none: { vi: 'Chưa ủy quyền việc nào.', en: 'Nothing is handed on.' },
  inForce: { vi: 'Được ủy quyền đến {day}', en: 'Handed on until {day}' },
  taken: { vi: 'Đã thu lại {day}', en: 'Taken back {day}' },
  over: { vi: 'Hết hạn {day}', en: 'Over since {day}' },
  stopped: { vi: 'Không còn hiệu lực: vai trò đã đổi', en: 'Not in force: a role has changed' },
  from: { vi: '{from} giao từ {day}', en: 'By {from}, from {day}' },
  end: { vi: 'Thu lại', en: 'Take back' },
}

export function Delegations({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { id } = me.market
  const list = useQuery({
    queryKey: ['delegations', id],
    queryFn: () => api.get<DelegationList>(`/v1/markets/${id}/delegations`),
  })
  const mayHand = roleCan(me.user.role, 'duties.delegate')
  return (
    <>
      <p>{w.what}</p>
      {mayHand ? <HandOn me={me} /> : null}
      <Answer of={list}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{w.none}</Empty>
          ) : (
            <div className="stack narrow">
              {items.map((one) => (
                <One key={one.id} one={one} mayEnd={mayHand} />
              ))}
            </div>
          )
        }
      </Answer>
    </>
  )
}

function HandOn({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const queries = useQueryClient()
  const staff = useStaff(me)
  const [body, setBody] = useState<Delegate>({
    toUserId: '',
    permission: 'charges.approve',
    until: todayHere(),
  })
  const hand = useMutation({
    mutationFn: () => api.post(`/v1/markets/${me.market.id}/delegations`, body),
    onSuccess: async () => {
      setBody({ ...body, toUserId: '' })
      // A list that is still under way was asked for before: to invalidate it would wait for its old answer.
      await queries.cancelQueries({ queryKey: ['delegations'] })
      await queries.invalidateQueries({ queryKey: ['delegations'] })
    },
  })
  const able = (staff.data?.items ?? []).filter(
    ({ id, role, endedAt }) => endedAt === null && id !== me.user.id && mayReceive(role, body.permission),
  )
  return (
    <Card title={w.hand} className="narrow">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          hand.mutate()
        }}
      >
        <Select
          id="delegate-duty"
          label={w.duty}
          value={body.permission}
          onChange={(event) => {
            const permission = DELEGABLE_PERMISSIONS.find((one) => one === event.target.value)
            if (permission !== undefined) setBody({ ...body, permission, toUserId: '' })
          }}
        >
          {DELEGABLE_PERMISSIONS.map((one) => (
            <option key={one} value={one}>
              {DUTY_WORDS[one][language]}
            </option>
          ))}
        </Select>
        <Select
          id="delegate-to"
          label={w.to}
          required
          value={body.toUserId}
          onChange={(event) => setBody({ ...body, toUserId: event.target.value })}
        >
          <option value="">{w.choose}</option>
          {able.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Field
          id="delegate-until"
          label={w.until}
          type="date"
          required
          min={todayHere()}
          value={body.until}
          onChange={(event) => setBody({ ...body, until: event.target.value })}
        />
        {hand.isError ? <ErrorPanel error={hand.error} /> : null}
        <Button type="submit" disabled={hand.isPending || body.toUserId === ''}>
          {w.hand}
        </Button>
      </form>
    </Card>
  )
}

function One({ one, mayEnd }: { one: Delegation; mayEnd: boolean }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const queries = useQueryClient()
  const end = useMutation({
    mutationFn: () => api.post(`/v1/delegations/${one.id}/end`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['delegations'] }),
  })
  return (
    <Card title={one.to.name}>
      <p>
        <b>{DUTY_WORDS[one.permission][language]}</b>
      </p>
      <State one={one} />
      <p className="tv-quiet">{fill(w.from, { from: one.from, day: fullDateOf(one.fromDay) })}</p>
      {end.isError ? <ErrorPanel error={end.error} /> : null}
      {mayEnd && one.isInForce ? (
        <div className="filters">
          <Button kind="quiet" disabled={end.isPending} onClick={() => end.mutate()}>
            {w.end}
          </Button>
        </div>
      ) : null}
    </Card>
  )
}

function State({ one }: { one: Delegation }) {
  const w = useWords(WORDS)
  if (one.isInForce) return <Mark kind="good">{fill(w.inForce, { day: fullDateOf(one.until) })}</Mark>
  if (one.endedAt !== null) return <Mark kind="none">{fill(w.taken, { day: fullDateOf(one.endedAt) })}</Mark>
  if (one.until < todayHere()) return <Mark kind="none">{fill(w.over, { day: fullDateOf(one.until) })}</Mark>
  return <Mark kind="warn">{w.stopped}</Mark>
}
