import { expect, it } from 'vitest'
import money from '../../docs/MONEY.md?raw'
import { KIND_WORDS } from './kinds.ts'

it('has words for every kind of posting that the document of money lists', () => {
  const kinds = [...money.matchAll(/^\| (?:\d+(?: reverses \d+)?|refused) \| ([a-z_]+) \|/gm)].map(
    ([, kind]) => kind,
  )
  expect(new Set(kinds).size).toBeGreaterThan(40)
  expect(kinds.filter((kind) => kind === undefined || !Object.hasOwn(KIND_WORDS, kind))).toEqual([])
})
