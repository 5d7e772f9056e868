import { createDb, inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvedByTwo } from '../testing-charges.ts'
import { startService, type Session, type TestService } from '../testing.ts'

let service: TestService
let accountant: Session
let decisionId: string
beforeAll(async () => {
  service = await startService({ worker: false })
  accountant = await service.logIn('accountant')
  const made = await post('tariff-decisions', {
    number: '12/QĐ-BQL',
    issuedOn: '2026-11-20',
    issuer: 'Ban quản lý chợ',
    title: 'Giá dịch vụ năm 2027',
  })
  expect(made.status).toBe(201)
  decisionId = made.body.id
})
afterAll(async () => service.stop())

const address = (name: string) => `/v1/markets/${accountant.marketId}/${name}`
const post = (name: string, body: unknown) => service.call(address(name), { body, session: accountant })
const list = async (name: string) => (await service.call(address(name), { session: accountant })).body.items
const price = (rest: Record<string, unknown>) =>
  post('tariffs', {
    decisionId,
    service: 'fire',
    name: 'Phòng cháy',
    unit: 'stall_month',
    unitPriceVnd: 10_000,
    ceilingVnd: 15_000,
    effectiveFrom: '2027-01-01',
    ...rest,
  })

describe('a price', () => {
  it('above the ceiling of its decision is refused, in a tier too', async () => {
    const above = await price({ unitPriceVnd: 15_001 })
    expect([above.status, above.body.code, above.body.fields]).toEqual([
      422,
      'price_above_ceiling',
      { unitPriceVnd: 'at most 15000' },
    ])
    const inTier = await price({
      service: 'electricity',
      unit: 'kwh',
      unitPriceVnd: null,
      ceilingVnd: null,
      tiers: [
        { fromQuantity: '0', unitPriceVnd: 2_000, ceilingVnd: 2_500 },
        { fromQuantity: '50', unitPriceVnd: 3_000, ceilingVnd: 2_500 },
      ],
    })
    expect(inTier.body.fields).toEqual({ 'tiers.1.unitPriceVnd': 'at most 2500' })
  })

  it('is of one kind and in a unit that fits its service, and each field that does not is named', async () => {
    const tier = { fromQuantity: '0', unitPriceVnd: 1, ceilingVnd: 2 }
    for (const [rest, field] of [
      [{ unitPriceVnd: null, ceilingVnd: null }, 'unitPriceVnd'],
      [{ ceilingVnd: null }, 'ceilingVnd'],
      [{ unit: 'kwh' }, 'unit'],
      [{ unit: 'ticket' }, 'unit'],
      [{ service: 'day_ticket' }, 'unit'],
      [{ tiers: [tier] }, 'tiers'],
      [{ service: 'water', unit: 'm3', tiers: [tier] }, 'unitPriceVnd'],
      [{ percentOf: ['space'] }, 'percentOf'],
      [{ unit: 'percent', ratePercent: '5', percentOf: ['fire'] }, 'percentOf'],
      [{ effectiveTo: '2026-12-31' }, 'effectiveTo'],
      [{ zoneId: 'zon_clrc' }, 'zoneId'],
      [{ decisionId: 'dec_cl1' }, 'decisionId'],
    ] as const) {
      const refused = await price(rest)
      expect([refused.status, refused.body.code], JSON.stringify(rest)).toEqual([400, 'request_invalid'])
      expect(Object.keys(refused.body.fields), JSON.stringify(rest)).toContain(field)
    }
    const water = { service: 'water', unit: 'm3', unitPriceVnd: null, ceilingVnd: null }
    for (const [first, second] of [
      ['5', '10'],
      ['0', '0'],
      ['0', '0.00'],
    ]) {
      const tiers = [
        { ...tier, fromQuantity: first },
        { ...tier, fromQuantity: second },
      ]
      expect((await price({ ...water, tiers })).body.code, `${first} ${second}`).toBe('request_invalid')
    }
  })

  it('ends the one of the same scope on the day before, and leaves other scopes and the past alone', async () => {
    const guard = (await list('tariffs')).find((one: { service: string }) => one.service === 'security')
    const next = {
      ...guard,
      decisionId,
      unitPriceVnd: 22_000,
      effectiveFrom: '2027-03-01',
      effectiveTo: null,
    }
    const { status, body: made } = await post('tariffs', next)
    expect([status, made.decision, made.whilePaused]).toEqual([201, '12/QĐ-BQL', true])
    expect((await post('tariffs', { ...next, stallKind: 'kiosk', effectiveFrom: '2027-02-01' })).status).toBe(
      201,
    )
    const now = await list('tariffs')
    const of = (id: string) => now.find((one: { id: string }) => one.id === id)
    expect(of(guard.id)).toEqual({ ...guard, effectiveTo: '2027-02-28' })
    expect(of(made.id).effectiveTo).toBe(null)
    const same = await post('tariffs', { ...next, unitPriceVnd: 21_000 })
    expect(Object.keys(same.body.fields)).toEqual(['effectiveFrom'])
    const across = await post('tariffs', { ...next, effectiveFrom: '2027-02-01' })
    expect(Object.keys(across.body.fields)).toEqual(['effectiveTo'])
  })

  it('with tiers keeps them in their order, and comes once however often it is sent', async () => {
    const body = {
      decisionId,
      service: 'water',
      name: 'Nước bậc thang',
      unit: 'm3',
      tiers: [
        { fromQuantity: '0', unitPriceVnd: 10_000, ceilingVnd: 12_000 },
        { fromQuantity: '10', unitPriceVnd: 13_000, ceilingVnd: 15_000 },
        { fromQuantity: '30.5', unitPriceVnd: 16_000, ceilingVnd: 18_000 },
      ],
      passThrough: true,
      effectiveFrom: '2027-01-01',
    }
    const send = () =>
      service.call(address('tariffs'), { body, session: accountant, headers: { 'idempotency-key': 'w' } })
    const [first, again] = [await send(), await send()]
    expect(first.status).toBe(201)
    expect(again.body).toEqual(first.body)
    expect(first.body.tiers.map((one: { fromQuantity: string }) => Number(one.fromQuantity))).toEqual([
      0, 10, 30.5,
    ])
    expect(
      (
        await price({
          unit: 'percent',
          unitPriceVnd: null,
          ceilingVnd: null,
          ratePercent: '2.5',
          percentOf: ['space'],
        })
      ).body.percentOf,
    ).toEqual(['space'])
  })

  it('that a month is billed by stays to the end of that month', async () => {
    const { body: made } = await price({ name: 'Đã dùng', effectiveFrom: '2026-09-01' })
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    await inMarket(owner, accountant.marketId, async (tx) => {
      const { approvalId, approvedBy } = await approvedByTwo(tx, accountant.marketId)
      await tx.execute(sql`
        insert into billing_round (market_id, id, period, due_on, status, approval_id, approved_by, issued_at)
        values (${accountant.marketId}, 'rnd_old', '2026-10', '2026-10-15', 'issued', ${approvalId}, ${approvedBy}, now())`)
      await tx.execute(sql`
        insert into charge (market_id, id, round_id, stall_id, code, account_id, total_vnd, due_on, issued_at)
        values (${accountant.marketId}, 'chg_old', 'rnd_old', 'stl_sdau01', 'VQX1', 'acc_sdboard', 10000, '2026-10-15', now())`)
      await tx.execute(sql`
        insert into charge_line (market_id, charge_id, line, service, name, formula, net_vnd, vat_percent, vat_vnd, amount_vnd, pass_through, tariff_id)
        values (${accountant.marketId}, 'chg_old', 1, 'fire', 'x', 'x', 10000, 0, 0, 10000, false, ${made.id})`)
    })
    await owner.pool.end()
    const early = await price({ name: 'Đã dùng', effectiveFrom: '2026-10-16' })
    expect([early.status, early.body.code]).toEqual([409, 'price_already_billed'])
    const end = (effectiveTo: string) =>
      service.call(`/v1/tariffs/${made.id}/end`, { body: { effectiveTo }, session: accountant })
    expect((await end('2026-10-30')).body.code).toBe('price_already_billed')
    expect((await end('2026-08-30')).body.code).toBe('request_invalid')
    expect((await end('2026-12-31')).body.effectiveTo).toBe('2026-12-31')
    expect((await end('2027-01-31')).body.fields).toEqual({ effectiveTo: 'it ends on 2026-12-31 already' })
    expect((await price({ name: 'Đã dùng', effectiveFrom: '2026-11-01' })).status).toBe(201)
  })

  it('is written by the accountant alone, and is another market’s nobody’s', async () => {
    for (const role of ['head', 'cashier', 'collector', 'technician', 'stallholder']) {
      const session = await service.logIn(role)
      expect((await service.call(address('tariffs'), { body: {}, session })).body.code, role).toBe(
        'role_forbidden',
      )
    }
    const other = await service.logIn('accountant', 1)
    expect((await service.call(address('tariffs'), { session: other })).status).toBe(404)
    const ended = await service.call('/v1/tariffs/trf_sd1/end', {
      body: { effectiveTo: '2026-12-31' },
      session: other,
    })
    expect(ended.status).toBe(404)
  })
})

