import { feeds } from '@tienve/bank-feeds'
import type { DemoFile } from '@tienve/contracts'
import { encodeVietQr } from '@tienve/vietqr'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildBankSim } from './app.ts'

const SECRET = 'a secret of the demo'
const account = { bin: '970436', number: '0001000001' }
const board = { bin: '970415', number: '0001999999' }
const unheard = { bin: '970422', number: '0001000002' }
type Heard = { rawBody: Buffer; headers: Record<string, string | string[] | undefined> }

let service: Server
let heard: Heard[] = []
let failures = 0
let sim: ReturnType<typeof buildBankSim>

beforeAll(async () => {
  service = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      heard.push({ rawBody: Buffer.concat(chunks), headers: request.headers })
      response.statusCode = failures-- > 0 ? 503 : 200
      response.end('{"success":true}')
    })
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  const demo: DemoFile = {
    baseUrl: url,
    bankSimUrl: url,
    markets: [{ id: 'mkt_demo', name: 'Chợ mẫu' }],
    users: [],
    connections: [
      {
        id: 'con_1',
        provider: 'sepay',
        marketId: 'mkt_demo',
        webhookUrl: `${url}/webhooks/sepay/con_1`,
        secrets: { hmacSecret: SECRET },
        accounts: [board, account],
      },
    ],
    stalls: [
      {
        id: 'stl_1',
        code: 'A-01',
        name: 'Ngà',
        zone: 'A',
        marketId: 'mkt_demo',
        bin: account.bin,
        account: account.number,
        holder: 'NGA',
        memo: 'VQXSTALL001',
      },
      {
        id: 'stl_2',
        code: 'A-02',
        name: 'Hà',
        zone: 'A',
        marketId: 'mkt_demo',
        bin: unheard.bin,
        account: unheard.number,
        holder: 'HA',
        memo: 'VQXSTALL002',
      },
    ],
    databaseUrl: '',
    ownerDatabaseUrl: '',
  }
  sim = buildBankSim({ demo, sleep: async () => {} })
})
beforeEach(() => {
  heard = []
  failures = 0
})
afterAll(async () => {
  await sim.close()
  service.close()
})

const payload = encodeVietQr({
  bin: account.bin,
  account: account.number,
  amountVnd: 35_000n,
  memo: 'VQX00000000',
})
const pay = async (body: object) => {
  const response = await sim.inject({ method: 'POST', url: '/transfers', payload: body })
  return { status: response.statusCode, body: response.json() }
}
const transferTo = ({ bin, number }: typeof account) => ({ bin, account: number })
const NOTHING: Heard = { rawBody: Buffer.alloc(0), headers: {} }
const verified = ({ rawBody, headers }: Heard) =>
  feeds.sepay.verify({ rawBody, headers }, [{ id: 'k', secret: SECRET }], new Date()).ok
const eventOf = ({ rawBody }: Heard) => feeds.sepay.parse(rawBody, 'application/json')[0]

describe('the fake bank', () => {
  it('pays a code and tells of it by a signed message that the service can read', async () => {
    const { status, body } = await pay({ payload })
    expect([status, body.deliveries.length, body.amountVnd]).toEqual([200, 1, 35_000])
    expect(heard.map(verified)).toEqual([true])
    expect(heard.map(eventOf)[0]).toMatchObject({
      kind: 'credit',
      amount: 35_000n,
      accountNumber: account.number,
    })
  })

  it('pays an account with the memo that the payer writes', async () => {
    const { status, body } = await pay({ ...transferTo(board), amountVnd: 90_000, memo: 'VQXCHARGE01' })
    expect([status, body.holder]).toEqual([200, 'BAN QUAN LY CHO'])
    expect(heard.map(eventOf)[0]).toMatchObject({ amount: 90_000n, accountNumber: board.number })
    expect(eventOf(heard[0] ?? NOTHING)?.content).toContain('VQXCHARGE01')
  })

  it('tells nobody of an account that no feed hears', async () => {
    const { status, body } = await pay({ ...transferTo(unheard), amountVnd: 5_000 })
    expect([status, body.holder, body.deliveries]).toEqual([200, 'HA', []])
    expect(heard).toEqual([])
  })

  it('lists whom one can pay, with the memo of the printed code and without a secret', async () => {
    const response = await sim.inject({ url: '/accounts' })
    expect(response.json().items).toEqual([
      {
        ...transferTo(board),
        bank: 'VietinBank',
        name: 'Ban quản lý',
        code: '',
        market: 'Chợ mẫu',
        holder: 'BAN QUAN LY CHO',
        memo: '',
      },
      {
        ...transferTo(account),
        bank: 'Vietcombank',
        name: 'Ngà',
        code: 'A-01',
        market: 'Chợ mẫu',
        holder: 'NGA',
        memo: 'VQXSTALL001',
      },
      {
        ...transferTo(unheard),
        bank: 'MBBank',
        name: 'Hà',
        code: 'A-02',
        market: 'Chợ mẫu',
        holder: 'HA',
        memo: 'VQXSTALL002',
      },
    ])
    expect(response.body).not.toContain(SECRET)
  })

  it('tries again until the message is stored', async () => {
    failures = 2
    const { body } = await pay({ payload })
    expect(body.deliveries.map((one: { status: number }) => one.status)).toEqual([503, 503, 200])
    expect(new Set(heard.map(({ rawBody }) => rawBody.toString())).size).toBe(1)
  })

  it.each([
    ['short', [30_000n]],
    ['over', [40_000n]],
    ['no-memo', [35_000n]],
    ['duplicate', [35_000n, 35_000n]],
    ['repeated', [35_000n, 35_000n]],
  ])('%s', async (fault, amounts) => {
    await pay({ payload, fault })
    expect(heard.map((one) => eventOf(one)?.amount)).toEqual(amounts)
    const ids = new Set(heard.map((one) => eventOf(one)?.providerEventId))
    expect(ids.size).toBe(fault === 'repeated' ? 2 : 1)
    if (fault === 'no-memo') expect(eventOf(heard[0] ?? NOTHING)?.content).not.toContain('VQX')
  })

  it('tells late of what moved five minutes ago', async () => {
    await pay({ payload, fault: 'late' })
    const at = eventOf(heard[0] ?? NOTHING)?.occurredAt.getTime() ?? 0
    expect(Math.round((Date.now() - at) / 60_000)).toBe(5)
  })

  it('signs wrongly when told to', async () => {
    await pay({ payload, fault: 'bad-signature' })
    expect(heard.map(verified)).not.toContain(true)
  })

  it.each([
    [{ payload: 'no code' }, 400, 'payload'],
    [{ payload, amountVnd: 0 }, 422, 'amountVnd'],
    [{ payload, amountVnd: 1.5 }, 422, 'amountVnd'],
    [{ bin: '970436', account: '1234567890', amountVnd: 1_000 }, 400, 'account'],
    [{ bin: '970436', account: '0009999999', amountVnd: 1_000 }, 404, 'account'],
    [{ bin: '970422', account: account.number, amountVnd: 1_000 }, 404, 'account'],
    [{ bin: account.bin, account: unheard.number, amountVnd: 1_000 }, 404, 'account'],
  ])('refuses %j and names the field', async (body, status, field) => {
    const answer = await pay(body)
    expect(answer.status).toBe(status)
    expect(answer.body.fields).toHaveProperty(field)
    expect(heard).toEqual([])
  })
})
