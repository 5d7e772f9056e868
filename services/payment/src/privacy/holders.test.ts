import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { append } from '../audit/service.ts'
import { dayOf } from '../days.ts'
import { startService, type Session, type TestService } from '../testing.ts'

/** A stall that goes from one person to another: of each, what is hers and nothing of the other's. */
let service: TestService
let holder: Session
let head: Session
let accountant: Session
let owner: pg.Client
const NOTE = 'cho chị Khách Quen'

beforeAll(async () => {
  service = await startService({ worker: false })
  holder = await service.logIn('stallholder')
  head = await service.logIn('head')
  accountant = await service.logIn('accountant')
  owner = new pg.Client({ connectionString: service.database.adminUrl })
  await owner.connect()
  await done(`/v1/stalls/${holder.stallId}/cash-sales`, { amountVnd: 20_000, note: NOTE })
})
afterAll(async () => {
  await owner.end()
  await service.stop()
})

async function done(path: string, body: unknown, session = holder) {
  const answer = await service.call(path, { method: 'POST', body, session })
  expect([path, answer.status, answer.body]).toEqual([path, expect.toSatisfy((n) => n < 300), answer.body])
  return answer.body
}
const rows = (text: string) =>
  inMarket(service.ctx.db, holder.marketId, async (tx) => (await tx.execute(sql.raw(text))).rows)
const mine = async () => (await service.call('/v1/my-data.json', { session: holder })).body
const ofStall = () => `where market_id = '${holder.marketId}' and stall_id = '${holder.stallId}'`
const setUser = (change: string) =>
  owner.query(
    `update app_user set ${change} where market_id = $1 and stall_id = $2 and role = 'stallholder'`,
    [holder.marketId, holder.stallId],
  )

describe('whose data it is', () => {
  it('is said by the person whom the log-in was made for, not by her phone', async () => {
    await setUser(`holder_id = (select stallholder_id from contract ${ofStall()})`)
    await owner.query(
      `update stallholder set phone = '0999000111' where id in (select stallholder_id from contract ${ofStall()})`,
    )
    expect((await mine()).data.register).toMatchObject([{ phone: '0999000111' }])
  })

  it('is nobody’s where neither says it: no day of the stall is given, and nothing is taken away', async () => {
    await setUser('holder_id = null')
    const { data } = await mine()
    expect(Object.keys(data)).toEqual([
      'person',
      'sessions',
      'devices',
      'push',
      'codeChecks',
      'requests',
      'shifts',
      'taxProfile',
    ])
    const { id } = await done('/v1/data-requests', { kind: 'erasure' })
    const path = `/v1/data-requests/${id}/answer`
    const answer = await service.call(path, { method: 'POST', body: { as: 'done' }, session: head })
    expect(answer.body).toMatchObject({ code: 'erasure_blocked', fields: { unknown: 'still open' } })
    // Not past the database either.
    await expect(
      rows(`select person_erase('${holder.marketId}', '${id}', '{}', 'usr_sdhead', now())`),
    ).rejects.toMatchObject({ cause: { code: '55000' } })
    await done(`/v1/data-requests/${id}/withdraw`, undefined)
  })

  it('is not the tenant’s of before, whose phone the register does not know any more', async () => {
    await owner.query(
      `update stallholder set phone = null where id in (select stallholder_id from contract ${ofStall()})`,
    )
    const [{ login, contract }] = (await rows(`select u.login, k.id as contract from app_user u
      join contract k on k.stall_id = u.stall_id where u.stall_id = '${holder.stallId}' and u.role = 'stallholder'`)) as [
      { login: string; contract: string },
    ]
    expect((await mine()).data.register).toHaveLength(1)
    await done(
      `/v1/contracts/${contract}/transfer`,
      {
        number: 'HĐ-SAU',
        lastDay: dayOf(service.ctx.now()),
        holder: { name: 'Trần Văn Nhận', phone: login },
      },
      accountant,
    )
    expect((await mine()).data.register).toMatchObject([{ name: 'Trần Văn Nhận' }])
    expect((await mine()).data.cashSales).toEqual([])
  })
})

describe('consent', () => {
  const say = (salesConsent: boolean) =>
    service.call(`/v1/stalls/${holder.stallId}/consent`, {
      method: 'PUT',
      body: { salesConsent, words: '2026-11' },
      session: holder,
    })
  const isSeen = async () =>
    (await rows(`select sales_consent_at is not null as seen from stall where id = '${holder.stallId}'`))[0]
      ?.seen

  it('of one person ended when another was given the stall, and the history says why', async () => {
    expect(await isSeen()).toBe(false)
    const { body } = await service.call(`/v1/stalls/${holder.stallId}/consents`, { session: holder })
    expect(body.items[0]).toMatchObject({ given: false, by: null, words: 'holder_changed' })
    expect(body.items[1]).toMatchObject({ given: true })
  })

  it('is not given for the days of another: not before she has the stall, and not over those that were sold on', async () => {
    expect((await say(true)).body.code).toBe('consent_not_yours')
    service.setNow(new Date(service.ctx.now().getTime() + 3 * 86_400_000))
    holder = await service.logIn('stallholder')
    await setUser(`holder_id = (select stallholder_id from contract ${ofStall()} and ended_on is null)`)
    expect((await say(true)).body.code).toBe('consent_not_yours')
    await owner.query(`delete from stall_day ${ofStall()}`)
    // The one before, whose log-in is still there, says nothing for the next.
    await setUser(`holder_id = (select stallholder_id from contract ${ofStall()} and ended_on is not null)`)
    expect((await say(true)).body.code).toBe('consent_not_yours')
    expect(await isSeen()).toBe(false)
    await setUser(`holder_id = (select stallholder_id from contract ${ofStall()} and ended_on is null)`)
    expect((await say(true)).body.salesConsent).toBe(true)
    // What is said again of the same person's next contract stays.
    const [{ id, number }] = (await rows(`select stallholder_id as id, id as number from contract
      ${ofStall()} and ended_on is null`)) as [{ id: string; number: string }]
    const next = {
      number: 'HĐ-SAU-2',
      lastDay: dayOf(service.ctx.now()),
      holder: { id, name: 'Trần Văn Nhận' },
    }
    await done(`/v1/contracts/${number}/transfer`, next, await service.logIn('accountant'))
    expect(await isSeen()).toBe(true)
  })
})