describe('a rate of VAT', () => {
  it('is a row with its source, ends the one before of the same service, and none overlaps another', async () => {
    const rate = {
      service: 'parking',
      ratePercent: '10',
      effectiveFrom: '2026-06-01',
      source: 'kế toán kiểm tra',
      checkedOn: '2026-11-20',
    }
    expect((await post('vat-rates', rate)).status).toBe(201)
    expect((await post('vat-rates', { ...rate, ratePercent: '8', effectiveFrom: '2027-01-01' })).status).toBe(
      201,
    )
    const rates = (await list('vat-rates')).filter((one: { service: string }) => one.service === 'parking')
    expect(
      rates.map((one: Record<string, string>) => [
        Number(one.ratePercent),
        one.effectiveFrom,
        one.effectiveTo,
      ]),
    ).toEqual([
      [8, '2027-01-01', null],
      [10, '2026-06-01', '2026-12-31'],
    ])
    expect((await post('vat-rates', { ...rate, effectiveFrom: '2026-08-01' })).body.code).toBe(
      'request_invalid',
    )
    expect((await post('vat-rates', { ...rate, ratePercent: '100' })).body.fields).toEqual({
      ratePercent: 'below 100',
    })
    const sample = (await list('vat-rates')).filter((one: { service: string | null }) => one.service === null)
    expect(sample.every((one: { source: string }) => one.source.includes('Tham số mẫu'))).toBe(true)
  })
})

describe('the database', () => {
  it('lets no day have two prices of one thing, nor two rates', async () => {
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    const twice = (table: 'tariff' | 'vat_rate', id: string) =>
      inMarket(owner, accountant.marketId, (tx) =>
        tx.execute(
          sql`insert into ${sql.identifier(table)}
              select (jsonb_populate_record(x, '{"id":"x_1","effective_from":"2026-02-01","effective_to":null}')).*
              from ${sql.identifier(table)} x where id = ${id}`,
        ),
      )
    for (const [table, id] of [
      ['tariff', 'trf_sd1'],
      ['vat_rate', 'vat_sd1'],
    ] as const) {
      const refused = await twice(table, id).catch(
        (error: { cause?: { constraint?: string } }) => error.cause,
      )
      expect(refused, table).toMatchObject({ constraint: `${table}_one_at_a_time` })
    }
    await owner.pool.end()
  })
})
