import { feeds, movementRequest } from '@tienve/bank-feeds'
import { IMPORT_COLUMNS, IMPORT_COLUMN_NAMES, ROLES } from '@tienve/contracts'
import { writeStatement } from '@tienve/statements'
import pg from 'pg'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD, DEMO_PIN } from '../../services/payment/src/demo/people.ts'
import { writeXlsx } from '../../services/payment/src/documents/sheet.ts'
import { createLog } from '../../services/payment/src/log.ts'
import {
  startService,
  tokenOf,
  until,
  type Session,
  type TestService,
} from '../../services/payment/src/testing.ts'

/** A day at a market, with all that goes wrong on one, and nothing of anybody's in the log. */
const NOW = new Date('2026-11-24T10:00:00+07:00')
const MEMO = 'co Sau tra tien ca'
const NOTE = 'bán chịu cho chị Mười'
const HOLDER = 'Nguyễn Thị Thử Nghiệm'
const PHONE = '0912345678'

let service: TestService
let admin: pg.Client
const lines: string[] = []
/** What strangers and people were told when they were refused. */
const problems: string[] = []
const secrets = new Set([DEMO_PIN, DEMO_PASSWORD, MEMO, NOTE, HOLDER, PHONE])

beforeAll(async () => {
  const log = createLog({ logLevel: 'trace', role: 'all' }, { write: (line) => void lines.push(line) })
  service = await startService({ now: NOW, log })
  admin = new pg.Client({ connectionString: service.database.adminUrl })
  await admin.connect()
  await haveADay()
}, 240_000)
afterAll(async () => {
  await admin.end()
  await service.stop()
})

async function call(...[path, options]: Parameters<TestService['call']>): Promise<number> {
  const { status, body } = await service.call(path, options)
  if (status >= 400) problems.push(JSON.stringify(body))
  return status
}

function keep(session: Session): void {
  secrets.add(tokenOf(session)).add(session.csrfToken)
}

async function haveADay(): Promise<void> {
  const people = new Map<string, Session>()
  for (const role of ROLES) people.set(role, await service.logIn(role))
  for (const session of people.values()) keep(session)
  const seller = people.get('stallholder')
  const accountant = people.get('accountant')
  if (seller === undefined || accountant === undefined) throw new Error('nobody is at work')
  await logInBadly()
  await hearBanks()
  await sell(seller)
  await bringFiles(seller, accountant)
  await breakThings(seller, accountant)
}

async function logInBadly(): Promise<void> {
  const [stall] = service.markets[0]?.stalls ?? []
  for (let at = 0; at < 6; at++)
    await call('/v1/sessions', { body: { login: stall?.login, secret: `${DEMO_PIN}9` } })
  await call('/v1/sessions', { body: { login: PHONE, secret: DEMO_PASSWORD } })
  await call(`/v1/sessions?login=${PHONE}&secret=${DEMO_PIN}`, { body: { login: 5, secret: [DEMO_PIN] } })
  await call('/v1/me', { headers: { cookie: `tienve_session=mkt_songdao.${DEMO_PASSWORD}` } })
  await call(`/r/${PHONE}`, { headers: { accept: 'application/json' } })
  await call(`/%ff${PHONE}`, {})
}

