import { decodeVietQr } from '@tienve/vietqr'
import { inMarket } from '@tienve/db'
import { balances } from '@tienve/ledger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type Session, type TestService } from '../testing.ts'
import { fullCode, plain, stallStateOf, standingOf } from './rules.ts'

const MARKET = '/v1/markets/mkt_songdao'
const TODAY = '2026-11-24'

let service: TestService
let accountant: Session
beforeAll(async () => {
  service = await startService({ worker: false, now: new Date(`${TODAY}T03:00:00Z`) })
  accountant = await service.logIn('accountant')
})
afterAll(async () => service.stop())

const call = (path: string, body?: unknown, method?: string) =>
  service.call(path, {
    session: accountant,
    ...(body === undefined ? {} : { body }),
    ...(method === undefined ? {} : { method }),
  })

let made = 0
/** A stall of its own for each test, so that none stands on what another left. */
async function newStall(change: Record<string, unknown> = {}) {
  made += 1
  const { status, body } = await call(`${MARKET}/stalls`, {
    code: `MOI${made}`,
    name: `Sạp mới ${made}`,
    zoneId: 'zon_sdrc',
    kind: 'counter',
    areaM2: '4.5',
    positionGrade: 2,
    rowLabel: 'MOI',
    lot: made,
    ...change,
  })
  expect([status, body.code]).toEqual([201, body.code])
  return body
}

