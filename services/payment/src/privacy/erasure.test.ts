import { PERSONAL_DATA } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayOf } from '../days.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

/** Somebody asks that what is kept of them goes. What may go is gone, the rest is named, and the books are as they were. */
let service: TestService
let holder: Session
let head: Session
let accountant: Session
const MEMO = 'Tran Thi Khach mua ca thu'
const SHOPPER = 'chị Khách Quen'
const TAX_CODE = '0314409058'
const SHOPPERS_PHONE = '0900 987 123'

beforeAll(async () => {
  service = await startService()
  holder = await service.logIn('stallholder')
  head = await service.logIn('head')
  accountant = await service.logIn('accountant')
  const stall = service.markets[0]?.stalls.find(({ id }) => id === holder.stallId)
  const other = service.markets[0]?.stalls.find(({ id, heard }) => heard && id !== holder.stallId)
  await service.tell({ id: 1, account: stall?.account ?? '', amountVnd: 35_000n, memo: MEMO })
  await service.tell({ id: 2, account: other?.account ?? '', amountVnd: 41_000n, memo: 'cua sap khac' })
  const path = `/v1/stalls/${holder.stallId}`
  await done(`${path}/cash-sales`, { amountVnd: 20_000, note: `cho ${SHOPPER}` })
  const profile = { taxCode: TAX_CODE, name: null, address: null, trade: null, beganOn: null }
  await service.call(`${path}/tax-profile`, { method: 'PUT', body: profile, session: holder })
  await done(`${path}/credit-sales`, {
    name: SHOPPER,
    phone: SHOPPERS_PHONE,
    amountVnd: 5_000,
    note: `cho ${SHOPPER}`,
  })
  await done(`${path}/payment-requests`, { amountVnd: 30_000, note: `cho ${SHOPPER}` })
  await until(async () => ((await rows('select 1 from payment')).length === 2 ? true : null), 'the two sales')
})
afterAll(() => service.stop())

async function done(path: string, body: unknown, session = holder) {
  const answer = await service.call(path, { method: 'POST', body, session })
  expect([path, answer.status, answer.body]).toEqual([path, expect.toSatisfy((n) => n < 300), answer.body])
  return answer.body
}
const rows = (text: string) =>
  inMarket(service.ctx.db, holder.marketId, async (tx) => (await tx.execute(sql.raw(text))).rows)
const verify = async () => {
  const { body } = await service.call(`/v1/markets/${holder.marketId}/ledger/verify`, { session: accountant })
  return body
}
const requests = async (session: Session) =>
  (
    await service.call(
      session.stallId !== null ? '/v1/data-requests' : `/v1/markets/${holder.marketId}/data-requests`,
      {
        session,
      },
    )
  ).body.items
/** Every row of every table of the market, as text: what is not in here is not kept. */
async function everything(): Promise<string> {
  const admin = new pg.Client({ connectionString: service.database.adminUrl })
  await admin.connect()
  const { rows: tables } = await admin.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows: found } = await admin.query<{ row: string }>(`select t::text as row from "${name}" t`)
    texts.push(...found.map(({ row }) => row))
  }
  const { rows: bodies } = await admin.query<{ body: string }>(
    `select convert_from(raw_body, 'UTF8') as body from feed_inbox where raw_body is not null`,
  )
  await admin.end()
  return [...texts, ...bodies.map(({ body }) => body)].join('\n')
}

describe('a request that one’s data goes', () => {
  it('is due by the end of the second working day, weekends left out, and is open once', async () => {
    service.setNow(new Date('2026-11-27T03:00:00Z'))
    holder = await service.logIn('stallholder')
    const made = await done('/v1/data-requests', { kind: 'erasure' })
    expect(made).toMatchObject({ status: 'open', dueAt: '2026-12-02T00:00:00.000+07:00', items: [] })
    const again = await service.call('/v1/data-requests', {
      method: 'POST',
      body: { kind: 'erasure' },
      session: holder,
    })
    expect([again.status, again.body.code]).toEqual([409, 'request_open'])
  })

  it('is seen by the board with what is still to be settled, and by its asker, and by nobody else', async () => {
    head = await service.logIn('head')
    accountant = await service.logIn('accountant')
    for (const session of [holder, head, accountant])
      expect(await requests(session)).toMatchObject([{ status: 'open', blocks: ['contract'] }])
    expect(await requests(await service.logIn('stallholder', 1))).toEqual([])
    const path = `/v1/markets/${holder.marketId}/data-requests`
    for (const role of ['collector', 'cashier', 'ward', 'helper'])
      expect((await service.call(path, { session: await service.logIn(role) })).status).toBe(403)
  })

  it('is taken back by its asker alone, and refused with a reason that the asker reads', async () => {
    const [{ id }] = await requests(holder)
    const path = `/v1/data-requests/${id}`
    const other = service.markets[0]?.stalls.find((stall) => stall.id !== holder.stallId)
    const others = await service.logInAs(other ?? { login: '' })
    const call = (session: Session, what: string, body?: unknown) =>
      service.call(`${path}/${what}`, { method: 'POST', session, ...(body === undefined ? {} : { body }) })
    expect((await call(others, 'withdraw')).status).toBe(404)
    expect((await call(accountant, 'answer', { as: 'done' })).status).toBe(403)
    expect((await call(holder, 'withdraw')).body).toMatchObject({ status: 'withdrawn' })
    expect((await call(head, 'answer', { as: 'done' })).body.code).toBe('request_answered')
    const next = await done('/v1/data-requests', { kind: 'erasure' })
    const refused = { as: 'refused', reason: 'Còn hợp đồng đến hết năm' }
    await done(`/v1/data-requests/${next.id}/answer`, refused, head)
    expect((await requests(holder))[0]).toMatchObject({ status: 'refused', reason: refused.reason })
  })
})

