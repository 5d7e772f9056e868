import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openBook } from './book-file.ts'
import type { NewEntry } from './book.ts'

const folder = mkdtempSync(join(tmpdir(), 'bank-sim-'))
afterAll(() => rmSync(folder, { recursive: true }))

const entryOf = (id: number, rest: Partial<NewEntry> = {}): NewEntry => ({
  id,
  bin: '970436',
  accountNumber: '0001000001',
  bankName: 'Vietcombank',
  connectionId: 'con_1',
  direction: 'in',
  amountVnd: 35_000n,
  occurredAt: new Date('2026-11-24T03:00:00.250Z'),
  memo: 'một "mã"\n',
  content: `MBVCB.${id}`,
  reference: `FT${id}`,
  reversesId: null,
  lost: false,
  ...rest,
})

it('goes on after a restart where it was, whatever line a crash cut short', () => {
  const file = join(folder, 'bank.jsonl')
  const first = openBook(file)
  const paid = first.book.enter(entryOf(1))
  const back = first.book.enter(
    entryOf(2, { direction: 'out', reversesId: 1, connectionId: null, lost: true }),
  )
  expect((paid.balanceVnd ?? 0n) - 35_000n).toBe(back.balanceVnd)
  first.close()
  appendFileSync(file, '\n[3,"970436","00010000')

  const second = openBook(file)
  expect(second.book.list('970436', '0001000001')).toEqual([paid, back])
  const later = second.book.enter(entryOf(4))
  second.close()
  expect(later.balanceVnd).toBe(paid.balanceVnd)
  expect(openBook(file).book.list('970436', '0001000001')).toEqual([paid, back, later])
  expect(openBook(file, { isNew: true }).book.list('970436', '0001000001')).toEqual([])
})

it('keeps the accounts of two banks apart that have the same number', () => {
  const { book } = openBook(undefined)
  book.enter(entryOf(1))
  expect(book.list('970415', '0001000001')).toEqual([])
})