describe('an erasure at a stall that somebody else has by now', () => {
  const ROWS = 'Nguyen Van Khach 35000'
  const tell = (at: Date, note: string, object = { kind: 'stalls', id: holder.stallId ?? '' }) =>
    inMarket(service.ctx.db, holder.marketId, (tx) =>
      append({ now: () => at }, tx, holder.marketId, {
        by: null,
        from: { requestId: 'r', route: 'r', address: '192.0.2.1', sessionId: null },
        action: 'stalls.test',
        object,
        stallId: holder.stallId,
        after: { note },
      }),
    )
  const told = async () =>
    (await rows(`select value from audit_value where path = 'after.note' and value is not null`))
      .map(({ value }) => JSON.parse(JSON.stringify(value)))
      .toSorted()

  it('takes her files, her feed with what opens it, her ways into markets and what the trail says of her days', async () => {
    const now = service.ctx.now()
    const contracts = await rows(
      `select id, stallholder_id as person, starts_on::text, ended_on::text from contract ${ofStall()} order by starts_on`,
    )
    const [own, next] = contracts.map((one) => JSON.parse(JSON.stringify(one)))
    await setUser(`holder_id = '${own.person}'`)
    const hers = new Date(now.getTime() - 5 * 86_400_000)
    await tell(hers, 'of her days')
    await tell(hers, 'of the next one’s contract', { kind: 'contracts', id: next.id })
    await tell(now, 'of her contract', { kind: 'contracts', id: own.id })
    await tell(now, 'of the next one’s days')
    const { rows: users } = await owner.query(`select id from app_user ${ofStall()} and role = 'stallholder'`)
    const user = users[0].id
    const market = `'${holder.marketId}'`
    const other = service.markets[1]?.id
    for (const [id, at] of [
      ['con_hers', hers],
      ['con_next', now],
    ] as const) {
      await owner.query(`insert into connection (market_id, id, provider, stall_id, created_at)
        values (${market}, '${id}', 'sepay', '${holder.stallId}', '${at.toISOString()}')`)
      await owner.query(`insert into connection_secret (market_id, id, connection_id, scheme, ciphertext)
        values (${market}, '${id}', '${id}', 'x', 'x')`)
      await owner.query(`insert into connection_pull (market_id, connection_id, base_url, ciphertext, every_seconds, read_to)
        values (${market}, '${id}', 'https://bank.test', 'x', 60, now())`)
      await owner.query(`insert into connection_account (market_id, connection_id, bin, number, authoritative)
        select market_id, '${id}', bin, number, false from receiving_account ${ofStall()}`)
    }
    for (const [id, day] of [
      ['stm_hers', own.ended_on],
      ['stm_next', dayOf(now)],
    ])
      await owner.query(`insert into statement (market_id, id, account_id, connection_id, file_hash, raw_file, format, from_day,
          to_day, row_count, imported_by, imported_at)
        select market_id, '${id}', id, 'con_hers', '${id}', '${ROWS}', 'csv', '${day}', '${day}', 1, '${user}', now()
        from receiving_account ${ofStall()}`)
    await owner.query(`insert into membership (market_id, id, login, name, role, user_id, invited_by, invited_at, accepted_at)
      values (${market}, 'mbr_hers', '0911222333', 'Chị Sáu', 'collector', '${user}', 'usr_sdadmin', now(), now())`)
    await owner.query(`insert into person_market (login, market_id, membership_id, user_id, home_market_id, home_user_id) values
      ('0911222333', ${market}, 'mbr_hers', '${user}', '${other}', 'usr_x'),
      ('0911222333', '${other}', 'mbr_there', 'usr_there', ${market}, '${user}')`)

    const { id } = await done('/v1/data-requests', { kind: 'erasure' })
    const answered = await done(`/v1/data-requests/${id}/answer`, { as: 'done' }, await service.logIn('head'))
    expect(answered).toMatchObject({ status: 'done' })
    const find = async (text: string) => (await owner.query(text)).rows
    expect(await find(`select id, raw_file is null as gone from statement order by id`)).toEqual([
      { id: 'stm_hers', gone: true },
      { id: 'stm_next', gone: false },
    ])
    for (const table of ['connection_secret', 'connection_pull', 'connection_account'])
      expect([
        table,
        await find(`select connection_id from ${table} where connection_id in ('con_hers', 'con_next')`),
      ]).toEqual([table, [{ connection_id: 'con_next' }]])
    expect(
      await find(`select id from connection where id in ('con_hers', 'con_next') and revoked_at is null`),
    ).toEqual([{ id: 'con_next' }])
    expect(await find(`select login from person_market where login = '0911222333'`)).toEqual([])
    expect(
      await find(`select login, name, ended_at is not null as over from membership where id = 'mbr_hers'`),
    ).toEqual([{ login: 'erased-mbr_hers', name: 'Đã xóa', over: true }])
    expect(await told()).toEqual(['of the next one’s contract', 'of the next one’s days'])
    const proof = await service.call(`/v1/markets/${holder.marketId}/ledger/verify`, {
      session: await service.logIn('accountant'),
    })
    expect(proof.body.firstWrong ?? null).toBeNull()
  })
})