describe('a stall', () => {
  it('that is new is in the register, vacant, with its accounts, its printed memo and its public code', async () => {
    const stall = await newStall()
    expect(stall).toMatchObject({ code: `SD-MOI${made}`, state: 'vacant', contract: null, areaM2: '4.50' })
    expect(stall.zones).toMatchObject([{ fromDay: TODAY, zoneCode: 'RC' }])
    const { memo, accounts, found } = await inMarket(service.ctx.db, 'mkt_songdao', async (tx) => ({
      memo: await tx.$client.query(`select memo_code from stall where id = '${stall.id}'`),
      accounts: await balances(tx, 'mkt_songdao', [`board:131.${stall.id}`, `${stall.id}:511`]),
      found: await tx.$client.query(`select object_id from directory_find('stall_code', '${stall.code}')`),
    }))
    expect(memo.rows).toEqual([{ memo_code: expect.stringMatching(/^VQ/) }])
    expect(accounts).toHaveLength(2)
    expect(found.rows).toEqual([{ object_id: stall.id }])
  })

  it('is refused a code or a lot that another has, another market’s stall included', async () => {
    const stall = await newStall()
    const like = { name: 'x', zoneId: 'zon_sdrc', kind: 'stall', areaM2: '3', positionGrade: 1 }
    const free = { ...like, rowLabel: null, lot: null }
    const taken = [
      [{ ...free, code: stall.code }, 409, 'stall_code_taken'],
      [{ ...like, code: 'KHAC', rowLabel: 'MOI', lot: stall.lot }, 409, 'stall_lot_taken'],
      [{ ...free, code: 'KHAC', zoneId: 'zon_clrc' }, 400, 'request_invalid'],
      [{ ...free, code: 'KHAC', rowLabel: 'A' }, 400, 'request_invalid'],
      [{ ...free, code: 'KHAC', areaM2: '0' }, 400, 'request_invalid'],
    ] as const
    for (const [body, status, code] of taken) {
      const answer = await call(`${MARKET}/stalls`, body)
      expect([answer.status, answer.body.code]).toEqual([status, code])
    }
    expect((await call(`${MARKET}/register?q=KHAC`)).body.items).toEqual([])
  })

  it('changes its zone from today on, once a day, and keeps where it was before', async () => {
    const [first] = service.markets[0]?.stalls ?? []
    const before = (await call(`/v1/stalls/${first?.id}/register`)).body
    const change = (zoneId: string) =>
      call(`/v1/stalls/${first?.id}/register`, { ...before, zoneId, kind: 'kiosk' }, 'PUT')
    const moved = await change('zon_sdrc')
    expect(moved.body).toMatchObject({ zoneCode: 'RC', kind: 'kiosk' })
    expect(moved.body.zones).toMatchObject([
      { fromDay: TODAY, zoneCode: 'RC' },
      { fromDay: '2026-01-01', zoneCode: 'AU' },
    ])
    expect((await change('zon_sdth')).body.code).toBe('zone_already_changed')
    expect((await call(`/v1/stalls/${first?.id}/register`)).body.zoneCode).toBe('RC')
  })

  it('is removed only when nobody has it, and leaves its lot to another', async () => {
    const remove = (of: { id: string }) =>
      call(`/v1/stalls/${of.id}/register`, { ...of, status: 'removed' }, 'PUT')
    const ending = async (endedOn: string) => {
      const stall = await newStall()
      const { id } = (await newContract(stall.id)).body
      await call(`/v1/contracts/${id}/end`, { endedOn, reason: 'terminated' })
      return stall
    }
    expect((await remove(await ending(TODAY))).body.code).toBe('stall_under_contract')
    const stall = await ending('2026-11-23')
    expect((await remove(stall)).body).toMatchObject({ state: 'removed', rowLabel: null, lot: null })
    expect((await call(`${MARKET}/register?q=${stall.code}`)).body.items).toEqual([])
    expect((await call(`${MARKET}/register?q=${stall.code}&state=removed`)).body.items).toHaveLength(1)
    await newStall({ lot: stall.lot })
  })

  it('is found without its marks, by code, by name and by who has it, page by page', async () => {
    const all = (await call(`${MARKET}/register?limit=200`)).body
    const rest = (await call(`${MARKET}/register?limit=200&cursor=${all.nextCursor}`)).body
    const codes = [...all.items, ...rest.items].map(({ code }: { code: string }) => code)
    expect(codes).toEqual([...new Set(codes)].toSorted())
    expect(codes.length).toBeGreaterThanOrEqual(232)
    expect((await call(`${MARKET}/register?q=nguyen%20thi%20nga`)).body.items[0]).toMatchObject({
      code: 'SD-AU01',
      state: 'active',
      contract: { holderName: 'Nguyễn Thị Ngà' },
    })
    const { counts } = (await call(`${MARKET}/register?zoneId=zon_sdth`)).body
    expect(counts.active + counts.paused + counts.vacant).toBe(26)
  })

  it('is shown by who may see the register and changed by who may write it, in their own market', async () => {
    const stall = await newStall()
    const roles = { technician: [200, 403], collector: [200, 403], ward: [403, 403], stallholder: [403, 403] }
    for (const [role, [read, write]] of Object.entries(roles)) {
      const session = await service.logIn(role)
      expect((await service.call(`/v1/stalls/${stall.id}/register`, { session })).status, role).toBe(read)
      const put = { session, method: 'PUT', body: stall }
      expect((await service.call(`/v1/stalls/${stall.id}/register`, put)).status, role).toBe(write)
    }
    const other = await service.logIn('accountant', 1)
    for (const path of [`/v1/stalls/${stall.id}/register`, `${MARKET}/register`, `${MARKET}/stall-map`])
      expect((await service.call(path, { session: other })).status).toBe(404)
  })
})

function newContract(stallId: string, change: Record<string, unknown> = {}) {
  made += 1
  return call(`${MARKET}/contracts`, {
    stallId,
    number: `HĐ-THU-${made}`,
    kind: 'use',
    holder: { name: 'Trần Thị Mới', phone: '0912345678' },
    startsOn: '2026-06-01',
    endsOn: '2026-12-31',
    ...change,
  })
}

