import { readFileSync } from 'node:fs'
import { inMarket } from '@tienve/db'
import { parseVnd } from '@tienve/money'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  BOARD_CHARTS,
  boardChart,
  collectorChart,
  depositChart,
  stallChart,
  type AccountSpec,
  type OperatorKind,
} from './chart.ts'
import { openAccounts, post, reverse, type PostItem } from './post.ts'
import { balances } from './read.ts'
import { aMarket, ledgerDatabase } from './testing.ts'
import { verifyMarket } from './rows.ts'

let db: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  db = await ledgerDatabase()
})
afterAll(async () => db.drop())

const KINDS: readonly OperatorKind[] = ['enterprise', 'cooperative', 'public_unit']
const TODAY = '2026-11-24'
const REFUSED = 'refused'

const page = readFileSync(new URL('../../../docs/MONEY.md', import.meta.url), 'utf8')

type Flow = { title: string; postings: string[][]; sums: string[][] }

/** Reads each flow (`###`) with its two tables (`####`); a flow with only one of the two is an error. */
function readFlows(): Flow[] {
  return page
    .split(/^## /m)
    .flatMap((group) => group.split(/^### /m).slice(1))
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      postings: readRows(partUnder(section, 'Postings')),
      sums: readRows(partUnder(section, 'Adds up to')),
    }))
}