/** Every provider of every market: a good message, the same with a wrong key, cut off, and as if it were another's. */
async function hearBanks(): Promise<void> {
  let id = 70_000
  for (const { connections } of service.markets)
    for (const connection of connections) {
      secrets.add(connection.secret)
      const [account] = connection.accounts
      if (account === undefined) continue
      const movement = {
        id: ++id,
        direction: 'in' as const,
        amountVnd: 35_000n,
        occurredAt: NOW,
        accountNumber: account.number,
        bankName: 'Vietcombank',
        memo: MEMO,
        content: MEMO,
        reference: `FT${id}`,
        balanceVnd: 1_000_000n,
        reversesId: null,
      }
      const { scheme, provider, id: connectionId } = connection
      const good = movementRequest(provider, movement, { secret: connection.secret, scheme, now: NOW })
      const bad = movementRequest(provider, movement, { secret: forged(connection.secret), scheme, now: NOW })
      const half = Buffer.from(good.rawBody.subarray(0, good.rawBody.length - 9))
      for (const [headers, body] of [
        [good.headers, good.rawBody],
        [bad.headers, bad.rawBody],
        [good.headers, half],
        [
          { ...good.headers, authorization: `Basic ${Buffer.from(connection.secret).toString('base64')}` },
          good.rawBody,
        ],
      ] as const) {
        const answer = await fetch(`${service.url}/webhooks/${provider}/${connectionId}`, {
          method: 'POST',
          headers,
          body: new Uint8Array(body),
        })
        if (!answer.ok) problems.push(await answer.text())
        else await answer.body?.cancel()
      }
    }
  expect(
    new Set(service.markets.flatMap(({ connections }) => connections.map(({ provider }) => provider))).size,
  ).toBe(Object.keys(feeds).length)
  const [stall] = service.markets[0]?.stalls ?? []
  await service.tell({ id: 1, account: stall?.account ?? '', amountVnd: 20_000n, memo: MEMO })
}

/** Another secret of the same form. */
const forged = (secret: string): string => `${secret.slice(0, -8)}AbCd${secret.slice(-4)}`

async function sell(session: Session): Promise<void> {
  const stall = `/v1/stalls/${session.stallId}`
  await call(`${stall}/cash-sales`, { session, body: { amountVnd: 15_000, note: NOTE } })
  await call(`${stall}/payment-requests`, { session, body: { amountVnd: 15_000, note: NOTE } })
  await call(`${stall}/cash-sales`, { session, body: { amountVnd: NOTE, note: [NOTE] } })
  await call(`${stall}/payments?day=${encodeURIComponent(NOTE)}`, { session })
  await call(`${stall}/cash-sales`, { session: { ...session, csrfToken: DEMO_PIN }, body: { note: NOTE } })
}

async function bringFiles(session: Session, accountant: Session): Promise<void> {
  const stall = service.markets[0]?.stalls.find(({ id }) => id === session.stallId)
  const row = {
    direction: 'in' as const,
    amountVnd: 41_000n,
    occurredAt: new Date(NOW.getTime() - 3_600_000),
    precision: 'second' as const,
    reference: 'FT77',
    content: MEMO,
    balanceVnd: 41_000n,
    reversal: false,
  }
  const span = { fromDay: '2026-11-24', toDay: '2026-11-24', openingVnd: 0n, closingVnd: 41_000n }
  for (const account of [stall?.account ?? '', '0011009988776']) {
    secrets.add(account)
    const file = await writeStatement(
      { accountNumber: account, ...span, rows: [row] },
      { bank: 'vietcombank', format: 'csv' },
    )
    await call(`/v1/receiving-accounts/${stall?.accountId}/statements`, {
      session,
      file,
      headers: { 'idempotency-key': account },
    })
  }
  await call(`/v1/receiving-accounts/${stall?.accountId}/statements`, {
    session,
    file: Buffer.from(`${MEMO};${PHONE}\n`),
  })
  const heads = IMPORT_COLUMN_NAMES.map((name) => ({
    head: IMPORT_COLUMNS[name].head,
    kind: 'text' as const,
  }))
  const values: Record<string, string> = {
    zone: 'Hàng mới',
    code: 'T1X01',
    name: 'Sạp số 1',
    kind: 'Quầy',
    holder: HOLDER,
    phone: PHONE,
    number: 'HĐ 1',
    startsOn: 'hôm qua',
  }
  const sheet = await buffer(
    writeXlsx({
      name: 'Sạp',
      columns: heads,
      rows: [IMPORT_COLUMN_NAMES.map((name) => values[name] ?? null)],
    }),
  )
  for (const path of ['preview', '']) {
    const body = { file: sheet.toString('base64'), digest: 'x'.repeat(64) }
    await call(`/v1/markets/${accountant.marketId}/register/${path === '' ? 'import' : path}`, {
      session: accountant,
      body,
    })
  }
}