describe('a contract', () => {
  it('gives a stall to who rents it, apart from who sells, and is found as about to end', async () => {
    const stall = await newStall()
    const { status, body } = await newContract(stall.id, { seller: { name: 'Cháu Bán' } })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      state: 'active',
      holder: { name: 'Trần Thị Mới' },
      seller: { name: 'Cháu Bán' },
    })
    const record = (await call(`/v1/stalls/${stall.id}/register`)).body
    expect(record).toMatchObject({ state: 'active', contract: { id: body.id, endsOn: '2026-12-31' } })
    const numbers = async (query: string) =>
      (await call(`${MARKET}/contracts?stallId=${stall.id}&${query}`)).body.items.map(
        ({ number }: { number: string }) => number,
      )
    expect(await numbers('status=expiring&expiringDays=37')).toEqual([body.number])
    expect(await numbers('status=expiring&expiringDays=36')).toEqual([])
    const people = (await call(`${MARKET}/stallholders?q=tran%20thi%20moi`)).body
    expect(people.items.flatMap(({ stallCodes }: { stallCodes: string[] }) => stallCodes)).toContain(
      stall.code,
    )
  })

  it('past its agreed end binds until somebody ends it, and is renewed by a later end only', async () => {
    const stall = await newStall()
    const { id } = (await newContract(stall.id, { endsOn: '2026-10-31' })).body
    expect((await call(`/v1/stalls/${stall.id}/register`)).body).toMatchObject({
      state: 'active',
      contracts: [{ state: 'expired' }],
    })
    const renew = (endsOn: string | null) => call(`/v1/contracts/${id}/renew`, { endsOn })
    expect((await renew('2026-10-31')).body.code).toBe('contract_days_invalid')
    expect((await renew('2027-10-31')).body).toMatchObject({ state: 'active', endsOn: '2027-10-31' })
    expect((await renew(null)).body.endsOn).toBeNull()
    const end = (endedOn: string) => call(`/v1/contracts/${id}/end`, { endedOn, reason: 'terminated' })
    expect((await end('2026-05-31')).body.code).toBe('contract_days_invalid')
    expect((await end('2026-11-23')).body).toMatchObject({ state: 'ended', endReason: 'terminated' })
    expect((await end('2026-11-24')).body.code).toBe('contract_already_ended')
    expect((await renew('2028-01-01')).body.code).toBe('contract_already_ended')
    expect((await call(`/v1/stalls/${stall.id}/register`)).body.state).toBe('vacant')
  })

  it('covers no day that another of the stall covers: of two at once, one wins and the other hears its number', async () => {
    const stall = await newStall()
    const answers = await Promise.all([
      newContract(stall.id),
      newContract(stall.id, { startsOn: '2026-08-01' }),
      newContract(stall.id, { startsOn: '2026-11-01' }),
    ])
    const won = answers.filter(({ status }) => status === 201)
    expect(won).toHaveLength(1)
    for (const { status, body } of answers.filter((one) => one !== won[0])) {
      expect([status, body.code, body.fields]).toEqual([
        409,
        'contract_overlaps',
        { overlaps: won[0]?.body.number },
      ])
    }
    expect((await call(`/v1/stalls/${stall.id}/register`)).body.contracts).toHaveLength(1)
  })

  it('is refused a number that another has, and a holder or stall that nobody knows', async () => {
    const stall = await newStall()
    const first = await newContract(stall.id)
    const other = await newStall()
    const { number } = first.body
    expect((await newContract(other.id, { number })).body.code).toBe('contract_number_taken')
    const unknown = await newContract(other.id, { holder: { id: 'shd_clrc01', name: 'x' } })
    expect(unknown.body.code).toBe('request_invalid')
    expect((await newContract('stl_clrc01')).status).toBe(404)
    const backwards = await newContract(other.id, { startsOn: '2027-01-01' })
    expect(backwards.body.code).toBe('contract_days_invalid')
  })

  it('goes over to another holder the day after its last, and says from which it came', async () => {
    const stall = await newStall()
    const before = (await newContract(stall.id)).body
    const asked = { lastDay: '2026-11-24', number: `${before.number}-B`, holder: { name: 'Lê Văn Sang' } }
    const transfer = await call(`/v1/contracts/${before.id}/transfer`, asked)
    expect([transfer.status, transfer.body]).toEqual([
      201,
      expect.objectContaining({
        startsOn: '2026-11-25',
        state: 'coming',
        kind: 'use',
        transferredFrom: before.number,
      }),
    ])
    const { contracts } = (await call(`/v1/stalls/${stall.id}/register`)).body
    expect(contracts).toMatchObject([
      { number: asked.number },
      { number: before.number, endedOn: '2026-11-24', endReason: 'transferred', state: 'active' },
    ])
    expect((await call(`/v1/contracts/${before.id}/transfer`, asked)).body.code).toBe(
      'contract_already_ended',
    )
  })

  it('changes nothing when what takes it over is refused', async () => {
    const stall = await newStall()
    const before = (await newContract(stall.id)).body
    const asked = { lastDay: '2026-11-24', number: before.number, holder: { name: 'Lê Văn Sang' } }
    const refused = await call(`/v1/contracts/${before.id}/transfer`, asked)
    expect(refused.body.code).toBe('contract_number_taken')
    const { contracts } = (await call(`/v1/stalls/${stall.id}/register`)).body
    expect(contracts).toMatchObject([{ endedOn: null, endReason: null }])
  })

  it('is made once, however often it is sent', async () => {
    const stall = await newStall()
    const body = {
      stallId: stall.id,
      number: 'HĐ-MOT-LAN',
      kind: 'rent',
      startsOn: TODAY,
      holder: { name: 'A' },
    }
    const send = () =>
      service.call(`${MARKET}/contracts`, {
        session: accountant,
        body,
        headers: { 'idempotency-key': 'one-contract' },
      })
    const [first, second] = [await send(), await send()]
    expect(second.body).toEqual(first.body)
  })
})

