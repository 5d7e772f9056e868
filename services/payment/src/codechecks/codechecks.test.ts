import { inMarket } from '@tienve/db'
import { accountDigest, encodeVietQr } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trimPersonalData } from '../privacy/jobs.ts'
import { chargesOf } from '../testing-charges.ts'
import { startService, type Session, type TestService } from '../testing.ts'

const STRANGER = { bin: '970418', account: '8861234567' }

let service: TestService
let stall: Session
let collector: Session
let accountant: Session
let own: { payload: string; code: string; account: { bin: string; number: string } }
let neighbour: { id: string; code: string; bin: string; account: string }
let admin: pg.Client

beforeAll(async () => {
  service = await startService({ worker: false })
  stall = await service.logIn('stallholder')
  collector = await service.logIn('collector')
  accountant = await service.logIn('accountant')
  const { body } = await service.call(`/v1/stalls/${stall.stallId}`, { session: stall })
  own = { payload: body.payload, code: body.code, account: body.accounts[0] }
  const other = service.markets[0]?.stalls.find(({ id }) => id !== stall.stallId)
  if (other === undefined) throw new Error('the market has one stall')
  neighbour = other
  admin = new pg.Client(service.database.adminUrl)
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await service.stop()
})

const check = (payload: string, session = stall, more: object = {}, stallId = stall.stallId) =>
  service.call(`/v1/stalls/${stallId}/code-checks`, { body: { payload, by: 'camera', ...more }, session })
const codesOf = async () =>
  (await service.call(`/v1/stalls/${stall.stallId}/code-checks`, { session: stall })).body
const alerts = async (session: Session, state = 'open') =>
  (await service.call(`/v1/markets/${stall.marketId}/code-alerts?state=${state}`, { session })).body.items
const rows = async <T extends Record<string, unknown>>(text: string) =>
  (await inMarket(service.ctx.db, stall.marketId, (tx) => tx.execute<T>(sql.raw(text)))).rows
const strange = encodeVietQr({ ...STRANGER, memo: 'TIEN HANG' })

describe('the code that hangs at a stall', () => {
  it('is right when it pays an account of the stall, for an amount or without, whoever of the market reads it', async () => {
    const { body: asked } = await service.call(`/v1/stalls/${stall.stallId}/payment-requests`, {
      session: stall,
      body: { amountVnd: 35_000 },
    })
    for (const session of [stall, await service.logIn('helper'), collector, await service.logIn('head')])
      for (const payload of [own.payload, asked.payload, ` ${own.payload}\n`.trim()]) {
        const { status, body } = await check(payload, session)
        expect([status, body.result, body.otherStallCode]).toEqual([201, 'right', null])
      }
    expect(await alerts(accountant)).toEqual([])
    expect(await codesOf()).toMatchObject({ last: { result: 'right' }, alertAt: null })
  })

  it('is wrong when only the bank, only the account or only what is asked for is another', async () => {
    const { bin, number: account } = own.account
    const paid = { bin, account, memo: 'X' }
    for (const [payload, result] of [
      [encodeVietQr({ ...paid, bin: '970407' }), 'wrong'],
      [encodeVietQr({ ...paid, account: `${account}0` }), 'wrong'],
      // A purchase at a till whose number is that of the account.
      [encodeVietQr({ bin, account, service: 'QRPUSH', terminalLabel: 'T1' }), 'wrong'],
      [encodeVietQr({ ...paid, bin: neighbour.bin, account: neighbour.account }), 'other_stall'],
      ['https://example.org/pay', 'not_vietqr'],
      [`${own.payload.slice(0, -4)}0000`, 'not_vietqr'],
      ['00020101021138', 'not_vietqr'],
    ] as const)
      expect([payload, (await check(payload)).body.result]).toEqual([payload, result])
    expect(
      (await check(encodeVietQr({ ...paid, bin: neighbour.bin, account: neighbour.account }))).body,
    ).toMatchObject({ otherStallCode: neighbour.code })
    expect((await check('')).body.code).toBe('request_invalid')
    expect((await check('x'.repeat(2_001))).body.code).toBe('request_invalid')
  })

  it('is old when it pays what was the stall’s account when somebody last found it right', async () => {
    await admin.query(
      `insert into receiving_account (market_id, id, stall_id, bin, number, holder, is_default)
       values ($1, 'acc_old', $2, '970415', '100200300', 'NGUYEN VAN CU', false)`,
      [stall.marketId, stall.stallId],
    )
    const payload = encodeVietQr({ bin: '970415', account: '100200300', memo: 'X' })
    expect((await check(payload)).body.result).toBe('right')
    await admin.query(`delete from receiving_account where id = 'acc_old'`)
    expect((await check(payload)).body.result).toBe('old')
    // At another stall it never was right.
    expect((await check(payload, collector, {}, neighbour.id)).body.result).toBe('wrong')
  })

  it('is nobody’s to ask of who is not there, and not of another market or another stall', async () => {
    expect((await check(own.payload, await service.logIn('ward'))).body.code).toBe('role_forbidden')
    expect((await check(own.payload, stall, {}, neighbour.id)).body.code).toBe('not_found')
    const elsewhere = await service.logIn('collector', 1)
    expect((await check(own.payload, elsewhere)).body.code).toBe('not_found')
    expect((await check(own.payload, elsewhere, {}, 'stl_none')).body.code).toBe('not_found')
  })

  it('is told once when it is sent twice, with the time at which the phone read it', async () => {
    const at = '2026-11-24T06:12:00.000+07:00'
    const send = (checkedAt: string) =>
      service.call(`/v1/stalls/${stall.stallId}/code-checks`, {
        body: { payload: own.payload, by: 'photo', checkedAt },
        session: collector,
        headers: { 'idempotency-key': 'walk-1' },
      })
    const first = await send(at)
    expect(first.body.checkedAt).toBe(at)
    expect((await send(at)).body).toEqual(first.body)
    expect((await check(own.payload, stall, { checkedAt: '2026-11-10T06:00:00+07:00' })).body.code).toBe(
      'collection_time_invalid',
    )
  })
})