describe('an erasure', () => {
  it('waits until the contract has ended', async () => {
    const { id } = await done('/v1/data-requests', { kind: 'erasure' })
    const answer = () =>
      service.call(`/v1/data-requests/${id}/answer`, { method: 'POST', body: { as: 'done' }, session: head })
    expect((await answer()).body).toMatchObject({
      code: 'erasure_blocked',
      fields: { contract: 'still open' },
    })
    // Not past the database either.
    await expect(
      rows(`select person_erase('${holder.marketId}', '${id}',
      (select array_agg(stallholder_id) from contract where stall_id = '${holder.stallId}'), 'usr_sdhead', now())`),
    ).rejects.toThrow()
    const [{ contract }] = (await rows(
      `select id as contract from contract where stall_id = '${holder.stallId}'`,
    )) as [{ contract: string }]
    await done(
      `/v1/contracts/${contract}/end`,
      { endedOn: dayOf(service.ctx.now()), reason: 'terminated' },
      accountant,
    )
    expect((await requests(head))[0].blocks).toEqual([])
  })

  it('takes away what may go, of nobody else, says what stays, and the books still hold', async () => {
    const stall = service.markets[0]?.stalls.find(({ id }) => id === holder.stallId)
    const before = await everything()
    for (const kept of [MEMO, SHOPPER, SHOPPERS_PHONE, TAX_CODE, stall?.login ?? '', stall?.account ?? ''])
      expect(before).toContain(kept)
    const [{ id }] = await requests(head)
    const answered = await done(`/v1/data-requests/${id}/answer`, { as: 'done' }, head)
    expect(answered.status).toBe('done')
    expect(answered.items).toHaveLength(Object.keys(PERSONAL_DATA).length)
    expect(answered.items).toEqual(
      expect.arrayContaining([
        { kind: 'contact', gone: true, count: 1 },
        { kind: 'tax_profile', gone: true, count: 1 },
        { kind: 'messages', gone: true, count: 1 },
        { kind: 'notes', gone: true, count: 2 },
        { kind: 'credit_customers', gone: true, count: 1 },
        { kind: 'contracts', gone: false, count: null },
      ]),
    )
    const after = await everything()
    for (const gone of [MEMO, SHOPPER, SHOPPERS_PHONE, TAX_CODE, stall?.login ?? '', stall?.account ?? ''])
      expect(after).not.toContain(gone)
    expect(after).toContain('cua sap khac')
    expect(after).toContain(stall?.owner)

    const proof = await verify()
    expect(proof).toMatchObject({ sources: { checked: 2, erased: 1 } })
    expect(proof.firstWrong ?? null).toBeNull()
    const { body: trial } = await service.call(`/v1/markets/${holder.marketId}/ledger/trial-balance`, {
      session: accountant,
    })
    expect(JSON.stringify(trial)).toContain('55000')
  })

  it('ends every session, and nobody logs in by that phone any more', async () => {
    expect((await service.call('/v1/me', { session: holder })).status).toBe(401)
    await expect(service.logIn('stallholder')).rejects.toThrow(/401/)
  })

  it('is done once, and is not said to be done by whoever did not do it', async () => {
    const [{ id }] = await requests(head)
    const again = await service.call(`/v1/data-requests/${id}/answer`, {
      method: 'POST',
      body: { as: 'done' },
      session: head,
    })
    expect(again.body.code).toBe('request_answered')
    for (const statement of [
      `update data_request set status = 'open', answered_by = null, answered_at = null`,
      `delete from data_request`,
      `insert into consent_change select market_id, 'cns_x', stall_id, not given, at, user_id, words, device from consent_change limit 1`,
      `update stall set sales_consent_at = now()`,
      `delete from consent_change`,
    ]) {
      const outcome = await rows(`${statement} returning 1`).then(
        (found) => found.length,
        () => 0,
      )
      expect([statement, outcome]).toEqual([statement, 0])
    }
  })
})
