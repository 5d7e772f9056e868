import type { SetUpCode, Staff } from '@tienve/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD, DEMO_TOTP_SECRET } from '../demo/people.ts'
import { startService, type Answer, type Session, type TestService } from '../testing.ts'
import { stepAt, totpCode } from './rules.ts'

const PASSWORD = 'chim sẻ đậu mái chợ'
const NOW = new Date('2026-11-24T03:00:00Z')

/** As it runs for real: every role of the board must set up its second step. */
let service: TestService
let admin: Session
beforeAll(async () => {
  service = await startService({ worker: false, demo: false })
  admin = await secure(await enter('admin.sd', DEMO_PASSWORD), 'admin.sd')
})
afterAll(async () => service.stop())

const secrets = new Map<string, string>()
/** Each code works once, so that the clock goes on by a step for each. */
let turn = 0
const nextCode = (login: string): string => {
  turn += 1
  service.setNow(new Date(NOW.getTime() + turn * 30_000))
  return totpCode(secrets.get(login) ?? '', stepAt(service.ctx.now()))
}
const logIn = (login: string, secret: string, totp?: string): Promise<Answer> =>
  service.call('/v1/sessions', { body: { login, secret, ...(totp === undefined ? {} : { totp }) } })

function sessionFrom({ status, body, headers }: Answer): Session {
  expect([status, body.code]).toEqual([201, undefined])
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  return { cookie, csrfToken: body.csrfToken, stallId: null, marketId: body.market.id }
}
const enter = async (login: string, secret: string, totp?: string): Promise<Session> =>
  sessionFrom(await logIn(login, secret, totp))

let recoveryCodes: string[] = []
/** Sets the second step up, and keeps what a person's app and drawer would. */
async function secure(session: Session, login: string): Promise<Session> {
  const { body } = await service.call('/v1/me/totp', { method: 'POST', session })
  secrets.set(login, body.secret)
  const confirmed = await service.call('/v1/me/totp/confirm', { body: { code: nextCode(login) }, session })
  expect(confirmed.status).toBe(200)
  recoveryCodes = confirmed.body.codes
  return session
}
const codeOf = ({ status, body }: Answer): string => `${status} ${body.code}`
const post = (path: string, session: Session, body: object = {}) => service.call(path, { body, session })
const add = (login: string, role: Staff['role'], rest: object = {}) =>
  post(`/v1/markets/${admin.marketId}/staff`, admin, { name: 'Người mới', login, role, ...rest })
const spend = (login: string, code: string, password = PASSWORD) =>
  service.call('/v1/set-up', { body: { login, code, password } })

/** A person who has set themselves up, second step and all. */
async function newPerson(login: string, role: Staff['role']): Promise<{ id: string; session: Session }> {
  const made: SetUpCode = (await add(login, role)).body
  const session = await secure(sessionFrom(await spend(login, made.code)), login)
  return { id: made.staff.id, session }
}

describe('outside a demo', () => {
  it('nothing works for the board before the second step is set up, and everything after', async () => {
    const session = await enter('head.sd', DEMO_PASSWORD)
    const home = () => service.call(`/v1/markets/${session.marketId}/overview`, { session })
    expect(codeOf(await home())).toBe('403 totp_setup_required')
    expect((await service.call('/v1/me', { session })).body.totp).toEqual({ on: false, isDue: true })
    await secure(session, 'head.sd')
    expect((await home()).status).toBe(200)
    expect((await service.call('/v1/me', { session })).body.totp).toEqual({ on: true, isDue: false })
    expect(codeOf(await service.call('/v1/me/totp', { method: 'POST', session }))).toBe('409 totp_already_on')
  })

  it('an app of another secret, or no app, confirms nothing', async () => {
    const session = await enter('ward.sd', DEMO_PASSWORD)
    const confirm = (code: string) => post('/v1/me/totp/confirm', session, { code })
    expect(codeOf(await confirm('123456'))).toBe('409 totp_not_begun')
    await service.call('/v1/me/totp', { method: 'POST', session })
    const other = totpCode(DEMO_TOTP_SECRET, stepAt(service.ctx.now()))
    expect(codeOf(await confirm(other))).toBe('422 totp_code_wrong')
    expect((await service.call('/v1/me', { session })).body.totp.isDue).toBe(true)
  })
})

