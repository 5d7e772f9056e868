/** Where a sample counts as heard, of 1: the same bound by which `scripts/voice.ts` cuts silence. */
const HEARD = 350 / 32_768

/** When the first word is first heard in the sound as it was made: after 0.1 s of silence and 100 samples kept before it. */
const FIRST_HEARD_S = 0.1 + 100 / 22_050

/** More than any decoder shifts a sound; beyond it the sound is not the one the index was made with. */
const MOST_S = 0.09

/**
 * By how many seconds a decoder moved the sound. MP3 puts 1,105 samples before it, which some browsers take away again
 * and some do not; unheeded, each word would lose its end and begin with the end of the one before. Answers 0 where the
 * first word is not found near its place.
 */
export function shiftOf(samples: Float32Array, sampleRate: number): number {
  const first = samples.findIndex((sample) => Math.abs(sample) > HEARD)
  const shiftS = first / sampleRate - FIRST_HEARD_S
  return first >= 0 && Math.abs(shiftS) <= MOST_S ? shiftS : 0
}
