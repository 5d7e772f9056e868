import { isWeakPin, readEnrolmentCode, writeEnrolmentCode } from '@tienve/contracts'
import { createDb, inMarket, type Db } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEMO_PIN, type DemoStall } from '../demo/people.ts'
import { readPdf } from '../documents/testing.ts'
import { stepAt, totpCode } from '../staff/rules.ts'
import { startService, until, type Answer, type Session, type TestService } from '../testing.ts'
import { openPhone, PIN, type Phone } from './testing.ts'

const NOW = new Date('2026-11-24T03:00:00Z')
const HOUR_MS = 3_600_000

let service: TestService
let accountant: Session
let stall: DemoStall
let owner: Db
let next = 0
beforeAll(async () => {
  service = await startService({ worker: false, demo: false })
  accountant = await service.logIn('accountant')
  owner = createDb(service.database.ownerUrl, { max: 1 })
})
afterAll(async () => {
  await owner.pool.end()
  await service.stop()
})
beforeEach(() => {
  service.setNow(NOW)
  // A stall of its own for each test.
  stall = service.markets[0]?.stalls[++next] as DemoStall
})

const printCode = async (of = stall): Promise<string> =>
  (await service.call(`/v1/stalls/${of.id}/enrolments`, { method: 'POST', session: accountant })).body.code
const enrolWith = (phone: Phone, code: string, more: object = {}): Promise<Answer> =>
  phone.ask('/v1/enrolments', { code, pin: PIN, ...more })
/** All that was said, but for the number of the request. */
const saidOf = ({ status, body }: Answer): string => JSON.stringify({ status, ...body, requestId: '' })
const inOurs = (text: string, db = service.ctx.db) =>
  inMarket(db, accountant.marketId, (tx) => tx.execute(sql.raw(text)))

async function enrolled(): Promise<Phone> {
  const phone = openPhone(service)
  expect((await enrolWith(phone, await printCode())).status).toBe(201)
  return phone
}

async function helperOf(owner: Phone, name = 'Cháu Linh'): Promise<Phone> {
  const { body } = await owner.ask(`/v1/stalls/${stall.id}/helpers`, {})
  const phone = openPhone(service)
  expect((await enrolWith(phone, body.code, { name })).body.user).toMatchObject({ name, role: 'helper' })
  return phone
}

