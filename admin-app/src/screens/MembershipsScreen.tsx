import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  ROLE_WORDS,
  MEMBER_ROLES,
  type Me,
  type Membership,
  type MembershipList,
  type NewMembership,
  type MemberRole,
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
import { api } from '../api.ts'
import { Answer } from '../parts.tsx'

const WORDS = {
  title: { vi: 'Người của chợ khác', en: 'People of other markets' },
  what: {
    vi: 'Mời người đã có tên đăng nhập ở chợ khác vào làm ở chợ này. Người ấy đồng ý thì mới vào được, vẫn đăng nhập như cũ rồi đổi chợ ở đầu trang.',
    en: 'Ask somebody who logs in at another market to work here too. They come in once they agree, log in as ever, and change the market at the top of the page.',
  },
  login: { vi: 'Tên đăng nhập ở chợ kia', en: 'Their login at the other market' },
  name: { vi: 'Tên người và việc', en: 'Name and task' },
  role: { vi: 'Làm gì ở chợ này', en: 'What they do here' },
  invite: { vi: 'Mời', en: 'Ask' },
  none: { vi: 'Chưa có ai.', en: 'Nobody yet.' },
  invited: { vi: 'Đã mời {day}, chưa trả lời', en: 'Asked {day}, no answer yet' },
  active: { vi: 'Làm từ {day}', en: 'Since {day}' },
  ended: { vi: 'Thôi từ {day}', en: 'Ended {day}' },
  end: { vi: 'Cho thôi', en: 'End it' },
  takeBack: { vi: 'Rút lời mời', en: 'Take it back' },
  sure: {
    vi: 'Người này ra khỏi chợ ngay, máy đang mở cũng thoát.',
    en: 'They are out at once, on every device.',
  },
  keep: { vi: 'Thôi', en: 'Keep' },
  over: { vi: 'Đã thôi', en: 'Ended' },
}

/** Who of another market works in this one too: the list, one more, and the end of one. */
export function MembershipsScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const queryKey = ['memberships', me.market.id]
  const members = useQuery({
    queryKey,
    queryFn: () => api.get<MembershipList>(`/v1/markets/${me.market.id}/memberships`),
  })
  const refresh = () => queries.invalidateQueries({ queryKey })
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <p>{w.what}</p>
      <Answer of={members}>
        {({ items }) => {
          const now = items.filter(({ state }) => state !== 'ended')
          const over = items.filter(({ state }) => state === 'ended')
          return (
            <>
              {now.length === 0 ? <Empty>{w.none}</Empty> : <Members of={now} onChange={refresh} />}
              {over.length === 0 ? null : (
                <details>
                  <summary className="touch-summary">
                    {w.over} ({over.length})
                  </summary>
                  <Members of={over} onChange={refresh} />
                </details>
              )}
            </>
          )
        }}
      </Answer>
      <Invite marketId={me.market.id} onDone={refresh} />
    </div>
  )
}

function Invite({ marketId, onDone }: { marketId: string; onDone: () => void }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState<MemberRole>('ward')
  const invite = useMutation({
    mutationFn: (body: NewMembership) =>
      api.post<Membership>(`/v1/markets/${marketId}/memberships`, body, {
        idempotencyKey: crypto.randomUUID(),
      }),
    onSuccess: () => {
      setLogin('')
      setName('')
      onDone()
    },
  })
  return (
    <Card title={w.invite}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          invite.mutate({ login, name, role })
        }}
      >
        <Field
          id="member-login"
          label={w.login}
          autoComplete="off"
          required
          maxLength={80}
          value={login}
          onChange={(event) => setLogin(event.target.value)}
        />
        <Field
          id="member-name"
          label={w.name}
          autoComplete="off"
          required
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Select
          id="member-role"
          label={w.role}
          value={role}
          onChange={(event) => setRole(MEMBER_ROLES.find((one) => one === event.target.value) ?? 'ward')}
        >
          {MEMBER_ROLES.map((one) => (
            <option key={one} value={one}>
              {ROLE_WORDS[one][language]}
            </option>
          ))}
        </Select>
        {invite.isError ? <ErrorPanel error={invite.error} /> : null}
        <div className="filters">
          <Button type="submit" disabled={invite.isPending}>
            {w.invite}
          </Button>
        </div>
      </form>
    </Card>
  )
}

function Members({ of, onChange }: { of: readonly Membership[]; onChange: () => void }) {
  return (
    <div className="cards">
      {of.map((one) => (
        <Member key={one.id} of={one} onChange={onChange} />
      ))}
    </div>
  )
}

const MARKS = { invited: 'warn', active: 'good', ended: 'none' } as const

function Member({ of, onChange }: { of: Membership; onChange: () => void }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const [isAsked, setAsked] = useState(false)
  const end = useMutation({
    mutationFn: () => api.post<Membership>(`/v1/memberships/${of.id}/end`),
    onSuccess: onChange,
  })
  const word = of.state === 'invited' ? w.takeBack : w.end
  return (
    <div className="tile">
      <span className="tile-title">{of.name}</span>
      <Mark kind={MARKS[of.state]}>
        {fill(w[of.state], { day: fullDateOf(of.endedAt ?? of.acceptedAt ?? of.invitedAt) })}
      </Mark>
      <span className="tile-more">
        {ROLE_WORDS[of.role][language]} · {of.login}
      </span>
      {of.state === 'ended' ? null : isAsked ? (
        <>
          <p>{w.sure}</p>
          {end.isError ? <ErrorPanel error={end.error} /> : null}
          <div className="filters">
            <Button kind="danger" disabled={end.isPending} onClick={() => end.mutate()}>
              {word}
            </Button>
            <Button kind="quiet" onClick={() => setAsked(false)}>
              {w.keep}
            </Button>
          </div>
        </>
      ) : (
        <Button kind="quiet" className="small" onClick={() => setAsked(true)}>
          {word}
        </Button>
      )}
    </div>
  )
}
