import type {
  ChargePage,
  Connection,
  ConnectionMade,
  CreateConnection,
  SuspensePage,
} from '@tienve/contracts'
import { createDb, inMarket } from '@tienve/db'
import { decodeVietQr } from '@tienve/vietqr'
import { feeds } from '@tienve/bank-feeds'
import { createHmac } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { addDays, dayOf, startOfDay } from '../../services/payment/src/days.ts'
import { markDeaf } from '../../services/payment/src/feeds/deafness.ts'
import { logInAs } from '../e2e/demo.ts'
import { logIn, type Person } from '../stack/person.ts'
import type { Stack } from '../stack/stack.ts'

export type Shoot = (page: Page, file: string, title: string) => Promise<void>

type Place = { bin: string; account: string }

/** How often these were taken: each size signs a day of its own, and pays sums of its own. */
let turn = 0

/** Everything about hearing banks, placing money and ending a day, from its first set-up to what comes too late. */
export async function shootFeeds(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  turn += 1
  const person = await logIn(stack, 'accountant')
  const board = await logInAs(stack, context, '/admin/', 'accountant')
  await board.getByTestId('card-sales').waitFor()
  await shootConnecting(stack, board, person, shoot)
  await shootDesk(stack, board, person, shoot)
  await shootStatement(stack, board, shoot)
  await shootDay(stack, board, context, shoot)
  await shootListening(stack, context, shoot)
}

const marketOf = ({ demo }: Stack): string => demo.markets[0]?.id ?? ''

async function open({ demo }: Stack, page: Page, address: string): Promise<void> {
  await page.goto(`${demo.baseUrl}/admin/#/${address}`)
  await page.getByRole('heading').first().waitFor()
}

