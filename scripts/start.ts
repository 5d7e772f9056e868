import { isDatabaseUnavailable } from '@tienve/db'
import { chainOf, reasonOf } from './seed/failure.ts'
import { buildApps } from './stack/build.ts'
import { claimFolder } from './stack/claim.ts'
import { DATA_DIR, requireFreePorts, startStack, type Stack, type Stage } from './stack/stack.ts'

/** A statement may fail a moment before the database is known to have ended, which then is the better sentence. */
const HEARD_OF_END_MS = 1_000

/** What a stop means for the data, by how far the start has come. */
const STOPPED: Record<Stage, string> = {
  filling: 'Stopping before the demo is filled: the next start fills it again.',
  'topping-up': 'Stopping. The data stays, and the next start adds the sales that are still missing.',
  filled: 'Stopping. The data stays for the next start.',
}

let isEnding = false
let stopStack = async (): Promise<void> => {}

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
  await claimFolder(DATA_DIR)
  await requireFreePorts(ports)
  buildApps()
  console.log(
    'Starting the database and filling the demo market (about a minute and a half the first time) …',
  )
  const startedAt = Date.now()
  let stopped = 'Stopping before anything was filled.'
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void end(0, stopped))
  const stack = await startStack({
    dataDir: DATA_DIR,
    ports,
    databaseUrl: DATABASE_URL,
    onProgress: (line) => console.log(`  ${line}`),
    onStage: (stage) => {
      stopped =
        stage === 'filling' && DATABASE_URL !== undefined
          ? 'Stopping before the demo is filled: drop the database tienve before the next start.'
          : STOPPED[stage]
    },
    onExit: (sentence) => void end(1, sentence),
    onStoppable: (stop) => {
      stopStack = stop
    },
  })
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

/** The reason in one sentence, for whoever typed the command. */
function sentenceOf(error: Error): string {
  const codes = chainOf(error).map((one) => ('code' in one ? one.code : null))
  if (codes.includes('53100') || codes.includes('ENOSPC'))
    return 'There is no room left on the disk for the demo, which needs about 1.5 GB: make room and start again.'
  return error.message.startsWith('Failed query')
    ? `The demo could not be filled, and the database says why: ${reasonOf(error)}.`
    : error.message
}

/** Says why, stops everything and ends. The first reason counts: what breaks because we are stopping is no news. */
async function end(code: number, sentence: string): Promise<void> {
  if (isEnding) return
  isEnding = true
  if (code === 0) console.log(`\n${sentence}`)
  else console.error(`\n${sentence}\n`)
  await stopStack()
  process.exit(code)
}

async function fail(error: Error): Promise<void> {
  if (isDatabaseUnavailable(error)) await new Promise((resolve) => setTimeout(resolve, HEARD_OF_END_MS))
  await end(1, sentenceOf(error))
}

process.on('uncaughtException', (error) => void fail(error))
await main().catch(fail)
