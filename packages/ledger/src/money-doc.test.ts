import { readFileSync } from 'node:fs'
import { inMarket } from '@tienve/db'
import { parseVnd } from '@tienve/money'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { post, reverse, type PostItem } from './post.ts'
import { balances } from './read.ts'
import { aMarket, ledgerDatabase } from './testing.ts'
import { verifyMarket } from './verify.ts'

let db: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  db = await ledgerDatabase()
})
afterAll(async () => db.drop())

type Flow = { title: string; postings: string[][]; sums: string[][] }

/** Reads each section that has a table of postings; a section with only one of the two tables is an error. */
function readFlows(): Flow[] {
  const text = readFileSync(new URL('../../../docs/MONEY.md', import.meta.url), 'utf8')
  return text
    .split(/^## /m)
    .slice(1)
    .filter((section) => section.includes('\n### '))
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      postings: readTable(section, 'Postings'),
      sums: readTable(section, 'Adds up to'),
    }))
}

function readTable(section: string, heading: string): string[][] {
  const part = section.split(/^### /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const rows = part.split('\n').filter((line) => line.startsWith('|'))
  if (rows.length < 3) throw new Error(`docs/MONEY.md: a table "${heading}" is missing or empty`)
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

/** The items of a table in order: rows with one number are the legs of one txn. */
function toItems({ postings }: Flow): PostItem[] {
  const items = new Map<string, PostItem>()
  for (const [label = '', kind = '', book = '', debit = '', credit = '', amount = ''] of postings) {
    const [number = '', reverses] = label.split(' reverses ')
    const item = items.get(number) ?? {
      idemKey: `doc:${number}`,
      kind,
      occurredAt: new Date('2026-11-24T02:00:00Z'),
      sourceKind: 'doc',
      sourceId: number,
      transfers: [],
      ...(reverses === undefined ? {} : { reversesSeq: BigInt(reverses) }),
    }
    expect(item.kind).toBe(kind)
    item.transfers.push({
      book,
      debit: `${book}:${debit}`,
      credit: `${book}:${credit}`,
      amountVnd: amountOf(amount),
    })
    items.set(number, item)
  }
  return [...items.values()]
}

describe('docs/MONEY.md', () => {
  const flows = readFlows()

  test('shows every kind of posting that the service makes', () => {
    const source = readFileSync(
      new URL('../../../services/payment/src/books/postings.ts', import.meta.url),
      'utf8',
    )
    const kinds = [...source.matchAll(/kind: '(\w+)'/g)].map(([, kind = '']) => kind)
    const shown = new Set(flows.flatMap(({ postings }) => postings.map(([, kind]) => kind)))
    expect(kinds.length).toBeGreaterThan(0)
    expect(shown).toEqual(new Set([...kinds, 'reversal']))
  })

  test.each(flows)('posts and adds up: $title', async (flow) => {
    const marketId = await aMarket(db.worker, ['stl_a', 'stl_b'])
    const items = toItems(flow)
    for (const item of items) {
      const { idemKey, occurredAt, sourceKind, sourceId, reversesSeq } = item
      await inMarket(db.worker, marketId, (tx) =>
        reversesSeq === undefined
          ? post(tx, marketId, [item], { as: 'worker' })
          : reverse(tx, marketId, { seq: reversesSeq, idemKey, occurredAt, sourceKind, sourceId }).then(
              (one) => [one],
            ),
      )
    }
    // Posted again as written, each exists: so the mirrors that the ledger made are the ones the page shows.
    const again = await inMarket(db.worker, marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))
    expect(again).toEqual(items.map(({ sourceId }) => ({ outcome: 'exists', seq: BigInt(sourceId) })))
    const rows = await inMarket(db.worker, marketId, (tx) => balances(tx, marketId))
    const moved = rows.filter(({ debitVnd, creditVnd }) => debitVnd + creditVnd > 0n)
    const expected = flow.sums.map(([id, debit = '', credit = '']) => [id, amountOf(debit), amountOf(credit)])
    expect(moved.map(({ id, debitVnd, creditVnd }) => [id, debitVnd, creditVnd])).toEqual(expected)
    expect(await verifyMarket(db.worker, marketId)).toMatchObject({
      ok: true,
      transfers: flow.postings.length,
    })
  })
})