it('can be looked at on the walk without a network: its accounts are there as digests, with the last check', async () => {
  const charging = chargesOf(service, stall.marketId)
  await charging.issue(stall.stallId ?? '', '2026-10', [{ netVnd: 270_000n }])
  await charging.stop()
  await check(own.payload, collector)
  const { body } = await service.call(`/v1/markets/${stall.marketId}/walk`, { session: collector })
  const { bin, number: account } = own.account
  expect(body.stops).toMatchObject([
    {
      stallId: stall.stallId,
      printed: {
        digests: [await accountDigest({ bin, account }, stall.stallId ?? '')],
        last: { at: '2026-11-24T10:00:00.000+07:00', result: 'right' },
      },
    },
  ])
})

describe('a code that pays somebody else', () => {
  it('tells the stall and the board once, with who found it and no whole number, until one of the board settles it', async () => {
    await admin.query('delete from code_alert')
    service.setNow(new Date('2026-11-24T04:00:00Z'))
    await check(strange, collector)
    await check(strange, stall)
    const [alert, ...more] = await alerts(collector)
    expect(more).toEqual([])
    expect(alert).toMatchObject({
      stallCode: own.code,
      result: 'wrong',
      bankName: 'BIDV',
      accountMasked: '•••• 4567',
      foundAt: '2026-11-24T11:00:00.000+07:00',
      settledAt: null,
    })
    const kept = JSON.stringify(await rows('select * from code_check'))
    for (const number of [STRANGER.account, own.account.number]) expect(kept).not.toContain(number)
    expect(
      await rows(
        `select dedupe_key from notice where kind = 'code_wrong' and due_at = '2026-11-24T04:00:00Z'`,
      ),
    ).toHaveLength(1)
    expect((await codesOf()).alertAt).toBe('2026-11-24T11:00:00.000+07:00')

    const settle = (session: Session, note = 'Đã bóc mã dán đè') =>
      service.call(`/v1/code-alerts/${alert.id}/settle`, { body: { note }, session })
    for (const session of [collector, stall]) expect((await settle(session)).body.code).toBe('role_forbidden')
    expect((await settle(await service.logIn('accountant', 1))).body.code).toBe('not_found')
    expect((await settle(accountant, ' ')).body.code).toBe('request_invalid')
    expect((await settle(accountant)).body).toMatchObject({ note: 'Đã bóc mã dán đè' })
    expect((await settle(accountant)).body.code).toBe('code_alert_settled')
    expect(await alerts(accountant)).toEqual([])
    expect(await alerts(accountant, 'settled')).toHaveLength(1)
    // Pasted over again it is a new alert.
    await check(strange, collector)
    expect(await alerts(accountant)).toHaveLength(1)
  })

  it('is changed by nobody afterwards: a check not at all, an alert not once it is settled', async () => {
    for (const text of [
      `update code_check set result = 'right'`,
      'delete from code_check',
      'delete from code_alert',
      `update code_alert set opened_at = now()`,
    ])
      await expect(rows(text)).rejects.toMatchObject({ cause: { message: /permission denied/ } })
    expect(await rows(`update code_alert set note = 'x' where settled_at is not null returning id`)).toEqual(
      [],
    )
  })

  it('hides from shoppers when the code was right, until it is settled and somebody of the market has looked again', async () => {
    const page = async () => (await service.call(`/p/${own.code}`)).body
    const settleAll = async () => {
      for (const { id } of await alerts(await service.logIn('accountant')))
        await service.call(`/v1/code-alerts/${id}/settle`, {
          body: { note: 'xong' },
          session: await service.logIn('accountant'),
        })
    }
    expect(await page()).not.toContain('Lần soi gần nhất')
    await settleAll()
    service.setNow(new Date('2026-11-25T23:12:00Z'))
    await check(own.payload, await service.logIn('collector'))
    expect(await page()).toContain('Lần soi gần nhất: hôm nay 06:12, đúng')
    service.setNow(new Date('2026-11-26T23:12:00Z'))
    expect(await page()).toContain('Lần soi gần nhất: 26/11/2026 06:12, đúng')
    for (const payload of [strange, 'https://example.org/pay']) {
      service.setNow(new Date(service.ctx.now().getTime() + 60_000))
      await check(payload, await service.logIn('stallholder'))
      await settleAll()
      // She can send the code of her own account without looking at the wall.
      for (const role of ['stallholder', 'helper']) await check(own.payload, await service.logIn(role))
      expect(await page()).not.toContain('Lần soi gần nhất')
      service.setNow(new Date(service.ctx.now().getTime() + 60_000))
      await check(own.payload, await service.logIn('collector'))
      expect(await page()).toContain('Lần soi gần nhất: hôm nay')
    }
  })

  it('is not what a code that was right for another account says of the one on the page', async () => {
    const page = async () => (await service.call(`/p/${own.code}`)).body
    expect(await page()).toContain('Lần soi gần nhất')
    const change = `update receiving_account set number = $1 where number = $2`
    await admin.query(change, ['900800700', own.account.number])
    expect(await page()).toContain('0700')
    expect(await page()).not.toContain('Lần soi gần nhất')
    await admin.query(change, [own.account.number, '900800700'])
  })

  it('goes after its time, but not while nobody has dealt with it', async () => {
    await check(strange, await service.logIn('collector'))
    const before = await rows('select id from code_check')
    const later = new Date('2028-02-01T00:00:00Z')
    await inMarket(service.workerDb, stall.marketId, (tx) => trimPersonalData(tx, stall.marketId, later))
    expect(before.length).toBeGreaterThan(1)
    expect(await rows('select result from code_check')).toEqual([{ result: 'wrong' }])
  })
})

