import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sealBytes } from './hash.ts'
import { isSealed, keyIdOf, sealFromText, sealKeyOf, sealToText, type Seal } from './seal.ts'
import { sign } from 'node:crypto'
import { aSealKey } from './testing.ts'

const key = aSealKey()
const sealOf = (over: Partial<Seal> = {}): Seal => {
  const unsigned = {
    marketId: 'mkt_benthanh',
    businessDay: '2026-11-24',
    height: 1_204n,
    hash: Buffer.alloc(32, 1),
    booksHash: Buffer.alloc(32, 2),
    sealedAt: new Date('2026-11-24T17:00:00.123Z'),
    ...over,
  }
  return { ...unsigned, keyId: key.id, signature: sign(null, sealBytes(unsigned), key.privateKey) }
}
const line = sealToText(sealOf())
const fields = line.split(' ')
const withField = (at: number, value: string): string => fields.with(at, value).join(' ')

const sealArb = fc
  .record({
    marketId: fc.stringMatching(/^mkt_[0-9a-z]{4,32}$/),
    businessDay: fc
      .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10)),
    height: fc.bigInt({ min: 1n, max: 10n ** 17n }),
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    booksHash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    sealedAt: fc.date({ min: new Date('2000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  })
  .map(sealOf)

describe('a seal', () => {
  test('comes back from its line of text as it was, and is genuine', () => {
    fc.assert(
      fc.property(sealArb, (seal) => {
        const back = sealFromText(`${sealToText(seal)}\n`)
        expect(back).toEqual(seal)
        expect(isSealed(seal, [aSealKey().publicKey, key.publicKey])).toBe(true)
      }),
    )
  })

  test('is nobody’s without a key, and not another’s', () => {
    expect(isSealed(sealOf(), [])).toBe(false)
    expect(isSealed(sealOf(), [aSealKey().publicKey])).toBe(false)
  })

  test('covers each of its fields', () => {
    const changes: Partial<Seal>[] = [
      { marketId: 'mkt_benthanh2' },
      { businessDay: '2026-11-25' },
      { height: 1_205n },
      { hash: Buffer.alloc(32, 3) },
      { booksHash: Buffer.alloc(32, 1) },
      { sealedAt: new Date('2026-11-24T17:00:00.124Z') },
      { keyId: keyIdOf(Buffer.alloc(32)) },
      { signature: Buffer.alloc(64) },
    ]
    for (const change of changes) expect(isSealed({ ...sealOf(), ...change }, [key.publicKey])).toBe(false)
  })

  test('needs a key of 32 bytes', () => {
    expect(() => sealKeyOf(Buffer.alloc(31))).toThrow(/32 bytes/)
  })
})

describe('a line that is no seal is null', () => {
  test('while the line itself is one', () => {
    expect(sealFromText(line)).toEqual(sealOf())
  })

  test('cut anywhere, or longer', () => {
    for (let length = 0; length < line.length; length++)
      expect(sealFromText(line.slice(0, length))).toBe(null)
    expect(sealFromText(`${line}A`)).toBe(null)
    expect(sealFromText(`${line} more`)).toBe(null)
    expect(sealFromText(`${line}\n${line}`)).toBe(null)
  })

  test('with a field taken out, put twice or changed for the next', () => {
    for (const at of fields.keys()) {
      expect(sealFromText(fields.toSpliced(at, 1).join(' '))).toBe(null)
      expect(sealFromText(fields.toSpliced(at, 0, fields[at] ?? '').join(' '))).toBe(null)
      expect(sealFromText(withField(at, ''))).toBe(null)
    }
    for (const at of fields.slice(1).keys()) {
      const [one = '', next = ''] = fields.slice(at, at + 2)
      if (one.length !== next.length)
        expect(
          sealFromText(
            fields
              .with(at, next)
              .with(at + 1, one)
              .join(' '),
          ),
        ).toBe(null)
    }
  })

  const damaged: [string, string][] = [
    ['no market', withField(1, 'ben_thanh')],
    ['another form', withField(0, 'tienve-seal/2')],
    ['capitals', line.toUpperCase()],
    ['two spaces', line.replace(' ', '  ')],
    ['a tab', line.replace(' ', '\t')],
    ['a day that is none', withField(2, '2026-02-30')],
    ['a month that is none', withField(2, '2026-13-01')],
    ['a day before Christ', withField(2, '-000001-01-01')],
    ['a day without its zeros', withField(2, '2026-1-1')],
    ['a day with a time', withField(2, '2026-11-24T00:00:00Z')],
    ['a height below nothing', withField(3, '-1')],
    ['a height with a zero before it', withField(3, '01204')],
    ['a height in words', withField(3, '1e3')],
    ['a height beyond all numbers', withField(3, '9'.repeat(30))],
    ['a hash of 31 bytes', withField(4, Buffer.alloc(31, 1).toString('base64url'))],
    ['a hash of 33 bytes', withField(4, Buffer.alloc(33, 1).toString('base64url'))],
    ['a hash in the other alphabet', withField(4, Buffer.alloc(32, 255).toString('base64'))],
    ['a hash in hexadecimal', withField(4, Buffer.alloc(32, 1).toString('hex'))],
    ['a digest of the books that is none', withField(5, 'x')],
    ['a time that is none', withField(6, '2026-11-24T25:00:00.000Z')],
    ['a time of another zone', withField(6, '2026-11-25T00:00:00.123+07:00')],
    ['a time without its milliseconds', withField(6, '2026-11-24T17:00:00Z')],
    ['the name of no key', withField(7, 'key')],
    ['a signature that is too short', withField(8, Buffer.alloc(63).toString('base64url'))],
    ['a signature that is too long', withField(8, Buffer.alloc(65).toString('base64url'))],
    ['a signature with a letter of no alphabet', withField(8, `${fields[8]?.slice(0, -1)}!`)],
  ]
  test.each(damaged)('%s', (_, text) => {
    expect(sealFromText(text)).toBe(null)
  })

  test('or is no longer genuine, whichever letter is changed', () => {
    for (const at of Array.from(line).keys()) {
      for (const letter of ['0', 'A', 'z', '-']) {
        if (line[at] === letter) continue
        const seal = sealFromText(`${line.slice(0, at)}${letter}${line.slice(at + 1)}`)
        if (seal !== null) expect([at, isSealed(seal, [key.publicKey])]).toEqual([at, false])
      }
    }
  })
})
