import { feeds, isProvider, type FeedEvent, type FeedKey } from '@tienve/bank-feeds'
import type { DemoFile } from '@tienve/contracts'
import type { FastifyInstance } from 'fastify'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildBankSim, type BankSimOptions } from './app.ts'
import type { Outcome } from './transfers.ts'

export type DemoConnection = DemoFile['connections'][number]

/** What a connection of a test is, beside what all have. */
export type Kind = Pick<DemoConnection, 'provider' | 'secrets' | 'settings'>

/** What came to the service, read by the adapter that the real one reads with. */
export type Heard = { path: string; ok: boolean; events: FeedEvent[]; rawBody: Buffer }

export type SimUnderTest = {
  sim: FastifyInstance
  /** Where the server that only listens is. */
  url: string
  heard: Heard[]
  /** With which statuses the service sends the next messages away for now. */
  failNext(statuses: number[]): void
  pay(order: object): Promise<{ status: number; body: Outcome & { fields?: Record<string, string> } }>
  stop(): Promise<void>
}

export const STALL = { bin: '970436', account: '0001000001', memo: 'VQX0000000E' }
export const BOARD = { bin: '970415', account: '0001999999' }

/** By what a bank delivers statements of the stall, beside the connection that tells of it. */
export const BANK_SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`

/**
 * The simulator with one stall and one board on one connection, beside a bank that delivers the stall's statements and nothing
 * else; in place of the service a server that only listens.
 */
export async function startSim(kind: Kind, options: Partial<BankSimOptions> = {}): Promise<SimUnderTest> {
  const heard: Heard[] = []
  const clock = options.now ?? (() => new Date())
  let failures: number[] = []
  const keys: FeedKey[] = [
    { id: 'key', secret: kind.secrets['hmacSecret'] ?? '', scheme: 'hmac' },
    { id: 'key', secret: kind.secrets['apiKey'] ?? '', scheme: 'api-key' },
    { id: 'key', secret: kind.secrets['tokenSecret'] ?? '', scheme: 'token' },
  ]
  const provider = isProvider(kind.provider) ? kind.provider : 'sepay'
  const adapter = feeds[provider]
  const service = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks)
      const asked = { rawBody, headers: request.headers }
      const path = (request.url ?? '').replace('/hook', '')
      if ('token' in adapter && path.endsWith(`/${adapter.token.path}`)) {
        const { status, body } = adapter.token.issue(asked, keys, new Date())
        response.statusCode = status
        return response.end(JSON.stringify(body))
      }
      const failure = failures.shift()
      const isFile = path.includes('/statements')
      const { ok } = path.startsWith('/host')
        ? feeds.standard.verify(asked, [{ id: 'key', secret: BANK_SECRET }], clock())
        : adapter.verify(asked, keys, isFile ? clock() : new Date())
      const events = ok && !isFile ? adapter.parse(rawBody, request.headers['content-type']) : []
      if (failure === undefined) heard.push({ path, ok, events, rawBody })
      response.statusCode = failure ?? (ok ? 200 : 401)
      return response.end('{}')
    })
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  const sim = buildBankSim({ demo: demoOf(url, kind), sleep: async () => {}, ...options })
  return {
    sim,
    url,
    heard,
    failNext: (statuses) => {
      failures = statuses
    },
    pay: async (order) => {
      const response = await sim.inject({ method: 'POST', url: '/transfers', payload: order })
      return { status: response.statusCode, body: response.json() }
    },
    stop: async () => {
      await sim.close()
      service.close()
    },
  }
}

/** A demo with that stall and that board on one connection. */
export function demoOf(url: string, kind: Kind): DemoFile {
  const { memo, ...stall } = STALL
  return {
    baseUrl: url,
    bankSimUrl: url,
    markets: [{ id: 'mkt_demo', name: 'Chợ mẫu' }],
    users: [],
    connections: [
      {
        ...kind,
        id: 'con_1',
        marketId: 'mkt_demo',
        webhookUrl: `${url}/hook`,
        accounts: [STALL, BOARD].map(({ bin, account }) => ({ bin, number: account })),
      },
      {
        id: 'con_bank',
        provider: 'standard',
        marketId: 'mkt_demo',
        webhookUrl: `${url}/host`,
        secrets: { hmacSecret: BANK_SECRET },
        accounts: [{ bin: STALL.bin, number: STALL.account }],
        statementsOnly: true,
      },
    ],
    stalls: [
      {
        ...stall,
        memo,
        id: 'stl_1',
        code: 'A-01',
        name: 'Ngà',
        zone: 'A',
        marketId: 'mkt_demo',
        holder: 'NGA',
      },
    ],
    databaseUrl: '',
    ownerDatabaseUrl: '',
  }
}
