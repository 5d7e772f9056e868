import { describe, expect, it } from 'vitest'
import { actionOf, changedOf, digestOf, digestsIn, maskDigits, protect } from './rules.ts'

describe('what is kept of a change', () => {
  const change = {
    name: 'Cô Ba',
    phone: '0912345678',
    pin: '246800',
    newSecret: 'x',
    key: 'sk_bank',
    address: 'https://bank.example/x?token=1',
    code: '123456',
    kind: 'counter',
    amountVnd: 35_000n,
    stallId: 'stl_1jdqk8w3z5k1w',
    effectiveFrom: '2026-11-24',
    areaM2: '4.5',
    holder: { email: 'ba@example.org', tags: ['a', 'b'] },
    file: 'A'.repeat(2_000),
    none: null,
    left: undefined,
  }
  const { json, values } = protect(change, 'after', 'stl_x')

  it('holds numbers, ids, days and known words as they are, and nothing that a person wrote', () => {
    expect(JSON.parse(json)).toMatchObject({
      kind: 'counter',
      amountVnd: 35_000,
      stallId: 'stl_1jdqk8w3z5k1w',
      effectiveFrom: '2026-11-24',
      areaM2: '4.5',
      none: null,
    })
    expect(json).not.toMatch(/Cô Ba|0912345678|example|AAAA/)
    expect(values.map(({ path, value }) => [path, value])).toEqual([
      ['after.holder.email', 'ba@example.org'],
      ['after.holder.tags.0', 'a'],
      ['after.holder.tags.1', 'b'],
      ['after.name', 'Cô Ba'],
      ['after.phone', '0912345678'],
    ])
  })

  it('holds no secret and no code of one use, not even by its digest', () => {
    expect(JSON.parse(json)).toMatchObject({
      pin: { secret: true },
      newSecret: { secret: true },
      key: { secret: true },
      address: { secret: true },
      code: { secret: true },
    })
    expect(
      values.some(
        ({ value }) => ['246800', 'x', 'sk_bank', '123456'].includes(value) || value.includes('token='),
      ),
    ).toBe(false)
  })

  it('names each value by the digest that stands in its place, which no other salt gives', () => {
    const digests = digestsIn({ origin: null, before: null, after: json })
    expect(digests).toEqual(new Map(values.map((value) => [value.path, digestOf(value)])))
    const again = protect(change, 'after', 'stl_x')
    expect(again.json).not.toBe(json)
  })

  it('is the same text whatever the order of the fields', () => {
    expect(protect({ b: 1, a: { d: 2, c: 3 } }, 'before', '').json).toBe(
      protect({ a: { c: 3, d: 2 }, b: 1 }, 'before', '').json,
    )
  })
})

it('names an action by the address', () => {
  const nameOf = (method: string, url: string) => {
    const { action, kind, params } = actionOf(method, url)
    return [action, kind, ...params]
  }
  expect(nameOf('POST', '/v1/markets/:id/zones')).toEqual(['zones.create', 'zones'])
  expect(nameOf('PUT', '/v1/zones/:id')).toEqual(['zones.update', 'zones', 'id'])
  expect(nameOf('POST', '/v1/books/:id/pages/:page/void')).toEqual(['pages.void', 'pages', 'id', 'page'])
  expect(nameOf('DELETE', '/v1/connections/:id/secrets/:secretId')).toEqual([
    'secrets.delete',
    'secrets',
    'secretId',
  ])
  expect(nameOf('POST', '/v1/markets/:id/ledger/days/:day/close')).toEqual(['days.close', 'days', 'day'])
})

it('tells only what changed', () => {
  expect(changedOf({ name: 'A', lot: 1, kind: 'x' }, { name: 'B', lot: 1 })).toEqual({
    before: { name: 'A' },
    after: { name: 'B' },
  })
})

it('masks numbers of people and leaves days and prices', () => {
  expect(maskDigits('gọi 0912345678, TK 9704123456789, ngày 2026-11-24, 35000')).toBe(
    'gọi •••• 5678, TK •••• 6789, ngày 2026-11-24, 35000',
  )
  expect(maskDigits('0912 345 678, 0912.345.678, +84 912 345 678, ba@example.org, 35.000.000 đ')).toBe(
    '•••• 5678, •••• 5678, •••• 5678, •••• 35.000.000 đ',
  )
})
