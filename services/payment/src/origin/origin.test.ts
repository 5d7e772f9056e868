import { LedgerOrigin } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { reverse } from '@tienve/ledger'
import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { checkSources } from './service.ts'

const ACCOUNT = '0001000001'
const BOARD_ACCOUNT = '0001999999'

let service: TestService
let admin: pg.Client
let accountant: Session
let marketId: string
beforeAll(async () => {
  service = await startService()
  admin = new pg.Client({ connectionString: service.database.adminUrl })
  await admin.connect()
  accountant = await service.logIn('accountant')
  marketId = accountant.marketId
})
afterAll(async () => {
  await admin.end()
  await service.stop()
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const ask = (seq: bigint | string, session: Session | null = accountant, market = marketId) =>
  service.call(`/v1/markets/${market}/ledger/txns/${seq}/origin`, session === null ? {} : { session })
/** The answer, which must be of the wire's form. */
const originOf = async (seq: bigint): Promise<LedgerOrigin> => {
  const { status, body } = await ask(seq)
  expect([status, body.code]).toEqual([200, undefined])
  return LedgerOrigin.parse(body)
}
const check = (after = 0n) => inMarket(service.ctx.db, marketId, (tx) => checkSources(tx, marketId, after))

/** The number of the one txn of this kind and amount, once it is there. */
const seqOf = (kind: string, amountVnd: number): Promise<bigint> =>
  until(async () => {
    const { rows } = await admin.query<{ seq: bigint }>(
      `select x.seq from ledger_txn x join ledger_transfer t using (market_id, seq)
       where x.kind = $1 and t.amount_vnd = $2`,
      [kind, amountVnd],
    )
    return rows[0]?.seq
  }, `a txn ${kind} of ${amountVnd}`)
/** The stored message of a bank transaction of this amount. */
const messageOf = async (amountVnd: number) => {
  const { rows } = await admin.query<{ id: string; raw_body: Buffer; proof: unknown }>(
    `select i.id, i.raw_body, i.proof from feed_inbox i join feed_event e on e.inbox_id = i.id
     join bank_transaction b on b.id = e.bank_transaction_id where b.amount_vnd = $1`,
    [amountVnd],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`no message tells of ${amountVnd}`)
  return row
}
let next = 1
const sell = async (amountVnd: number, account = ACCOUNT): Promise<bigint> => {
  const answer = await service.tell({
    id: next++,
    account,
    amountVnd: BigInt(amountVnd),
    memo: 'CT tu 0123 NGUYEN VAN A',
  })
  expect(answer.status).toBe(200)
  return seqOf('sale_bank', amountVnd)
}
const hiddenStall = () => {
  const stalls = service.markets[0]?.stalls ?? []
  const found = stalls.find(({ consents, heard }) => !consents && heard)
  if (found === undefined) throw new Error('every stall of the demo has consented')
  return found
}
/** Puts another value into a stored row, as nobody but a superuser can, looks, and puts the old one back. */
const withOther = async (
  [table, column, key, id]: [table: string, column: string, key: string, id: string | undefined],
  other: unknown,
  look: () => Promise<void>,
) => {
  const { rows } = await admin.query(`select ${column} as old from ${table} where ${key} = $1`, [id])
  const put = async (value: unknown) => {
    const isJson = typeof value === 'object' && value !== null && !Buffer.isBuffer(value)
    const { rowCount } = await admin.query(`update ${table} set ${column} = $2 where ${key} = $1`, [
      id,
      isJson ? JSON.stringify(value) : value,
    ])
    expect(rowCount).toBe(1)
  }
  await put(other)
  try {
    await look()
  } finally {
    await put(rows[0].old)
  }
}

describe('the origin of a txn', () => {
  it('of a sale by bank goes down to the bytes, their digest and a signature that is checked again', async () => {
    const origin = await originOf(await sell(35_100))
    const { id, raw_body } = await messageOf(35_100)
    expect(origin).toMatchObject({
      subject: { kind: 'payment', stallCode: 'SD-AU01', amountVnd: 35_100, matchedBy: 'account', by: null },
      bankTransaction: {
        bankCode: 'VCB',
        accountMasked: '•••• 0001',
        direction: 'in',
        amountVnd: 35_100,
        content: 'CT tu 0123 NGUYEN VAN A',
        sightings: 1,
      },
      message: {
        id,
        provider: 'sepay',
        contentType: 'application/json',
        body: raw_body.toString(),
        bodyHash: sha256(raw_body),
        signature: 'valid',
      },
      digest: 'matches',
    })
    expect(JSON.parse(origin.message?.body ?? '')).toMatchObject({ transferAmount: 35_100 })
  })

  it('of a sale in cash is the word of a person, and no bank’s', async () => {
    const stall = await service.logIn('stallholder')
    const { body: sale } = await service.call(`/v1/stalls/${stall.stallId}/cash-sales`, {
      body: { amountVnd: 20_100 },
      session: stall,
    })
    const cash = {
      subject: { kind: 'cash_sale', id: sale.id, stallCode: 'SD-AU01', by: 'Nguyễn Thị Ngà · Ngà bánh bèo' },
      bankTransaction: null,
      message: null,
      digest: 'none',
    }
    expect(await originOf(await seqOf('sale_cash', 20_100))).toMatchObject(cash)
    await service.call(`/v1/cash-sales/${sale.id}/undo`, { method: 'POST', session: stall })
    expect(await originOf(await seqOf('reversal', 20_100))).toMatchObject(cash)
  })

  it('of a reversal without a source of its own is that of what it takes back', async () => {
    const seq = await sell(35_200)
    await inMarket(service.workerDb, marketId, (tx) =>
      reverse(tx, marketId, {
        seq,
        idemKey: 'a-mistake',
        occurredAt: service.ctx.now(),
        sourceKind: 'mistake',
        sourceId: 'mis_1',
      }),
    )
    const { seq: own, ...rest } = await originOf(await seqOf('reversal', 35_200))
    expect(own).not.toBe(Number(seq))
    expect(rest).toMatchObject({
      subject: { kind: 'payment' },
      message: { signature: 'valid' },
      digest: 'matches',
    })
    expect(rest).toEqual({ ...(await originOf(seq)), seq: undefined })
  })

  it('of a message proved by an API key says that this cannot be repeated', async () => {
    const [, byKey] = service.markets[0]?.connections ?? []
    const heard = service.markets[0]?.stalls.find(
      ({ consents, account }) => consents && byKey?.accounts.some(({ number }) => number === account),
    )
    const seq = await sell(35_300, heard?.account)
    const message = { signature: 'not_repeatable', keyId: byKey?.keyId, body: expect.any(String) }
    const cannot = async () => expect(await originOf(seq)).toMatchObject({ message, digest: 'matches' })
    await cannot()
    const stray = { 'x-sepay-timestamp': '1' }
    await withOther(['feed_inbox', 'proof', 'id', (await messageOf(35_300)).id], stray, cannot)
  })
})

describe('the origin of the board’s money', () => {
  let charges: { id: string; code: string; totalVnd: number; stallCode: string; stallId: string }[]
  beforeAll(async () => {
    const head = await service.logIn('head')
    await service.readMeters('2026-11')
    const { body: round } = await service.call(`/v1/markets/${marketId}/billing-rounds`, {
      body: { period: '2026-11', dueOn: '2026-11-15' },
      session: accountant,
    })
    const { body: seen } = await service.call(`/v1/billing-rounds/${round.id}/check`, { session: head })
    await service.call(`/v1/billing-rounds/${round.id}/approve`, { body: { seen }, session: head })
    const { body } = await service.call(`/v1/markets/${marketId}/charges?limit=200`, { session: accountant })
    charges = body.items
  })

  it('of a charge is whoever approved it, and of its payment the bank, even for a stall that is not named', async () => {
    const { id: stallId } = hiddenStall()
    const charge = charges.find((one) => one.stallId === stallId)
    if (charge === undefined) throw new Error('the stall was not billed')
    const { rows } = await admin.query<{ seq: bigint }>('select seq from ledger_txn where source_id = $1', [
      charge.id,
    ])
    expect(await originOf(rows[0]?.seq ?? 0n)).toMatchObject({
      subject: {
        kind: 'charge',
        stallCode: charge.stallCode,
        amountVnd: charge.totalVnd,
        by: 'Phạm Văn Hùng · Trưởng ban',
      },
      bankTransaction: null,
      digest: 'none',
    })
    await service.tell({ id: next++, account: BOARD_ACCOUNT, amountVnd: 71_100n, memo: charge.code })
    expect(await originOf(await seqOf('charge_paid', 71_100))).toMatchObject({
      subject: {
        kind: 'payment',
        stallCode: charge.stallCode,
        amountVnd: 71_100,
        matchedBy: 'charge',
        verdict: 'short',
      },
      bankTransaction: { accountMasked: '•••• 9999', bankCode: 'ICB' },
      message: { signature: 'valid' },
      digest: 'matches',
    })
  })

  it('out of suspense is the person’s word, and still the bytes that it came in', async () => {
    await service.tell({ id: next++, account: BOARD_ACCOUNT, amountVnd: 72_200n, memo: 'nop tien cho' })
    const into = await originOf(await seqOf('suspense_in', 72_200))
    expect(into).toMatchObject({
      subject: { kind: 'suspense', reason: 'no_code', by: null, stallCode: null },
      bankTransaction: { content: 'nop tien cho', amountVnd: 72_200 },
      message: { signature: 'valid' },
      digest: 'matches',
    })
    const charge = charges.at(-1)
    const { status } = await service.call(`/v1/suspense/${into.subject?.id}/resolve`, {
      body: { as: 'charge', chargeId: charge?.id, reason: 'chị Hà gọi điện' },
      session: accountant,
    })
    expect(status).toBe(200)
    const out = await originOf(await seqOf('suspense_to_charge', 72_200))
    expect(out).toMatchObject({
      subject: {
        kind: 'payment',
        matchedBy: 'person',
        by: 'Vũ Thị Bích · Kế toán',
        reason: 'chị Hà gọi điện',
        stallCode: charge?.stallCode,
      },
      digest: 'matches',
    })
    expect([out.bankTransaction, out.message]).toEqual([into.bankTransaction, into.message])
  })

  it('is not shown where the money is on the account of a stall that is not named', async () => {
    await service.tell({ id: next++, account: BOARD_ACCOUNT, amountVnd: 73_300n, memo: 'nop tien cho' })
    const seq = await seqOf('suspense_in', 73_300)
    const { bankTransaction } = await originOf(seq)
    const { accountId, account } = hiddenStall()
    const notFound = async () =>
      expect((await ask(seq)).body).toMatchObject({ status: 404, code: 'not_found' })
    await withOther(['bank_transaction', 'account_id', 'id', bankTransaction?.id], accountId, notFound)
    await withOther(['bank_transaction', 'account_number', 'id', bankTransaction?.id], account, notFound)
    expect((await ask(seq)).status).toBe(200)
  })
})

describe('what happened to the stored bytes', () => {
  it('is told as changed, and the check names the first message', async () => {
    const before = await sell(41_100)
    const seq = await sell(41_200)
    await sell(41_300)
    const { id, raw_body } = await messageOf(41_200)
    const good = await check()
    expect(good).toEqual({ checked: good.checked, erased: 0 })
    const more = Buffer.from(raw_body.toString().replace('41200', '91200'))
    await withOther(['feed_inbox', 'raw_body', 'id', id], more, async () => {
      expect(await originOf(seq)).toMatchObject({
        digest: 'changed',
        message: { id, body: more.toString(), signature: 'invalid' },
      })
      const firstWrong = { what: 'feed_inbox', where: id, why: 'its bytes are not those the ledger knows' }
      expect(await check()).toMatchObject({ firstWrong })
      expect(await check(before)).toMatchObject({ firstWrong })
      expect(await check(seq)).toEqual({ checked: 1, erased: 0 })
    })
    expect(await originOf(seq)).toMatchObject({ digest: 'matches', message: { signature: 'valid' } })
    expect(await check()).toEqual(good)
  })

  it('is told as changed when only the digest beside them is another, or the message is gone', async () => {
    const seq = await sell(41_400)
    const { id } = await messageOf(41_400)
    await withOther(['feed_inbox', 'body_hash', 'id', id], Buffer.alloc(32), async () => {
      expect((await originOf(seq)).digest).toBe('changed')
      expect((await check()).firstWrong?.where).toBe(id)
    })
    await withOther(['feed_event', 'bank_transaction_id', 'inbox_id', id], null, async () => {
      expect(await originOf(seq)).toMatchObject({ message: null, digest: 'changed' })
      expect((await check()).firstWrong).toMatchObject({ what: 'ledger_txn', where: `seq ${seq}` })
    })
  })

  it('is told as erased, and is in order, when they were erased', async () => {
    const seq = await sell(41_500)
    const { id } = await messageOf(41_500)
    const { checked } = await check()
    await admin.query('update feed_inbox set raw_body = null, erased_at = now() where id = $1', [id])
    expect(await originOf(seq)).toMatchObject({
      digest: 'erased',
      message: { body: null, signature: 'not_repeatable' },
    })
    expect(await check()).toEqual({ checked, erased: 1 })
  })

  it('is seen by its signature, which fails for other headers and for a key that is gone', async () => {
    const seq = await sell(41_600)
    const { id, proof } = await messageOf(41_600)
    const forged = { ...(proof as Record<string, string>), 'x-sepay-signature': `sha256=${'0'.repeat(64)}` }
    const signatureIs = (signature: string) => async () =>
      expect(await originOf(seq)).toMatchObject({ digest: 'matches', message: { signature } })
    for (const other of [forged, { ...forged, 'x-sepay-signature': 7 }, ['x'], {}])
      await withOther(['feed_inbox', 'proof', 'id', id], other, signatureIs('invalid'))
    const keyId = service.markets[0]?.connections[0]?.keyId
    const { rows } = await admin.query('delete from connection_secret where id = $1 returning *', [keyId])
    const { market_id, connection_id, scheme, ciphertext } = rows[0]
    await signatureIs('key_gone')()
    await admin.query(
      `insert into connection_secret (market_id, id, connection_id, scheme, ciphertext) values ($1, $2, $3, $4, $5)`,
      [market_id, keyId, connection_id, scheme, ciphertext],
    )
    await signatureIs('valid')()
  })

  it('was signed by a key that may only since then not be used any more', async () => {
    const seq = await sell(41_700)
    const keyId = service.markets[0]?.connections[0]?.keyId
    const notAfter = (at: string, signature: string) =>
      withOther(['connection_secret', 'not_after', 'id', keyId], at, async () =>
        expect((await originOf(seq)).message?.signature).toBe(signature),
      )
    await notAfter('2026-11-24T04:00:00Z', 'valid')
    await notAfter('2026-11-24T02:00:00Z', 'invalid')
  })

  it('is kept from the board where they tell of a stall that is not named, or cannot be read', async () => {
    const seq = await sell(41_800)
    const { id, raw_body } = await messageOf(41_800)
    const others = [
      raw_body.toString().replace(ACCOUNT, hiddenStall().account),
      raw_body.toString().replace('"subAccount":null', `"subAccount":"${hiddenStall().account}"`),
      'nothing that a bank would send',
      Buffer.of(0xff, 0xfe),
    ]
    for (const other of others)
      await withOther(['feed_inbox', 'raw_body', 'id', id], Buffer.from(other), async () =>
        expect((await originOf(seq)).message?.body).toBeNull(),
      )
  })
})

describe('who may see an origin', () => {
  it('is nobody of the board for a stall that has not consented, or has taken it back', async () => {
    const seq = await sell(51_100, hiddenStall().account)
    const unknown = await ask('999999')
    expect(unknown.body).toMatchObject({ status: 404, code: 'not_found' })
    expect((await ask(seq)).body).toEqual({ ...unknown.body, requestId: expect.any(String) })
    expect((await check(seq - 1n)).checked).toBe(1)

    const stall = await service.logIn('stallholder')
    const own = `/v1/stalls/${stall.stallId}`
    await service.call(`${own}/cash-sales`, { body: { amountVnd: 51_300 }, session: stall })
    const sales = [await seqOf('sale_cash', 51_300), await sell(51_400)]
    const statuses = async (salesConsent: boolean) => {
      const body = { salesConsent, words: '2026-11' }
      await service.call(`${own}/consent`, { method: 'PUT', body, session: stall })
      return Promise.all(sales.map(async (sale) => (await ask(sale)).status))
    }
    expect(await statuses(false)).toEqual([404, 404])
    expect(await statuses(true)).toEqual([200, 200])
  })

  it('is nobody of another market, nobody unknown, and no role without the right', async () => {
    const seq = await sell(51_200)
    const stranger = await service.logIn('accountant', 1)
    expect((await ask(seq, stranger)).status).toBe(404)
    expect((await ask(seq, stranger, stranger.marketId)).status).toBe(404)
    expect((await ask(seq, null)).status).toBe(401)
    for (const role of ['collector', 'technician', 'ward', 'stallholder'])
      expect((await ask(seq, await service.logIn(role))).body).toMatchObject({
        status: 403,
        code: 'role_forbidden',
      })
    for (const role of ['head', 'cashier', 'admin'])
      expect((await ask(seq, await service.logIn(role))).status).toBe(200)
    expect((await ask('1e3')).status).toBe(400)
  })
})
