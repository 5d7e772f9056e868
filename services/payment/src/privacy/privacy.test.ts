import { PERSONAL_DATA, ROLES, SHOWN, type PersonalKind } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { trimPersonalData } from './jobs.ts'
import { maskAnswer } from './rules.ts'
import { privacyPage } from './testing.ts'

/** What a stall says to being seen, what is kept of its holder, and for how long. */
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; SM-A065F) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36'
let service: TestService
let holder: Session
let head: Session

beforeAll(async () => {
  service = await startService()
  holder = await service.logIn('stallholder')
  head = await service.logIn('head')
})
afterAll(() => service.stop())

const rows = <T extends Record<string, unknown>>(text: string) =>
  inMarket(service.ctx.db, holder.marketId, async (tx) => (await tx.execute<T>(sql.raw(text))).rows)
const say = (salesConsent: boolean, body: object = { words: '2026-11' }) =>
  service.call(`/v1/stalls/${holder.stallId}/consent`, {
    method: 'PUT',
    body: { salesConsent, ...body },
    session: holder,
    headers: { 'user-agent': ANDROID },
  })
const history = async () =>
  (await service.call(`/v1/stalls/${holder.stallId}/consents`, { session: holder })).body.items
const seenByBoard = async () => {
  const { body } = await service.call(`/v1/markets/${head.marketId}/stalls`, { session: head })
  return body.items.find(({ id }: { id: string }) => id === holder.stallId).salesConsent
}

describe('consent', () => {
  it('is kept with when, by whom, on what and to which words; what the board sees follows from it', async () => {
    const before = await history()
    expect(before).toMatchObject([{ given: true, words: '2026-11', device: 'Android' }])
    service.setNow(new Date('2026-11-24T03:10:00Z'))
    expect((await say(false)).body.salesConsent).toBe(false)
    expect(await seenByBoard()).toBe(false)
    service.setNow(new Date('2026-11-24T03:20:00Z'))
    await say(true)
    // Said again it is no new row.
    await say(true)
    expect(await seenByBoard()).toBe(true)
    const after = await history()
    expect(after).toHaveLength(before.length + 2)
    expect(after.slice(0, 2)).toMatchObject([
      {
        given: true,
        at: '2026-11-24T10:20:00.000+07:00',
        by: expect.stringContaining(' · '),
        device: 'Android',
      },
      { given: false, at: '2026-11-24T10:10:00.000+07:00', words: '2026-11' },
    ])
  })

  it('is to words that were shown, and is nobody else’s to give', async () => {
    expect((await say(true, {})).status).toBe(400)
    expect((await say(true, { words: '2020-01' })).status).toBe(400)
    const path = `/v1/stalls/${holder.stallId}/consents`
    expect((await service.call(path, { session: head })).status).toBe(403)
    expect((await service.call(path, { session: await service.logIn('helper') })).status).toBe(403)
    await expect(
      rows(
        `select consent_record('${holder.marketId}', 'cns_x', '${holder.stallId}', false, 'usr_sdhead', 'x', null, now())`,
      ),
    ).rejects.toThrow()
    expect(await seenByBoard()).toBe(true)
  })

  it('is in the history for every stall of the demo as the board sees it', async () => {
    const wrong = await rows(`select s.id from stall s left join lateral (select given from consent_change c
      where c.market_id = s.market_id and c.stall_id = s.id order by at desc limit 1) c on true
      where coalesce(c.given, false) <> (s.sales_consent_at is not null)`)
    expect(wrong).toEqual([])
  })
})

