import { describe, expect, test } from 'vitest'
import {
  BOARD_CHARTS,
  boardAccounts,
  boardChart,
  collectorChart,
  depositChart,
  stallAccounts,
  stallChart,
  type AccountSpec,
  type OperatorKind,
} from './chart.ts'

const KINDS: readonly OperatorKind[] = ['enterprise', 'cooperative', 'public_unit']
const TODAY = '2026-11-24'

function chartOf(kind: OperatorKind): AccountSpec[] {
  return [
    ...boardChart(kind, TODAY),
    ...stallChart('stl_a'),
    ...depositChart('stl_a', kind, TODAY),
    ...collectorChart('usr_a', kind, TODAY),
  ]
}

describe('the charts of accounts', () => {
  test('have the same accounts for every operator, and differ in numbers alone', () => {
    const meaning = (kind: OperatorKind) =>
      chartOf(kind).map(({ id, book, code, side, name, keepsSide }) => ({
        id,
        book,
        code,
        side,
        name,
        keepsSide,
      }))
    expect(meaning('cooperative')).toEqual(meaning('enterprise'))
    expect(meaning('public_unit')).toEqual(meaning('enterprise'))
  })

  test.each(KINDS)('hold what has a name in the code, and nothing else: %s', (kind) => {
    const { receivable, deposit, collected, owedBy, ...common } = boardAccounts
    const named = [
      ...Object.values(common),
      receivable('stl_a'),
      deposit('stl_a'),
      collected('usr_a'),
      owedBy('usr_a'),
      ...Object.values(stallAccounts('stl_a')),
    ]
    expect(
      chartOf(kind)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(named.toSorted())
  })

  test.each(KINDS)('call nothing but the bank account 112, which only a bank may move: %s', (kind) => {
    const bank = chartOf(kind).filter(({ glCode }) => glCode === '112')
    expect(bank.map(({ id }) => id)).toEqual(['board:112', 'stl_a:112'])
  })

  test.each(KINDS)('are in order, newest first, each checked after it was in force: %s', (kind) => {
    const days = BOARD_CHARTS[kind].map(({ validFrom }) => validFrom)
    expect(days).toEqual(days.toSorted().toReversed())
    for (const { validFrom, checkedOn } of BOARD_CHARTS[kind]) expect(checkedOn >= validFrom).toBe(true)
  })

  test('serve any day: one before the first chart has the first', () => {
    expect(boardChart('enterprise', '2020-01-01')).toEqual(boardChart('enterprise', TODAY))
  })

  test('mark as unverified all of the chart whose text was not seen', () => {
    const marked = (kind: OperatorKind) =>
      chartOf(kind)
        .filter(({ unverified }) => unverified)
        .map(({ code }) => code)
    expect(marked('enterprise')).toEqual(['111.usr_a'])
    expect(marked('cooperative')).toEqual(['113', '111.usr_a'])
    expect(marked('public_unit')).toHaveLength(boardChart('public_unit', TODAY).length - 1 + 3)
  })
})
