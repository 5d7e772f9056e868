import { createDb, inMarket } from '@tienve/db'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMeters } from '../demo/meters.ts'
import { startService, type Session, type TestService } from '../testing.ts'
import { anomalyOf, hundredths, together, usageOf } from './rules.ts'
import { meterReading } from './tables.ts'

let service: TestService
let technician: Session
/** Stalls of dry goods, which have no water of their own until a test puts a meter up: one each. */
let dryStalls: string[]
beforeAll(async () => {
  service = await startService({ worker: false })
  technician = await service.logIn('technician')
  dryStalls = service.markets[0]?.stalls.filter(({ zone }) => zone.code === 'QA').map(({ id }) => id) ?? []
})
afterAll(async () => service.stop())

const address = (name: string) => `/v1/markets/${technician.marketId}/${name}`
const get = (name: string) => service.call(address(name), { session: technician })
const post = (name: string, body: unknown) => service.call(address(name), { body, session: technician })
const act = (id: string, what: string, body: unknown) =>
  service.call(`/v1/meters/${id}/${what}`, { body, session: technician })
const putUp = async (serial: string, initialValue = '0') => {
  const made = await post('meters', {
    stallId: dryStalls.pop(),
    service: 'water',
    serial,
    initialValue,
    installedOn: '2026-06-01',
  })
  expect(made.status).toBe(201)
  return String(made.body.id)
}
const read = (meterId: string, period: string, newValue: string) =>
  post('readings', { meterId, period, newValue, readOn: '2026-11-20' })
const readingOf = async (meterId: string, period: string) => {
  const { body } = await get(`readings?period=${period}&limit=200`)
  const { body: rest } = await get(`readings?period=${period}&limit=200&cursor=${body.nextCursor}`)
  return [...body.items, ...(rest.items ?? [])].find((one) => one.meterId === meterId)
}
const setRound = async (period: string, status: 'preparing' | 'proposed' | null) => {
  const owner = createDb(service.database.ownerUrl, { max: 1 })
  await inMarket(owner, technician.marketId, (tx) =>
    tx.execute(
      status === null
        ? sql`delete from billing_round where period = ${period}`
        : sql`insert into billing_round (market_id, id, period, due_on, status, approval_id)
            values (${technician.marketId}, ${`rnd_${period}`}, ${period}, ${`${period}-15`}, ${status}, ${status === 'preparing' ? null : 'apr_x'})`,
    ),
  )
  await owner.pool.end()
}

