import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
    expect(Object.keys(data)).toEqual(['person', 'sessions', 'devices', 'push', 'requests'])
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
