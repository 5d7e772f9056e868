import { createDb, inMarket, type Db, type Tx } from '@tienve/db'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type TestService } from '../testing.ts'
import { habitsOf, markDeaf, markUnpushed } from './deafness.ts'
import { bankTransaction, connection, connectionAccount, sighting } from './tables.ts'

let service: TestService
let owner: Db
beforeAll(async () => {
  service = await startService()
  owner = createDb(service.database.ownerUrl, { max: 2 })
})
afterAll(async () => {
  await owner.pool.end()
  await service.stop()
})

const market = (): string => service.markets[0]?.id ?? ''
const at = (time: string): Date => new Date(`2026-11-24T${time}:00+07:00`)
const mark = (time: string) => inMarket(service.workerDb, market(), (tx) => markDeaf(tx, market(), at(time)))
const events = async (): Promise<unknown[]> =>
  (
    await inMarket(service.workerDb, market(), (tx) =>
      tx.execute(
        sql`select payload->>'state' as state from live_event where stall_id = 'stl_sdau01' and kind = 'feed' order by number`,
      ),
    )
  ).rows

describe('a feed', () => {
  it('is deaf after a quarter of an hour of silence in trading hours, once, and hears again with the next message', async () => {
    service.setNow(at('10:00'))
    await service.tell({ id: 1, account: '0001000001', amountVnd: 1_000n, memo: 'x' })
    await until(
      async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0,
      'an empty queue',
    )
    expect(await mark('10:10')).toBe(0)
    expect(await mark('10:16')).toBe(1)
    expect(await mark('10:17')).toBe(0)
    expect(await events()).toEqual([{ state: 'deaf' }])
    service.setNow(at('10:20'))
    await service.tell({ id: 2, account: '0001000001', amountVnd: 2_000n, memo: 'x' })
    await until(async () => (await events()).length === 2, 'the feed to be heard')
    expect(await events()).toEqual([{ state: 'deaf' }, { state: 'listening' }])
  })

  it('is not called deaf at night, nor before it was ever heard', async () => {
    expect(await mark('19:30')).toBe(0)
    expect(await mark('04:00')).toBe(0)
    const second = service.markets[1]?.id ?? ''
    expect(await inMarket(service.workerDb, second, (tx) => markDeaf(tx, second, at('11:00')))).toBe(0)
  })
})

describe('what is usual of a feed', () => {
  const [con, number] = ['con_usual', '0001000002']
  const within = <T>(work: (tx: Tx) => Promise<T>) => inMarket(owner, market(), work)
  const on = (day: string, time: string): Date => new Date(`${day}T${time}:00+07:00`)
  /** An account on which something moves once a day, at no hour of its own. */
  const RARE = '0001777777'
  const insertMoved = (tx: Tx, moments: readonly (readonly [string, string])[], accountNumber: string) =>
    tx.insert(bankTransaction).values(
      moments.map(([day, time]) => ({
        marketId: market(),
        id: `btx_${accountNumber}_${day}_${time}`,
        connectionId: con,
        accountNumber,
        direction: 'in',
        amountVnd: 1_000n,
        content: '',
        occurredAt: on(day, time),
        receivedAt: on(day, time),
        provider: { codeHint: null, virtualAccount: null },
      })),
    )

  beforeAll(async () => {
    // A stall of its own feed that sells from seven to eleven, once in forty minutes, on four days.
    await within(async (tx) => {
      await tx.insert(connection).values({
        marketId: market(),
        id: con,
        provider: 'sepay',
        createdAt: on('2026-11-01', '08:00'),
        createdBy: 'usr_sdhead',
        lastHeardAt: on('2026-11-23', '11:00'),
      })
      await tx.execute(sql`delete from connection_account where number = ${number}`)
      await tx
        .insert(connectionAccount)
        .values({ marketId: market(), connectionId: con, bin: '970436', number })
      const times = ['07:00', '07:40', '08:20', '09:00', '09:40', '10:20', '11:00']
      const days = ['2026-11-18', '2026-11-19', '2026-11-20', '2026-11-23']
      await insertMoved(
        tx,
        days.flatMap((day) => times.map((time) => [day, time] as const)),
        number,
      )
      const rare = [
        ['2026-11-18', '15:00'],
        ['2026-11-19', '09:00'],
        ['2026-11-20', '12:00'],
      ] as const
      await insertMoved(tx, rare, RARE)
    })
  })

  const heardAt = (time: string) =>
    within((tx) =>
      tx
        .update(connection)
        .set({ lastHeardAt: at(time), deafSince: null })
        .where(eq(connection.id, con)),
    )
  /** Whether this feed, and not its neighbours, is deaf at that time. */
  const isDeaf = async (time: string): Promise<boolean> => {
    await within((tx) => markDeaf(tx, market(), at(time), { setUpOnly: true }))
    const [row] = await within((tx) =>
      tx.select({ since: connection.deafSince }).from(connection).where(eq(connection.id, con)),
    )
    return row?.since !== null
  }

  it('is the gaps and the hours of its own days before', async () => {
    const habit = await within((tx) => habitsOf(tx, market(), [{ group: con, number }], at('09:00')))
    expect(habit.get(con)).toEqual({ gapSeconds: 2_400, opensSeconds: 7 * 3_600, closesSeconds: 11 * 3_600 })
  })

  it('is the hours of the market where its own few movements show none', async () => {
    const habit = await within((tx) => habitsOf(tx, market(), [{ group: 'rare', number: RARE }], at('09:00')))
    expect(habit.get('rare')).toEqual({
      gapSeconds: null,
      opensSeconds: 5 * 3_600,
      closesSeconds: 18.5 * 3_600,
    })
  })

  it('is not over before twice the usual gap, nor before it opens, nor once it has closed', async () => {
    expect(await isDeaf('06:30')).toBe(false)
    expect(await isDeaf('08:10')).toBe(false)
    expect(await isDeaf('11:30')).toBe(false)
    await heardAt('08:00')
    expect(await isDeaf('09:15')).toBe(false)
    expect(await isDeaf('09:25')).toBe(true)
    // Since it opened, on a day on which nothing came.
    await within((tx) =>
      tx
        .update(connection)
        .set({ lastHeardAt: on('2026-11-23', '11:00'), deafSince: null })
        .where(eq(connection.id, con)),
    )
    expect(await isDeaf('08:25')).toBe(true)
  })

  it('does not make a feed deaf that was ended', async () => {
    await heardAt('08:00')
    await within((tx) =>
      tx
        .update(connection)
        .set({ revokedAt: at('08:30') })
        .where(eq(connection.id, con)),
    )
    expect(await isDeaf('10:30')).toBe(false)
  })
})