describe('a reading', () => {
  it('counts from the one before, and one that goes backwards is refused as what a changed meter would be', async () => {
    const id = await putUp('W-1', '12.5')
    const first = await read(id, '2026-07', '20')
    expect([first.status, first.body.oldValue, first.body.usage, first.body.anomaly]).toEqual([
      201,
      '12.5',
      '7.5',
      null,
    ])
    const second = await read(id, '2026-08', '28.25')
    expect(second.body).toMatchObject({ oldValue: '20', usage: '8.25', averageUsage: '7.5' })
    const back = await read(id, '2026-09', '28.24')
    expect([back.status, back.body.code, back.body.fields]).toEqual([
      422,
      'reading_backwards',
      { newValue: 'at least 28.25' },
    ])
    expect(back.body.detail).toMatch(/replacement/)
    expect((await read(id, '2026-07', '21')).body.code).toBe('reading_followed')
    expect((await read(id, '2026-08', '27')).body).toMatchObject({ usage: '7', newValue: '27' })
    expect((await read(id, '2026-05', '27')).body.fields).toEqual({
      period: 'this meter counts nothing of this month',
    })
    const later = await post('readings', {
      meterId: id,
      period: '2026-09',
      newValue: '40',
      readOn: '2026-11-25',
    })
    expect(later.body.code).toBe('day_invalid')
  })

  it('that is odd beside the last three waits for a person who says that it is right, anew after a change', async () => {
    const id = await putUp('W-2')
    for (const [period, value] of [
      ['2026-07', '10'],
      ['2026-08', '20'],
      ['2026-09', '30'],
    ] as const) {
      await read(id, period, value)
    }
    expect((await read(id, '2026-10', '50')).body.anomaly).toBe(null)
    expect((await read(id, '2026-10', '50.01')).body.anomaly).toBe('high')
    expect((await read(id, '2026-10', '34.99')).body.anomaly).toBe('low')
    expect((await read(id, '2026-10', '35')).body.anomaly).toBe(null)
    expect((await read(id, '2026-10', '30')).body.anomaly).toBe('zero')
    const { body: before } = await get('readings?period=2026-10&limit=1')
    const said = await post('readings/confirm', { meterId: id, period: '2026-10', note: 'Sạp nghỉ cả tháng' })
    expect(said.body).toMatchObject({ confirmedNote: 'Sạp nghỉ cả tháng', anomaly: 'zero' })
    expect(said.body.confirmedBy).toMatch(/Kỹ thuật/)
    const { body: after } = await get('readings?period=2026-10&limit=1')
    expect(before.unconfirmedCount - after.unconfirmedCount).toBe(1)
    expect((await read(id, '2026-10', '31')).body).toMatchObject({ anomaly: 'low', confirmedBy: null })
    await read(id, '2026-10', '40')
    const plain = await post('readings/confirm', { meterId: id, period: '2026-10', note: 'Đúng rồi' })
    expect(plain.body.code).toBe('request_invalid')
  })

  it('is not written once the round of its month is proposed, and goes on when it is taken back', async () => {
    const id = await putUp('W-3')
    await setRound('2026-08', 'proposed')
    expect((await read(id, '2026-08', '5')).body.code).toBe('round_already_proposed')
    const said = await post('readings/confirm', { meterId: id, period: '2026-08', note: 'Đúng rồi' })
    expect(said.body.code).toBe('round_already_proposed')
    await setRound('2026-08', null)
    await setRound('2026-08', 'preparing')
    expect((await read(id, '2026-08', '5')).status).toBe(201)
    await setRound('2026-08', null)
  })
})

describe('a meter', () => {
  it('that is changed counts with the one after it, and what is odd is odd of both together', async () => {
    const old = await putUp('W-4')
    for (const [period, value] of [
      ['2026-07', '10'],
      ['2026-08', '20'],
      ['2026-09', '30'],
    ] as const) {
      await read(old, period, value)
    }
    const replacement = { lastValue: '36', replacedOn: '2026-10-12', serial: 'W-5', initialValue: '100' }
    const { body: fault } = await act(old, 'replace', { ...replacement, lastValue: '29' })
    expect([fault.code, fault.fields]).toEqual(['reading_backwards', { lastValue: 'at least 30' }])
    const taken = await act(old, 'replace', { ...replacement, serial: 'W-1' })
    expect(taken.body.fields).toEqual({ serial: 'a meter of this number is there' })
    const { status, body: next } = await act(old, 'replace', replacement)
    expect([status, next.installedOn, next.service]).toEqual([201, '2026-10-12', 'water'])
    expect(await readingOf(old, '2026-10')).toMatchObject({
      removedOn: '2026-10-12',
      usage: '6',
      anomaly: null,
    })
    expect((await read(next.id, '2026-10', '105')).body).toMatchObject({
      oldValue: '100',
      usage: '5',
      otherUsage: '6',
      averageUsage: '10',
      anomaly: null,
    })
    expect((await read(next.id, '2026-10', '115')).body.anomaly).toBe('high')
    expect(await readingOf(old, '2026-11')).toBeUndefined()
    expect((await act(old, 'replace', replacement)).status).toBe(404)
  })

  it('that is taken away after its month was proposed has its last usage in the month after', async () => {
    const id = await putUp('W-6')
    await read(id, '2026-09', '4')
    await setRound('2026-09', 'proposed')
    const { body } = await act(id, 'remove', { lastValue: '6', removedOn: '2026-09-30' })
    expect(body.removedOn).toBe('2026-09-30')
    expect(await readingOf(id, '2026-10')).toMatchObject({ oldValue: '4', newValue: '6' })
    await setRound('2026-09', null)
  })

  it('of another market, or for whoever only collects, is not there', async () => {
    const other = await service.logIn('technician', 1)
    const id = await putUp('W-7')
    const body = { lastValue: '6', removedOn: '2026-09-30' }
    expect((await service.call(`/v1/meters/${id}/remove`, { body, session: other })).status).toBe(404)
    const collector = await service.logIn('collector')
    expect((await service.call(address('readings?period=2026-10'), { session: collector })).body.code).toBe(
      'role_forbidden',
    )
    const head = await service.logIn('head')
    expect((await service.call(address('readings'), { body: {}, session: head })).body.code).toBe(
      'role_forbidden',
    )
  })
})

