import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { KIND_WORDS } from '@tienve/contracts'

it('has words for every kind of posting that the document of money lists, and for no other', () => {
  const page = readFileSync(new URL('../../../../docs/MONEY.md', import.meta.url), 'utf8')
  const kinds = [...page.matchAll(/^\| (?:\d+(?: reverses \d+)?|refused) \| ([a-z_]+) \|/gm)].map(
    ([, kind]) => kind,
  )
  expect(new Set(kinds).size).toBeGreaterThan(40)
  expect(new Set(Object.keys(KIND_WORDS))).toEqual(new Set(kinds))
})