/** Faults of ours: what a constraint, a lost table and a lost column of the database say quotes what was asked. */
async function breakThings(session: Session, accountant: Session): Promise<void> {
  const [stall, market] = [`/v1/stalls/${session.stallId}`, `/v1/markets/${session.marketId}`]
  await admin.query(`alter table cash_sale add constraint broken check (amount_vnd <> 666) not valid`)
  expect(await call(`${stall}/cash-sales`, { session, body: { amountVnd: 666, note: NOTE } })).toBe(500)
  await admin.query(`alter table cash_sale add constraint taken unique (market_id, note)`)
  expect(await call(`${stall}/cash-sales`, { session, body: { amountVnd: 1_000, note: NOTE } })).toBe(500)
  await admin.query(`alter table session rename column csrf_token to gone`)
  expect(await call('/v1/sessions', { body: { login: PHONE, secret: DEMO_PIN } })).toBe(401)
  expect(await call('/v1/me', { session })).toBe(500)
  await admin.query(`alter table session rename column gone to csrf_token`)
  await admin.query(`alter table payment_request rename column note to gone`)
  expect(await call(`${stall}/payment-requests`, { session, body: { amountVnd: 1_000, note: NOTE } })).toBe(
    500,
  )
  await admin.query(`alter table payment_request rename column gone to note`)
  await call(`${market}/ledger/transfers?sourceId=${encodeURIComponent(`${NOTE}\0`)}`, {
    session: accountant,
  })
  // A message that can be stored and not be processed.
  await admin.query(`alter table bank_transaction add constraint broken check (amount_vnd <> 777) not valid`)
  const [one] = service.markets[0]?.stalls ?? []
  await service.tell({ id: 2, account: one?.account ?? '', amountVnd: 777n, memo: MEMO })
  await until(
    async () => lines.some((line) => line.includes('could not be processed')),
    'a message that fails',
  )
}

/** Every name, number, login, memo and note that stands anywhere in the database by then. */
async function allOfAnybody(): Promise<string[]> {
  const { rows: columns } = await admin.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = 'public' and data_type = 'text' and table_name !~ '^(market|zone|tariff|ledger|directory)'
       and column_name ~ '(^|_)(name|holder|phone|email|login|number|memo|note|content|reason|whom|reference|code|secret_hash|token|memo_tail)$'`,
  )
  expect(columns.length).toBeGreaterThan(15)
  const found = new Set(secrets)
  for (const { table, column } of columns) {
    const { rows } = await admin.query<{ value: string }>(
      `select distinct "${column}" as value from "${table}" where length("${column}") >= 6`,
    )
    for (const { value } of rows) found.add(value)
  }
  for (const word of ['sepay', 'casso', 'payos', 'vietqrvn', 'standard']) found.delete(word)
  return [...found].filter((one) => one.length >= 6)
}

describe('a day’s log', () => {
  it('names nobody and no number, and holds no secret, whatever went wrong', async () => {
    const values = await allOfAnybody()
    expect(values.length).toBeGreaterThan(150)
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.join('').match(/"level":50/g)?.length).toBeGreaterThan(4)
    expect(leaksIn(lines, values)).toEqual([])
  })

  it('would be found out', () => {
    expect(leaksIn([`{"msg":"Key (note)=(${NOTE}) already exists"}`], [NOTE])).toHaveLength(1)
    expect(leaksIn([JSON.stringify({ msg: `ERR "${HOLDER}"` })], [HOLDER])).toHaveLength(1)
  })

  it('is as silent as the counters beside it, and as what the refused are told', async () => {
    const values = await allOfAnybody()
    const counters = await service.ctx.metrics.registry.metrics()
    expect(counters).toContain('tienve_webhooks_total')
    expect(leaksIn([counters], values)).toEqual([])
    expect(problems.length).toBeGreaterThan(25)
    // The preview of a sheet gives back to whoever brought it what is wrong in it.
    expect(leaksIn(problems, values)).toEqual([])
    expect(problems.join('\n')).not.toMatch(/select |insert into|constraint|relation|node_modules|\.ts:/i)
  })
})

function leaksIn(texts: readonly string[], values: readonly string[]): string[] {
  return texts.flatMap((text) =>
    values.filter((one) => text.includes(one)).map((one) => `${one}: ${text.slice(0, 400)}`),
  )
}
