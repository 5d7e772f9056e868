import { REPORTS, type Report, type ReportRow, type ReportTable } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { balances, boardAccounts } from '@tienve/ledger'
import { openXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPdf } from '../documents/testing.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { CHARGE_VND, fillMarket, RELIEF_VND, type Filled } from './testing.ts'

const BOARD_ACCOUNT = '0001999999'
const CHARGE = Number(CHARGE_VND)
const RELIEVED = CHARGE - Number(RELIEF_VND)
const PAID = { november: CHARGE + 50_000, half: 250_000, october: CHARGE, beyond: RELIEVED + 30_000 }
/** What is owed on the 24th, by age: August (101 days), September (70), November's half (9), and what is not due. */
const OWED = { over90: CHARGE - 200_000 - 50_000, to90: CHARGE, to30: CHARGE - 250_000, notDue: CHARGE }
const OWED_IN_ALL = OWED.over90 + OWED.to90 + OWED.to30 + OWED.notDue

let service: TestService
let head: Session
let filled: Filled
beforeAll(async () => {
  service = await startService()
  head = await service.logIn('head')
  filled = await fillMarket(service)
  // The first stall pays 50.000 more than its November, which goes to its August; the last one 30.000 more than it owes at all.
  const codes = [...filled.codes.values()]
  const paid = [
    [codes[3], PAID.november],
    [codes[4], PAID.half],
    [codes[2], PAID.october],
    [codes[6], PAID.beyond],
  ] as const
  for (const [at, [memo = '', amountVnd]] of paid.entries()) {
    await service.tell({ id: at + 1, account: BOARD_ACCOUNT, amountVnd: BigInt(amountVnd), memo })
  }
  await until(async () => column(await table('bank-payers'), 'payments').total === 4, 'four payments')
})
afterAll(async () => service.stop())

const address = (id: string, query = ''): string =>
  `/v1/markets/${head.marketId}/reports/${id}${query === '' ? '' : `?${query}`}`
async function report(id: string, query = '', session = head): Promise<Report> {
  const { status, body } = await service.call(address(id, query), { session })
  if (status !== 200) throw new Error(`${id}: ${status} ${JSON.stringify(body)}`)
  return body
}
async function table(id: string, query = '', session = head): Promise<ReportTable> {
  const [first] = (await report(id, query, session)).tables
  if (first === undefined) throw new Error(`${id} has no table`)
  return first
}
const cell = (row: ReportRow | null | undefined, at: number) => row?.cells[at] ?? null
/** A column's figures by its id, and its total. */
function column({ columns, rows, total }: ReportTable, id: string) {
  const at = columns.findIndex((one) => one.id === id)
  if (at < 0) throw new Error(`no column ${id}`)
  return { all: rows.map(({ cells }) => cells[at] ?? null), total: cell(total, at) }
}
const standing = async (which: (id: string) => boolean): Promise<number> => {
  const accounts = await inMarket(service.ctx.db, head.marketId, (tx) => balances(tx, head.marketId))
  return Number(accounts.filter(({ id }) => which(id)).reduce((sum, { balanceVnd }) => sum + balanceVnd, 0n))
}
const file = async (id: string, kind: 'xlsx' | 'pdf', session = head) =>
  fetch(`${service.url}${address(id).replace(id, `${id}.${kind}`)}`, { headers: { cookie: session.cookie } })

