import { describe, expect, it } from 'vitest'
import { shiftOf } from './align.ts'

const FIRST_HEARD = 2_205 + 100

/** A second of sound that is first heard `at` samples after its start. */
function soundFrom(at: number, sampleRate: number): Float32Array {
  return new Float32Array(sampleRate).fill(0.5, at)
}

describe('the place of the words in the decoded sound', () => {
  it('is moved by the 1,105 samples that an MP3 decoder may leave before the sound', () => {
    expect(shiftOf(soundFrom(FIRST_HEARD + 1_105, 22_050), 22_050)).toBeCloseTo(0.0501, 4)
  })

  it('is not moved where the decoder took them away', () => {
    expect(shiftOf(soundFrom(FIRST_HEARD, 22_050), 22_050)).toBeCloseTo(0, 4)
  })

  it('is the same in seconds at the rate of the phone', () => {
    const at = Math.round(((FIRST_HEARD + 1_105) / 22_050) * 48_000)
    expect(shiftOf(soundFrom(at, 48_000), 48_000)).toBeCloseTo(0.0501, 3)
  })

  it('stays where the index says when the first word is not near its place', () => {
    expect(shiftOf(new Float32Array(22_050), 22_050)).toBe(0)
    expect(shiftOf(soundFrom(15_000, 22_050), 22_050)).toBe(0)
  })
})