describe('a code of the app', () => {
  it('is asked for only after the right password, works once, and counts as a wrong try when it is wrong', async () => {
    await newPerson('moi.mot', 'accountant')
    expect(codeOf(await logIn('moi.mot', 'sai', nextCode('moi.mot')))).toBe('401 login_failed')
    expect(codeOf(await logIn('moi.mot', PASSWORD))).toBe('401 totp_required')
    const code = nextCode('moi.mot')
    expect((await logIn('moi.mot', PASSWORD, code)).status).toBe(201)
    expect(codeOf(await logIn('moi.mot', PASSWORD, code))).toBe('401 totp_failed')
    for (let tries = 0; tries < 4; tries++) {
      // The password alone does not begin the count anew.
      expect(codeOf(await logIn('moi.mot', PASSWORD))).toBe('401 totp_required')
      expect(codeOf(await logIn('moi.mot', PASSWORD, '000000'))).toBe('401 totp_failed')
    }
    expect(codeOf(await logIn('moi.mot', PASSWORD, nextCode('moi.mot')))).toBe('401 login_failed')
  })

  it('works for one of two who use it at the same moment', async () => {
    await newPerson('moi.hai', 'accountant')
    const code = nextCode('moi.hai')
    const tries = await Promise.all(Array.from({ length: 4 }, () => logIn('moi.hai', PASSWORD, code)))
    expect(tries.map(({ status }) => status).toSorted()).toEqual([201, 401, 401, 401])
  })

  it('of the step before or after works, and of two steps before does not', async () => {
    await newPerson('moi.ba', 'technician')
    turn += 4
    service.setNow(new Date(NOW.getTime() + turn * 30_000))
    const at = (steps: bigint) => totpCode(secrets.get('moi.ba') ?? '', stepAt(service.ctx.now()) + steps)
    expect(codeOf(await logIn('moi.ba', PASSWORD, at(-2n)))).toBe('401 totp_failed')
    expect((await logIn('moi.ba', PASSWORD, at(-1n))).status).toBe(201)
    expect((await logIn('moi.ba', PASSWORD, ` ${at(1n).slice(0, 3)} ${at(1n).slice(3)}`)).status).toBe(201)
    // What is later than the clock spends what is now.
    expect(codeOf(await logIn('moi.ba', PASSWORD, at(0n)))).toBe('401 totp_failed')
    turn += 1
  })
})

describe('a recovery code', () => {
  it('stands in for the app once, however it is typed, also of two tries at the same moment', async () => {
    const { session } = await newPerson('moi.tu', 'accountant')
    const [first = '', second = ''] = recoveryCodes
    expect(recoveryCodes).toHaveLength(10)
    const typed = first.toUpperCase().replaceAll('-', ' ')
    expect((await logIn('moi.tu', PASSWORD, typed)).status).toBe(201)
    expect(codeOf(await logIn('moi.tu', PASSWORD, first))).toBe('401 totp_failed')
    const tries = await Promise.all([1, 2, 3].map(() => logIn('moi.tu', PASSWORD, second)))
    expect(tries.map(({ status }) => status).toSorted()).toEqual([201, 401, 401])
    const renew = (secret: string) =>
      post('/v1/me/recovery-codes', session, { secret, code: nextCode('moi.tu') })
    expect(codeOf(await renew('sai'))).toBe('422 password_wrong')
    const old = recoveryCodes[2] ?? ''
    expect((await renew(PASSWORD)).body.codes).toHaveLength(10)
    expect(codeOf(await logIn('moi.tu', PASSWORD, old))).toBe('401 totp_failed')
  })
})

describe('a set-up code', () => {
  it('lets a person choose a good password, once, within three days; no password is given out', async () => {
    const made: SetUpCode = (await add('moi.nam', 'cashier')).body
    expect(made.link).toContain('/admin/#/set-up?')
    expect(codeOf(await logIn('moi.nam', made.code))).toBe('401 login_failed')
    for (const weak of ['ngắn quá', 'mot moi.nam hai', 'cho-mau-2026', 'aaaaaaaaaaaaaa'])
      expect(codeOf(await spend('moi.nam', made.code, weak)), weak).toBe('422 password_weak')
    expect(codeOf(await spend('moi.nam', 'aaaa-bbbb-cccc-dddd'))).toBe('422 setup_code_wrong')
    expect(codeOf(await spend('khong.co', made.code))).toBe('422 setup_code_wrong')
    expect((await spend('moi.nam', made.code)).status).toBe(201)
    expect(codeOf(await spend('moi.nam', made.code))).toBe('422 setup_code_wrong')

    const late: SetUpCode = (await add('moi.sau', 'cashier')).body
    const before = service.ctx.now()
    service.setNow(new Date(before.getTime() + 72 * 3_600_000))
    expect(codeOf(await spend('moi.sau', late.code))).toBe('422 setup_code_wrong')
    service.setNow(before)
    expect(codeOf(await add('moi.nam', 'cashier'))).toBe('409 login_taken')
    expect(codeOf(await add('0900010001', 'cashier'))).toBe('400 request_invalid')
    expect(codeOf(await add('moi.bay', 'leader'))).toBe('400 request_invalid')
  })

  it('made anew ends the password, the sessions and the code before; the second step stays', async () => {
    const { id, session } = await newPerson('moi.tam', 'collector')
    const [first, second] = [
      (await post(`/v1/staff/${id}/set-up-code`, admin)).body.code,
      (await post(`/v1/staff/${id}/set-up-code`, admin)).body.code,
    ]
    expect((await service.call('/v1/me', { session })).status).toBe(401)
    expect(codeOf(await logIn('moi.tam', PASSWORD, nextCode('moi.tam')))).toBe('401 login_failed')
    expect(codeOf(await spend('moi.tam', first))).toBe('422 setup_code_wrong')
    // The password is taken, and the app's code is asked for at the log-in.
    expect(codeOf(await spend('moi.tam', second, 'một mật khẩu khác hẳn'))).toBe('401 totp_required')
    await enter('moi.tam', 'một mật khẩu khác hẳn', nextCode('moi.tam'))
  })
})