describe('a month’s walk', () => {
  it('has every meter once, zone by zone, page by page, and is done when all are read', async () => {
    const period = '2026-05'
    const seen = []
    for (let cursor = ''; ;) {
      const { body } = await get(`readings?period=${period}&limit=70${cursor}`)
      seen.push(...body.items)
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    const { body: before } = await get(`readings?period=${period}&limit=1`)
    expect(seen.length).toBe(before.meterCount)
    expect(new Set(seen.map(({ meterId }) => meterId)).size).toBe(before.meterCount)
    const zones = seen.map(({ zoneCode }) => zoneCode)
    expect([...new Set(zones)]).toEqual(zones.filter((zone, at) => zone !== zones[at - 1]))
    await inMarket(service.ctx.db, technician.marketId, (tx) =>
      readMeters(tx, technician.marketId, period, {
        userId: 'usr_sdtechnician',
        readOn: '2026-05-28',
        now: service.ctx.now(),
      }),
    )
    const { body: after } = await get(`readings?period=${period}&limit=1`)
    expect(after).toMatchObject({ readCount: before.meterCount, unconfirmedCount: 0, roundStatus: null })
    expect((await get(`readings?period=${period}&cursor=bm9uZQ`)).body.code).toBe('request_invalid')
  })

  it('leaves out the stalls that nobody has', async () => {
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    await inMarket(owner, technician.marketId, (tx) =>
      tx.execute(
        sql`update contract set ended_on = '2026-03-15', end_reason = 'terminated' where stall_id = 'stl_sdau02'`,
      ),
    )
    await owner.pool.end()
    const ofMonth = async (period: string) =>
      (await get(`readings?period=${period}&limit=200`)).body.items.filter(
        (one: { stallId: string }) => one.stallId === 'stl_sdau02',
      ).length
    expect([await ofMonth('2026-03'), await ofMonth('2026-04')]).toEqual([2, 0])
  })

  it('of the sample is the same every time', async () => {
    const rows = await inMarket(service.ctx.db, technician.marketId, (tx) =>
      tx.select().from(meterReading).where(eq(meterReading.meterId, 'mtr_sdau01e')),
    )
    expect(rows.map(({ oldValue, newValue }) => usageOf(oldValue, newValue))).toEqual(['100'])
  })
})

describe('the rules of a reading', () => {
  it('compare hundredths exactly, whatever a float would make of them', () => {
    expect(hundredths('0.1') + hundredths('0.2')).toBe(hundredths('0.3'))
    expect(usageOf('9999999999.98', '9999999999.99')).toBe('0.01')
    expect(together('0.5', '1.5')).toBe('2')
    expect(anomalyOf('0.66', ['0.33', '0.33', '0.33'], '2')).toBe(null)
    expect(anomalyOf('0.67', ['0.33', '0.33', '0.33'], '2')).toBe('high')
    expect(anomalyOf('5', [], '2')).toBe(null)
    expect(anomalyOf('0', [], '2')).toBe('zero')
  })
})
