import { freePort } from '@tienve/db/embedded'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { openBrowser, PHONE } from './e2e/browser.ts'
import { logInAs } from './e2e/demo.ts'
import { buildApps } from './stack/build.ts'
import { removeData, ROOT, startStack, type Stack } from './stack/stack.ts'

/**
 * What the merchant app's first load costs a cheap phone: `npm run vitals`; with `-- --save` it is kept as docs/VITALS.md.
 * The browser's own figures, as Lighthouse reads them, of a real Chromium that is slowed down.
 */
const CPU_SLOWED = 4
/** The preset “Slow 3G” of Chrome's developer tools (their NetworkManager): 400 kbit/s each way, two seconds to each answer. */
const SLOW_3G = { offline: false, latency: 2_000, downloadThroughput: 50_000, uploadThroughput: 50_000 }
/** A task that blocks longer than this is felt (web.dev, Total Blocking Time). */
const FELT_MS = 50
const SETTLED_MS = 5_000
const LONGEST_LOAD_MS = 120_000

type Vitals = {
  load: string
  transferKb: number
  jsKb: number
  requests: number
  firstPaintS: number
  usableS: number
  blockedMs: number
}

/** Written into the page before its own scripts: when what she came for is there, and what kept the phone from answering. */
const WATCH = `
globalThis.vitals = { usableAt: null, tasks: [] }
new PerformanceObserver((list) => vitals.tasks.push(...list.getEntries().map(({ startTime, duration }) => ({ startTime, duration }))))
  .observe({ type: 'longtask', buffered: true })
const look = () => {
  const isThere = document.querySelector('[data-testid=qr], input[type=password]') !== null
  if (isThere) vitals.usableAt ??= performance.now()
  else requestAnimationFrame(look)
}
look()`

type Seen = {
  usableAt: number | null
  tasks: { startTime: number; duration: number }[]
  firstPaintAt: number
}

async function measure(
  context: BrowserContext,
  baseUrl: string,
  load: string,
  isSlow: boolean,
): Promise<Vitals> {
  const page = await context.newPage()
  await page.addInitScript(WATCH)
  const session = await context.newCDPSession(page)
  const traffic = await countTraffic(session)
  if (isSlow) {
    await session.send('Network.emulateNetworkConditions', SLOW_3G)
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWED })
  }
  await page.goto(`${baseUrl}/m/`, { timeout: LONGEST_LOAD_MS, waitUntil: 'commit' })
  await page.locator('[data-testid=qr], input[type=password]').first().waitFor({ timeout: LONGEST_LOAD_MS })
  const { transferred, scripts, requests } = traffic()
  await page.waitForTimeout(SETTLED_MS)
  const seen = await readSeen(page)
  await page.close()
  const usableAt = seen.usableAt ?? Number.NaN
  // Usable is what answers a finger: not before the task ends that was running when it appeared.
  const running = seen.tasks.filter(({ startTime }) => startTime <= usableAt)
  const freeAt = Math.max(usableAt, ...running.map(({ startTime, duration }) => startTime + duration))
  return {
    load,
    transferKb: transferred / 1_000,
    jsKb: scripts / 1_000,
    requests,
    firstPaintS: seen.firstPaintAt / 1_000,
    usableS: freeAt / 1_000,
    blockedMs: seen.tasks.reduce((sum, { duration }) => sum + Math.max(0, duration - FELT_MS), 0),
  }
}

async function readSeen(page: Page): Promise<Seen> {
  const text = await page.evaluate<string>(
    `JSON.stringify({ ...vitals, firstPaintAt: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 })`,
  )
  // Written by the script above.
  return JSON.parse(text) as Seen
}

/** What goes over the network until what she came for is there; what a worker answers from the phone is not counted. */
async function countTraffic(session: CDPSession) {
  const scripts = new Set<string>()
  const local = new Set<string>()
  let transferred = 0
  let js = 0
  let requests = 0
  await session.send('Network.enable')
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (response.fromServiceWorker === true || response.url.startsWith('data:')) local.add(requestId)
    else requests += 1
    if (type === 'Script') scripts.add(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (local.has(requestId)) return
    transferred += encodedDataLength
    if (scripts.has(requestId)) js += encodedDataLength
  })
  return () => ({ transferred, scripts: js, requests })
}

/** A first visit, a first load of somebody who is logged in, and the next one with what the app has kept on the phone. */
async function measureAll(stack: Stack, browser: Browser): Promise<Vitals[]> {
  const { baseUrl } = stack.demo
  const phone = { viewport: PHONE, hasTouch: true, locale: 'vi-VN' }
  const known = await browser.newContext(phone)
  const page = await logInAs(stack, known, '/m/', 'stallholder')
  await page.getByTestId('qr').waitFor()
  const { cookies } = await known.storageState()
  await known.close()
  const rows: Vitals[] = []
  for (const isSlow of [false, true]) {
    const how = isSlow ? 'slow' : 'as is'
    const stranger = await browser.newContext(phone)
    rows.push(await measure(stranger, baseUrl, `cold, log-in, ${how}`, isSlow))
    await stranger.close()
    const context = await browser.newContext({ ...phone, storageState: { cookies, origins: [] } })
    rows.push(await measure(context, baseUrl, `cold, her code, ${how}`, isSlow))
    // The worker keeps the app once the first screen is there.
    const other = await context.newPage()
    await other.goto(`${baseUrl}/m/`)
    await other.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await other.getByTestId('qr').waitFor()
    await other.close()
    rows.push(await measure(context, baseUrl, `second, her code, ${how}`, isSlow))
    await context.close()
  }
  return rows
}

function tableOf(rows: readonly Vitals[]): string {
  const head = ['Load', 'Transfer kB', 'JS kB', 'Requests', 'First paint s', 'Usable s', 'Blocked ms']
  const lines = rows.map((row) => [
    row.load,
    row.transferKb.toFixed(0),
    row.jsKb.toFixed(0),
    String(row.requests),
    row.firstPaintS.toFixed(1),
    row.usableS.toFixed(1),
    row.blockedMs.toFixed(0),
  ])
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

const PAGE = (table: string, machine: string): string => `# Vitals

What the merchant app's first load costs: \`npm run vitals\` measures it on the machine at hand, \`-- --save\` writes this page. A real Chromium at 360×740; *slow* is
the CPU slowed 4× and the network of Chrome's preset “Slow 3G” (400 kbit/s, 2 s to each answer).

- *Transfer, JS, requests*: what went over the network, as compressed as it went, until the screen is there; what the service worker answers from the phone is not counted.
- *First paint*: first contentful paint. *Usable*: the code (or the log-in) is on the screen and the phone answers a finger.
- *Blocked*: total blocking time, what tasks took beyond 50 ms each, until five seconds after.
- *Second*: the app was open once before on this phone.

${table}

${machine}
`

buildApps()
const dataDir = await mkdtemp(join(tmpdir(), 'tienve-vitals-'))
const ports = { service: await freePort(), bankSim: await freePort(), metrics: await freePort() }
const stack = await startStack({ dataDir, ports, days: 1 })
const browser = await openBrowser()
try {
  const table = tableOf(await measureAll(stack, browser))
  const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GB, Chromium ${browser.version()}.`
  console.log(`${table}\n\n${machine}`)
  if (process.argv.includes('--save')) await writeFile(join(ROOT, 'docs/VITALS.md'), PAGE(table, machine))
} finally {
  await browser.close()
  await stack.stop()
  await removeData(dataDir)
}