describe('a printed code', () => {
  it('lets its stallholder in once, with a PIN of her own, and the phone is known from then on', async () => {
    const { body, headers } = await service.call(`/v1/stalls/${stall.id}/enrolments`, {
      method: 'POST',
      session: accountant,
    })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(new URL(body.link)).toMatchObject({ search: '', hash: `#ma=${body.code}` })
    const [page] = await readPdf(Buffer.from(body.slip, 'base64'))
    expect(page?.text).toContain(writeEnrolmentCode(body.code))

    const phone = openPhone(service)
    const me = await enrolWith(phone, body.code.toLowerCase().replaceAll(/(.{4})/g, '$1 '))
    expect([me.status, me.body.user.role, me.body.user.stallId]).toEqual([201, 'stallholder', stall.id])
    expect((await phone.ask(`/v1/stalls/${stall.id}/summary`)).status).toBe(200)
    const { login } = me.body.user
    expect((await phone.ask('/v1/sessions/current', undefined, 'DELETE')).status).toBe(204)
    expect((await phone.ask('/v1/sessions', { login, secret: '135790' })).body.code).toBe('login_failed')
    expect((await phone.ask('/v1/sessions', { login, secret: PIN })).status).toBe(201)
    const { body: seen } = await service.call(`/v1/stalls/${stall.id}/enrolments`, { session: accountant })
    expect([seen.enrolledAt, seen.open]).toEqual(['2026-11-24T10:00:00.000+07:00', null])
  })

  it('says the same of a code that was used, has run out, was called off, or never was', async () => {
    const used = await printCode()
    await enrolWith(openPhone(service), used)
    const off = await printCode()
    const late = await printCode()
    const never = 'C0000000000'
    const check = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'].find((one) => readEnrolmentCode(never + one)) ?? ''
    service.setNow(new Date(NOW.getTime() + 72 * HOUR_MS))
    const answers = []
    for (const code of [used, off, late, never + check, 'hello'])
      answers.push(saidOf(await enrolWith(openPhone(service), code)))
    expect(new Set(answers).size).toBe(1)
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ status: 422, code: 'enrolment_refused' })
    service.setNow(new Date(NOW.getTime() + 72 * HOUR_MS - 1))
    expect((await enrolWith(openPhone(service), late)).status).toBe(201)
  })

  it('lets one in of two phones that use it at the same moment', async () => {
    const code = await printCode()
    const answers = await inMarket(owner, accountant.marketId, async (tx) => {
      // Held until all three stand before it: the first for this transaction to end, the others behind the first.
      await tx.execute(sql`select 1 from enrolment where stall_id = ${stall.id} for update`)
      const asked = Promise.all([1, 2, 3].map(() => enrolWith(openPhone(service), code)))
      await until(async () => {
        const { rows } = await tx.execute<{ waiting: bigint }>(
          sql`select count(*) as waiting from pg_locks where relation = 'enrolment'::regclass and not granted`,
        )
        return rows[0]?.waiting === 2n
      }, 'three phones to wait')
      return { asked }
    }).then(({ asked }) => asked)
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422, 422])
    const { rows } = await inOurs(
      `select 1 from session s join app_user u on u.id = s.user_id where u.stall_id = '${stall.id}'`,
    )
    expect(rows).toHaveLength(1)
  })

  it('ends every phone she had, with the notices that woke it, and no helper’s', async () => {
    const lost = await enrolled()
    const helper = await helperOf(lost)
    const { login } = (await lost.ask('/v1/me')).body.user
    await inOurs(`insert into push_subscription (market_id, id, user_id, endpoint_hash, ciphertext, created_at)
      select u.market_id, 'psh_x' || u.id, u.id, 'x', 'x', now() from app_user u where u.login = '${login}'`)
    const fresh = openPhone(service)
    expect((await enrolWith(fresh, await printCode(), { pin: '602913' })).body.user.login).toBe(login)
    expect((await lost.ask('/v1/me')).body.code).toBe('session_required')
    for (const secret of [PIN, '602913'])
      expect((await lost.ask('/v1/sessions', { login, secret })).body.code).toBe('device_unknown')
    expect((await fresh.ask('/v1/me')).status).toBe(200)
    expect((await helper.ask('/v1/me')).status).toBe(200)
    expect((await inOurs('select 1 from push_subscription')).rows).toEqual([])
  })

  it('makes another person of who has the stall next, and the one before is out with her helpers', async () => {
    const before = await enrolled()
    const helper = await helperOf(before)
    const { id } = (await before.ask('/v1/me')).body.user
    // A slip that was printed for her while she had the stall.
    const old = await printCode()
    await inOurs(`update stall set sales_consent_at = now() where id = '${stall.id}'`, owner)
    await inOurs(
      `insert into stallholder (market_id, id, name, created_at) values ('${accountant.marketId}', 'shd_next${next}', 'Trần Văn Nhận', now())`,
      owner,
    )
    await inOurs(
      `update contract set stallholder_id = 'shd_next${next}', seller_id = null where stall_id = '${stall.id}'`,
      owner,
    )
    expect((await enrolWith(openPhone(service), old)).body.code).toBe('enrolment_refused')
    const code = await printCode()
    expect((await before.ask('/v1/me')).status).toBe(200)
    const after = openPhone(service)
    const { user } = (await enrolWith(after, code)).body
    expect([user.name, user.id === id]).toEqual(['Trần Văn Nhận', false])
    for (const phone of [before, helper]) expect((await phone.ask('/v1/me')).status).toBe(401)
    // What she said of being seen by name is not said by the next.
    const { rows } = await inOurs(
      `select sales_consent_at as seen, (select given from consent_change where stall_id = s.id and words = 'holder_changed')
        from stall s where id = '${stall.id}'`,
    )
    expect(rows).toEqual([{ seen: null, given: false }])
  })

  it('takes nobody for the next holder who was there before log-ins named a person, but by that holder’s phone', async () => {
    const before = await enrolled()
    const helper = await helperOf(before)
    const { id } = (await before.ask('/v1/me')).body.user
    await inOurs(`update app_user set holder_id = null where id = '${id}'`, owner)
    const same = openPhone(service)
    expect((await enrolWith(same, await printCode())).body.user.id).toBe(id)
    await inOurs(`update app_user set holder_id = null where id = '${id}'`, owner)
    await inOurs(
      `insert into stallholder (market_id, id, name, phone, created_at)
        values ('${accountant.marketId}', 'shd_next${next}', 'Trần Văn Nhận', '0999000222', now())`,
      owner,
    )
    await inOurs(
      `update contract set stallholder_id = 'shd_next${next}' where stall_id = '${stall.id}'`,
      owner,
    )
    const { user } = (await enrolWith(openPhone(service), await printCode())).body
    expect([user.name, user.id === id]).toEqual(['Trần Văn Nhận', false])
    for (const phone of [same, helper]) expect((await phone.ask('/v1/me')).status).toBe(401)
  })

  it('refuses a PIN that is guessed first, before it looks at the code', async () => {
    const code = await printCode()
    for (const pin of ['000000', '123456', '654321', '121212', '123123', '789012'])
      expect([pin, isWeakPin(pin)]).toEqual([pin, pin !== '789012'])
    const weak = await enrolWith(openPhone(service), code, { pin: '111111' })
    expect([weak.status, weak.body.code]).toEqual([422, 'pin_weak'])
    expect((await enrolWith(openPhone(service), code)).status).toBe(201)
  })

  it('stands nowhere but on the slip, and nobody of the service opens a used one again', async () => {
    const code = await printCode()
    await enrolWith(openPhone(service), code)
    const { rows } = await inOurs(`select e::text as row from enrolment e where stall_id = '${stall.id}'`)
    expect(JSON.stringify(rows)).not.toContain(code)
    const again = await inOurs(
      `update enrolment set used_at = null, revoked_at = null where stall_id = '${stall.id}'`,
    )
    expect(again.rowCount).toBe(0)
    await inOurs(
      `update device set revoked_at = now() where user_id in (select id from app_user where stall_id = '${stall.id}')`,
    )
    expect((await inOurs('update device set revoked_at = null where revoked_at is not null')).rowCount).toBe(
      0,
    )
  })

  it('is noticed when it is mistyped', async () => {
    const code = await printCode()
    expect(readEnrolmentCode(code)).toEqual({ code, kind: 'holder' })
    const wrong = [...code].map(
      (letter, at) => `${code.slice(0, at)}${letter === '2' ? '3' : '2'}${code.slice(at + 1)}`,
    )
    expect(wrong.filter((one) => readEnrolmentCode(one) !== null)).toEqual([])
  })
})