describe('every report', () => {
  it('is answered as JSON, XLSX and PDF with the same rows and the same totals', async () => {
    for (const id of REPORTS) {
      const { tables, info } = await report(id)
      const { sheets } = await openXlsx(new Uint8Array(await (await file(id, 'xlsx')).arrayBuffer()))
      expect(sheets, id).toHaveLength(tables.length)
      const pages = await readPdf(new Uint8Array(await (await file(id, 'pdf')).arrayBuffer()))
      const text = pages.map((page) => page.text).join('\n')
      for (const words of [info.title.vi, 'Chợ Sông Đào', 'Phạm Văn Hùng', `Trang 1/${pages.length}`])
        expect(text, id).toContain(words)
      expect(text).toMatch(/Lập lúc 10:00 ngày 24\/11\/2026/)
      for (const [at, one] of tables.entries()) {
        expect(text, one.id).toContain(one.title.vi)
        const rows = (sheets[at]?.rows ?? []).map((row) => row.map(plainCell))
        expect(rows[0], one.id).toEqual(one.columns.map(({ head: words }) => words.vi))
        const lines = [...one.rows, ...(one.total === null ? [] : [one.total])]
        expect(rows.slice(1, lines.length + 1), one.id).toEqual(
          lines.map(({ cells }) => cells.map(plainCell)),
        )
        expect(String(rows.at(-1)?.[0])).toBe('Phạm Văn Hùng · Trưởng ban lập lúc 10:00 ngày 24/11/2026')
      }
    }
  })

  it('adds its columns of money up to the total that the database gives', async () => {
    for (const id of REPORTS) {
      if (id === 'cash-book') continue
      for (const one of (await report(id)).tables) {
        if (one.total === null) continue
        for (const { id: name, kind } of one.columns.filter(({ kind: of }) => of === 'money')) {
          const { all, total } = column(one, name)
          expect([id, name, kind, all.reduce<number>((sum, vnd) => sum + Number(vnd), 0)]).toEqual([
            id,
            name,
            'money',
            total,
          ])
        }
      }
    }
  })

  it('opens each figure to rows that are there', async () => {
    for (const id of REPORTS) {
      const ways = (await report(id)).tables
        .flatMap(({ rows, total }) => [...rows, ...(total === null ? [] : [total])])
        .flatMap((row) => row.ways)
        .filter((way) => way !== null)
      for (const { page, query } of ways.slice(0, 40)) {
        const text = new URLSearchParams(query).toString()
        if (page.startsWith('reports/')) await report(page.slice('reports/'.length), text)
        if (page === 'charges') {
          const { status } = await service.call(`/v1/markets/${head.marketId}/charges?${text}`, {
            session: head,
          })
          expect([id, text, status]).toEqual([id, text, 200])
        }
      }
    }
  })

  it('refuses a day to come, a report that is none, and whoever may not read it', async () => {
    const { body: late } = await service.call(address('ageing', 'asOf=2026-11-25'), { session: head })
    expect([late.code, Object.keys(late.fields)]).toEqual(['day_invalid', ['asOf']])
    expect((await service.call(address('nothing'), { session: head })).body.code).toBe('request_invalid')
    const collector = await service.logIn('collector')
    expect((await service.call(address('ageing'), { session: collector })).body.code).toBe('role_forbidden')
    const foreign = service.markets[1]?.id ?? ''
    const { status } = await service.call(`/v1/markets/${foreign}/reports/ageing`, { session: head })
    expect(status).toBe(404)
  })
})

describe('the cash book', () => {
  it('begins, moves and ends as the ledger has it, for the safe and for each collector', async () => {
    const { tables } = await report('cash-book', 'day=2026-11-23')
    expect(tables.map(({ id }) => id)).toEqual(['board:111', boardAccounts.collected(filled.collectorId)])
    const [safe, carried] = tables
    expect(safe?.rows.map(({ cells }) => cells.slice(4))).toEqual([
      [null, null, 0],
      [210_000, null, 210_000],
    ])
    expect(carried?.title.vi).toBe('Tiền mặt người thu đang giữ · Trần Văn Dũng · Nhân viên thu')
    expect(cell(carried?.rows[1], 3)).toMatch(/^Phải thu của quầy · SD-TH01|^Phải thu của quầy · SD-/)
    expect(carried?.total?.cells.slice(4)).toEqual([230_000, 230_000, 0])
    expect(await standing((id) => id.startsWith('board:111'))).toBe(210_000)
    const { tables: next } = await report('cash-book', 'day=2026-11-24')
    expect(next.map((one) => one.rows.map(({ cells }) => cells.slice(4)))).toEqual([[[null, null, 210_000]]])
  })
})

describe('collection by collector', () => {
  it('accounts for every đồng between what was carried at both ends, and shows what is missing and passed over', async () => {
    const one = await table('collectors', 'from=2026-11-01&to=2026-11-24')
    const [
      name,
      opening,
      receipts,
      receiptsVnd,
      undone,
      tickets,
      ticketsVnd,
      handed,
      difference,
      waiting,
      closing,
      gaps,
    ] = one.rows[0]?.cells ?? []
    expect([name, receipts, receiptsVnd, tickets, ticketsVnd]).toEqual([
      'Trần Văn Dũng · Nhân viên thu',
      1,
      200_000,
      3,
      30_000,
    ])
    expect([handed, difference, waiting, gaps]).toEqual([210_000, -20_000, 0, 1])
    const n = Number
    expect(n(opening) + n(receiptsVnd) - n(undone) + n(ticketsVnd) - n(handed) + n(difference)).toBe(
      n(closing),
    )
    expect(closing).toBe(await standing((id) => id === boardAccounts.collected(filled.collectorId)))
  })
})

