import { createDb, inMarket, type Db } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type Answer, type Session, type TestService } from '../testing.ts'

let service: TestService
let owner: Db
let head: Session
let accountant: Session
beforeAll(async () => {
  service = await startService({ worker: false })
  owner = createDb(service.database.ownerUrl, { max: 1 })
  head = await service.logIn('head')
  accountant = await service.logIn('accountant')
})
afterAll(async () => {
  await owner.pool.end()
  await service.stop()
})

const DAY = '2026-11-24'
const marketId = () => head.marketId
const sqlAs = (db: Db, text: string, values: unknown[] = []) =>
  inMarket(db, marketId(), (tx) => tx.$client.query(text, values))
/** As the service itself, whatever its code would do. */
const refuses = (text: string, by: RegExp) => expect(sqlAs(service.ctx.db, text), text).rejects.toThrow(by)
const codeOf = ({ status, body }: Answer): string => `${status} ${body.code}`

describe('in the database, as the service', () => {
  it('nobody takes, counts and signs for the cash of one day, whatever the role was changed to', async () => {
    const insert = `insert into cash_duty (market_id, day, user_id, duty) values ('${marketId()}', '2026-11-20', 'usr_sdcollector',`
    await sqlAs(service.ctx.db, `${insert} 'collect')`)
    await refuses(`${insert} 'account')`, /cash_duty_market_id_day_user_id_pk/)
    await refuses(`update cash_duty set duty = 'account'`, /permission denied/)
    await refuses(`delete from cash_duty`, /permission denied/)
    await sqlAs(
      service.ctx.db,
      `insert into approval (market_id, id, kind, object_id, proposed_by, proposed_at)
       values ('${marketId()}', 'apr_sign', 'day_sign_off', 'dso_one', 'usr_sdcollector', now())`,
    )
    await refuses(
      `insert into day_sign_off (market_id, id, day, version, approval_id, bank_vnd, ledger_vnd, difference_vnd, suspense_vnd,
         suspense_count, accounts, reasons, suspense, movement_ids, signed_by, signed_at)
       values ('${marketId()}', 'dso_one', '2026-11-20', 1, 'apr_sign', 0, 0, 0, 0, 0, '[]', '[]', '[]', '{}', 'usr_sdcollector', now())`,
      /day_sign_off_duty_fk/,
    )
    await refuses(
      `insert into handover (market_id, id, collector_id, day, expected_vnd, collector_counts, collector_vnd, collector_signed_at,
         cashier_id, cashier_counts, cashier_vnd, cashier_signed_at, ledger_seq)
       values ('${marketId()}', 'hnd_one', 'usr_sdhead', '2026-11-20', 0, '{}', 0, now(), 'usr_sdcollector', '{}', 0, now(), 1)`,
      /handover_duty_fk/,
    )
  })

  it('the same person does not count or sign through the service either', async () => {
    await sqlAs(
      owner,
      `insert into cash_duty (market_id, day, user_id, duty) values ('${marketId()}', '${DAY}', 'usr_sdaccountant', 'collect')`,
    )
    const { body } = await service.call(`/v1/markets/${marketId()}/reconciliation?day=${DAY}`, {
      session: accountant,
    })
    const sign = await service.call(`/v1/markets/${marketId()}/reconciliation/sign-offs`, {
      session: accountant,
      body: { day: DAY, seen: body.seen, reasons: [] },
    })
    expect(codeOf(sign)).toBe('409 duty_conflict')
  })

  it('what takes two people is not so before another has approved it, and what is decided stays', async () => {
    const approval = (id: string, rest = '') =>
      sqlAs(
        service.ctx.db,
        `insert into approval (market_id, id, kind, object_id, proposed_by, proposed_at${rest === '' ? '' : ', approved_by, approved_at'})
         values ('${marketId()}', '${id}', 'billing_round', 'rnd_x', 'usr_sdaccountant', now()${rest})`,
      )
    await approval('apr_open')
    await refuses(
      `update approval set approved_by = 'usr_sdaccountant', approved_at = now() where id = 'apr_open'`,
      /approval_two_people/,
    )
    const round = (id: string, period: string, columns: string, values: string) =>
      `insert into billing_round (market_id, id, period, due_on, status, approval_id${columns}) values ('${marketId()}', '${id}',
        '${period}', '2026-10-15', ${values})`
    await refuses(
      round('rnd_a', '2026-01', ', issued_at', `'issued', 'apr_open', now()`),
      /billing_round_approved/,
    )
    await refuses(
      round('rnd_a', '2026-01', ', issued_at, approved_by', `'issued', 'apr_open', now(), 'usr_sdhead'`),
      /billing_round_approved_fk/,
    )
    await approval('apr_done', `, 'usr_sdhead', now()`)
    const gone = await sqlAs(
      service.ctx.db,
      `update approval set approved_by = null, approved_at = null where id = 'apr_done'`,
    )
    expect(gone.rowCount).toBe(0)
    await sqlAs(
      service.ctx.db,
      round('rnd_a', '2026-01', ', issued_at, approved_by', `'issued', 'apr_done', now(), 'usr_sdhead'`),
    )
    // Closing asks for two of its own.
    await refuses(
      `update billing_round set status = 'closed', closed_at = now() where id = 'rnd_a'`,
      /closed_by/,
    )
    await refuses(
      `update billing_round set status = 'closed', closed_at = now(), close_approval_id = 'apr_open', closed_by = 'usr_sdaccountant'
       where id = 'rnd_a'`,
      /billing_round_close_fk/,
    )
    await refuses(
      `insert into suspense_resolution (market_id, id, suspense_id, parts, reason, status, resolved_by, resolved_at, approval_id)
       values ('${marketId()}', 'rsl_a', 'sus_a', '[]', 'x', 'done', 'usr_sdaccountant', now(), 'apr_open')`,
      /suspense_resolution_approved/,
    )
  })

  it('a delegation has two people and an end, and is not begun again', async () => {
    const insert = (to: string, until: string, permission = 'charges.approve') =>
      `insert into delegation (market_id, id, permission, from_user_id, to_user_id, from_day, until_day, made_at)
       values ('${marketId()}', 'dlg_sql', '${permission}', 'usr_sdhead', '${to}', '${DAY}', '${until}', '2026-11-01')`
    await refuses(insert('usr_sdhead', DAY), /delegation_two_people/)
    await refuses(insert('usr_sdadmin', '2026-11-23'), /delegation_days/)
    await refuses(insert('usr_sdadmin', '2027-06-01'), /delegation_days/)
    await refuses(insert('usr_sdadmin', DAY, 'cash.count'), /delegation_permission/)
    await sqlAs(service.ctx.db, insert('usr_sdadmin', DAY))
    const end = `update delegation set ended_at = now(), ended_by = 'usr_sdhead' where id = 'dlg_sql'`
    expect((await sqlAs(service.ctx.db, end)).rowCount).toBe(1)
    expect((await sqlAs(service.ctx.db, end)).rowCount).toBe(0)
  })
})