async function post(stack: Stack, path: string, body: object): Promise<Response> {
  const response = await fetch(`${stack.demo.bankSimUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`the bank refused ${path}: ${await response.text()}`)
  return response
}

const pay = (stack: Stack, to: Place, amountVnd: number, memo: string): Promise<Response> =>
  post(stack, '/transfers', { ...to, amountVnd, memo })

/** The feed of the demo that hears the board's account, and that account. */
function boardOf({ demo }: Stack) {
  const feed = demo.connections[0]
  const account = feed?.accounts.find(({ number }) => !demo.stalls.some((one) => one.account === number))
  if (feed === undefined || account === undefined) throw new Error('no feed hears the board')
  return { feed, place: { bin: account.bin, account: account.number } }
}

/** Sees to it that whatever is silent is deaf: as the minute's look goes through tomorrow, for it may be night now. */
async function deafen(stack: Stack): Promise<void> {
  const owner = createDb(stack.demo.ownerDatabaseUrl, { max: 1 })
  const marketId = marketOf(stack)
  const midnight = startOfDay(addDays(dayOf(new Date()), 1)).getTime()
  for (let hour = 6; hour < 18; hour++)
    await inMarket(owner, marketId, (tx) => markDeaf(tx, marketId, new Date(midnight + hour * 3_600_000)))
  await owner.pool.end()
}

async function shootConnecting(stack: Stack, board: Page, person: Person, shoot: Shoot): Promise<void> {
  await open(stack, board, 'connections/new')
  await board.getByRole('checkbox').first().waitFor()
  await shoot(board, 'a-connect', 'Board: connecting a provider')
  await board.getByLabel('Tên gọi').fill(turn === 1 ? 'Nguồn phụ' : 'Nguồn dự phòng')
  await board.getByRole('button', { name: 'Tạo kết nối' }).click()
  await board.getByTestId('standing').waitFor()
  await board.evaluate(() => window.scrollTo(0, 0))
  await shoot(board, 'a-connect-paste', 'Board: what to paste at the provider')
  await board.getByTestId('standing').scrollIntoViewIfNeeded()
  await shoot(board, 'a-connect-wait', 'Board: waiting for the test')

  const body: CreateConnection = {
    provider: 'sepay',
    scheme: 'api-key',
    name: turn === 1 ? 'Nguồn thử' : 'Nguồn mới',
    accountIds: (
      await person.get<{ items: { id: string; stallCode: string | null }[] }>(
        `/v1/markets/${marketOf(stack)}/receiving-accounts`,
      )
    ).items.flatMap(({ id, stallCode }) => (stallCode === null ? [id] : [])),
  }
  const made = await person.post<ConnectionMade>(`/v1/markets/${marketOf(stack)}/connections`, body)
  const { id } = made.connection
  const { place } = boardOf(stack)
  await post(stack, '/connections', {
    provider: 'sepay',
    url: `${stack.demo.baseUrl}/webhooks/sepay/${id}`,
    scheme: 'api-key',
    secret: made.secret,
    accounts: [{ bin: place.bin, number: place.account }],
  })
  await post(stack, `/connections/${id}/test`, {})
  await until(async () => (await person.get<Connection>(`/v1/connections/${id}`)).state === 'heard')
  await open(stack, board, `connections/${id}`)
  await board.getByTestId('standing').getByText('Nghe tốt').waitFor()
  await shoot(board, 'a-connection', 'Board: a connection that is heard')
  await tellBroken(stack)
  await deafen(stack)
  await open(stack, board, 'connections')
  await board.getByText('Điếc: im lâu bất thường').first().waitFor()
  await shoot(board, 'a-connections', 'Board: the connections, some of them deaf')
  await open(stack, board, 'connections/health')
  await board.getByText('Điếc: im lâu bất thường').first().waitFor()
  await shoot(board, 'a-health', 'Board: how well the banks are heard')
  await open(stack, board, 'connections/letters')
  await board.getByRole('button', { name: 'Xử lý lại' }).first().waitFor()
  await shoot(board, 'a-letters', 'Board: messages that could not be read')
}

/** What a provider sends that has gone wrong: signed, and not to be read. */
async function tellBroken(stack: Stack): Promise<void> {
  const { feed } = boardOf(stack)
  const timestamp = String(Math.floor(Date.now() / 1000))
  for (const body of [`{"id":${turn}901,"transferAmount":12.5,`, `{"id":0,"gateway":"VietinBank"}`]) {
    const signature = createHmac('sha256', feed.secrets['hmacSecret'] ?? '')
      .update(`${timestamp}.${body}`)
      .digest('hex')
    await fetch(feed.webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-sepay-timestamp': timestamp,
        'x-sepay-signature': `sha256=${signature}`,
      },
      body,
    })
  }
}

async function shootDesk(stack: Stack, board: Page, person: Person, shoot: Shoot): Promise<void> {
  const market = `/v1/markets/${marketOf(stack)}`
  const { place } = boardOf(stack)
  const { items } = await person.get<ChargePage>(`${market}/charges?status=outstanding&limit=20`)
  const owed = items.flatMap(({ payload, outstandingVnd }) => {
    const read = decodeVietQr(payload ?? '')
    return read.ok && read.value.memo !== undefined ? [{ memo: read.value.memo, vnd: outstandingVnd }] : []
  })
  const mistyped = (memo: string): string => memo.slice(0, 5) + (memo[5] === '7' ? '8' : '7') + memo.slice(6)
  const odd = 71_000 + turn
  const large = 20_000_000 + turn
  for (const one of owed.slice(0, 3)) await pay(stack, place, one.vnd, mistyped(one.memo))
  await pay(stack, place, odd, 'gop le hoi')
  await pay(stack, place, large, 'tien cho quy 4')
  const over = owed[3]
  if (over !== undefined) await pay(stack, place, over.vnd + 50_000, over.memo)
  const find = async (vnd: number): Promise<string | undefined> =>
    (await person.get<SuspensePage>(`${market}/suspense?status=open&limit=50`)).items.find(
      (one) => one.amountVnd === vnd,
    )?.id
  await until(async () => (await find(large)) !== undefined)
  await open(stack, board, 'suspense')
  await board.getByTestId('suspense-open').waitFor()
  await shoot(board, 'a-suspense', 'Board: suspense')
  await open(stack, board, `suspense/one?id=${await find(owed[0]?.vnd ?? 0)}`)
  await board.getByTestId('suggestion').first().waitFor()
  await shoot(board, 'a-suspense-item', 'Board: one item in suspense')
  await board.getByTestId('suggestion').first().click()
  await board.getByLabel('Lý do').scrollIntoViewIfNeeded()
  await shoot(board, 'a-suspense-resolve', 'Board: resolving it as suggested')
  await open(stack, board, 'suspense/certain')
  await board.getByLabel('Lý do').waitFor()
  await shoot(board, 'a-suspense-certain', 'Board: what is certain, at once')
  await open(stack, board, `suspense/one?id=${await find(odd)}`)
  await board.getByRole('button', { name: 'Chia ra nhiều phần' }).click()
  await board.getByLabel('Là tiền gì').first().selectOption({ index: 4 })
  await board.getByLabel('Là tiền gì').last().selectOption('not_ours')
  await board.getByLabel('Phần 1: số tiền').fill('50000')
  await board.getByTestId('split-left').scrollIntoViewIfNeeded()
  await shoot(board, 'a-suspense-split', 'Board: splitting it')
  const id = await find(odd)
  await person.post(`/v1/suspense/${id}/resolve`, {
    as: 'return',
    toWhom: 'Trần Văn An, VCB 0001234567',
    amountVnd: odd,
    reason: 'Góp nhầm chợ, xin lại',
  })
  await person.post(`/v1/suspense/${await find(large)}/resolve`, {
    as: 'not_ours',
    amountVnd: large,
    reason: 'Tiền thuê bãi xe quý 4, kế toán ghi riêng',
  })
  await board.reload()
  await board.getByTestId('suspense-resolved').waitFor()
  await shoot(board, 'a-suspense-history', 'Board: what was done with it')
  await open(stack, board, 'suspense/refunds?status=due')
  await board.getByText('Trần Văn An').first().waitFor()
  await shoot(board, 'a-refunds', 'Board: refunds that wait to be sent')
  await open(stack, board, 'suspense/refunds?status=offered')
  await board.getByRole('button', { name: 'Trả lại' }).first().click()
  await shoot(board, 'a-refund-offer', 'Board: paid too much, a refund is offered')
}

/** The board's own statement: refused at a row, seen before it is taken in, and read. */
async function shootStatement(stack: Stack, board: Page, shoot: Shoot): Promise<void> {
  const order = { ...boardOf(stack).place, day: dayOf(new Date()) }
  await open(stack, board, 'reconciliation')
  await board.getByRole('link', { name: 'Nhập sao kê' }).click()
  const give = (name: string, buffer: Buffer) =>
    board.getByLabel('Tệp sao kê').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
  const send = board.getByRole('button', { name: 'Nhập', exact: true })
  await give('sao-ke.csv', await statementOf(stack, order, 'broken'))
  await send.click()
  await board.getByText(/^Dòng \d+ của tệp/).waitFor()
  await shoot(board, 'a-statement-refused', 'Board: a statement that is refused, and where')
  await give('sao-ke.xlsx', await statementOf(stack, order, 'whole'))
  await board.getByText('Cột nào là gì').waitFor()
  await shoot(board, 'a-statement', 'Board: a statement seen before it is taken in')
  await send.click()
  await board.getByText(/^Xong/).waitFor()
  await shoot(board, 'a-statement-read', 'Board: a statement that was read')
}

async function shootDay(stack: Stack, board: Page, context: BrowserContext, shoot: Shoot): Promise<void> {
  const day = addDays(dayOf(new Date()), -turn)
  await open(stack, board, `reconciliation?day=${day}`)
  const sign = board.getByRole('button', { name: 'Ký xác nhận ngày' })
  await sign.waitFor()
  await shoot(board, 'a-reconciliation', 'Board: reconciliation')
  await sign.scrollIntoViewIfNeeded()
  await shoot(board, 'a-sign', 'Board: signing a day off')
  await sign.click()
  await board.getByText('Chờ chữ ký thứ hai').waitFor()
  const other = await context.browser()?.newContext({ viewport: board.viewportSize(), locale: 'vi-VN' })
  if (other === undefined) throw new Error('there is no browser')
  const head = await logInAs(stack, other, '/admin/', 'head')
  await head.getByTestId('card-sales').waitFor()
  await open(stack, head, `reconciliation?day=${day}`)
  const second = head.getByRole('button', { name: 'Ký thứ hai' })
  await second.scrollIntoViewIfNeeded()
  await shoot(head, 'a-sign-second', 'Board: the second signature')
  await second.click()
  const report = head.getByRole('link', { name: /Báo cáo \(PDF\)/ })
  await report.waitFor()
  await report.scrollIntoViewIfNeeded()
  await shoot(head, 'a-signed', 'Board: a day that is signed off')
  const { feed, place } = boardOf(stack)
  const { headers, rawBody } = feeds.sepay.request(
    {
      id: 900 + turn,
      gateway: 'VietinBank',
      transactionAt: new Date(startOfDay(day).getTime() + 17 * 3_600_000),
      accountNumber: place.account,
      transferType: 'in',
      transferAmount: 90_000n,
      content: 'nop muon',
    },
    { secret: feed.secrets['hmacSecret'] ?? '', now: new Date() },
  )
  await fetch(feed.webhookUrl, { method: 'POST', headers, body: new Uint8Array(rawBody) })
  const late = head.getByText(/đã thay đổi sau khi ký/)
  for (let tries = 0; tries < 20 && !(await late.isVisible()); tries++) {
    await head.waitForTimeout(500)
    await head.reload()
    await report.waitFor()
  }
  await late.scrollIntoViewIfNeeded()
  await shoot(head, 'a-signed-late', 'Board: what came after a day was signed off')
  await other.close()
}

/** The stall's side: deaf, and what its holder can do about it. */
async function shootListening(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const phone = await logInAs(stack, context, '/m/', 'stallholder')
  const go = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await phone.getByTestId('qr').first().waitFor()
  await deafen(stack)
  await phone
    .getByText(/Ngân hàng im lâu/)
    .first()
    .waitFor()
  await shoot(phone, 'm-deaf', 'Stall: the bank has gone quiet')
  await go('Cài đặt')
  await go('Nghe ngân hàng')
  await phone.getByText('Im lâu, chưa nghe được').waitFor()
  await shoot(phone, 'm-listen', 'Stall: who hears my account')
  await go('Nối ngân hàng')
  await shoot(phone, 'm-connect', 'Stall: connecting a bank of my own')
  await go('Quay lại')
  await go('Nhập sao kê')
  const stall = stack.demo.stalls.find(
    ({ id }) => id === stack.demo.users.find(({ role }) => role === 'stallholder')?.stallId,
  )
  const day = addDays(dayOf(new Date()), -1)
  const order = { bin: stall?.bin, account: stall?.account, day }
  const give = (name: string, buffer: Buffer) =>
    phone.getByLabel('Tệp sao kê').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
  await give('sao-ke.csv', await statementOf(stack, order, 'broken'))
  await go('Nhập')
  await phone.getByText(/^Dòng \d+ của tệp/).waitFor()
  await shoot(phone, 'm-statement-refused', 'Stall: a statement that is refused, and where')
  await give('sao-ke.xlsx', await statementOf(stack, order, 'whole'))
  await go('Nhập')
  await phone.getByText(/^Xong/).waitFor()
  await shoot(phone, 'm-statement', 'Stall: a statement that was read')
}

/** The account's day as its bank gives it, or with one row that does not follow from the one before it. */
async function statementOf(stack: Stack, order: object, state: 'whole' | 'broken'): Promise<Buffer> {
  const format = state === 'whole' ? 'xlsx' : 'csv'
  const response = await post(stack, '/statements', { ...order, bank: 'mb', format })
  if (state === 'whole') return Buffer.from(await response.arrayBuffer())
  let movements = 0
  const text = (await response.text()).replaceAll(/^\d\d\/\d\d\/\d{4} .*$/gm, (line) =>
    ++movements === 2 ? line.replace(/"[\d,]+",(?=[^"]*$)/, '"9,999,999",') : line,
  )
  return Buffer.from(text)
}

async function until(test: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await test()) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('what a picture was to show never came')
}