describe('the summary of a round', () => {
  it('is 511, 3331 and what is passed through; billed and changed is collected and owed, in every row', async () => {
    const months = await Promise.all(
      ['2026-08', '2026-09', '2026-10', '2026-11'].map((period) => table('round', `period=${period}`)),
    )
    const sum = (id: string) => months.reduce((all, one) => all + Number(column(one, id).total), 0)
    expect(sum('netVnd')).toBe((await standing((id) => id === boardAccounts.revenue)) - 30_000 + 3 * 741)
    expect(sum('vatVnd')).toBe((await standing((id) => id === boardAccounts.vat)) - 3 * 741)
    expect(sum('passThroughVnd')).toBe(await standing((id) => id === boardAccounts.utility))
    expect(sum('owedVnd')).toBe(await standing((id) => id.startsWith('board:131.')))
    expect(sum('changedVnd')).toBe(-(await standing((id) => id === boardAccounts.relief)))
    for (const { rows } of months) {
      for (const { cells } of rows) {
        const [net = 0, vat = 0, pass = 0, total = 0, changed = 0, collected = 0, owed = 0] = cells
          .slice(3)
          .map(Number)
        expect(net + vat + pass).toBe(total)
        expect(total + changed).toBe(collected + owed)
      }
    }
  })

  it('spreads what was paid of a part over the lines of its charge, and relief over what was no pass-through', async () => {
    const { rows } = await table('round', 'period=2026-09')
    expect(rows.map(({ cells }) => [Object.values(cells[1] ?? {})[0], cells[8], cells[9]])).toEqual([
      ['Vệ sinh', 0, 64_800],
      ['Điện', 0, 111_111],
      ['Diện tích bán hàng', 0, 324_000],
    ])
    const { rows: november } = await table('round', 'period=2026-11')
    const electricity = november.filter(({ cells }) => JSON.stringify(cells[1]).includes('Điện'))
    expect(electricity.map(({ cells }) => cells[7])).toEqual([0, 0])
  })
})

describe('the age of debts', () => {
  it('adds up to 131 by zone and by stall, each debt in the column of its days', async () => {
    const { tables } = await report('ageing')
    for (const one of tables) {
      const totals = ['notDueVnd', 'to30Vnd', 'to60Vnd', 'to90Vnd', 'over90Vnd', 'owedVnd'].map(
        (id) => column(one, id).total,
      )
      expect(totals, one.id).toEqual([OWED.notDue, OWED.to30, 0, OWED.to90, OWED.over90, OWED_IN_ALL])
    }
    expect(OWED_IN_ALL).toBe(await standing((id) => id.startsWith('board:131.')))
    expect(await standing((id) => id === boardAccounts.advance)).toBe(30_000)
    const [worst] = tables[1]?.rows ?? []
    expect(worst?.cells.at(-1)).toBe(OWED.to90 + OWED.to30)
  })

  it('opens each column to the charges that make it', async () => {
    const [zones] = (await report('ageing')).tables
    const row = zones?.total
    for (const [at, way] of (row?.ways ?? []).entries()) {
      if (way === null) continue
      const { body } = await service.call(
        `/v1/markets/${head.marketId}/charges?${new URLSearchParams(way.query)}`,
        { session: head },
      )
      expect(body.totals.outstandingVnd).toBe(cell(row, at))
    }
    const first = zones?.rows[0]
    const { body } = await service.call(
      `/v1/markets/${head.marketId}/charges?${new URLSearchParams(first?.ways.at(-1)?.query)}`,
      { session: head },
    )
    expect(body.totals.outstandingVnd).toBe(first?.cells.at(-1))
  })

  it('of a day that is past is what was owed then', async () => {
    // Before the cash of the 23rd and the payments of the 24th, and after the relief of the 20th.
    const one = await table('ageing', 'asOf=2026-11-22')
    expect(column(one, 'owedVnd').total).toBe(6 * CHARGE + RELIEVED)
    expect(column(await table('ageing', 'asOf=2026-11-19'), 'owedVnd').total).toBe(7 * CHARGE)
    expect(column(await table('ageing', 'asOf=2026-10-31'), 'owedVnd').total).toBe(3 * CHARGE)
  })
})