describe('a browser that is not known', () => {
  it('learns nothing of a phone number: not whether there is one, nor whether the PIN is right', async () => {
    const other = await enrolled()
    const { login: taken = '' } = service.markets[0]?.stalls[0] ?? {}
    const answers = new Set<string>()
    for (const login of [taken, `+84${taken.slice(1)}`, '0999999999'])
      for (const secret of [DEMO_PIN, '000000'])
        for (const phone of [openPhone(service), other])
          answers.add(saidOf(await phone.ask('/v1/sessions', { login, secret })))
    const deviceToken = `${accountant.marketId}.${'A'.repeat(43)}`
    answers.add(
      saidOf(await service.call('/v1/sessions', { body: { login: taken, secret: DEMO_PIN, deviceToken } })),
    )
    expect(answers.size).toBe(1)
    expect([...answers][0]).toContain('device_unknown')
    const { rows } = await inOurs(
      `select sum(failed_count)::int as tries from app_user where role = 'stallholder'`,
    )
    expect(rows).toEqual([{ tries: 0 }])
  })
})

describe('a helper', () => {
  it('sees codes and what arrives, and no total by any route', async () => {
    const owner = await enrolled()
    const helper = await helperOf(owner)
    const at = `/v1/stalls/${stall.id}`
    for (const path of ['', '/takings', '/payments', '/cash-sales', '/takings?day=2026-11-24'])
      expect([path, (await helper.ask(`${at}${path}`)).status]).toEqual([path, 200])
    await helper.ask(`${at}/cash-sales`, { amountVnd: 20_000 })
    await helper.ask(`${at}/cash-sales`, { amountVnd: 30_000 })
    for (const path of ['/takings', '/cash-sales', '/payments'])
      expect(JSON.stringify((await helper.ask(`${at}${path}`)).body)).not.toMatch(/50000|total/i)
    const closed = [
      '/summary',
      '/takings?day=2026-11-23',
      '/payments?day=2026-11-23',
      '/cash-sales?day=2026-11-23',
    ]
    for (const path of [...closed, '/sale-refunds', '/debt', '/helpers', '/enrolments', '/connections'])
      expect([path, (await helper.ask(`${at}${path}`)).body.code]).toEqual([path, 'role_forbidden'])
    for (const path of closed) expect([path, (await owner.ask(`${at}${path}`)).status]).toEqual([path, 200])
  })

  it('is in for a quarter of an hour after the invitation, is listed, and is out at once, stream and all', async () => {
    const owner = await enrolled()
    const { body } = await owner.ask(`/v1/stalls/${stall.id}/helpers`, {})
    service.setNow(new Date(NOW.getTime() + HOUR_MS / 4))
    expect((await enrolWith(openPhone(service), body.code, { name: 'Linh' })).body.code).toBe(
      'enrolment_refused',
    )
    const helper = await helperOf(owner)
    const { items } = (await owner.ask(`/v1/stalls/${stall.id}/helpers`)).body
    expect(items).toMatchObject([{ name: 'Cháu Linh' }])

    service.ctx.hub.start()
    const stream = await fetch(`${service.url}/v1/stalls/${stall.id}/live`, { headers: helper.headers() })
    const own = await fetch(`${service.url}/v1/stalls/${stall.id}/live`, { headers: owner.headers() })
    const ended = stream.text().catch(() => '')
    expect(
      (await owner.ask(`/v1/stalls/${stall.id}/helpers/${items[0].id}`, undefined, 'DELETE')).status,
    ).toBe(204)
    await ended
    expect((await helper.ask('/v1/me')).status).toBe(401)
    expect((await owner.ask(`/v1/stalls/${stall.id}/helpers`)).body.items).toEqual([])
    // Hers goes on.
    const reader = own.body?.getReader()
    await reader?.read()
    const more = await Promise.race([
      reader?.read(),
      new Promise((resolve) => setTimeout(resolve, 2_500, 'open')),
    ])
    expect(more).toBe('open')
    await reader?.cancel()
    expect((await helper.ask('/v1/me')).status).toBe(401)
  })
})