describe('what is handed on', () => {
  const list = () => service.call(`/v1/markets/${marketId()}/delegations`, { session: head })
  const hand = (toUserId: string, permission: string, until: string, session = head) =>
    service.call(`/v1/markets/${marketId()}/delegations`, {
      session,
      body: { toUserId, permission, until },
    })
  const approve = (session: Session) =>
    service.call('/v1/charge-changes/none_here/approve', {
      session,
      body: { seen: { amountVnd: 0, outstandingVnd: 0 } },
    })

  it('holds from now until the end of its last day, for the guard and for the screens, and is shown', async () => {
    const admin = await service.logIn('admin')
    expect(codeOf(await approve(admin))).toBe('403 role_forbidden')
    expect((await hand('usr_sdadmin', 'charges.approve', '2026-11-25')).status).toBe(201)
    expect(codeOf(await approve(admin))).toBe('404 not_found')
    const me = await service.call('/v1/me', { session: admin })
    expect(me.body.delegated).toEqual([
      { permission: 'charges.approve', until: '2026-11-25', by: expect.stringContaining('Phạm Văn Hùng') },
    ])
    expect((await list()).body.items[0]).toMatchObject({ isInForce: true, until: '2026-11-25' })
    service.setNow(new Date('2026-11-25T16:59:59Z'))
    const late = await service.logIn('admin')
    expect(codeOf(await approve(late))).toBe('404 not_found')
    service.setNow(new Date('2026-11-25T17:00:00Z'))
    expect(codeOf(await approve(late))).toBe('403 role_forbidden')
    head = await service.logIn('head')
    expect((await list()).body.items[0]).toMatchObject({ isInForce: false, endedAt: null })
    service.setNow(new Date('2026-11-24T03:00:00Z'))
  })

  it('ends when it is taken back, and when either of the two no longer has the role for it', async () => {
    const admin = await service.logIn('admin')
    const { body } = await hand('usr_sdadmin', 'suspense.approve', '2026-12-05')
    const may = async () => (await service.call('/v1/me', { session: admin })).body.delegated.length
    expect(await may()).toBe(2)
    await sqlAs(owner, `update app_user set role = 'ward' where id = 'usr_sdhead'`)
    expect(await may()).toBe(0)
    await sqlAs(owner, `update app_user set role = 'head' where id = 'usr_sdhead'`)
    await sqlAs(owner, `update app_user set role = 'collector' where id = 'usr_sdadmin'`)
    expect(await may()).toBe(0)
    await sqlAs(owner, `update app_user set role = 'admin' where id = 'usr_sdadmin'`)
    const ended = await service.call(`/v1/delegations/${body.id}/end`, { method: 'POST', session: head })
    expect(ended.body).toMatchObject({ isInForce: false, endedAt: expect.any(String) })
    expect(await may()).toBe(1)
  })

  it('goes to nobody who handles cash, not to oneself, not on to a third, and not past three months', async () => {
    expect(codeOf(await hand('usr_sdcashier', 'charges.approve', '2026-11-30'))).toMatch(
      /delegation_not_possible/,
    )
    expect(codeOf(await hand('usr_sdcollector', 'charges.approve', '2026-11-30'))).toMatch(/not_possible/)
    expect(codeOf(await hand('usr_sdhead', 'charges.approve', '2026-11-30'))).toBe('409 staff_own')
    expect(codeOf(await hand('usr_sdau01', 'charges.approve', '2026-11-30'))).toBe('404 not_found')
    expect(codeOf(await hand('usr_sdadmin', 'charges.approve', '2026-11-23'))).toMatch(/not_possible/)
    expect(codeOf(await hand('usr_sdadmin', 'charges.approve', '2027-03-01'))).toMatch(/not_possible/)
    const admin = await service.logIn('admin')
    await hand('usr_sdadmin', 'charges.approve', '2026-11-30')
    expect(codeOf(await hand('usr_sdaccountant', 'charges.approve', '2026-11-30', admin))).toBe(
      '403 role_forbidden',
    )
  })

  it('never lets one person do both halves', async () => {
    await hand('usr_sdaccountant', 'charges.approve', '2026-11-30')
    await service.readMeters('2026-10')
    const proposed = await service.call(`/v1/markets/${marketId()}/billing-rounds`, {
      session: accountant,
      body: { period: '2026-10', dueOn: '2026-11-30' },
      headers: { 'idempotency-key': 'one' },
    })
    expect(proposed.status).toBe(201)
    const { chargeCount, totalVnd, id } = proposed.body
    const own = await service.call(`/v1/billing-rounds/${id}/approve`, {
      session: accountant,
      body: { seen: { chargeCount, totalVnd } },
    })
    expect(codeOf(own)).toBe('409 approval_own_proposal')
  })
})

describe('a section leader', () => {
  it('sees who of the own zone needs help and with what, and neither sales nor debts', async () => {
    const leader = await service.logIn('leader')
    const { status, body } = await service.call(`/v1/markets/${marketId()}/zone-help`, { session: leader })
    expect([status, body.zones, body.stallCount]).toEqual([200, ['Ăn uống, quà chiều'], 28])
    expect(body.items.length).toBeGreaterThan(0)
    for (const one of body.items) {
      expect(Object.keys(one).toSorted()).toEqual(['code', 'name', 'needs', 'stallId', 'zone'])
      expect(one.needs).toContain('not_heard')
    }
    for (const path of ['sales', 'charges', 'overview', 'stalls', 'arrears'])
      expect(codeOf(await service.call(`/v1/markets/${marketId()}/${path}`, { session: leader }))).toBe(
        '403 role_forbidden',
      )
    const all = await service.call(`/v1/markets/${marketId()}/zone-help`, { session: head })
    expect(all.body.zones.length).toBeGreaterThan(1)
  })
})
