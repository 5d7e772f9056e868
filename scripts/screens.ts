import type { BillingRounds, ChargePage, Me } from '@tienve/contracts'
import { createDb } from '@tienve/db'
import { freePort } from '@tienve/db/embedded'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { DESKTOP, openBrowser, PHONE } from './e2e/browser.ts'
import { logInAs, payCode } from './e2e/demo.ts'
import { shootAudit } from './screens/audit.ts'
import { shootFeeds, type Shoot } from './screens/feeds.ts'
import { shootPatrol } from './screens/patrol.ts'
import { shootPeople } from './screens/people.ts'
import { shootStaff } from './screens/staff.ts'
import { shootHelping } from './screens/helping.ts'
import { shootOffline } from './screens/offline.ts'
import { shootPrivacy } from './screens/privacy.ts'
import { shootMarkets } from './screens/markets.ts'
import { shootTotals } from './screens/totals.ts'
import { shootVoice } from './screens/voice.ts'
import { shootLooks } from './screens/looks.ts'
import { fillMonth } from './seed/more.ts'
import { buildApps } from './stack/build.ts'
import { removeData, ROOT, startStack, type Stack } from './stack/stack.ts'

/**
 * Takes the pictures of `docs/SCREENS.md` and writes that page: `npm run screens`, or some of them: `npm run screens -- feeds`. A demo of its own is filled and used as
 * its people would use it, so that a picture shows what the code does today.
 */
const IMAGES = join(ROOT, 'docs/images')
const SIZES = [
  ['phone', PHONE],
  ['desktop', DESKTOP],
] as const

/** The title of each picture by its file's name, in the order in which they were taken. */
const titles = new Map<string, string>()

/** A picture once nothing moves: everything asked for has come and what slides or fades has arrived. */
function cameraOf(size: string): Shoot {
  return async (page, file, title) => {
    // The stall's live stream stays open, and with it the network.
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {})
    await page.waitForTimeout(700)
    await page.screenshot({ path: join(IMAGES, `${file}-${size}.png`) })
    titles.set(file, title)
  }
}

const ARRIVALS = [
  ['m-arrival', 'Stall: the money has arrived', undefined],
  ['m-short', 'Stall: short', 'short'],
  ['m-over', 'Stall: too much', 'over'],
] as const

async function shootStall(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const start = await context.newPage()
  await start.goto(`${stack.demo.baseUrl}/m/`)
  await shoot(start, 'm-login', 'Stall: log in')
  await start.close()
  const phone = await logInAs(stack, context, '/m/', 'stallholder')
  const go = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await phone.getByTestId('qr').waitFor()
  await shoot(phone, 'm-code', 'Stall: my code')
  for (const [file, title, fault] of ARRIVALS) {
    await go('Thu tiền')
    const next = phone.getByRole('button', { name: 'Khách tiếp theo' })
    if (await next.isVisible()) await next.click()
    for (const key of ['3', '5', '000']) await go(key)
    if (fault === undefined) await shoot(phone, 'm-keypad', 'Stall: keypad')
    await go('Cho xem mã')
    await phone.getByTestId('qr').waitFor()
    if (fault === undefined) await shoot(phone, 'm-amount', 'Stall: amount code')
    await payCode(stack, phone, { fault })
    await phone.getByTestId('arrival').waitFor()
    await shoot(phone, file, title)
    await go('Xong')
  }
  await go('Nợ chợ')
  await shoot(phone, 'm-owe', 'Stall: what I owe')
}