function partUnder(section: string, heading: string): string {
  const part = section.split(/^#### /m).find((text) => text.startsWith(`${heading}\n`))
  if (part === undefined) throw new Error(`docs/MONEY.md: a table "${heading}" is missing`)
  return part
}

function readRows(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  if (rows.length < 3) throw new Error('docs/MONEY.md: a table is missing or empty')
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

function amountOf(text: string): bigint {
  if (text === '0') return 0n
  const amount = parseVnd(text)
  if (amount === null) throw new Error(`docs/MONEY.md: "${text}" is not an amount`)
  return amount
}

/** The items of a table in order: rows with one number are the legs of one txn. Those refused have no number. */
function toItems({ postings }: Flow): PostItem[] {
  const items: PostItem[] = []
  for (const [label = '', kind = '', book = '', debit = '', credit = '', amount = ''] of postings) {
    const [number = '', reverses] = label.split(' reverses ')
    const transfer = {
      book,
      debit: `${book}:${debit}`,
      credit: `${book}:${credit}`,
      amountVnd: amountOf(amount),
    }
    const last = items.at(-1)
    if (last !== undefined && number !== REFUSED && last.sourceId === number) {
      expect([last.kind, last.transfers[0]?.book]).toEqual([kind, book])
      last.transfers.push(transfer)
      continue
    }
    items.push({
      idemKey: `doc:${number}`,
      kind,
      occurredAt: new Date('2026-11-24T02:00:00Z'),
      sourceKind: 'doc',
      sourceId: number,
      transfers: [transfer],
      ...(reverses === undefined ? {} : { reversesSeq: BigInt(reverses) }),
    })
  }
  return items
}

/** Every account of a market with two stalls, two who carry cash, and two deposits. */
function accountsOf(kind: OperatorKind): AccountSpec[] {
  return [
    ...boardChart(kind, TODAY),
    ...['stl_a', 'stl_b'].flatMap((stall) => [...stallChart(stall), ...depositChart(stall, kind, TODAY)]),
    ...['usr_a', 'usr_b'].flatMap((user) => collectorChart(user, kind, TODAY)),
  ]
}

/** What each account adds up to after some txns, positive on its own side. */
function balancesAfter(items: readonly PostItem[], accounts: readonly AccountSpec[]): Map<string, bigint> {
  const sums = new Map(accounts.map(({ id }) => [id, 0n]))
  const sides = new Map(accounts.map(({ id, side }) => [id, side]))
  for (const { debit, credit, amountVnd } of items.flatMap(({ transfers }) => transfers)) {
    for (const [id, side] of [
      [debit, 'debit'],
      [credit, 'credit'],
    ] as const) {
      const sum = sums.get(id)
      if (sum === undefined) throw new Error(`docs/MONEY.md: no chart has ${id}`)
      sums.set(id, sides.get(id) === side ? sum + amountVnd : sum - amountVnd)
    }
  }
  return sums
}

const flows = readFlows()

describe('docs/MONEY.md', () => {
  test('shows every kind of posting that the service makes', () => {
    const source = readFileSync(
      new URL('../../../services/payment/src/books/postings.ts', import.meta.url),
      'utf8',
    )
    const kinds = [...source.matchAll(/kind: '(\w+)'/g)].map(([, kind = '']) => kind)
    expect(kinds.length).toBeGreaterThan(0)
    const shown = flows.flatMap(({ postings }) => postings.map(([, kind]) => kind))
    expect(shown).toEqual(expect.arrayContaining([...kinds, 'reversal']))
  })

  test('lists the charts, the accounts and their numbers as the code has them', () => {
    const [charts = '', board = '', stall = ''] = (
      page.split(/^## /m).find((group) => group.startsWith('The accounts')) ?? ''
    )
      .split('\n\n')
      .filter((part) => part.startsWith('|'))
    expect(readRows(charts)).toEqual(
      KINDS.map((kind) => {
        const [chart] = BOARD_CHARTS[kind]
        return [kind, chart?.source, chart?.validFrom, chart?.checkedOn]
      }),
    )
    const byKind = KINDS.map((kind) => [
      ...boardChart(kind, TODAY),
      ...stallChart('<stall>').filter(({ book }) => book === 'board'),
      ...depositChart('<stall>', kind, TODAY),
      ...collectorChart('<collector>', kind, TODAY),
    ])
    const side = ({ keepsSide }: AccountSpec): string => (keepsSide ? 'kept' : 'may turn')
    const expected = (byKind[0] ?? []).map((account) => [
      `\`${account.code}\``,
      account.name,
      ...byKind.map((chart) => {
        const same = chart.find(({ code }) => code === account.code)
        return `\`${same?.glCode}${same?.unverified ? '?' : ''}\``
      }),
      side(account),
    ])
    expect(readRows(board).toSorted()).toEqual(expected.toSorted())
    const own = stallChart('stl_a').filter(({ book }) => book === 'stl_a')
    expect(readRows(stall)).toEqual(
      own.map((account) => [`\`${account.code}\``, account.name, side(account)]),
    )
  })

  test('has a flow for every account of every chart', () => {
    const used = new Set(
      flows
        .flatMap(toItems)
        .filter(({ sourceId }) => sourceId !== REFUSED)
        .flatMap(({ transfers }) => transfers.flatMap(({ debit, credit }) => [debit, credit])),
    )
    const inUse = (id: string): boolean => used.has(id) || used.has(id.replace('_a', '_b'))
    for (const kind of KINDS) {
      const ids = accountsOf(kind).map(({ id }) => id)
      // What one stall or collector does in some flow is enough for all of them.
      expect(ids.filter((id) => !/(stl|usr)_b/.test(id) && !inUse(id))).toEqual([])
    }
  })

  test('shows a refusal for each thing that cannot be given twice', () => {
    const refused = flows.flatMap(toItems).filter(({ sourceId }) => sourceId === REFUSED)
    const short = refused.flatMap(({ transfers }) =>
      transfers.flatMap(({ debit, credit }) => [debit, credit]),
    )
    expect(short).toEqual(
      expect.arrayContaining([
        'board:111',
        'board:111.usr_a',
        'board:131.stl_b',
        'board:344.stl_a',
        'stl_a:3388',
      ]),
    )
  })

  test.each(flows)('refuses only what it says, and keeps every side: $title', (flow) => {
    for (const kind of KINDS) {
      const accounts = accountsOf(kind)
      const kept = accounts.filter(({ keepsSide }) => keepsSide).map(({ id }) => id)
      const posted: PostItem[] = []
      for (const item of toItems(flow)) {
        const sums = balancesAfter([...posted, item], accounts)
        const below = kept.filter((id) => (sums.get(id) ?? 0n) < 0n)
        expect([item.sourceId, below.length > 0]).toEqual([item.sourceId, item.sourceId === REFUSED])
        if (item.sourceId !== REFUSED) posted.push(item)
      }
    }
  })

  test.each(flows)('balances book by book: $title', ({ sums }) => {
    const books = new Map<string, bigint>()
    for (const [id = '', debit = '', credit = ''] of sums) {
      const [book = ''] = id.split(':')
      books.set(book, (books.get(book) ?? 0n) + amountOf(debit) - amountOf(credit))
    }
    expect([...books.values()].filter((difference) => difference !== 0n)).toEqual([])
  })

  test.each(flows)('posts and adds up: $title', async (flow) => {
    const marketId = await aMarket(db.worker, ['stl_a', 'stl_b'])
    await inMarket(db.worker, marketId, (tx) => openAccounts(tx, marketId, accountsOf('enterprise')))
    for (const item of toItems(flow)) {
      const { idemKey, occurredAt, sourceKind, sourceId, reversesSeq } = item
      await inMarket(db.worker, marketId, async (tx) => {
        if (reversesSeq !== undefined) {
          await reverse(tx, marketId, { seq: reversesSeq, idemKey, occurredAt, sourceKind, sourceId })
          return
        }
        const [result] = await post(tx, marketId, [item], { as: 'worker' })
        expect([sourceId, result?.outcome]).toEqual([sourceId, sourceId === REFUSED ? 'refused' : 'created'])
      })
    }
    const items = toItems(flow).filter(({ sourceId }) => sourceId !== REFUSED)
    // Posted again as written, each exists: so the mirrors that the ledger made are the ones the page shows.
    const again = await inMarket(db.worker, marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))
    expect(again).toEqual(items.map(({ sourceId }) => ({ outcome: 'exists', seq: BigInt(sourceId) })))
    const rows = await inMarket(db.worker, marketId, (tx) => balances(tx, marketId))
    const moved = rows.filter(({ debitVnd, creditVnd }) => debitVnd + creditVnd > 0n)
    const expected = flow.sums.map(([id, debit = '', credit = '']) => [id, amountOf(debit), amountOf(credit)])
    expect(moved.map(({ id, debitVnd, creditVnd }) => [id, debitVnd, creditVnd])).toEqual(expected)
    expect(await verifyMarket(db.worker, marketId)).toMatchObject({
      ok: true,
      transfers: items.flatMap(({ transfers }) => transfers).length,
    })
  })
})
