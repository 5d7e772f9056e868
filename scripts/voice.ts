import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CODE_WORDS } from '../merchant-app/src/voice/code-word.ts'
import { PHRASES } from '../merchant-app/src/voice/lines.ts'

/**
 * Makes the sound that the app speaks with: every word of amounts, every phrase and every code word, one after the other in one mp3.
 * `npm run voice` lets espeak-ng say them; `npm run voice -- --from DIR` takes recordings instead, one `<token>.wav`
 * (22,050 Hz, mono, 16 bits) for each token that this prints. Needs espeak-ng and lame from the system.
 */
const WORDS = [
  'không',
  'một',
  'hai',
  'ba',
  'bốn',
  'năm',
  'sáu',
  'bảy',
  'tám',
  'chín',
  'mười',
  'mươi',
  'mốt',
  'tư',
  'lăm',
  'linh',
  'trăm',
  'nghìn',
  'triệu',
  'tỷ',
]
const RATE = 22_050
const HEADER_BYTES = 44
const SILENCE = 350
const GAP_SAMPLES = 900
const folder = fileURLToPath(new URL('../merchant-app/src/voice/', import.meta.url))

const from = process.argv.includes('--from') ? process.argv[process.argv.indexOf('--from') + 1] : undefined
const entries: [string, string][] = [
  ...[...WORDS, ...CODE_WORDS].map((word): [string, string] => [word, word]),
  ...Object.entries(PHRASES),
]
const scratch = mkdtempSync(join(tmpdir(), 'tienve-voice-'))
const pieces: Buffer[] = []
const sprite: Record<string, [number, number]> = {}
let samples = RATE / 10
pieces.push(Buffer.alloc(samples * 2))
for (const [token, text] of entries) {
  const spoken = trim(from === undefined ? synthesise(text) : readRecording(from, token))
  sprite[token] = [round(samples / RATE), round(spoken.length / 2 / RATE)]
  pieces.push(spoken, Buffer.alloc(GAP_SAMPLES * 2))
  samples += spoken.length / 2 + GAP_SAMPLES
}
const raw = join(scratch, 'all.raw')
writeFileSync(raw, Buffer.concat(pieces))
const target = join(folder, 'sprite.mp3')
execFileSync('lame', [
  '--quiet',
  '-r',
  '-s',
  '22.05',
  '-m',
  'm',
  '--bitwidth',
  '16',
  '--signed',
  '--little-endian',
  '-b',
  '24',
  '--cbr',
  raw,
  target,
])
writeFileSync(join(folder, 'sprite.json'), `${JSON.stringify(sprite, null, 2)}\n`)
rmSync(scratch, { recursive: true })
console.log(
  `${entries.length} tokens, ${(samples / RATE).toFixed(1)} s, ${readFileSync(target).length} bytes`,
)

function synthesise(text: string): Buffer {
  const wav = join(scratch, 'one.wav')
  execFileSync('espeak-ng', ['-v', 'vi', '-s', '150', '-a', '180', '-p', '55', '-w', wav, text])
  return readFileSync(wav).subarray(HEADER_BYTES)
}

function readRecording(directory: string, token: string): Buffer {
  const wav = join(directory, `${token}.wav`)
  if (!existsSync(wav)) throw new Error(`There is no recording ${wav}.`)
  return readFileSync(wav).subarray(HEADER_BYTES)
}

/** Cuts the silence at both ends, so that words can follow one another as in speech. */
function trim(pcm: Buffer): Buffer {
  const loud = (at: number): boolean => Math.abs(pcm.readInt16LE(at)) > SILENCE
  let start = 0
  let end = pcm.length - (pcm.length % 2)
  while (start < end && !loud(start)) start += 2
  while (end > start && !loud(end - 2)) end -= 2
  return pcm.subarray(Math.max(0, start - 200), Math.min(pcm.length - (pcm.length % 2), end + 1_600))
}

function round(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000
}
