import type { DayReconciliation } from '@tienve/contracts'
import { createDb, inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { writeStatement } from '@tienve/statements'
import { readPicture } from '@tienve/vietqr/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealMarket } from '../closing/jobs.ts'
import { readXlsx } from '../documents/sheet.ts'
import { readPdf } from '../documents/testing.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

const BOARD = '0001999999'
const DAY = dayBack(1)
let service: TestService
let accountant: Session
let head: Session
let base: string

beforeAll(async () => {
  // Closing asks the database's own clock whether the day has begun, so the service's stands at today as well.
  service = await startService({ now: new Date() })
  accountant = await service.logIn('accountant')
  head = await service.logIn('head')
  base = `/v1/markets/${accountant.marketId}/reconciliation`
})
afterAll(() => service.stop())

function dayBack(days: number): string {
  return new Date(Date.now() + 7 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10)
}
const at = (time: string, day = DAY): Date => new Date(`${day}T${time}+07:00`)
const read = async (day = DAY): Promise<DayReconciliation> => {
  const { status, body } = await service.call(`${base}?day=${day}`, { session: accountant })
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const boardOf = ({ accounts }: DayReconciliation) =>
  accounts.find(({ number }) => number?.endsWith(BOARD.slice(-4)) === true)
let told = 0
async function tell(
  amountVnd: bigint,
  memo: string,
  time: string,
  account = BOARD,
  day = DAY,
): Promise<void> {
  const before = await read(day)
  told += 1
  await service.tell({ id: told, account, amountVnd, memo, at: at(time, day), reference: `FT${told}` })
  const figures = ({ accounts }: DayReconciliation) =>
    accounts.map(({ bankVnd, differenceVnd }) => [bankVnd, differenceVnd])
  await until(
    async () => JSON.stringify(figures(await read(day))) !== JSON.stringify(figures(before)),
    'the movement in the figures',
  )
}
const sign = (seen: DayReconciliation['seen'], more: object = {}, session = accountant, day = DAY) =>
  service.call(`${base}/sign-offs`, { session, body: { day, seen, ...more } })
const decide = (how: 'approve' | 'refuse', session = head, day = DAY, body: object = {}) =>
  service.call(`${base}/sign-offs/${day}/${how}`, { method: 'POST', session, body })
const file = async (kind: 'pdf' | 'xlsx', session = accountant, day = DAY) => {
  const response = await fetch(`${service.url}${base}/sign-offs/${day}/report.${kind}`, {
    headers: { cookie: session.cookie },
  })
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
}

describe('GET /v1/markets/:id/reconciliation', () => {
  it('has a line for each account of the board, an idle one too, and nothing beyond sums for the stalls’', async () => {
    const idle = await read(dayBack(5))
    expect(boardOf(idle)).toMatchObject({ bankVnd: 0, ledgerVnd: 0, differenceVnd: 0, rows: [] })
    expect(boardOf(idle)?.check).toMatchObject({ statement: 'none', movements: { count: 0 }, toldBy: null })
    await tell(90_000n, 'nop tien cho', '08:00:00')
    await tell(60_000n, 'nop tien dien', '09:00:00')
    const stall = service.markets[0]?.stalls.find(({ heard }) => heard)
    await tell(35_000n, 'x', '10:00:00', stall?.account)
    const shown = await read()
    expect(boardOf(shown)?.check?.movements).toEqual({ count: 2, push: 2, pull: 0, statement: 0 })
    expect(shown.accounts.filter(({ accountId }) => accountId === null)).toMatchObject([{ check: null }])
    expect(shown).toMatchObject({
      differenceVnd: 0,
      signOff: null,
      seen: {
        bankVnd: 150_000,
        ledgerVnd: 150_000,
        differenceVnd: 0,
        suspenseVnd: 150_000,
        movementCount: 2,
      },
    })
  })

  it('says what a statement of the day has beside ours, and what it says the account stood at', async () => {
    const row = (amountVnd: bigint, balanceVnd: bigint, time: string, reference: string) => ({
      direction: 'in' as const,
      amountVnd,
      balanceVnd,
      occurredAt: at(time),
      precision: 'second' as const,
      reference,
      content: 'nop tien cho',
      reversal: false,
    })
    const bytes = await writeStatement(
      {
        accountNumber: BOARD,
        fromDay: DAY,
        toDay: DAY,
        openingVnd: 1_000_000n,
        closingVnd: 1_130_000n,
        rows: [row(90_000n, 1_090_000n, '08:00:00', 'FT1'), row(40_000n, 1_130_000n, '11:00:00', 'FT900')],
      },
      { bank: 'mb', format: 'xlsx' },
    )
    const accountId = boardOf(await read())?.accountId
    const response = await fetch(`${service.url}/v1/receiving-accounts/${accountId}/statements`, {
      method: 'POST',
      headers: {
        cookie: accountant.cookie,
        'x-csrf-token': accountant.csrfToken,
        'content-type': 'application/octet-stream',
      },
      body: new Uint8Array(bytes),
    })
    expect(response.status).toBe(201)
    const check = await until(async () => {
      const now = boardOf(await read())?.check
      return now?.statement === 'read' && now
    }, 'the statement to be read')
    expect(check).toMatchObject({
      openingVnd: 1_000_000,
      closingVnd: 1_130_000,
      toldBy: 'statement',
      movements: { count: 3, push: 2, pull: 0, statement: 2 },
      onlyInStatement: [{ amountVnd: 40_000 }],
      notInStatement: [{ amountVnd: 60_000 }],
      // The one that only the statement told of says 1.130.000, and ours with it come to 1.190.000.
      balances: { checked: 0, firstWrong: { expectedVnd: 1_190_000, toldVnd: 1_130_000 } },
    })
    expect((await read()).differenceVnd).toBe(0)
  })
})

describe('POST …/reconciliation/sign-offs', () => {
  it('refuses a day whose figures have changed since they were shown, with those of now', async () => {
    const { seen } = await read()
    await tell(10_000n, 've', '11:30:00')
    expect(await sign(seen)).toMatchObject({
      status: 409,
      body: { code: 'day_changed', fields: { 'seen.bankVnd': `now ${seen.bankVnd + 10_000}` } },
    })
    expect((await read()).signOff).toBeNull()
  })

  it('refuses a day that has not begun, and who may only look', async () => {
    const { seen } = await read()
    expect(await sign(seen, {}, accountant, dayBack(-1))).toMatchObject({
      status: 422,
      body: { code: 'day_invalid' },
    })
    expect(await sign(seen, {}, await service.logIn('cashier'))).toMatchObject({ status: 403 })
    expect(await decide('approve')).toMatchObject({ status: 404 })
    expect((await file('pdf')).status).toBe(404)
  })

  it('takes an even day by two signatures, the second of another person, once', async () => {
    const { seen } = await read()
    const first = await sign(seen)
    expect(first).toMatchObject({
      status: 201,
      body: { status: 'proposed', seen, reasons: [], isChanged: false },
    })
    expect(await sign(seen)).toMatchObject({ status: 409, body: { code: 'day_already_signed' } })
    expect((await file('pdf')).status).toBe(404)
    expect(await decide('approve', accountant)).toMatchObject({ status: 403 })
    const second = await decide('approve')
    expect(second).toMatchObject({ status: 200, body: { status: 'signed', decidedBy: expect.any(String) } })
    expect(second.body.decidedBy).not.toBe(second.body.signedBy)
    expect(await decide('approve')).toMatchObject({ status: 409, body: { code: 'approval_already_decided' } })
    expect(await sign(seen)).toMatchObject({ status: 409, body: { code: 'day_already_signed' } })
  })

  it('is held by the database too: no second signature of the first person, no change, no removal', async () => {
    const { marketId } = accountant
    const refused = (statement: string) =>
      expect(inMarket(service.ctx.db, marketId, (tx) => tx.$client.query(statement))).rejects.toThrow(
        /permission denied/,
      )
    const { rowCount } = await inMarket(service.ctx.db, marketId, (tx) =>
      tx.$client.query("update approval set approved_by = proposed_by where kind = 'day_sign_off'"),
    )
    expect(rowCount).toBe(0)
    await refused('update day_sign_off set difference_vnd = 0')
    await refused('delete from day_sign_off')
  })

  it('shows what came to a signed day later, and keeps what was signed', async () => {
    const { seen } = await read()
    await tell(20_000n, 'den muon', '12:00:00')
    const { signOff } = await read()
    expect(signOff).toMatchObject({
      status: 'signed',
      seen,
      isChanged: true,
      lateRows: [{ amountVnd: 20_000, number: `•••• ${BOARD.slice(-4)}` }],
    })
  })
})

describe('a day with a difference', () => {
  const day = dayBack(2)
  it('is signed with a reason for each row that makes it and for nothing else; refused, it is signed anew', async () => {
    await tell(70_000n, 'nham', '08:00:00', '0001888888', day)
    const { seen, accounts } = await read(day)
    expect(seen.differenceVnd).toBe(70_000)
    const [row] = accounts.flatMap(({ rows }) => rows)
    const id = row?.bankTransactionId ?? ''
    const because = (bankTransactionId: string) => ({
      reasons: [{ bankTransactionId, reason: 'Khách chuyển nhầm tài khoản' }],
    })
    expect(await sign(seen, {}, accountant, day)).toMatchObject({
      status: 422,
      body: { code: 'sign_off_unexplained', fields: { [`reasons.${id}`]: 'missing' } },
    })
    const more = { reasons: [...because(id).reasons, ...because('btx_other').reasons] }
    expect(await sign(seen, more, accountant, day)).toMatchObject({ status: 400 })
    expect(await sign(seen, because(id), accountant, day)).toMatchObject({
      status: 201,
      body: { reasons: [{ bankTransactionId: id, amountVnd: 70_000, why: 'foreign_account' }] },
    })
    expect(await decide('refuse', head, day, { reason: 'Chưa hỏi khách' })).toMatchObject({
      body: { status: 'refused', refusedReason: 'Chưa hỏi khách' },
    })
    expect(await sign(seen, because(id), accountant, day)).toMatchObject({
      status: 201,
      body: { status: 'proposed' },
    })
  })

  it('is not signed a second time by who saw other figures than the first', async () => {
    await tell(15_000n, 'den giua hai chu ky', '09:00:00', BOARD, day)
    expect(await decide('approve', head, day)).toMatchObject({ status: 409, body: { code: 'day_changed' } })
    const { signOff } = await read(day)
    expect(signOff).toMatchObject({ status: 'proposed', isChanged: true, lateRows: [{ amountVnd: 15_000 }] })
  })
})

describe('GET …/sign-offs/:day/report', () => {
  it('prints what was signed, by whom, what came later and, once the day is closed, its seal as a code', async () => {
    const [open] = await readPdf((await file('pdf')).bytes)
    expect(open?.text).toContain('chưa chốt sổ nên chưa có niêm phong')
    const ledger = `/v1/markets/${accountant.marketId}/ledger`
    const { body: check } = await service.call(`${ledger}/days/${DAY}/check`, { session: accountant })
    const { suspenseCount, suspenseVnd, differenceVnd, deafCount } = check
    const closing = { seen: { suspenseCount, suspenseVnd, differenceVnd, deafCount } }
    expect(await service.call(`${ledger}/days/${DAY}/close`, { session: head, body: closing })).toMatchObject(
      { status: 201 },
    )
    const { sealKey } = service.ctx.config
    if (sealKey === null) throw new Error('the test service has a seal key')
    await sealMarket(service.workerDb, accountant.marketId, { key: sealKey, file: undefined }, new Date())

    const pages = await readPdf((await file('pdf')).bytes)
    const text = pages.map((page) => page.text).join('\n')
    const { signOff } = await read()
    for (const words of [
      'Báo cáo đối soát ngày',
      `•••• ${BOARD.slice(-4)}`,
      '200.000',
      '1.130.000',
      'Không có dòng nào chênh lệch',
      signOff?.signedBy ?? 'nobody',
      signOff?.decidedBy ?? 'nobody',
      'Đến sau khi ký',
      '20.000',
    ])
      expect(text).toContain(words)
    expect(text).not.toContain(BOARD)
    const { body: days } = await service.call(`${ledger}/days`, { session: accountant })
    const codes = await Promise.all(pages.map(async (page) => readPicture(await page.paint(3))))
    expect(codes.flat()).toEqual([days.items[0].seal.text])

    const rows = await readXlsx((await file('xlsx')).bytes, 10)
    expect(rows.flat().map(({ value }) => value)).toContain(200_000)
  })
})

it('knows no day of another market, and the books balance to the end', async () => {
  const other = await service.logIn('accountant', 1)
  const { seen } = await read()
  expect(await sign(seen, {}, other)).toMatchObject({ status: 404 })
  expect(await decide('approve', await service.logIn('head', 1))).toMatchObject({ status: 404 })
  expect((await file('pdf', other)).status).toBe(404)
  expect((await service.call(base, { session: other })).status).toBe(404)
  const { rows } = await inMarket(service.ctx.db, other.marketId, (tx) =>
    tx.execute('select from day_sign_off'),
  )
  expect(rows).toEqual([])
  const owner = createDb(service.database.ownerUrl, { max: 1 })
  expect(await verifyMarket(owner, accountant.marketId, {})).toMatchObject({ ok: true })
  await owner.pool.end()
})