describe('one’s own password', () => {
  it('is changed by who knows it, and ends every other session', async () => {
    const { session } = await newPerson('moi.chin', 'technician')
    const other = await enter('moi.chin', PASSWORD, nextCode('moi.chin'))
    const change = (secret: string, password: string) =>
      service.call('/v1/me/password', { method: 'PUT', body: { secret, password }, session })
    expect(codeOf(await change('sai', 'đủ dài mà chưa đúng'))).toBe('422 password_wrong')
    expect(codeOf(await change(PASSWORD, 'ngắn'))).toBe('422 password_weak')
    expect((await change(PASSWORD, 'đò dọc sông đào 36')).status).toBe(204)
    expect((await service.call('/v1/me', { session })).status).toBe(200)
    expect((await service.call('/v1/me', { session: other })).status).toBe(401)
  })
})

describe('the people of the board', () => {
  it('are changed by another only, and at once', async () => {
    const { id, session } = await newPerson('moi.muoi', 'accountant')
    const me = await service.call('/v1/me', { session: admin })
    const own = `/v1/staff/${me.body.user.id}`
    const put = (path: string, body: object, by = admin) =>
      service.call(path, { method: 'PUT', body, session: by })
    expect(codeOf(await put(`${own}/role`, { role: 'head' }))).toBe('409 staff_own')
    expect(codeOf(await post(`${own}/end`, admin))).toBe('409 staff_own')
    expect(codeOf(await post(`${own}/set-up-code`, admin))).toBe('409 staff_own')
    expect(codeOf(await post(`${own}/remove-totp`, admin, { reason: 'mất máy' }))).toBe('409 staff_own')

    expect((await put(`/v1/staff/${id}/role`, { role: 'cashier' })).body.role).toBe('cashier')
    expect((await service.call('/v1/me', { session })).body.roles).toEqual(['cashier'])
    expect((await post(`/v1/staff/${id}/end`, admin)).body.endedAt).toEqual(expect.any(String))
    expect((await service.call('/v1/me', { session })).status).toBe(401)
    expect(codeOf(await logIn('moi.muoi', PASSWORD, nextCode('moi.muoi')))).toBe('401 login_failed')
    expect(codeOf(await post(`/v1/staff/${id}/set-up-code`, admin))).toBe('409 staff_ended')
  })

  it('lose a second step by another’s hand, with a reason that is noted', async () => {
    const { id, session } = await newPerson('moi.mmot', 'accountant')
    const off = await post(`/v1/staff/${id}/remove-totp`, admin, { reason: 'Mất điện thoại ở bến xe' })
    expect(off.body).toMatchObject({
      totpOn: false,
      notes: [{ what: 'totp_off', reason: 'Mất điện thoại ở bến xe' }, { what: 'totp_on' }, {}, {}],
    })
    expect((await service.call('/v1/me', { session })).status).toBe(401)
    const again = await enter('moi.mmot', PASSWORD)
    expect((await service.call('/v1/me', { session: again })).body.totp.isDue).toBe(true)
  })

  // Last, since nobody knows which of the two is left.
  it('are never without an administrator, though two end each other at the same moment', async () => {
    const { id, session } = await newPerson('moi.mhai', 'admin')
    const me = await service.call('/v1/me', { session: admin })
    const both = await Promise.all([
      post(`/v1/staff/${id}/end`, admin),
      post(`/v1/staff/${me.body.user.id}/end`, session),
    ])
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1)
    const left = await Promise.all([admin, session].map((one) => service.call('/v1/me', { session: one })))
    expect(left.map(({ status }) => status).toSorted()).toEqual([200, 401])
  })
})
