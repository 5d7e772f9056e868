import { expect, it } from 'vitest'
import { FeedParseError } from './feed.ts'
import { parseStrictJson } from './strict-json.ts'

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

it('reads what is 32 deep, and brackets inside a text at any number', () => {
  expect(() => parseStrictJson(nested(32))).not.toThrow()
  expect(parseStrictJson(JSON.stringify({ content: nested(1_000) }))).toEqual({ content: nested(1_000) })
})

it.each([33, 1_000, 100_000])('refuses what is nested %i deep, and never crashes', (depth) => {
  expect(() => parseStrictJson(nested(depth))).toThrow(FeedParseError)
  expect(() => parseStrictJson('{"a":'.repeat(depth) + '1' + '}'.repeat(depth))).toThrow(FeedParseError)
  expect(() => parseStrictJson('['.repeat(depth))).toThrow(FeedParseError)
})

it('keeps every number as it was written', () => {
  expect(parseStrictJson('[18067000.00, 90071992547409931234, -0, 1e3]')).toEqual([
    '18067000.00',
    '90071992547409931234',
    '-0',
    '1e3',
  ])
})
