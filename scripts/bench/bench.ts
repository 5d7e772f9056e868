import { feeds } from '@tienve/bank-feeds'
import { createDb, inMarket } from '@tienve/db'
import { freePort } from '@tienve/db/embedded'
import { encodeVietQr } from '@tienve/vietqr'
import autocannon from 'autocannon'
import { sql } from 'drizzle-orm'
import { mkdtemp } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { removeData, startStack, type Stack } from '../stack/stack.ts'

/** One measurement: ours beside a yardstick of the same run, so that the machine does not matter. */
type Row = {
  id: string
  ours: number
  beside: number
  ratio: number
  aim: string
  unit: string
  note: string
}

const SECONDS = 8
const CONNECTIONS = 50

/** Webhooks acknowledged a second, signed and distinct, beside the same server's empty POST; every one ends in the ledger. */
async function measureIntake(stack: Stack): Promise<Row> {
  const { demo } = stack
  const empty = await autocannon({
    url: `${demo.baseUrl}/healthz`,
    method: 'POST',
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const db = createDb(demo.databaseUrl, { max: 2 })
  const before = await countPosted(db, demo)
  let number = 0
  const hooks = await autocannon({
    url: demo.baseUrl,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [{ setupRequest: (request) => ({ ...request, ...webhook(stack, number++) }) }],
  })
  let posted = 0
  let latest = -1
  // Waits until the worker has nothing more to do: what was acknowledged must all be in the ledger.
  while (posted !== latest) {
    latest = posted
    await sleep(1_500)
    posted = (await countPosted(db, demo)) - before
  }
  await db.pool.end()
  const ours = hooks['2xx'] / hooks.duration
  const beside = empty['2xx'] / empty.duration
  const all = posted >= hooks['2xx']
  return row(
    'intake',
    ours,
    beside,
    '≥ 0.35',
    'per second',
    all ? `all ${hooks['2xx']} in the ledger` : `only ${posted} of ${hooks['2xx']} in the ledger`,
  )
}

/** From webhook to live event at a tenth of the peak, p99, beside a bare INSERT and NOTIFY heard by LISTEN. */
async function measureLive(stack: Stack, peakPerSecond: number): Promise<Row> {
  const heard = new Map<string, number>()
  const stop = new AbortController()
  const stall = stack.demo.stalls[0]
  await followStall(stack, (paymentAmount) => heard.set(paymentAmount, performance.now()), stop.signal)
  const every = 1_000 / Math.max(5, Math.min(200, peakPerSecond / 10))
  const sent = new Map<string, number>()
  for (let at = 0; at < 400; at++) {
    const amount = String(10_000 + at)
    const { path, method, headers, body } = webhook(stack, 5_000_000 + at, {
      account: stall?.account ?? '',
      amountVnd: BigInt(amount),
    })
    sent.set(amount, performance.now())
    void fetch(`${stack.demo.baseUrl}${path}`, { method, headers, body: new Uint8Array(body) })
    await sleep(every)
  }
  await sleep(3_000)
  stop.abort()
  const ours = percentile(
    [...sent].map(([amount, at]) => (heard.get(amount) ?? Number.POSITIVE_INFINITY) - at),
    0.99,
  )
  const beside = await measureNotify(stack.demo.ownerDatabaseUrl, every)
  const { ratio, ...rest } = row(
    'live',
    ours,
    beside,
    '≤ 3',
    'ms, p99',
    `${heard.size} of ${sent.size} heard`,
  )
  return { ...rest, ratio }
}

async function measureNotify(url: string, every: number): Promise<number> {
  const writer = new pg.Client({ connectionString: url })
  const listener = new pg.Client({ connectionString: url })
  await Promise.all([writer.connect(), listener.connect()])
  await writer.query('create table if not exists bench_notice (id int primary key, told timestamptz)')
  await writer.query('truncate bench_notice')
  await listener.query('listen bench')
  const sent = new Map<string, number>()
  const took: number[] = []
  listener.on('notification', ({ payload }) => took.push(performance.now() - (sent.get(payload ?? '') ?? 0)))
  for (let at = 0; at < 400; at++) {
    sent.set(String(at), performance.now())
    await writer.query('begin')
    await writer.query('insert into bench_notice values ($1, now())', [at])
    await writer.query('select pg_notify($1, $2)', ['bench', String(at)])
    await writer.query('commit')
    await sleep(every)
  }
  await sleep(300)
  await writer.query('drop table bench_notice')
  await Promise.all([writer.end(), listener.end()])
  return percentile(took, 0.99)
}

/** Codes a second with every field checked, beside the npm builder that checks none. */
async function measureEncode(): Promise<Row> {
  const { QRPay } = await import('vietnam-qr-pay')
  const rate = (work: (at: number) => unknown): number => {
    const startedAt = performance.now()
    let count = 0
    while (performance.now() - startedAt < 1_500) for (let at = 0; at < 500; at++, count++) work(count)
    return (count * 1_000) / (performance.now() - startedAt)
  }
  const ours = (at: number) =>
    encodeVietQr({ bin: '970436', account: '0001000001', amountVnd: BigInt(1_000 + at), memo: 'VQX00000000' })
  const theirs = (at: number) =>
    QRPay.initVietQR({
      bankBin: '970436',
      bankNumber: '0001000001',
      amount: String(1_000 + at),
      purpose: 'VQX00000000',
    }).build()
  rate(ours)
  rate(theirs)
  return row('encode', rate(ours), rate(theirs), '≥ 1', 'per second', '')
}

function webhook({ demo }: Stack, number: number, to?: { account: string; amountVnd: bigint }) {
  const [connection] = demo.connections
  if (connection === undefined) throw new Error('the demo has no feed')
  const accounts = connection.accounts.slice(1)
  const account = to?.account ?? accounts[number % accounts.length]?.number ?? ''
  const { headers, rawBody } = feeds.sepay.request(
    {
      id: 900_000_000 + number,
      gateway: 'Bank',
      transactionAt: new Date(),
      accountNumber: account,
      transferType: 'in',
      transferAmount: to?.amountVnd ?? BigInt(10_000 + (number % 90) * 1_000),
      content: `bench ${number}`,
    },
    { secret: connection.secrets['hmacSecret'] ?? '', now: new Date() },
  )
  return { path: new URL(connection.webhookUrl).pathname, method: 'POST' as const, headers, body: rawBody }
}

async function followStall(
  { demo }: Stack,
  onPayment: (amount: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const user = demo.users.find(({ stallId }) => stallId === demo.stalls[0]?.id)
  const logIn = await fetch(`${demo.baseUrl}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: user?.login, secret: user?.secret }),
  })
  const cookie = logIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const stream = await fetch(`${demo.baseUrl}/v1/stalls/${user?.stallId}/live`, {
    headers: { cookie },
    signal,
  })
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of stream.body ?? []) {
      text += Buffer.from(chunk).toString()
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const amount = /^event: payment\n(?:.*\n)*?data: .*"amountVnd":(\d+)/m.exec(block)?.[1]
        if (amount !== undefined) onPayment(amount)
      }
    }
  }
  read().catch(() => {})
}

async function countPosted(db: ReturnType<typeof createDb>, demo: Stack['demo']): Promise<number> {
  const marketId = demo.markets[0]?.id ?? ''
  const { rows } = await inMarket(db, marketId, (tx) =>
    tx.execute<{ count: bigint }>(
      sql`select last_seq as count from ledger_head where market_id = ${marketId}`,
    ),
  )
  return Number(rows[0]?.count ?? 0n)
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.POSITIVE_INFINITY
}

function row(id: string, ours: number, beside: number, aim: string, unit: string, note: string): Row {
  return {
    id,
    ours: round(ours),
    beside: round(beside),
    ratio: Math.round((ours / beside) * 100) / 100,
    aim,
    unit,
    note,
  }
}

function round(value: number): number {
  return value > 100 ? Math.round(value) : Math.round(value * 100) / 100
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const only = args.includes('--only')
    ? (args[args.indexOf('--only') + 1] ?? '').split(',')
    : ['intake', 'live', 'encode']
  const rows: Row[] = []
  const dataDir = await mkdtemp(join(tmpdir(), 'tienve-bench-'))
  const needsStack = only.includes('intake') || only.includes('live')
  const stack = needsStack
    ? await startStack({
        dataDir,
        ports: { service: await freePort(), bankSim: await freePort(), metrics: await freePort() },
        days: 2,
      })
    : null
  try {
    if (stack !== null && only.includes('intake')) rows.push(await measureIntake(stack))
    if (stack !== null && only.includes('live')) rows.push(await measureLive(stack, rows[0]?.ours ?? 1_000))
    if (only.includes('encode')) rows.push(await measureEncode())
  } finally {
    await stack?.stop()
    await removeData(dataDir)
  }
  const hardware = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
  }
  const settings = {
    seconds: SECONDS,
    connections: CONNECTIONS,
    durable: true,
    process: 'ROLE=all, load generator on the same machine',
  }
  const versions = { node: process.version, postgres: '18, embedded' }
  if (args.includes('--json')) console.log(JSON.stringify({ rows, hardware, versions, settings }, null, 2))
  else {
    console.table(rows)
    console.log(hardware, versions, settings)
  }
}

await main()