/** The board's screens that an address alone opens. */
const BOARD = [
  ['a-home', 'home', 'overview'],
  ['a-sales', 'sales', 'sales'],
  ['a-charges', 'charges', 'charges'],
  ['a-charges-by-stall', 'charges/stalls', 'charges by stall'],
  ['a-rounds', 'rounds', 'billing rounds'],
  ['a-readings', 'readings?view=list', 'meter readings'],
  ['a-tariffs', 'tariffs', 'prices'],
  ['a-register', 'register', 'stalls and contracts'],
  ['a-map', 'register/map', 'map of the stalls'],
  ['a-import', 'register/import', 'stalls from a sheet'],
  ['a-changes', 'charges/changes', 'changes that wait for approval'],
  ['a-arrears', 'arrears', 'arrears by age'],
  ['a-promises', 'arrears/promises', 'promises'],
  ['a-disputes', 'arrears/disputes', 'charges that stalls find wrong'],
  ['a-handovers', 'handovers', 'cash handed over'],
  ['a-collectors', 'collectors', 'by collector'],
  ['a-books', 'books', 'books of receipts and tickets'],
  ['a-reports', 'reports', 'reports'],
  ['a-report', 'reports/cashless', 'a report'],
  ['a-days', 'days', 'closing a day'],
  ['a-ledger', 'ledger', 'journal'],
  ['a-accounts', 'ledger/accounts', 'accounts'],
  ['a-trial', 'ledger/trial', 'trial balance'],
  ['a-zones', 'ledger/zones', 'zones and books'],
] as const

async function shootBoard(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const { baseUrl, markets, stalls } = stack.demo
  const start = await context.newPage()
  await start.goto(`${baseUrl}/admin/`)
  await shoot(start, 'a-login', 'Board: log in')
  await start.close()
  const board = await logInAs(stack, context, '/admin/', 'accountant')
  await board.getByTestId('card-sales').waitFor()
  const open = async (address: string): Promise<void> => {
    await board.goto(`${baseUrl}/admin/#/${address}`)
    await board.getByRole('heading').first().waitFor()
  }
  for (const [file, address, title] of BOARD) {
    await open(address)
    await shoot(board, file, `Board: ${title}`)
  }
  await open(`ledger/account?id=board:131.${stalls[0]?.id}`)
  await shoot(board, 'a-account', 'Board: statement of an account')
  const market = `/admin/v1/markets/${markets[0]?.id}`
  const read = async <T>(path: string): Promise<T> =>
    (await (await board.request.get(`${baseUrl}${path}`)).json()) as T
  const sales = await read<{ items: { seq: number }[] }>(
    `${market}/ledger/transfers?order=newest&limit=1&kind=sale_bank&book=${stalls[0]?.id}`,
  )
  await open(`ledger/txn?seq=${sales.items[0]?.seq}`)
  await board.getByText('Vì sao có số này?').waitFor()
  await shoot(board, 'a-txn', 'Board: why a number is so')
  await open('ledger/proof')
  await board.getByRole('button', { name: 'Kiểm tra sổ' }).click()
  await board.getByTestId('verify-result').waitFor({ timeout: 120_000 })
  await shoot(board, 'a-verify', 'Board: the ledger verified')
  const charges = await read<ChargePage>(`${market}/charges?status=paid&limit=1`)
  await board.goto(new URL(charges.items[0]?.receipts[0]?.url ?? '', baseUrl).href)
  await shoot(board, 'p-receipt', 'Anybody: a receipt')
}

/** What a collector sees on the way: the stops, one of them, its code, and cash counted into the hand. */
async function shootWalk(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const phone = await logInAs(stack, context, '/admin/', 'collector')
  await phone.getByTestId('stop').first().waitFor()
  await shoot(phone, 'w-walk', 'Collector: the walk')
  await phone.getByTestId('stop').first().click()
  await shoot(phone, 'w-stop', 'Collector: who owes, and why')
  await phone.getByRole('link', { name: 'Quét mã' }).click()
  await phone.getByTestId('qr').waitFor()
  await shoot(phone, 'w-code', 'Collector: the code to pay all of it')
  await phone.goBack()
  await phone.getByRole('link', { name: 'Tiền mặt' }).click()
  await shoot(phone, 'w-cash', 'Collector: cash')
}

