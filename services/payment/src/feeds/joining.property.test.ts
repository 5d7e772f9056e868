import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinTellings, type Movement, type Telling, type Told } from './joining.ts'

const AT = Date.parse('2026-11-24T03:00:00Z')

const told = (of: Partial<Told> = {}): Told => ({
  key: 'acc_1 in 20000',
  provider: 'sepay',
  reference: 'FT26112400001',
  memo: 'VQX12345678',
  codes: 'VQX12345678',
  occurredAt: new Date(AT),
  precision: 'second',
  ...of,
})
const telling = (id: string, of: Partial<Telling> = {}): Telling => ({
  ...told(of),
  source: 'con_1/pull',
  id,
  ...of,
})
const movement = (id: string, of: Partial<Movement> = {}): Movement => ({
  ...told(of),
  transactionId: id,
  sources: new Set(['con_1']),
  ...of,
})
const join = (tellings: Telling[], movements: Movement[]) =>
  Object.fromEntries(
    [...joinTellings(tellings, movements)].map(([id, one]) => [
      id,
      one.as === 'same' ? one.transactionId : one.as,
    ]),
  )

describe('two tellings of one movement', () => {
  it('are known by the reference, through what a bank adds to it, and days apart', () => {
    const late = new Date(AT + 30 * 3_600_000)
    expect(
      join(
        [telling('t', { reference: 'FT26112400001BNK', occurredAt: late, provider: 'statement' })],
        [movement('m')],
      ),
    ).toEqual({ t: 'm' })
  })

  it('are two when one provider gives them two references, and may be one when two providers do', () => {
    const other = { reference: 'MBVCB3278907687' }
    expect(join([telling('t', other)], [movement('m')])).toEqual({ t: 'new' })
    expect(join([telling('t', { ...other, provider: 'casso' })], [movement('m')])).toEqual({ t: 'm' })
  })

  it('are two when their payment codes differ, whatever else they share', () => {
    expect(join([telling('t', { codes: 'VQX99999999' })], [movement('m')])).toEqual({ t: 'new' })
  })

  it('are two when one source tells of both', () => {
    expect(join([telling('t', { source: 'con_1' })], [movement('m')])).toEqual({ t: 'new' })
  })

  it('are one within two clocks’ difference where no reference tells, and two beyond it', () => {
    const bare = { reference: null, provider: 'casso' }
    const after = (minutes: number) => new Date(AT + minutes * 60_000)
    expect(join([telling('t', { ...bare, occurredAt: after(9) })], [movement('m')])).toEqual({ t: 'm' })
    expect(join([telling('t', { ...bare, occurredAt: after(11) })], [movement('m')])).toEqual({ t: 'new' })
    expect(join([telling('t', { reference: null, occurredAt: after(2) })], [movement('m')])).toEqual({
      t: 'new',
    })
  })

  it('are held for a person when fewer movements are left than tellings that say different things', () => {
    const bare = { reference: null, codes: '', provider: 'statement', source: 'stm_1' }
    const there = [movement('m', { codes: '', memo: 'CHUYENTIEN' })]
    const two = [
      telling('a', { ...bare, memo: 'NGUYENVANAN' }),
      telling('b', { ...bare, memo: 'TRANTHIBINH' }),
    ]
    expect(join(two, there)).toEqual({ a: 'ambiguous', b: 'ambiguous' })
    expect(
      join(
        two.map((one) => ({ ...one, memo: 'X' })),
        there,
      ),
    ).toMatchObject({ a: 'm', b: 'new' })
  })
})

describe('a telling that looks like a movement without anything that says so', () => {
  const bare = {
    reference: 'MB1234567',
    provider: 'statement',
    source: 'stm_1',
    codes: '',
    memo: 'CHUYENTIEN',
  }

  it('is held when its memo may have been cut, while the movement has no other telling there', () => {
    expect(join([telling('t', bare)], [movement('m')])).toEqual({ t: 'ambiguous' })
    const own = telling('own', { ...bare, memo: 'VQX12345678', codes: 'VQX12345678' })
    expect(join([telling('t', bare), own], [movement('m')])).toEqual({ own: 'm', t: 'new' })
  })

  it('is held when the night may lie between them', () => {
    const nextDay = new Date(AT + 86_400_000)
    const dated = { ...bare, memo: 'VQX12345678', codes: 'VQX12345678', precision: 'day' as const }
    expect(join([telling('t', { ...dated, occurredAt: nextDay })], [movement('m')])).toEqual({
      t: 'ambiguous',
    })
    expect(join([telling('t', { ...dated, occurredAt: new Date(AT) })], [movement('m')])).toEqual({ t: 'm' })
  })
})

/** Payments as they happened: few sums, few moments and few codes, so that many are alike. */
const payments = fc.array(
  fc.record({
    amountVnd: fc.constantFrom(10_000, 20_000),
    second: fc.integer({ min: 0, max: 90 }),
    code: fc.constantFrom('', 'VQXAAAAAAA1', 'VQXBBBBBBB2'),
    referenced: fc.boolean(),
  }),
  { maxLength: 14 },
)

it('counts every payment once, whoever tells of it, in whatever order and however often', () => {
  const sources = ['con_1', 'con_1/pull', 'stm_1', 'stm_2'] as const
  const arrivals = fc.array(
    fc.record({ source: fc.constantFrom(...sources), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  fc.assert(
    fc.property(payments, arrivals, (happened, order) => {
      const movements: Movement[] = []
      const heard = new Set<string>()
      const tell = (source: string, at: number): Telling => {
        const one = happened[at]
        if (one === undefined) throw new Error('no such payment')
        const isStatement = source.startsWith('stm')
        return {
          id: `${source} ${at}`,
          source,
          key: `acc_1 in ${one.amountVnd}`,
          provider: isStatement ? 'statement' : 'sepay',
          reference: one.referenced ? `FT2611240${String(at).padStart(4, '0')}` : null,
          memo: one.code || 'CHUYENTIEN',
          codes: one.code,
          occurredAt: new Date(AT + one.second * 1_000),
          precision: 'second',
        }
      }
      const deliver = (source: string, upTo: number): void => {
        const fresh = happened.flatMap((_, at) =>
          at < upTo && !heard.has(`${source} ${at}`) ? [tell(source, at)] : [],
        )
        for (const { id } of fresh) heard.add(id)
        const joined = joinTellings(fresh, movements)
        for (const one of fresh) {
          if (joined.get(one.id)?.as === 'new')
            movements.push({ ...one, transactionId: one.id, sources: new Set([source]) })
        }
      }
      for (const { source, share } of order) deliver(source, Math.floor(share * happened.length))
      const told = new Set([...heard].map((id) => id.split(' ')[1]))
      for (const amountVnd of [10_000, 20_000]) {
        const paid = happened.filter((one, at) => one.amountVnd === amountVnd && told.has(String(at))).length
        const counted = movements.filter(({ key }) => key.endsWith(` ${amountVnd}`)).length
        // Those alike in all that was told cannot be told apart, so a source that has seen fewer may stand for others; never more.
        expect(counted).toBeLessThanOrEqual(paid)
      }
      for (const source of sources) deliver(source, happened.length)
      expect(movements).toHaveLength(happened.length)
    }),
    { numRuns: 500 },
  )
})
