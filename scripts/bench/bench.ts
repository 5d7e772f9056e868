import type { Provider } from '@tienve/bank-feeds'
import { freePort } from '@tienve/db/embedded'
import { spawnSync } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { removeData, ROOT, startStack } from '../stack/stack.ts'
import { measureBundle } from './bundle.ts'
import { measureEncode } from './encode.ts'
import { measureGrowth, postIntoBoth } from './growth.ts'
import { measureIntake } from './intake.ts'
import { measureIssue } from './issue.ts'
import { measureLive } from './live.ts'
import { affordable, BIG, fillMarkets, settle } from './markets.ts'
import { say, type Row } from './measure.ts'
import { measurePost } from './post.ts'
import { save, tableOf, type Report } from './report.ts'
import { startServer } from './server.ts'
import { measureStreams } from './streams.ts'
import { measureToday, readBoth } from './today.ts'

/** How fast each provider is heard beside SePay, which is `intake`. */
const INTAKES = [
  { id: 'intake-casso', provider: 'casso' },
  { id: 'intake-payos', provider: 'payos' },
  { id: 'intake-vietqrvn', provider: 'vietqrvn' },
  { id: 'intake-standard', provider: 'standard' },
] as const satisfies readonly { id: string; provider: Provider }[]

const IDS = [
  'intake',
  'post',
  'growth',
  'live',
  'encode',
  'today',
  'streams',
  'bundle',
  'issue',
  ...INTAKES.map(({ id }) => id),
] as const
type Id = (typeof IDS)[number]

/** The rows that need the whole service, by turns on one. */
const OF_THE_SERVICE: readonly Id[] = ['intake', 'live', 'streams', 'issue', ...INTAKES.map(({ id }) => id)]

type Run = { only: ReadonlySet<Id>; transfers: number; rows: Row[]; settings: Report['settings'] }

/** What a stop must undo, the newest first: Ctrl-C leaves no server and no gigabytes behind. */
const stops: (() => Promise<unknown>)[] = []

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).toReversed()) await stop().catch(() => {})
}

/** A folder for a database, removed with it. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tienve-bench-'))
  stops.push(() => removeData(folder))
  return folder
}

/** The whole service, with the demo's data: what a bank's message meets. */
async function measureService({ only, rows, settings }: Run): Promise<void> {
  say('starting the service with two days of the demo')
  const ports = { service: await freePort(), bankSim: await freePort(), metrics: await freePort() }
  const stack = await startStack({
    dataDir: await makeFolder(),
    ports,
    days: 2,
    onStoppable: (stop) => stops.push(stop),
  })
  settings['service'] = 'ROLE=all, the load generator on the same machine'
  if (only.has('intake')) rows.push(await measureIntake(stack, 'intake', 'sepay'))
  for (const { id, provider } of INTAKES)
    if (only.has(id)) rows.push(await measureIntake(stack, id, provider))
  if (only.has('live')) rows.push(await measureLive(stack, rows.find(({ id }) => id === 'intake')?.ours))
  if (only.has('streams')) rows.push(await measureStreams(stack, ports.metrics))
  if (only.has('issue')) rows.push(await measureIssue(stack, ports.metrics))
}

/** The ledger and the screens on databases of their own. */
async function measureDatabase({ only, transfers, rows, settings }: Run): Promise<void> {
  const server = await startServer(await makeFolder())
  stops.push(server.stop)
  Object.assign(settings, await server.settings())
  if (only.has('post')) rows.push(await measurePost(server))
  if (!only.has('growth') && !only.has('today')) return
  const markets = await fillMarkets(server, await affordable(server, transfers))
  settings['transfers'] = markets.bigTransfers
  settings['fillSeconds'] = markets.fillSeconds
  say('once before there are any statistics')
  const early = { post: await postIntoBoth(markets, 5), read: await readBoth(markets, 80) }
  await settle(server, markets)
  if (only.has('growth')) rows.push(await measureGrowth(markets, early.post))
  if (only.has('today')) rows.push(await measureToday(markets, early.read))
  await Promise.all([markets.small.end(), markets.big.end()])
}

async function measureAll(run: Run): Promise<void> {
  const { only, rows } = run
  if (only.has('bundle')) rows.push(await measureBundle())
  if (only.has('encode')) rows.push(await measureEncode())
  if (OF_THE_SERVICE.some((id) => only.has(id))) await measureService(run)
  await stopAll()
  if (only.has('post') || only.has('growth') || only.has('today')) await measureDatabase(run)
}

function readArguments(): { only: ReadonlySet<Id>; transfers: number; json: boolean; save: boolean } {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: IDS.join(',') },
      transfers: { type: 'string', default: String(BIG) },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
    },
  })
  const names = values.only.split(',')
  const only = new Set(IDS.filter((id) => names.includes(id)))
  const unknown = names.filter((name) => !IDS.some((id) => id === name))
  if (unknown.length > 0) throw new Error(`No such row: ${unknown.join(', ')}. There are ${IDS.join(', ')}.`)
  const transfers = Number(values.transfers)
  if (!Number.isInteger(transfers) || transfers < 1) throw new Error('--transfers takes a whole number.')
  return { only, transfers, json: values.json, save: values.save }
}

async function main(): Promise<void> {
  const { only, transfers, ...wanted } = readArguments()
  const run: Run = { only, transfers, rows: [], settings: {} }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stopAll().then(() => process.exit(130)))
  try {
    await measureAll(run)
  } finally {
    await stopAll()
  }
  const { server_version: postgres = 'unused', ...settings } = run.settings
  const report: Report = {
    rows: IDS.flatMap((id) => run.rows.filter((row) => row.id === id)),
    hardware: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 1024 ** 3),
    },
    versions: { commit: commitOf(), node: process.version, postgres },
    settings,
  }
  if (wanted.json) console.log(JSON.stringify(report, null, 2))
  else console.log(tableOf(report))
  if (wanted.save) save(report)
}

function commitOf(): string {
  return spawnSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' }).stdout.trim()
}

await main()
