import { ApiError, PERMISSIONS, type Problem } from '@tienve/contracts'
import { expect, it } from 'vitest'
import { errorWords, wordsFor } from '@tienve/ui'

const refusal = (more: Partial<Problem>) =>
  new ApiError(
    { type: '', title: '', status: 403, code: 'role_forbidden', detail: '', requestId: '', ...more },
    false,
  )

it('says who may do what a role may not', () => {
  const of = (permission: 'charges.issue' | 'register.write' | 'charges.read') =>
    wordsFor(refusal({ permission, roles: [...PERMISSIONS[permission]] }))
  expect(of('charges.issue')).toEqual({
    vi: 'Chỉ kế toán mới làm được việc này: lập đợt thu.',
    en: 'Only the accountant can do this: Propose a billing round, or take it back.',
  })
  expect(of('register.write').vi).toMatch(/^Chỉ kế toán và quản trị hệ thống mới làm được việc này: /)
  expect(of('charges.read').vi).toMatch(
    /^Chỉ trưởng ban, kế toán, thủ quỹ, nhân viên thu, quản trị hệ thống và chủ sạp mới làm được việc này: /,
  )
  expect(of('charges.read').en).toMatch(/the system administrator and the stallholder can do this: /)
})

it('says it of a permission that it does not know yet, and nothing of roles that nobody named', () => {
  expect(wordsFor(refusal({ permission: 'later.on', roles: ['head'] })).vi).toBe(
    'Chỉ trưởng ban mới làm được việc này.',
  )
  for (const roles of [undefined, [], ['toString', 'no_such_role']]) {
    expect(wordsFor(refusal(roles === undefined ? {} : { roles }))).toBe(errorWords.role_forbidden)
  }
})
