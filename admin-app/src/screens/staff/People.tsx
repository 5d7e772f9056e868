import { roleCan, type Me, type Staff } from '@tienve/contracts'
import { Button, Mark, useLanguage, useWords } from '@tienve/ui'
import { useState } from 'react'
import { Answer, Table, type Column } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { AddPerson } from './AddPerson.tsx'
import { useStaff } from './staff.ts'
import { roleName } from './words.ts'

const WORDS = {
  name: { vi: 'Họ tên', en: 'Name' },
  login: { vi: 'Tên đăng nhập', en: 'Login' },
  role: { vi: 'Vai trò', en: 'Role' },
  second: { vi: 'Mã xác thực', en: 'Second step' },
  state: { vi: 'Tình trạng', en: 'State' },
  on: { vi: 'Có mã xác thực', en: 'On' },
  off: { vi: 'Chưa có mã xác thực', en: 'Off' },
  works: { vi: 'Đang làm', en: 'Works here' },
  ended: { vi: 'Đã nghỉ', en: 'Ended' },
  waits: { vi: 'Chờ cài đặt', en: 'Not set up yet' },
  add: { vi: '+ Thêm người', en: '+ Add a person' },
  list: { vi: 'Nhân sự Ban quản lý chợ', en: 'The people of the board' },
}

export function People({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const staff = useStaff(me)
  const [isAdding, setAdding] = useState(false)
  const columns: Column<Staff>[] = [
    {
      head: w.name,
      card: 'title',
      cell: ({ id, name }) => (
        <a className="text-link" href={addressOf('staff/one', { id })}>
          {name}
        </a>
      ),
    },
    { head: w.login, card: 'line', cell: ({ login }) => login },
    {
      head: w.role,
      card: 'line',
      cell: ({ role, zone }) =>
        zone === null ? roleName(role, language) : `${roleName(role, language)} · ${zone.name}`,
    },
    {
      head: w.second,
      card: 'note',
      cell: ({ totpOn }) => <Mark kind={totpOn ? 'good' : 'none'}>{totpOn ? w.on : w.off}</Mark>,
    },
    { head: w.state, card: 'line', cell: (one) => w[stateOf(one)] },
  ]
  return (
    <>
      {roleCan(me.user.role, 'staff.write') && !isAdding ? (
        <div className="filters">
          <Button onClick={() => setAdding(true)}>{w.add}</Button>
        </div>
      ) : null}
      {isAdding ? <AddPerson me={me} onDone={() => setAdding(false)} /> : null}
      <Answer of={staff}>
        {({ items }) => <Table caption={w.list} columns={columns} rows={items} keyOf={({ id }) => id} />}
      </Answer>
    </>
  )
}

export function stateOf({ endedAt, setUpUntil }: Staff): 'ended' | 'waits' | 'works' {
  if (endedAt !== null) return 'ended'
  return setUpUntil === null ? 'works' : 'waits'
}
