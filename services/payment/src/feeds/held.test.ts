import { createDb, inMarket, newId, type Db } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { newPaymentCode } from '@tienve/vietqr'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { createIntake } from './intake.ts'
import { takeLane } from './repository.ts'
import { connection, connectionAccount } from './tables.ts'

const BOARD = '0001999999'
const NOW = new Date('2026-11-24T03:00:00Z')
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000)

describe('a telling that was held back', () => {
  let service: TestService
  let accountant: Session
  let marketId: string
  let owner: Db
  const second = newId('con')
  let told = 0

  beforeAll(async () => {
    service = await startService({ now: NOW })
    accountant = await service.logIn('accountant')
    marketId = accountant.marketId
    owner = createDb(service.database.ownerUrl, { max: 1 })
    const accounts = [{ bin: '970415', number: BOARD }, unnamed()].map(({ bin, number }) => ({
      marketId,
      connectionId: second,
      bin,
      number,
      authoritative: false,
    }))
    await inMarket(owner, marketId, async (tx) => {
      await tx.insert(connection).values({ marketId, id: second, provider: 'standard', createdAt: NOW })
      await tx.insert(connectionAccount).values(accounts)
      await tx.$client.query("insert into directory values ('connection', $1, $2, $1)", [second, marketId])
    })
  })
  afterAll(async () => {
    await owner.pool.end()
    await service.stop()
  })

  const unnamed = () => {
    const stall = service.markets[0]?.stalls.find(({ consents, heard }) => !consents && heard)
    return { bin: stall?.bin ?? '', number: stall?.account ?? '' }
  }
  const rows = async (query: string, values: unknown[] = []) =>
    (await inMarket(owner, marketId, (tx) => tx.$client.query<Record<string, unknown>>(query, values))).rows
  /** The account's own feed; answers the transaction's id. */
  const tellFirst = async (amountVnd: bigint, memo: string, when: Date, account = BOARD): Promise<string> => {
    const id = 5_000 + (told += 1)
    await service.tell({ id, account, amountVnd, memo, at: when, reference: `FT${id}` })
    return until(async () => {
      const [row] = await rows('select id from bank_transaction where reference = $1', [`FT${id}`])
      return row === undefined ? null : String(row['id'])
    }, 'the movement')
  }
  /** A second feed of the same account, in other words; answers the question in suspense. */
  const tellSecond = async (amountVnd: bigint, content: string, when: Date, accountNumber = BOARD) => {
    const id = `second-${(told += 1)}`
    const data = {
      id,
      accountNumber,
      direction: 'in',
      amountVnd: Number(amountVnd),
      content,
      reference: `ZZ${id}`,
    }
    await createIntake({ db: service.workerDb, log: service.ctx.log }).store({
      marketId,
      connectionId: second,
      provider: 'standard',
      keyId: 'k',
      contentType: 'application/json',
      rawBody: Buffer.from(
        JSON.stringify({
          type: 'bank_transaction.created',
          data: { ...data, occurredAt: when.toISOString() },
        }),
      ),
      proof: null,
      receivedAt: NOW,
    })
    return until(async () => {
      const [row] = await rows('select id from suspense where provider_event_id = $1', [`standard:${id}`])
      return row === undefined ? null : String(row['id'])
    }, 'the question')
  }
  const read = async (id: string) => (await service.call(`/v1/suspense/${id}`, { session: accountant })).body
  const say = (id: string, transactionId: string) =>
    service.call(`/v1/suspense/${id}/resolve`, {
      body: { as: 'sighting', transactionId, reason: 'xem sao kê ngân hàng' },
      session: accountant,
    })
  const seenBy = (transactionId: string) =>
    rows('select source, joined_by from sighting where bank_transaction_id = $1 order by joined_by', [
      transactionId,
    ])
  const countTxns = async () => (await rows('select count(*) as n from ledger_txn'))[0]?.['n']

  it('is said to be a sighting of a transaction, posts nothing, and is asked again when that is undone', async () => {
    const far = await tellFirst(20_000n, 'nop tien', at(-600))
    const near = await tellFirst(20_000n, `nop ${newPaymentCode(randomBytes)}`, at(-29))
    const third = await tellFirst(20_000n, `nop ${newPaymentCode(randomBytes)}`, at(-31))
    const dearer = await tellFirst(21_000n, 'nop tien', at(-30))
    const id = await tellSecond(20_000n, 'nop tien cho', at(-28))
    const before = await countTxns()
    const item = await read(id)
    expect(item).toMatchObject({ reason: 'unconfirmed', isInBooks: false })
    expect(item.question).toMatchObject({
      content: 'nop tien cho',
      movements: [
        { transactionId: near, why: 'doubt', sightings: 1 },
        { transactionId: third, why: 'doubt', sightings: 1 },
        { transactionId: far, why: null, sightings: 1 },
      ],
    })
    for (const wrong of [dearer, 'btx_nowhere'])
      expect(await say(id, wrong)).toMatchObject({ status: 422, body: { code: 'resolution_invalid' } })

    const { status, body } = await say(id, near)
    expect([status, body.status, body.resolution]).toEqual([200, 'resolved', 'sighting'])
    expect(body.history).toMatchObject([
      { status: 'done', by: expect.any(String), parts: [{ as: 'sighting', transactionId: near }] },
    ])
    expect(await seenBy(near)).toMatchObject([
      { joined_by: 'first' },
      { source: second, joined_by: 'person' },
    ])
    expect(await countTxns()).toBe(before)

    // One source tells of a movement once: what it tells next of that sum cannot be the same one.
    const next = await read(await tellSecond(20_000n, 'nop tien cho nua', at(-28)))
    expect(next.question.movements.map((one: { transactionId: string }) => one.transactionId)).toEqual([
      third,
      far,
    ])

    const undone = await service.call(`/v1/suspense/${id}/undo`, {
      body: { reason: 'chọn nhầm giao dịch' },
      session: accountant,
    })
    expect([undone.status, undone.body.status]).toEqual([200, 'open'])
    expect(undone.body.history[0]).toMatchObject({ status: 'undone', undoneReason: 'chọn nhầm giao dịch' })
    expect(await seenBy(near)).toMatchObject([{ joined_by: 'first' }])
    expect(undone.body.question.movements[0]).toMatchObject({ transactionId: near })
    expect((await say(id, far)).status).toBe(200)
    const { body: again } = await service.call(`/v1/suspense/${id}/undo`, {
      body: { reason: 'lại nhầm' },
      session: accountant,
    })
    expect(again.status).toBe('open')

    // It is money of its own after all: the worker books it, and takes the question away, history or not.
    expect((await service.call(`/v1/suspense/${id}/book`, { session: accountant, body: {} })).status).toBe(
      204,
    )
    await until(
      async () => (await rows('select id from suspense where id = $1', [id])).length === 0,
      'booking',
    )
    const { body: reconciled } = await service.call(`/v1/markets/${marketId}/reconciliation`, {
      session: accountant,
    })
    expect(reconciled.differenceVnd).toBe(0)
    expect(await verifyMarket(service.workerDb, marketId)).toMatchObject({ ok: true })
  })

  it('is kept from another account, direction or sum by the database, and from anybody’s word but a person’s', async () => {
    const movement = await tellFirst(30_000n, `nop ${newPaymentCode(randomBytes)}`, at(-10))
    const id = await tellSecond(30_000n, 'nop tien cho', at(-9))
    await say(id, movement)
    const other = await tellFirst(31_000n, 'nop tien', at(-10))
    await expect(
      inMarket(owner, marketId, (tx) =>
        tx.$client.query('update suspense_part set sighting_of = $2 where suspense_id = $1', [id, other]),
      ),
    ).rejects.toThrow(/suspense_part_sighting_fk/)
    for (const column of ["direction = 'out'", "account_id = 'acc_other'"])
      await expect(
        inMarket(owner, marketId, (tx) =>
          tx.$client.query(`update suspense_part set ${column} where suspense_id = $1`, [id]),
        ),
      ).rejects.toThrow(/suspense_(part_sighting|told)_fk/)
    // A transaction of the same sum, with its own account: right by itself, and not what was told.
    const elsewhere = await tellFirst(30_000n, 'tien rau', at(-10), unnamed().number)
    await expect(
      inMarket(owner, marketId, (tx) =>
        tx.$client.query(
          `update suspense_part p set sighting_of = b.id, account_id = b.account_id from bank_transaction b
           where p.suspense_id = $1 and b.id = $2`,
          [id, elsewhere],
        ),
      ),
    ).rejects.toThrow(/suspense_told_fk/)
    await expect(
      inMarket(service.ctx.db, marketId, (tx) =>
        tx.$client.query(
          `insert into sighting (market_id, bank_transaction_id, source, source_id, joined_by, seen_at)
           values ($1, $2, 'con_x', 'x', 'reference', $3)`,
          [marketId, other, NOW],
        ),
      ),
    ).rejects.toThrow(/row-level security/)
    const gone = await inMarket(service.ctx.db, marketId, (tx) =>
      tx.$client.query("delete from sighting where joined_by = 'first'"),
    )
    expect(gone.rowCount).toBe(0)
  })

  it('shows nothing of a stall that is not named, and can be joined to none of its sales', async () => {
    const { number } = unnamed()
    const sale = await tellFirst(40_000n, `rau ${newPaymentCode(randomBytes)}`, at(-20), number)
    const id = await tellSecond(40_000n, 'tien rau cu', at(-19), number)
    expect((await read(id)).question).toBeNull()
    expect(await say(id, sale)).toMatchObject({ status: 422, body: { code: 'resolution_invalid' } })
    expect(await seenBy(sale)).toHaveLength(1)
  })

  it('is booked as a person says, however a worker that read it before writes it down meanwhile', async () => {
    await tellFirst(70_000n, `nop ${newPaymentCode(randomBytes)}`, at(-21))
    const id = await tellSecond(70_000n, 'cung mot luc', at(-20))
    let booking: ReturnType<TestService['call']> | undefined
    await inMarket(service.workerDb, marketId, async (tx) => {
      await takeLane(tx, marketId)
      booking = service.call(`/v1/suspense/${id}/book`, { session: accountant, body: {} })
      expect(await Promise.race([booking, sleep(500, 'waits')])).toBe('waits')
      await tx.$client.query("update feed_event set held = 'unconfirmed' where held = 'separate'")
      await tx.$client.query('delete from inbox_queue where market_id = $1', [marketId])
    })
    expect((await booking)?.status).toBe(204)
    await until(
      async () => (await rows('select from bank_transaction where amount_vnd = 70000')).length === 2,
      'the money to be booked',
    )
    expect(await verifyMarket(service.workerDb, marketId)).toMatchObject({ ok: true })
  })
})