it('is old when it pays who had the stall before, on the walk too, and right when it pays who has it now', async () => {
  service.setNow(new Date('2026-12-15T03:00:00Z'))
  const at = `/v1/markets/${stall.marketId}/contracts?stallId=${neighbour.id}`
  let session = await service.logIn('accountant')
  const { body } = await service.call(at, { session })
  const given = await service.call(`/v1/contracts/${body.items[0].id}/transfer`, {
    session,
    body: {
      lastDay: '2026-12-15',
      number: 'HĐ-SANG-MÃ',
      holder: { name: 'Trần Văn Sang' },
    },
  })
  expect(given.status).toBe(201)
  const add = `insert into receiving_account (market_id, id, stall_id, bin, number, holder, is_default)
    values ($1, $2, $3, '970415', $4, 'NGUOI BAN', false)`
  await admin.query(add, [stall.marketId, 'acc_before', neighbour.id, '500600700'])
  const before = encodeVietQr({ bin: '970415', account: '500600700', memo: 'X' })
  const now = encodeVietQr({ bin: neighbour.bin, account: neighbour.account, memo: 'X' })
  const results = async () => {
    session = await service.logIn('collector')
    return Promise.all(
      [before, now].map(async (payload) => (await check(payload, session, {}, neighbour.id)).body.result),
    )
  }
  const charging = chargesOf(service, stall.marketId)
  await charging.issue(neighbour.id, '2026-11', [{ netVnd: 270_000n }])
  await charging.stop()
  const digests = async () => {
    const { body: walk } = await service.call(`/v1/markets/${stall.marketId}/walk`, { session })
    return walk.stops.find(({ stallId }: { stallId: string }) => stallId === neighbour.id).printed.digests
  }
  service.setNow(new Date('2026-12-16T03:00:00Z'))
  expect(await results()).toEqual(['old', 'right'])
  expect(await digests()).toHaveLength(1)
})