describe('a pause', () => {
  it('shows the stall as paused on its days, overlaps no other, and ends the day before it opens again', async () => {
    const stall = await newStall()
    const { id } = (await newContract(stall.id)).body
    const pause = (fromDay: string, toDay: string | null) =>
      call(`/v1/contracts/${id}/pause`, { fromDay, toDay, reason: 'về quê', noticedOn: '2026-11-01' })
    const state = async () => (await call(`/v1/stalls/${stall.id}/register`)).body.state
    expect((await pause('2026-05-31', null)).body.code).toBe('contract_days_invalid')
    expect((await pause('2026-11-10', '2026-11-09')).body.code).toBe('contract_days_invalid')
    expect((await pause('2026-11-20', null)).status).toBe(201)
    expect(await state()).toBe('paused')
    expect((await pause('2026-12-01', '2026-12-02')).body.code).toBe('pause_overlaps')
    const resume = (openOn: string) => call(`/v1/contracts/${id}/resume`, { openOn })
    expect((await resume('2026-11-20')).body.code).toBe('pause_not_open')
    expect((await resume(TODAY)).body.pauses).toMatchObject([{ fromDay: '2026-11-20', toDay: '2026-11-23' }])
    expect(await state()).toBe('active')
    expect((await resume(TODAY)).body.code).toBe('pause_not_open')
  })
})

describe('a deposit', () => {
  it('that was agreed has an account, and a code that names the contract for what is missing', async () => {
    const stall = await newStall()
    const { id } = (await newContract(stall.id, { depositVnd: 5_000_000 })).body
    const { deposit } = (await call(`/v1/stalls/${stall.id}/register`)).body
    expect(deposit).toMatchObject({ agreedVnd: 5_000_000, heldVnd: 0, missingVnd: 5_000_000 })
    const decoded = decodeVietQr(deposit.payload)
    expect(decoded).toMatchObject({ ok: true, value: { amountVnd: 5_000_000n, memo: deposit.code } })
    const { codes, accounts } = await inMarket(service.ctx.db, 'mkt_songdao', async (tx) => ({
      codes: await tx.$client.query(
        `select kind, object_id from payment_code where code = '${deposit.code}'`,
      ),
      accounts: await balances(tx, 'mkt_songdao', [`board:344.${stall.id}`]),
    }))
    expect(codes.rows).toEqual([{ kind: 'deposit', object_id: id }])
    expect(accounts).toMatchObject([{ side: 'credit', balanceVnd: 0n }])
  })

  it('that nobody agreed on has neither', async () => {
    const stall = await newStall()
    await newContract(stall.id)
    const { deposit } = (await call(`/v1/stalls/${stall.id}/register`)).body
    expect(deposit).toMatchObject({ agreedVnd: 0, missingVnd: 0, code: null, payload: null })
  })
})

