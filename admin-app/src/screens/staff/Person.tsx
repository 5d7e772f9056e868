import { useMutation, useQueryClient } from '@tanstack/react-query'
import { roleCan, type ChangeRole, type Me, type SetUpCode, type Staff } from '@tienve/contracts'
import {
  Button,
  Card,
  Empty,
  ErrorPanel,
  Field,
  fill,
  fullDateOf,
  Mark,
  useLanguage,
  useWords,
  whenOf,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { stateOf } from './People.tsx'
import { RoleFields } from './RoleFields.tsx'
import { SetUpPaper } from './SetUpPaper.tsx'
import { useStaff } from './staff.ts'
import { NOTE_WORDS, roleName, roleOf } from './words.ts'

const WORDS = {
  back: { vi: '‹ Nhân sự', en: '‹ People' },
  none: { vi: 'Không thấy người này.', en: 'There is nobody here.' },
  login: { vi: 'Tên đăng nhập: {login}', en: 'Login: {login}' },
  works: { vi: 'Đang làm', en: 'Works here' },
  ended: { vi: 'Đã nghỉ', en: 'Ended' },
  waits: { vi: 'Chờ cài đặt đến {day}', en: 'To set up until {day}' },
  totpOn: { vi: 'Mã xác thực đang bật', en: 'The second step is on' },
  totpOff: { vi: 'Mã xác thực chưa bật', en: 'The second step is off' },
  own: {
    vi: 'Đây là bạn: vai trò, mật khẩu và mã xác thực của bạn phải do người khác đổi.',
    en: 'This is you: your role and your set-up are changed by somebody else.',
  },
  role: { vi: 'Đổi vai trò', en: 'Change the role' },
  saveRole: { vi: 'Lưu vai trò', en: 'Save the role' },
  code: { vi: 'Cấp mã cài đặt mới', en: 'New set-up code' },
  codeWhat: {
    vi: 'Quên mật khẩu? Mật khẩu cũ hết dùng, các máy đang mở bị đăng xuất ngay.',
    en: 'Password forgotten? The old one ends, and every open session with it.',
  },
  totp: { vi: 'Gỡ mã xác thực', en: 'Take the second step off' },
  totpWhat: {
    vi: 'Mất điện thoại và hết mã dự phòng? Các máy đang mở bị đăng xuất ngay. Việc gỡ được ghi lại.',
    en: 'Phone lost, and no recovery code? Every open session ends, and it is noted.',
  },
  why: { vi: 'Vì sao', en: 'Why' },
  end: { vi: 'Cho nghỉ', en: 'End' },
  endWhat: {
    vi: 'Người này không đăng nhập được nữa, các máy đang mở bị đăng xuất ngay. Việc đã làm vẫn giữ tên.',
    en: 'No log-in any more, and every open session ends. What was done keeps the name.',
  },
  sure: { vi: 'Chắc chắn', en: 'Yes, do it' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
  notes: { vi: 'Lịch sử', en: 'What became of it' },
}

export function Person({ me, id }: { me: Me; id: string }) {
  const w = useWords(WORDS)
  const staff = useStaff(me)
  return (
    <div className="stack narrow">
      <a className="text-link" href={addressOf('staff')}>
        {w.back}
      </a>
      <Answer of={staff}>
        {({ items }) => {
          const person = items.find((one) => one.id === id)
          return person === undefined ? <Empty>{w.none}</Empty> : <One me={me} person={person} />
        }}
      </Answer>
    </div>
  )
}

function One({ me, person }: { me: Me; person: Staff }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const { zone, role, endedAt, totpOn, setUpUntil } = person
  const state = stateOf(person)
  return (
    <>
      <h1>{person.name}</h1>
      <Card>
        <p>
          <b>{roleName(role, language)}</b>
          {zone === null ? null : ` · ${zone.name}`}
        </p>
        <p>{fill(w.login, { login: person.login })}</p>
        <div className="three">
          <Mark kind={state === 'works' ? 'good' : 'none'}>
            {fill(w[state], { day: setUpUntil === null ? '' : fullDateOf(setUpUntil) })}
          </Mark>
          <Mark kind={totpOn ? 'good' : 'warn'}>{totpOn ? w.totpOn : w.totpOff}</Mark>
        </div>
      </Card>
      {person.id === me.user.id ? <p className="tv-quiet">{w.own}</p> : null}
      {endedAt === null && person.id !== me.user.id ? <Changes key={role} me={me} person={person} /> : null}
      <Card title={w.notes}>
        <ul className="notes">
          {person.notes.map(({ what, at, by, reason }) => (
            <li key={`${at} ${what}`}>
              <b>{NOTE_WORDS[what][language]}</b> · {whenOf(at)}
              {by === null ? null : ` · ${by}`}
              {reason === null ? null : ` · “${reason}”`}
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}

function Changes({ me, person }: { me: Me; person: Staff }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [place, setPlace] = useState<ChangeRole>({
    role: roleOf(person.role),
    zoneId: person.zone?.id ?? null,
  })
  const lookAgain = () => queries.invalidateQueries({ queryKey: ['staff'] })
  const base = `/v1/staff/${person.id}`
  const change = useMutation({ mutationFn: () => api.put(`${base}/role`, place), onSuccess: lookAgain })
  const code = useMutation({
    mutationFn: () => api.post<SetUpCode>(`${base}/set-up-code`),
    onSuccess: lookAgain,
  })
  const mayWrite = roleCan(me.user.role, 'staff.write')
  if (code.isSuccess) return <SetUpPaper me={me} made={code.data} onDone={() => code.reset()} />
  return (
    <>
      {mayWrite ? (
        <Card title={w.role}>
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault()
              change.mutate()
            }}
          >
            <RoleFields me={me} value={place} onChange={setPlace} />
            {change.isError ? <ErrorPanel error={change.error} /> : null}
            <Button type="submit" kind="quiet" disabled={change.isPending || place.role === person.role}>
              {w.saveRole}
            </Button>
          </form>
        </Card>
      ) : null}
      {mayWrite ? <Sure title={w.code} what={w.codeWhat} act={() => code.mutateAsync()} /> : null}
      {person.totpOn ? (
        <Sure
          title={w.totp}
          what={w.totpWhat}
          asksWhy
          act={(reason) => api.post(`${base}/remove-totp`, { reason }).then(lookAgain)}
        />
      ) : null}
      {mayWrite ? (
        <Sure title={w.end} what={w.endWhat} act={() => api.post(`${base}/end`).then(lookAgain)} />
      ) : null}
    </>
  )
}

/** Something that cannot be taken back: said first, then done. */
function Sure(props: {
  title: string
  what: string
  asksWhy?: boolean
  act: (reason: string) => Promise<unknown>
}) {
  const w = useWords(WORDS)
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const act = useMutation({ mutationFn: () => props.act(reason), onSuccess: () => setOpen(false) })
  const needsWhy = props.asksWhy === true
  return (
    <Card>
      <p>{props.what}</p>
      {isOpen && needsWhy ? (
        <Field
          id="why"
          label={w.why}
          required
          minLength={3}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      ) : null}
      {act.isError ? <ErrorPanel error={act.error} /> : null}
      <div className="filters">
        {isOpen ? (
          <>
            <Button
              kind="danger"
              disabled={act.isPending || (needsWhy && reason.trim().length < 3)}
              onClick={() => act.mutate()}
            >
              {w.sure}: {props.title.toLowerCase()}
            </Button>
            <Button kind="quiet" onClick={() => setOpen(false)}>
              {w.cancel}
            </Button>
          </>
        ) : (
          <Button kind="quiet" onClick={() => setOpen(true)}>
            {props.title}
          </Button>
        )}
      </div>
    </Card>
  )
}