describe('the devices of a person', () => {
  it('are listed for her alone, and one that she throws out is unknown', async () => {
    const desk = openPhone(service, 'Mozilla/5.0 (Windows NT 10.0) Chrome/140 Edg/140')
    const phone = openPhone(service, 'Mozilla/5.0 (iPhone; CPU OS 19_0 like Mac OS X) Version/19 Safari/604')
    const login = { login: 'cashier.sd', secret: 'cho-mau-2026' }
    const { body: me } = await desk.ask('/v1/sessions', login)
    expect(me.totp.isDue).toBe(true)
    const { secret } = (await desk.ask('/v1/me/totp', undefined, 'POST')).body
    const codeNow = (): string => totpCode(secret, stepAt(service.ctx.now()))
    await desk.ask('/v1/me/totp/confirm', { code: codeNow() })
    service.setNow(new Date(NOW.getTime() + HOUR_MS))
    await phone.ask('/v1/sessions', { ...login, totp: codeNow() })
    const { items } = (await phone.ask('/v1/sessions')).body
    expect(items).toMatchObject([
      { name: 'iPhone · Safari', current: true, open: true, since: '2026-11-24T11:00:00.000+07:00' },
      { name: 'Windows · Edge', current: false, open: true, lastSeenAt: '2026-11-24T10:00:00.000+07:00' },
    ])
    const at = `/v1/sessions/${items[1].id}`
    const other = await service.call(at, { method: 'DELETE', session: accountant })
    expect([other.status, (await phone.ask(at, undefined, 'DELETE')).status]).toEqual([404, 204])
    expect((await desk.ask('/v1/me')).status).toBe(401)
    expect((await phone.ask(at, undefined, 'DELETE')).status).toBe(404)
    expect((await phone.ask('/v1/sessions')).body.items).toHaveLength(1)
  })

  it('are not more when somebody logs in again by one of them', async () => {
    const phone = await enrolled()
    const { login } = (await phone.ask('/v1/me')).body.user
    const stale = phone.headers()
    expect((await phone.ask('/v1/sessions', { login, secret: PIN })).status).toBe(201)
    expect((await phone.ask('/v1/sessions')).body.items).toHaveLength(1)
    expect((await service.call('/v1/me', { headers: stale })).status).toBe(401)
  })
})
