import { newPaymentCode } from '@tienve/vietqr'
import { describe, expect, it } from 'vitest'
import { findCodes, normaliseMemo } from './memo.ts'
import corpus from './samples/content-corpus.synthetic.json' with { type: 'json' }

const CODE = newPaymentCode(() => Uint8Array.of(3, 14, 15, 9, 26, 5, 30))
const OTHER = newPaymentCode(() => Uint8Array.of(2, 7, 18, 28, 18, 28, 4))
const WRONG = `${CODE.slice(0, -1)}${CODE.endsWith('0') ? '1' : '0'}`

/** The corpus was written for a code `ST0471`; this puts ours in its place, as whole, lower-case, broken or cut. */
function withOurCodes(content: string): string {
  return content
    .replace('ST0472', OTHER)
    .replace('ST04 71', `${CODE.slice(0, 6)} ${CODE.slice(6)}`)
    .replace('ST0471', CODE)
    .replace('st0471', CODE.toLowerCase())
    .replace(/ST04$/, CODE.slice(0, 6))
}

describe('the corpus of what banks write around a memo', () => {
  const found = corpus.samples.filter(({ expectCode }) => expectCode !== null)
  const notFound = corpus.samples.filter(({ expectCode }) => expectCode === null)

  it.each(found)('gives the one code: $receivingBank, $senderOrChannel, $note', ({ content }) => {
    expect(findCodes(withOurCodes(content)).codes).toEqual([CODE])
  })

  it.each(notFound)('never gives one code: $note', ({ content }) => {
    expect(findCodes(withOurCodes(content)).codes).not.toHaveLength(1)
  })
})

describe('findCodes', () => {
  it('tells a code that stands alone from one found only without separators', () => {
    expect(findCodes(`tien rau ${CODE}.CT tu 000`).how).toBe('token')
    expect(findCodes(`tienrau${CODE}FT26327123456789`)).toMatchObject({ codes: [CODE], how: 'squeezed' })
    expect(findCodes('tien rau')).toEqual({ codes: [], how: 'none', hintAgrees: null })
  })

  it('gives every code once, in order, so that several can be sent to a person', () => {
    expect(findCodes(`${OTHER} ${CODE} ${OTHER}`).codes).toEqual([OTHER, CODE])
  })

  it('never gives a code whose check character is wrong', () => {
    expect(findCodes(`tien rau ${WRONG}`).codes).toEqual([])
    expect(findCodes(`tienrau${WRONG}`).codes).toEqual([])
  })

  it('takes another prefix where one is configured', () => {
    const code = newPaymentCode(() => Uint8Array.of(1, 2, 3, 4, 5, 6, 7), 'CHO')
    expect(findCodes(`k ${code}`, { prefix: 'CHO' }).codes).toEqual([code])
    expect(findCodes(`k ${code}`).codes).toEqual([])
  })

  it.each([
    ['the same code', `k ${CODE}`, CODE, true],
    ['the same code otherwise written', `k ${CODE}`, ` ${CODE.toLowerCase()} `, true],
    ['another code', `k ${CODE}`, OTHER, false],
    ['a code where we found none', 'tien rau', CODE, false],
    ['one of two', `${CODE} ${OTHER}`, CODE, false],
    ['nothing', `k ${CODE}`, null, null],
    ['a blank', `k ${CODE}`, '  ', null],
  ])('compares with a provider that read %s', (_, content, hint, agrees) => {
    expect(findCodes(content, { hint }).hintAgrees).toBe(agrees)
  })
})

describe('normaliseMemo', () => {
  it('leaves capital Latin letters without Vietnamese marks, composed or not', () => {
    expect(normaliseMemo('Tiền đã về – Đủ'.normalize('NFC'))).toBe('TIEN DA VE – DU')
    expect(normaliseMemo('Tiền đã về – Đủ'.normalize('NFD'))).toBe('TIEN DA VE – DU')
  })
})