describe('an account whose messages have stopped', () => {
  const within = <T>(work: (tx: Tx) => Promise<T>) => inMarket(owner, market(), work)
  const NUMBER = '0001000001'
  const LATER = new Date(at('09:30').getTime() + 3 * 86_400_000)
  /** A movement of the stall's account, and who told of it. */
  const move = (time: string, by: readonly ('' | '/pull')[], seen = time) =>
    within(async (tx) => {
      const { rows } = await tx.execute<{ connection_id: string; account_id: string }>(
        sql`select a.connection_id, r.id as account_id from connection_account a
          join receiving_account r on r.market_id = a.market_id and r.number = a.number where a.number = ${NUMBER}`,
      )
      const [{ connection_id: connectionId, account_id: accountId } = { connection_id: '', account_id: '' }] =
        rows
      const id = `btx_stall_${time}`
      await tx.insert(bankTransaction).values({
        marketId: market(),
        id,
        connectionId,
        accountId,
        accountNumber: NUMBER,
        direction: 'in',
        amountVnd: 1_000n,
        content: '',
        occurredAt: at(time),
        receivedAt: at(time),
        provider: { codeHint: null, virtualAccount: null },
      })
      for (const way of by)
        await tx.insert(sighting).values({
          marketId: market(),
          bankTransactionId: id,
          source: `${connectionId}${way}`,
          sourceId: `${way}${time}`,
          seenAt: at(seen),
        })
    })
  const look = (time: string) =>
    inMarket(service.workerDb, market(), (tx) => markUnpushed(tx, market(), at(time)))
  const feed = async () => {
    const session = await service.logIn('stallholder')
    return (await service.call(`/v1/stalls/${session.stallId}`, { session })).body.accounts[0].feed
  }
  const told = async () => (await events()).slice(before)
  let before = 0
  beforeAll(async () => {
    await within((tx) =>
      tx.execute(sql`update connection set deaf_since = null, last_heard_at = ${at('07:00')}`),
    )
    // Of what the tests above told at 10:00 and later nothing is known here: no look goes as far.
    await within((tx) => tx.execute(sql`delete from sighting`))
    before = (await events()).length
  })

  it('is late, once, when the list alone told of three in a row of which no message may still come, and its stall is told', async () => {
    await move('07:00', ['', '/pull'])
    await move('08:00', ['/pull'])
    await move('08:10', ['/pull'])
    expect(await look('09:30')).toBe(0)
    await move('08:20', ['/pull'])
    expect(await look('09:00')).toBe(0)
    expect(await feed()).toBe('listening')
    expect(await look('09:30')).toBe(1)
    expect(await look('09:31')).toBe(0)
    expect(await feed()).toBe('late')
    expect(await told()).toEqual([{ state: 'late' }])
  })

  it('stays late until a message comes again, however long nothing does, and its stall is told of that', async () => {
    expect(await inMarket(service.workerDb, market(), (tx) => markUnpushed(tx, market(), LATER))).toBe(0)
    expect(await feed()).toBe('late')
    await move('09:40', [''])
    expect(await look('09:41')).toBe(0)
    expect(await feed()).toBe('listening')
    expect(await told()).toEqual([{ state: 'late' }, { state: 'listening' }])
  })

  it('is deaf and no longer late once its connection is, and nobody is told that it is back', async () => {
    for (const time of ['09:50', '09:51', '09:52']) await move(time, ['/pull'])
    expect(await look('10:40')).toBe(1)
    await within((tx) => tx.execute(sql`update connection set deaf_since = ${at('10:41')}`))
    expect(await feed()).toBe('deaf')
    expect(await look('10:42')).toBe(0)
    await within((tx) => tx.execute(sql`update connection set deaf_since = null`))
    expect(await feed()).toBe('listening')
    expect(await told()).toEqual([{ state: 'late' }, { state: 'listening' }, { state: 'late' }])
    // Heard again, and still of nothing but by its list.
    expect(await look('10:43')).toBe(1)
    expect(await feed()).toBe('late')
  })
})
