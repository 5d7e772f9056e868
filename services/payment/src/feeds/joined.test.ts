import { vietnamTimeText } from '@tienve/bank-feeds'
import { createDb, inMarket, newId } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { writeStatement } from '@tienve/statements'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService, type Told } from '../testing.ts'
import { createIntake } from './intake.ts'
import { CONFIRM_MS } from './process.ts'
import { pullContext, pullNext } from './pull.ts'
import { requeueUnconfirmed } from './repository.ts'
import { seal } from './secrets.ts'
import { connection, connectionAccount, connectionPull } from './tables.ts'

const BOARD = '0001999999'
const NOW = new Date('2026-11-24T03:00:00Z')
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000)

/** A movement on the board's account as it happened at the bank. */
type Happened = {
  id: number
  amountVnd: bigint
  memo: string
  at: Date
  type?: 'in' | 'out'
  account?: string
}

describe('one movement, told of by pushes, by the provider’s list and by statements', () => {
  let service: TestService
  let accountant: Session
  let marketId: string
  let connectionId: string
  let accountId: string
  let listed: Happened[] = []

  beforeAll(async () => {
    service = await startService({ now: NOW })
    accountant = await service.logIn('accountant')
    marketId = accountant.marketId
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    await inMarket(owner, marketId, async (tx) => {
      const { rows } = await tx.$client.query<{ id: string; connection_id: string }>(
        `select r.id, a.connection_id from receiving_account r
         join connection_account a on a.market_id = r.market_id and a.number = r.number where r.number = $1`,
        [BOARD],
      )
      accountId = rows[0]?.id ?? ''
      connectionId = rows[0]?.connection_id ?? ''
      await tx.insert(connectionPull).values({
        marketId,
        connectionId,
        baseUrl: 'http://bank.invalid',
        ciphertext: seal(service.ctx.config.masterKey, 'the key', pullContext(connectionId)),
        everySeconds: 60,
        readTo: at(-60),
      })
      await tx.$client.query('insert into pull_queue values ($1, $2, $3)', [marketId, connectionId, NOW])
    })
    await owner.pool.end()
  })
  afterAll(() => service.stop())

  /** A page of SePay's list of what happened, as its second version shows it. */
  const pageOf = (happened: readonly Happened[], hasMore = false): Response =>
    new Response(
      JSON.stringify({
        data: happened.map(({ id, amountVnd, memo, at: time, type = 'in', account = BOARD }) => ({
          id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
          transaction_date: vietnamTimeText(time),
          account_number: account,
          transfer_type: type,
          amount_in: type === 'in' ? Number(amountVnd) : 0,
          amount_out: type === 'out' ? Number(amountVnd) : 0,
          accumulated: 0,
          transaction_content: memo,
          reference_number: `FT${id}`,
          code: null,
          va: null,
          bank_brand_name: 'VietinBank',
        })),
        meta: { pagination: { has_more: hasMore } },
      }),
      { headers: { 'content-type': 'application/json' } },
    )
  const bank: typeof fetch = async () => pageOf(listed)
  const push = ({ id, amountVnd, memo, at: time, type = 'in' }: Happened): Promise<Response> => {
    const told: Told = { id, account: BOARD, amountVnd, memo, at: time, type }
    return service.tell({ ...told, reference: `FT${id}` })
  }
  const tellBySecond = async (feed: string, { id, amountVnd, memo, at: time }: Happened): Promise<void> => {
    const intake = createIntake({ db: service.workerDb, log: service.ctx.log })
    const body = {
      id: 9_000 + id,
      gateway: 'VietinBank',
      transactionDate: vietnamTimeText(time),
      accountNumber: BOARD,
      content: memo,
      transferType: 'in',
      transferAmount: Number(amountVnd),
      referenceCode: `FT${id}`,
    }
    await intake.store({
      marketId,
      connectionId: feed,
      provider: 'sepay',
      keyId: 'k',
      contentType: 'application/json',
      rawBody: Buffer.from(JSON.stringify(body)),
      proof: null,
      receivedAt: NOW,
    })
  }
  const pull = async (ask = bank): Promise<void> => {
    const asAdmin = createDb(service.database.adminUrl, { max: 1 })
    await asAdmin.pool.query('update pull_queue set due_at = $1', [service.ctx.now()])
    await asAdmin.pool.end()
    const intake = createIntake({ db: service.workerDb, log: service.ctx.log })
    await pullNext(service.ctx, service.workerDb, intake, ask, new AbortController().signal)
  }
  const fileOf = (happened: readonly Happened[], openingVnd: bigint): Promise<Buffer> => {
    let balanceVnd = openingVnd
    const rows = happened.map(({ id, amountVnd, memo, at: time, type = 'in' }) => {
      balanceVnd += type === 'in' ? amountVnd : -amountVnd
      return {
        direction: type,
        amountVnd,
        occurredAt: time,
        precision: 'second' as const,
        reference: `FT${id}`,
        content: memo,
        balanceVnd,
        reversal: false,
      }
    })
    return writeStatement(
      {
        accountNumber: BOARD,
        fromDay: '2026-11-24',
        toDay: '2026-11-24',
        openingVnd,
        closingVnd: balanceVnd,
        rows,
      },
      { bank: 'mb', format: 'xlsx' },
    )
  }
  const bring = async (happened: readonly Happened[], openingVnd: bigint) =>
    sendFile(await fileOf(happened, openingVnd))
  const sendFile = async (file: Buffer, session = accountant) => {
    const response = await fetch(`${service.url}/v1/receiving-accounts/${accountId}/statements`, {
      method: 'POST',
      headers: {
        cookie: session.cookie,
        'x-csrf-token': session.csrfToken,
        'content-type': 'application/octet-stream',
      },
      body: new Uint8Array(file),
    })
    return { status: response.status, body: await response.json() }
  }
  const known = async () => {
    const { rows } = await inMarket(service.ctx.db, marketId, (tx) =>
      tx.$client.query<{ amount_vnd: bigint; direction: string; seen: string[] }>(
        `select b.amount_vnd, b.direction, array(select s.joined_by from sighting s where s.market_id = b.market_id
           and s.bank_transaction_id = b.id order by s.joined_by) as seen
         from bank_transaction b order by b.occurred_at, b.id`,
      ),
    )
    return rows
  }
  const settled = async (): Promise<void> => {
    const asAdmin = createDb(service.database.adminUrl, { max: 1 })
    await until(async () => {
      const { rows } = await asAdmin.pool.query<{ count: bigint }>(
        'select count(*) from inbox_queue where due_at <= $1',
        [NOW],
      )
      return rows[0]?.count === 0n
    }, 'the inbox to be empty')
    await asAdmin.pool.end()
  }
  const difference = async (): Promise<number> =>
    (await service.call(`/v1/markets/${marketId}/reconciliation`, { session: accountant })).body.differenceVnd

  it('is one movement, whichever comes first, and two equal payments stay two', async () => {
    const [a, b, lost, out] = [
      { id: 101, amountVnd: 20_000n, memo: 'nop tien', at: at(-30) },
      { id: 102, amountVnd: 20_000n, memo: 'nop tien', at: at(-30) },
      { id: 103, amountVnd: 20_000n, memo: 'nop tien', at: at(-30) },
      { id: 104, amountVnd: 5_000n, memo: 'phi', at: at(-20), type: 'out' as const },
    ]
    await push(a)
    await push(b)
    await push(b)
    listed = [a, b, lost, out]
    await pull()
    await settled()
    // What the push lost comes by the list, and late by push after all.
    await push(lost)
    await push(out)
    const { status, body } = await bring([a, b, lost, out], 1_000_000n)
    expect({ status, body }).toMatchObject({ status: 201, body: { rowCount: 4 } })
    await settled()
    const rows = await known()
    expect(rows.map(({ amount_vnd, direction }) => [amount_vnd, direction])).toEqual([
      [20_000n, 'in'],
      [20_000n, 'in'],
      [20_000n, 'in'],
      [5_000n, 'out'],
    ])
    expect(rows.map(({ seen }) => seen)).toEqual(rows.map(() => ['first', 'reference', 'reference']))
    const { body: done } = await service.call(`/v1/statements/${body.id}`, { session: accountant })
    expect(done).toMatchObject({ rowsDone: 4, joined: 4, added: 0, held: 0 })
    expect(await difference()).toBe(0)
  })

  it('is none of ours where a list tells of an account that is not bound to its feed', async () => {
    const before = await known()
    listed = [{ id: 150, amountVnd: 77_000n, memo: 'nop tien', at: at(-25), account: '0001888888' }]
    await pull()
    await settled()
    expect([await known(), await difference()]).toEqual([before, 0])
  })

  it('is one movement when all tell of it at the same moment, many times over', async () => {
    const before = (await known()).length
    const many = Array.from({ length: 30 }, (_, n): Happened => ({
      id: 200 + n,
      amountVnd: 10_000n,
      memo: n % 2 === 0 ? 've cho' : 'tien cho',
      at: at(-15),
    }))
    listed = many
    await Promise.all([
      ...many.map(push),
      pull(),
      bring(many, 500_000n),
      pull(),
      ...many.slice(0, 10).map(push),
    ])
    await settled()
    expect((await known()).length - before).toBe(30)
    expect(await difference()).toBe(0)
    expect(await verifyMarket(service.workerDb, marketId)).toMatchObject({ ok: true })
  })

  it('is not brought in by a file that does not add up, is another account’s, or is somebody else’s to bring', async () => {
    const good = [{ id: 301, amountVnd: 7_000n, memo: 'x', at: at(-5) }]
    const file = await fileOf(good, 10n)
    const { body } = await sendFile(file)
    expect(await sendFile(file)).toMatchObject({ status: 201, body: { id: body.id } })
    const csv = (balance: string, account = BOARD): Buffer =>
      Buffer.from(
        `So tai khoan,${account}\nNgay giao dich,So but toan,Phat sinh no,Phat sinh co,So du,Noi dung\n` +
          `24/11/2026 09:00:00,FT1,,"10,000","110,000",a\n24/11/2026 09:01:00,FT2,,"10,000","${balance}",b\n`,
      )
    expect(await sendFile(csv('121,000'))).toMatchObject({
      status: 422,
      body: { code: 'statement_refused', fields: { file: 'running_balance_mismatch', line: '4' } },
    })
    expect(await sendFile(csv('120,000', '0001888888'))).toMatchObject({
      status: 422,
      body: { code: 'statement_of_other_account' },
    })
    const stall = await service.logIn('stallholder')
    expect(await sendFile(csv('120,000'), stall)).toMatchObject({ status: 404 })
    const other = await service.logIn('accountant', 1)
    expect(await sendFile(csv('120,000'), other)).toMatchObject({ status: 404 })
    expect(await service.call(`/v1/statements/${body.id}`, { session: other })).toMatchObject({ status: 404 })
  })

  it('is money only when the account’s own feed, or the bank’s statement, says so', async () => {
    const second = newId('con')
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    await inMarket(owner, marketId, async (tx) => {
      await tx.insert(connection).values({ marketId, id: second, provider: 'sepay', createdAt: NOW })
      const bin = '970415'
      await tx
        .insert(connectionAccount)
        .values({ marketId, connectionId: second, bin, number: BOARD, authoritative: false })
      await tx.$client.query("insert into directory values ('connection', $1, $2, $1)", [second, marketId])
    })
    await owner.pool.end()
    await settled()
    const before = (await known()).length
    const heard = { id: 401, amountVnd: 33_000n, memo: 'chi nguon phu', at: at(-2) }
    await tellBySecond(second, heard)
    await settled()
    expect(await known()).toHaveLength(before)
    await push(heard)
    await settled()
    await until(async () => (await known()).at(-1)?.seen.length === 2, 'the second feed to bear it out')
    expect(await known()).toHaveLength(before + 1)

    // What the account's own feed never tells of is asked about, once, and booked when a person says so.
    await tellBySecond(second, { id: 402, amountVnd: 44_000n, memo: 'mai khong thay', at: at(-2) })
    await settled()
    const later = new Date(NOW.getTime() + 16 * 60_000)
    const questions = async () =>
      (
        await service.call(`/v1/markets/${marketId}/suspense?status=open&reason=unconfirmed`, {
          session: accountant,
        })
      ).body.items
    service.setNow(later)
    for (let look = 0; look < 2; look++) {
      await inMarket(service.workerDb, marketId, (tx) =>
        requeueUnconfirmed(tx, marketId, new Date(later.getTime() - CONFIRM_MS), later),
      )
      await push({ id: 410 + look, amountVnd: 1_000n, memo: 'khac', at: at(14) })
      await until(async () => (await questions()).length === 1, 'the question')
    }
    const [question] = await questions()
    expect(question).toMatchObject({ amountVnd: 44_000, reason: 'unconfirmed' })
    expect(await difference()).toBe(0)
    const told = await service.call(`/v1/suspense/${question.id}/book`, { session: accountant, body: {} })
    expect(told.status).toBe(204)
    await until(async () => (await questions()).length === 0, 'the question to be gone')
    expect((await known()).filter(({ amount_vnd }) => amount_vnd === 44_000n)).toHaveLength(1)
    expect(await difference()).toBe(0)
    expect(await verifyMarket(service.workerDb, marketId)).toMatchObject({ ok: true })
  })

  it('is read to the last page of a provider that wants a pause in the midst of them', async () => {
    const before = (await known()).length
    const pages = Array.from({ length: 3 }, (_, n): Happened => ({
      id: 500 + n,
      amountVnd: 12_000n,
      memo: 'nhieu trang',
      at: at(n),
    }))
    const asked: number[] = []
    await pull(async (input) => {
      const page = Number(new URL(input instanceof Request ? input.url : input).searchParams.get('page'))
      asked.push(page)
      if (page === 2 && asked.length === 2)
        return new Response('{}', { status: 429, headers: { 'retry-after': '1' } })
      return pageOf(pages.slice(page - 1, page), page < 3)
    })
    expect(asked).toEqual([1, 2, 2, 3])
    await until(async () => (await known()).length === before + 3, 'all three pages')
    expect(await difference()).toBe(0)
  })
})