describe('what is kept of whoever asks', () => {
  it('is given whole and the same each time, without what is another’s', async () => {
    const own = service.markets[0]?.stalls.find(({ id }) => id === holder.stallId)
    const other = service.markets[0]?.stalls.find(({ id, heard }) => heard && id !== holder.stallId)
    await service.tell({
      id: 1,
      account: own?.account ?? '',
      amountVnd: 35_000n,
      memo: 'Nguyen Van Khach chuyen tien mua ca',
    })
    await service.tell({ id: 2, account: other?.account ?? '', amountVnd: 41_000n, memo: 'cua sap khac' })
    const post = (path: string, body: unknown) =>
      service.call(`/v1/stalls/${holder.stallId}/${path}`, { method: 'POST', body, session: holder })
    for (let at = 0; at < 3; at++) await post('cash-sales', { amountVnd: 20_000 + at, note: 'cá thu' })
    await post('payment-requests', { amountVnd: 30_000 })
    await until(
      async () => ((await rows('select 1 from payment')).length === 2 ? true : null),
      'the two sales',
    )
    await service.call(`/v1/stalls/${holder.stallId}/summary`, { session: head })

    const read = () => service.call('/v1/my-data.json', { session: holder })
    const { status, body, headers } = await read()
    expect(status).toBe(200)
    expect(headers.get('content-disposition')).toMatch(/^attachment/)
    expect((await read()).body).toEqual(body)
    const { data } = body
    expect(data.person).toMatchObject([{ login: own?.login }])
    expect(data.register).toMatchObject([{ phone: own?.login, name: own?.owner }])
    expect(data.accounts).toMatchObject([{ number: own?.account }])
    expect(data.payments).toMatchObject([{ amountVnd: 35_000 }])
    expect(data.cashSales.map(({ amountVnd }: { amountVnd: number }) => amountVnd).toSorted()).toEqual([
      20_000, 20_001, 20_002,
    ])
    expect(data.consents.length).toBe((await history()).length)
    expect(data.looks).toMatchObject([{ what: 'day', role: 'head' }])
    const text = JSON.stringify(body)
    for (const others of [
      other?.login ?? '',
      other?.account ?? '',
      '41000',
      'Nguyen Van Khach',
      'secret',
      'hash',
    ])
      expect(text.includes(others) ? others : '').toBe('')
  })

  it('is on paper too, for the board’s people as well, and is their own alone', async () => {
    const paper = await service.call('/v1/my-data.pdf', { session: holder })
    expect([paper.status, paper.body.slice(0, 5)]).toEqual([200, '%PDF-'])
    const { body } = await service.call('/v1/my-data.json', { session: head })
    expect(Object.keys(body.data)).toEqual([
      'person',
      'sessions',
      'devices',
      'push',
      'codeChecks',
      'requests',
      'looked',
    ])
    expect(body.data.looked).toMatchObject([{ what: 'day' }])
    const { body: helpers } = await service.call('/v1/my-data.json', {
      session: await service.logIn('helper'),
    })
    expect(Object.keys(helpers.data)).toEqual([
      'person',
      'sessions',
      'devices',
      'push',
      'codeChecks',
      'requests',
      'shifts',
    ])
  })
})

describe('what is kept for a time', () => {
  it('goes the night its time is up and not before, and the books still hold', async () => {
    const admin = new pg.Client({ connectionString: service.database.adminUrl })
    await admin.connect()
    const count = async (text: string) =>
      Number((await admin.query(`select count(*) from ${text}`)).rows[0].count)
    await admin.query(`insert into statement (market_id, id, account_id, connection_id, file_hash, raw_file, format,
        from_day, to_day, row_count, imported_by, imported_at)
      select a.market_id, 'stm_trimmed', a.id, c.id, 'x', 'the rows of a day', 'csv', '2026-11-23', '2026-11-23', 1, 'usr_sdhead', now()
      from receiving_account a, connection c where a.market_id = '${head.marketId}' and c.market_id = a.market_id limit 1`)
    const LISTS: Partial<Record<PersonalKind, string>> = {
      sessions: 'session',
      devices: 'device',
      trail: 'audit_value where value is not null',
      memos: `bank_transaction where content <> ''`,
      messages: 'feed_inbox where raw_body is not null',
      notes: 'cash_sale where note is not null',
      looks: 'look',
    }
    const FILES = 'statement where raw_file is not null'
    const born = service.ctx.now()
    const at = (days: number) => new Date(born.getTime() + days * 86_400_000)
    const trim = (now: Date) =>
      inMarket(service.workerDb, holder.marketId, (tx) => trimPersonalData(tx, holder.marketId, now))
    const daysOf = (kind: string): number => PERSONAL_DATA[kind as PersonalKind].days ?? 0
    const soonest = Object.entries(LISTS).toSorted(([a], [b]) => daysOf(a) - daysOf(b))
    for (const [kind, list] of soonest) {
      const { days } = PERSONAL_DATA[kind as PersonalKind]
      // A stall's session holds for a season.
      const keeps = kind === 'sessions' ? 0 : (days ?? 0) - 1
      await trim(at(keeps))
      expect([kind, await count(list)]).not.toEqual([kind, 0])
    }
    await trim(at(800))
    for (const [kind, list] of Object.entries(LISTS)) expect([kind, await count(list)]).toEqual([kind, 0])
    expect([await count(FILES), await count('statement')]).toEqual([0, 1])
    await admin.end()
    service.setNow(at(801))
    const { body } = await service.call(`/v1/markets/${head.marketId}/ledger/verify`, {
      session: await service.logIn('accountant'),
    })
    expect(body.sources).toEqual({ checked: 2, erased: 2 })
    expect(body.firstWrong ?? null).toBeNull()
  })
})

describe('masking', () => {
  it('shows each role as much as the table says, wherever in an answer it stands', () => {
    const answer = {
      items: [{ holder: { name: 'A', phone: '0912345678', email: 'a@b.vn' }, seller: null }],
      n: 1n,
    }
    for (const role of ROLES) {
      const text = JSON.stringify(maskAnswer(role, answer), (_, value) =>
        typeof value === 'bigint' ? 1 : value,
      )
      expect([role, text.includes('0912345678')]).toEqual([role, SHOWN.phone[role] === 'full'])
      expect([role, text.includes('678')]).toEqual([role, SHOWN.phone[role] !== 'none'])
      expect([role, text.includes('a@b.vn')]).toEqual([role, SHOWN.email[role] === 'full'])
    }
  })
})

it('docs/PRIVACY.md says what the tables say', async () => {
  await expect(privacyPage()).toMatchFileSnapshot('../../../../docs/PRIVACY.md')
})