describe('the map', () => {
  it('has every stall once, by zone, row and lot, and where it stands with the market', async () => {
    const { zones } = (await call(`${MARKET}/stall-map`)).body
    type Row = { label: string | null; stalls: { id: string; lot: number | null; charges: unknown }[] }
    const rows: Row[] = zones.flatMap((zone: { rows: Row[] }) => zone.rows)
    const ids = rows.flatMap(({ stalls }) => stalls.map(({ id }) => id))
    expect(ids.length).toBe(new Set(ids).size)
    expect(ids.length).toBeGreaterThanOrEqual(232)
    for (const { label, stalls } of rows.filter((row) => row.label !== null)) {
      const lots = stalls.map(({ lot }) => lot)
      expect([label, lots]).toEqual([label, lots.toSorted((a, b) => Number(a) - Number(b))])
    }
    expect(rows[0]?.stalls[0]?.charges).toEqual({ standing: 'none', outstandingVnd: 0 })
  })

  it('tells who may not see charges nothing of them', async () => {
    const session = await service.logIn('technician')
    const { body } = await service.call(`${MARKET}/stall-map`, { session })
    expect(JSON.stringify(body)).not.toContain('standing')
  })
})

describe('the zones', () => {
  it('are in the board’s order, each with its own code', async () => {
    const zone = (await call(`${MARKET}/zones`, { code: 'moi', name: 'Khu mới' })).body
    expect(zone).toMatchObject({ code: 'MOI', position: 9, stallCount: 0 })
    expect((await call(`${MARKET}/zones`, { code: 'MOI', name: 'x' })).body.code).toBe('zone_code_taken')
    const moved = await call(`/v1/zones/${zone.id}`, { name: 'Khu mới mở', position: 0 }, 'PUT')
    expect(moved.body).toMatchObject({ name: 'Khu mới mở', position: 0 })
    const other = await service.logIn('accountant', 1)
    const body = { name: 'x', position: 0 }
    expect((await service.call(`/v1/zones/${zone.id}`, { session: other, method: 'PUT', body })).status).toBe(
      404,
    )
  })
})

describe('the rules', () => {
  it('let what the register says of a place come before what its contract says', () => {
    expect(stallStateOf('active', { contract: true, paused: false })).toBe('active')
    expect(stallStateOf('active', { contract: true, paused: true })).toBe('paused')
    expect(stallStateOf('active', { contract: false, paused: false })).toBe('vacant')
    for (const status of ['disputed', 'closing', 'removed'] as const)
      expect(stallStateOf(status, { contract: false, paused: false })).toBe(status)
  })

  it('tell owed from overdue by the day after it was due, and more than 60 days from 60', () => {
    const owing = (oldestDueOn: string) => standingOf({ count: 2, outstandingVnd: 1n, oldestDueOn }, TODAY)
    expect(standingOf(undefined, TODAY)).toBe('none')
    expect(standingOf({ count: 1, outstandingVnd: 0n, oldestDueOn: null }, TODAY)).toBe('paid')
    expect(owing(TODAY)).toBe('owed')
    expect(owing('2026-11-23')).toBe('overdue')
    expect(owing('2026-09-25')).toBe('overdue')
    expect(owing('2026-09-24')).toBe('over_60_days')
  })

  it('put the market before a code once, and read names without their marks', () => {
    expect([fullCode('SD', 'AU01'), fullCode('SD', 'SD-AU01')]).toEqual(['SD-AU01', 'SD-AU01'])
    expect(plain('Đỗ Thị Ngà')).toBe('do thi nga')
  })
})