/** What the head sees before a round is issued that the accountant has proposed. */
async function shootApproval(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const { baseUrl, markets } = stack.demo
  const desk = await logInAs(stack, context, '/admin/', 'accountant')
  await desk.getByTestId('card-sales').waitFor()
  const rounds = `${baseUrl}/admin/v1/markets/${markets[0]?.id}/billing-rounds`
  const read = async <T>(address: string): Promise<T> => (await (await desk.request.get(address)).json()) as T
  const findProposed = async () =>
    (await read<BillingRounds>(rounds)).items.find(({ status }) => status === 'proposed')
  if ((await findProposed()) === undefined) {
    const owner = createDb(stack.demo.ownerDatabaseUrl, { max: 1 })
    const period = await fillMonth(owner, markets[0]?.id ?? '', 0)
    await owner.pool.end()
    const { csrfToken } = await read<Me>(`${baseUrl}/admin/v1/me`)
    await desk.request.post(rounds, {
      headers: { 'x-csrf-token': csrfToken, 'idempotency-key': randomUUID() },
      data: { period, dueOn: `${period}-15` },
    })
  }
  const proposed = await findProposed()
  await desk.close()
  await context.clearCookies()
  const head = await logInAs(stack, context, '/admin/', 'head')
  await head.getByTestId('card-sales').waitFor()
  await head.goto(`${baseUrl}/admin/#/rounds/${proposed?.period}`)
  await head.getByRole('heading').first().waitFor()
  await shoot(head, 'a-approve', 'Board: approving a round')
}

async function shootPublic({ demo }: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const page = await context.newPage()
  await page.goto(`${demo.baseUrl}/p/${demo.stalls[0]?.code}`)
  await shoot(page, 'p-stall', 'Shopper: whom you pay')
  await page.goto(demo.bankSimUrl)
  await shoot(page, 'sim-home', 'The fake bank')
}

const PREFIXES = ['m-', 'a-', 'w-', 'p-', 'sim-']

/** The stall's screens first, though the board's are taken before, so that there is somebody who has looked. */
function pageOf(): string {
  const rank = (file: string): number => PREFIXES.findIndex((prefix) => file.startsWith(prefix))
  const parts = [...titles]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(
      ([file, title]) =>
        `## ${title}\n\n![${title}, phone](images/${file}-phone.png)\n![${title}, desktop](images/${file}-desktop.png)\n`,
    )
  return `# Every screen

Pictures of the demo, phone (360 × 740) and desktop (1280 × 800), taken by \`npm run screens\`. All data is invented.

${parts.join('\n')}`
}

const PARTS = {
  board: shootBoard,
  approval: shootApproval,
  walk: shootWalk,
  stall: shootStall,
  public: shootPublic,
  feeds: shootFeeds,
  patrol: shootPatrol,
  people: shootPeople,
  staff: shootStaff,
  audit: shootAudit,
  privacy: shootPrivacy,
  helping: shootHelping,
  offline: shootOffline,
  markets: shootMarkets,
  totals: shootTotals,
  voice: shootVoice,
  looks: shootLooks,
}

/** Takes all of it, or the parts that are named; the page then keeps what it says of the others. */
async function shootAll(stack: Stack, browser: Browser, named: readonly string[]): Promise<void> {
  if (named.length > 0) {
    const page = await readFile(join(ROOT, 'docs/SCREENS.md'), 'utf8')
    for (const [, title = '', file = ''] of page.matchAll(
      /^## (.+)\n\n!\[.*\]\(images\/(.+)-phone\.png\)$/gm,
    ))
      titles.set(file, title)
  }
  const parts = Object.entries(PARTS).filter(([name]) => named.length === 0 || named.includes(name))
  for (const [size, viewport] of SIZES) {
    const shoot = cameraOf(size)
    for (const [, part] of parts) {
      const context = await browser.newContext({ viewport, locale: 'vi-VN' })
      await part(stack, context, shoot)
      await context.close()
    }
  }
  await writeFile(join(ROOT, 'docs/SCREENS.md'), pageOf())
}

buildApps()
const dataDir = await mkdtemp(join(tmpdir(), 'tienve-screens-'))
const stack = await startStack({
  dataDir,
  ports: { service: await freePort(), bankSim: await freePort(), metrics: await freePort() },
  onProgress: (line) => console.log(line),
})
const browser = await openBrowser()
try {
  await shootAll(stack, browser, process.argv.slice(2))
} finally {
  await browser.close()
  await stack.stop()
  await removeData(dataDir)
}