describe('payment without cash', () => {
  it('is told stall by stall, and as a share with both sides of its division', async () => {
    const payers = await table('bank-payers', 'period=2026-11')
    const byBank = PAID.november + PAID.half + PAID.october + PAID.beyond
    expect(column(payers, 'paidVnd').total).toBe(byBank)
    expect(byBank).toBe(await standing((id) => id === boardAccounts.bank))
    expect(payers.rows).toHaveLength(4)
    expect((await table('bank-payers', 'period=2026-10')).rows).toEqual([])
    const [november] = (await table('cashless', 'period=2026-11')).rows
    const whole = byBank + 230_000
    const share = Math.round((byBank / whole) * 1000)
    expect(november?.cells).toEqual([
      '11/2026',
      byBank,
      200_000,
      0,
      30_000,
      byBank,
      whole,
      `${Math.floor(share / 10)},${share % 10}\u{a0}%`,
    ])
  })
})

describe('places', () => {
  it('are counted by zone as let, paused and vacant', async () => {
    const one = await table('occupancy')
    expect(['stalls', 'let', 'paused', 'vacant', 'share'].map((id) => column(one, id).total)).toEqual([
      232,
      230,
      1,
      1,
      '99,6\u{a0}%',
    ])
    const [, empty] = (await report('occupancy')).tables
    expect(empty?.rows.map(({ cells }) => [cells[3], cells[4]])).toEqual([
      [{ vi: 'Tạm nghỉ', en: 'Paused' }, null],
      [{ vi: 'Trống', en: 'Vacant' }, '2026-10-31'],
    ])
    expect(column(await table('occupancy', 'asOf=2026-10-31'), 'let').total).toBe(232)
  })

  it('have contracts that end soon or have ended, and readings that nobody confirmed first', async () => {
    const contracts = await table('contracts')
    expect(contracts.rows.map(({ cells }) => Object.values(cells[6] ?? {})[0])).toEqual([
      'Quá 4 ngày',
      '10 ngày',
    ])
    expect((await table('contracts', 'withinDays=5')).rows).toHaveLength(1)
    const meters = await table('meters', 'period=2026-11')
    expect(meters.rows.map(({ cells }) => [cells[5], cells[6], Object.values(cells[8] ?? {})[0]])).toEqual([
      ['1.000', '0 kWh', 'Không dùng'],
      ['1.520,5', '520,5 kWh', 'Cao bất thường'],
    ])
  })
})

describe('the ward', () => {
  it('reads three reports, none of which names anybody or opens to what it may not see', async () => {
    const ward = await service.logIn('ward')
    const { body } = await service.call(`/v1/markets/${ward.marketId}/reports`, { session: ward })
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['occupancy', 'cashless', 'ward-month'])
    const { body: refused } = await service.call(address('bank-payers'), { session: ward })
    expect(refused.code).toBe('role_forbidden')
    const pdf = await readPdf(new Uint8Array(await (await file('ward-month', 'pdf', ward)).arrayBuffer()))
    const texts = [
      pdf.map(({ text }) => text).join(' '),
      ...(await Promise.all(
        body.items.map(async ({ id }: { id: string }) => JSON.stringify(await report(id, '', ward))),
      )),
    ]
    for (const text of texts) {
      for (const { code, name, owner } of service.markets[0]?.stalls ?? []) {
        for (const word of [code, name, owner]) expect(text).not.toContain(word)
      }
      expect(text).not.toMatch(
        /stl_|"page":"(charges|ledger|reports\/(ageing|round|bank-payers|collectors|contracts|meters))/,
      )
    }
  })

  it('is given the month as the board has it', async () => {
    const { tables } = await report('ward-month', 'period=2026-11')
    const of = (id: string) => tables.find((one) => one.id === id) ?? never(id)
    const round = await table('round', 'period=2026-11')
    for (const id of ['totalVnd', 'collectedVnd', 'owedVnd'])
      expect(column(of('round-zones'), id).total).toBe(column(round, id).total)
    expect(column(of('ageing-zones'), 'owedVnd').total).toBe(OWED_IN_ALL)
    expect(column(of('facts'), 'count').all).toEqual([4, 1, 1, 2, 1])
  })
})

function never(id: string): never {
  throw new Error(`no table ${id}`)
}

/** A cell as a file and as the wire have it: the same text, the same whole number, the same day. */
function plainCell(value: unknown): string | number | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'number') return value
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  return typeof value === 'object' && 'vi' in value ? String(value.vi) : String(value)
}
