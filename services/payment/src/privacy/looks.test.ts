import { LOOKS, type Look } from '@tienve/contracts'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'

/** The board may look at a stall that agreed to be named, and the stall may know that it did. */
const DAY = '2026-11-24'
let service: TestService
let owner: Session
let head: Session
let stallId: string

beforeAll(async () => {
  service = await startService()
  owner = await service.logIn('stallholder')
  head = await service.logIn('head')
  stallId = owner.stallId ?? ''
  const own = service.markets[0]?.stalls.find(({ id }) => id === stallId)
  await service.call(`/v1/stalls/${stallId}/consent`, {
    method: 'PUT',
    body: { salesConsent: true, words: '2026-11' },
    session: owner,
  })
  await service.tell({ id: 1, account: own?.account ?? '', amountVnd: 35_000n, memo: '' })
  await until(async () => (await seqOfSale()) !== undefined, 'the sale in the books')
})
afterAll(() => service.stop())

const market = (path: string, session = head) =>
  service.call(`/v1/markets/${session.marketId}/${path}`, { session })
async function seqOfSale(): Promise<number | undefined> {
  // The accountant waits for it, so that the head has not looked yet.
  const { body } = await market(`ledger/transfers?account=${stallId}:112`, await service.logIn('accountant'))
  return body.items[0]?.seq
}
async function looks(query = ''): Promise<Look[]> {
  const { status, body } = await service.call(`/v1/stalls/${stallId}/looks${query}`, { session: owner })
  expect(status).toBe(200)
  return body.items
}
const ofHead = async (): Promise<Look[]> => (await looks('?limit=200')).filter(({ role }) => role === 'head')
const logOf = async (session: Session) =>
  (await service.call(`/v1/stalls/${stallId}/looks`, { session })).status

describe('a look at a named stall', () => {
  it('is noted by whom, at what, of which day, on every way to its sales', async () => {
    const seq = await seqOfSale()
    for (const path of [
      `sales?day=${DAY}`,
      `sales.xlsx?day=${DAY}`,
      'ledger/transfers',
      `ledger/accounts/${stallId}:511/statement`,
      'ledger/accounts',
      `ledger/txns/${seq}`,
      `ledger/txns/${seq}/origin`,
      'ledger/export?format=jsonl',
    ])
      expect([path, (await market(path)).status]).toEqual([path, 200])
    for (const path of ['summary', 'payments'])
      expect((await service.call(`/v1/stalls/${stallId}/${path}`, { session: head })).status).toBe(200)
    const seen = await ofHead()
    expect(seen.map(({ what }) => what).toSorted()).toEqual([...LOOKS].toSorted())
    expect(new Set(seen.map(({ by }) => by))).toEqual(new Set(['Phạm Văn Hùng · Trưởng ban']))
    for (const { what, fromDay, toDay } of seen) {
      const whole = ['statement', 'balances', 'ledger_file'].includes(what)
      expect([what, fromDay, toDay]).toEqual([what, whole ? null : DAY, whole ? null : DAY])
    }
  })

  it('is noted too where it is one figure among many, and in a book of its own', async () => {
    const before = (await ofHead()).length
    for (const path of [
      `ledger/trial-balance?from=2026-11-01&to=${DAY}`,
      `ledger/roll-up?by=book&from=2026-11-02&to=${DAY}`,
      // The only stall of its zone that sold: the zone's sum is its own.
      `ledger/roll-up?by=zone&from=2026-11-04&to=${DAY}`,
      `ledger/accounts/${stallId}:112/balance?at=2026-11-24T05:00:00Z`,
      `ledger/export?format=csv&book=${stallId}&from=2026-11-03&to=${DAY}`,
    ])
      expect([path, (await market(path)).status]).toEqual([path, 200])
    expect((await ofHead()).length).toBe(before + 5)
  })

  it('adds nothing within the hour, and again in the next', async () => {
    const before = (await ofHead()).length
    await market(`sales?day=${DAY}`)
    expect((await ofHead()).length).toBe(before)
    service.setNow(new Date('2026-11-24T04:00:00Z'))
    await market(`sales?day=${DAY}`)
    expect((await ofHead()).length).toBe(before + 1)
  })

  it('is not one when its own people look, when what is asked for is refused, or when it is about charges', async () => {
    const before = (await looks('?limit=200')).length
    for (const path of ['summary', 'payments'])
      await service.call(`/v1/stalls/${stallId}/${path}`, { session: owner })
    await market('ledger/txns/999')
    await market('charges')
    await market(`reconciliation?day=${DAY}`)
    expect((await looks('?limit=200')).length).toBe(before)
  })

  it('is not shown when it cannot be noted', async () => {
    const admin = new pg.Client({ connectionString: service.database.adminUrl })
    await admin.connect()
    await admin.query('revoke insert on look from tv_api')
    service.setNow(new Date('2026-11-24T05:00:00Z'))
    for (const path of [`sales?day=${DAY}`, 'ledger/transfers', 'ledger/export?format=jsonl'])
      expect([path, (await market(path)).status]).toEqual([path, 500])
    await admin.query('grant insert on look to tv_api')
    await admin.end()
  })
})

describe('the log of looks', () => {
  it('is read in pages, newest first', async () => {
    const whole = await looks('?limit=200')
    expect(whole.map(({ at }) => at)).toEqual(
      whole
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    )
    const paged: Look[] = []
    let cursor = ''
    do {
      const { body } = await service.call(`/v1/stalls/${stallId}/looks?limit=3${cursor}`, { session: owner })
      paged.push(...body.items)
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
    } while (cursor !== '')
    expect(paged).toEqual(whole)
  })

  it('is read by the stall’s own people and by nobody else', async () => {
    expect(await logOf(await service.logIn('helper'))).toBe(200)
    expect(await logOf(head)).toBe(403)
    expect(await logOf(await service.logIn('stallholder', 1))).toBe(404)
    const other = service.markets[0]?.stalls.find(({ id }) => id !== stallId)?.id
    expect((await service.call(`/v1/stalls/${other}/looks`, { session: owner })).status).toBe(404)
  })

  it('is neither read nor written from another market, and nothing is taken out of it', async () => {
    const api = new pg.Client({ connectionString: service.database.apiUrl })
    await api.connect()
    const inMarket = async (marketId: string, statement: string) => {
      await api.query(`begin; set local app.market_id = '${marketId}'`)
      return api.query(statement).finally(() => api.query('rollback'))
    }
    expect((await inMarket('mkt_songdao', 'select from look')).rowCount).toBeGreaterThan(0)
    expect((await inMarket('mkt_caulim', 'select from look')).rowCount).toBe(0)
    const copy = `insert into look select market_id, id || 'x', stall_id, 'usr_x', role, what, from_day, to_day, at, hour`
    await expect(
      inMarket(
        'mkt_caulim',
        `${copy} from (values ('mkt_songdao', 'lok_1', '${stallId}',
      'head', 'sales', null::date, null::date, now(), date_trunc('hour', now())))
      as l (market_id, id, stall_id, role, what, from_day, to_day, at, hour)`,
      ),
    ).rejects.toThrow(/row-level security/)
    for (const statement of ['delete from look', "update look set user_id = 'usr_x'", 'truncate look'])
      await expect(inMarket('mkt_songdao', statement)).rejects.toThrow(/permission denied/)
    await api.end()
  })
})
