import { buildApps } from './stack/build.ts'
import { DATA_DIR, requireFreePorts, startStack, type Stack } from './stack/stack.ts'

let stopping = false

/** The demo: everything on this machine's loopback, stopped together by Ctrl-C. */
async function main(): Promise<void> {
  const { PORT, BANK_SIM_PORT, METRICS_PORT, DATABASE_URL, DEMO } = process.env
  const ports = {
    service: Number(PORT ?? 8080),
    bankSim: Number(BANK_SIM_PORT ?? 8090),
    metrics: Number(METRICS_PORT ?? 9464),
  }
  if (DATABASE_URL !== undefined && DEMO !== '1') {
    throw new Error(
      'npm start is the demo. To run it on the server that DATABASE_URL names, set DEMO=1 as well.',
    )
  }
  await requireFreePorts(ports)
  buildApps()
  console.log('Starting the database and filling the demo market (about a minute the first time) …')
  const startedAt = Date.now()
  let ready = false
  let stopStack = async (): Promise<void> => {}
  const stop = async (code: number, sentence: string): Promise<void> => {
    if (stopping) return
    stopping = true
    console.log(`\n${sentence}`)
    await stopStack()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(
      signal,
      () =>
        void stop(
          0,
          ready
            ? 'Stopping. The data stays for the next start.'
            : 'Stopping before the demo is filled: the next start fills it again.',
        ),
    )
  }
  const stack = await startStack({
    dataDir: DATA_DIR,
    ports,
    databaseUrl: DATABASE_URL,
    onProgress: (line) => console.log(`  ${line}`),
    // While it starts, a child that stops is what makes the start fail, with its own sentence.
    onExit: (name) => ready && void stop(1, `${name} has stopped by itself, so the rest stops too.`),
    onStoppable: (stopIt) => {
      stopStack = stopIt
    },
  })
  ready = true
  show(stack, (Date.now() - startedAt) / 1000)
}

function show({ demo, note }: Stack, seconds: number): void {
  const { baseUrl, bankSimUrl, users } = demo
  const of = (role: string) => users.find((user) => user.role === role)
  const stallholder = of('stallholder')
  const head = of('head')
  const accountant = of('accountant')
  console.log(`
  Tiền Về đã chạy · ready after ${seconds.toFixed(0)} s · dữ liệu mẫu, không có tiền thật

  App của sạp        ${baseUrl}/m/        ${stallholder?.login} · PIN ${stallholder?.secret}
  App của ban chợ    ${baseUrl}/admin/    ${head?.login}, ${accountant?.login} · ${head?.secret}
  Ngân hàng giả lập  ${bankSimUrl}/
  API                ${baseUrl}/docs

  ${note}
  Ctrl-C để dừng · Ctrl-C stops everything.
`)
}

/** A failed statement carries its whole text and every parameter; what the database said of it is the sentence. */
function sentenceOf(error: Error): string {
  const { cause } = error
  const codes = [error, cause].map((one) => (one instanceof Error && 'code' in one ? one.code : null))
  if (codes.includes('53100') || codes.includes('ENOSPC'))
    return 'There is no room on the disk for the demo, which needs about 1.3 GB: make room and start again.'
  return error.message.startsWith('Failed query') && cause instanceof Error
    ? `The demo could not be filled, and the database says why: ${cause.message}.`
    : error.message
}

/** What breaks because we are stopping is no news, and the stop itself ends the process. */
function fail(error: Error): void {
  if (stopping) return
  console.error(`\n${sentenceOf(error)}\n`)
  process.exit(1)
}

process.on('uncaughtException', fail)
await main().catch(fail)
